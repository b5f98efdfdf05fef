"""BibTeX: references as Pure, publishers and reference managers export them.

Publisher, licence: whoever made the file; abstracts stay their publishers'.
Access: a file; in Pure "Export … BibTeX", and its portal's "Cite this".
Format: BibTeX and BibLaTeX in UTF-8, also gzipped; LaTeX in fields becomes text, ``@string``
holds for the entries after it, ``month = feb`` is February.
Named graph: ``graph/bibtex``, or ``graph/<name>`` with the option ``name``.

A work is named by its DOI, else by its arXiv identifier, else by its citation (title, year and
first author's family name): the citation key is the file's own and names nothing elsewhere. Of
entries with the same name the last is loaded.

Left out and counted: ``@comment``, ``@preamble``, and proceedings, which are no works.
Known gaps: a citation spelt otherwise in another file is another work until they are matched;
``crossref`` and ``xdata`` are not followed; editors, journals and ISBNs are not loaded; ``school``
and ``institution`` count only where they are exactly the name of a university of the network.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import split_multiple_persons_names

from loaders.base import Loader, Run
from loaders.bibentry import Stated, abbreviated, ordinary
from loaders.errors import LoadError, RecordError
from loaders.files import Member, lines, members
from loaders.identifiers import web_address
from loaders.latex import decoded
from loaders.works import languages
from loaders.works.citations import named
from loaders.works.reading import Source, works
from loaders.works.triples import Mapper
from loaders.works.work import (
    Author,
    Institution,
    Note,
    Work,
    checked_doi,
    dated,
    given_first,
    institution,
    issued,
    licence_page,
    needed_date,
    one_line,
    title_of,
    words,
)
from ontology import terms
from ontology.ntriples import Triple
from ontology.terms import Iri

_WORK_TYPES: Final[Mapping[str, Iri]] = {
    "article": terms.Article,
    "book": terms.Book,
    "booklet": terms.Book,
    "conference": terms.Article,
    "dataset": terms.DataSet,
    "inbook": terms.Chapter,
    "incollection": terms.Chapter,
    "inproceedings": terms.Article,
    "inreference": terms.Chapter,
    "manual": terms.Book,
    "mastersthesis": terms.StudentThesis,
    "mvbook": terms.Book,
    "phdthesis": terms.DoctoralThesis,
    "report": terms.Book,
    "software": terms.Software,
    "techreport": terms.Book,
}
"""Entry type → ours. Source: BibTeX 0.99d, "btxdoc"; BibLaTeX 3.20, 2.1."""

_START: Final = re.compile(rb"\s*@\s*(\w+)\s*[{(]")
_KEY: Final = re.compile(r"@\s*string\s*[{(]\s*([^\s=]{1,200})\s*=", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\s,={}()\"#]+")
_LARGEST: Final = 1 << 20
"""Bytes of one entry: a library for humans holds none larger."""
_MOST_STRINGS: Final = 20_000
_NAMES_OF_MONTHS: Final = (
    "january february march april may june july august september october november december"
)
_MONTHS: Final = {
    name: str(number)
    for number, month in enumerate(_NAMES_OF_MONTHS.split(), 1)
    for name in (month, month[:3])
}
_DOCTORAL: Final = re.compile(r"doctor|ph\.?\s?d|väitös", re.IGNORECASE)
_STUDENT: Final = re.compile(r"master|bachelor|diplom|gradu", re.IGNORECASE)

# What it would say is said by rejects, with the place.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


class Fields(Mapping[str, str]):
    """An entry's fields as text; each is decoded when it is first asked for, many never are."""

    def __init__(self, stated: Mapping[str, str]) -> None:
        self._stated = stated
        self._read: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        """The field as text."""
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = decoded(self._stated[key])
        return found

    def __iter__(self) -> Iterator[str]:
        """The names of all fields."""
        return iter(self._stated)

    def __len__(self) -> int:
        """How many fields there are."""
        return len(self._stated)


