"""ORCID: works that researchers list as theirs.

Publisher: ORCID. Licence: CC0 1.0 for the public data file; the public API's terms likewise.
Access: https://pub.orcid.org/v3.0/{iD}/record, anonymous; the yearly public data file, unpacked.
Format: records of API 3.0, JSON or XML, one to a file, or JSON Lines and arrays; each also
gzipped.
Named graph: ``graph/orcid``.

A work is named by its own DOI, else its own arXiv identifier, else by the holder's iD and ORCID's
number of it. Of several versions in a group the holder's preferred one is loaded; of several
records of one person the one modified last. A work that several people list is described once,
by the first, and has them all as authors.

Left out and counted: works that are not public.
Known gaps: a summary names no authors but the holder of the record; abstracts and rights are not
in it; employments, fundings and peer reviews are not loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final

from lxml import etree

from loaders.base import Loader, Run
from loaders.elements import attribute, document, local, said
from loaders.errors import RecordError
from loaders.identifiers import doi, orcid, web_address
from loaders.jsonparts import as_list, as_object, as_objects
from loaders.mixed import mixed_records
from loaders.newest import superseded
from loaders.works import languages
from loaders.works.citations import named
from loaders.works.triples import Mapper
from loaders.works.work import (
    Author,
    Note,
    Text,
    Work,
    dated,
    issued,
    needed_date,
    one_line,
    title_of,
)
from ontology import terms
from ontology.ntriples import Triple
from ontology.terms import Iri

_WORK_TYPES: Final[Mapping[str, Iri]] = {
    "book": terms.Book,
    "book-chapter": terms.Chapter,
    "conference-paper": terms.Article,
    "conference-proceedings": terms.Article,
    "data-paper": terms.Article,
    "data-set": terms.DataSet,
    "dictionary-entry": terms.Chapter,
    "encyclopedia-entry": terms.Chapter,
    "journal-article": terms.Article,
    "magazine-article": terms.Article,
    "newspaper-article": terms.Article,
    "preprint": terms.Preprint,
    "report": terms.Book,
    "research-technique": terms.OtherWork,
    "review": terms.Article,
    "review-article": terms.Article,
    "software": terms.Software,
    "software-paper": terms.Article,
    "working-paper": terms.Preprint,
}
"""Source: ORCID API 3.0, https://info.orcid.org/ufaqs/what-work-types-does-orcid-support/."""

_LISTS: Final = frozenset(["group", "work-summary", "external-id"])


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose record it is, its day, and their groups of works."""

    orcid: str
    name: str
    day: str
    groups: tuple[Mapping[str, object], ...]


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every record with where it stands, XML in the form of JSON."""
    return mixed_records(
        paths,
        run,
        lambda source: iter([(source.name, as_object(_plain(document(source))))]),
        lambda record: record,
        "no record in it. Expected records of ORCID's API 3.0, JSON or XML.",
    )


def _plain(element: etree._Element) -> object:
    """An element as JSON: texts as strings, all else as objects with attributes among the keys."""
    inner: dict[str, object] = {}
    for name in ("path", "put-code", "visibility", "display-index"):
        if stated := attribute(element, name):
            inner[name] = stated
    for child in element:
        name = local(child)
        value = _plain(child)
        known_value = inner.get(name)
        if name in _LISTS:
            inner[name] = [*as_list(known_value), value]
        elif name:
            inner.setdefault(name, value)
    return inner if len(element) else {"value": said(element), **inner}


def _text(value: object) -> str:
    """A text, whether it stands bare or as a ``value``."""
    return one_line(value.get("value")) if isinstance(value, dict) else one_line(value)


def holder(record: Mapping[str, object]) -> Holder:
    """Whose record it is.

    Raises: RecordError if it states no iD that holds.
    """
    stated = _text(as_object(record.get("orcid-identifier")).get("path")) or _text(
        record.get("path")
    )
    checked = orcid(stated)
    if checked is None:
        raise RecordError(
            "/orcid-identifier", "no ORCID iD", "Expected a whole /record of ORCID's API 3.0."
        )
    name = as_object(as_object(record.get("person")).get("name"))
    called = _text(name.get("credit-name")) or " ".join(
        part for key in ("given-names", "family-name") if (part := _text(name.get(key)))
    )
    works = as_object(as_object(record.get("activities-summary")).get("works"))
    history = as_object(record.get("history"))
    modified = _modified(history) or _modified(works)
    return Holder(checked, called or checked, modified, tuple(as_objects(works.get("group"))))


