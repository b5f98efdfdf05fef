"""Open Badges: achievements as their issuers describe them.

Publisher: whoever issues the badges. Licence: none is stated; texts are the issuers' own.
Access: files: badges that are exported or downloaded, and the achievements of an issuer.
Format: JSON of Open Badges 3.0 (AchievementCredential, Achievement) and 2.0 (Assertion with its
BadgeClass, BadgeClass): one object, an array or JSON Lines, each also gzipped.
Named graph: ``graph/openbadges``, or ``graph/<name>`` with the option ``name``.

An achievement of the type ``Course`` is a course, every other one a micro-credential. It is named
by its creator, else by the credential's issuer, and by its ``humanCode``, else its id, else its
name. Alignments to ESCO skills stand as plain triples and accepted claims, one to an EQF level is
the level. Texts are in ``inLanguage``, which is the badge's language and not that of teaching. The
criteria tell how it is assessed; under headings such as Polku writes (``## Learning outcomes``)
also what is learnt. ``creditsAvailable`` has no unit and is taken for ECTS credits.

**Nothing of a credential's holder is loaded**: neither who they are, what they achieved nor when.
A profile that is a person's is no issuer: the organisation to which it belongs is.
Left out and counted: degrees, licences and memberships; documents without an achievement that is
described in them. Signatures are not checked: what is loaded says what is offered.
Known gaps: images with a badge in them, JWTs, endorsements and collections of credentials are not
read; a micro-credential's description is not loaded, nor are tags, results and fields of study.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from loaders.base import Loader, Run
from loaders.courses.course import (
    Course,
    Note,
    Provider,
    Text,
    Words,
    credit_range,
    esco_skills,
    needed_provider,
    provider,
)
from loaders.courses.linked import Thing, identifier, tagged, text, types
from loaders.courses.triples import Mapper
from loaders.errors import RecordError
from loaders.files import json_records
from loaders.identifiers import ror, web_address
from loaders.jsonparts import as_list, as_object, as_objects
from loaders.vocabularies.published import fields_of_study
from loaders.works import languages
from ontology.ntriples import Triple

ACHIEVEMENTS: Final = frozenset(["Achievement", "BadgeClass"])
"""Types of what is offered, in versions 3.0 and 2.0."""
CREDENTIALS: Final = frozenset(["AchievementCredential", "OpenBadgeCredential"])
"""Types of what a holder of version 3.0 has."""
ASSERTION: Final = "Assertion"
"""Type of what a holder of version 2.0 has."""

HEADINGS: Final[Mapping[str, tuple[str, str]]] = {
    "en": ("Learning outcomes", "Assessment"),
    "fi": ("Osaamistavoitteet", "Arviointi"),
    "sv": ("Lärandemål", "Bedömning"),
}
"""Language → headings of the two parts of the criteria, as the export writes them."""

_COURSE: Final = "Course"
_LEFT_OUT: Final = frozenset(
    [
        "AssociateDegree",
        "BachelorDegree",
        "Degree",
        "Diploma",
        "DoctoralDegree",
        "GeneralEducationDevelopment",
        "License",
        "MasterDegree",
        "Membership",
        "ProfessionalDoctorate",
        "QualityAssuranceCredential",
        "ResearchDoctorate",
        "SecondarySchoolDiploma",
    ]
)
_PERSONAL: Final = ("givenName", "familyName", "additionalName", "patronymicName", "dateOfBirth")
_EQF: Final = re.compile(r"https?://data\.europa\.eu/snb/eqf/([1-8])/?\Z")
_OUTCOMES, _ASSESSMENT = (
    "|".join(re.escape(names[number]) for names in HEADINGS.values()) for number in (0, 1)
)
_HEADING: Final = re.compile(rf"^## (?:(?P<outcomes>{_OUTCOMES})|(?:{_ASSESSMENT}))[ \t]*$", re.M)


def achievements(record: Thing) -> Iterator[tuple[Thing, list[object]]]:
    """What a document describes as achieved or to be achieved, each with who issued it.

    Of a credential's subject nothing but its achievement is looked at.
    """
    kinds = types(record)
    if kinds & ACHIEVEMENTS:
        yield record, []
    elif kinds & CREDENTIALS:
        for subject in as_list(record.get("credentialSubject")):
            for one in as_list(as_object(subject).get("achievement")):
                if isinstance(one, dict):
                    yield one, as_list(record.get("issuer"))
    elif ASSERTION in kinds:
        for one in as_list(record.get("badge")):
            if isinstance(one, dict):
                yield one, []


def left_out(thing: Thing) -> bool:
    """Whether it is a degree, a licence or a membership, which no course and no part of one is."""
    return bool(_kinds(thing) & _LEFT_OUT)


def _kinds(thing: Thing) -> set[str]:
    return {one for one in as_list(thing.get("achievementType")) if isinstance(one, str)}


def parse(thing: Thing, issuers: Sequence[object], words: Words) -> Course:
    """An achievement as a course or a micro-credential.

    Raises: RecordError if it has no name or nobody issues it.
    """
    notes: list[Note] = []
    language = text(thing.get("inLanguage")) or text(thing.get("@language"))
    who = needed_provider(issuer([*as_list(_issuers(thing)), *issuers]), "/creator")
    titles = words.titles(_said(thing.get("name"), language), "/name", notes)
    outcomes, assessment = _criteria(thing, language, words)
    aligned = [text(as_object(one).get("targetUrl")) for one in _alignments(thing)]
    return Course(
        who,
        _code(thing) or titles[0][0],
        titles,
        is_credential=_COURSE not in _kinds(thing),
        credits=_credits(thing, notes),
        eqf=next((_level(found[1]) for one in aligned if (found := _EQF.match(one))), ""),
        # A field is told by its IRI alone: a bare number may be anything's.
        fields=fields_of_study(
            one for one in (*aligned, text(thing.get("fieldOfStudy"))) if "/" in one
        ),
        outcomes=outcomes,
        content=_content(thing, language, words, (*titles, *outcomes)),
        assessment=assessment,
        skills=esco_skills(aligned, notes),
        url=_page(thing),
        notes=tuple(notes),
    )


def _level(digit: str) -> str:
    return f"http://data.europa.eu/snb/eqf/{digit}"


def _issuers(thing: Thing) -> object:
    """``creator`` is 3.0's word, ``issuer`` 2.0's."""
    return thing.get("creator") or thing.get("issuer")


def _said(value: object, language: str) -> list[tuple[object, object]]:
    """Texts with their languages; a bare one is in the badge's."""
    return [(said, tag or language) for said, tag in tagged(value)]


