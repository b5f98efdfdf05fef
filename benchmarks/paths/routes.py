"""The routes of ten occupations as a page to read, with what a reader said of every step.

``python -m benchmarks.paths.routes > docs/routes.md`` makes the page anew from the graph in
POLKU_DATA. What was said of a step stands in ``judged.yaml`` by occupation and course code, so a
step that comes new, because the graph or the engine has changed, is shown as not read.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.paths.real import Real, body, opened, things
from ontology import terms

JUDGED = Path(__file__).with_name("judged.yaml")
NARROWER = {"crossSector": False}
"""What the same question is asked with for comparison."""

VERDICTS = ("sensible", "doubtful", "wrong")
UNREAD = "not read"
SECONDS = 5.0
SHOWN = 6
"""Missing skills shown for each reason, the heaviest first."""

REASONS = {
    "noCourse": "no course develops it surely enough",
    "overBudget": "a course does, but 60 ECTS are better spent",
    "prerequisite": "what its course asks for cannot be had",
    "filteredOut": "its courses are no ordinary ones, doctoral or not taught in the horizon",
}

Route = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """What a reader said of one route.

    Attributes:
        why: why this occupation is here.
        steps: course code → verdict and reason.
        words: what is sensible and what is wrong with the whole.
    """

    why: str
    steps: Mapping[str, tuple[str, str]]
    words: str

    def of(self, code: str) -> tuple[str, str]:
        """The verdict on a step, and why."""
        return self.steps.get(code, (UNREAD, ""))


def judged(file: Path = JUDGED) -> tuple[str, dict[str, Judged]]:
    """What was said of all routes, and of each occupation's, in the order of the page.

    Raises: ValueError naming a verdict that is none.
    """
    found = {}
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    for occupation, held in said["routes"].items():
        steps = {str(code): (said[0], said[1]) for code, said in held["steps"].items()}
        for code, (verdict, _) in steps.items():
            if verdict not in VERDICTS:
                raise ValueError(f"{occupation}, {code}: {verdict!r} is none of {VERDICTS}")
        found[occupation] = Judged(held["why"].strip(), steps, held["words"].strip())
    return said["summary"].strip(), found


def named(real: Real, names: Sequence[str]) -> dict[str, str]:
    """The occupations' IRIs by their English preferred labels.

    Raises: LookupError naming a label that no occupation has.
    """
    every = things(real.graph, terms.esco.Occupation)
    labels = real.service.labels.read(every, "en")
    by_label = {labels.text(one): one for one in every}
    lacking = [name for name in names if name not in by_label]
    if lacking:
        raise LookupError(f"no occupation is called {', '.join(lacking)}: load ESCO in English")
    return {name: by_label[name] for name in names}


def page(real: Real, summary: str, said: Mapping[str, Judged]) -> Iterator[str]:
    """The lines of the page."""
    occupations = named(real, list(said))
    answers = {name: _asked(real, one) for name, one in occupations.items()}
    routes = {name: _best(answer) for name, answer in answers.items()}
    narrower = {name: _best(_asked(real, one, **NARROWER)) for name, one in occupations.items()}
    yield from _head(real, routes, narrower, said)
    yield f"{summary}\n"
    for name, route in routes.items():
        yield from _section(name, answers[name], route, said[name])


def _asked(real: Real, occupation: str, **others: object) -> Mapping[str, Any]:
    return real.service.plan(body(occupation, timeLimit=SECONDS, works=0, stepWorks=0, **others))


def _best(answer: Mapping[str, Any]) -> Route:
    route: Route = answer["routes"][0]
    return route


def _counts(routes: Mapping[str, Route], said: Mapping[str, Judged]) -> dict[str, Counter[str]]:
    return {
        name: Counter(said[name].of(step["code"])[0] for step in route["steps"])
        for name, route in routes.items()
    }


def _told(count: Counter[str]) -> str:
    """Sensible, doubtful and wrong steps, and how many were not read."""
    unread = f", {count[UNREAD]} not read" if count[UNREAD] else ""
    return " / ".join(str(count[verdict]) for verdict in VERDICTS) + unread


def _head(
    real: Real,
    routes: Mapping[str, Route],
    narrower: Mapping[str, Route],
    said: Mapping[str, Judged],
) -> Iterator[str]:
    counts, fewer = _counts(routes, said), _counts(narrower, said)
    total, less = sum(counts.values(), Counter[str]()), sum(fewer.values(), Counter[str]())
    yield "# Ten routes, read critically\n"
    yield (
        "Made by `python -m benchmarks.paths.routes > docs/routes.md`; the judgements stand in "
        f"`benchmarks/paths/judged.yaml`. Graph `{real.facts.generation}`: Aalto's catalogue, ESCO "
        "v1.1.1, tags of the built-in tagger. 60 ECTS, 8 periods, at most 15 ECTS a period, a "
        "degree student of Aalto (no limit on the way in), asked on 2026-11-25.\n"
    )
    yield (
        "The routes were judged by one reader, by course code, name and skill label alone, as "
        "somebody would who knows the catalogue; nobody has taken them. *Sensible*: an adviser "
        "would propose the course for this skill, or not mind. *Doubtful*: of some use, but there "
        "is a nearer course, or the level or setting is off. *Wrong*: no use to this learner.\n"
    )
    proved = sum(one["certificate"]["status"] == "optimal" for one in routes.values())
    sound = sum(bool(one["certificate"]["checked"]) for one in routes.values())
    unread = f", {total[UNREAD]} not read" if total[UNREAD] else ""
    yield (
        f"**Of {total.total()} steps {total['sensible']} are sensible, {total['doubtful']} "
        f"doubtful, {total['wrong']} wrong{unread}.** {proved} of {len(routes)} routes are proved "
        f"optimal, {sound} passed the checker: the proof is about the tags, and does not make a "
        "wrong tag right. The last column is the same question without the skills that ESCO calls "
        f"transversal or cross-sector: of {less.total()} steps {_told(less)}.\n"
    )
    yield (
        "| occupation | steps | ECTS | sensible / doubtful / wrong | covered weight | certificate "
        "| without cross-sector skills |"
    )
    yield "|---|---|---|---|---|---|---|"
    for name, route in routes.items():
        certificate = route["certificate"]
        yield (
            f"| [{name}](#{name.replace(' ', '-')}) | {len(route['steps'])} | {route['ects']:g} "
            f"| {_told(counts[name])} | {route['coverage']:.2f} | {certificate['status']}, "
            f"{'checked' if certificate['checked'] else 'not checked'} | {_told(fewer[name])} |"
        )
    yield ""


def _section(name: str, answer: Mapping[str, Any], route: Route, said: Judged) -> Iterator[str]:
    certificate = route["certificate"]
    yield f"## {name.capitalize()}\n"
    yield f"{said.why}\n"
    yield "| period | code | name | ECTS | gives | judged |"
    yield "|---|---|---|---|---|---|"
    for step in route["steps"]:
        gives = "; ".join(
            f"{one['label']} {one['confidence']:.2f}"
            for one in sorted(step["develops"], key=lambda one: -one["confidence"])
        )
        verdict, reason = said.of(step["code"])
        yield (
            f"| {step['period']['name']} | {step['code']} | {_cell(step['name'])} "
            f"| {step['ects']:g} | {_cell(gives) or '(asked for by another step)'} "
            f"| **{verdict}**{': ' + _cell(reason) if reason else ''} |"
        )
    yield ""
    yield (
        f"Covers {route['coverage']:.2f} of the target's weight, {route['evidence']:.2f} weighed by "
        f"evidence: {len(route['covered'])} of {len(answer['target'])} skills, "
        f"{len(route['partly'])} more partly. Certificate: {certificate['status']}, placement "
        f"{certificate['placement']}, {certificate['candidates']} candidates, {certificate['cuts']} "
        f"cuts, {'checked' if certificate['checked'] else 'not checked'}.\n"
    )
    yield from _missing(answer, route)
    yield f"{said.words}\n"


def _missing(answer: Mapping[str, Any], route: Route) -> Iterator[str]:
    weight = {one["skill"]: one["weight"] for one in answer["target"]}
    ordered = sorted(route["missing"], key=lambda one: (-weight[one["skill"]], one["label"]))
    yield "Missing:\n"
    for reason, told in REASONS.items():
        labels = [one["label"] for one in ordered if one["reason"] == reason]
        if labels:
            more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
            yield f"- {len(labels)}, {told}: {', '.join(labels[:SHOWN])}{more}"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """0 once the page is printed."""
    for line in page(opened(), *judged()):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
