"""Kouta (Opintopolku): course units and micro-credentials of Finnish universities.

Publisher: the Finnish National Agency for Education. Licence: none is stated; texts are the
universities' own.
Access: the services of Opintopolku, with a role for some; saved to files.
Format: JSON of koulutus and toteutus as kouta-external and the search index give them (objects,
arrays, JSON Lines, and pages of the index: ``hits.hits[]._source``), and of the simplified
KoutaLight, each also gzipped.
Named graph: ``graph/kouta``.

A koulutus of the type ``kk-opintojakso`` is a course, a toteutus of it is an offering; one that
is a pieni osaamiskokonaisuus (``isPieniOsaamiskokonaisuus``, never ``osaamismerkki``) is a
micro-credential. A course is named by its university and its ``tunniste``, else by its oid. A
toteutus whose koulutus is not in the input describes its course itself. ESCO skills in
``osaaminenUrit`` stand as plain triples and accepted claims. ``isAvoinKorkeakoulutus`` is a way
in for the open university, with its fee where one toteutus states it.

Left out and counted: what is not published, degree programmes and other kinds of training, and
study modules (``kk-opintokokonaisuus``) that are no micro-credentials.
Known gaps: a start stated as a season and a year alone has no day; fields of study, places and
requirements in words are not loaded; of several toteutukset the first one says fee and deadline of the way in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from loaders.base import Loader, Run
from loaders.courses.course import (
    Course,
    Note,
    Offering,
    Provider,
    WayIn,
    Words,
    by_language,
    credit_range,
    day,
    esco_skills,
    needed_provider,
    number,
    offering,
    provider,
)
from loaders.courses.triples import Mapper
from loaders.errors import RecordError
from loaders.files import json_records
from loaders.identifiers import web_address
from loaders.jsonparts import as_list, as_object, as_objects, of_page
from ontology import terms
from ontology.ntriples import Triple
from ontology.terms import Iri

_COURSE: Final = "kk-opintojakso"
_MODULE: Final = "kk-opintokokonaisuus"
KINDS: Final = frozenset(["", _COURSE, _MODULE])
"""Kinds of training that may be a course or a micro-credential; "" where none is said."""
UNIVERSITY_OIDS: Final[Mapping[str, str]] = {
    "1.2.246.562.10.38417217288": "oulu",
    "1.2.246.562.10.56753942459": "aalto",
}
"""Oids of universities of the network, where only a part of one teaches; others go by name."""

_LANGUAGES: Final[Mapping[str, str]] = {"1": "fi", "2": "sv", "4": "en"}
"""Code of ``oppilaitoksenopetuskieli``; 3 is Finnish and Swedish."""
_MODES: Final[Mapping[str, Iri]] = {
    "1": terms.OnSite,
    "2": terms.Blended,
    "3": terms.Online,
    "4": terms.Online,
}
"""Code of ``opetuspaikkakk``: contact, blended, online and distance teaching."""
_LEVELS: Final[Mapping[str, Iri]] = {
    "1": terms.BasicStudies,
    "2": terms.IntermediateStudies,
    "3": terms.AdvancedStudies,
}
"""Code of ``opinnontyyppi``; what is beyond is other studies."""
_CREDITS: Final = "opintojenlaajuusyksikko_2"
_OUTCOMES: Final = "koulutuksenlisatiedot_13"
_CONTENT: Final = "koulutuksenlisatiedot_12"

Record = Mapping[str, object]


@dataclass
class Catalogue:
    """What a first reading finds: names alone.

    Attributes:
        courses: oid of a koulutus → university and code of its course.
        of_offering: oid of a toteutus → oid of its koulutus.
        offered: oids of koulutukset that have a toteutus.
    """

    courses: dict[str, tuple[str, str]] = field(default_factory=dict)
    of_offering: dict[str, str] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Record]]:
    """Every record with where it stands; pages and hits of the index are opened."""
    for where, record in json_records(paths, run):
        yield from opened(where, record, run)


def opened(where: str, record: Record, run: Run) -> Iterator[tuple[str, Record]]:
    """The record, or those of a page or a hit of the index, with where each stands."""
    hits = as_object(record.get("hits")).get("hits")
    items = of_page(where, hits, run) if isinstance(hits, list) else [(where, record)]
    for place, item in items:
        inner = item.get("_source")
        yield place, inner if isinstance(inner, dict) else item


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all courses, offerings and micro-credentials, in the order of the files."""
    catalogue = known(one for _, one in records(paths, Run()) if not left_out(one))
    mapper = Mapper(run, "kouta")
    words = Words()
    for place, record in records(paths, run):
        reason = left_out(record)
        if reason:
            run.counts[reason] += 1
            continue
        yield from mapper.parsed(place, partial(parse, record, catalogue, words))


