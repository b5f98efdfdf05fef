"""What a combination would still lack to be offered, by the check of one offering."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from app.credentials.document import Stated
from app.credentials.infer import Fact, Suggestion, described, facts_query
from app.credentials.offering import parse
from app.credentials.readiness import state
from app.credentials.report import report
from app.graph.port import Graph
from app.graph.small import Small
from app.paths.model import Facts
from ontology.ntriples import iri
from queries import engine

MOST_SKILLS = 25
"""Skills of the outcomes that are proposed."""


def offering(courses: Iterable[str]) -> dict[str, Any]:
    """The combination as an offering in our JSON: all else is to be said by who offers it."""
    return {"kind": "microCredential", "consistsOf": [{"course": one} for one in courses]}


def readiness(
    graph: Graph, facts: Facts, least: float, courses: Collection[str], lang: str
) -> dict[str, Any]:
    """The report on the combination by the ``eu`` profile, and the state that it is in."""
    about, triples = parse(offering(courses))
    small = Small()
    small.add(triples)
    stated = Stated(small, about)
    things = described(stated)
    told = report(
        stated,
        lang,
        wanted=("eu",),
        known=[*_facts(graph, things), *_texts(graph, things, lang)],
        suggested=list(_suggested(facts, least, courses)),
    )
    (found,) = told["profiles"] if isinstance(told["profiles"], list) else [{}]
    due = [one["status"] for one in found["elements"] if one["requirement"] == "mandatory"]
    return {"state": state(due), **found}


def _facts(graph: Graph, things: Iterable[str]) -> Iterator[Fact]:
    for row in graph.solutions(facts_query(things)):
        yield Fact(*(row[name].lexical for name in ("thing", "property", "value")))


def _texts(graph: Graph, things: Iterable[str], lang: str) -> Iterator[Fact]:
    """One text of each kind of each course: in the language asked for, where there is one."""
    bound = {"things": [iri(one) for one in things]}
    said: dict[tuple[str, str], tuple[tuple[bool, bool, str], str]] = {}
    for row in graph.solutions(engine("planning-texts").bind(bound)):
        key, value = (row["thing"].lexical, row["property"].lexical), row["value"]
        tag = (value.language or "").partition("-")[0].lower()
        choice = ((tag != lang, tag != "en", value.lexical), value.lexical)
        said[key] = min(said.get(key, choice), choice)
    yield from (Fact(thing, prop, words) for (thing, prop), (_, words) in sorted(said.items()))


def _suggested(facts: Facts, least: float, courses: Iterable[str]) -> Iterator[Suggestion]:
    """The skills that the courses develop, each as surely as the surest does."""
    sure: dict[str, float] = {}
    for name in courses:
        for one in facts.courses[name].develops:
            if one.confidence >= least:
                sure[one.skill] = max(sure.get(one.skill, 0.0), one.confidence)
    best = sorted(sure.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_SKILLS]
    yield from (Suggestion(skill, confidence) for skill, confidence in best)
