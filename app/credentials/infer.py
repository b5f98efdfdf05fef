"""What can be inferred of an offering from what stands elsewhere: proposals, never statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from app.credentials.document import Stated
from app.credentials.names import COUNTRY, EQF, EQF_OF
from app.credentials.offering import NAMELESS
from app.credentials.words import BECAUSE
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import Term, Triple, decimal, iri, text
from ontology.universities import UNIVERSITIES
from queries import engine

_MOST_ECTS = 1_000
_SHOWN = 300  # characters of a text that is proposed


class Fact(NamedTuple):
    """A thing's property and value, as the graph or the document states it."""

    thing: str
    property: str
    value: str


class Suggestion(NamedTuple):
    """A skill that tagging reads in the learning outcomes, and how surely."""

    skill: str
    confidence: float


@dataclass(frozen=True)
class Proposal:
    """Values that an offering could state.

    Attributes:
        triples: what it would state.
        values: the values as people read them, numbers and IRIs.
        sources: IRIs of the things that they come from.
        because: the reason by language.
    """

    triples: Sequence[Triple]
    values: Sequence[str]
    sources: Sequence[str]
    because: Mapping[str, str]


def parts(stated: Stated) -> Sequence[str]:
    """IRIs of the courses that the offering consists of, in order."""
    query = f"SELECT ?part WHERE {{ ?about <{terms.consistsOf}> ?part FILTER(isIRI(?part)) }}"
    found = {row["part"].lexical for row in stated.graph.solutions(query)}
    return [one for one in sorted(found) if _is_iri(one)]


def described(stated: Stated) -> Sequence[str]:
    """IRIs of the things of which the graph may know more: the offering itself and its courses."""
    own = stated.about[1:-1] if stated.about.startswith("<") else ""
    return [*([own] if _is_iri(own) and own != NAMELESS else ()), *parts(stated)]


def facts_query(things: Iterable[str]) -> str:
    """The query for facts about things: variables thing, property and value.

    A course's forms of participation are those of its offerings.
    """
    return engine("credentials-facts").bind({"things": [iri(one) for one in things]})


def outcomes(stated: Stated, language: str) -> str:
    """The learning outcomes as text for tagging, in one language of theirs; empty if none."""
    query = (
        f"SELECT ?text (LANG(?text) AS ?language) WHERE {{ ?about <{terms.outcomesText}> ?text }} "
        "ORDER BY ?language ?text"
    )
    said: defaultdict[str, list[str]] = defaultdict(list)
    for row in stated.graph.solutions(query):
        said[row["language"].lexical.partition("-")[0]].append(row["text"].lexical)
    best = next((one for one in (language, "en", "fi", "sv", *said) if one in said), "")
    return "\n".join(said[best])


def proposals(
    stated: Stated, known: Iterable[Fact] = (), suggested: Sequence[Suggestion] = ()
) -> Iterator[Proposal]:
    """What the courses, the study level, the university and the outcomes let one propose."""
    courses = parts(stated)
    said = _Said([*known, *_own_facts(stated, courses)])
    about = stated.about
    yield from _credits(about, courses, said)
    yield from _level(stated, courses, said)
    bodies = said.agreed(courses, terms.university)
    if bodies:
        yield _proposal(about, terms.university, bodies, courses, "university")
    yield from _country(stated, bodies)
    yield from _modes(about, courses, said)
    yield from _texts(about, courses, said)
    things = [about[1:-1], *courses]
    skills = sorted({skill for one in things for skill in said.of(one, terms.develops)})
    if skills:
        sources = [one for one in things if said.of(one, terms.develops)]
        yield _proposal(about, terms.certifies, skills, sources, "skills")
    elif suggested:
        best = sorted(suggested, key=lambda one: (-one.confidence, one.skill))
        yield _proposal(about, terms.certifies, [one.skill for one in best], (), "outcomes")


