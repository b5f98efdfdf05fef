"""Learning paths over one generation, warm: JSON in, JSON out."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import orjson

from app.errors import BadParameter
from app.graph.port import Graph
from app.paths import (
    answer,
    check,
    explain,
    index,
    labels,
    presets,
    question,
    relax,
    request,
    saved,
    solve,
    targets,
)
from app.paths.answer import Draft, Json
from app.paths.model import CENTI, RELAX, Facts, Filter, Schedule, Selection
from app.paths.place import MOST_ORDERED
from app.paths.publishers import Publishers
from app.paths.question import Question, Reduced
from app.paths.request import PathRequest, Preset
from app.paths.research import around
from app.paths.select import Aims
from app.paths.solve import Solved
from app.paths.works import NewestWorks

logger = logging.getLogger(__name__)

REMEMBERED = 256
"""Answers kept in memory."""

SLACK = {"coverage": 0.02, "fastest": 0.02, "lightest": 0.15}
"""Share of coverage that may be given up for fewer credits, by preference."""

FIRST_SHARE = 0.6
"""Share of the time limit for the first route where more than that is asked for."""

ALTERNATIVE_SLACK = 0.1
ALTERNATIVE_EXTRA = 0.1
PARETO_STEPS = 12


class Service:
    """Answers questions for learning paths on one generation of the graph."""

    def __init__(
        self,
        graph: Graph,
        index_folder: Path | None = None,
        *,
        today: Callable[[], date] = date.today,
        facts: Facts | None = None,
    ) -> None:
        self.graph = graph
        self.index_folder = index_folder
        self.today = today
        self.facts = index.read(graph, index_folder) if facts is None else facts
        self.works = NewestWorks(graph, self.facts.universities, index_folder)
        self.publishers = Publishers(
            graph, self.facts.universities, self.works.theses, index_folder
        )
        self.labels = labels.Reader(graph)
        self.timetable = question.Timetable(self.facts)
        self._remembered: OrderedDict[bytes, bytes] = OrderedDict()

    def plan(self, asked: Mapping[str, Any]) -> Json:
        """The answer to a question, both as CONTRACT.md has them.

        The same question on the same generation gives the same answer; ``start`` left out is
        today.

        Raises: BadParameter with a JSON pointer, NotFound naming an IRI.
        """
        parsed = request.parse(asked)
        today = self.today()
        key = orjson.dumps(
            [parsed.model_dump(mode="json"), today.isoformat(), self.facts.generation],
            option=orjson.OPT_SORT_KEYS,
        )
        if key in self._remembered:
            self._remembered.move_to_end(key)
            remembered: Json = orjson.loads(self._remembered[key])
            return remembered
        found = self._preset(parsed, parsed.preset, today)
        if parsed.choices:
            found |= self._choices(parsed, found, today)
        if not found["truncated"]:
            # What time cut short may come out better another time.
            self._remembered[key] = orjson.dumps(found)
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return found

    def _preset(self, parsed: PathRequest, preset: Preset | None, today: date) -> Json:
        """The answer under a preset: the best one where it means several questions."""
        universities = {one.university for one in self.facts.courses.values()}
        questions = presets.variants(parsed, preset, universities)
        share = parsed.time_limit / len(questions)
        found = presets.best(
            [self._answer(one.model_copy(update={"time_limit": share}), today) for one in questions]
        )
        if preset is not None:
            found["preset"] = preset
        return found

    def _choices(self, parsed: PathRequest, found: Json, today: date) -> Json:
        """What each preset would give, in short; those that contradict the question are left out."""
        quick: dict[str, object] = {
            "alternatives": 0,
            "pareto": False,
            "why_not": [],
            "works": 0,
            "step_works": 0,
        }
        bare = parsed.model_copy(update=quick)
        choices, cut_short = [], list(cast("list[str]", found["truncated"]))
        for preset in presets.PRESETS:
            try:
                other = self._preset(bare, preset, today)
            except BadParameter:
                continue
            choices.append(presets.choice(preset, other, found))
            if other["truncated"]:
                cut_short.append("choices")
        return {"choices": choices, "truncated": list(dict.fromkeys(cut_short))}

    def check(self, asked: Mapping[str, Any]) -> Json:
        """What became of a saved route, step by step, and today's answer to its question.

        ``asked`` holds ``route`` as ``plan`` gave it and, if it is to be compared, ``question``.
        Raises: BadParameter with a JSON pointer, NotFound naming an IRI of the question.
        """
        parsed = request.validated(saved.CheckRequest, asked)
        facts, today, route = self.facts, self.today(), parsed.route
        done = targets.completed_courses(
            facts, parsed.question.completed if parsed.question else ()
        )
        lang = parsed.question.lang if parsed.question else "en"
        outcomes = saved.held(facts, route, done, today)
        known = {step.course for step in route.steps} & (
            facts.courses.keys() | facts.aliases.keys()
        )
        named = self.labels.read(known, lang)
        steps = [
            saved.described(step, outcome, facts, named.text(step.course))
            for step, outcome in zip(route.steps, outcomes, strict=True)
        ]
        found: Json = {
            "generation": facts.generation,
            "asOf": today.isoformat(),
            "stands": all(step["stands"] for step in steps),
            "steps": steps,
        }
        if parsed.question is not None:
            found |= self._compared(parsed.question, route, today)
        return found

    def _compared(self, asked: PathRequest, route: saved.SavedRoute, today: date) -> Json:
        """The saved route and today's best one by the same measures."""
        facts = self.facts
        best = self.plan(asked.model_dump(mode="json", by_alias=True))["routes"]
        assert isinstance(best, list)  # noqa: S101
        wanted = targets.wanted(self.graph, facts, asked)
        resolved = question.resolve(facts, asked, wanted.targets, today)
        names = {facts.aliases.get(step.course, step.course) for step in route.steps}
        left = sorted(names & facts.courses.keys())
        kept = answer.measured(facts, resolved, left, explain.coverage(facts, resolved, left))
        now = best[0]
        better = (now["evidence"], -now["ects"]) > (kept["evidence"], -kept["ects"])
        return {"saved": kept, "best": now, "better": bool(now["steps"]) and better}

    def _answer(self, parsed: PathRequest, today: date) -> Json:
        began = time.perf_counter()
        until = began + parsed.time_limit
        facts = self.facts
        wanted = targets.wanted(self.graph, facts, parsed)
        asked = question.resolve(facts, parsed, wanted.targets, today)
        reduced = question.reduce(facts, asked, timetable=self.timetable)
        more = bool(parsed.alternatives or parsed.pareto or parsed.why_not)
        aims = Aims(
            slack=SLACK[parsed.prefer] if parsed.coverage_slack is None else parsed.coverage_slack,
            seconds=(until - time.perf_counter()) * (FIRST_SHARE if more else 1.0),
        )
        cut_short: list[str] = []

        def left(what: str) -> Aims:
            """The aims with the time that is left, shared out before it is spent."""
            seconds = until - time.perf_counter()
            if seconds <= 0 and what not in cut_short:
                cut_short.append(what)
            return replace(aims, seconds=max(0.0, seconds))

        barred = {name: reduced.out[name] for name in asked.limits.require if name in reduced.out}
        best = (
            _infeasible()
            if barred
            else (solve.fastest if parsed.prefer == "fastest" else solve.solve)(
                reduced.problem, aims
            )
        )
        if best.status not in ("optimal", "infeasible"):
            cut_short.append("routes")
        drafts = [answer.draft(facts, asked, reduced, best)]
        if best.found and parsed.alternatives:
            others = solve.alternatives(
                reduced.problem,
                best,
                left("alternatives"),
                parsed.alternatives,
                give_up=ALTERNATIVE_SLACK,
                extra=ALTERNATIVE_EXTRA,
            )
            drafts += [answer.draft(facts, asked, reduced, other) for other in others]
            if any(other.status != "optimal" for other in others):
                cut_short.append("alternatives")
        named = self._labels(drafts, asked, wanted, parsed)
        horizon = _horizon(asked)
        routes = [
            self._route(drafted, asked, reduced, named, parsed, horizon) for drafted in drafts
        ]
        for place, drafted in enumerate(drafts[1:], 1):
            earlier = [one.courses for one in drafts[:place]]
            routes[place]["difference"] = presets.difference(drafted.courses, earlier)
        _check_apart(routes)
        found: Json = {
            "generation": facts.generation,
            "asOf": today.isoformat(),
            "horizon": horizon,
            "target": [
                {
                    "skill": one.skill,
                    "label": named.text(one.skill),
                    "labelLang": named.language(one.skill),
                    "weight": one.weight,
                    "level": one.level,
                }
                for one in asked.targets
            ],
            "known": [{"skill": one.skill, "label": named.text(one.skill)} for one in wanted.known],
            "setAside": wanted.set_aside,
            "minConfidence": asked.least,
            "minSurest": asked.surest,
            "routes": routes,
            "notes": self._notes(reduced, drafts[0]),
        }
        if asked.targets and not drafts[0].courses:
            found["relax"], known = self._relax(barred, asked, left("relax"), best)
            if not known:
                cut_short.append("relax")
        if parsed.pareto:
            front = self._pareto(asked, reduced, left("pareto"))
            if any(one["status"] != "optimal" for one in front):
                cut_short.append("pareto")
            found["pareto"] = front
        if parsed.why_not:
            found["whyNot"] = self._why_not(parsed, asked, left, best)
        found["truncated"] = list(dict.fromkeys(cut_short))
        logger.info(
            "path planned",
            extra={
                "status": best.status,
                "candidates": len(reduced.problem.candidates),
                "targets": len(asked.targets),
                "seconds": round(time.perf_counter() - began, 4),
            },
        )
        return found

    def _labels(
        self,
        drafts: list[Draft],
        asked: Question,
        wanted: targets.Wanted,
        parsed: PathRequest,
    ) -> labels.Labels:
        things = {one.skill for one in (*asked.targets, *wanted.known)}
        for drafted in drafts:
            things.update(drafted.courses)
            things.update(
                module
                for name in drafted.courses
                for group in self.facts.courses[name].groups
                for module in group.modules
            )
            things.update(drafted.partly.values())
        things.update(self.facts.credentials)
        return self.labels.read(things, parsed.lang)

    def _route(
        self,
        drafted: Draft,
        asked: Question,
        reduced: Reduced,
        named: labels.Labels,
        parsed: PathRequest,
        horizon: Json,
    ) -> Json:
        found = answer.route(
            self.facts, asked, reduced, drafted, named, parsed.lang.split("-")[0].lower()
        )
        near = around(
            self.works,
            self.publishers,
            found,
            most=parsed.works,
            of_step=parsed.step_works if len(drafted.courses) <= MOST_ORDERED else 0,
            theses=parsed.student_theses,
        )
        names = self.labels.read(near.names(), parsed.lang)
        near.put(found, {name: names.text(name) for name in near.names()})
        certificate = found["certificate"]
        assert isinstance(certificate, dict)  # noqa: S101
        if drafted.solved.found:
            wrong = check.violations(
                self.facts,
                check.Asked(
                    asked.limits, asked.targets, asked.completed, asked.least, asked.surest
                ),
                horizon,
                found,
            )
            certificate["checked"] = not wrong
            if wrong:
                certificate["violations"] = wrong
                logger.error("a route fails its check", extra={"violations": wrong[:5]})
        else:
            certificate["checked"] = False
        return found

    def _notes(self, reduced: Reduced, drafted: Draft) -> list[str]:
        """What a reader of the answer must know about the data it rests on."""
        notes = [
            f"{what}: {count} in the graph, such as {example}"
            for what, count, example in self.facts.notes
        ]
        loose = [name for name in drafted.courses if name in reduced.unknown_groups]
        if loose:
            notes.append(
                f"{len(loose)} courses on the route ask for what could not be made out from the "
                "graph; read their prerequisites"
            )
        return notes

    def _relax(
        self, barred: Mapping[str, Filter], asked: Question, aims: Aims, best: Solved
    ) -> tuple[list[Json], bool]:
        """What must give for there to be a route, and whether all of that is known.

        First what keeps each required course out, then the smallest sets of limits.
        """
        found: list[Json] = [
            {"course": name, "relax": [RELAX[bit] for bit in RELAX if bit & why]}
            for name, why in sorted(barred.items())
        ]
        if best.status == "unknown":
            return [*found, {"relax": ["timeLimit"]}], False
        sets = relax.gives(self.facts, asked, self.timetable, aims.seconds)
        found += [{"relax": list(one)} for one in sets.sets]
        return found, sets.complete

    def _pareto(self, asked: Question, reduced: Reduced, aims: Aims) -> list[Json]:
        budget = asked.limits.ects
        if budget is None:
            budget = min(120 * CENTI, sum(one.ects for one in reduced.problem.candidates))
        front: list[Json] = []
        for _, solved in solve.pareto(reduced.problem, aims, budget, PARETO_STEPS):
            drafted = answer.draft(self.facts, asked, reduced, solved)
            front.append(
                {
                    **answer.measured(self.facts, asked, drafted.courses, drafted.covered),
                    "finish": max(
                        (one.end.isoformat() for one in drafted.placed.values()), default=None
                    ),
                    "courses": list(drafted.courses),
                    "status": solved.status,
                }
            )
        return front

    def _why_not(
        self,
        parsed: PathRequest,
        asked: Question,
        left: Callable[[str], Aims],
        best: Solved,
    ) -> list[Json]:
        """For each course that was asked about: its price, or what would have to give."""
        facts = self.facts
        names = [facts.aliases.get(name, name) for name in parsed.why_not]
        reduced = question.reduce(facts, asked, names, self.timetable)
        found: list[Json] = []
        for name in names:
            if name in reduced.out:
                bits = [RELAX[bit] for bit in RELAX if bit & reduced.out[name]]
                found.append({"course": name, "relax": bits[0], "limits": bits})
                continue
            place = reduced.index[name]
            forced = solve.solve(reduced.problem, replace(left("whyNot"), forced=(place,)))
            if forced.found:
                found.append({"course": name, "price": self._price(reduced, forced, best)})
            elif forced.status == "unknown":
                left("whyNot")
                found.append({"course": name, "relax": "timeLimit", "limits": ["timeLimit"]})
            else:
                seconds = left("whyNot").seconds
                gives = relax.gives(facts, asked, self.timetable, seconds, (name,)).sets
                first = list(gives[0]) if gives else []
                found.append(
                    {
                        "course": name,
                        "relax": first[0] if first else None,
                        "limits": first,
                        "others": [list(one) for one in gives[1:]],
                    }
                )
        return found

    def _price(self, reduced: Reduced, forced: Solved, best: Solved) -> Json:
        before = dict(zip(("ects", "worth", "slots"), _measures(best), strict=True))
        after = dict(zip(("ects", "worth", "slots"), _measures(forced), strict=True))
        return {
            "ects": (after["ects"] - before["ects"]) / CENTI,
            "coverage": round((after["worth"] - before["worth"]) / max(1, before["worth"]), 4),
            "periods": after["slots"] - before["slots"],
            "with": [reduced.problem.candidates[place].course for place in forced.selection.chosen],
        }


