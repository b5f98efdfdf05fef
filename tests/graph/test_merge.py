"""Merging the files of a store beside the edits that go on."""

from __future__ import annotations

import threading
from pathlib import Path

import pyoxigraph as ox
import pytest

from app.graph import generations, merge, open_graph, publish
from app.graph.generations import Generation
from app.graph.writer import Writer
from ontology import terms
from tests.graph.test_edits import decide, insert, load, load_claims


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(merge, "LARGE", 1)
    load(tmp_path)
    load_claims(tmp_path)
    return tmp_path


class Gate:
    """Holds a merge up until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._reached, self._open = threading.Event(), threading.Event()
        change = publish.change

        def held(folder: Path, work: object) -> None:
            if work is ox.Store.optimize:
                self._reached.set()
                assert self._open.wait(30)
            change(folder, work)  # type: ignore[arg-type]

        monkeypatch.setattr(publish, "change", held)

    def wait(self) -> None:
        assert self._reached.wait(30)

    def open(self) -> None:
        self._open.set()


def finished(writer: Writer) -> None:
    writer._merging.shutdown(wait=True)


def current(data: Path) -> Generation:
    found = generations.current(data)
    assert found is not None
    return found


def said(data: Path) -> set[str]:
    """Everything in the current generation but the registry's word on itself."""
    itself = (terms.owl.versionInfo, terms.prov.generatedAtTime)
    with open_graph(data) as graph:
        return {str(quad) for quad in graph.store if quad.predicate.value not in itself}


def test_the_first_edit_after_a_load_has_files_merged(data: Path) -> None:
    writer = Writer(data)
    edited, _ = writer.edit([insert(1)])
    finished(writer)
    after = current(data)
    assert (after.reason, after.parent, after.merged) == ("merge", edited, True)
    assert after.content == edited
    writer = Writer(data)
    writer.edit([insert(2)])
    finished(writer)
    assert current(data).reason == "edit"
    load(data, "other")
    assert not current(data).merged


def test_a_small_store_is_left_alone(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "LARGE", 2**26)
    writer = Writer(data)
    writer.edit([insert(1)])
    finished(writer)
    assert current(data).reason == "edit"


def test_edits_during_a_merge_are_kept(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    writer = Writer(data)
    writer.edit([insert(1), insert(7, "https://e.org/gone"), decide("accept")])
    gate.wait()
    writer.edit([decide("reject")])
    clear = {"kind": "update", "text": "DROP GRAPH <https://e.org/gone>"}
    latest, _ = writer.edit([insert(2), dict(clear), insert(3, "https://e.org/other")])
    before = said(data)
    edits = current(data).edits
    gate.open()
    finished(writer)
    after = current(data)
    assert (after.reason, after.parent, after.edits) == ("merge", latest, edits)
    assert said(data) == before


def test_a_load_during_a_merge_wins(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    writer = Writer(data)
    writer.edit([insert(1)])
    gate.wait()
    load(data, "other")
    loaded = current(data)
    gate.open()
    finished(writer)
    assert current(data) == loaded


def test_a_rollback_during_a_merge_wins(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = current(data)
    gate = Gate(monkeypatch)
    writer = Writer(data)
    writer.edit([decide("accept")])
    gate.wait()
    generations.rollback(data, before.id)
    latest, _ = writer.edit([insert(2)])
    gate.open()
    finished(writer)
    assert current(data).id == latest


def test_a_merge_that_fails_changes_nothing(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    writer = Writer(data)
    gate = Gate(monkeypatch)
    edited, _ = writer.edit([insert(1)])
    gate.wait()
    monkeypatch.setattr(publish, "confirm", full)
    gate.open()
    finished(writer)
    assert current(data).id == edited
    assert [path.name for path in (data / "generations").iterdir() if path.name[0] == "."] == []
