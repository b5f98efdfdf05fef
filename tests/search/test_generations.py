"""Label search over the graph as it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.graph import generations, index_folder, open_graph
from app.graph.writer import Writer
from app.search.index import FILE
from app.search.service import Service
from app.workers import JsonObject
from ontology import terms
from tests.paths import catalogue
from tests.paths.catalogue import course, skill

OWN = "https://e.org/mine"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return catalogue.published(tmp_path)


def found(data: Path, q: str) -> list[str]:
    with open_graph(data) as graph:
        answer = Service(graph, index_folder(data, graph.generation)).search("skills", q)
        assert answer["generation"] == graph.generation
        return [one["iri"] for one in answer["results"]]


def file(data: Path) -> Path:
    return index_folder(data, generations.current_id(data)) / FILE


def edited(data: Path, edit: JsonObject) -> None:
    _, (outcome,) = Writer(data).edit([edit])
    assert outcome.error is None


def test_a_decision_leaves_the_index_as_it_is(data: Path) -> None:
    before = found(data, "python")
    stamp = file(data).stat().st_ino
    for verdict in ("accept", "reject", "notInEsco"):
        said = {"kind": "decide", "about": course("CS-1"), "skill": skill("python")}
        edited(data, {**said, "verdict": verdict, "role": "researcher", "label": "Juggling"})
        assert found(data, "python") == before
        assert found(data, "juggling") == []
    assert file(data).stat().st_ino == stamp
    assert len(list((data / "index").iterdir())) == 1


@pytest.mark.parametrize("kind", ["update", "graph"])
def test_a_label_that_people_write_is_found_and_gone_after_a_rollback(
    data: Path, kind: str
) -> None:
    before = generations.current_id(data)
    assert found(data, "juggling") == []
    stamp = file(data).stat().st_ino
    triple = f"<{skill('python')}> <{terms.skos.altLabel}> 'juggling'@en"
    edited(
        data,
        {"kind": "update", "text": f"INSERT DATA {{ GRAPH <{OWN}> {{ {triple} }} }}"}
        if kind == "update"
        else {
            "kind": "graph",
            "method": "POST",
            "graph": OWN,
            "mediaType": "text/turtle",
            "body": f"{triple} .",
        },
    )
    assert found(data, "juggling") == [skill("python")]
    generations.rollback(data, before)
    assert found(data, "juggling") == []
    assert file(data).stat().st_ino == stamp
