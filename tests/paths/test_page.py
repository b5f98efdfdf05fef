"""A route as JSON-LD, read back by another library, and as a page, read as a machine reads it."""

from __future__ import annotations

import copy
import json
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF

from app.paths.render.jsonld import jsonld
from app.paths.render.page import STYLE, page
from app.paths.service import Service
from ontology import terms
from tests.paths.answers import first, plan
from tests.paths.catalogue import WORK, course, skill

VOID = {"meta", "br", "link"}


class Read(HTMLParser):
    """What stands where: every element closed, attributes, texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.1, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_json_ld_says_in_the_vocabulary_what_the_answer_says(service: Service) -> None:
    answer = plan(service)
    text = jsonld(answer, "en")
    assert text == jsonld(copy.deepcopy(answer), "en")
    read = Graph().parse(data=text, format="json-ld")
    (route,) = read.subjects(RDF.type, URIRef(terms.schema.ItemList))
    items = list(read.objects(route, URIRef(terms.schema.itemListElement)))
    by_place = {
        int(str(read.value(one, URIRef(terms.schema.position)))): str(
            read.value(one, URIRef(terms.schema.item))
        )
        for one in items
    }
    steps = first(answer)["steps"]
    assert by_place == {n: step["course"] for n, step in enumerate(steps, 1)}
    databases, programming = URIRef(course("CS-2")), URIRef(course("CS-1"))
    assert (databases, RDF.type, URIRef(terms.Course)) in read
    assert (databases, URIRef(terms.develops), URIRef(skill("databases"))) in read
    assert (databases, URIRef(terms.suggestedDevelops), URIRef(skill("use-databases"))) in read
    assert (programming, URIRef(terms.develops), None) not in read
    assert (databases, URIRef(terms.schema.coursePrerequisites), programming) in read
    assert read.value(databases, URIRef(terms.ectsMax)) == Literal(
        "5", datatype=URIRef(terms.xsd.decimal)
    )
    assert str(read.value(URIRef(WORK), URIRef(terms.published))) == "2026-10-01"
    covered = {str(one) for one in read.objects(route, URIRef(terms.schema.teaches))}
    assert covered == set(first(answer)["covered"])


def test_json_ld_fetches_no_context_and_leaves_out_what_is_unknown(service: Service) -> None:
    made = json.loads(jsonld(plan(service), "en"))
    assert isinstance(made["@context"], dict)
    ways = [one["course"]["wayIn"] for one in made["steps"]]
    assert all("feeMax" not in way and None not in way.values() for way in ways)
    nothing = json.loads(jsonld({"routes": []}, "en"))
    assert (nothing["size"], nothing["steps"]) == (0, [])


@pytest.mark.parametrize("lang", ["en", "fi", "sv"])
def test_the_page_can_be_read_without_eyes_or_mouse(service: Service, lang: str) -> None:
    answer = plan(
        service,
        lang=lang,
        to={"skills": [{"skill": skill(n)} for n in ("sql", "python", "weaving")]},
    )
    read = Read(page(answer, lang))
    assert read.all("html") == [{"lang": lang}]
    assert len(read.all("title")) == len(read.all("main")) == len(read.all("h1")) == 1
    levels = [int(tag[1]) for tag, _ in read.found if tag in ("h1", "h2", "h3")]
    assert levels == [1, *[2] * (len(levels) - 1)]
    assert len(read.all("caption")) == len(read.all("table")) == 1
    scopes = Counter(one["scope"] for one in read.all("th"))
    assert scopes == {"col": 5, "row": len(first(answer)["steps"])}
    region = next(one for one in read.all("div") if one.get("role") == "region")
    assert region["tabindex"] == "0"
    assert region["aria-label"]
    assert not read.all("script")
    assert not read.all("img")
    for link in read.all("a"):
        assert str(link["href"]).startswith(("https://", "http://"))
    if lang != "en":  # titles of this world are English
        assert {"lang": "en"} in read.all("span")


def test_the_page_says_what_the_answer_says(service: Service) -> None:
    answer = plan(service)
    said = " ".join(Read(page(answer, "en")).words)
    for step in first(answer)["steps"]:
        assert step["code"] in said
        assert step["name"] in said
    for one in (*first(answer)["missing"], *first(answer)["partly"]):
        assert one["label"] in said
    assert "On Python" in said
    assert "Proved" in said
    assert "Checked by a second program." in said
    assert "student thesis" not in said
    theses = plan(service, studentTheses=True)
    assert "student thesis" in " ".join(Read(page(theses, "en")).words)


def test_no_route_is_a_page_that_says_so() -> None:
    assert "Polkua ei ole." in Read(page({"routes": []}, "fi")).words


def test_colours_of_the_page_stand_out_enough() -> None:
    for colour in ("#1a1a1a", "#0b3d91", "#595959"):
        assert colour in STYLE
        assert contrast(colour, "#ffffff") >= 4.5


@given(st.text(max_size=40))
def test_any_name_stays_a_name_in_the_page(name: str) -> None:
    step = {
        "course": f"javascript:{name}",
        "code": name,
        "name": name,
        "nameLang": "fi",
        "university": name,
        "ects": 5,
        "period": {
            "start": "2027-01-11",
            "end": "2027-02-28",
            "name": name,
            "offering": "expected",
        },
        "wayIn": {"who": name, "link": f"javascript:{name}", "applyBy": None, "fee": None},
        "develops": [{"label": name}],
    }
    route: dict[str, Any] = {
        "steps": [step], "ects": 5, "finish": "2027-02-28", "coverage": 1.0, "covered": ["s"],
        "partly": [], "missing": [], "works": [],
        "certificate": {"status": "optimal", "checked": True},
    }  # fmt: skip
    read = Read(page({"asOf": "2026-11-24", "routes": [route]}, "en"))
    allowed = {
        "html", "head", "meta", "title", "style", "body", "main", "footer", "h1", "h2", "dl", "dt", "dd",
        "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "li", "br", "span",
        "time", "p",
    }  # fmt: skip
    assert {tag for tag, _ in read.found} <= allowed
