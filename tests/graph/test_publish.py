from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from app.errors import GraphError, NotFound
from app.graph import generations, open_graph
from app.graph.publish import plan, publish
from tests.graph.bundles import IRIS, bundle_of, labels

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <%s> { ?s ?p ?o } }"


def count(data: Path, graph: str, generation: str | None = None) -> int:
    with open_graph(data, generation) as opened:
        return int(next(opened.select(COUNT % graph))[0] or 0)


def test_a_published_bundle_can_be_read(tmp_path: Path) -> None:
    generation = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    with open_graph(tmp_path) as graph:
        assert graph.generation == generation.id
        rows = sorted(
            graph.select("SELECT ?s ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }")
        )
    assert rows[0] == ("https://example.org/0", "label 0")
    assert len(rows) == 3


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    assert generations.current(tmp_path) is None
    with pytest.raises(GraphError, match="polku load"):
        open_graph(tmp_path)


def test_a_second_source_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    second = publish(tmp_path, {"aalto": bundle_of(tmp_path, "aalto", labels(2, "course"))})
    assert count(tmp_path, IRIS.graph("esco")) == 3
    assert count(tmp_path, IRIS.graph("aalto")) == 2
    assert set(second.bundles) == {"esco", "aalto"}


@pytest.mark.parametrize("fresh", [True, False])
def test_a_reload_replaces_the_graph_of_its_source(
    tmp_path: Path, fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.graph.publish.CLEARED_PER_SECOND", 1 if fresh else 10**9)
    publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(4, "old"))})
    publish(tmp_path, {"aalto": bundle_of(tmp_path, "aalto", labels(2))})
    publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3, "new"))})
    with open_graph(tmp_path) as graph:
        found = {
            row[0]
            for row in graph.select(f"SELECT ?l {{ GRAPH <{IRIS.graph('esco')}> {{ ?s ?p ?l }} }}")
        }
    assert found == {"new 0", "new 1", "new 2"}
    assert count(tmp_path, IRIS.graph("aalto")) == 2


def test_the_same_bundle_again_makes_no_new_generation(tmp_path: Path) -> None:
    first = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    assert publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))}) == first


def test_a_bundle_written_elsewhere_is_taken_into_the_data_folder(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    elsewhere.mkdir()
    bundle = bundle_of(elsewhere, "esco", labels(3))
    publish(data, {"esco": bundle})
    assert (data / "bundles" / "esco" / bundle.id / "quads.nq").is_file()


def test_the_registry_says_what_was_loaded_and_when_it_was_replaced(tmp_path: Path) -> None:
    publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3), release="1.1.0")})
    publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(4), release="1.1.1")})
    with open_graph(tmp_path) as graph:
        versions = list(
            graph.select(
                "PREFIX prov: <http://www.w3.org/ns/prov#> "
                "SELECT ?release ?from ?to { ?v <http://purl.org/dc/terms/isVersionOf> "
                f"<{IRIS.graph('esco')}> ; <http://www.w3.org/2002/07/owl#versionInfo> ?release ; "
                "prov:generatedAtTime ?from OPTIONAL { ?v prov:invalidatedAtTime ?to } } "
                "ORDER BY ?release"
            )
        )
    old, new = versions
    assert old[0] == "1.1.0" and new[0] == "1.1.1"
    assert old[2] == new[1]
    assert new[2] is None


def test_a_rollback_brings_the_earlier_graph_back_and_can_be_taken_back(tmp_path: Path) -> None:
    first = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    second = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(5))})
    generations.rollback(tmp_path, first.id)
    assert count(tmp_path, IRIS.graph("esco")) == 3
    generations.rollback(tmp_path, second.id)
    assert count(tmp_path, IRIS.graph("esco")) == 5


def test_after_a_rollback_new_ids_still_grow(tmp_path: Path) -> None:
    first = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    second = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(5))})
    generations.rollback(tmp_path, first.id)
    third = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(6))})
    assert third.number > second.number
    assert third.parent == first.id