def known(many: Iterable[Record]) -> Catalogue:
    """What the records name, for those that point at them."""
    found = Catalogue()
    for record in many:
        oid, of = _text(record.get("oid")), _text(record.get("koulutusOid"))
        if of:
            found.of_offering[oid] = of
            found.offered.add(of)
            continue
        who = _provider(record)
        if who is not None and oid:
            found.courses[oid] = (who.code, _code(record))
    return found


def left_out(record: Record) -> str:
    """Why a record is not loaded, as the report counts it; "" if it is."""
    if _text(record.get("tila")) not in ("", "julkaistu"):
        return "records that are not published left out"
    if kind(record) == _MODULE:
        small = as_object(record.get("metadata")).get("isPieniOsaamiskokonaisuus") is True
        return "" if small else "study modules that are no micro-credentials left out"
    return "" if kind(record) in KINDS else "degrees and other kinds of training left out"


def kind(record: Record) -> str:
    """Kouta's word for the kind of training; "" if none is said."""
    stated = as_object(record.get("metadata")).get("tyyppi")
    return _text(stated) or _text(record.get("koulutustyyppi"))


def parse(record: Record, catalogue: Catalogue, words: Words) -> Course:
    """The record as a course, a course's offering or a micro-credential.

    Raises: RecordError if it has no title, no code or no provider.
    """
    notes: list[Note] = []
    metadata = as_object(record.get("metadata"))
    teaching = as_object(metadata.get("opetus"))
    is_offering = bool(_text(record.get("koulutusOid")))
    who, code = _identity(record, catalogue)
    languages = _languages(record, teaching)
    skills = [*as_list(record.get("osaaminenUrit")), *as_list(metadata.get("osaaminenUrit"))]
    oid = _text(record.get("oid"))
    return Course(
        who,
        code,
        words.titles(by_language(record.get("nimi")), "/nimi", notes),
        credits=_credits(metadata, notes),
        is_credential=kind(record) == _MODULE,
        study_level=_level(metadata),
        languages=languages,
        outcomes=words.texts(
            [
                *by_language(metadata.get("osaamistavoitteet")),
                *_more(teaching, _OUTCOMES),
                *_more(metadata, _OUTCOMES),
            ]
        ),
        content=words.texts(
            [
                *_more(teaching, _CONTENT),
                *_more(metadata, _CONTENT),
                *by_language(metadata.get("kuvaus")),
                *by_language(record.get("kuvaus")),
            ]
        ),
        skills=esco_skills(skills, notes),
        url=f"https://opintopolku.fi/konfo/fi/{'toteutus' if is_offering else 'koulutus'}/{oid}"
        if oid.replace(".", "").isdigit()
        else "",
        parts=_parts(record, metadata, catalogue),
        offerings=_offerings(record, metadata, teaching, languages, notes) if is_offering else (),
        # Fee and deadline stand in the toteutus, where the input has one.
        ways_in=() if oid in catalogue.offered else _ways_in(record, metadata, teaching),
        notes=tuple(notes),
    )


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _identity(record: Record, catalogue: Catalogue) -> tuple[Provider, str]:
    """Who teaches, and the code: of an offering those of its course, where it is known."""
    who = _provider(record)
    of = catalogue.courses.get(_text(record.get("koulutusOid")))
    if of is not None:
        university, code = of
        return who if who is not None and who.code == university else Provider(university), code
    code = _code(record)
    if not code:
        raise RecordError("/oid", "no oid and no code", "Each record of Kouta has an oid.")
    return needed_provider(who, "/tarjoajat"), code


def _code(record: Record) -> str:
    metadata = as_object(record.get("metadata"))
    return (
        _text(metadata.get("tunniste"))
        or _text(record.get("koulutusOid"))
        or _text(record.get("oid"))
        or _text(record.get("externalId"))
    )


def _provider(record: Record) -> Provider | None:
    """The university that offers it, be it named itself or by one of its parts."""
    stated = [*as_list(record.get("tarjoajat")), as_object(record.get("organisaatio"))]
    oids = [
        _text(one) if isinstance(one, str) else _text(as_object(one).get("oid")) for one in stated
    ]
    institutions = [_text(one) for one in as_list(record.get("oppilaitokset"))]
    for oid in (*oids, *institutions):
        if oid in UNIVERSITY_OIDS:
            return Provider(UNIVERSITY_OIDS[oid])
    named = [
        provider(
            ((_text(name), str(tag)) for name, tag in by_language(as_object(one).get("nimi"))),
            [oid],
        )
        for one, oid in zip(stated, oids, strict=True)
    ]
    found = [one for one in named if one is not None]
    known = next((one for one in found if not one.names and "." not in one.code), None)
    whole = next((Provider(oid) for oid in institutions if oid), None)
    return known or whole or (found[0] if found else None)


