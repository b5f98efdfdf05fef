"""European Learning Model: learning opportunities and micro-credentials as JSON-LD.

Source: ELM 3, application profile for learning opportunities and qualifications (LOQ), 1.1.0.

A course is a LearningOpportunity that leads to a LearningAchievementSpecification; of several
offerings each is an opportunity of its own, as the profile allows one stretch of time in each. A
micro-credential is a LearningAchievementSpecification with its awarding body. It is no
Qualification: that has to have a level of a national framework, which the graph does not know;
its EQF level stands as ``educationLevel``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.exports.facts import Body, Facts, Teaching, Texts, first, notices
from app.exports.formats import Document, Format, Lacking
from ontology import terms
from ontology.languages import AUTHORITY, LANGUAGES

NAME: Final = "elm"

SNB: Final = "http://data.europa.eu/snb/"
COUNTRIES: Final = "http://publications.europa.eu/resource/authority/country"
_CURRENCY: Final = "http://publications.europa.eu/resource/authority/currency"
_ECTS: Final = f"{SNB}education-credit/6fcec5c5af"
_UNKNOWN_FIELD: Final = f"{SNB}isced-f/9999"
_FIELDS: Final = "isced-f/25831c2"
_MODES: Final = {
    terms.Online: (f"{SNB}learning-assessment/920fbb3cbe", "online"),
    terms.Blended: (f"{SNB}learning-assessment/e92d221e4d", "blended"),
    terms.OnSite: (terms.OnSite, "presential"),
    terms.ProjectWork: (terms.ProjectWork, "project-based"),
}
"""Concepts of ELM where their IRIs are known, else ours with ELM's English label."""

_THINGS: Final = [
    "learningAchievementSpecification",
    "learningOutcome",
    "relatedESCOSkill",
    "creditPoint",
    "framework",
    "providedBy",
    "awardingOpportunity",
    "awardingBody",
    "location",
    "address",
    "countryCode",
    "mode",
    "defaultLanguage",
    "ISCEDFCode",
    "educationLevel",
    "provenBy",
    "entryRequirement",
    "additionalNote",
    "influencedBy",
    "learningActivitySpecification",
    "priceDetail",
    "amount",
    "unit",
    "hasPart",
]
CONTEXT: Final[Document] = {
    "elm": "http://data.europa.eu/snb/model/elm/",
    "adms": "http://www.w3.org/ns/adms#",
    "dc": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rov": "http://www.w3.org/ns/regorg#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    **{
        name: f"elm:{name}"
        for name in [
            "LearningOpportunity",
            "LearningAchievementSpecification",
            "LearningOutcome",
            "CreditPoint",
            "LearningAssessmentSpecification",
            "LearningActivitySpecification",
            "AwardingOpportunity",
            "Organisation",
            "Address",
            "WebResource",
            "Note",
            "Identifier",
            "PriceDetail",
            "Amount",
        ]
    },
    "Concept": "skos:Concept",
    "ConceptScheme": "skos:ConceptScheme",
    "Location": "dc:Location",
    "PeriodOfTime": "dc:PeriodOfTime",
    **{name: {"@id": f"elm:{name}", "@type": "@id"} for name in _THINGS},
    "identifier": {"@id": "adms:identifier", "@type": "@id"},
    "language": {"@id": "dc:language", "@type": "@id"},
    "temporal": {"@id": "dc:temporal", "@type": "@id"},
    "homepage": {"@id": "foaf:homepage", "@type": "@id"},
    "inScheme": {"@id": "skos:inScheme", "@type": "@id"},
    "title": {"@id": "dc:title", "@container": "@language"},
    "description": {"@id": "dc:description", "@container": "@language"},
    "prefLabel": {"@id": "skos:prefLabel", "@container": "@language"},
    "legalName": {"@id": "rov:legalName", "@container": "@language"},
    "noteLiteral": {"@id": "elm:noteLiteral", "@container": "@language"},
    "notation": "skos:notation",
    "schemeName": {"@id": "elm:schemeName", "@type": "xsd:string"},
    "contentUrl": {"@id": "elm:contentUrl", "@type": "xsd:anyURI"},
    "point": {"@id": "elm:point", "@type": "xsd:string"},
    "value": {"@id": "rdf:value", "@type": "xsd:decimal"},
    "startDate": {"@id": "elm:startDate", "@type": "xsd:dateTime"},
    "endDate": {"@id": "elm:endDate", "@type": "xsd:dateTime"},
    "applicationDeadline": {"@id": "elm:applicationDeadline", "@type": "xsd:dateTime"},
    "volumeOfLearning": {"@id": "elm:volumeOfLearning", "@type": "xsd:duration"},
}
"""Written out in every document, so that none has to fetch it."""


