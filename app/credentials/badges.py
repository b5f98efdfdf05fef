"""An offering as an Open Badge: the achievement, whoever holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.credentials.reading import NOBODY, UNTOLD, Read, Said, StandIns, country, lenient
from loaders import openbadges
from loaders.courses.course import Course, Words
from loaders.courses.linked import Thing, identifier, text
from loaders.jsonparts import as_list, as_object
from ontology import terms

TYPES: Final = openbadges.ACHIEVEMENTS | openbadges.CREDENTIALS | {openbadges.ASSERTION}
"""Types by which a document is told to be an Open Badge."""


def read(document: object) -> Iterator[Read]:
    """The achievements that the document describes; degrees and licences are none that is offered.

    Raises: RecordError where one says nothing of itself.
    """
    words = Words()
    for record in as_list(document):
        if not isinstance(record, dict):
            continue
        for thing, issuers in openbadges.achievements(record):
            if not openbadges.left_out(thing):
                yield _read(thing, issuers, words)


def _read(thing: Thing, issuers: Sequence[object], words: Words) -> Read:
    is_coded = bool(text(thing.get("humanCode")) or identifier(thing))
    stand_ins: StandIns = {
        # Without a code the title is one.
        "/name": ({"name": UNTOLD}, [terms.dcterms.title, *([] if is_coded else [terms.code])]),
        "/creator": ({"creator": {"id": NOBODY, "name": UNTOLD}}, [terms.university]),
    }

    def parse(one: Mapping[str, Any]) -> Course:
        return openbadges.parse(one, issuers, words)

    course, untold = lenient(parse, thing, stand_ins)
    return Read(course, tuple(_more(thing, issuers)), untold)


def _more(thing: Thing, issuers: Sequence[object]) -> Iterator[Said]:
    """The country of who issues it."""
    for body in (*as_list(thing.get("creator")), *as_list(thing.get("issuer")), *issuers):
        address = as_object(as_object(body).get("address"))
        yield from country(text(address.get("addressCountryCode")))
