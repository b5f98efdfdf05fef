"""European Learning Model v3: learning opportunities (LOQ) and what credentials certify.

Publisher: whoever made the file, as Europass takes it. Licence: none is stated; texts are the
providers' own.
Access: files: exports of learning opportunities and qualifications, and credentials of the
European Digital Credentials for Learning.
Format: XML of the LOQ application profile, and JSON-LD of the LOQ and EDC ones (one document, an
array, JSON Lines), each also gzipped.
Named graph: ``graph/elm``, or ``graph/<name>`` with the option ``name``.

A learning opportunity is a course, with what the achievement that it leads to says of credits,
outcomes and skills. A qualification or an achievement's specification that no opportunity leads
to, and those that a credential's achievements are specified by, are micro-credentials. Both are
named by their provider or awarding body and their identifier; ids that only a credential's own
builder counts (``urn:epass:``) name nothing elsewhere, and the title stands in for them.
``relatedESCOSkill`` gives plain triples and accepted claims. Modes are told by their IRIs, which
ELM keeps in the namespace of learning assessments.

**Nothing of a credential's holder is loaded**: neither who they are nor what they achieved.
Left out and counted: credentials without an achievement that is specified.
Signatures are not checked: what is loaded says what is offered, not what anybody holds.
Known gaps: target groups, grading, entitlements and parts are not loaded; contexts are
not fetched, so that terms which a context renames are not understood; a volume in months that
can only be meant in minutes or hours (``P60M``, as in the Commission's own sample) is warned of
and not loaded.
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
from loaders.courses.linked import Document, Thing, from_xml, identifier, tagged, text, types
from loaders.courses.triples import Mapper
from loaders.courses.workload import hours_text
from loaders.elements import document
from loaders.errors import LoadError, RecordError
from loaders.files import json_records_of, json_value, members, opening
from loaders.identifiers import ror, web_address
from loaders.vocabularies.published import fields_of_study
from loaders.works import languages
from ontology import terms
from ontology.ntriples import Triple
from ontology.terms import Iri

_SPECIFICATIONS: Final = ("Qualification", "LearningAchievementSpecification")
_ECTS: Final = "education-credit/6fcec5c5af"
_MODES: Final[Mapping[str, Iri]] = {
    "920fbb3cbe": terms.Online,
    "e92d221e4d": terms.Blended,
    "online": terms.Online,
    "blended": terms.Blended,
    "presential": terms.OnSite,
    "project-based": terms.ProjectWork,
}
"""Modes by the end of their IRI, else by their English label."""
_EQF: Final = "http://data.europa.eu/snb/eqf/"
_LOCAL: Final = "urn:epass:"


def documents(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Document]]:
    """Every document with where it stands."""
    found = False
    for source in members(paths, run):
        start, source = opening(source)
        if start.startswith(b"<"):
            found = True
            yield source.name, Document(from_xml(document(source)))
            continue
        for where, record in json_records_of(source, run):
            found = True
            try:
                yield where, Document(unsigned(record))
            except RecordError as error:
                run.reject(where, error)
    if not found and not run.counts["rejected"]:
        raise LoadError(
            f"{', '.join(path.name for path in paths)}: no document in it. "
            "Expected XML or JSON-LD of the European Learning Model."
        )


def unsigned(record: Mapping[str, object]) -> object:
    """What a signed document holds, its signature not looked at; else the record itself.

    Raises: RecordError if the signed text is no JSON.
    """
    payload = record.get("payload")
    if "signatures" in record and isinstance(payload, str):
        return json_value(payload.encode(errors="replace"))
    return record


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all courses and micro-credentials, in the order of the files."""
    mapper = Mapper(run, run.options.get("name", "elm"))
    words = Words()
    for place, held in documents(paths, run):
        number_ = 0
        for number_, (thing, awarded_by) in enumerate(chosen(held), 1):
            try:
                if "LearningOpportunity" in types(thing):
                    course = opportunity(thing, held, words)
                else:
                    course = credential(thing, awarded_by, held, words)
            except RecordError as error:
                run.reject(f"{place} {identifier(thing) or number_}", error)
            else:
                yield from mapper.triples(course)
        if not number_:
            run.counts["documents without a course or a micro-credential"] += 1


def chosen(held: Document) -> Iterator[tuple[Thing, list[Thing]]]:
    """Opportunities, then specifications that none leads to with the bodies that award them."""
    led_to: set[int] = set()
    for thing in held.of_type("LearningOpportunity"):
        led_to |= {id(one) for one in held.get(thing, "learningAchievementSpecification")}
        yield thing, []
    bodies: dict[int, list[Thing]] = {}
    for achievement in held.of_type("LearningAchievement"):
        for specification in held.get(achievement, "specifiedBy"):
            bodies.setdefault(id(specification), []).extend(
                held.get(achievement, "awardedBy", "awardingBody")
            )
    for thing in held.of_type(*_SPECIFICATIONS):
        if id(thing) not in led_to:
            own = held.get(thing, "awardingOpportunity", "awardingBody")
            yield thing, [*bodies.get(id(thing), []), *own]