def write(facts: Facts) -> Document:
    """The course's opportunities, or the micro-credential, in one JSON-LD document.

    Raises: Lacking where ELM asks for a title with its language, a body, the body's country or a
    learning outcome, and none is stated.
    """
    if facts.is_credential:
        body = organisation(facts)
        named = {
            "id": facts.iri,
            "type": "LearningAchievementSpecification",
            "identifier": _identifier(facts.code),
            "homepage": _page(facts.url) if facts.url else [],
            "educationLevel": level(facts.eqf),
            "awardingOpportunity": {
                "id": f"{facts.iri}#awarding",
                "type": "AwardingOpportunity",
                "awardingBody": body,
                "learningAchievementSpecification": {"id": facts.iri},
            },
        }
        return {"@context": CONTEXT, **stated(named | specified(facts))}
    opportunities = list(_opportunities(facts))
    if len(opportunities) == 1:
        return {"@context": CONTEXT, **opportunities[0]}
    return {"@context": CONTEXT, "@graph": opportunities}


def _opportunities(facts: Facts) -> Iterator[dict[str, Any]]:
    specification = f"{facts.iri}#achievement"
    described = stated(
        {
            "id": specification,
            "type": "LearningAchievementSpecification",
            "title": tagged(facts, facts.titles, "a title with its language"),
            **specified(facts),
        }
    )
    body = organisation(facts)
    language = first(facts.titles)[1] or "en"
    dated = sorted(facts.teachings, key=lambda one: one.iri)
    teachings: Sequence[Teaching | None] = [*dated] or [None]
    for number, teaching in enumerate(teachings):
        yield stated(
            {
                "id": facts.iri if teaching is None else teaching.iri,
                "type": "LearningOpportunity",
                "identifier": _identifier(facts.code),
                "title": tagged(facts, facts.titles, "a title with its language"),
                "description": said_in(facts.content),
                # The profile asks for one: where none is stated, the course's own IRI leads on.
                "homepage": _page(facts.url or facts.iri),
                "defaultLanguage": language_concept(language),
                "providedBy": body if number == 0 else {"id": facts.body.iri if facts.body else ""},
                "learningAchievementSpecification": described
                if number == 0
                else {"id": specification},
                **_when(teaching),
                "mode": modes([teaching.mode] if teaching and teaching.mode else facts.modes),
                **_price(facts),
            }
        )


def specified(facts: Facts, skills_in: str = "") -> dict[str, Any]:
    """What is learnt: alike of a course and of a micro-credential.

    ``skills_in``: the scheme that skills are said to be in; the profiles ask for different ones.

    Raises: Lacking, without a title or an outcome that has a language.
    """
    return {
        "title": tagged(facts, facts.titles, "a title with its language"),
        "ISCEDFCode": [concept(one.iri, _FIELDS, one.labels) for one in facts.fields]
        or [concept(_UNKNOWN_FIELD, _FIELDS, {"en": "Field unknown"})],
        "creditPoint": credit_points(facts),
        "language": [language_concept(tag) for tag in facts.all_languages if tag in LANGUAGES]
        or [language_concept("")],
        "volumeOfLearning": facts.hours,
        "mode": modes(facts.modes) if facts.is_credential else [],
        "entryRequirement": note(facts.prerequisites),
        "provenBy": _assessment(facts),
        "learningOutcome": _outcomes(facts, skills_in),
        "additionalNote": [
            *([note(facts.quality)] if said_in(facts.quality) else []),
            *([note(facts.supervision)] if said_in(facts.supervision) else []),
            *(note({"en": one}) for one in notices(facts)),
        ],
        "hasPart": [],
    }


def stated(thing: dict[str, Any]) -> dict[str, Any]:
    """What there is of the thing: nothing that is empty."""
    return {name: value for name, value in thing.items() if value not in ("", [], {}, None)}


def said_in(texts: Texts) -> dict[str, str]:
    """Texts that have a language: ELM takes no others."""
    return {tag: said for tag, said in texts.items() if tag and said}


def tagged(facts: Facts, texts: Texts, what: str) -> dict[str, str]:
    """The texts that have a language. Raises: Lacking, which says what is lacking, if none has."""
    found = said_in(texts)
    if not found:
        raise Lacking(NAME, facts.iri, what)
    return found


def _identifier(code: str) -> dict[str, Any]:
    return {"type": "Identifier", "notation": code, "schemeName": "Code of its university"}


def concept(iri: str, scheme: str, labels: Texts) -> dict[str, Any]:
    """A concept; ``scheme`` is a whole IRI, or the rest of one of ELM's."""
    in_scheme = scheme if scheme.startswith("http") or not scheme else SNB + scheme
    scheme_ = {"id": in_scheme, "type": "ConceptScheme"} if in_scheme else ""
    return stated({"id": iri, "type": "Concept", "inScheme": scheme_, "prefLabel": said_in(labels)})


