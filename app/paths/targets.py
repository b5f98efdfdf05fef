"""Which skills a question asks for, and how much each counts.

An occupation's skill counts (1.0 essential, 0.3 optional) × its specificity: the logarithm of
all occupations over those that ask for it, so that what every science occupation asks for
says little about this one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.errors import BadParameter, NotFound
from app.graph.port import Graph
from app.paths.index import confidence
from app.paths.model import Facts, Target
from app.paths.request import MOST_SKILLS, KeptRoute, PathRequest, pointer
from ontology import terms
from ontology.ntriples import Term, iri
from queries import engine

ESSENTIAL = 1.0
OPTIONAL = 0.3

TRANSVERSAL = "transversal"
CROSS_SECTOR = frozenset({TRANSVERSAL, "cross-sector"})
"""ESCO's reuse levels of skills that many sectors share."""


@dataclass(frozen=True)
class Wanted:
    """The target of a question, and what was set aside on the way to it.

    Attributes:
        targets: skills still to reach, heaviest first.
        known: skills asked for that the learner has already.
        set_aside: skills left out because the question switched cross-sector skills off.
    """

    targets: tuple[Target, ...]
    known: tuple[Target, ...]
    set_aside: int


def specificity(demand: int, occupations: int) -> float:
    """How much a skill says about an occupation that asks for it.

    One is added to the number of occupations, so that a skill that all of them ask for still
    counts a little.

    >>> round(specificity(3, 3007), 2), specificity(3007, 3007) > 0
    (6.91, True)
    """
    if not occupations:
        return 1.0
    return math.log((occupations + 1) / max(1, min(demand, occupations)))


def wanted(graph: Graph, facts: Facts, request: PathRequest) -> Wanted:
    """The target skills with their weights, united over all kinds of target.

    Raises: BadParameter if nothing is asked for; NotFound naming an IRI that is not in the graph.
    """
    asked = request.to
    if not (
        asked.occupation
        or asked.skills
        or asked.group
        or asked.work
        or asked.route
        or asked.text
        or asked.tagged
    ):
        raise BadParameter(
            "/to", "Say where the route leads: occupation, skills, group, work, route or text."
        )
    if asked.text is not None and not asked.tagged:
        raise BadParameter(
            "/to/text", "No skill was found in the text. Describe what you want to be able to do."
        )
    weights: dict[str, float] = {}
    levels: dict[str, int] = {}

    def take(skill: str, weight: float, level: int = 1) -> None:
        weights[skill] = max(weights.get(skill, 0.0), weight)
        levels[skill] = max(levels.get(skill, 1), level)

    if asked.occupation is not None:
        for skill, share in _occupation(graph, asked.occupation):
            take(skill, share * _specificity(facts, skill))
    if asked.group is not None:
        for skill in _group(graph, asked.group):
            take(skill, _specificity(facts, skill))
    if asked.work is not None:
        for skill, sure in _work(graph, asked.work):
            take(skill, sure * _specificity(facts, skill))
    if asked.route is not None:
        for skill, sure in _route(facts, asked.route):
            take(skill, sure * _specificity(facts, skill))
    for found in asked.tagged:
        if found.skill in facts.skills and found.confidence > 0:
            take(found.skill, found.confidence * _specificity(facts, found.skill))
    among_others = bool(weights)
    for place, one in enumerate(asked.skills):
        _known_skill(graph, facts, one.skill, pointer("to", "skills", place, "skill"))
        # Beside an occupation, a skill asked for by name counts as an essential one.
        usual = ESSENTIAL * _specificity(facts, one.skill) if among_others else 1.0
        take(one.skill, usual if one.weight is None else one.weight, one.level)
        if one.weight is not None:
            weights[one.skill] = one.weight
    aside = 0
    if not request.cross_sector:
        named = {one.skill for one in asked.skills}
        shared = [
            skill
            for skill in weights
            if skill not in named
            and skill in facts.skills
            and facts.skills[skill].reuse in CROSS_SECTOR
        ]
        aside = len(shared)
        for skill in shared:
            del weights[skill]
    for skill, weight in request.weights.items():
        if skill in weights:
            weights[skill] = weight
        elif not _has_class(graph, skill, terms.esco.Skill):
            raise NotFound(f"weights: there is no skill <{skill}> in the graph.")
    held = _held(facts, request)
    targets = sorted(
        (Target(skill, round(weight, 4), levels[skill]) for skill, weight in weights.items()),
        key=lambda one: (-one.weight, one.skill),
    )
    return Wanted(
        tuple(one for one in targets if held.get(one.skill, 0) < one.level),
        tuple(one for one in targets if held.get(one.skill, 0) >= one.level),
        aside,
    )


def counts_for(facts: Facts, narrow: str, broad: str) -> bool:
    """Whether a narrower skill counts fully for the one directly above it.

    It does where both are of one type and the broader is not transversal: to know museum
    databases is not to be able to use databases, though ESCO puts the one under the other.
    """
    below, above = facts.skills.get(narrow), facts.skills.get(broad)
    return (
        below is not None
        and above is not None
        and broad in below.broader
        and below.type is not None
        and below.type == above.type
        and above.reuse != TRANSVERSAL
    )


