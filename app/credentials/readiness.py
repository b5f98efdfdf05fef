"""Readiness of a whole catalogue: which offerings could be micro-credentials today, and what lacks.

The rules are those of one offering (``report.py``): what the graph states of every course is held
against the profiles, some hundred courses at a time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from app.credentials.document import Stated
from app.credentials.infer import (
    Fact,
    Proposal,
    Suggestion,
    described,
    facts_query,
    proposals,
)
from app.credentials.names import BODIES
from app.credentials.profiles import PROFILES, ProfileName, profile
from app.credentials.report import Verdict, verdicts
from app.graph.catalogue import catalogue_query, chunks
from app.graph.catalogue import things as listed
from app.graph.port import Graph, Value
from app.graph.small import Small, term
from ontology import terms
from ontology.ntriples import Term, Triple, iri
from queries import engine

CHUNK = 200
"""Offerings that are held against the profiles together."""

State = Literal["ready", "inferable", "lacking"]
STATES: tuple[State, ...] = ("ready", "inferable", "lacking")
"""Every mandatory element is stated; would be, were what is inferred accepted; or one lacks."""

KINDS: Mapping[str, str] = {"course": terms.Course, "microCredential": terms.MicroCredential}
"""Kinds of offerings, and their classes."""


class Held(TypedDict):
    """An offering against one profile: names of elements, and counts of those stated."""

    state: State
    mandatory: int
    recommended: int
    missing: list[str]
    wrong: list[str]
    inferred: list[str]


class Row(TypedDict):
    """An offering in the table: ``titles`` by language, ``profiles`` by name."""

    thing: str
    kind: str
    code: str
    titles: dict[str, str]
    university: str
    ects: float | None
    profiles: dict[str, Held]


@dataclass(frozen=True)
class Lacked:
    """How many offerings lack an element, state it wrongly, or could have it inferred."""

    element: str
    requirement: str
    missing: int
    wrong: int
    inferred: int


@dataclass(frozen=True)
class Summary:
    """A catalogue against one profile.

    Attributes:
        offerings: how many there are.
        states: how many are in each state.
        by_lacks: number of mandatory elements missing or wrong → how many offerings.
        by_lacks_now: the same, what is inferred counted as lacking: so it stands today.
        lacked: the elements, that which most lack first.
    """

    offerings: int
    states: Mapping[State, int]
    by_lacks: Mapping[int, int]
    by_lacks_now: Mapping[int, int]
    lacked: Sequence[Lacked]


def things(
    graph: Graph, kinds: Iterable[str] = ("course",), universities: Sequence[str] = ()
) -> list[str]:
    """IRIs of the offerings of these kinds, of these universities (IRIs) or of all, in order."""
    rows = graph.solutions(catalogue_query(KINDS[kind] for kind in kinds))
    return listed(rows, universities)


def assessed(
    graph: Graph,
    offerings: Sequence[str],
    *,
    wanted: Sequence[ProfileName] = PROFILES,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Row]:
    """A row for each offering, in their order; ``progress`` is told how many are done."""
    for chunk in chunks(offerings, CHUNK):
        yield from _rows(graph, chunk, wanted)
        progress(len(chunk))


def summary(rows: Iterable[Row], name: ProfileName) -> Summary:
    """What a catalogue lacks of the profile, counted."""
    states: Counter[State] = Counter()
    by_lacks: Counter[int] = Counter()
    by_lacks_now: Counter[int] = Counter()
    each: dict[str, Counter[str]] = {one: Counter() for one in ("missing", "wrong", "inferred")}
    elements = {one.name: one for one in profile(name).elements}
    offerings = 0
    for row in rows:
        held = row["profiles"][name]
        offerings += 1
        states[held["state"]] += 1
        lacks = [*held["missing"], *held["wrong"]]
        due = {one for one in elements if elements[one].requirement == "mandatory"}
        by_lacks[len(due.intersection(lacks))] += 1
        by_lacks_now[len(due.intersection([*lacks, *held["inferred"]]))] += 1
        each["missing"].update(held["missing"])
        each["wrong"].update(held["wrong"])
        each["inferred"].update(held["inferred"])
    lacked = [
        Lacked(
            one,
            element.requirement,
            *(each[status][one] for status in ("missing", "wrong", "inferred")),
        )
        for one, element in elements.items()
    ]
    lacked = [one for one in lacked if one.missing or one.wrong or one.inferred]
    lacked.sort(key=lambda one: (-(one.missing + one.wrong), -one.inferred, one.element))
    return Summary(
        offerings,
        {state: states[state] for state in STATES},
        dict(sorted(by_lacks.items())),
        dict(sorted(by_lacks_now.items())),
        lacked,
    )


def _rows(graph: Graph, offerings: Sequence[str], wanted: Sequence[ProfileName]) -> Iterator[Row]:
    """The rows of one chunk: asked of the graph together, held against the profiles together."""
    terms_of = {one: iri(one) for one in offerings}
    stated: defaultdict[str, list[Triple]] = defaultdict(list)
    said: defaultdict[str, defaultdict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    bound = {"things": list(terms_of.values())}
    for row in graph.solutions(engine("credentials-stated").bind(bound)):
        thing, value = row["thing"].lexical, row["value"]
        stated[thing].append((term(row["subject"]), term(row["property"]), term(value)))
        if row["subject"].lexical == thing:
            said[thing][row["property"].lexical].append(value)
    documents = {one: _document(terms_of[one], stated[one]) for one in offerings}
    known = _known(graph, documents.values())
    together = Small()
    together.add(triple for one in offerings for triple in stated[one])
    offered: dict[Term, Sequence[Proposal]] = {
        document.about: list(
            proposals(
                document,
                [fact for thing in described(document) for fact in known.get(thing, ())],
                _suggested(said[one]),
            )
        )
        for one, document in documents.items()
    }
    held = {name: verdicts(name, together, offered) for name in wanted}
    for one, about in terms_of.items():
        yield _row(one, said[one], {name: _held(each[about]) for name, each in held.items()})


def _document(about: Term, stated: Sequence[Triple]) -> Stated:
    graph = Small()
    graph.add(stated)
    return Stated(graph, about)


def _known(graph: Graph, documents: Iterable[Stated]) -> Mapping[str, Sequence[Fact]]:
    """What the graph knows of the offerings and of the courses in them, by thing."""
    things_ = sorted({thing for document in documents for thing in described(document)})
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for row in graph.solutions(facts_query(things_)) if things_ else ():
        fact = Fact(*(row[name].lexical for name in ("thing", "property", "value")))
        found[fact.thing].append(fact)
    return found


def _suggested(said: Mapping[str, Sequence[Value]]) -> list[Suggestion]:
    """The skills that tagging has suggested of an offering.

    How sure it is orders what is proposed, and no proposal's values stand in a row.
    """
    return [
        Suggestion(one.lexical, 0.0)
        for prop in (terms.suggestedDevelops, terms.suggestedCertifies)
        for one in said.get(prop, ())
    ]


def state(due: Collection[str]) -> State:
    """The state of an offering whose mandatory elements are so.

    >>> state(["present", "inferred"]), state(["present", "missing"]), state(["present"])
    ('inferable', 'lacking', 'ready')
    """
    if "missing" in due or "wrong" in due:
        return "lacking"
    return "inferable" if "inferred" in due else "ready"


def _held(several: Sequence[Verdict]) -> Held:
    named: dict[str, list[str]] = {"missing": [], "wrong": [], "inferred": []}
    due = []
    present: Counter[str] = Counter()
    for one in several:
        if one.status in named:
            named[one.status].append(one.element.name)
        if one.status == "present":
            present[one.element.requirement] += 1
        if one.element.requirement == "mandatory":
            due.append(one.status)
    return Held(
        state=state(due),
        mandatory=present["mandatory"],
        recommended=present["recommended"],
        missing=named["missing"],
        wrong=named["wrong"],
        inferred=named["inferred"],
    )


def _row(thing: str, said: Mapping[str, Sequence[Value]], profiles: dict[str, Held]) -> Row:
    """The row of an offering from its properties and their values."""

    def of(prop: str) -> list[str]:
        return sorted(one.lexical for one in said.get(prop, ()))

    titles: dict[str, str] = {}
    for one in sorted(said.get(terms.dcterms.title, ()), key=lambda one: one.lexical):
        titles.setdefault(one.language or "", one.lexical)
    university = next(iter(of(terms.university)), "")
    credits = [float(one) for one in of(terms.ectsMax)]
    return Row(
        thing=thing,
        kind="microCredential" if terms.MicroCredential in of(terms.rdf.type) else "course",
        code=next(iter(of(terms.code)), ""),
        titles=titles,
        university=BODIES.get(university, university),
        ects=max(credits, default=None),
        profiles=profiles,
    )
