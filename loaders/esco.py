"""ESCO: skills, occupations, their groups, hierarchies and relations.

Publisher: European Commission. Reuse: Commission Decision 2011/833/EU, with the attribution
"This service uses the ESCO classification of the European Commission".
Format: the official CSV package ("ESCO dataset - v1.1.1 - classification - en - csv.zip"), as
zip archives or folders, one or several: v1.1.0 and v1.1.1 ship one package per language and one
language-neutral package of relations, v1.2 ships the relations with every language. Release: as
the caller states it, else as the files' names tell.
Named graph: ``graph/esco``.

Read: ``skills``, ``occupations``, ``skillGroups``, ``ISCOGroups``, ``conceptSchemes``, the
``…Collection`` files (as ``skos:inScheme``), the broader relations of both pillars (with
``skos:broaderTransitive`` worked out), occupation–skill and skill–skill relations. Skill types
and reuse levels are those of ``skills_*.csv``: in the relation files they are often wrong.
Concepts that are not released are counted and left out, with their relations.

Known gaps: ``skillsHierarchy`` repeats the broader relations of the skill groups and is passed
over, as are ``greenShareOcc`` and ``dictionary`` (v1.2) and the NACE codes of occupations. The
relation files of a second language repeat those of the first and are passed over. Gendered
labels are alternative labels, as in the CSV.

With the option ``replacements`` (a file, see ``replacements.py``) the graph also says, with
``dcterms:isReplacedBy``, which concepts of an earlier release these ones replace.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Final

from loaders import replacements
from loaders.base import Loader, Run
from loaders.by_code import Concept
from loaders.errors import LoadError, RecordError
from loaders.files import Member, Row, csv_rows, members
from loaders.vocabularies.hierarchy import transitive
from ontology import notices, terms
from ontology.ntriples import Term, Triple, iri, text, typed

_TYPE: Final = iri(terms.rdf.type)
_ENTITY: Final = iri(terms.entity)
_CONCEPT: Final = iri(terms.skos.Concept)
_SCHEME: Final = iri(terms.skos.ConceptScheme)
_PREF_LABEL: Final = iri(terms.skos.prefLabel)
_ALT_LABEL: Final = iri(terms.skos.altLabel)
_HIDDEN_LABEL: Final = iri(terms.skos.hiddenLabel)
_NOTATION: Final = iri(terms.skos.notation)
_IN_SCHEME: Final = iri(terms.skos.inScheme)
_TOP_CONCEPT: Final = iri(terms.skos.hasTopConcept)
_BROADER: Final = iri(terms.skos.broader)
_DESCRIPTION: Final = iri(terms.dcterms.description)
_MODIFIED: Final = iri(terms.dcterms.modified)
_REPLACED_BY: Final = iri(terms.dcterms.isReplacedBy)
_SKILL_TYPE: Final = iri(terms.esco.skillType)
_REUSE_LEVEL: Final = iri(terms.esco.skillReuseLevel)
_REGULATED: Final = iri(terms.esco.regulatedProfessionNote)

_NOTES: Final = (
    ("definition", iri(terms.skos.definition)),
    ("description", _DESCRIPTION),
    ("scopeNote", iri(terms.skos.scopeNote)),
)
_RELATIONS: Final = {
    "essential": iri(terms.esco.relatedEssentialSkill),
    "optional": iri(terms.esco.relatedOptionalSkill),
}
_SKILL_TYPES: Final = {
    "skill/competence": iri("http://data.europa.eu/esco/skill-type/skill"),
    "knowledge": iri("http://data.europa.eu/esco/skill-type/knowledge"),
}
_REUSE_LEVELS: Final = {
    level: iri(f"http://data.europa.eu/esco/skill-reuse-level/{level}")
    for level in ("transversal", "cross-sector", "sector-specific", "occupation-specific")
}
_COLLECTIONS: Final = {
    collection: iri(f"http://data.europa.eu/esco/concept-scheme/{scheme}")
    for collection, scheme in (
        ("digCompSkills", "digcomp"),
        ("digitalSkills", "6c930acd-c104-4ece-acf7-f44fd7333036"),
        ("greenSkills", "green"),
        ("ictSkills", "skill-ict-groups"),
        ("languageSkills", "skill-language-groups"),
        ("researchOccupations", "8ae4b9f3-507e-4057-a145-2f96f0132613"),
        ("researchSkills", "research"),
        ("transversalSkills", "skill-transversal-groups"),
    )
}
"""Collection file → the concept scheme that ESCO gives it."""

_LANGUAGES: Final = frozenset(
    [
        "ar",
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "ga",
        "hr",
        "hu",
        "is",
        "it",
        "lt",
        "lv",
        "mt",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sv",
        "uk",
    ]
)
_NAME: Final = re.compile(r"(?P<part>[A-Za-z]+?)(?:_(?P<language>[A-Za-z-]+))?\.csv\Z")
_RELEASE: Final = re.compile(r"(?<![\d.])v?(\d+\.\d+(?:\.\d+)?)(?![\d.]*\d)")
_BETWEEN_LABELS: Final = re.compile(r"[\r\n]+| \| ")
_BETWEEN_IRIS: Final = re.compile(r"[\s,|]+")
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?\Z")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d\Z")

_CONCEPT_PARTS: Final = ("ISCOGroups", "occupations", "skillGroups", "skills")
_RELATION_PARTS: Final = (
    "broaderRelationsOccPillar",
    "broaderRelationsSkillPillar",
    "occupationSkillRelations",
    "skillSkillRelations",
)
_PASSED_OVER: Final = frozenset({"skillsHierarchy", "greenShareOcc", "dictionary"})
_WHAT_IS_WANTED: Final = (
    "Give the packages that ESCO's download page makes: \"ESCO dataset - v… - classification - "
    'en - csv.zip" and, before v1.2, the one without a language, which holds the relations.'
)


@dataclass(frozen=True)
class _File:
    member: Member
    language: str


@dataclass
class _Graph:
    """What is remembered of the concepts: their terms, and what has been stated of them."""

    concepts: dict[str, Term] = field(default_factory=dict)
    described: set[tuple[str, str]] = field(default_factory=set)
    schemes: set[tuple[Term, Term]] = field(default_factory=set)
    unreleased: set[str] = field(default_factory=set)
    by_iri: dict[str, Concept] = field(default_factory=dict)
    collections: frozenset[Term] = frozenset(_COLLECTIONS.values())


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of an ESCO package, concepts first, then the relations between them."""
    package = _package(paths, run)
    graph = _Graph()
    for part in _CONCEPT_PARTS:
        for file in package[part]:
            yield from _concepts(part, file, graph, run)
    for file in package["conceptSchemes"]:
        yield from _schemes(file, graph, run)
    for collection, scheme in _COLLECTIONS.items():
        for file in package[f"{collection}Collection"]:
            yield from _collection(file, scheme, graph, run)
    yield from _hierarchy(package["broaderRelationsOccPillar"][0], graph, run)
    yield from _hierarchy(package["broaderRelationsSkillPillar"][0], graph, run)
    for part, columns in (
        ("occupationSkillRelations", ("occupationUri", "relationType", "skillUri")),
        ("skillSkillRelations", ("originalSkillUri", "relationType", "relatedSkillUri")),
    ):
        yield from _relations(part, package[part][0], columns, graph, run)
    if "replacements" in run.options:
        yield from _replaced(Path(run.options["replacements"]), graph, run)


