"""A course or a micro-credential as any catalogue describes it, and how its words become values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from loaders.errors import RecordError
from loaders.identifiers import ror
from loaders.language import Detector
from loaders.text import is_html, plain
from ontology.terms import Iri
from ontology.universities import UNIVERSITIES

Text = tuple[str, str]
"""A text and the BCP 47 tag of its language."""

Note = tuple[str, str]
"""What is suspicious of a record: its kind, and the detail."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who teaches: ``code`` is a university's short one, else a ROR identifier or the source's."""

    code: str
    names: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Offering:
    """One teaching of a course, as its source names it; days are "" where none is stated.

    Attributes:
        source: who names it, where that is not the load's own source.
    """

    identifier: str
    start: str = ""
    end: str = ""
    mode: Iri | None = None
    languages: tuple[str, ...] = ()
    enrolment_start: str = ""
    enrolment_end: str = ""
    url: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class WayIn:
    """A way into a course for an audience, named by its notation; a fee is None if unknown."""

    notation: str
    audience: Iri
    fee: Decimal | None = None
    currency: str = "EUR"
    apply_by: str = ""
    url: str = ""


class Named(NamedTuple):
    """A course by its university and code, or a study module."""

    university: str
    code: str
    is_module: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """Courses and modules of which any one will do; and whether that is compulsory."""

    members: tuple[Named, ...]
    compulsory: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a university that provides a course: its code and its names."""

    code: str
    names: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Module:
    """One study module: what it asks for at all events, be it courses or other modules."""

    provider: Provider
    code: str
    titles: tuple[Text, ...]
    parts: tuple[Named, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """One course, or one micro-credential where ``is_credential``, checked.

    Attributes:
        credits: the fewest and the most ECTS credits; None if not stated.
        languages: ISO 639-1 codes of the languages of teaching.
        eqf: IRI of a level of the European Qualifications Framework; "" if not stated.
        fields: IRIs of fields of study of ISCED-F 2013.
        skills: IRIs of ESCO skills that it develops, or certifies.
        requires: IRIs of ESCO skills that it asks for.
        parts: universities and codes of the courses that a micro-credential consists of.
        cefr: level of a language that it leads to, as B2.1; "" if not stated.
        demands: what is asked for before it, group by group.
        substitutes: courses in whose place it counts.
        units: parts of the university that provide it.
    """

    provider: Provider
    code: str
    titles: tuple[Text, ...]
    credits: tuple[Decimal, Decimal] | None = None
    is_credential: bool = False
    study_level: Iri | None = None
    eqf: str = ""
    fields: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    outcomes: tuple[Text, ...] = ()
    content: tuple[Text, ...] = ()
    prerequisites: tuple[Text, ...] = ()
    workload: tuple[Text, ...] = ()
    assessment: tuple[Text, ...] = ()
    skills: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    url: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    offerings: tuple[Offering, ...] = ()
    ways_in: tuple[WayIn, ...] = ()
    notes: tuple[Note, ...] = ()
    cefr: str = ""
    unit_kind: Iri | None = None
    demands: tuple[Demand, ...] = ()
    substitutes: tuple[Named, ...] = ()
    units: tuple[Unit, ...] = ()


_LANGUAGE: Final = re.compile(r"[a-z]{2,3}\Z")


class Words:
    """Makes texts of a record: without HTML, each tagged with a language, stated or found out."""

    def __init__(self) -> None:
        self._detector = Detector()

    def texts(
        self, stated: Iterable[tuple[object, object]], *, lines: bool = True
    ) -> tuple[Text, ...]:
        """Texts that say something, one for each language; the first counts."""
        found: dict[str, str] = {}
        for value, language in stated:
            said = plain(value) if isinstance(value, str) else ""
            said = said if lines else " ".join(said.split())
            if not said:
                continue
            tag = language.strip().lower()[:2] if isinstance(language, str) else ""
            if not _LANGUAGE.match(tag):
                tag = self._detector.language(said)
            found.setdefault(tag, said)
        return tuple((said, tag) for tag, said in found.items())

    def lines(self, stated: Iterable[tuple[object, object]]) -> tuple[Text, ...]:
        """Several texts of one language as lines of one text."""
        joined: dict[str, dict[str, None]] = {}
        for one in stated:
            for said, tag in self.texts([one]):
                joined.setdefault(tag, {})[said] = None
        return tuple(("\n".join(lines), tag) for tag, lines in joined.items())

    def titles(
        self, stated: Iterable[tuple[object, object]], pointer: str, notes: list[Note]
    ) -> tuple[Text, ...]:
        """Titles on one line, with a note of HTML in them.

        Raises: RecordError if there is none.
        """
        kept = list(stated)
        for value, _ in kept:
            if isinstance(value, str) and is_html(value):
                notes.append(("HTML in a title", value[:80]))
        found = self.texts(kept, lines=False)
        if not found:
            raise RecordError(pointer, "no title", "A course needs a title in any language.")
        return found


def by_language(value: object) -> Iterable[tuple[object, object]]:
    """Texts of an object whose keys are languages: ``{"fi": "…", "en": "…"}``."""
    return [(said, tag) for tag, said in value.items()] if isinstance(value, Mapping) else []


def spoken(slots: Iterable[tuple[object, object]]) -> list[tuple[object, object]]:
    """Texts by language; without one where a text stands alike in several languages' slots.

    >>> spoken([("Data", "fi"), ("Data", "en"), ("Tieto", "sv")])
    [('Data', ''), ('Data', ''), ('Tieto', 'sv')]
    """
    kept = list(slots)
    alike = Counter(said for said, _ in kept if isinstance(said, str))
    return [
        (said, tag if not isinstance(said, str) or alike[said] == 1 else "") for said, tag in kept
    ]


_KNOWN: Final[Mapping[str, str]] = {
    name.casefold(): university.code
    for university in UNIVERSITIES.values()
    for name in (university.code, *university.names.values())
}
_BY_ROR: Final[Mapping[str, str]] = {one.ror: one.code for one in UNIVERSITIES.values()}


def provider(names: Iterable[Text], identifiers: Iterable[str]) -> Provider | None:
    """Who teaches, by name if it is a university of the network, else by ROR, else by code.

    None if nothing names it.

    >>> provider([("Aalto University", "en")], ["1.2.3"])
    Provider(code='aalto', names=())
    >>> provider([("Example Ltd", "en")], ["https://ror.org/011zjcv36"])
    Provider(code='011zjcv36', names=(('Example Ltd', 'en'),))
    """
    called = tuple(
        (name, tag if _LANGUAGE.match(tag) else "") for name, tag in names if name.strip()
    )
    stated = [one for one in identifiers if one.strip()]
    checked = [found for one in stated if (found := ror(one))]
    for code in checked:
        if code in _BY_ROR:
            return Provider(_BY_ROR[code])
    for name, _ in called:
        if code := _KNOWN.get(name.casefold(), ""):
            return Provider(code)
    identifier = (checked or stated or [""])[0]
    return Provider(identifier, called) if identifier else None


def university_of(stated: str) -> Provider | None:
    """The university that an option names, by its code or a ROR identifier; None if none.

    >>> university_of("Oulu"), university_of("03yj89h83"), university_of("Example Ltd")
    (Provider(code='oulu', names=()), Provider(code='oulu', names=()), None)
    """
    code = stated.strip().lower()
    found = code if code in UNIVERSITIES else ror(stated)
    return Provider(_BY_ROR.get(found, found)) if found else None


def needed_provider(found: Provider | None, pointer: str) -> Provider:
    """The provider.

    Raises: RecordError if there is none.
    """
    if found is None:
        raise RecordError(
            pointer,
            "no provider",
            "A course is some university's: state its name, its ROR identifier or a code.",
        )
    return found


def number(value: object) -> Decimal | None:
    """A number from 0, whatever its decimal sign; None if it is none.

    >>> number("2,5"), number(5), number("five"), number("1e400")
    (Decimal('2.5'), Decimal('5'), None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    stated = str(value).strip().replace(",", ".")
    try:
        found = Decimal(stated)
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < 1_000_000 else None


def credit_range(least: object, most: object, notes: list[Note]) -> tuple[Decimal, Decimal] | None:
    """The fewest and the most credits; one stated is both. Notes what is suspicious."""
    low, high = number(least), number(most)
    found = low if low is not None else high
    if found is None:
        return None
    if low is not None and high is not None and low > high:
        notes.append(("fewest credits above the most", f"{low} to {high}"))
        low, high = high, low
    low, high = (found if low is None else low), (found if high is None else high)
    if high >= 60:
        notes.append(("course of 60 ECTS credits or more", f"{high}"))
    return low, high


_DAY: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)")