@dataclass(frozen=True)
class Reference:
    """One entry: its type, its fields as text, its authors."""

    kind: str
    fields: Mapping[str, str]
    authors: tuple[str, ...]

    @cached_property
    def name(self) -> tuple[str, str]:
        """Scheme and identifier.

        Raises: RecordError if it has neither an identifier nor a citation.
        """
        fields = self.fields
        archive = fields.get("archiveprefix", "") + fields.get("eprinttype", "")
        return named(
            [fields.get("doi", ""), fields.get("url", "")],
            fields.get("eprint", "") if "arxiv" in archive.lower() else "",
            fields.get("title", ""),
            _dates(fields),
            [given_first(name) for name in self.authors],
        )


class _Strings:
    """The abbreviations of a file: their definitions, and what the ordinary ones stand for."""

    def __init__(self) -> None:
        self.definitions: dict[str, str] = {}
        self.written: dict[str, str | None] = {}


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Reference]]:
    """Every entry with where it stands; what is broken is rejected."""
    found = False
    for source in members(paths, run):
        strings = _Strings()
        for where, data in _entries(source, run):
            found = True
            try:
                reference = _reference(data, strings)
            except RecordError as error:
                run.reject(where, error)
            else:
                if reference is not None:
                    yield where, reference
    if not found and not run.counts["rejected"]:
        raise LoadError(
            f"{', '.join(path.name for path in paths)}: no entry in it. "
            "Expected BibTeX, such as @article{key, title = {…}}."
        )


def _entries(source: Member, run: Run) -> Iterator[tuple[str, bytes]]:
    """Each entry's bytes: an entry begins on a line of its own, text between them is comment."""
    held: list[bytes] = []
    begun, size = 0, 0
    for line in lines(source):
        starts = line.data is not None and _START.match(line.data)
        if starts and begun:
            yield from _whole(source.name, begun, held, size, run)
        if starts:
            held, begun, size = [], line.number, 0
        if begun:
            size += len(line.data) if line.data is not None else _LARGEST + 1
            if size <= _LARGEST:
                held.append(line.data or b"")
    if begun:
        yield from _whole(source.name, begun, held, size, run)


def _whole(
    name: str, begun: int, held: list[bytes], size: int, run: Run
) -> Iterator[tuple[str, bytes]]:
    where = f"{name} line {begun}"
    if size > _LARGEST:
        run.reject(where, RecordError("", "entry too long", "At most 1 MiB is read of one entry."))
    else:
        yield where, b"\n".join(held)


def _reference(data: bytes, strings: _Strings) -> Reference | None:
    """The entry; None for what is none. ``strings`` grows with the abbreviations it defines.

    Raises: RecordError if it is not UTF-8 or no BibTeX.
    """
    try:
        entry_text = data.decode()
    except UnicodeDecodeError as error:
        raise RecordError(
            "", "not UTF-8", f"Byte {error.start + 1} of the entry is wrong. Save it as UTF-8."
        ) from None
    if abbreviation := _KEY.match(entry_text.lstrip()):
        if len(strings.definitions) < _MOST_STRINGS:
            strings.definitions[abbreviation[1].lower()] = entry_text
            strings.written[abbreviation[1].lower()] = abbreviated(entry_text)
        return None
    stated = ordinary(entry_text, strings.written)
    if stated is None:
        stated = _parsed(entry_text, strings.definitions)
    return None if stated is None else _plain(stated)


def _parsed(entry_text: str, definitions: Mapping[str, str]) -> Stated | None:
    """What bibtexparser makes of the entry; None if it holds none.

    Raises: RecordError if it is no BibTeX.
    """
    if definitions:
        used = dict.fromkeys(word.lower() for word in _WORD.findall(entry_text))
        needed = [definitions[word] for word in used if word in definitions]
        entry_text = "\n".join([*needed, entry_text])
    library = parse_string(entry_text)
    if library.failed_blocks:
        fault = library.failed_blocks[0]
        said = one_line(str(fault.error))[:200] or "It ends too early."
        raise RecordError("", "not BibTeX", f"{said} Check its braces, quotes and commas.")
    entry = next(iter(library.entries), None)
    if entry is None:
        return None
    return Stated(
        entry.entry_type.lower(), tuple((field.key, str(field.value)) for field in entry.fields)
    )


