"""schema.org Course: courses as universities describe them on their web pages.

Publisher, licence: whoever runs the page; texts stay theirs.
Access: files: pages saved as HTML, or the JSON-LD of them.
Format: JSON-LD with the terms of schema.org, alone (objects, arrays, JSON Lines) or in the
``<script type="application/ld+json">`` of HTML pages; each also gzipped. Courses are found
wherever they stand: alone, in ``@graph``, in lists, as what a page is about.
Named graph: ``graph/schema-org``, or ``graph/<name>`` with the option ``name``.

A course is named by its provider and its ``courseCode``, else its identifier or address. The
provider is a university of the network by exact name or ROR identifier, else an organisation by
ROR identifier, else by the host of its address. ``hasCourseInstance`` gives offerings, an offer's
price a way in for an audience that the page does not state. ``teaches`` and ``assesses`` give
outcomes, and ESCO skills where they name them, as ``educationalAlignment`` and
``competencyRequired`` do; these stand as plain triples and accepted claims. A text without a
language gets the page's, else the one that it is written in.

Known gaps: contexts are not fetched, so terms that a context renames are not understood; nodes
that are referred to by ``@id`` alone are not followed; microdata and RDFa are not read; course
prerequisites are loaded as words, and as ESCO skills, not as courses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from loaders.base import Loader, Run
from loaders.courses.course import (
    Course,
    Note,
    Offering,
    Provider,
    WayIn,
    Words,
    credit_range,
    day,
    esco_skills,
    needed_provider,
    number,
    offering,
    provider,
)
from loaders.courses.triples import Mapper
from loaders.courses.workload import hours_text
from loaders.elements import scripts
from loaders.errors import LoadError, RecordError
from loaders.files import json_records_of, json_value, members, opening
from loaders.identifiers import ror, web_address
from loaders.jsonparts import as_list
from loaders.vocabularies.published import fields_of_study
from loaders.works import languages
from ontology import terms
from ontology.ntriples import Triple
from ontology.terms import Iri

_MODES: Final[Mapping[str, Iri]] = {
    "online": terms.Online,
    "remote": terms.Online,
    "distance": terms.Online,
    "onsite": terms.OnSite,
    "on-site": terms.OnSite,
    "in-person": terms.OnSite,
    "blended": terms.Blended,
    "hybrid": terms.Blended,
}
_LEVELS: Final[Mapping[str, Iri]] = {
    "beginner": terms.BasicStudies,
    "basic": terms.BasicStudies,
    "intermediate": terms.IntermediateStudies,
    "advanced": terms.AdvancedStudies,
    "master": terms.AdvancedStudies,
    "doctoral": terms.PostgraduateStudies,
}
_ECTS: Final = frozenset(["", "ects", "ects credits", "ects credit", "op", "sp", "cr"])
_DEEPEST: Final = 40

Thing = Mapping[str, object]


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Thing]]:
    """Every course with where it stands; what is broken is rejected."""
    found = False
    for source in members(paths, run):
        start, source = opening(source)
        if start.startswith(b"<"):
            found = True
            values = _of_page(source.name, scripts(source, "application/ld+json"), run)
        else:
            values = json_records_of(source, run)
        for where, value in values:
            found = True
            courses = list(courses_in(value))
            if not courses:
                run.counts["records without a course"] += 1
            for ordinal, course in enumerate(courses, 1):
                yield (where if len(courses) == 1 else f"{where} course {ordinal}"), course
    if not found and not run.counts["rejected"]:
        raise LoadError(
            f"{', '.join(path.name for path in paths)}: no record in it. "
            "Expected JSON-LD of schema.org, or pages of HTML."
        )


def value_of(script: str) -> object:
    """What a script of a page says, in a comment or not.

    Raises: RecordError if it is no JSON.
    """
    bare = script.strip().removeprefix("<!--").removesuffix("-->").strip()
    return json_value(bare.encode(errors="replace"))


def _of_page(name: str, texts: Sequence[str], run: Run) -> Iterator[tuple[str, object]]:
    for ordinal, script in enumerate(texts, 1):
        try:
            value = value_of(script)
        except RecordError as error:
            run.reject(f"{name} script {ordinal}", error)
        else:
            yield f"{name} script {ordinal}", value


def courses_in(value: object) -> Iterator[Thing]:
    """Every course in a value, in its order; what stands in a course is its own affair."""
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(one, list):
            waiting += [(item, depth + 1) for item in reversed(one)]
        elif isinstance(one, dict):
            if "Course" in _types(one):
                yield {_term(key): part for key, part in one.items()}
            else:
                waiting += [(part, depth + 1) for part in reversed(list(one.values()))]


def _term(name: str) -> str:
    """A term as schema.org calls it, whatever its prefix."""
    return name.rpartition("/")[2].removeprefix("schema:")


def _types(thing: Thing) -> list[str]:
    stated = as_list(thing.get("@type")) + as_list(thing.get("type"))
    return [_term(one) for one in stated if isinstance(one, str)]


def _things(value: object) -> list[Thing]:
    """The objects that a property has, their terms without prefixes."""
    return [
        {_term(key): part for key, part in one.items()}
        for one in as_list(value)
        if isinstance(one, dict)
    ]


def _text(value: object) -> str:
    """The first text that a property has: bare, a value or a thing's name."""
    for one in as_list(value):
        if isinstance(one, str | int | float) and not isinstance(one, bool):
            return " ".join(str(one).split())
        if isinstance(one, dict):
            thing = {_term(key): part for key, part in one.items()}
            found = next((thing[k] for k in ("@value", "value", "name") if k in thing), None)
            if found is not None and not isinstance(found, list | dict):
                return _text(found)
    return ""