def day(value: object) -> str:
    """The day of a date or time; "" if it is none.

    >>> day("2023-05-31T23:59"), day("20230531"), day("May")
    ('2023-05-31', '2023-05-31', '')
    """
    match = _DAY.match(value.strip()) if isinstance(value, str) else None
    try:
        return date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        return ""


def offering(found: Offering, notes: list[Note]) -> Offering:
    """The offering, with a note if it ends before it begins; such an end is not kept."""
    for what, start, end in (
        ("offering ends before it begins", found.start, found.end),
        ("enrolment ends before it begins", found.enrolment_start, found.enrolment_end),
    ):
        if start and end and end < start:
            notes.append((what, f"{found.identifier}: {start} to {end}"))
    ends_first = found.start and found.end and found.end < found.start
    return replace(found, end="") if ends_first else found


_SKILL: Final = re.compile(
    r"https?://data\.europa\.eu/esco/skill/"
    r"([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})/?(?:\?.*)?\Z"
)
"""A skill alone: groups such as ``S1.2`` are named below the same address."""


def esco_skill(stated: object) -> str:
    """The IRI of an ESCO skill as ESCO writes it; "" if it is none.

    >>> esco_skill("https://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742")
    'http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742'
    """
    match = _SKILL.match(stated.strip()) if isinstance(stated, str) else None
    return f"http://data.europa.eu/esco/skill/{match[1].lower()}" if match else ""


def esco_skills(stated: Iterable[object], notes: list[Note]) -> tuple[str, ...]:
    """The ESCO skills among what is stated, each once; a broken one is noted."""
    found: dict[str, None] = {}
    for one in stated:
        skill = esco_skill(one)
        if skill:
            found[skill] = None
        elif isinstance(one, str) and "esco/skill" in one:
            notes.append(("IRI of an ESCO skill is none", one[:120]))
    return tuple(found)