def _replaced(file: Path, graph: _Graph, run: Run) -> Iterator[Triple]:
    """Which concepts of an earlier release are replaced by which of this one."""
    count = 0
    said: set[tuple[str, str]] = set()
    for old, new in replacements.read(file, graph.by_iri, run):
        if (old, new) in said:
            continue
        said.add((old, new))
        if old in graph.concepts:
            run.warn("replaced concept is in this release, and stays", old, new)
        elif new not in graph.concepts:
            run.warn("replacement is not in this release", new, f"for {old}")
        else:
            try:
                subject = _iri("old IRI", old)
            except RecordError as error:
                run.reject(file.name, error)
                continue
            count += 1
            yield subject, _REPLACED_BY, graph.concepts[new]
    run.counts["replacements"] = count


def _package(paths: Sequence[Path], run: Run) -> Mapping[str, list[_File]]:
    """The files of the package by their part, in the order of their languages."""
    found: defaultdict[str, list[_File]] = defaultdict(list)
    releases: dict[str, str] = {}
    known = {part.lower(): part for part in (*_CONCEPT_PARTS, *_RELATION_PARTS, "conceptSchemes")}
    known |= {f"{name}Collection".lower(): f"{name}Collection" for name in _COLLECTIONS}
    for member in members(paths, run):
        name = _NAME.match(member.stem)
        part = known.get(name["part"].lower()) if name else None
        if name is None or part is None:
            if name is None or name["part"] not in _PASSED_OVER:
                run.warn("file passed over: no part of ESCO that is read", member.name)
            continue
        found[part].append(_File(member, _language(name["language"] or "", part, member)))
        for release in _RELEASE.findall(member.name.rpartition("/")[0] or member.name):
            releases.setdefault(release, member.name)
    _check_parts(found, paths)
    if len(releases) > 1:
        named = "; ".join(f"v{release}: {name}" for release, name in sorted(releases.items()))
        raise LoadError(f"Files of several ESCO releases: {named}. Load one release at a time.")
    stated = next(iter(releases), "")
    if run.release and stated and run.release.removeprefix("v") != stated:
        run.warn("release as stated is not the one in the files' names", run.release, stated)
    run.release = run.release.removeprefix("v") or stated
    for part, files in found.items():
        files.sort(key=lambda file: (file.language, file.member.name))
        if part in _RELATION_PARTS and len(files) > 1:
            run.counts["relation files passed over: another language repeats them"] += (
                len(files) - 1
            )
    return found