def _modified(part: Mapping[str, object]) -> str:
    """Day of the last change; in JSON it is in milliseconds since 1970."""
    value = as_object(part.get("last-modified-date")).get("value")
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 253402300800000:
        return (date(1970, 1, 1) + timedelta(days=value // 86_400_000)).isoformat()
    stamp = issued(value)
    return stamp if len(stamp) == 10 else ""


def preferred(group: Mapping[str, object]) -> Mapping[str, object]:
    """The version that the holder shows: of the highest display index, else the first."""
    versions = list(as_objects(group.get("work-summary")))
    if not versions:
        raise RecordError("/work-summary", "a group without a work", "Fetch the record again.")

    def index(version: Mapping[str, object]) -> int:
        stated = _text(version.get("display-index"))
        return int(stated) if stated.isdecimal() and len(stated) < 9 else 0

    return max(versions, key=index)


def is_public(summary: Mapping[str, object]) -> bool:
    """Whether everybody may see it; what says nothing is of the public file."""
    return _text(summary.get("visibility")).lower() in ("", "public")


def parse(summary: Mapping[str, object], of: Holder) -> Work:
    """A summary as a work of its holder.

    Raises: RecordError if it has no title or date.
    """
    notes: list[Note] = []
    titles = as_object(summary.get("title"))
    date_parts = as_object(summary.get("publication-date"))
    day = dated(*(_text(date_parts.get(part)) for part in ("year", "month", "day")))
    own = _own_identifiers(summary, notes)
    title = _text(titles.get("title"))
    scheme, identifier = "", ""
    if own:
        scheme, identifier = named([own.get("doi", "")], own.get("arxiv", ""), title, day, [])
    if scheme not in ("doi", "arxiv"):
        number = _text(summary.get("put-code")) or str(summary.get("put-code"))
        scheme, identifier = "orcid", f"{of.orcid}/{number}"
    stated = _text(summary.get("url"))
    address = web_address(stated)
    if stated and address is None:
        notes.append(("address of the work is no web address", stated))
    if address is None and scheme == "doi":
        address = web_address(f"https://doi.org/{identifier}")
    return Work(
        scheme,
        identifier,
        title_of(_titles(titles, title), "/title"),
        needed_date(day, "/publication-date"),
        _WORK_TYPES.get(_text(summary.get("type")).lower().replace("_", "-"), terms.OtherWork),
        doi=identifier if scheme == "doi" else "",
        url=address or "",
        authors=(Author(of.name, "orcid", of.orcid),),
        notes=tuple(notes),
    )


def _titles(titles: Mapping[str, object], title: str) -> Iterator[Text]:
    subtitle = _text(titles.get("subtitle"))
    yield f"{title}: {subtitle}" if title and subtitle else title, ""
    translated = as_object(titles.get("translated-title"))
    if said_ := _text(translated):
        yield said_, languages.tag(translated.get("language-code"))


def _own_identifiers(summary: Mapping[str, object], notes: list[Note]) -> Mapping[str, str]:
    """Identifiers of the work itself, by kind; not of what it is part or a version of."""
    found: dict[str, str] = {}
    stated = as_object(summary.get("external-ids")).get("external-id")
    for one in as_objects(stated):
        kind = _text(one.get("external-id-type")).lower()
        relation = _text(one.get("external-id-relationship")).lower()
        value = _text(one.get("external-id-value"))
        if relation not in ("", "self") or kind not in ("doi", "arxiv"):
            continue
        if kind == "doi" and doi(value) is None:
            notes.append(("DOI is none", value))
            continue
        found.setdefault(kind, value)
    return found


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of the works of every holder, in the order of the files."""
    older = superseded(_holders(paths))
    mapper = Mapper(run)
    loaded: set[bytes] = set()
    for ordinal, (place, record) in enumerate(records(paths, run)):
        try:
            of = holder(record)
        except RecordError as error:
            run.reject(place, error)
            continue
        if ordinal in older:
            run.counts["older records of the same person left out"] += 1
            continue
        run.counts["people"] += 1
        for number, group in enumerate(of.groups, 1):
            try:
                summary = preferred(group)
                work = parse(summary, of) if is_public(summary) else None
            except RecordError as error:
                run.reject(f"{place} work {number}", error)
                continue
            if work is None:
                run.counts["works that are not public left out"] += 1
                continue
            yield from _described_once(work, mapper, loaded, run)


def _described_once(work: Work, mapper: Mapper, loaded: set[bytes], run: Run) -> Iterator[Triple]:
    name = f"{work.scheme} {work.identifier}".encode(errors="replace")
    digest = blake2b(name, digest_size=8).digest()
    if digest in loaded:
        run.counts["works listed by another person too"] += 1
        yield from mapper.authors(work)
        return
    loaded.add(digest)
    run.counts["works"] += 1
    for kind, detail in work.notes:
        run.warn(kind, work.identifier, detail)
    yield from mapper.triples(work)


def _holders(paths: Sequence[Path]) -> Iterator[tuple[str, str] | None]:
    for _, record in records(paths, Run()):
        try:
            of = holder(record)
        except RecordError:
            yield None
        else:
            yield of.orcid, of.day


LOADER: Final = Loader(
    name="orcid",
    title="Works listed in ORCID",
    publisher="ORCID",
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution="",
    read=read,
)
