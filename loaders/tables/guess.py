"""A mapping proposed for an unknown table: by what its columns are called, and what they hold.

A proposal is for a person to read: it names what was taken for what, with a value of each, and
what nobody could tell. Names of columns are compared with words of Finnish, Swedish and English
catalogues; a column is taken only where most of its values are of the kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from loaders.base import Run
from loaders.errors import LoadError, RecordError
from loaders.identifiers import doi, web_address
from loaders.language import Detector
from loaders.tables import cells
from loaders.tables.mapping import Cell
from loaders.tables.rows import table
from ontology.languages import LANGUAGES

_ROWS: Final = 200
"""Rows that are looked at."""
_ENOUGH: Final = 0.8
"""Share of a column's values that must be of the kind."""
UNKNOWN: Final = "change-me"
"""Stands where the table does not say whose its rows are; a load turns such rows away."""

_WORDS: Final[Mapping[str, str]] = {
    "code": "code koodi tunniste kurssikoodi opintojaksokoodi kod kurskod course-code tunnus",
    "title": "name title nimi otsikko namn titel rubrik course-name opintojakso kurssi kurs course "
    "opintokokonaisuus moduuli module studiehelhet modul",
    "ects": "ects credits credit op opintopisteet laajuus sp studiepoäng omfattning cr points",
    "studyLevel": "level taso opintojen-taso nivå study-level",
    "fieldOfStudy": "field-of-study fields-of-study field fields isced isced-f koulutusala "
    "koulutusalat ala utbildningsområde utbildningsområden",
    "language": "language languages kieli kielet opetuskieli språk undervisningsspråk",
    "outcomes": "outcomes learning-outcomes osaamistavoitteet tavoitteet lärandemål osaaminen",
    "content": "content contents description sisältö kuvaus innehåll beskrivning",
    "prerequisites": "prerequisites esitiedot esitietovaatimukset förkunskaper requirements",
    "develops": "skills taidot esco osaamiset färdigheter esco-skills",
    "url": "url link linkki www address osoite länk webpage",
    "university": "university yliopisto korkeakoulu universitet organisation",
    "start": "start starts alkaa alkupäivä aloitus start-date first-day börjar begins startdatum",
    "end": "end ends päättyy loppupäivä end-date last-day slutar slutdatum loppuu",
    "periods": "period periods periodi periodit perioder",
    "eqfLevel": "eqf eqf-level",
    "consistsOf": "courses opintojaksot kurssit kurser consists-of parts osat delar modules",
    "certifies": "certifies",
    "published": "published date year julkaistu julkaisuvuosi vuosi år utgivningsår publication-date",
    "authors": "authors author tekijät tekijä författare upphovsmän",
    "abstract": "abstract tiivistelmä sammandrag summary",
    "doi": "doi",
    "id": "id identifier",
    "workType": "type tyyppi typ",
    "year": "academic-year year lukuvuosi läsår",
    "openAccess": "open-access avoin öppen",
}
"""Key → names that columns of it have, hyphens for spaces."""

_FINNISH: Final = frozenset(
    ["nimi", "otsikko", "osaamistavoitteet", "tavoitteet", "sisältö", "kuvaus", "tiivistelmä",
     "osaaminen", "kurssi", "opintojakso"]
)  # fmt: skip
_SWEDISH: Final = frozenset(
    ["namn", "titel", "rubrik", "lärandemål", "innehåll", "beskrivning", "sammandrag", "kurs"]
)
_TEXTS: Final = frozenset(["title", "outcomes", "content", "abstract"])
_SEVERAL: Final = frozenset(
    ["fieldOfStudy", "language", "develops", "certifies", "consistsOf", "authors"]
)
_KINDS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "periods": (frozenset(["year", "code", "start", "end"]), frozenset(["university", "title"])),
    "modules": (frozenset(["code", "title", "consistsOf"]), frozenset(["university"])),
    "microCredentials": (
        frozenset(["code", "title"]),
        frozenset(["ects", "eqfLevel", "language", "outcomes", "consistsOf", "certifies", "url"])
        | {"university", "fieldOfStudy"},
    ),
    "works": (
        frozenset(["id", "title", "published"]),
        frozenset(["abstract", "authors", "doi", "url", "workType", "openAccess"]),
    ),
    "courses": (
        frozenset(["code", "title"]),
        frozenset(
            ["ects", "studyLevel", "language", "outcomes", "content", "prerequisites", "develops"]
        )
        | {"url", "university", "start", "end", "periods", "fieldOfStudy"},
    ),
}
"""Kind of table → keys that it needs, and keys that it may have; of two that fit as well, the first."""
_TELLING: Final[Mapping[str, frozenset[str]]] = {
    "modules": frozenset(["consistsOf"]),
    "microCredentials": frozenset(["certifies", "eqfLevel", "consistsOf"]),
    "periods": frozenset(["year"]),
    "works": frozenset(["doi", "authors", "abstract", "published"]),
}
"""Keys that tell a kind from the others; one of them at least is needed."""