class _Said:
    """Facts by thing and property."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._values: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for fact in facts:
            self._values[fact.thing, fact.property].add(fact.value)

    def of(self, thing: str, prop: str) -> frozenset[str]:
        """The values that are stated."""
        return frozenset(self._values.get((thing, prop), ()))

    def agreed(self, things: Sequence[str], prop: str) -> list[str]:
        """The one value that all things state, as a list; empty if they differ or are silent."""
        every = {self.of(thing, prop) for thing in things}
        only = next(iter(every)) if len(every) == 1 else frozenset()
        return list(only) if len(only) == 1 else []


def _own_facts(stated: Stated, courses: Sequence[str]) -> Iterator[Fact]:
    if courses:
        for row in stated.graph.solutions(facts_query(courses)):
            yield Fact(row["thing"].lexical, row["property"].lexical, row["value"].lexical)


def _own(stated: Stated, prop: str) -> list[str]:
    query = f"SELECT DISTINCT ?about ?value WHERE {{ ?about <{prop}> ?value }} ORDER BY ?value"
    rows = stated.graph.solutions(query)
    return [row["value"].lexical for row in rows if row["about"].term == stated.about]


def _proposal(
    about: Term, prop: str, values: Sequence[str], sources: Sequence[str], why: str
) -> Proposal:
    kept = [value for value in values if _is_iri(value)]
    triples = [(about, iri(prop), iri(value)) for value in kept]
    return Proposal(triples, kept, sources, BECAUSE[why])


def _is_iri(value: str) -> bool:
    """Whether it may stand in N-Triples: a document's parser lets through what that one does not."""
    try:
        iri(value)
    except ValueError:
        return False
    return True


def _credits(about: Term, courses: Sequence[str], said: _Said) -> Iterator[Proposal]:
    """The sum of the courses' credits, if each course states them."""
    each = [_number(said.of(course, terms.ectsMax)) for course in courses]
    total = sum((one for one in each if one is not None), Decimal(0))
    if courses and None not in each:
        triple = (about, iri(terms.ectsMax), decimal(total))
        shown = f"{total.normalize():f}"
        yield Proposal([triple], [shown], courses, BECAUSE["credits"])


def _number(values: frozenset[str]) -> Decimal | None:
    """The most credits of those stated; None if there are none, or none that a course could give."""
    try:
        most = max((Decimal(one) for one in values), default=None)
        # Not left to the sum: 1E+999999999 is short to write and long to write out.
        return most if most is not None and 0 <= most <= _MOST_ECTS else None
    except InvalidOperation:
        return None


def _level(stated: Stated, courses: Sequence[str], said: _Said) -> Iterator[Proposal]:
    """The EQF level of the degree to which the studies belong, if all belong to one level's."""
    stated_levels = [frozenset(_own(stated, terms.studyLevel))]
    of_courses = [said.of(course, terms.studyLevel) for course in courses]
    for studied, sources, why in (
        (stated_levels, (), "studyLevel"),
        (of_courses, courses, "studyLevels"),
    ):
        levels = {EQF_OF.get(one) for several in studied for one in several or {""}}
        reached = next(iter(levels)) if len(levels) == 1 else None
        if reached is not None:
            yield _proposal(stated.about, terms.level, [f"{EQF}{reached}"], sources, why)
            return


def _country(stated: Stated, bodies: Sequence[str]) -> Iterator[Proposal]:
    """Finland, if the awarding body is one of the network's universities."""
    ours = {Minter().organisation(one.ror) for one in UNIVERSITIES.values()}
    named = _own(stated, terms.university) or list(bodies)
    if named and set(named) <= ours:
        yield _proposal(stated.about, terms.country, [f"{COUNTRY}FIN"], named, "country")


def _modes(about: Term, courses: Sequence[str], said: _Said) -> Iterator[Proposal]:
    """The forms of participation of its offerings, or of those of its courses."""
    things = [about[1:-1], *courses]
    modes = sorted({mode for one in things for mode in said.of(one, terms.mode)})
    if modes:
        sources = [one for one in things if said.of(one, terms.mode)]
        yield _proposal(about, terms.mode, modes, sources, "modes")


def _texts(about: Term, courses: Sequence[str], said: _Said) -> Iterator[Proposal]:
    """What each of the courses says of its outcomes and its assessment, one after another.

    Whether it is known depends on who asks: those who do not read texts propose none.
    """
    for prop, why in ((terms.outcomesText, "outcomesTexts"), (terms.assessmentText, "assessments")):
        each = [min(said.of(course, prop), default="") for course in courses]
        if each and all(each):
            shown = [f"{one[:_SHOWN]}…" if len(one) > _SHOWN else one for one in each]
            triples = [(about, iri(prop), text("\n".join(each)))]
            yield Proposal(triples, shown, courses, BECAUSE[why])


def unlinked(stated: Stated) -> bool:
    """Whether the offering names no skill of its outcomes itself."""
    return not (_own(stated, terms.certifies) or _own(stated, terms.develops))


def linked(known: Iterable[Fact]) -> bool:
    """Whether the courses name skills, so that the outcomes need not be read for them."""
    return any(fact.property == terms.develops for fact in known)
