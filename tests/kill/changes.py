"""A process that changes a graph until it is killed, and says on stdout what it was told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from app.graph.publish import publish
from app.graph.writer import Writer
from ontology import terms
from ontology.ntriples import Triple, iri, text
from tests.graph.bundles import bundle_of

SIZE = 4000
"""Triples of each load: all or none of them are in the graph."""

MINE = "https://example.org/mine"


def load_of(number: int) -> Iterator[Triple]:
    """The triples of the ``number``-th load, each of which names it."""
    for subject in range(SIZE):
        yield iri(f"https://example.org/{subject}"), iri(terms.rdfs.label), text(f"load {number}")


def publish_for_ever(data: Path, source: str, first: int) -> None:
    number = first
    while True:
        bundle = bundle_of(data / "bundles" / source, source, load_of(number))
        publish(data, {source: bundle}, checked=False)
        say(f"published {source} {number}")
        number += 1


def edit_for_ever(data: Path, first: int) -> None:
    writer = Writer(data, wait_seconds=60)
    number = first
    while True:
        update = f"INSERT DATA {{ GRAPH <{MINE}> {{ <a:s> <a:p> {number} }} }}"
        _, (outcome,) = writer.edit([{"kind": "update", "text": update}])
        if outcome.error is None:
            say(f"edited {number}")
        number += 1


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> None:
    data, what, first = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    say("started")
    if what == "edit":
        edit_for_ever(data, first)
    else:
        publish_for_ever(data, what, first)


if __name__ == "__main__":
    main()
