"""What cells say, as values: pure functions that say no with the column and what would do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from pydantic import BaseModel

from loaders.errors import LoadError, RecordError
from loaders.identifiers import ror, web_address
from loaders.tables.mapping import Cell
from loaders.vocabularies import published
from ontology import terms
from ontology.languages import LANGUAGES
from ontology.terms import Iri
from ontology.universities import UNIVERSITIES

STUDY_LEVELS: Final[Mapping[str, Iri]] = {
    "basic": terms.BasicStudies,
    "intermediate": terms.IntermediateStudies,
    "advanced": terms.AdvancedStudies,
    "postgraduate": terms.PostgraduateStudies,
    "other": terms.OtherStudies,
}
UNIT_KINDS: Final[Mapping[str, Iri]] = {
    "course": terms.OrdinaryCourse,
    "thesis": terms.Thesis,
    "seminar": terms.Seminar,
    "examination": terms.Examination,
    "internship": terms.Internship,
    "orientation": terms.Orientation,
    "independentWork": terms.IndependentWork,
}
MODES: Final[Mapping[str, Iri]] = {
    "onsite": terms.OnSite,
    "online": terms.Online,
    "blended": terms.Blended,
    "project": terms.ProjectWork,
}
AUDIENCES: Final[Mapping[str, Iri]] = {
    "degree": terms.DegreeStudents,
    "crossInstitutional": terms.CrossInstitutional,
    "fitech": terms.FITechLearners,
    "openUniversity": terms.OpenUniversity,
    "nonDegree": terms.NonDegree,
    "mooc": terms.MoocLearners,
    "unknown": terms.UnknownAudience,
}
WORK_TYPES: Final[Mapping[str, Iri]] = {
    "article": terms.Article,
    "preprint": terms.Preprint,
    "book": terms.Book,
    "chapter": terms.Chapter,
    "dataset": terms.DataSet,
    "software": terms.Software,
    "doctoral-thesis": terms.DoctoralThesis,
    "student-thesis": terms.StudentThesis,
    "other": terms.OtherWork,
}
SKILL_LEVELS: Final[Mapping[str, Iri]] = {
    "1": terms.SkillLevel1,
    "2": terms.SkillLevel2,
    "3": terms.SkillLevel3,
    "4": terms.SkillLevel4,
}
EQF_LEVELS: Final[Mapping[str, Iri]] = {
    str(level): Iri(f"http://data.europa.eu/snb/eqf/{level}") for level in range(1, 9)
}
YES_AND_NO: Final[Mapping[str, bool]] = {
    "yes": True, "true": True, "kyllä": True, "ja": True, "1": True,
    "no": False, "false": False, "ei": False, "nej": False, "0": False,
}  # fmt: skip

_NUMBER: Final = r"\d{1,4}(?:[.,]\d{1,2})?"
_CREDITS: Final = re.compile(
    rf"({_NUMBER})(?:\s*(?:-|\u2013|\u2014|\.\.)\s*({_NUMBER}))?\s*(?:cr|ects|op|sp)?\Z",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(r"\d{1,7}(?:[.,]\d{1,2})?\Z")
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")
_FINNISH_DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z")
_ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d\Z")
_PARTIAL_DAY: Final = re.compile(r"(\d{4})(?:-(\d\d))?\Z")
_ACADEMIC_YEAR: Final = re.compile(r"(\d{4})-(\d{4})\Z")


@dataclass(frozen=True)
class View:
    """One row, read through the mapping's cells."""

    index: Mapping[str, int]
    values: Sequence[str]

    def text(self, cell: Cell | None) -> str:
        """What the cell says, translated by its ``values``; "" if it is empty or not mapped."""
        if cell is None:
            return ""
        if cell.value:
            return cell.value
        said = self.values[self.index[cell.column]].strip()
        return cell.values.get(said, said)

    def one_line(self, cell: Cell | None) -> str:
        """The same with every run of white space as one space."""
        return " ".join(self.text(cell).split())

    def needed(self, cell: Cell) -> str:
        """The same; RecordError if it is empty."""
        said = self.one_line(cell)
        if not said:
            raise RecordError(place(cell), "empty", "This column must say something.")
        return said

    def each(self, cell: Cell | None, between: str) -> Iterator[tuple[Cell, str]]:
        """The values in the cell, translated, each once and in their order, with the cell."""
        if cell is None:
            return
        said = cell.value or self.values[self.index[cell.column]]
        parts = (" ".join(part.split()) for part in said.split(between))
        for part in dict.fromkeys(cell.values.get(part, part) for part in parts):
            if part:
                yield cell, part


def place(cell: Cell) -> str:
    """The column's name, for messages."""
    return cell.column or "value"


def check_columns(file: str, columns: BaseModel, header: Sequence[str]) -> None:
    """Nothing, or LoadError if the mapping names a column that the table has not."""
    for cell in _cells(columns):
        if cell.column and cell.column not in header:
            raise LoadError(
                f"{file}: Unknown column {cell.column!r}. Columns: {', '.join(header)[:1000]}."
            )


