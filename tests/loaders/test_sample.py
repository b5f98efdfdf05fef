"""The sample is whole, sound and says that it is a sample."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.graph import generations, open_graph
from app.graph.port import Graph
from app.graph.publish import publish
from app.paths.service import Service as Paths
from app.search.service import Service as Search
from loaders.sample import FOLDER, bundles
from loaders.vocabularies.published import ISCED_F, YSO
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import integer, iri, typed
from ontology.universities import UNIVERSITIES
from queries import Value, catalogue

TODAY = date(2026, 11, 1)
STATING = (terms.Course, terms.MicroCredential, terms.ResearchOutput)
SOURCES = ("sample-esco", "sample-isced", "sample-yso", "sample", "sample-works")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    made = bundles(folder / "bundles", Minter())
    publish(folder, {bundle.source: bundle for bundle in made}, progress=lambda _: None)
    return folder


@pytest.fixture(scope="module")
def graph(data: Path) -> Graph:
    return open_graph(data)


def test_the_sample_keeps_every_shape(data: Path) -> None:
    published = generations.current(data)
    assert published is not None
    assert not [one for one in published.findings if one.severity == "Violation"]


def count(graph: Graph, pattern: str) -> int:
    (found,) = graph.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")
    return int(found[0] or 0)


def of_class(name: str) -> str:
    return f"?x a {iri(name)} ."


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        (terms.esco.Skill, 150, 400),
        (terms.esco.Occupation, 10, 20),
        (terms.Course, 60, 60),
        (terms.MicroCredential, 12, 12),
        (terms.ResearchOutput, 60, 60),
    ],
)
def test_the_sample_holds_what_it_promises(graph: Graph, name: str, least: int, most: int) -> None:
    assert least <= count(graph, of_class(name)) <= most


def test_the_same_sample_is_built_every_time(tmp_path: Path) -> None:
    once = bundles(tmp_path / "once", Minter())
    again = bundles(tmp_path / "again", Minter())
    assert [bundle.id for bundle in once] == [bundle.id for bundle in again]
    assert [bundle.source for bundle in once] == list(SOURCES)


def test_every_graph_of_the_sample_says_that_it_is_one(graph: Graph) -> None:
    for name in SOURCES:
        assert graph.ask(f"ASK {{ {iri(Minter().graph(name))} {iri(terms.sample)} true }}")


def test_every_code_and_doi_says_sample(graph: Graph) -> None:
    for thing, name in graph.select(
        f"SELECT ?x ?name WHERE {{ ?x {iri(terms.code)}|{iri(terms.bibo.doi)} ?name }}"
    ):
        assert "sample" in str(name).lower(), thing


def test_every_university_has_courses_credentials_and_works(graph: Graph) -> None:
    for university in UNIVERSITIES.values():
        of = f"{iri(terms.university)} {iri(Minter().organisation(university.ror))}"
        for name in (terms.Course, terms.MicroCredential, terms.ResearchOutput):
            assert count(graph, f"{of_class(name)} ?x {of}") >= 3


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("name", [terms.Course, terms.MicroCredential])
def test_titles_and_outcomes_stand_in_three_languages(
    graph: Graph, name: str, language: str
) -> None:
    everything = count(graph, of_class(name))
    for text in (terms.dcterms.title, terms.outcomesText):
        pattern = f"{of_class(name)} ?x {iri(text)} ?t FILTER(LANG(?t) = '{language}')"
        assert count(graph, pattern) == everything


@pytest.mark.parametrize(
    "relation", [terms.develops, terms.requires, terms.certifies, terms.studies]
)
def test_every_stated_skill_is_a_skill_of_the_sample(graph: Graph, relation: str) -> None:
    assert count(graph, f"?y {iri(relation)} ?x") > 0
    unknown = f"?y {iri(relation)} ?x FILTER NOT EXISTS {{ {of_class(terms.esco.Skill)} }}"
    assert count(graph, unknown) == 0


@pytest.mark.parametrize("relation", [terms.elm.ISCEDFCode, terms.dcterms.subject])
def test_every_stated_field_and_subject_is_a_concept_of_the_sample(
    graph: Graph, relation: str
) -> None:
    stated = f"?y {iri(relation)} ?x . ?y a ?kind FILTER(?kind IN ({', '.join(map(iri, STATING))}))"
    assert count(graph, stated) >= 5
    assert count(graph, f"{stated} FILTER NOT EXISTS {{ {of_class(terms.skos.Concept)} }}") == 0


@pytest.mark.parametrize("relation", [terms.member, terms.consistsOf, terms.offeringOf])
def test_every_course_that_is_spoken_of_is_in_the_sample(graph: Graph, relation: str) -> None:
    assert count(graph, f"?y {iri(relation)} ?x") > 0
    unknown = f"?y {iri(relation)} ?x FILTER NOT EXISTS {{ {of_class(terms.Course)} }}"
    assert count(graph, unknown) == 0


def test_prerequisites_ask_for_all_groups_and_for_any_course_of_each(graph: Graph) -> None:
    groups = f"?x {iri(terms.prerequisiteGroup)} ?g, ?h FILTER(?g != ?h)"
    members = f"?x {iri(terms.member)} ?a, ?b FILTER(?a != ?b)"
    assert count(graph, groups) >= 3
    assert count(graph, members) >= 5


def test_credits_of_a_micro_credential_are_those_of_its_courses(graph: Graph) -> None:
    sums = graph.select(
        f"SELECT ?x ?stated (SUM(?part) AS ?total) WHERE {{ {of_class(terms.MicroCredential)} "
        f"?x {iri(terms.ectsMax)} ?stated ; {iri(terms.consistsOf)}/{iri(terms.ectsMax)} ?part }} "
        "GROUP BY ?x ?stated"
    )
    checked = 0
    for credential, stated, total in sums:
        assert stated == total, credential
        checked += 1
    assert checked == 12


def test_offerings_lie_in_three_academic_years_of_every_university(graph: Graph) -> None:
    for university in UNIVERSITIES.values():
        organisation = iri(Minter().organisation(university.ror))
        for year in (2025, 2026, 2027):
            assert count(
                graph,
                f"{of_class(terms.Offering)} ?x {iri(terms.offeringOf)}/{iri(terms.university)} "
                f"{organisation} ; {iri(terms.inPeriod)}/{iri(terms.startDate)} ?day "
                f"FILTER(?day >= '{year}-08-20'^^{iri(terms.xsd.date)} && "
                f"?day < '{year + 1}-08-15'^^{iri(terms.xsd.date)})",
            )


def test_esco_texts_other_than_labels_are_not_in_the_sample() -> None:
    for file in sorted((FOLDER / "esco").glob("*_en.csv")):
        with file.open(newline="") as stream:
            for row in csv.DictReader(stream):
                for column in ("description", "definition", "scopeNote", "altLabels"):
                    assert not row.get(column), (file.name, row["conceptUri"], column)


def test_authors_are_plainly_invented_and_bear_no_identifier() -> None:
    for line in (FOLDER / "works" / "works.jsonl").read_text().splitlines():
        for authorship in json.loads(line)["authorships"]:
            assert authorship["author"]["id"] is authorship["author"]["orcid"] is None


def occupations(graph: Graph) -> Iterator[str]:
    relation = iri(terms.esco.relatedEssentialSkill)
    for occupation, _ in graph.select(
        f"SELECT ?o (COUNT(?s) AS ?n) WHERE {{ ?o {relation} ?s }} GROUP BY ?o HAVING(COUNT(?s) > 10)"
    ):
        assert occupation is not None
        yield occupation


def route_to(paths: Paths, occupation: str) -> Any:
    asked = {"to": {"occupation": occupation}, "limits": {"ects": 60, "periods": 8}}
    return json.loads(json.dumps(paths.plan(asked)))["routes"][0]


def test_every_occupation_of_the_sample_gets_a_route(graph: Graph) -> None:
    paths = Paths(graph, today=lambda: TODAY)
    routes = 0
    for occupation in occupations(graph):
        route = route_to(paths, occupation)
        assert len(route["steps"]) >= 3, occupation
        assert route["coverage"] > 0.15, occupation
        assert route["certificate"]["checked"], occupation
        routes += 1
    assert routes >= 10


def test_the_route_to_data_scientist_waits_for_prerequisites_and_names_new_research(
    graph: Graph,
) -> None:
    (occupation,) = Search(graph).exact("occupations", "data scientist")
    route = route_to(Paths(graph, today=lambda: TODAY), occupation)
    assert route["coverage"] > 0.5
    assert sum(step["ects"] for step in route["steps"]) <= 60
    assert any(step["after"] for step in route["steps"])
    assert len({step["university"] for step in route["steps"]}) >= 3
    assert route["works"]
    assert all(one["reason"] for one in route["missing"])


def test_every_curated_query_has_something_to_show(graph: Graph) -> None:
    search, mint = Search(graph), Minter()
    asked = {
        "skill": search.exact("skills", "machine learning")[0],
        "occupation": search.exact("occupations", "data scientist")[0],
        "course": mint.course("aalto", "SAMPLE-DS201"),
        "credential": mint.credential("aalto", "SAMPLE-MC-DATA"),
        "university": mint.organisation(UNIVERSITIES["aalto"].ror),
        "work": mint.research("doi", "10.5555/polku-sample-01"),
        "field": f"{ISCED_F}06",
        "concept": f"{YSO}p21846",
    }
    values: dict[str, Value] = {name: iri(one) for name, one in asked.items()}
    values["since"] = typed("2026-01-01", terms.xsd.date)
    shown = 0
    for name, query in catalogue().items():
        needed = {one.name for one in query.parameters.values() if one.required}
        if not needed <= values.keys():
            continue
        paging = {"limit": integer(5), "offset": integer(0)} if query.page else {}
        bound = query.bind({one: values[one] for one in needed} | paging)
        assert list(graph.select(bound)), name
        shown += 1
    assert shown >= 15
