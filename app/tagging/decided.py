"""What people decided, as judged texts: the next suggestion for a like text learns from it.

A decision speaks of one skill and leaves all others open; so a text of which people decided
something is not judged whole (``memory.py``). Of several decisions on one claim the last holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from app.graph.port import Graph
from app.tagging.port import TextToTag
from app.tagging.things import SORTS, texts
from ontology import terms
from queries import engine

GRADES: Mapping[str, int] = {
    terms.Accept: 2,
    terms.Missing: 3,
    terms.TooBroad: 1,
    terms.Reject: 0,
}
"""What a verdict says in the judges' grades: 3 central, 2 applies, 1 near, 0 does not apply.

Who takes the trouble to name a skill that was not suggested means one that is central.
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """A thing of the graph, its text, and the grades that decisions gave, by skill IRI."""

    about: str
    text: TextToTag
    grades: Mapping[str, int]


def read(graph: Graph, languages: Sequence[str]) -> list[Decided]:
    """Everything people decided about things that still say something, by sort and IRI."""
    by_relation: dict[str, dict[str, dict[str, int]]] = {}
    for about, relation, skill, verdict in graph.select(engine("tagging-decisions").bind({})):
        if about and relation and skill and verdict and verdict in GRADES:
            by_relation.setdefault(relation, {}).setdefault(about, {})[skill] = GRADES[verdict]
    return [
        Decided(about, said, dict(sorted(decided[about].items())))
        for sort in SORTS
        if (decided := by_relation.get(sort.relation))
        for about, said in texts(graph, sort, sorted(decided), languages)
    ]


def digest(decided: Sequence[Decided]) -> str:
    """Ten hexadecimal digits that change with the decisions or their texts; "" without any."""
    if not decided:
        return ""
    whole = hashlib.sha256()
    for one in decided:
        whole.update(orjson.dumps([one.about, one.text.hash(), one.grades]))
    return whole.hexdigest()[:10]