def _language(suffix: str, part: str, member: Member) -> str:
    if not suffix and part in _RELATION_PARTS:
        return ""
    if suffix.lower().partition("-")[0] not in _LANGUAGES:
        raise LoadError(
            f"{member.name}: unknown language {suffix!r} in the file's name. "
            f"ESCO's languages: {' '.join(sorted(_LANGUAGES))}."
        )
    return suffix.lower()


def _check_parts(found: Mapping[str, list[_File]], paths: Sequence[Path]) -> None:
    names = ", ".join(path.name for path in paths)
    concepts = [part for part in _CONCEPT_PARTS if part not in found]
    relations = [part for part in _RELATION_PARTS if part not in found]
    if not found:
        raise LoadError(f"{names}: no ESCO CSV package. {_WHAT_IS_WANTED}")
    if len(concepts) == len(_CONCEPT_PARTS):
        raise LoadError(f"{names}: relations but no concepts in it. {_WHAT_IS_WANTED}")
    if len(relations) == len(_RELATION_PARTS):
        raise LoadError(f"{names}: concepts but no relations in it. {_WHAT_IS_WANTED}")
    if concepts or relations:
        missing = [f"{part}_<language>.csv" for part in concepts]
        missing += [f"{part}.csv" for part in relations]
        raise LoadError(f"{names}: {', '.join(missing)} missing. {_WHAT_IS_WANTED}")


def _rows(file: _File, run: Run, wanted: Sequence[str]) -> tuple[list[str], Iterator[Row]]:
    """The header and the rows of a file; rows of another width than the header are rejected."""
    rows = csv_rows(file.member, run)
    first = next(rows, None)
    if first is None:
        raise LoadError(f"{file.member.name}: empty. {_WHAT_IS_WANTED}")
    header = [name.strip() for name in first.values]
    for column in wanted:
        if column not in header:
            raise LoadError(
                f"{file.member.name}: no column {column!r}. It has: {', '.join(header)[:500]}. "
                "Take the file as ESCO ships it."
            )

    def checked() -> Iterator[Row]:
        width = len(header)
        for row in rows:
            if len(row.values) != width:
                fault = RecordError(
                    "", "wrong number of fields", f"{len(row.values)} where the header has {width}."
                )
                run.reject(f"{file.member.name} line {row.line}", fault)
            else:
                yield row

    return header, checked()


_CONCEPT_COLUMNS: Final = ("conceptUri", "preferredLabel", "altLabels", "status", "inScheme")
_CLASSES: Final = {
    "occupations": (_CONCEPT, iri(terms.esco.Occupation)),
    "skills": (_CONCEPT, iri(terms.esco.Skill)),
    "ISCOGroups": (_CONCEPT,),
    "skillGroups": (_CONCEPT,),
}