def opportunity(thing: Thing, held: Document, words: Words) -> Course:
    """A learning opportunity as a course.

    Raises: RecordError if it has no title, no identifier or no provider.
    """
    notes: list[Note] = []
    who = needed_provider(_provider(held.get(thing, "providedBy"), held), "/providedBy")
    specified = list(held.get(thing, "learningAchievementSpecification"))
    activities = list(held.get(thing, "learningActivitySpecification"))
    titles = words.titles(tagged(thing.get("title")), "/title", notes)
    code = _code(thing, titles[0][0])
    described = [thing, *specified, *activities]
    spoken = _languages(described, held)
    return Course(
        who,
        code,
        titles,
        credits=_credits(specified, held, notes),
        fields=_fields([thing, *specified], held),
        languages=spoken,
        outcomes=_outcomes(specified, held, words),
        content=words.texts(
            [text_ for one in described for text_ in tagged(one.get("description"))]
        ),
        prerequisites=_notes_of(specified, "entryRequirement", held, words),
        workload=_workload(described, notes),
        assessment=_assessment(specified, held, words),
        skills=_skills(specified, held, notes),
        url=_homepage(thing, held),
        offerings=_offerings(thing, who, code, spoken, held, notes),
        ways_in=_ways_in(thing, held),
        notes=tuple(notes),
    )


def credential(thing: Thing, awarded_by: Sequence[Thing], held: Document, words: Words) -> Course:
    """A specification of an achievement as a micro-credential.

    Raises: RecordError if it has no title or nobody awards it.
    """
    notes: list[Note] = []
    bodies = [*held.get(thing, "awardedBy"), *held.get(thing, "awardingBody"), *awarded_by]
    who = needed_provider(_provider(bodies, held), "/awardingBody")
    titles = words.titles(tagged(thing.get("title")), "/title", notes)
    activities = list(held.get(thing, "influencedBy"))
    levels = [identifier(one) for one in held.get(thing, "eqfLevel")]
    # A specification that is no qualification has its EQF level among its levels of education.
    for name in ("EQFLevel", "educationLevel"):
        levels += [identifier(one) for one in held.get(thing, name)]
    _workload([thing, *activities, *held.of_type("LearningActivitySpecification")], notes)
    return Course(
        who,
        _code(thing, titles[0][0]),
        titles,
        is_credential=True,
        credits=_credits([thing], held, notes),
        eqf=next((one for one in levels if one in _EQF_LEVELS), ""),
        fields=_fields([thing], held),
        languages=_languages([thing, *activities], held),
        outcomes=_outcomes([thing], held, words),
        prerequisites=_notes_of([thing], "entryRequirement", held, words),
        assessment=_assessment([thing], held, words),
        skills=_skills([thing], held, notes),
        url=_homepage(thing, held),
        notes=tuple(dict.fromkeys(notes)),
    )


_EQF_LEVELS: Final = frozenset(f"{_EQF}{level}" for level in range(1, 9))


def _code(thing: Thing, title: str) -> str:
    """The identifier, else the id where it holds beyond this document, else the title."""
    stated = text(thing.get("identifier"))
    if stated:
        return stated
    own = identifier(thing)
    return own if own and not own.startswith(_LOCAL) else title


def _provider(bodies: Iterator[Thing] | Sequence[Thing], held: Document) -> Provider | None:
    for body in bodies:
        names = [
            (" ".join(said.split()), languages.tag(tag))
            for key in ("legalName", "prefLabel", "altLabel")
            for said, tag in tagged(body.get(key))
            if isinstance(said, str)
        ]
        stated = [text(one) for key in ("identifier", "registration") for one in [body.get(key)]]
        homepages = [
            web_address(text(one.get("contentUrl")) or text(one.get("contentURL")))
            for one in held.get(body, "homepage")
        ]
        hosts = [(urlsplit(one).hostname or "") for one in homepages if one]
        own = identifier(body)
        rors = [one for one in (*stated, own) if ror(one)]
        lasting = [own] if own and not own.startswith(_LOCAL) else []
        codes = [*rors, *(host.removeprefix("www.") for host in hosts), *lasting, *stated]
        found = provider(names, codes)
        if found is not None:
            return found
    return None


def _credits(
    specified: Sequence[Thing], held: Document, notes: list[Note]
) -> tuple[Decimal, Decimal] | None:
    """Credits in ECTS; other frameworks' are noted."""
    for thing in specified:
        for one in held.get(thing, "creditPoint"):
            frameworks = [identifier(framework) for framework in held.get(one, "framework")]
            if frameworks and not any(_ECTS in framework for framework in frameworks):
                notes.append(("credits that are not ECTS credits", frameworks[0]))
            elif (found := credit_range(text(one.get("point")), None, notes)) is not None:
                return found
    return None


