"""The offering that a credential is of: what is stated of it, and whether that is enough.

It is held against the European profile as ``/credentials/check`` holds it. A credential that says
less than it has to is not made unless whoever asks for it accepts each gap by name; the gaps are
then said in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson

from app.credentials.document import JSON, Stated, read
from app.credentials.infer import Fact, described, facts_query, proposals
from app.credentials.offering import NAMELESS
from app.credentials.profiles import PROFILES, profile
from app.credentials.report import Verdict, verdicts
from app.errors import BadParameter, NotFound
from app.exports.facts import Facts
from app.exports.read import Row, facts, named, named_query, stated, stated_query
from app.graph.small import Small, term
from app.issuing.errors import Gap, NotEnough
from ontology import terms
from ontology.ntriples import iri
from queries import engine

Ask = Callable[[str], Awaitable[Sequence[Row]]]
"""Asks the graph a query of ours."""

PROFILE = PROFILES[0]
"""The profile that has to be met: the Council Recommendation's Annex I."""

INFERRED = "inferred"
"""Accepts every value that can be inferred."""

_EVERY = "SELECT ?subject ?property ?value WHERE { ?subject ?property ?value }"


@dataclass(frozen=True)
class Accepted:
    """An offering of which a credential may be issued.

    Attributes:
        facts: what is stated of it, with what was inferred and accepted.
        lacks: labels of the elements that lack, by name, in the language asked for.
    """

    facts: Facts
    lacks: Mapping[str, str]


async def found(offering: str | Mapping[str, Any], ask: Ask) -> Stated:
    """What is stated of the offering: in the graph if it is an IRI, else in the document itself.

    Raises: NotFound; BadParameter, Unreadable, TooLarge for a document that is no offering.
    """
    if isinstance(offering, str):
        return await _in_graph(offering, ask)
    try:
        return _with_iri(read(orjson.dumps(offering), JSON))
    except BadParameter as error:
        where = error.param if error.param.startswith("/") else ""
        raise BadParameter(f"/offering{where}", error.detail) from None


async def _in_graph(name: str, ask: Ask) -> Stated:
    try:
        about = iri(name)
    except ValueError:
        raise BadParameter(
            "/offering", "The offering is named by its IRI, or sent as a JSON object."
        ) from None
    rows = await ask(engine("credentials-stated").bind({"things": [about]}))
    graph = Small()
    graph.add((term(one["subject"]), term(one["property"]), term(one["value"])) for one in rows)
    kinds = {one["value"].lexical for one in rows if one["property"].lexical == terms.rdf.type}
    if not kinds & {terms.Course, terms.MicroCredential}:
        raise NotFound(
            f"The graph knows no course and no micro-credential {name[:500]}. "
            "Search at /courses, or send the offering itself."
        )
    return Stated(graph, about)


def _with_iri(held: Stated) -> Stated:
    """The offering with an IRI of its own, if it had none: a credential has to name it."""
    if _is_named(held):
        return held
    about = iri(f"urn:uuid:{uuid4()}")
    graph = Small()
    graph.add(
        (
            about if row["subject"].term == held.about else row["subject"].term,
            row["property"].term,
            about if row["value"].term == held.about else row["value"].term,
        )
        for row in held.graph.solutions(_EVERY)
    )
    return Stated(graph, about)


def _is_named(held: Stated) -> bool:
    """Whether its IRI can be repeated: a document's parser lets through what cannot be."""
    if held.about == iri(NAMELESS):
        return False
    try:
        return iri(held.about[1:-1]) == held.about
    except ValueError:
        return False


async def accepted(held: Stated, accept: Iterable[str], ask: Ask, lang: str) -> Accepted:
    """The offering, once it states enough.

    Raises: NotEnough, with every gap and how to mend it; BadParameter for an element that there
    is not.
    """
    wanted = set(accept)
    _check_names(wanted)
    things = described(held)
    known = [
        Fact(row["thing"].lexical, row["property"].lexical, row["value"].lexical)
        for row in (await ask(facts_query(things)) if things else ())
    ]
    offered = {held.about: list(proposals(held, known))}
    several = verdicts(PROFILE, held.graph, offered)[held.about]
    gaps = [gap for one in several if (gap := _gap(one, wanted, lang)) is not None]
    if gaps:
        raise NotEnough(gaps)
    graph = held.graph.copy()
    lacks = {}
    for one in several:
        if one.status == "inferred" and one.proposal and _takes(one, wanted):
            graph.add(one.proposal.triples)
        elif one.status == "missing" and one.element.requirement == "mandatory":
            lacks[one.element.name] = one.element.labels[lang]
    return Accepted(await _facts(Stated(graph, held.about), ask), lacks)


def _check_names(wanted: set[str]) -> None:
    elements = [one.name for one in profile(PROFILE).elements]
    unknown = wanted - {*elements, INFERRED}
    if unknown:
        raise BadParameter(
            "/accept",
            f"There is no element {min(unknown)[:40]!r}. Known: {', '.join(elements)}; "
            f"or {INFERRED}.",
        )


def _takes(one: Verdict, wanted: set[str]) -> bool:
    return one.element.name in wanted or (one.status == "inferred" and INFERRED in wanted)


def _gap(one: Verdict, wanted: set[str], lang: str) -> Gap | None:
    """What stands in the way of a credential; a mandatory element that is wrong always does."""
    if one.element.requirement != "mandatory" or one.status == "present":
        return None
    if one.status != "wrong" and _takes(one, wanted):
        return None
    said = " ".join(dict.fromkeys(each[lang] for each in one.lack.messages))
    if one.status == "inferred" and one.proposal:
        said = f"{', '.join(one.proposal.values)[:500]}? {one.proposal.because[lang]}"
    return Gap(
        one.element.name, one.element.labels[lang], one.status, said, one.element.hints[lang]
    )


async def _facts(held: Stated, ask: Ask) -> Facts:
    """The facts as the exports take them; names of skills and bodies are the graph's."""
    rows = stated(held.graph.values(stated_query([held.about[1:-1]])))
    neighbours = rows.neighbours()
    names = named(await ask(named_query(neighbours))) if neighbours else {}
    return next(facts(rows, names, {}))