def issuer(profiles: Sequence[object]) -> Provider | None:
    """The first organisation among profiles, or None; a person stands for theirs."""
    for one in profiles:
        profile = as_object(one)
        if "Person" in types(profile) or any(name in profile for name in _PERSONAL):
            profile = as_object(profile.get("parentOrg"))
        own = one.strip() if isinstance(one, str) else identifier(profile)
        homepage = web_address(text(profile.get("url"))) or ""
        stated = [
            text(each.get("identifier"))
            for each in as_objects(as_list(profile.get("otherIdentifier")))
            if _names_organisation(text(each.get("identifierType")))
        ]
        host = (urlsplit(homepage).hostname or "").removeprefix("www.") if homepage else ""
        rors = [each for each in (*stated, own) if ror(each)]
        names = [
            (" ".join(said.split()), languages.tag(tag))
            for said, tag in tagged(profile.get("name"))
            if isinstance(said, str)
        ]
        found = provider(names, [*rors, host, *stated, own])
        if found is not None:
            return found
    return None


def _names_organisation(kind: str) -> bool:
    """Whether an identifier of this type may be an organisation's: most types are people's."""
    return kind in ("identifier", "sourcedId", "systemId") or kind.startswith("ext:")


def _code(thing: Thing) -> str:
    return text(thing.get("humanCode")) or identifier(thing)


def _credits(thing: Thing, notes: list[Note]) -> tuple[Decimal, Decimal] | None:
    return credit_range(thing.get("creditsAvailable"), None, notes)


def _alignments(thing: Thing) -> list[object]:
    return [*as_list(thing.get("alignment")), *as_list(thing.get("alignments"))]


def _criteria(
    thing: Thing, language: str, words: Words
) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    """What is learnt, and how it is assessed: the narrative under headings, or the whole of it."""
    narrative = as_object(thing.get("criteria")).get("narrative")
    outcomes: list[tuple[object, object]] = []
    assessment: list[tuple[object, object]] = []
    for said, tag in _said(narrative, language):
        if isinstance(said, str):
            learnt, assessed = _parts(said)
            outcomes.append((learnt, tag))
            assessment.append((assessed, tag))
    return words.texts(outcomes), words.texts(assessment)


def _parts(narrative: str) -> tuple[str, str]:
    r"""What stands under headings of learning outcomes, and all the rest.

    >>> _parts("## Learning outcomes\n\nFinds a path.\n\n## Assessment\n\nAn exam.")
    ('Finds a path.', 'An exam.')
    >>> _parts("Pass the exam.")
    ('', 'Pass the exam.')
    """
    outcomes: list[str] = []
    rest: list[str] = []
    start, into = 0, rest
    for heading in _HEADING.finditer(narrative):
        into.append(narrative[start : heading.start()].strip())
        start, into = heading.end(), outcomes if heading["outcomes"] else rest
    into.append(narrative[start:].strip())
    return "\n".join(filter(None, outcomes)), "\n".join(filter(None, rest))


def _content(thing: Thing, language: str, words: Words, known: Sequence[Text]) -> tuple[Text, ...]:
    """The description, which every badge must have, where it does not repeat what is known."""
    said = words.texts(_said(thing.get("description"), language))
    repeated = {one for one, _ in known}
    return tuple(one for one in said if one[0] not in repeated)


def _page(thing: Thing) -> str:
    """The page of the criteria; the achievement's own id tells nothing more."""
    criteria = thing.get("criteria")
    stated = criteria if isinstance(criteria, str) else identifier(as_object(criteria))
    found = web_address(stated) or ""
    return found if found != identifier(thing) else ""


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all courses and micro-credentials, in the order of the files."""
    mapper = Mapper(run, run.options.get("name", "openbadges"))
    words = Words()
    for place, record in json_records(paths, run):
        number = 0
        for number, (thing, issuers) in enumerate(achievements(record), 1):
            if left_out(thing):
                run.counts["degrees, licences and memberships left out"] += 1
                continue
            try:
                course = parse(thing, issuers, words)
            except RecordError as error:
                run.reject(f"{place} {identifier(thing) or number}", error)
            else:
                yield from mapper.triples(course)
        if not number:
            run.counts["documents without an achievement"] += 1


LOADER: Final = Loader(
    name="openbadges",
    title="Open Badges",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
