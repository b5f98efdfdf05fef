from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from app.errors import BadParameter, BrokenShapes, NotFound
from app.graph import generations
from app.graph.check import check_generation, checks, findings
from app.graph.publish import load_triples, publish
from ontology import terms
from ontology.ntriples import Triple, iri, text, typed
from tests.graph.bundles import COURSE, IRIS, bundle_of, labels
from tests.graph.identified import ARXIV, DOI, work

# A course without title, code or university breaks its shapes.
BARE_COURSE = (iri(COURSE), iri(terms.rdf.type), iri(terms.Course))


def test_data_that_breaks_a_shape_is_not_published_and_the_report_says_where(
    tmp_path: Path,
) -> None:
    first = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    with pytest.raises(BrokenShapes) as caught:
        publish(tmp_path, {"aalto": bundle_of(tmp_path, "aalto", [BARE_COURSE])})
    detail = caught.value.detail
    assert detail.startswith("Nothing was published")
    assert COURSE in detail
    assert IRIS.graph("aalto") in detail
    assert "https://w3id.org/polku/shapes#" in detail
    assert generations.current(tmp_path) == first
    assert [path.name for path in (tmp_path / "generations").iterdir()] == [first.id]


def test_a_check_of_what_is_published_finds_the_same(tmp_path: Path) -> None:
    bundles = {"aalto": bundle_of(tmp_path, "aalto", [BARE_COURSE])}
    generation = publish(tmp_path, bundles, checked=False)
    found = check_generation(generation)
    assert found[0].severity == "Violation"
    assert any(COURSE in example for one in found for example in one.examples)
    assert check_generation(generation, IRIS.graph("aalto")) == found
    with pytest.raises(NotFound):
        check_generation(generation, "https://example.org/none")
    with pytest.raises(BadParameter):
        check_generation(generation, "no iri")


def dated(*days: str) -> list[Triple]:
    dates = [(iri(DOI), iri(terms.dcterms.issued), typed(day, terms.xsd.date)) for day in days]
    return [*work(DOI), (iri(DOI), iri(terms.workType), iri(terms.Article)), *dates]


def test_sources_that_disagree_are_told_of_and_one_that_contradicts_itself_is_refused(
    tmp_path: Path,
) -> None:
    publish(tmp_path, {"crossref": bundle_of(tmp_path, "crossref", dated("2026-03-01"))})
    other = publish(tmp_path, {"openalex": bundle_of(tmp_path, "openalex", dated("2026-03-02"))})
    told = [one for one in other.findings if one.message.startswith("Sources disagree: ")]
    assert [one.severity for one in told] == ["Warning"]
    assert told[0].shape.endswith("ResearchOutput-issued") and told[0].examples == (f"<{DOI}>",)
    own = bundle_of(tmp_path, "openalex", dated("2026-03-02", "2026-03-04"))
    with pytest.raises(BrokenShapes, match="ResearchOutput-issued"):
        publish(tmp_path, {"openalex": own})


def test_of_entities_there_is_one_whichever_graphs_state_them() -> None:
    store = ox.Store()
    for graph, entity in (("x:one", DOI), ("x:other", ARXIV)):
        quads = [*work(DOI, entity=entity), *work(ARXIV)]
        load_triples(store, quads, ox.NamedNode(graph))
    found = [one for one in findings(store, ["x:one"]) if one.severity == "Violation"]
    assert any(f"({iri(terms.entity)})" in one.message for one in found), found


def test_a_warning_is_kept_with_the_generation_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = next(
        one
        for one in checks()
        if one.severity != "Violation"
        and one.focus_class
        and one.constraint.endswith("MinCountConstraintComponent")
    )
    monkeypatch.setattr("app.graph.check.checks", lambda: (chosen,))
    triples = [
        (iri("https://example.org/thing"), iri(terms.rdf.type), iri(chosen.focus_class or ""))
    ]
    generation = publish(tmp_path, {"x": bundle_of(tmp_path, "x", triples)})
    assert [(one.shape, one.severity, one.count) for one in generation.findings] == [
        (chosen.shape, chosen.severity, 1)
    ]
    again = generations.current(tmp_path)
    assert again is not None
    assert again.findings == generation.findings
    other = publish(tmp_path, {"y": bundle_of(tmp_path, "y", labels(2))})
    assert other.findings == generation.findings


def test_findings_of_a_graph_go_when_it_is_loaded_anew(tmp_path: Path) -> None:
    first = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    again = generations.read(tmp_path, first.id)
    assert again.findings == first.findings
    triple = (iri("https://example.org/1"), iri(terms.rdfs.label), text("new"))
    second = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", [triple])})
    assert all(one.graph != IRIS.graph("esco") for one in second.findings)