def _concepts(part: str, file: _File, graph: _Graph, run: Run) -> Iterator[Triple]:
    special = {"skills": ("skillType", "reuseLevel"), "ISCOGroups": ("code",)}.get(part, ())
    header, rows = _rows(file, run, (*_CONCEPT_COLUMNS, *special))
    for row in rows:
        cells = dict(zip(header, row.values, strict=True))
        concept, status = cells["conceptUri"], cells["status"].strip()
        try:
            subject = graph.concepts.get(concept) or _iri("conceptUri", concept)
        except RecordError as error:
            run.reject(f"{file.member.name} line {row.line}", error)
            continue
        if status != "released":
            graph.unreleased.add(concept)
            run.counts[f"{part} left out: {status or 'no status'}"] += 1
            continue
        if (concept, file.language) in graph.described:
            run.warn("concept described twice, the first is taken", concept, file.member.name)
            continue
        graph.described.add((concept, file.language))
        if concept not in graph.concepts:
            graph.concepts[concept] = subject
            run.counts[part] += 1
            for class_ in _CLASSES[part]:
                yield subject, _TYPE, class_
            yield subject, _ENTITY, subject
            yield from _facts(subject, concept, cells, graph, run)
        if "replacements" in run.options:
            one = graph.by_iri.setdefault(concept, Concept.of(concept, part, cells))
            one.labels.setdefault(file.language, cells["preferredLabel"].strip())
        yield from _texts(subject, concept, cells, file.language, run)


def _facts(
    subject: Term, concept: str, cells: Mapping[str, str], graph: _Graph, run: Run
) -> Iterator[Triple]:
    """What holds of a concept in every language."""
    notation = cells.get("code", "").strip()
    if not notation and "/isced-f/" in concept:
        notation = concept.rpartition("/")[2]
    if notation:
        yield subject, _NOTATION, text(notation)
    for scheme in _iris(cells["inScheme"], concept, "inScheme", run):
        if scheme in graph.collections:
            graph.schemes.add((subject, scheme))
        yield subject, _IN_SCHEME, scheme
    for column, property_, values in (
        ("skillType", _SKILL_TYPE, _SKILL_TYPES),
        ("reuseLevel", _REUSE_LEVEL, _REUSE_LEVELS),
    ):
        value = cells.get(column, "").strip()
        if value in values:
            yield subject, property_, values[value]
        elif value:
            run.warn(f"unknown {column}", concept, value)
    modified = cells.get("modifiedDate", "").strip()
    if _DATE_TIME.match(modified):
        yield subject, _MODIFIED, typed(modified, terms.xsd.dateTime)
    elif _DATE.match(modified):
        yield subject, _MODIFIED, typed(modified, terms.xsd.date)
    elif modified:
        run.warn("modifiedDate is no date", concept, modified)


def _texts(
    subject: Term, concept: str, cells: Mapping[str, str], language: str, run: Run
) -> Iterator[Triple]:
    """The labels and notes of a concept in one language; SKOS keeps the three labels apart."""
    preferred = " ".join(cells["preferredLabel"].split())
    said = {preferred}
    if preferred:
        yield subject, _PREF_LABEL, text(preferred, language)
    else:
        run.counts[f"concepts without a preferred label in {language}"] += 1
    for column, property_ in (("altLabels", _ALT_LABEL), ("hiddenLabels", _HIDDEN_LABEL)):
        for part in _BETWEEN_LABELS.split(cells.get(column, "")):
            label = " ".join(part.split())
            if label and label not in said:
                said.add(label)
                yield subject, property_, text(label, language)
    for column, property_ in _NOTES:
        note = cells.get(column, "").strip()
        if note:
            yield subject, property_, text(note.replace("\r\n", "\n"), language)
    note = cells.get("regulatedProfessionNote", "").strip()
    if note.startswith("http://data.europa.eu/esco/"):
        for value in _iris(note, concept, "regulatedProfessionNote", run):
            yield subject, _REGULATED, value
    elif note:
        yield subject, _REGULATED, text(note, language)


def _schemes(file: _File, graph: _Graph, run: Run) -> Iterator[Triple]:
    wanted = ("conceptSchemeUri", "preferredLabel", "description", "hasTopConcept")
    header, rows = _rows(file, run, wanted)
    for row in rows:
        cells = dict(zip(header, row.values, strict=True))
        scheme = cells["conceptSchemeUri"]
        try:
            subject = graph.concepts.get(scheme) or _iri("conceptSchemeUri", scheme)
        except RecordError as error:
            run.reject(f"{file.member.name} line {row.line}", error)
            continue
        if scheme not in graph.concepts:
            graph.concepts[scheme] = subject
            run.counts["concept schemes"] += 1
            yield subject, _TYPE, _SCHEME
            yield subject, _ENTITY, subject
            for concept in _iris(cells["hasTopConcept"], scheme, "hasTopConcept", run):
                if concept[1:-1] not in graph.unreleased:
                    yield subject, _TOP_CONCEPT, concept
        label = " ".join(cells["preferredLabel"].split())
        if label:
            yield subject, _PREF_LABEL, text(label, file.language)
        description = cells["description"].strip()
        if description:
            yield subject, _DESCRIPTION, text(description, file.language)