def _cells(part: object) -> Iterator[Cell]:
    if isinstance(part, Cell):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _cells(getattr(part, name))
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from _cells(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from _cells(value)


def chosen(cell: Cell, said: str, among: Mapping[str, Iri], what: str) -> Iri:
    """The concept that a word stands for."""
    found = among.get(said) or {key.lower(): iri for key, iri in among.items()}.get(said.lower())
    if found is None:
        raise RecordError(
            place(cell),
            f"unknown {what}",
            f"{said[:80]!r}. Known: {', '.join(among)}; translate others with 'values'.",
        )
    return found


def field_of_study(cell: Cell, said: str) -> str:
    """The field of ISCED-F of a code or an IRI."""
    found = published.field_of_study(said)
    if not found:
        raise RecordError(
            place(cell), "no field of ISCED-F", f"{said[:80]!r}. Write its code, such as 0613."
        )
    return found


def subject(cell: Cell, said: str) -> str:
    """The concept of YSO or of the Finnish fields of science of an IRI."""
    found = published.subject(said)
    if not found:
        raise RecordError(
            place(cell),
            "no concept of YSO or of the fields of science",
            f"{said[:80]!r}. Write its IRI, such as http://www.yso.fi/onto/yso/p21846.",
        )
    return found


def yes_or_no(cell: Cell, said: str) -> bool:
    """True or false."""
    found = YES_AND_NO.get(said.lower())
    if found is None:
        raise RecordError(place(cell), "neither yes nor no", f"{said[:80]!r}.")
    return found


def credits_range(cell: Cell, said: str) -> tuple[Decimal, Decimal]:
    """Least and most ECTS credits of ``5``, ``2,5`` or ``3-5``."""
    match = _CREDITS.match(said)
    if match is None:
        raise RecordError(
            place(cell), "no number of credits", f"{said[:80]!r}. Write 5, 2.5 or 3-5."
        )
    least = Decimal(match[1].replace(",", "."))
    most = Decimal((match[2] or match[1]).replace(",", "."))
    if most < least:
        raise RecordError(place(cell), "credits from more to less", f"{said[:80]!r}.")
    return least, most


def money(cell: Cell, said: str) -> Decimal:
    """An amount of money."""
    plain = re.sub(r"[\s\u00a0\u202f]|€", "", said)
    if not _MONEY.match(plain):
        raise RecordError(place(cell), "no amount", f"{said[:80]!r}. Write 75 or 75.50.")
    return Decimal(plain.replace(",", "."))


def currency(cell: Cell, said: str) -> str:
    """An ISO 4217 code."""
    if not _CURRENCY.match(said.upper()):
        raise RecordError(place(cell), "no currency", f"{said[:80]!r}. Write EUR.")
    return said.upper()


def day(cell: Cell, said: str) -> str:
    """A day as ``2026-05-04``, written so or as ``4.5.2026``."""
    finnish = _FINNISH_DAY.match(said)
    try:
        if finnish:
            return date(int(finnish[3]), int(finnish[2]), int(finnish[1])).isoformat()
        if _ISO_DAY.match(said):
            return date.fromisoformat(said).isoformat()
    except ValueError:
        pass
    raise RecordError(
        place(cell), "a date that is no date", f"{said[:80]!r}. Write 2026-05-04 or 4.5.2026."
    )


def issued(cell: Cell, said: str) -> tuple[str, Iri, str]:
    """A date of issue as stated, its datatype, and the earliest day that it allows."""
    match = _PARTIAL_DAY.match(said)
    if match is None:
        whole = day(cell, said)
        return whole, terms.xsd.date, whole
    year, month = match[1], match[2]
    if month and not 1 <= int(month) <= 12:
        raise RecordError(place(cell), "a date that is no date", f"{said!r}: no such month.")
    return said, terms.xsd.gYearMonth if month else terms.xsd.gYear, f"{year}-{month or '01'}-01"


def academic_year(cell: Cell, said: str) -> str:
    """An academic year as ``2026-2027``."""
    match = _ACADEMIC_YEAR.match(said.replace("\u2013", "-").replace("/", "-"))
    if match is None or int(match[2]) != int(match[1]) + 1:
        raise RecordError(place(cell), "no academic year", f"{said[:80]!r}. Write 2026-2027.")
    return match[0]


def language(cell: Cell, said: str) -> Iri:
    """The IRI of a language given by its ISO 639-1 code."""
    return chosen(cell, said.lower(), LANGUAGES, "language")


def university(cell: Cell, said: str) -> str:
    """A university's short code, or the ROR identifier of one that has none."""
    if said.lower() in UNIVERSITIES:
        return said.lower()
    found = ror(said)
    if found is None:
        raise RecordError(
            place(cell),
            "unknown university",
            f"{said[:80]!r}. Known: {', '.join(UNIVERSITIES)}, or a ROR identifier.",
        )
    return next((one.code for one in UNIVERSITIES.values() if one.ror == found), found)


def link(cell: Cell, said: str) -> Iri:
    """A web address."""
    found = web_address(said)
    if found is None:
        raise RecordError(place(cell), "no web address", f"{said[:80]!r}.")
    return Iri(found)