def _plain(stated: Stated) -> Reference:
    fields: dict[str, str] = {}
    authors: tuple[str, ...] = ()
    for name, value in stated.fields:
        key = name.lower()
        if key == "author" and not authors:
            names = (decoded(one) for one in split_multiple_persons_names(value))
            authors = tuple(one for one in names if one and one != "others")
        elif key == "month":
            fields.setdefault(key, _MONTHS.get(value.strip().lower(), value))
        else:
            fields.setdefault(key, value)
    return Reference(stated.kind, Fields(fields), authors)


def _dates(fields: Mapping[str, str]) -> str:
    return issued(fields.get("date")) or dated(
        fields.get("year"), fields.get("month"), fields.get("day")
    )


def known(reference: Reference) -> tuple[str, str]:
    """Name and day of an entry; no entry states its day.

    Raises: RecordError if it has no name.
    """
    return " ".join(reference.name), ""


def left_out(reference: Reference) -> str:
    """Why an entry is not loaded, as the report counts it; "" if it is."""
    if reference.kind in ("proceedings", "mvproceedings", "periodical", "xdata", "set"):
        return "proceedings and other containers left out"
    return ""


def parse(reference: Reference) -> Work:
    """The entry as a work.

    Raises: RecordError if it has no title or date.
    """
    notes: list[Note] = []
    fields = reference.fields
    scheme, identifier = reference.name
    found_doi = checked_doi(fields.get("doi"), notes) or (identifier if scheme == "doi" else "")
    language = languages.tag(fields.get("language") or fields.get("langid"))
    title, subtitle = words(fields.get("title")), words(fields.get("subtitle"))
    abstract = words(fields.get("abstract"))
    stated_licence = fields.get("license") or fields.get("copyright") or ""
    licence = licence_page(stated_licence)
    if not reference.authors:
        notes.append(("no author", title))
    return Work(
        scheme,
        identifier,
        title_of([(f"{title}: {subtitle}" if title and subtitle else title, language)], "title"),
        needed_date(_dates(fields), "year"),
        _work_type(reference),
        doi=found_doi,
        abstracts=((abstract, language),) if abstract else (),
        language=language,
        licence=licence,
        rights=((one_line(stated_licence), ""),) if stated_licence and not licence else (),
        url=_url(fields, scheme, identifier, notes),
        authors=tuple(dict.fromkeys(Author(given_first(name)) for name in reference.authors)),
        institutions=_institutions(reference, notes),
        notes=tuple(notes),
    )


def _work_type(reference: Reference) -> Iri:
    spoken = f"{reference.fields.get('type', '')} {reference.fields.get('note', '')}"
    if reference.kind == "thesis":
        if _DOCTORAL.search(spoken):
            return terms.DoctoralThesis
        return terms.StudentThesis if _STUDENT.search(spoken) else terms.OtherWork
    found = _WORK_TYPES.get(reference.kind, terms.OtherWork)
    prefix = reference.fields.get("archiveprefix") or reference.fields.get("eprinttype") or ""
    if found == terms.OtherWork and ("arxiv" in prefix.lower() or "preprint" in spoken.lower()):
        return terms.Preprint
    return found


def _url(fields: Mapping[str, str], scheme: str, identifier: str, notes: list[Note]) -> str:
    stated = fields.get("url", "")
    address = web_address(stated)
    if stated and address is None:
        notes.append(("address of the work is no web address", stated))
    resolvers = {"doi": "https://doi.org/", "arxiv": "https://arxiv.org/abs/"}
    if address is None and scheme in resolvers:
        address = web_address(resolvers[scheme] + identifier)
    return address or ""


def _institutions(reference: Reference, notes: list[Note]) -> tuple[Institution, ...]:
    """Universities that an entry names; the publisher of a thesis is the one that took it."""
    keys = ["school", "institution"] + ["publisher"] * ("thesis" in reference.kind)
    stated = (reference.fields.get(key, "") for key in keys)
    found = (institution(name, "", notes) for name in stated if name)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all works, in the order of the files."""
    source = Source(lambda run: records(paths, run), known, left_out, parse)
    return works(source, run, Mapper(run))


LOADER: Final = Loader(
    name="bibtex",
    title="BibTeX references",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
