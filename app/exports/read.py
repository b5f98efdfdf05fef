"""From solutions of our queries to facts: the queries, and what is made of their rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from urllib.parse import unquote

from app.exports.facts import (
    Body,
    Facts,
    Field,
    Part,
    Promise,
    Skill,
    Source,
    Teaching,
    Texts,
    Way,
)
from app.graph.port import Value
from ontology import terms
from ontology.iris import Minter
from ontology.languages import LANGUAGES
from ontology.ntriples import Term, iri
from ontology.terms import Iri
from ontology.universities import UNIVERSITIES
from queries import engine

CHUNK = 100
"""Things that are asked of the graph together."""

Row = Mapping[str, Value]
Values = Mapping[str, Sequence[Value]]
"""Property → values."""

NO_OIDS: Mapping[str, str] = MappingProxyType({})
"""Where nobody has named any."""

_EQF = "http://data.europa.eu/snb/eqf/"
_COUNTRY = "http://publications.europa.eu/resource/authority/country/"
_ESCO = "http://data.europa.eu/esco/"
_CODES = {one: tag for tag, one in LANGUAGES.items()}
_UNIVERSITIES = {Minter().organisation(one.ror): one for one in UNIVERSITIES.values()}
_HOURS = re.compile(r"(\d+(?:\.\d+)?) h\Z")


PROPERTIES: tuple[Iri, ...] = (
    terms.rdf.type,
    terms.dcterms.title,
    terms.code,
    terms.university,
    terms.ectsMin,
    terms.ectsMax,
    terms.studyLevel,
    terms.level,
    terms.dcterms.language,
    terms.outcomesText,
    terms.contentText,
    terms.prerequisitesText,
    terms.workloadText,
    terms.elm.volumeOfLearning,
    terms.assessmentText,
    terms.qualityAssuranceText,
    terms.supervisionText,
    terms.mode,
    terms.country,
    terms.schema.url,
    terms.develops,
    terms.certifies,
    terms.suggestedDevelops,
    terms.suggestedCertifies,
    terms.requires,
    terms.consistsOf,
    terms.acceptance,
    terms.stacksInto,
    terms.acceptedBy,
    terms.acceptedInto,
    terms.acceptedUntil,
    terms.startDate,
    terms.endDate,
    terms.enrolmentStart,
    terms.enrolmentEnd,
    terms.audience,
    terms.feeMax,
    terms.feeCurrency,
    terms.applyBy,
    terms.elm.ISCEDFCode,
)
"""What formats take, each by its number in ``stated_query``."""


def stated_query(things: Iterable[str]) -> str:
    """The query for what is stated of things: variables thing, subject, number, value.

    The number is that of the property in ``PROPERTIES``.
    """
    return engine("exports-stated").bind({"things": _bound(things)})


def sources_query(things: Iterable[str]) -> str:
    """The query for the graphs in which things are described: variables thing and graph."""
    return engine("exports-sources").bind({"things": _bound(things)})


def named_query(things: Iterable[str]) -> str:
    """The query for names of what things point at: variables thing, property, value."""
    return engine("exports-named").bind({"things": _bound(things)})


def datasets_query() -> str:
    """The query for all data sets."""
    return engine("exports-datasets").bind({})


def _bound(things: Iterable[str]) -> list[Term]:
    found = []
    for one in things:
        try:
            found.append(iri(one))
        except ValueError:
            continue
    return found


@dataclass
class Stated:
    """What is stated of some things, before their neighbours have names."""

    of: dict[str, dict[str, dict[str, list[Value]]]] = field(default_factory=dict)
    graphs: dict[str, list[str]] = field(default_factory=dict)

    def neighbours(self, *, suggested: bool = False) -> list[str]:
        """IRIs whose names are needed: skills, organisations, parts, fields of study.

        ``suggested``: also those of skills that a machine suggests.
        """
        pointing = [
            *(terms.develops, terms.certifies, terms.requires, terms.university, terms.consistsOf),
            terms.elm.ISCEDFCode,
            *((terms.suggestedDevelops, terms.suggestedCertifies) if suggested else ()),
        ]
        return sorted(
            {
                value.lexical
                for thing, subjects in self.of.items()
                for prop in pointing
                for value in subjects.get(thing, {}).get(prop, ())
            }
        )


def stated(rows: Iterable[Row], sources: Iterable[Row] = ()) -> Stated:
    """The rows of ``stated_query`` and ``sources_query``, by thing."""
    found = Stated()
    for row in rows:
        subjects = found.of.setdefault(row["thing"].lexical, {})
        properties = subjects.setdefault(row.get("subject", row["thing"]).lexical, {})
        prop = PROPERTIES[int(row["number"].lexical)]
        properties.setdefault(prop, []).append(row["value"])
    for row in sources:
        found.graphs.setdefault(row["thing"].lexical, []).append(row["graph"].lexical)
    return found


def named(rows: Iterable[Row]) -> Mapping[str, Values]:
    """The rows of ``named_query``, by thing."""
    found: defaultdict[str, defaultdict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row["thing"].lexical][row["property"].lexical].append(row["value"])
    return found


def datasets(rows: Iterable[Row]) -> Mapping[str, Source]:
    """The rows of ``datasets_query``, by data set."""
    found: dict[str, Source] = {}
    for row in rows:
        name = row["dataset"].lexical

        def said(variable: str, row: Row = row) -> str:
            return row[variable].lexical if variable in row else ""

        one = found.get(name) or Source(
            name,
            publisher=said("publisher"),
            licence=said("licence"),
            rights=said("rights"),
            description=said("description"),
            release=said("release"),
            loaded=said("loaded"),
            access=said("access"),
            triples=int(said("triples")) if said("triples").isdigit() else None,
        )
        titles = dict(one.titles)
        if "title" in row:
            titles.setdefault(said("titleLanguage") or "en", said("title"))
        found[name] = replace(one, titles=titles)
    return found


def withheld(found: Stated, sources: Mapping[str, Source]) -> list[str]:
    """Things of which it is not known that they may be handed on with all others.

    A thing may where every graph that describes it is public.
    """
    return [
        thing
        for thing in found.of
        if not (graphs := found.graphs.get(thing))
        or not all(graph in sources and sources[graph].is_public for graph in graphs)
    ]


def facts(
    found: Stated,
    names: Mapping[str, Values],
    sources: Mapping[str, Source],
    oids: Mapping[str, str] = NO_OIDS,
) -> Iterator[Facts]:
    """The facts of each thing, in the order of their IRIs; what is no course is left out.

    ``oids``: code of an organisation → its oid in Opintopolku.
    """
    for thing in sorted(found.of):
        own = found.of[thing].get(thing, {})
        kinds = _iris(own, terms.rdf.type)
        if terms.MicroCredential in kinds or terms.Course in kinds:
            one = _facts(thing, found, names, sources, is_credential=terms.Course not in kinds)
            oid = oids.get(one.body.code, "") if one.body else ""
            yield replace(one, body=replace(one.body, oid=oid)) if one.body and oid else one


def _facts(
    thing: str,
    found: Stated,
    names: Mapping[str, Values],
    sources: Mapping[str, Source],
    *,
    is_credential: bool,
) -> Facts:
    subjects = found.of[thing]
    own = subjects.get(thing, {})
    skills = [*_iris(own, terms.develops), *_iris(own, terms.certifies)]
    suggested = [*_iris(own, terms.suggestedDevelops), *_iris(own, terms.suggestedCertifies)]
    requires = _iris(own, terms.requires)
    organisations = _iris(own, terms.university)
    workload = _texts(own, terms.workloadText)
    graphs = found.graphs.get(thing, [])
    if any(one.startswith(_ESCO) for one in (*skills, *suggested, *requires)):
        graphs = [*graphs, *(one for one in sources if one.endswith("/graph/esco"))]
    others = {name: said for name, said in subjects.items() if name != thing}
    return Facts(
        iri=thing,
        is_credential=is_credential,
        code=_one(own, terms.code) or unquote(thing.rpartition("/")[2]),
        titles=_texts(own, terms.dcterms.title),
        body=_body(organisations[0], names, own) if organisations else None,
        credits=_credits(own),
        study_level=_one(own, terms.studyLevel),
        eqf=_eqf(own),
        fields=_fields(own, names),
        languages=_languages(own),
        outcomes=_texts(own, terms.outcomesText),
        content=_texts(own, terms.contentText),
        prerequisites=_texts(own, terms.prerequisitesText),
        workload=workload,
        hours=_one(own, terms.elm.volumeOfLearning) or _hours(workload),
        assessment=_texts(own, terms.assessmentText),
        quality=_texts(own, terms.qualityAssuranceText),
        supervision=_texts(own, terms.supervisionText),
        modes=_iris(own, terms.mode),
        skills=_skills(skills, names),
        suggested=_skills(suggested, names),
        requires=_skills(requires, names),
        url=_one(own, terms.schema.url),
        parts=[_part(one, names) for one in _iris(own, terms.consistsOf)],
        teachings=[
            _teaching(name, said)
            for name, said in sorted(others.items())
            if terms.Offering in _iris(said, terms.rdf.type)
        ],
        ways=[
            _way(said)
            for _, said in sorted(others.items())
            if terms.WayIn in _iris(said, terms.rdf.type)
        ],
        promises=_promises(own, others),
        sources=[sources[one] for one in dict.fromkeys(graphs) if one in sources],
    )


def _iris(said: Values, prop: str) -> list[str]:
    return sorted({one.lexical for one in said.get(prop, ())})


def _one(said: Values, prop: str) -> str:
    return min((one.lexical for one in said.get(prop, ())), default="")


def _texts(said: Values, prop: str) -> Texts:
    """Texts by language; several of one language are its lines."""
    by_language: defaultdict[str, list[str]] = defaultdict(list)
    for one in sorted(set(said.get(prop, ())), key=lambda value: value.lexical):
        by_language[one.language or ""].append(one.lexical)
    return {tag: "\n".join(texts) for tag, texts in sorted(by_language.items())}


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _credits(said: Values) -> tuple[Decimal, Decimal] | None:
    least, most = (
        [number for one in said.get(prop, ()) if (number := _number(one.lexical)) is not None]
        for prop in (terms.ectsMin, terms.ectsMax)
    )
    if not least and not most:
        return None
    return min(least or most), max(most or least)


def _fields(said: Values, names: Mapping[str, Values]) -> list[Field]:
    return [
        Field(one, _texts(names.get(one, {}), terms.skos.prefLabel))
        for one in _iris(said, terms.elm.ISCEDFCode)
    ]


def _eqf(said: Values) -> int | None:
    levels = [one.removeprefix(_EQF) for one in _iris(said, terms.level) if one.startswith(_EQF)]
    return next((int(one) for one in levels if one in "12345678" and one), None)


def _languages(said: Values) -> list[str]:
    found = _iris(said, terms.dcterms.language)
    return sorted(_CODES[terms.Iri(one)] for one in found if one in _CODES)


def _hours(workload: Texts) -> str:
    """The duration of a workload that states hours alone, as loaders write it.

    >>> _hours({"en": "60 h"}), _hours({"en": "lectures 20 h, project 40 h"})
    ('PT60H', '')
    """
    match = _HOURS.match(workload.get("en", ""))
    if match is None:
        return ""
    # A duration counts whole hours and minutes.
    minutes = round(Decimal(match[1]) * 60)
    whole, rest = divmod(minutes, 60)
    return f"PT{whole}H{rest}M" if rest else f"PT{whole}H"


def _skills(iris: Iterable[str], names: Mapping[str, Values]) -> list[Skill]:
    return [
        Skill(one, _texts(names.get(one, {}), terms.skos.prefLabel))
        for one in iris
        if one.startswith(f"{_ESCO}skill/")
    ]


def _body(organisation: str, names: Mapping[str, Values], own: Values) -> Body:
    said = names.get(organisation, {})
    country = _one(own, terms.country) or _one(said, terms.country)
    known = _UNIVERSITIES.get(terms.Iri(organisation))
    if known is not None:
        return Body(organisation, known.code, dict(known.names), known.ror, "FIN")
    ror = _one(said, terms.dcterms.identifier)
    code = unquote(organisation.rpartition("/")[2])
    return Body(
        organisation,
        code,
        _texts(said, terms.skos.prefLabel) or {"": code},
        ror.removeprefix("https://ror.org/") if ror.startswith("https://ror.org/") else "",
        country.removeprefix(_COUNTRY) if country.startswith(_COUNTRY) else "",
    )


def _part(course: str, names: Mapping[str, Values]) -> Part:
    said = names.get(course, {})
    code = _one(said, terms.code) or unquote(course.rpartition("/")[2])
    return Part(course, code, _texts(said, terms.dcterms.title))


def _teaching(name: str, said: Values) -> Teaching:
    return Teaching(
        name,
        unquote(name.rpartition("/")[2]),
        start=_one(said, terms.startDate),
        end=_one(said, terms.endDate),
        enrolment_start=_one(said, terms.enrolmentStart),
        enrolment_end=_one(said, terms.enrolmentEnd),
        mode=_one(said, terms.mode),
        languages=_languages(said),
        url=_one(said, terms.schema.url),
    )


def _way(said: Values) -> Way:
    fee = _number(_one(said, terms.feeMax) or "none")
    return Way(
        _one(said, terms.audience),
        fee,
        _one(said, terms.feeCurrency) if fee is not None else "",
        _one(said, terms.applyBy),
        _one(said, terms.schema.url),
    )


def _promises(own: Values, others: Mapping[str, Values]) -> list[Promise]:
    found = [
        Promise(
            _one(said, terms.acceptedBy),
            _one(said, terms.acceptedInto),
            _one(said, terms.acceptedUntil),
        )
        for name in _iris(own, terms.acceptance)
        if (said := others.get(name))
    ]
    promised = {one.into for one in found}
    found += [Promise(into=one) for one in _iris(own, terms.stacksInto) if one not in promised]
    return found
