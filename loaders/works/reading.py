"""Reads a source of works twice: once for which record of a work is the newest, once to map it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, TypeVar

from loaders.base import Run
from loaders.errors import RecordError
from loaders.newest import superseded
from loaders.works.triples import Mapper
from loaders.works.work import Work
from ontology.ntriples import Triple

Record = TypeVar("Record")


@dataclass(frozen=True)
class Source(Generic[Record]):
    """How one source of works is read.

    Attributes:
        records: its records with where each stands; rejects go to the run that is given.
        known: a record's name and its day (``2026-05-04``, "" if not stated); RecordError if it
            has no name.
        left_out: why a record that is the newest is not loaded, as the report counts it; "" if
            it is.
        parse: a record as a work; RecordError if it is none.
        once: whether records of different names may be one work, of which the first counts.
    """

    records: Callable[[Run], Iterator[tuple[str, Record]]]
    known: Callable[[Record], tuple[str, str]]
    left_out: Callable[[Record], str]
    parse: Callable[[Record], Work]
    once: bool = False


def works(source: Source[Record], run: Run, mapper: Mapper) -> Iterator[Triple]:
    """Triples of all works that stand, in the order of the files.

    Of several records of one work the newest counts, be it one that takes the work back.
    """
    older = superseded(_identities(source))
    loaded: set[bytes] = set()
    for ordinal, (place, record) in enumerate(source.records(run)):
        try:
            source.known(record)
            reason = source.left_out(record)
            if ordinal in older:
                reason = "older records of the same work left out"
            work = None if reason else source.parse(record)
            if work is not None and source.once and _is_known(work, loaded):
                work, reason = None, "other records of a loaded work left out"
        except RecordError as error:
            run.reject(place, error)
            continue
        if work is None:
            run.counts[reason] += 1
            continue
        run.counts["works"] += 1
        for kind, detail in work.notes:
            run.warn(kind, work.identifier, detail)
        yield from mapper.triples(work)


def _is_known(work: Work, loaded: set[bytes]) -> bool:
    """Whether a work of that name was met; 8 bytes of each name are remembered."""
    name = f"{work.scheme} {work.identifier}".encode(errors="replace")
    digest = blake2b(name, digest_size=8).digest()
    if digest in loaded:
        return True
    loaded.add(digest)
    return False


def _identities(source: Source[Record]) -> Iterator[tuple[str, str] | None]:
    for _, record in source.records(Run()):
        try:
            yield source.known(record)
        except RecordError:
            yield None
