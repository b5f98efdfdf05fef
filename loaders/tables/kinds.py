"""What a row says, as triples: one function for each kind of table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from loaders.base import Run
from loaders.courses.course import credit_range
from loaders.errors import RecordError
from loaders.identifiers import doi, ror
from loaders.tables import cells
from loaders.tables.cells import View, place
from loaders.tables.mapping import (
    Cell,
    CourseColumns,
    CourseTable,
    CredentialTable,
    ModuleTable,
    OfferingColumns,
    OfferingTable,
    OrganisationTable,
    PeriodTable,
    Table,
    WayInColumns,
    WayInTable,
    WorkTable,
)
from loaders.tables.skills import Skills
from loaders.text import is_html
from ontology import terms
from ontology.ntriples import Term, Triple, boolean, decimal, iri, text, typed
from ontology.terms import Iri
from ontology.universities import UNIVERSITIES

_TYPE: Final = iri(terms.rdf.type)
_ENTITY: Final = iri(terms.entity)
_TITLE: Final = iri(terms.dcterms.title)
_CODE: Final = iri(terms.code)
_UNIVERSITY: Final = iri(terms.university)
_ECTS_MIN: Final = iri(terms.ectsMin)
_ECTS_MAX: Final = iri(terms.ectsMax)
_LANGUAGE: Final = iri(terms.dcterms.language)
_FIELD: Final = iri(terms.elm.ISCEDFCode)
_OUTCOMES: Final = iri(terms.outcomesText)
_URL: Final = iri(terms.schema.url)
_PREREQUISITE_GROUP: Final = iri(terms.prerequisiteGroup)
_GROUP: Final = iri(terms.PrerequisiteGroup)
_MEMBER: Final = iri(terms.member)
_STRENGTH: Final = iri(terms.strength)
_START: Final = iri(terms.startDate)
_END: Final = iri(terms.endDate)
_IN_PERIOD: Final = iri(terms.inPeriod)
_WAY_IN: Final = iri(terms.wayIn)
_LABEL: Final = iri(terms.skos.prefLabel)
_NOTATION: Final = iri(terms.skos.notation)
_IDENTIFIER: Final = iri(terms.dcterms.identifier)
_ORGANISATION: Final = iri(terms.elm.Organisation)

_COURSE_TEXTS: Final = (
    ("outcomes", _OUTCOMES),
    ("content", iri(terms.contentText)),
    ("prerequisitesText", iri(terms.prerequisitesText)),
    ("workload", iri(terms.workloadText)),
    ("assessment", iri(terms.assessmentText)),
)


@dataclass
class Load:
    """What one load of tables remembers.

    Attributes:
        source: the name under which it is loaded.
        seen: what has been described, so that nothing is described twice.
        new: what the present row describes for the first time.
        counts: what the present row holds.
        warned: what is suspicious of it: kind, record, detail.
    """

    run: Run
    source: str
    skills: Skills
    seen: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    warned: list[tuple[str, str, str]] = field(default_factory=list)

    def first(self, term: str) -> bool:
        """Whether it is met for the first time."""
        if term in self.seen or term in self.new:
            return False
        self.new.add(term)
        return True

    def once(self, term: Term, cell: Cell, what: str) -> None:
        """Nothing, or RecordError if an earlier row has described it."""
        if not self.first(term):
            raise RecordError(place(cell), f"{what} stated twice", "The first row is taken.")


def course(table: CourseTable, row: View, load: Load) -> Iterator[Triple]:
    """Triples of a course with its prerequisites, offerings, ways in and skills."""
    columns = table.columns
    university = cells.university(columns.university, row.needed(columns.university))
    code = row.needed(columns.code)
    name = load.run.iris.course(university, code)
    subject = iri(name)
    load.once(subject, columns.code, "course")
    yield from _organisation_of(university, load)
    yield subject, _TYPE, iri(terms.Course)
    yield subject, _ENTITY, subject
    yield subject, _CODE, text(code)
    yield subject, _UNIVERSITY, _university_term(university, load)
    yield from _titles(subject, columns.title, row)
    yield from _credits(subject, columns.ects, row)
    if columns.studyLevel and (said := row.one_line(columns.studyLevel)):
        level = cells.chosen(columns.studyLevel, said, cells.STUDY_LEVELS, "study level")
        yield subject, iri(terms.studyLevel), iri(level)
    yield from _fields(subject, columns.fieldOfStudy, row, table)
    if columns.unitKind and (said := row.one_line(columns.unitKind)):
        kind = cells.chosen(columns.unitKind, said, cells.UNIT_KINDS, "kind of unit")
        yield subject, iri(terms.unitKind), iri(kind)
    yield from _languages(subject, columns.language, row, table)
    for key, property_ in _COURSE_TEXTS:
        yield from _texts(subject, property_, getattr(columns, key), row)
    load.warned += ((kind, code, detail) for kind, detail in _suspicious(columns, row))
    yield from _prerequisites(name, university, table, row, load)
    for _, other in row.each(columns.substitutes, table.between):
        yield subject, iri(terms.substitutes), _course(other, university, load)
    for of, said in row.each(columns.taughtIn, table.between):
        yield subject, iri(terms.taughtIn), _period(of, said, university, load)
    yield from _links(subject, columns.url, row)
    for relation, cell in ((terms.develops, columns.develops), (terms.requires, columns.requires)):
        level_cell = columns.skillLevel if relation == terms.develops else None
        yield from _skills(name, relation, cell, level_cell, table, row, load)
    for number, offered in enumerate(columns.offerings, 1):
        if any(row.text(cell) for cell in (offered.start, offered.end, offered.periods)):
            yield from _offering(offered, university, code, str(number), table, row, load)
    for way in columns.waysIn:
        if row.text(way.audience):
            yield from _way_in(way, name, row, load)
    load.counts["courses"] += 1


def offering(table: OfferingTable, row: View, load: Load) -> Iterator[Triple]:
    """Triples of one teaching of a course."""
    columns = table.columns
    university = cells.university(columns.university, row.needed(columns.university))
    code = row.needed(columns.course)
    return _offering(columns, university, code, "", table, row, load)


def way_in(table: WayInTable, row: View, load: Load) -> Iterator[Triple]:
    """Triples of one way into a course."""
    columns = table.columns
    university = cells.university(columns.university, row.needed(columns.university))
    name = load.run.iris.course(university, row.needed(columns.course))
    return _way_in(columns, name, row, load)


def period(table: PeriodTable, row: View, load: Load) -> Iterator[Triple]:
    """Triples of a teaching period."""
    columns = table.columns
    university = cells.university(columns.university, row.needed(columns.university))
    year = cells.academic_year(columns.year, row.needed(columns.year))
    code = row.needed(columns.code)
    subject = iri(load.run.iris.period(university, year, code))
    load.once(subject, columns.code, "period")
    start = cells.day(columns.start, row.needed(columns.start))
    end = cells.day(columns.end, row.needed(columns.end))
    _check_order(columns.end, start, end)
    yield from _organisation_of(university, load)
    yield subject, _TYPE, iri(terms.Period)
    yield subject, _UNIVERSITY, _university_term(university, load)
    yield subject, iri(terms.periodCode), text(code)
    yield subject, _START, typed(start, terms.xsd.date)
    yield subject, _END, typed(end, terms.xsd.date)
    yield from _texts(subject, _TITLE, columns.title, row)
    load.counts["periods"] += 1


def credential(table: CredentialTable, row: View, load: Load) -> Iterator[Triple]:
    """Triples of a micro-credential as it is offered."""
    columns = table.columns
    university = cells.university(columns.university, row.needed(columns.university))
    code = row.needed(columns.code)
    name = load.run.iris.credential(university, code)
    subject = iri(name)
    load.once(subject, columns.code, "micro-credential")
    yield from _organisation_of(university, load)
    yield subject, _TYPE, iri(terms.MicroCredential)
    yield subject, _ENTITY, subject
    yield subject, _CODE, text(code)
    yield subject, _UNIVERSITY, _university_term(university, load)
    yield from _titles(subject, columns.title, row)
    yield from _credits(subject, columns.ects, row)
    if columns.eqfLevel and (said := row.one_line(columns.eqfLevel)):
        level = cells.chosen(columns.eqfLevel, said, cells.EQF_LEVELS, "EQF level")
        yield subject, iri(terms.level), iri(level)
    yield from _fields(subject, columns.fieldOfStudy, row, table)
    yield from _languages(subject, columns.language, row, table)
    yield from _texts(subject, _OUTCOMES, columns.outcomes, row)
    for _, part in row.each(columns.consistsOf, table.between):
        yield subject, iri(terms.consistsOf), _course(part, university, load)
    for of, said in row.each(columns.stacksInto, table.between):
        whole = _credential(said, university, load)
        if whole == subject:
            raise RecordError(place(of), "stacks into itself", said[:80])
        yield subject, iri(terms.stacksInto), whole
    yield from _links(subject, columns.url, row)
    yield from _skills(
        name, terms.certifies, columns.certifies, columns.skillLevel, table, row, load
    )
    load.counts["micro-credentials"] += 1


def module(table: ModuleTable, row: View, load: Load) -> Iterator[Triple]:
    """Triples of a study module with the courses and modules that it consists of."""
    columns = table.columns
    university = cells.university(columns.university, row.needed(columns.university))
    name = load.run.iris.module(university, row.needed(columns.code))
    subject = iri(name)
    load.once(subject, columns.code, "module")
    stated = [said for _, said in row.each(columns.consistsOf, table.between)]
    parts = dict.fromkeys(_member(said, university, load) for said in stated)
    if not parts:
        raise RecordError(place(columns.consistsOf), "empty", "A module has courses or modules.")
    if subject in parts:
        raise RecordError(
            place(columns.consistsOf),
            "a module that is a part of itself",
            "Take its own code out of its parts.",
        )
    yield subject, _TYPE, iri(terms.Module)
    yield from _titles(subject, columns.title, row)
    for part in parts:
        yield subject, iri(terms.consistsOf), part
    load.counts["modules"] += 1


def organisation(table: OrganisationTable, row: View, load: Load) -> Iterator[Triple]:
    """Triples of an organisation; a university of the network keeps the names it is known by."""
    columns = table.columns
    identifier = row.needed(columns.id)
    subject = _organisation_term(identifier, load)
    load.once(Term(f"row of {subject}"), columns.id, "organisation")
    known = next((code for code in UNIVERSITIES if _university_term(code, load) == subject), "")
    yield from _organisation_of(known, load)
    if not known:
        yield subject, _TYPE, _ORGANISATION
        yield subject, _ENTITY, subject
        names = list(_texts(subject, _LABEL, columns.name, row))
        if not names:
            raise RecordError(
                place(next(iter(columns.name.values()))),
                "no name in any language",
                "Fill one of its columns.",
            )
        yield from names
        if notation := row.one_line(columns.notation):
            yield subject, _NOTATION, text(notation)
        if found := ror(identifier):
            yield subject, _IDENTIFIER, text(f"https://ror.org/{found}")
    if columns.partOf and (whole := row.one_line(columns.partOf)):
        parent = _organisation_term(whole, load)
        if parent == subject:
            raise RecordError(
                place(columns.partOf),
                "an organisation that is part of itself",
                "Name the larger one.",
            )
        yield subject, iri(terms.org.subOrganizationOf), parent
    yield from _links(subject, columns.url, row)
    load.counts["organisations"] += 1


def work(table: WorkTable, row: View, load: Load) -> Iterator[Triple]:
    """Triples of a research output."""
    columns = table.columns
    identifier = row.needed(columns.id)
    stated_doi = row.one_line(columns.doi)
    if stated_doi and columns.doi and doi(stated_doi) is None:
        raise RecordError(place(columns.doi), "no DOI", f"{stated_doi[:80]!r}. Write 10.1000/182.")
    found_doi = doi(stated_doi) or doi(identifier)
    name = load.run.iris.research("doi" if found_doi else load.source, found_doi or identifier)
    subject = iri(name)
    load.once(subject, columns.id, "work")
    yield subject, _TYPE, iri(terms.ResearchOutput)
    yield subject, _ENTITY, subject
    if doi(identifier) is None:
        yield subject, _IDENTIFIER, text(identifier)
    yield from _titles(subject, columns.title, row)
    yield from _texts(subject, iri(terms.dcterms.abstract), columns.abstract, row)
    stated, datatype, earliest = cells.issued(columns.published, row.needed(columns.published))
    yield subject, iri(terms.dcterms.issued), typed(stated, datatype)
    yield subject, iri(terms.published), typed(earliest, terms.xsd.date)
    kind = terms.OtherWork
    if columns.workType and (said := row.one_line(columns.workType)):
        kind = cells.chosen(columns.workType, said, cells.WORK_TYPES, "work type")
    yield subject, iri(terms.workType), iri(kind)
    for _, author in row.each(columns.authors, table.between):
        yield subject, iri(terms.dc.creator), text(author)
    for of, said in row.each(columns.affiliation, table.between):
        university = cells.university(of, said)
        yield from _organisation_of(university, load)
        yield subject, iri(terms.affiliation), _university_term(university, load)
    for cell, property_ in (
        (columns.openAccess, terms.openAccess),
        (columns.peerReviewed, terms.peerReviewed),
    ):
        if cell and (said := row.one_line(cell)):
            yield subject, iri(property_), boolean(cells.yes_or_no(cell, said))
    if found_doi:
        yield subject, iri(terms.bibo.doi), text(found_doi)
    yield from _links(subject, columns.url, row)
    for of, said in row.each(columns.subjects, table.between):
        yield subject, iri(terms.dcterms.subject), iri(cells.subject(of, said))
    yield from _skills(name, terms.studies, columns.studies, None, table, row, load)
    load.counts["works"] += 1


def row_triples(table: Table, row: View, load: Load) -> list[Triple]:
    """All triples of a row.

    Raises: RecordError for a row that says something wrong, of which nothing is kept.
    """
    load.new.clear()
    load.counts.clear()
    load.warned.clear()
    triples = list(_KINDS[table.kind](table, row, load))
    load.seen |= load.new
    load.run.counts.update(load.counts)
    for kind, record, detail in load.warned:
        load.run.warn(kind, record, detail)
    return triples


_KINDS: Final[Mapping[str, Callable[..., Iterator[Triple]]]] = {
    "courses": course,
    "offerings": offering,
    "waysIn": way_in,
    "periods": period,
    "microCredentials": credential,
    "modules": module,
    "organisations": organisation,
    "works": work,
}


def _organisation_of(university: str, load: Load) -> Iterator[Triple]:
    """What is known of a university of the network, the first time it is named."""
    known = UNIVERSITIES.get(university)
    if known is None or not load.first(subject := _university_term(university, load)):
        return
    yield subject, _TYPE, _ORGANISATION
    yield subject, _ENTITY, subject
    for language, label in known.names.items():
        yield subject, _LABEL, text(label, language)
    yield subject, _NOTATION, text(known.code)
    yield subject, _IDENTIFIER, text(f"https://ror.org/{known.ror}")


def _university_term(university: str, load: Load) -> Term:
    known = UNIVERSITIES.get(university)
    return iri(load.run.iris.organisation(known.ror if known else university))


def _organisation_term(identifier: str, load: Load) -> Term:
    known = UNIVERSITIES.get(identifier.lower())
    return iri(load.run.iris.organisation(known.ror if known else ror(identifier) or identifier))


def _elsewhere(said: str, university: str) -> tuple[str, str]:
    """University and code of ``CODE``, or of ``oulu:CODE`` for another university."""
    before, colon, code = said.partition(":")
    if colon and before.strip().lower() in UNIVERSITIES and code.strip():
        return before.strip().lower(), code.strip()
    return university, said


def _course(said: str, university: str, load: Load) -> Term:
    return iri(load.run.iris.course(*_elsewhere(said, university)))


def _member(said: str, university: str, load: Load) -> Term:
    """A course, or a study module written as ``module:CODE`` or ``module:oulu:CODE``."""
    before, colon, rest = said.partition(":")
    if colon and before.strip().lower() == "module" and rest.strip():
        return iri(load.run.iris.module(*_elsewhere(rest.strip(), university)))
    return _course(said, university, load)


def _credential(said: str, university: str, load: Load) -> Term:
    if said.startswith(("http://", "https://")):
        return iri(cells.link(Cell(value=said), said))
    return iri(load.run.iris.credential(*_elsewhere(said, university)))


def _period(cell: Cell, said: str, university: str, load: Load) -> Term:
    """A period written as ``2026-2027/I``."""
    year, slash, code = said.rpartition("/")
    if not slash or not code.strip():
        raise RecordError(place(cell), "no period", f"{said[:80]!r}. Write 2026-2027/I.")
    return iri(load.run.iris.period(university, cells.academic_year(cell, year), code.strip()))


def _titles(subject: Term, titles: Mapping[str, Cell], row: View) -> Iterator[Triple]:
    found = False
    for language, cell in titles.items():
        if said := row.one_line(cell):
            found = True
            yield subject, _TITLE, text(said, language)
    if not found:
        raise RecordError(
            place(next(iter(titles.values()))),
            "no title in any language",
            "Fill one of its columns.",
        )


def _texts(
    subject: Term, property_: Term, texts: Mapping[str, Cell] | None, row: View
) -> Iterator[Triple]:
    for language, cell in (texts or {}).items():
        if said := row.text(cell):
            yield subject, property_, text(said.replace("\r\n", "\n"), language)


def _credits(subject: Term, cell: Cell | None, row: View) -> Iterator[Triple]:
    if cell and (said := row.one_line(cell)):
        least, most = cells.credits_range(cell, said)
        yield subject, _ECTS_MIN, decimal(least)
        yield subject, _ECTS_MAX, decimal(most)


def _suspicious(columns: CourseColumns, row: View) -> Iterator[tuple[str, str]]:
    """What may be wrong with a course that is loaded, as every loader of courses tells it."""
    for cell in columns.title.values():
        if is_html(said := row.one_line(cell)):
            yield "HTML in a title", said[:80]
    if columns.ects and (said := row.one_line(columns.ects)):
        notes: list[tuple[str, str]] = []
        credit_range(*cells.credits_range(columns.ects, said), notes)
        yield from notes


def _languages(subject: Term, cell: Cell | None, row: View, table: Table) -> Iterator[Triple]:
    for of, said in row.each(cell, table.between):
        yield subject, _LANGUAGE, iri(cells.language(of, said))


def _fields(subject: Term, cell: Cell | None, row: View, table: Table) -> Iterator[Triple]:
    for of, said in row.each(cell, table.between):
        yield subject, _FIELD, iri(cells.field_of_study(of, said))


def _links(subject: Term, cell: Cell | None, row: View) -> Iterator[Triple]:
    if cell and (said := row.one_line(cell)):
        yield subject, _URL, iri(cells.link(cell, said))


def _prerequisites(
    name: Iri, university: str, table: CourseTable, row: View, load: Load
) -> Iterator[Triple]:
    subject, number = iri(name), 0
    for cell, strength in (
        (table.columns.prerequisites, terms.Compulsory),
        (table.columns.recommended, terms.Recommended),
    ):
        for of, said in row.each(cell, table.between):
            codes = dict.fromkeys(code.strip() for code in said.split(table.alternatives))
            members = [_member(code, university, load) for code in codes if code]
            if not members:
                continue
            if subject in members:
                raise RecordError(
                    place(of), "a course that is its own prerequisite", f"{said[:80]!r}."
                )
            number += 1
            group = iri(load.run.iris.prerequisite_group(name, number))
            yield subject, _PREREQUISITE_GROUP, group
            yield group, _TYPE, _GROUP
            yield group, _STRENGTH, iri(strength)
            for member in members:
                yield group, _MEMBER, member


def _offering(
    columns: OfferingColumns,
    university: str,
    code: str,
    number: str,
    table: Table,
    row: View,
    load: Load,
) -> Iterator[Triple]:
    start, end = _day(columns.start, row), _day(columns.end, row)
    stated = list(row.each(columns.periods, table.between))
    identifier = row.one_line(columns.id) or "-".join(
        part
        for part in (university, code, start or "", *(said for _, said in stated), number)
        if part
    )
    subject = iri(load.run.iris.offering(load.source, identifier))
    load.once(subject, columns.id or columns.start or Cell(value="offering"), "offering")
    if start and end and columns.end:
        _check_order(columns.end, start, end)
    yield subject, _TYPE, iri(terms.Offering)
    yield subject, iri(terms.offeringOf), iri(load.run.iris.course(university, code))
    if start:
        yield subject, _START, typed(start, terms.xsd.date)
    if end:
        yield subject, _END, typed(end, terms.xsd.date)
    for of, said in stated:
        yield subject, _IN_PERIOD, _period(of, said, university, load)
    if columns.mode and (said := row.one_line(columns.mode)):
        mode = cells.chosen(columns.mode, said, cells.MODES, "mode of participation")
        yield subject, iri(terms.mode), iri(mode)
    yield from _languages(subject, columns.language, row, table)
    for cell, property_ in (
        (columns.enrolmentStart, terms.enrolmentStart),
        (columns.enrolmentEnd, terms.enrolmentEnd),
    ):
        if found := _day(cell, row):
            yield subject, iri(property_), typed(found, terms.xsd.date)
    load.counts["offerings"] += 1


def _way_in(columns: WayInColumns, course_name: Iri, row: View, load: Load) -> Iterator[Triple]:
    said = row.needed(columns.audience)
    audience = cells.chosen(columns.audience, said, cells.AUDIENCES, "audience")
    code = next(code for code, concept in cells.AUDIENCES.items() if concept == audience)
    subject = iri(load.run.iris.way_in(course_name, code))
    load.once(subject, columns.audience, "way in")
    yield iri(course_name), _WAY_IN, subject
    yield subject, _TYPE, iri(terms.WayIn)
    yield subject, iri(terms.audience), iri(audience)
    if columns.feeMax and (fee := row.one_line(columns.feeMax)):
        yield subject, iri(terms.feeMax), decimal(cells.money(columns.feeMax, fee))
        unit = row.one_line(columns.feeCurrency) or "EUR"
        unit = cells.currency(columns.feeCurrency or columns.feeMax, unit)
        yield subject, iri(terms.feeCurrency), text(unit)
    if by := _day(columns.applyBy, row):
        yield subject, iri(terms.applyBy), typed(by, terms.xsd.date)
    yield from _links(subject, columns.url, row)
    load.counts["ways in"] += 1


def _day(cell: Cell | None, row: View) -> str | None:
    said = row.one_line(cell)
    return cells.day(cell, said) if cell and said else None


def _check_order(cell: Cell, start: str, end: str) -> None:
    if end < start:
        raise RecordError(place(cell), "ends before it begins", f"{start} to {end}.")


def _skills(
    about: Iri,
    relation: Iri,
    cell: Cell | None,
    level_cell: Cell | None,
    table: Table,
    row: View,
    load: Load,
) -> Iterator[Triple]:
    """A skill that the source states: the plain triple, and the claim, accepted."""
    said = list(row.each(cell, table.between))
    stated = row.one_line(level_cell)
    level = (
        iri(cells.chosen(level_cell, stated, cells.SKILL_LEVELS, "skill level"))
        if level_cell and stated
        else None
    )
    for skill in dict.fromkeys(load.skills.term(place(of), one) for of, one in said):
        claim = iri(load.run.iris.claim(about, skill[1:-1], relation))
        yield iri(about), iri(relation), skill
        yield claim, _TYPE, iri(terms.Claim)
        yield claim, iri(terms.about), iri(about)
        yield claim, iri(terms.skill), skill
        yield claim, iri(terms.relation), iri(relation)
        yield claim, iri(terms.status), iri(terms.Accepted)
        if level is not None:
            yield claim, iri(terms.level), level
        load.counts["skills stated"] += 1
