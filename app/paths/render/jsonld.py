"""A route as JSON-LD: a list of courses in the words of the vocabulary and of schema.org.

The context stands within, so that no reader has to fetch one. What is only suggested is told with
``polku:suggestedDevelops``, as in the graph, never with ``polku:develops``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from ontology import terms

_NOW: Final = "accepted"


def _link(name: str) -> dict[str, str]:
    return {"@id": name, "@type": "@id"}


def _typed(name: str, kind: str) -> dict[str, str]:
    return {"@id": name, "@type": kind}


CONTEXT: Final[Mapping[str, Any]] = {
    "name": terms.schema.name,
    "title": terms.dcterms.title,
    "identifier": terms.dcterms.identifier,
    "steps": {"@id": terms.schema.itemListElement, "@container": "@set"},
    "position": _typed(terms.schema.position, terms.xsd.integer),
    "size": _typed(terms.schema.numberOfItems, terms.xsd.integer),
    "course": _link(terms.schema.item),
    "code": terms.code,
    "ects": _typed(terms.ectsMax, terms.xsd.decimal),
    "language": terms.schema.inLanguage,
    "teaching": terms.schema.hasCourseInstance,
    "start": _typed(terms.startDate, terms.xsd.date),
    "end": _typed(terms.endDate, terms.xsd.date),
    "description": terms.schema.description,
    "wayIn": terms.wayIn,
    "audience": terms.schema.audienceType,
    "feeMax": _typed(terms.feeMax, terms.xsd.decimal),
    "feeCurrency": terms.feeCurrency,
    "applyBy": _typed(terms.applyBy, terms.xsd.date),
    "url": _link(terms.schema.url),
    "develops": _link(terms.develops),
    "suggestedDevelops": _link(terms.suggestedDevelops),
    "requires": _link(terms.schema.coursePrerequisites),
    "teaches": _link(terms.schema.teaches),
    "prefLabel": {"@id": terms.skos.prefLabel},
    "works": {"@id": terms.schema.mentions, "@container": "@set"},
    "published": _typed(terms.published, terms.xsd.date),
    "doi": terms.bibo.doi,
    "openAccess": _typed(terms.openAccess, terms.xsd.boolean),
    "peerReviewed": _typed(terms.peerReviewed, terms.xsd.boolean),
    "studies": _link(terms.suggestedStudies),
}


def jsonld(answer: Mapping[str, Any], language: str) -> str:
    """The best route as JSON-LD; the same answer gives the same bytes. Labels as in the answer."""
    del language
    route: Mapping[str, Any] = answer["routes"][0] if answer["routes"] else {"steps": []}
    made = {
        "@context": CONTEXT,
        "@type": terms.schema.ItemList,
        "size": len(route["steps"]),
        "steps": [_step(place, step) for place, step in enumerate(route["steps"], 1)],
        "teaches": list(route.get("covered", ())),
        "works": [_work(one) for one in route.get("works", ())],
    }
    return orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n"


def _step(position: int, step: Mapping[str, Any]) -> dict[str, Any]:
    return {"@type": terms.schema.ListItem, "position": position, "course": _course(step)}


def _course(step: Mapping[str, Any]) -> dict[str, Any]:
    period, way = step["period"], step["wayIn"]
    teaching = {
        "@type": terms.schema.CourseInstance,
        "name": period["name"],
        "start": period["start"],
        "end": period["end"],
        "description": period["offering"],
    }
    if period.get("of"):
        teaching["@id"] = period["of"]
    fee = way.get("fee") or {}
    through = {
        "@type": terms.WayIn,
        "audience": way.get("kind"),
        "feeMax": _decimal(fee.get("max")),
        "feeCurrency": fee.get("currency"),
        "applyBy": way.get("applyBy"),
        "url": way.get("link"),
    }
    found = {
        "@id": step["course"],
        "@type": terms.Course,
        "title": _text(step["name"], step.get("nameLang")),
        "code": step["code"],
        "ects": _decimal(step["ects"]),
        "language": step.get("language"),
        "teaching": teaching,
        "wayIn": _stated(through),
        "requires": step["after"],
    }
    for one in step["develops"]:
        name = "develops" if one.get("status") == _NOW else "suggestedDevelops"
        skill = {"@id": one.get("by") or one["skill"]}
        if not one.get("by"):
            skill["prefLabel"] = one["label"]
        found.setdefault(name, []).append(skill)
    return _stated(found)


def _work(work: Mapping[str, Any]) -> dict[str, Any]:
    return _stated(
        {
            "@id": work["work"],
            "@type": terms.ResearchOutput,
            "title": work["title"],
            "published": work["published"],
            "doi": work["doi"],
            "url": work["link"],
            "openAccess": work["openAccess"],
            "peerReviewed": work["peerReviewed"],
            "studies": work["skills"],
        }
    )


def _stated(of: Mapping[str, Any]) -> dict[str, Any]:
    """What is known: unknown is not stated."""
    return {name: value for name, value in of.items() if value not in (None, [])}


def _decimal(value: float | None) -> str | None:
    """The lexical form of an ``xsd:decimal``; JSON's numbers would become doubles."""
    return None if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def _text(value: str, language: str | None) -> Any:
    return {"@value": value, "@language": language} if language else value
