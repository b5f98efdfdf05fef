"""Design of micro-credentials over one generation, warm: JSON in, JSON out."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from app.credentials.report import LANGUAGES
from app.errors import BadParameter
from app.paths import explain, labels, question, targets
from app.paths.model import CENTI, RELAX, Filter
from app.paths.question import Question, Reduced
from app.paths.service import Service as Paths
from app.planning import answer, check, problem, ready, request, wholes
from app.planning.answer import Draft, Json
from app.planning.choose import choose
from app.planning.request import DesignRequest

logger = logging.getLogger(__name__)


class Service:
    """Answers questions for the design of micro-credentials, on the facts that paths hold."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.facts = paths.facts

    @cached_property
    def wholes(self) -> tuple[wholes.Whole, ...]:
        """What the graph already puts together; read when it is first asked for."""
        return wholes.read(self.paths.graph, self.facts)

    def design(self, asked: Mapping[str, Any]) -> Json:
        """Combinations of courses that cover what is wanted, the best first.

        Raises: BadParameter with a JSON pointer, also where nothing can be put together;
        NotFound naming an IRI.
        """
        began = time.perf_counter()
        parsed = request.parse(asked)
        facts, today = self.facts, self.paths.today()
        as_path = request.as_path(parsed)
        wanted = targets.wanted(self.paths.graph, facts, as_path)
        resolved = question.resolve(facts, as_path, wanted.targets, today)
        limits = parsed.limits
        reduced, divided = problem.reduce(
            facts,
            resolved,
            least_ects=int(limits.ects.min * CENTI),
            one_university=limits.together == "university",
            same_language=limits.same_language,
            same_level=limits.same_level,
            timetable=self.paths.timetable,
        )
        _possible(resolved, reduced)
        found = choose(
            reduced.problem,
            parsed.proposals,
            divided,
            slack=parsed.coverage_slack,
            seconds=max(0.0, parsed.time_limit - (time.perf_counter() - began)),
        )
        if not found.chosen and found.ended == "infeasible":
            raise BadParameter("/limits", _impossible(parsed, reduced))
        drafts = [
            answer.draft(facts, resolved, reduced, one, self.wholes, parsed.min_overlap)
            for one in found.chosen
        ]
        named = self.paths.labels.read(
            {one.skill for one in resolved.targets}.union(*(one.things() for one in drafts)),
            parsed.lang,
        )
        proposals = [self._proposal(parsed, resolved, reduced, one, named) for one in drafts]
        told: Json = {
            "generation": facts.generation,
            "asOf": today.isoformat(),
            "lang": parsed.lang,
            "target": [
                {
                    "skill": one.skill,
                    "label": named.text(one.skill),
                    "labelLang": named.language(one.skill),
                    "weight": one.weight,
                    "level": one.level,
                }
                for one in resolved.targets
            ],
            "setAside": wanted.set_aside,
            "minConfidence": resolved.least,
            "ects": {"min": float(limits.ects.min), "max": float(limits.ects.max)},
            "proposals": proposals,
            "between": answer.between(facts, resolved.least, drafts),
            "ended": found.ended,
            "truncated": ["proposals"]
            if found.ended == "unknown" or any(one.selection.status != "optimal" for one in drafts)
            else [],
        }
        _check(facts, parsed, resolved, told, self.wholes)
        logger.info(
            "micro-credential designed",
            extra={
                "proposals": len(proposals),
                "candidates": len(reduced.problem.candidates),
                "targets": len(resolved.targets),
                "seconds": round(time.perf_counter() - began, 4),
            },
        )
        return told

    def _proposal(
        self,
        parsed: DesignRequest,
        resolved: Question,
        reduced: Reduced,
        drafted: Draft,
        named: labels.Labels,
    ) -> Json:
        primary = parsed.lang.split("-")[0].lower()
        lang = primary if primary in LANGUAGES else "en"
        readiness = ready.readiness(
            self.paths.graph, self.facts, resolved.least, drafted.courses, lang
        )
        values = [one["inferred"] for one in readiness["elements"] if "inferred" in one]
        things = {each for one in values for each in one["values"] if each.startswith("http")}
        labelled = self.paths.labels.read(things, parsed.lang)
        for one in values:
            one["labels"] = [
                labelled.text(each).rpartition("#")[2] if each in things else each
                for each in one["values"]
            ]
        return {
            **answer.proposal(self.facts, resolved, reduced, drafted, named),
            "readiness": readiness,
            "offering": ready.offering(drafted.courses),
        }


def _possible(resolved: Question, reduced: Reduced) -> None:
    """Raises: BadParameter if a required course cannot stand, or no course develops anything."""
    for place, name in enumerate(resolved.limits.require):
        if name in reduced.out:
            kept_out = ", ".join(RELAX[bit] for bit in RELAX if bit & reduced.out[name])
            raise BadParameter(
                f"/limits/require/{place}", f"<{name}> cannot be in a combination: {kept_out}."
            )
    if any(one.gains for one in reduced.problem.candidates):
        return
    if not resolved.targets:
        raise BadParameter("/to", "No skill is left to cover: all were set aside.")
    reasons = [one for one in reduced.out.values() if one is not Filter.NONE]
    hint = (
        f" Courses that do are kept out by {', '.join(explain.relax(reasons)[:3])}."
        if reasons
        else " Ask for other skills, or for a lower minConfidence."
    )
    raise BadParameter(
        "/to", f"No course develops any of the {len(resolved.targets)} skills asked for.{hint}"
    )


def _impossible(parsed: DesignRequest, reduced: Reduced) -> str:
    """Why no combination was found, and what may give."""
    limits = parsed.limits
    alike = [
        said
        for wanted, said in (
            (limits.together == "university", "of one university"),
            (limits.same_language, "in one language"),
            (limits.same_level, "of one EQF level"),
        )
        if wanted
    ]
    return (
        f"No combination of at most {limits.courses} courses {', '.join(alike)} that cover "
        f"something has {limits.ects.min}–{limits.ects.max} ECTS "
        f"({len(reduced.problem.candidates)} courses may stand in one). Widen limits.ects or "
        "limits.courses."
    )


def _check(
    facts: Any,
    parsed: DesignRequest,
    resolved: Question,
    told: Json,
    known: tuple[wholes.Whole, ...],
) -> None:
    """Notes in each certificate what the checker finds wrong with the proposal."""
    proposals = told["proposals"]
    assert isinstance(proposals, list)  # noqa: S101
    asked = check.Asked(
        limits=resolved.limits,
        least_ects=int(parsed.limits.ects.min * CENTI),
        one_university=parsed.limits.together == "university",
        same_language=parsed.limits.same_language,
        same_level=parsed.limits.same_level,
        targets=resolved.targets,
        least=resolved.least,
    )
    for place, one in enumerate(proposals):
        wrong = check.violations(facts, asked, one, proposals[:place], known)
        one["certificate"]["checked"] = not wrong
        if wrong:
            one["certificate"]["violations"] = wrong
            logger.error("a proposal fails its check", extra={"violations": wrong[:5]})