def test_a_rollback_to_an_unknown_generation_names_those_kept(tmp_path: Path) -> None:
    first = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    with pytest.raises(NotFound, match=first.id):
        generations.rollback(tmp_path, "000009-abcdef")
    with pytest.raises(NotFound):
        generations.rollback(tmp_path, "../../etc")


def test_old_generations_and_their_bundles_are_swept(tmp_path: Path) -> None:
    made = [
        publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(n))}, keep=2)
        for n in range(1, 6)
    ]
    kept = [one.id for one in generations.all(tmp_path)]
    assert kept == [one.id for one in made[-3:]]
    left = {path.name for path in (tmp_path / "bundles" / "esco").iterdir()}
    assert left == {one.bundles["esco"] for one in made[-3:]}


def test_a_generation_in_use_is_not_swept(tmp_path: Path) -> None:
    first = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(1))}, keep=1)
    with open_graph(tmp_path) as graph:
        for n in range(2, 6):
            publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(n))}, keep=1)
        assert first.id in [one.id for one in generations.all(tmp_path)]
        assert (
            len(list(graph.select(f"SELECT ?s {{ GRAPH <{IRIS.graph('esco')}> {{ ?s ?p ?o }} }}")))
            == 1
        )
    publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(9))}, keep=1)
    assert first.id not in [one.id for one in generations.all(tmp_path)]


def test_a_damaged_bundle_changes_nothing(tmp_path: Path) -> None:
    first = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    bad = bundle_of(tmp_path, "esco", labels(4))
    bad.quads.write_bytes(b"<https://example.org/1> <broken\n")
    with pytest.raises(GraphError, match=r"damaged.*Load esco again"):
        publish(tmp_path, {"esco": bad})
    assert generations.current(tmp_path) == first
    assert [path.name for path in (tmp_path / "generations").iterdir()] == [first.id]


def test_an_interrupt_while_loading_changes_nothing(tmp_path: Path) -> None:
    first = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, {"aalto": bundle_of(tmp_path, "aalto", labels(4))}, progress=interrupt)
    assert generations.current(tmp_path) == first
    assert [path.name for path in (tmp_path / "generations").iterdir()] == [first.id]


def test_a_bundle_cannot_fill_the_graph_of_another_source(tmp_path: Path) -> None:
    publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    folder = tmp_path / "other"
    folder.mkdir()
    bundle = bundle_of(folder, "rogue", labels(2))
    manifest = json.loads((bundle.folder / "manifest.json").read_text())
    manifest["graphs"] = {IRIS.graph("esco"): 2}
    (bundle.folder / "manifest.json").write_text(json.dumps(manifest))
    from loaders.bundle import read_bundle

    with pytest.raises(GraphError, match="both fill"):
        publish(tmp_path, {"rogue": read_bundle(bundle.folder)})


def test_a_large_graph_is_rebuilt_and_a_small_one_cleared(tmp_path: Path) -> None:
    big = bundle_of(tmp_path, "esco", labels(2000))
    small = bundle_of(tmp_path, "aalto", labels(10))
    parent = publish(tmp_path, {"esco": big, "aalto": small})
    bundles = {"esco": big, "aalto": small}
    assert plan(parent, bundles, ["esco"]).fresh
    assert plan(parent, bundles, ["aalto"]).clear == (IRIS.graph("aalto"),)


def test_what_people_wrote_survives_a_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.graph import publish as module

    parent = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))})
    mine = ox.NamedNode("https://example.org/mine")
    store = ox.Store()
    source = ox.Store(str(tmp_path / "written"))
    source.update(
        "INSERT DATA { <https://e.org/s> <https://e.org/p> _:b . "
        "GRAPH <https://example.org/mine> { _:b <https://e.org/p> 'ä\"\\n'@fi } } ; "
        "CREATE GRAPH <https://example.org/empty>"
    )
    source.flush()
    monkeypatch.setattr(module, "open_store", lambda _: source)
    module.carry_over(parent, store)
    assert store.contains_named_graph(ox.NamedNode("https://example.org/empty"))
    assert len(list(store.quads_for_pattern(None, None, None, mine))) == 1
    (shared,) = (q.object for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    assert isinstance(shared, ox.BlankNode)
    assert list(store.quads_for_pattern(shared, None, None, mine))
