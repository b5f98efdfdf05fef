"""A research output as any source describes it, and how its words become values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from loaders.errors import RecordError
from loaders.identifiers import doi, orcid, ror, web_address
from loaders.text import untagged
from ontology.terms import Iri
from ontology.universities import UNIVERSITIES

Text = tuple[str, str]
"""A text and the BCP 47 tag of its language, "" if none is stated."""

Note = tuple[str, str]
"""What is suspicious of a record: its kind, and the detail."""


@dataclass(frozen=True, slots=True)
class Author:
    """An author as the work names them, with the identifier by which they are a person.

    ``scheme`` is ``orcid`` or another one of the source's; both are "" if there is none.
    ``institutions`` are the codes of those that the work states as theirs.
    """

    name: str
    scheme: str = ""
    identifier: str = ""
    institutions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution: ``code`` is its ROR identifier, else a code of the source.

    ``parents`` are the codes of larger institutions named on the same work.
    """

    code: str
    ror: str
    name: str
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """One research output, checked.

    Attributes:
        scheme: by which the work is named: ``doi``, else one of the source's.
        identifier: in that scheme.
        titles: at least one; of each language the first is the title, others are alternatives.
        issued: ``2026-05-04``, ``2026-05`` or ``2026``.
        work_type: a concept of ``polku:WorkTypes``.
        identifiers: others by which the work is known, as they are written out.
        language: ISO 639-1 code; "" if not stated.
        open_access: None if not stated; ``peer_reviewed`` likewise.
        licence: its page; "" if not stated.
        rights: what is said of rights where that is no licence's page.
        subjects: (scheme, code, label).
        keywords: words that its authors or cataloguers gave it, of no scheme.
        concepts: IRIs of published vocabularies' concepts that it is about.
        notes: what is suspicious.
    """

    scheme: str
    identifier: str
    titles: tuple[Text, ...]
    issued: str
    work_type: Iri
    doi: str = ""
    identifiers: tuple[str, ...] = ()
    abstracts: tuple[Text, ...] = ()
    language: str = ""
    open_access: bool | None = None
    peer_reviewed: bool | None = None
    licence: str = ""
    rights: tuple[Text, ...] = ()
    url: str = ""
    authors: tuple[Author, ...] = ()
    institutions: tuple[Institution, ...] = ()
    subjects: tuple[tuple[str, str, str], ...] = ()
    keywords: tuple[Text, ...] = ()
    concepts: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def one_line(value: object) -> str:
    """A text with every run of white space as one space; "" if it is no text."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def words(value: object) -> str:
    """A text on one line without tags and entities of HTML, JATS or MathML; "" if it is none.

    >>> words("<jats:p>CO<sub>2</sub> &amp; heat</jats:p>")
    'CO2 & heat'
    """
    return " ".join(untagged(value).split()) if isinstance(value, str) else ""


def title_of(titles: Iterable[Text], pointer: str) -> tuple[Text, ...]:
    """The titles that say something, each once.

    Raises: RecordError if there is none.
    """
    found = tuple(dict.fromkeys((words(title), language) for title, language in titles))
    kept = tuple(title for title in found if title[0])
    if not kept:
        raise RecordError(pointer, "no title", "A work needs a title in any language.")
    return kept


_ISSUED: Final = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2})(?!\d))?)?(?![\d])")


def issued(value: object) -> str:
    """A date as far as it is stated: ``2026-05-04``, ``2026-05``, ``2026``; "" if it is none.

    >>> issued("2018/4/25"), issued("2012-10"), issued("2016-12-20T10:00:00Z"), issued("s.a.")
    ('2018-04-25', '2012-10', '2016-12-20', '')
    """
    stated = str(value) if isinstance(value, int) else one_line(value)
    match = _ISSUED.match(stated)
    return dated(*match.groups()) if match else ""


def dated(year: object, month: object = None, day: object = None) -> str:
    """A date from its parts, as far as they are numbers of a calendar; "" without a year.

    >>> dated("2012", "2", "30"), dated(2012, 10, None), dated("", 1)
    ('2012-02', '2012-10', '')
    """
    parts: list[int] = []
    for part in (year, month, day):
        stated = str(part).strip()
        if not (stated.isascii() and stated.isdigit() and len(stated) <= 4):
            break
        parts.append(int(stated))
    if not parts or not 1000 <= parts[0] <= 9999:
        return ""
    if len(parts) == 1 or not 1 <= parts[1] <= 12:
        return f"{parts[0]}"
    try:
        if len(parts) == 3:
            return date(*parts).isoformat()
    except ValueError:
        pass
    return f"{parts[0]}-{parts[1]:02}"


def needed_date(found: str, pointer: str) -> str:
    """The date.

    Raises: RecordError if there is none.
    """
    if not found:
        raise RecordError(
            pointer, "no date of publication", "Expected a day such as 2026-05-04, or a year."
        )
    return found


_CREATIVE_COMMONS: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?:creativecommons\.org/licenses/|spdx\.org/licenses/cc-|cc[- ])"
    r"(by(?:-nc)?(?:-sa|-nd)?)(?:[/ -](\d\.\d))?(?:[/ ].*|\.(?:html|json).*)?\Z",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?:creativecommons\.org/publicdomain/zero/1\.0.*"
    r"|(?:spdx\.org/licenses/)?cc0(?:[- ]1\.0)?(?:\.html)?)\Z",
    re.IGNORECASE,
)


def licence_page(stated: str) -> str:
    """The page of a licence, of Creative Commons in its one form; "" if none is told.

    >>> licence_page("http://creativecommons.org/licenses/by/3.0/"), licence_page("CC BY-NC 4.0")
    ('https://creativecommons.org/licenses/by/3.0/', 'https://creativecommons.org/licenses/by-nc/4.0/')
    >>> licence_page("cc0"), licence_page("Copyright the authors")
    ('https://creativecommons.org/publicdomain/zero/1.0/', '')
    """
    bare = one_line(stated)[:2000]
    if match := _CREATIVE_COMMONS.match(bare):
        version = f"{match[2]}/" if match[2] else ""
        return f"https://creativecommons.org/licenses/{match[1].lower()}/{version}"
    if _PUBLIC.match(bare):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    return web_address(bare) or ""


def author(name: object, stated_orcid: object, notes: list[Note]) -> Author | None:
    """An author, as a person if the ORCID iD holds; None without a name."""
    called, stated = one_line(name), one_line(stated_orcid)
    if not called:
        return None
    checked = orcid(stated) if stated else None
    if stated and checked is None:
        notes.append(("ORCID is none", stated))
    return Author(called, "orcid", checked) if checked else Author(called)


def given_first(name: str) -> str:
    """A name that stands family name first, the other way round.

    >>> given_first("Esimerkki, Aino"), given_first("Network of Universities")
    ('Aino Esimerkki', 'Network of Universities')
    """
    family, comma, given = name.partition(",")
    return one_line(f"{given} {family}") if comma and given.strip() else one_line(family)


_BY_NAME: Final[Mapping[str, str]] = {
    name.casefold(): university.ror
    for university in UNIVERSITIES.values()
    for name in university.names.values()
}
_ROR: Final = frozenset(university.ror for university in UNIVERSITIES.values())


def institution(name: object, stated_ror: object, notes: list[Note]) -> Institution | None:
    """An institution by its ROR identifier, or a university of the network by its exact name.

    Other institutions that have only a name are None: a name is no identifier.
    """
    called, stated = one_line(name), one_line(stated_ror)
    checked = ror(stated) if stated else None
    if stated and checked is None:
        notes.append(("ROR is none", stated))
    code = checked or _BY_NAME.get(called.casefold(), "")
    if not code or (not called and code not in _ROR):
        return None
    return Institution(code, code, called)


def checked_doi(stated: object, notes: list[Note]) -> str:
    """The DOI; "" if there is none, with a note if what is stated is none."""
    said = one_line(stated)
    found = doi(said) or ""
    if said and not found:
        notes.append(("DOI is none", said))
    return found


def by_citation(title: str, year: str, first_author: str) -> str:
    """An identifier for a work that has none: what its citation says, hashed.

    Capital letters, marks and punctuation do not count, so that two exports of one library agree.

    >>> by_citation("On  Paths.", "2026", "Aino Esimerkki") == by_citation(
    ...     "on paths", "2026", "Esimerkki, A."
    ... )
    True
    """
    family = first_author.partition(",")[0].split()[-1:] if first_author else []
    said = " ".join([title, year[:4], *family])
    folded = unicodedata.normalize("NFKD", said).casefold()
    letters = " ".join(re.findall(r"\w+", folded))
    return sha256(letters.encode(errors="replace")).hexdigest()[:24]
