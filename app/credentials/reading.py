"""What the readers of others' formats share: one offering as its loader reads it, and more of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.credentials.names import COUNTRIES, COUNTRY
from loaders.courses.course import Course
from loaders.errors import RecordError
from ontology import terms
from ontology.ntriples import Term, iri, typed
from ontology.ntriples import text as literal

NOBODY: Final = "urn:x-polku:nobody"
"""Who awards what does not say who does."""

UNTOLD: Final = "untold"
"""What a text says that is not stated."""

Said = tuple[str, Term]
"""A property and its value."""

StandIns = Mapping[str, tuple[Mapping[str, Any], Sequence[str]]]
"""Pointer that a loader's refusal names → what is put in, and the properties that then are untold."""

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}\Z")


@dataclass(frozen=True)
class Read:
    """One offering as its loader reads it, and what is stated beside.

    ``untold``: properties that stand only because the loader cannot do without.
    """

    course: Course
    more: Sequence[Said]
    untold: frozenset[str] = frozenset()


def volume(stated: str) -> Iterator[Said]:
    """The workload as stated, where one is."""
    if stated:
        yield terms.elm.volumeOfLearning, typed(stated[:100], terms.xsd.duration)


def lenient(
    parse: Callable[[Mapping[str, Any]], Course],
    thing: Mapping[str, Any],
    stand_ins: StandIns,
) -> tuple[Course, frozenset[str]]:
    """The course, with stand-ins for what the loader refuses to do without, and what is untold.

    A check tells what lacks, where a load turns the record away.
    """
    untold: set[str] = set()
    for _ in stand_ins:
        try:
            return parse(thing), frozenset(untold)
        except RecordError as error:
            if error.pointer not in stand_ins:
                raise
            put, properties = stand_ins[error.pointer]
            thing = {**thing, **put}
            untold.update(properties)
    return parse(thing), frozenset(untold)


def tagged_text(said: object, tag: object) -> Term:
    """A text with its language, where that is one."""
    language = tag if isinstance(tag, str) and _LANGUAGE.match(tag) else None
    return literal(str(said), language)


def pointed(prop: str, value: str) -> Iterator[Said]:
    """The property with what it points at, where that is an IRI."""
    try:
        yield prop, iri(value)
    except ValueError:
        return


def country(code: str) -> Iterator[Said]:
    """The country of two or three letters, where it is one."""
    short = code.upper()
    if _LANGUAGE.match(short):
        yield terms.country, iri(COUNTRY + COUNTRIES.get(short, short))
