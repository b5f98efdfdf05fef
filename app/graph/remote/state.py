"""Which generation a store holds: a triple in its registry graph, written last of all."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from app.errors import GraphError
from app.graph import registry
from app.graph.remote.http import Connection
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import Term, iri, text, typed

_ID = re.compile(r"\d{6,}-[0-9a-f]{6}\Z")


@dataclass(frozen=True)
class State:
    """A generation's id, and of that from which it differs in decisions at most.

    ``created``: when it was made, in ISO 8601, as the store says it; "" where it says nothing.
    """

    generation: str
    content: str
    created: str = ""

    def next(self, *, content: bool) -> State:
        """The state after an edit; ``content``: whether more than decisions changed."""
        number = int(self.generation.partition("-")[0]) + 1
        new = f"{number:06d}-{secrets.token_hex(3)}"
        return State(new, new if content else self.content)


def state(connection: Connection) -> State | None:
    """What the store holds; None if no load was ever finished there.

    Raises: Busy if it does not answer; GraphError if it names no generation.
    """
    me = iri(Minter(connection.store.base).graph(registry.NAME))
    asked = (
        f"SELECT ?generation ?content ?created WHERE {{ GRAPH {me} {{ "
        f"{me} {iri(terms.owl.versionInfo)} ?generation . "
        f"OPTIONAL {{ {me} {iri(terms.dcterms.identifier)} ?content }} "
        f"OPTIONAL {{ {me} {iri(terms.prov.generatedAtTime)} ?created }} }} }}"
    )
    found = []
    for row in connection.solutions(asked):
        generation, content, created = row["generation"], row["content"], row["created"]
        if not _ID.match(generation.value) or (content and not _ID.match(content.value)):
            raise GraphError(
                f"The store at {connection.store.host} names no generation of ours. "
                "Load again: polku load."
            )
        found.append(
            State(
                generation.value,
                content.value if content else generation.value,
                created.value if created else "",
            )
        )
    # Two replicas that wrote at one moment leave two: the later one counts, for all alike.
    return max(
        found, key=lambda one: (int(one.generation.partition("-")[0]), one.generation), default=None
    )


def said(one: State, base: str, moment: str) -> str:
    """An update that makes the store name the state and its moment, and no other."""
    me = iri(Minter(base).graph(registry.NAME))
    values: tuple[Term, ...] = (
        text(one.generation),
        typed(moment, terms.xsd.dateTime),
        text(one.content),
    )
    cleared = [
        f"DELETE {{ GRAPH {me} {{ {me} {iri(name)} ?old }} }} "
        f"WHERE {{ GRAPH {me} {{ {me} {iri(name)} ?old }} }}"
        for name in registry.IDENTITY
    ]
    stated = " ".join(
        f"{me} {iri(name)} {value} ." for name, value in zip(registry.IDENTITY, values, strict=True)
    )
    return " ;\n".join([*cleared, f"INSERT DATA {{ GRAPH {me} {{ {stated} }} }}"])


def is_said(subject: str, predicate: str, base: str) -> bool:
    """Whether a triple of the registry is one that says which generation it is."""
    return subject == Minter(base).graph(registry.NAME) and predicate in registry.IDENTITY