def _credits(metadata: Record, notes: list[Note]) -> tuple[Decimal, Decimal] | None:
    """Credits, where the unit is ECTS credits or none is stated."""
    unit = _text(as_object(metadata.get("opintojenLaajuusyksikko")).get("koodiUri"))
    if unit and unit.partition("#")[0] != _CREDITS:
        notes.append(("size that is not in ECTS credits", unit))
        return None
    whole = metadata.get("opintojenLaajuusNumero")
    least, most = (metadata.get(f"opintojenLaajuusNumero{end}") for end in ("Min", "Max"))
    return credit_range(whole if least is None else least, whole if most is None else most, notes)


def _level(metadata: Record) -> Iri | None:
    code = number_of(metadata.get("opinnonTyyppi"))
    return _LEVELS.get(code, terms.OtherStudies) if code else None


def number_of(coded: object) -> str:
    """The end of a code: ``3`` of ``{"koodiUri": "opetuspaikkakk_3#1"}`` or of the code's URI alone."""
    uri = _text(as_object(coded).get("koodiUri")) or _text(coded)
    return uri.partition("#")[0].rpartition("_")[2]


def _languages(record: Record, teaching: Record) -> tuple[str, ...]:
    codes = [number_of(one) for one in as_list(teaching.get("opetuskieli"))]
    codes += [number_of(one) for one in as_list(record.get("opetuskielet"))]
    found = ("fi sv" if code == "3" else _LANGUAGES.get(code, code) for code in codes)
    return tuple(dict.fromkeys(tag for one in found for tag in one.split() if len(tag) == 2))


def _more(part: Record, heading: str) -> Iterator[tuple[object, object]]:
    """Texts under a heading of the further information."""
    for one in as_objects(part.get("lisatiedot")):
        if _text(as_object(one.get("otsikko")).get("koodiUri")).partition("#")[0] == heading:
            yield from by_language(one.get("teksti"))


def _parts(record: Record, metadata: Record, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """Courses that a micro-credential consists of; those that the input does not hold are not."""
    stated = [
        *as_list(record.get("liitetytOpintojaksot")),
        *as_list(metadata.get("liitetytOpintojaksot")),
    ]
    oids = (_text(one) or _text(as_object(one).get("oid")) for one in stated)
    courses = (catalogue.courses.get(catalogue.of_offering.get(oid, oid)) for oid in oids)
    return tuple(dict.fromkeys(one for one in courses if one is not None))


def _enrolment(record: Record, metadata: Record) -> Record:
    return as_object(metadata.get("hakuaika")) or as_object(record.get("hakuaika"))


def _offerings(
    record: Record,
    metadata: Record,
    teaching: Record,
    languages: tuple[str, ...],
    notes: list[Note],
) -> tuple[Offering, ...]:
    begins = as_object(teaching.get("koulutuksenAlkamiskausi"))
    modes = {
        mode
        for one in as_list(teaching.get("opetustapa"))
        if (mode := _MODES.get(number_of(one))) is not None
    }
    enrolment = _enrolment(record, metadata)
    identifier = _text(record.get("oid"))
    if not identifier:
        return ()
    found = Offering(
        identifier,
        start=day(begins.get("koulutuksenAlkamispaivamaara")),
        end=day(begins.get("koulutuksenPaattymispaivamaara")),
        mode=modes.pop() if len(modes) == 1 else terms.Blended if modes else None,
        languages=languages,
        enrolment_start=day(enrolment.get("alkaa")),
        enrolment_end=day(enrolment.get("paattyy")),
    )
    return (offering(found, notes),)


def _ways_in(record: Record, metadata: Record, teaching: Record) -> tuple[WayIn, ...]:
    if metadata.get("isAvoinKorkeakoulutus") is not True:
        return ()
    fees = []
    for one in as_objects(teaching.get("maksut")):
        kind = _text(one.get("maksullisuustyyppi"))
        amount = number(0) if kind == "maksuton" else number(one.get("maksunMaara"))
        if amount is not None:
            fees.append(amount)
    links = (web_address(_text(said)) for said, _ in by_language(metadata.get("hakulomakeLinkki")))
    return (
        WayIn(
            "openUniversity",
            terms.OpenUniversity,
            fee=max(fees, default=None),
            apply_by=day(_enrolment(record, metadata).get("paattyy")),
            url=next((link for link in links if link), ""),
        ),
    )


LOADER: Final = Loader(
    name="kouta",
    title="Opintopolku",
    publisher="Finnish National Agency for Education",
    licence="",
    attribution="",
    read=read,
)
