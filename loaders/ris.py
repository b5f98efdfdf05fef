"""RIS: references as Pure, publishers and reference managers export them.

Publisher, licence: whoever made the file; abstracts stay their publishers'.
Access: a file; in Pure "Export … RIS", and its portal's "Cite this".
Format: RIS in UTF-8 (``TY  - JOUR`` … ``ER  -``), also gzipped; two spaces or one before the
hyphen of the first line.
Named graph: ``graph/ris``, or ``graph/<name>`` with the option ``name``.

A work is named by its DOI, else by its citation (title, year and first author's family name), as
in ``bibtex``. Of records with the same name the last is loaded.

Known gaps: a citation spelt otherwise in another file is another work until they are matched;
editors, journals, keywords and identifiers other than DOIs are not loaded; the publisher of a
thesis counts only where it is exactly the name of a university of the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import rispy

from loaders.base import Loader, Run
from loaders.errors import LoadError, RecordError
from loaders.files import Member, lines, members
from loaders.identifiers import web_address
from loaders.works import languages
from loaders.works.citations import named
from loaders.works.reading import Source, works
from loaders.works.triples import Mapper
from loaders.works.work import (
    Author,
    Note,
    Work,
    given_first,
    institution,
    issued,
    needed_date,
    one_line,
    title_of,
    words,
)
from ontology import terms
from ontology.ntriples import Triple
from ontology.terms import Iri

Reference = Mapping[str, Sequence[str]]
"""One record: a tag's values in their order."""

_WORK_TYPES: Final[Mapping[str, Iri]] = {
    "ABST": terms.Article,
    "AGGR": terms.DataSet,
    "BOOK": terms.Book,
    "CHAP": terms.Chapter,
    "COMP": terms.Software,
    "CONF": terms.Article,
    "CPAPER": terms.Article,
    "DATA": terms.DataSet,
    "DBASE": terms.DataSet,
    "EBOOK": terms.Book,
    "ECHAP": terms.Chapter,
    "EDBOOK": terms.Book,
    "EJOUR": terms.Article,
    "ENCYC": terms.Chapter,
    "INPR": terms.Article,
    "JFULL": terms.Article,
    "JOUR": terms.Article,
    "MGZN": terms.Article,
    "RPRT": terms.Book,
}
"""RIS type → ours. Source: RIS Format Specifications (Thomson Reuters, 2011)."""

_START: Final = re.compile(rb"TY {1,2}-")
_LOOSE_TAG: Final = re.compile(r"^([A-Z][A-Z0-9]) {1,3}-(?= |$)", re.MULTILINE)
_TAGS: Final = (
    "TY", "ER", "TI", "T1", "AU", "A1", "DO", "UR", "L3", "M3", "DA", "PY", "Y1", "LA", "AB",
    "N2", "PB", "N1", "ST",
)  # fmt: skip
_LARGEST: Final = 1 << 20
"""Bytes of one record."""
_DOCTORAL: Final = re.compile(r"doctor|ph\.?\s?d|väitös", re.IGNORECASE)
_STUDENT: Final = re.compile(r"master|bachelor|diplom|gradu", re.IGNORECASE)


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Reference]]:
    """Every record with where it stands; what is broken is rejected."""
    found = False
    for source in members(paths, run):
        for where, data in _texts(source, run):
            found = True
            try:
                reference = _reference(data)
            except RecordError as error:
                run.reject(where, error)
            else:
                yield where, reference
    if not found and not run.counts["rejected"]:
        raise LoadError(
            f"{', '.join(path.name for path in paths)}: no record in it. "
            "Expected RIS, whose records begin with TY  - and end with ER  -."
        )


def _texts(source: Member, run: Run) -> Iterator[tuple[str, bytes]]:
    """Each record's bytes, from its first line to the next one's."""
    held: list[bytes] = []
    begun, size = 0, 0

    def whole() -> Iterator[tuple[str, bytes]]:
        where = f"{source.name} line {begun}"
        if size > _LARGEST:
            fault = RecordError("", "record too long", "At most 1 MiB is read of one record.")
            run.reject(where, fault)
        elif begun:
            yield where, b"\n".join(held)

    for line in lines(source):
        bare = line.data.lstrip() if line.data is not None else b""
        if _START.match(bare):
            yield from whole()
            held, begun, size = [], line.number, 0
        if begun:
            size += len(line.data) if line.data is not None else _LARGEST + 1
            if size <= _LARGEST:
                held.append(bare)
    yield from whole()