def _texts(value: object, language: str) -> Iterator[tuple[object, object]]:
    """All texts that a property has, with their languages."""
    for one in as_list(value):
        if isinstance(one, str):
            yield one, language
        elif isinstance(one, dict):
            thing = {_term(key): part for key, part in one.items()}
            tag = thing.get("@language") or thing.get("inLanguage") or language
            yield _text(one), tag


def _addresses(value: object) -> Iterator[str]:
    """Addresses and names of what a property points at."""
    for one in as_list(value):
        if isinstance(one, str):
            yield one
        for thing in _things(one):
            for key in ("@id", "id", "url", "sameAs", "targetUrl", "termCode", "identifier"):
                yield from (part for part in as_list(thing.get(key)) if isinstance(part, str))


def parse(course: Thing, words: Words) -> Course:
    """The thing as a course.

    Raises: RecordError if it has no name, no code or no provider.
    """
    notes: list[Note] = []
    spoken = _languages(course.get("inLanguage"))
    language = spoken[0] if len(spoken) == 1 else ""
    titles = words.titles(_texts(course.get("name"), language), "/name", notes)
    who = needed_provider(_provider(course), "/provider")
    code = _code(course)
    instances = _things(course.get("hasCourseInstance"))
    workloads = [_text(one.get("courseWorkload")) for one in instances]
    workloads.append(_text(course.get("timeRequired")))
    stated = next((one for one in workloads if one.upper().startswith("P")), "")
    skills, required = _skills(course, notes)
    return Course(
        who,
        code,
        titles,
        credits=_credits(course, notes),
        study_level=_LEVELS.get(_text(course.get("educationalLevel")).lower()),
        fields=_fields(course),
        languages=spoken
        or tuple(tag for one in instances for tag in _languages(one.get("inLanguage"))),
        outcomes=_joined(words, [*_taught(course, language)]),
        content=words.texts(_texts(course.get("description"), language)),
        prerequisites=_joined(words, [*_texts(course.get("coursePrerequisites"), language)]),
        workload=hours_text(stated, notes),
        skills=skills,
        requires=required,
        url=web_address(_text(course.get("url")) or _text(course.get("@id"))) or "",
        offerings=_offerings(who, code, instances, notes),
        ways_in=_ways_in([course, *instances]),
        notes=tuple(notes),
    )


def _fields(course: Thing) -> tuple[str, ...]:
    """Fields of study of ISCED-F; by their IRI alone, since a bare number may be anything's."""
    stated = (
        address
        for key in ("about", "educationalAlignment", "keywords")
        for address in _addresses(course.get(key))
    )
    return fields_of_study(address for address in stated if "/" in address)


def _languages(value: object) -> tuple[str, ...]:
    stated = (
        _text(one.get("alternateName")) or _text(one.get("name"))
        if isinstance(one, dict)
        else _text(one)
        for one in as_list(value)
    )
    return tuple(dict.fromkeys(tag for one in stated if (tag := languages.tag(one))))


def _code(course: Thing) -> str:
    for key in ("courseCode", "identifier", "@id", "url"):
        if found := _text(course.get(key)):
            return found
    raise RecordError("/courseCode", "no code", "State courseCode, identifier or url.")