def _held(facts: Facts, request: PathRequest) -> Mapping[str, int]:
    """Skill → the level that the learner has, by their own word or by completed courses."""
    least = request.min_confidence if request.min_confidence is not None else facts.threshold
    held: dict[str, int] = {}

    def take(skill: str, level: int) -> None:
        held[skill] = max(held.get(skill, 0), level)
        known = facts.skills.get(skill)
        for broad in known.broader if known else ():
            if counts_for(facts, skill, broad):
                held[broad] = max(held.get(broad, 0), level)

    for place, one in enumerate(request.have):
        if one.skill not in facts.skills:
            raise NotFound(
                f"{pointer('have', place, 'skill')}: there is no skill <{one.skill}> in the graph."
            )
        take(one.skill, one.level)
    for name in sorted(completed_courses(facts, request.completed)):
        for evidence in facts.courses[name].develops:
            if evidence.confidence >= least:
                take(evidence.skill, evidence.level)
    return held


def completed_courses(facts: Facts, names: Iterable[str]) -> frozenset[str]:
    """The courses that are behind a learner.

    Of a completed micro-credential or module, all of its own.
    """
    found: set[str] = set()
    for name in names:
        of = facts.credentials.get(name)
        held = of.courses if of else facts.modules.get(name)
        found |= {facts.aliases.get(name, name)} if held is None else held
    return frozenset(found & facts.courses.keys())


def _specificity(facts: Facts, skill: str) -> float:
    known = facts.skills.get(skill)
    return specificity(known.demand if known else 0, facts.occupations)


def _occupation(graph: Graph, occupation: str) -> Iterator[tuple[str, float]]:
    term = _term(occupation, "/to/occupation")
    classes = _classes(graph, term)
    if terms.esco.Occupation not in classes:
        raise NotFound(
            f"/to/occupation: there is no occupation <{occupation}> in the graph. "
            "GET /occupations?q=… finds occupations by name."
        )
    for relation, skill in graph.select(engine("paths-occupation").bind({"occupation": term})):
        if skill:
            yield (
                skill,
                ESSENTIAL if relation == terms.esco.relatedEssentialSkill else OPTIONAL,
            )


def _group(graph: Graph, group: str) -> list[str]:
    term = _term(group, "/to/group")
    if not _classes(graph, term):
        raise NotFound(f"/to/group: there is no group <{group}> in the graph.")
    skills = [row[0] for row in graph.select(engine("paths-group").bind({"group": term})) if row[0]]
    if not skills:
        raise BadParameter("/to/group", f"No skill stands under <{group}>. Name a skill group.")
    if len(skills) > MOST_SKILLS:
        raise BadParameter(
            "/to/group",
            f"{len(skills)} skills stand under <{group}>, and {MOST_SKILLS} are the most. "
            "Name a group further down.",
        )
    return skills


def _work(graph: Graph, work: str) -> Iterator[tuple[str, float]]:
    term = _term(work, "/to/work")
    if terms.ResearchOutput not in _classes(graph, term):
        raise NotFound(f"/to/work: there is no research output <{work}> in the graph.")
    sure: dict[str, float] = {}
    for skill, status, stated in graph.select(engine("paths-work-skills").bind({"work": term})):
        if skill and status != terms.Rejected:
            value = confidence(status or terms.Accepted, stated)
            sure[skill] = max(sure.get(skill, 0.0), value)
    if not any(sure.values()):
        raise BadParameter(
            "/to/work", f"No skill is known that <{work}> studies. Name the skills instead."
        )
    yield from ((skill, value) for skill, value in sorted(sure.items()) if value > 0)


def _route(facts: Facts, route: KeptRoute) -> Iterator[tuple[str, float]]:
    """The skills that the route's steps develop, each as surely as the surest step does.

    Skills that the graph no longer holds are passed over.
    """
    sure: dict[str, float] = {}
    for step in route.steps:
        for one in step.develops:
            if one.skill in facts.skills:
                sure[one.skill] = max(sure.get(one.skill, 0.0), one.confidence)
    if not any(sure.values()):
        raise BadParameter(
            "/to/route", "No step of the route develops a skill that the graph holds."
        )
    yield from ((skill, value) for skill, value in sorted(sure.items()) if value > 0)


def _known_skill(graph: Graph, facts: Facts, skill: str, where: str) -> None:
    if skill not in facts.skills and not _has_class(graph, skill, terms.esco.Skill, where):
        raise NotFound(
            f"{where}: there is no skill <{skill}> in the graph. GET /skills?q=… finds skills."
        )


def _has_class(graph: Graph, thing: str, kind: str, where: str = "/weights") -> bool:
    return kind in _classes(graph, _term(thing, where))


def _classes(graph: Graph, thing: Term) -> set[str | None]:
    return {row[0] for row in graph.select(engine("paths-classes").bind({"thing": thing}))}


def _term(value: str, where: str) -> Term:
    try:
        return iri(value)
    except ValueError as error:
        raise BadParameter(where, str(error)) from error