def _collection(file: _File, scheme: Term, graph: _Graph, run: Run) -> Iterator[Triple]:
    """Membership in a collection, where the concept itself has not stated it."""
    header, rows = _rows(file, run, ("conceptUri",))
    at = header.index("conceptUri")
    for row in rows:
        concept = row.values[at]
        subject = _known(concept, "conceptUri", f"{file.member.name} line {row.line}", graph, run)
        if subject is not None and (subject, scheme) not in graph.schemes:
            graph.schemes.add((subject, scheme))
            yield subject, _IN_SCHEME, scheme


def _hierarchy(file: _File, graph: _Graph, run: Run) -> Iterator[Triple]:
    """``skos:broader`` as stated, and ``skos:broaderTransitive`` worked out from it."""
    header, rows = _rows(file, run, ("conceptUri", "broaderUri"))
    pair = itemgetter(header.index("conceptUri"), header.index("broaderUri"))
    broader: dict[Term, dict[Term, None]] = {}
    for row in rows:
        concept, above = pair(row.values)
        where = f"{file.member.name} line {row.line}"
        narrower = _known(concept, "conceptUri", where, graph, run)
        wider = narrower and _known(above, "broaderUri", where, graph, run)
        if narrower is None or wider is None:
            continue
        if narrower == wider:
            fault = RecordError("broaderUri", "broader than itself", concept)
            run.reject(where, fault)
        elif wider not in broader.setdefault(narrower, {}):
            broader[narrower][wider] = None
            run.counts["broader relations"] += 1
            yield narrower, _BROADER, wider
    yield from transitive(broader, run)


def _relations(
    part: str, file: _File, columns: tuple[str, str, str], graph: _Graph, run: Run
) -> Iterator[Triple]:
    header, rows = _rows(file, run, columns)
    cells = itemgetter(*(header.index(column) for column in columns))
    concepts = graph.concepts
    number = 0
    for row in rows:
        one, kind, other = cells(row.values)
        relation, subject, skill = _RELATIONS.get(kind), concepts.get(one), concepts.get(other)
        if relation is not None and subject is not None and skill is not None:
            number += 1
            yield subject, relation, skill
            continue
        where = f"{file.member.name} line {row.line}"
        if relation is None:
            fault = RecordError(columns[1], "unknown kind of relation", kind[:80])
            run.reject(where, fault)
        elif _known(one, columns[0], where, graph, run) is not None:
            _known(other, columns[2], where, graph, run)
    run.counts[_PLURALS[part]] = number


_PLURALS: Final = {
    "occupationSkillRelations": "occupation–skill relations",
    "skillSkillRelations": "skill–skill relations",
}


def _known(concept: str, column: str, where: str, graph: _Graph, run: Run) -> Term | None:
    """The concept's term; None, and counted or rejected, if it was not loaded."""
    term = graph.concepts.get(concept)
    if term is None:
        if concept in graph.unreleased:
            run.counts["relations left out: a concept is not released"] += 1
        else:
            reason = f"{column} names a concept that is in no file"
            run.reject(where, RecordError(column, reason, concept[:200]))
    return term


def _iri(column: str, value: str) -> Term:
    try:
        return iri(value)
    except ValueError:
        raise RecordError(column, "not an IRI", value[:200]) from None


def _iris(cell: str, concept: str, column: str, run: Run) -> Iterator[Term]:
    """The IRIs in a cell, each once, apart by commas, bars or line ends."""
    for value in dict.fromkeys(_BETWEEN_IRIS.split(cell)):
        if value:
            try:
                yield iri(value)
            except ValueError:
                run.warn(f"{column} holds no IRI", concept, value)


LOADER: Final = Loader(
    name="esco",
    title="ESCO, European Skills, Competences, Qualifications and Occupations",
    publisher="European Commission",
    licence="http://data.europa.eu/eli/dec/2011/833/oj",
    attribution=notices.ESCO,
    read=read,
)
