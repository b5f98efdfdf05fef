"""What one thing is one with, and why, read from the graph."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import BadParameter, NotFound
from app.graph.port import Graph
from ontology.ntriples import iri
from queries import engine


@dataclass(frozen=True)
class Reason:
    """One match of the thing, with the last word of people on it.

    Attributes:
        match: its IRI.
        other: what the thing is said to be one with.
        status: suggested, accepted or rejected.
        method: identifier, description, source or person.
        score: how sure; None if nothing measured it.
        because: the evidence; "" if none is stated.
        role: in which role a person decided; "" if nobody did.
        decided: when.
    """

    match: str
    other: str
    status: str
    method: str
    score: float | None
    because: str
    role: str
    decided: str


@dataclass(frozen=True)
class Explained:
    """A thing, its entity, what else has that entity, and the matches that speak of it."""

    thing: str
    entity: str
    others: tuple[str, ...]
    matches: tuple[Reason, ...]


def explain(graph: Graph, thing: str) -> Explained:
    """What a thing is one with, and why.

    Raises: BadParameter if it is no IRI; NotFound if nothing gives it an entity.
    """
    try:
        node = iri(thing)
    except ValueError:
        raise BadParameter("iri", f"{thing[:200]!r} is not an absolute IRI.") from None
    rows = list(graph.select(engine("identity-entity").bind({"thing": node})))
    if not rows:
        raise NotFound(f"<{thing}> is no thing of the graph that has a polku:entity.")
    reasons: dict[str, Reason] = {}
    for match, other, status, method, score, because, role, decided in graph.select(
        engine("identity-explain").bind({"thing": node})
    ):
        reasons.setdefault(
            str(match),
            Reason(
                str(match),
                str(other),
                local(status),
                local(method).removeprefix("by"),
                float(score) if score else None,
                because or "",
                role or "",
                decided or "",
            ),
        )
    entity = str(rows[0][0])
    others = tuple(str(other) for _, other in rows if other != thing)
    return Explained(thing, entity, others, tuple(reasons.values()))


def local(term: str | None) -> str:
    """The last part of a concept's IRI, in lower case.

    >>> local("https://w3id.org/polku/ns#ByIdentifier")
    'byidentifier'
    """
    return (term or "").rsplit("#", 1)[-1].lower()