def _reference(data: bytes) -> Reference:
    """The record.

    Raises: RecordError if it is not UTF-8 or has no end.
    """
    try:
        record_text = data.decode()
    except UnicodeDecodeError as error:
        raise RecordError(
            "", "not UTF-8", f"Byte {error.start + 1} of the record is wrong. Save it as UTF-8."
        ) from None
    parser = rispy.RisParser(
        mapping={tag: tag for tag in _TAGS},
        list_tags=[tag for tag in _TAGS if tag not in ("TY", "AB", "N2", "TI", "T1")],
        delimiter_tags_mapping={},
        skip_unknown_tags=True,
    )
    found = parser.parse(_LOOSE_TAG.sub(r"\1  -", record_text))
    if not found:
        raise RecordError("ER", "the record has no end", "Each record ends with a line ER  -.")
    return {
        str(tag): [one_line(value) for value in (values if isinstance(values, list) else [values])]
        for tag, values in found[0].items()
    }


def _first(reference: Reference, *tags: str) -> str:
    return next((value for tag in tags for value in reference.get(tag, ()) if value), "")


def _authors(reference: Reference) -> tuple[str, ...]:
    stated = (*reference.get("AU", ()), *reference.get("A1", ()))
    return tuple(dict.fromkeys(given_first(name) for name in stated if name))


def _dates(reference: Reference) -> str:
    """The finest date in the year that is stated first."""
    stated = (
        issued(value.rstrip("/ ")) for tag in ("PY", "Y1", "DA") for value in reference.get(tag, ())
    )
    dates = [found for found in stated if found]
    return max((one for one in dates if one[:4] == dates[0][:4]), key=len, default="")


def _name(reference: Reference) -> tuple[str, str]:
    # Some write the DOI as an address, or as the kind of work.
    stated = [value for tag in ("DO", "UR", "L3", "M3") for value in reference.get(tag, ())]
    title = _first(reference, "TI", "T1")
    return named(stated, "", title, _dates(reference), _authors(reference))


def known(reference: Reference) -> tuple[str, str]:
    """Name and day of a record; no record states its day.

    Raises: RecordError if it has no name.
    """
    return " ".join(_name(reference)), ""


def parse(reference: Reference) -> Work:
    """The record as a work.

    Raises: RecordError if it has no title or date.
    """
    notes: list[Note] = []
    scheme, identifier = _name(reference)
    language = languages.tag(_first(reference, "LA"))
    abstract = words(_first(reference, "AB", "N2"))
    kind = _first(reference, "TY").upper()
    authors = _authors(reference)
    if not authors:
        notes.append(("no author", _first(reference, "TI", "T1")))
    address = web_address(_first(reference, "UR"))
    if _first(reference, "UR") and address is None:
        notes.append(("address of the work is no web address", _first(reference, "UR")))
    place = institution(_first(reference, "PB"), "", notes) if kind == "THES" else None
    return Work(
        scheme,
        identifier,
        title_of([(_first(reference, "TI", "T1"), language)], "TI"),
        needed_date(_dates(reference), "PY"),
        _work_type(kind, f"{_first(reference, 'M3')} {_first(reference, 'N1')}"),
        doi=identifier if scheme == "doi" else "",
        abstracts=((abstract, language),) if abstract else (),
        language=language,
        url=address or (scheme == "doi" and web_address(f"https://doi.org/{identifier}")) or "",
        authors=tuple(Author(name) for name in authors),
        institutions=(place,) if place else (),
        notes=tuple(notes),
    )


def _work_type(kind: str, spoken: str) -> Iri:
    if kind == "THES":
        if _DOCTORAL.search(spoken):
            return terms.DoctoralThesis
        return terms.StudentThesis if _STUDENT.search(spoken) else terms.OtherWork
    if kind not in _WORK_TYPES and "preprint" in spoken.lower():
        return terms.Preprint
    return _WORK_TYPES.get(kind, terms.OtherWork)


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all works, in the order of the files."""
    source = Source(lambda run: records(paths, run), known, lambda _: "", parse)
    return works(source, run, Mapper(run))


LOADER: Final = Loader(
    name="ris",
    title="RIS references",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