_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "studyLevel": {
        "perusopinnot": "basic", "aineopinnot": "intermediate", "syventävät": "advanced",
        "syventävät opinnot": "advanced", "jatko-opinnot": "postgraduate", "muut opinnot": "other",
        "grundstudier": "basic", "ämnesstudier": "intermediate", "fördjupade studier": "advanced",
        "basic studies": "basic", "intermediate studies": "intermediate",
        "advanced studies": "advanced", "postgraduate studies": "postgraduate",
    },
    "language": {
        "suomi": "fi", "ruotsi": "sv", "englanti": "en", "finska": "fi", "svenska": "sv",
        "engelska": "en", "finnish": "fi", "swedish": "sv", "english": "en",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, its values that say something, and words of its name."""

    name: str
    values: tuple[str, ...]
    words: str
    tag: str


@dataclass
class Proposal:
    """What a table was taken for.

    Attributes:
        kind: of the table.
        taken: key → the columns that it was found in.
        left: columns that nobody could tell.
        between: what stands between several values in one cell.
    """

    kind: str
    taken: dict[str, list[Column]] = field(default_factory=dict)
    left: list[Column] = field(default_factory=list)
    between: str = ";"


def guess(path: Path, *, sheet: str = "", university: str = "") -> str:
    """A mapping in YAML for a CSV file or workbook, with remarks.

    Raises: LoadError if the table cannot be read, or nothing in it is known.
    """
    proposal = propose(_columns(path, sheet))
    text = _yaml(proposal, sheet, university)
    return f"# A proposal for {path.name}: read it before you load with it.\n{text}"


def _columns(path: Path, sheet: str) -> list[Column]:
    rows = table(path, Run(), sheet=sheet, delimiter="")
    header = next(rows).values
    held: list[list[str]] = [[] for _ in header]
    for _, row in zip(range(_ROWS), rows, strict=False):
        for values, value in zip(held, row.values, strict=True):
            if value.strip():
                values.append(" ".join(value.split()))
    detector = Detector()
    return [
        Column(name, tuple(values), *_named(name, values, detector))
        for name, values in zip(header, held, strict=True)
        if name
    ]


_LANGUAGE_AT_END: Final = re.compile(r"[\s_(\[/.-]+\(?(fi|sv|en)\b[)\]]?\s*\Z", re.IGNORECASE)


def _named(name: str, values: Sequence[str], detector: Detector) -> tuple[str, str]:
    """The words of a column's name, and the language of its texts."""
    bare = _LANGUAGE_AT_END.sub("", name)
    stated = _LANGUAGE_AT_END.search(name)
    words = "-".join(re.findall(r"[^\W_]+", re.sub(r"([a-zåäö])([A-ZÅÄÖ])", r"\1 \2", bare)))
    words = words.lower()
    if stated:
        return words, stated[1].lower()
    if words in _FINNISH or words in _SWEDISH:
        return words, "fi" if words in _FINNISH else "sv"
    tags = Counter(detector.language(value) for value in values[:40])
    tag, often = tags.most_common(1)[0] if tags else ("en", 0)
    # A few short names tell no language: then the column's own name, an English word, does.
    is_told = often >= _FEWEST and often >= _MAJORITY * sum(tags.values())
    return words, tag if is_told and tag in LANGUAGES else "en"


_FEWEST: Final = 5
_MAJORITY: Final = 0.7


def propose(columns: Sequence[Column]) -> Proposal:
    """What the columns were taken for.

    Raises: LoadError if no kind of table has what it needs.
    """
    found = {key: [one for one in columns if _is(key, one)] for key in _WORDS}
    best: Proposal | None = None
    most = -1
    for kind, (needed, possible) in _KINDS.items():
        keys = needed | possible
        if kind == "works" and not found["id"]:
            found["id"] = found["doi"]
        has = {key for key in keys if found[key]}
        telling = _TELLING.get(kind, frozenset())
        if not needed <= has or (telling and not has & telling):
            continue
        points = len(has) + 3 * len(has & telling)
        certified = found["certifies"] or found["eqfLevel"]
        if kind == "modules" and not certified and any(map(_is_of_modules, columns)):
            points += _OF_MODULES
        if points > most:
            best, most = _proposal(kind, keys, found, columns), points
    if best is None:
        names = ", ".join(column.name for column in columns)[:400]
        raise LoadError(
            f"No kind of table was recognised in the columns {names}. A table of courses needs "
            "a code and a title; docs/table.md tells how to write a mapping."
        )
    return best


_MODULE: Final = re.compile(r"(?:\A|-)(?:module|moduuli|opintokokonaisuu|studiehelhet|modul)\w*")
_OF_MODULES: Final = 8
"""Outweighs all else that a study module may have in common with a micro-credential."""


def _is_of_modules(column: Column) -> bool:
    """Whether a column is called by study modules, or names one as a part."""
    return _MODULE.search(column.words) is not None or any(
        part.startswith("module:") for value in column.values for part in _PARTS.split(value)
    )


def _proposal(
    kind: str,
    keys: frozenset[str],
    found: Mapping[str, list[Column]],
    columns: Sequence[Column],
) -> Proposal:
    proposal = Proposal(kind)
    used: set[str] = set()
    for key in [one for one in _WORDS if one in keys]:
        free = [
            column
            for column in found[key]
            if column.name not in used or (kind == "works" and key in ("doi", "id"))
        ]
        if key in _TEXTS:
            by_tag = {column.tag: column for column in reversed(free)}
            free = [column for column in free if by_tag[column.tag] is column]
        else:
            free = free[:1]
        if free:
            proposal.taken[key] = free
            used |= {column.name for column in free}
    proposal.left = [column for column in columns if column.name not in used]
    proposal.between = _between(proposal)
    return proposal


def _between(proposal: Proposal) -> str:
    """The sign that most cells with several values have between them."""
    several = [
        value
        for key in _SEVERAL & proposal.taken.keys()
        for column in proposal.taken[key]
        for value in column.values
    ]
    signs = {sign: sum(sign in value for value in several) for sign in (";", ",", "|")}
    best = max(signs, key=lambda sign: signs[sign])
    return best if signs[best] else ";"


def _is(key: str, column: Column) -> bool:
    """Whether a column is called so, and most of its values are of the kind."""
    names = _WORDS[key].split()
    is_called = column.words in names or any(
        column.words.startswith(f"{name}-") or column.words.endswith(f"-{name}")
        for name in names
        if len(name) > 2
    )
    if not is_called:
        return False
    check = _CHECKS.get(key)
    if check is None or not column.values:
        return True
    return sum(check(value) for value in column.values) >= _ENOUGH * len(column.values)


def _holds(read: Callable[[Cell, str], object]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            read(Cell(value="x"), value)
        except RecordError:
            return False
        return True

    return check


_PARTS: Final = re.compile(r"\s*[;,|]\s*")
_is_field: Final = _holds(cells.field_of_study)
_CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "code": lambda value: len(value) <= 40,
    "ects": _holds(cells.credits_range),
    "start": _holds(cells.day),
    "end": _holds(cells.day),
    "published": _holds(cells.issued),
    "university": _holds(cells.university),
    "fieldOfStudy": lambda value: all(map(_is_field, _PARTS.split(value))),
    "url": lambda value: web_address(value) is not None,
    "doi": lambda value: doi(value) is not None,
    "eqfLevel": lambda value: value in cells.EQF_LEVELS,
    "openAccess": _holds(cells.yes_or_no),
    "year": _holds(cells.academic_year),
}


def _yaml(proposal: Proposal, sheet: str, university: str) -> str:
    columns: dict[str, object] = {}
    for key, taken in proposal.taken.items():
        if key in ("start", "end", "periods") and proposal.kind == "courses":
            continue
        if key in _TEXTS:
            columns[key] = {column.tag: column.name for column in taken}
        else:
            columns[key] = _cell(key, taken[0], proposal.between)
    taught = {
        key: proposal.taken[key][0].name
        for key in ("start", "end", "periods")
        if key in proposal.taken
    }
    if taught and proposal.kind == "courses":
        columns["offerings"] = [taught]
    remarks = []
    if "university" not in columns and proposal.kind != "works":
        columns["university"] = {"value": university or UNKNOWN}
        if not university:
            remarks.append(
                f"# Whose are they? Write aalto, oulu … or a ROR identifier for {UNKNOWN}."
            )
    stated: dict[str, object] = {"kind": proposal.kind}
    if sheet:
        stated["sheet"] = sheet
    if proposal.between != ";":
        stated["between"] = proposal.between
    stated["columns"] = columns
    for column in proposal.left:
        value = column.values[0][:60] if column.values else "always empty"
        remarks.append(f"# Not understood: {_comment(column.name)}, such as {_comment(value)}")
    written = yaml.safe_dump(stated, allow_unicode=True, sort_keys=False, width=100)
    return "".join(f"{remark}\n" for remark in remarks) + written


def _cell(key: str, column: Column, between: str) -> object:
    """The column, with a translation of those of its words that are known."""
    known = _VALUES.get(key, {})
    parts = (
        " ".join(part.split())
        for value in column.values
        for part in (value.split(between) if key in _SEVERAL else [value])
    )
    values = {part: known[part.lower()] for part in parts if part.lower() in known}
    return {"column": column.name, "values": values} if values else column.name


def _comment(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
