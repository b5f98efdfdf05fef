"""``oai_dc`` → a work. Source: http://www.openarchives.org/OAI/2.0/oai_dc.xsd."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from loaders.elements import children, language, said
from loaders.oai.kinds import peer_reviewed, rights, work_type
from loaders.oai.record import Record, address, named, sorted_out, taken_by
from loaders.vocabularies.published import subjects
from loaders.works import languages
from loaders.works.work import (
    Author,
    Note,
    Text,
    Work,
    given_first,
    issued,
    needed_date,
    title_of,
    words,
)

_TIMED: Final = re.compile(r"\d{4}-\d\d-\d\dT")
"""When a repository took a work in, not when it was published."""


def work(record: Record, metadata: etree._Element) -> Work:
    """The record as a work.

    Raises: RecordError if it has no title or date.
    """
    notes: list[Note] = []
    spoken = {tag for one in children(metadata, "language") if (tag := languages.tag(said(one)))}
    own = next(iter(spoken)) if len(spoken) == 1 else ""
    kinds = _texts(metadata, "type")
    found_doi, url, others = sorted_out(_texts(metadata, "identifier"))
    licence, other_rights, is_open = rights(
        (said(one), languages.tag(language(one))) for one in children(metadata, "rights")
    )
    kind = work_type(kinds)
    return Work(
        *named(record, found_doi),
        title_of(_tagged(metadata, "title", own), "dc:title"),
        needed_date(_date(metadata), "dc:date"),
        kind,
        doi=found_doi,
        identifiers=(record.identifier, *others),
        abstracts=tuple(text for text in _tagged(metadata, "description", own) if text[0]),
        language=own,
        open_access=is_open,
        peer_reviewed=peer_reviewed(kinds),
        licence=licence,
        rights=other_rights,
        url=address(url, found_doi),
        authors=tuple(
            dict.fromkeys(Author(given_first(name)) for name in _texts(metadata, "creator"))
        ),
        institutions=taken_by(_texts(metadata, "publisher"), kind, notes),
        concepts=subjects(_texts(metadata, "subject")),
        notes=tuple(notes),
    )


def _texts(metadata: etree._Element, name: str) -> list[str]:
    return [text for one in children(metadata, name) if (text := said(one))]


def _tagged(metadata: etree._Element, name: str, own: str) -> list[Text]:
    """Texts with their languages; one alone is in the work's own."""
    found = list(children(metadata, name))
    fallback = own if len(found) == 1 else ""
    texts = ((words(said(one)), languages.tag(language(one)) or fallback) for one in found)
    return list(dict.fromkeys(texts))


def _date(metadata: etree._Element) -> str:
    stated = _texts(metadata, "date")
    plain = [found for one in stated if not _TIMED.match(one) and (found := issued(one))]
    timed = sorted(found for one in stated if (found := issued(one)))
    return (plain or timed or [""])[0]