def _measures(solved: Solved) -> tuple[int, int, int]:
    """Credits, worth and slots until the finish of a route."""
    ects = next((one.value for one in solved.selection.levels if one.name == "ects"), 0)
    last = max((one.last for one in solved.schedule.placed.values()), default=-1)
    return ects, solve.coverage(solved), last + 1


def _check_apart(routes: list[Json]) -> None:
    """Notes in each alternative's certificate what the checker finds wrong with it as a choice."""
    found = check.apart(
        routes,
        share=solve.DIFFER_BY,
        lacks=ALTERNATIVE_SLACK,
        extra=ALTERNATIVE_EXTRA,
    )
    for route, wrong in zip(routes, found, strict=True):
        certificate = route["certificate"]
        if wrong and isinstance(certificate, dict):
            certificate["checked"] = False
            certificate["violations"] = [*certificate.get("violations", ()), *wrong]
            logger.error("an alternative fails its check", extra={"violations": wrong})


def _infeasible() -> Solved:
    return Solved(Selection((), (), "infeasible"), Schedule({}, "unknown"), 0, 0.0)


def _horizon(asked: Question) -> Json:
    return {
        "start": asked.calendar.start.isoformat(),
        "end": asked.calendar.end.isoformat(),
        "periods": [
            {"start": one.start.isoformat(), "end": one.end.isoformat(), "name": one.code}
            for one in asked.calendar.slots
        ],
    }
