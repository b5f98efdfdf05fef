"""A whole catalogue in one format, a piece at a time: memory holds one chunk of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import orjson

from app.exports import table
from app.exports.facts import Facts
from app.exports.formats import Document, Lacking
from app.exports.read import (
    CHUNK,
    NO_OIDS,
    datasets,
    datasets_query,
    facts,
    named,
    named_query,
    sources_query,
    stated,
    stated_query,
    withheld,
)
from app.exports.registry import FORMATS
from app.graph.catalogue import catalogue_query, chunks, things
from app.graph.port import Graph
from ontology import terms

KINDS = (terms.Course, terms.MicroCredential)
"""Classes of what is exported."""


def every(
    graph: Graph,
    universities: Sequence[str] = (),
    *,
    suggested: bool = False,
    oids: Mapping[str, str] = NO_OIDS,
    private: bool = False,
    begun: Callable[[int], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
    kept_back: Callable[[int], None] = lambda _: None,
) -> Iterator[Facts]:
    """The facts of every course and micro-credential, in the order of their IRIs.

    Those from graphs that may not be handed on as a whole are left out, and ``kept_back`` is
    told how many; ``private``: they are not, for whoever asks for their own use.
    ``suggested``: with what a machine suggests among the skills. ``oids``: code of an organisation
    → its oid in Opintopolku. ``begun`` is told how many
    there are, ``progress`` how many more are done.
    """
    sources = datasets(graph.solutions(datasets_query()))
    found = things(graph.solutions(catalogue_query(KINDS)), universities)
    begun(len(found))
    for chunk in chunks(found, CHUNK):
        held = stated(graph.solutions(stated_query(chunk)), graph.solutions(sources_query(chunk)))
        closed = [] if private else withheld(held, sources)
        kept_back(len(closed))
        for thing in closed:
            del held.of[thing]
        names = named(graph.solutions(named_query(held.neighbours(suggested=suggested))))
        read = facts(held, names, sources, oids)
        yield from map(with_suggested, read) if suggested else read
        progress(len(chunk))


def with_suggested(one: Facts) -> Facts:
    """The facts with what a machine suggests among its skills, as if it were accepted."""
    known = {skill.iri for skill in one.skills}
    return replace(
        one, skills=[*one.skills, *(each for each in one.suggested if each.iri not in known)]
    )


def written(profile: str, one: Facts) -> Document | str:
    """The thing in a format: a JSON object, or a table of one line. Raises: Lacking."""
    if profile == table.NAME:
        return table.head() + table.line(one)
    return FORMATS[profile].write(one)


def pieces(
    profile: str,
    many: Iterable[Facts],
    left_out: Callable[[Lacking], None] = lambda _: None,
) -> Iterator[bytes]:
    """The whole in one format: a table, or an array of documents that each stand alone.

    ``left_out`` is told of each thing that lacks what the format asks for.
    """
    if profile == table.NAME:
        yield table.head().encode()
        yield from (table.line(one).encode() for one in many)
        return
    write = FORMATS[profile].write
    between = b"[\n"
    for one in many:
        try:
            document = write(one)
        except Lacking as error:
            left_out(error)
        else:
            yield between + orjson.dumps(document)
            between = b",\n"
    yield b"[]\n" if between == b"[\n" else b"\n]\n"