def language_concept(tag: str) -> dict[str, Any]:
    """The language as ELM names it; undetermined where it is not known."""
    iri = LANGUAGES.get(tag, AUTHORITY + "UND")
    return concept(iri, AUTHORITY.rstrip("/"), {})


def level(eqf: int | None) -> object:
    """The EQF level as ELM names it; "" if there is none."""
    if eqf is None:
        return ""
    return concept(f"{SNB}eqf/{eqf}", "eqf/25831c2", {"en": f"Level {eqf}"})


def modes(iris: Sequence[str]) -> list[dict[str, Any]]:
    """The forms of participation as ELM names them; others are left out."""
    known = [_MODES[terms.Iri(mode)] for mode in iris if mode in _MODES]
    return [concept(iri, "", {"en": label}) for iri, label in known]


def _page(url: str) -> dict[str, Any]:
    return {"type": "WebResource", "contentUrl": url}


def note(texts: Texts) -> object:
    """The texts that have a language as a note; "" if none has."""
    said = said_in(texts)
    return {"type": "Note", "noteLiteral": said} if said else ""


def organisation(facts: Facts) -> dict[str, Any]:
    """The body that provides or awards it. Raises: Lacking without one, or without its country."""
    body = facts.body
    if body is None:
        raise Lacking(NAME, facts.iri, "an organisation that provides it")
    if not body.country:
        raise Lacking(NAME, facts.iri, "the country of its organisation")
    return {
        "id": body.iri,
        "type": "Organisation",
        "legalName": _legal_name(facts, body),
        **(
            {
                "identifier": {
                    "type": "Identifier",
                    "notation": f"https://ror.org/{body.ror}",
                    "schemeName": "ROR",
                }
            }
            if body.ror
            else {}
        ),
        "location": {
            "type": "Location",
            "address": {
                "type": "Address",
                "countryCode": concept(f"{COUNTRIES}/{body.country}", COUNTRIES, {}),
            },
        },
    }


def _legal_name(facts: Facts, body: Body) -> dict[str, str]:
    names = said_in(body.names)
    return names or tagged(facts, {"en": first(body.names)[0]}, "the name of its organisation")


def credit_points(facts: Facts) -> object:
    """The most ECTS credits that it gives; "" if none are stated."""
    if facts.credits is None:
        return ""
    framework = concept(_ECTS, "education-credit/25831c2", {"en": "ECTS"})
    point = f"{facts.credits[1].normalize():f}"
    return {"type": "CreditPoint", "framework": framework, "point": point}


def _assessment(facts: Facts) -> object:
    said = said_in(facts.assessment)
    if not said:
        return ""
    titles = {"en": "Assessment", "fi": "Arviointi", "sv": "Bedömning"}
    return {
        "type": "LearningAssessmentSpecification",
        "title": {tag: titles[tag] for tag in said if tag in titles} or {"en": "Assessment"},
        "description": said,
    }


def _outcomes(facts: Facts, skills_in: str) -> list[dict[str, Any]]:
    """An outcome for each line; skills stand at the first, as the graph links them to the whole."""
    by_language = {
        tag: [line.strip() for line in said.splitlines() if line.strip()]
        for tag, said in said_in(facts.outcomes).items()
    }
    if len({len(lines) for lines in by_language.values()}) == 1:
        tags = list(by_language)
        titles = [
            dict(zip(tags, lines, strict=True)) for lines in zip(*by_language.values(), strict=True)
        ]
    else:
        titles = [{tag: line} for tag, lines in by_language.items() for line in lines]
    if not titles:
        raise Lacking(NAME, facts.iri, "a learning outcome with its language")
    skills = [concept(one.iri, skills_in, one.labels) for one in facts.skills]
    return [
        stated(
            {
                "type": "LearningOutcome",
                "title": title,
                "relatedESCOSkill": skills if number == 0 else [],
            }
        )
        for number, title in enumerate(titles)
    ]


def _when(teaching: Teaching | None) -> dict[str, Any]:
    if teaching is None or not teaching.start:
        return {}
    period = {"type": "PeriodOfTime", "startDate": f"{teaching.start}T00:00:00"}
    if teaching.end:
        period["endDate"] = f"{teaching.end}T00:00:00"
    return {"temporal": period}


def _price(facts: Facts) -> dict[str, Any]:
    """Deadline and price of the way in; ELM knows no audience, so only where there is one."""
    if len(facts.ways) != 1:
        return {}
    way = facts.ways[0]
    found: dict[str, Any] = {}
    if way.apply_by:
        found["applicationDeadline"] = f"{way.apply_by}T00:00:00"
    if way.fee is not None:
        unit = concept(f"{_CURRENCY}/{way.currency}", _CURRENCY, {})
        amount = {"type": "Amount", "unit": unit, "value": str(way.fee)}
        found["priceDetail"] = {"type": "PriceDetail", "amount": amount}
    return found


FORMAT: Final = Format(NAME, "European Learning Model (LOQ)", "application/ld+json", write)