def _fields(described: Sequence[Thing], held: Document) -> tuple[str, ...]:
    """Fields of study of ISCED-F; what states several states each of them."""
    return fields_of_study(
        identifier(one)
        for thing in described
        for name in ("ISCEDFCode", "thematicArea")
        for one in held.get(thing, name)
    )


def _languages(described: Sequence[Thing], held: Document) -> tuple[str, ...]:
    found = (
        languages.tag(identifier(one).rpartition("/")[2])
        for thing in described
        for one in held.get(thing, "language")
    )
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _outcomes(
    specified: Sequence[Thing], held: Document, words: Words
) -> tuple[tuple[str, str], ...]:
    """Titles of the outcomes as lines, else their summary."""
    joined: dict[str, list[str]] = {}
    for thing in specified:
        for outcome in held.get(thing, "learningOutcome"):
            for said, tag in words.texts(tagged(outcome.get("title")), lines=False):
                joined.setdefault(tag, []).append(said)
    if joined:
        return tuple(("\n".join(dict.fromkeys(lines)), tag) for tag, lines in joined.items())
    return _notes_of(specified, "learningOutcomeSummary", held, words)


def _notes_of(
    things: Sequence[Thing], name: str, held: Document, words: Words
) -> tuple[tuple[str, str], ...]:
    return words.texts(
        [
            said
            for thing in things
            for note in held.get(thing, name)
            for said in tagged(note.get("noteLiteral"))
        ]
    )


def _assessment(
    specified: Sequence[Thing], held: Document, words: Words
) -> tuple[tuple[str, str], ...]:
    """How it is assessed: descriptions of the assessments, else their titles."""
    proofs = [proof for thing in specified for proof in held.get(thing, "provenBy")]
    described = words.texts([one for proof in proofs for one in tagged(proof.get("description"))])
    return described or words.texts([one for proof in proofs for one in tagged(proof.get("title"))])


def _workload(described: Sequence[Thing], notes: list[Note]) -> tuple[tuple[str, str], ...]:
    found: tuple[tuple[str, str], ...] = ()
    for thing in described:
        if stated := text(thing.get("volumeOfLearning")):
            hours = hours_text(stated, notes)
            found = found or hours
    return found


def _skills(specified: Sequence[Thing], held: Document, notes: list[Note]) -> tuple[str, ...]:
    stated = (
        identifier(skill)
        for thing in specified
        for outcome in held.get(thing, "learningOutcome")
        for key in ("relatedESCOSkill", "relatedSkill")
        for skill in held.get(outcome, key)
    )
    return esco_skills(stated, notes)


def _homepage(thing: Thing, held: Document) -> str:
    stated = (
        text(one.get("contentUrl")) or text(one.get("contentURL"))
        for one in held.get(thing, "homepage")
    )
    return next((address for one in stated if (address := web_address(one))), "")


def mode(thing: Thing, held: Document) -> Iri | None:
    """The form of participation that a thing states; of several blended; None if it states none."""
    found = set()
    for one in held.get(thing, "mode"):
        labels = [said for said, _ in tagged(one.get("prefLabel")) if isinstance(said, str)]
        for name in (identifier(one).rpartition("/")[2], *(label.lower() for label in labels)):
            if name in _MODES:
                found.add(_MODES[name])
    return found.pop() if len(found) == 1 else terms.Blended if found else None


def _offerings(
    thing: Thing,
    who: Provider,
    code: str,
    spoken: tuple[str, ...],
    held: Document,
    notes: list[Note],
) -> tuple[Offering, ...]:
    """One offering for each stretch of time that is stated."""
    return tuple(
        offering(
            Offering(
                f"{who.code} {code} {start}",
                start=start,
                end=day(text(one.get("endDate"))),
                mode=mode(thing, held),
                languages=spoken,
            ),
            notes,
        )
        for one in held.get(thing, "temporal")
        if (start := day(text(one.get("startDate"))))
    )


def _ways_in(thing: Thing, held: Document) -> tuple[WayIn, ...]:
    """A way in for an unstated audience, where a deadline or a price is stated."""
    deadlines = thing.get("applicationDeadline")
    stated = deadlines if isinstance(deadlines, list) else [deadlines]
    apply_by = max((day(text(one)) for one in stated), default="")
    prices = [
        (value, currency)
        for amount in held.get(thing, "priceDetail", "amount")
        if (value := number(text(amount.get("value")))) is not None
        for unit in held.get(amount, "unit")
        if len(currency := identifier(unit).rpartition("/")[2]) == 3 and currency.isalpha()
    ]
    if not apply_by and not prices:
        return ()
    fee, currency = max(prices, default=(None, "EUR"))
    return (
        WayIn(
            "unknown",
            terms.UnknownAudience,
            fee=fee,
            currency=currency.upper(),
            apply_by=apply_by,
        ),
    )


LOADER: Final = Loader(
    name="elm",
    title="European Learning Model",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