def _provider(course: Thing) -> Provider | None:
    for key in ("provider", "publisher", "creator", "sourceOrganization"):
        for one in as_list(course.get(key)):
            if isinstance(one, str):
                found = provider([(one, "")], [_host(one)])
                if found is not None:
                    return found
            for thing in _things(one):
                stated = list(_addresses(thing))
                identifiers = [place for place in stated if ror(place)]
                identifiers += [host for place in stated if (host := _host(place))]
                tagged = [
                    (" ".join(said.split()), languages.tag(tag))
                    for said, tag in _texts(thing.get("name"), "")
                    if isinstance(said, str)
                ]
                found = provider(tagged, identifiers)
                if found is not None:
                    return found
    return None


def _host(address: str) -> str:
    checked = web_address(address)
    host = urlsplit(checked).hostname if checked else None
    return (host or "").removeprefix("www.")


def _credits(course: Thing, notes: list[Note]) -> tuple[Decimal, Decimal] | None:
    """Credits, where their unit is ECTS or none is stated."""
    stated = course.get("numberOfCredits")
    for one in _things(stated):
        unit = next(
            (
                said
                for key in ("creditUnit", "unitText", "unitCode")
                if (said := _text(one.get(key)))
            ),
            "",
        )
        if unit.lower() not in _ECTS:
            notes.append(("credits that are not ECTS credits", unit))
            return None
        if "minValue" in one or "maxValue" in one:
            return credit_range(one.get("minValue"), one.get("maxValue"), notes)
    return credit_range(_text(stated).removesuffix("ECTS").strip(), None, notes)


def _taught(course: Thing, language: str) -> Iterator[tuple[object, object]]:
    for key in ("teaches", "assesses"):
        for said, tag in _texts(course.get(key), language):
            if isinstance(said, str) and web_address(said) is None:
                yield said, tag


def _joined(words: Words, stated: Sequence[tuple[object, object]]) -> tuple[tuple[str, str], ...]:
    """Several texts of one language as lines of one."""
    joined: dict[str, list[str]] = {}
    for said, tag in stated:
        for text, found in words.texts([(said, tag)]):
            joined.setdefault(found, []).append(text)
    return tuple(("\n".join(dict.fromkeys(lines)), tag) for tag, lines in joined.items())


def _skills(course: Thing, notes: list[Note]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """ESCO skills that the course teaches, and that it asks for."""
    taught = [*_addresses(course.get("teaches")), *_addresses(course.get("assesses"))]
    asked = [
        *_addresses(course.get("competencyRequired")),
        *_addresses(course.get("coursePrerequisites")),
    ]
    for one in _things(course.get("educationalAlignment")):
        kind = _text(one.get("alignmentType")).lower()
        (asked if kind == "requires" else taught).extend(_addresses(one))
    return esco_skills(taught, notes), esco_skills(asked, notes)


def _mode(value: object) -> Iri | None:
    found = {
        mode
        for one in as_list(value)
        if (mode := _MODES.get(_term(_text(one)).lower().replace(" ", "-"))) is not None
    }
    return found.pop() if len(found) == 1 else terms.Blended if found else None


def _offerings(
    who: Provider, code: str, instances: Sequence[Thing], notes: list[Note]
) -> tuple[Offering, ...]:
    return tuple(
        offering(
            Offering(
                _text(one.get("@id"))
                or _text(one.get("identifier"))
                or f"{who.code} {code} {day(_text(one.get('startDate'))) or ordinal}",
                start=day(_text(one.get("startDate"))),
                end=day(_text(one.get("endDate"))),
                mode=_mode(one.get("courseMode")),
                languages=_languages(one.get("inLanguage")),
                url=web_address(_text(one.get("url"))) or "",
            ),
            notes,
        )
        for ordinal, one in enumerate(instances, 1)
    )


def _ways_in(things: Sequence[Thing]) -> tuple[WayIn, ...]:
    """One way in, of the highest price that an offer states, if one does."""
    offers = [offer for thing in things for offer in _things(thing.get("offers"))]
    priced = [(fee, offer) for offer in offers if (fee := number(offer.get("price"))) is not None]
    if not priced:
        return ()
    fee, offer = max(priced, key=lambda one: one[0])
    currency = _text(offer.get("priceCurrency")).upper()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        return ()
    return (
        WayIn(
            "unknown",
            terms.UnknownAudience,
            fee=fee,
            currency=currency,
            apply_by=day(_text(offer.get("availabilityEnds")) or _text(offer.get("validThrough"))),
            url=web_address(_text(offer.get("url"))) or "",
        ),
    )


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all courses, in the order of the files."""
    mapper = Mapper(run, run.options.get("name", "schema-org"))
    words = Words()
    for place, thing in records(paths, run):
        try:
            course = parse(thing, words)
        except RecordError as error:
            run.reject(place, error)
        else:
            yield from mapper.triples(course)


LOADER: Final = Loader(
    name="schema-org",
    title="Courses of web pages",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
