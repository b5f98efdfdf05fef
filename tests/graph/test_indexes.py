"""What indexes rest on: decisions leave it as it was, everything else makes it new."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.errors import GraphError
from app.graph import generations, index_folder
from app.graph.generations import Generation
from app.graph.writer import Writer
from app.workers import JsonObject
from tests.graph.test_edits import decide, insert, load, load_claims

PUT: JsonObject = {
    "kind": "graph",
    "method": "PUT",
    "graph": "https://e.org/mine",
    "mediaType": "text/turtle",
    "body": "<s> <p> 1 .",
}


def current(data: Path) -> Generation:
    found = generations.current(data)
    assert found is not None
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    load(tmp_path)
    load_claims(tmp_path)
    return tmp_path


def test_a_load_makes_a_content_of_its_own(data: Path) -> None:
    before = current(data)
    assert before.content == before.id
    load(data, "other")
    assert current(data).content == current(data).id != before.content


def test_decisions_share_the_indexes_of_what_they_decide_on(data: Path) -> None:
    loaded = current(data)
    writer = Writer(data)
    for edits in ([decide("accept")], [decide("reject"), decide("missing")]):
        generation, _ = writer.edit(edits)
        assert generation != loaded.id
        assert index_folder(data, generation) == index_folder(data, loaded.id)


@pytest.mark.parametrize("other", [insert(1), PUT])
def test_any_other_edit_has_indexes_built_anew(data: Path, other: JsonObject) -> None:
    before = current(data)
    generation, _ = Writer(data).edit([decide("accept"), other])
    assert current(data).content == generation
    assert index_folder(data, generation) != index_folder(data, before.id)


def test_a_rollback_finds_its_indexes(data: Path) -> None:
    before = current(data)
    folder = index_folder(data, before.id)
    writer = Writer(data)
    writer.edit([insert(1)])
    generations.rollback(data, before.id)
    assert index_folder(data, current(data).id) == folder
    decided, _ = writer.edit([decide("reject")])
    assert index_folder(data, decided) == folder


def test_indexes_stay_while_any_generation_needs_them(data: Path) -> None:
    folder = index_folder(data, current(data).id)
    folder.mkdir(parents=True)
    shared = folder.parent / "tagging"  # what a tagging run keeps is no one generation's
    shared.mkdir()
    writer = Writer(data, keep=1)
    for number in range(4):
        generation, _ = writer.edit([decide("accept" if number % 2 else "reject")])
        assert index_folder(data, generation) == folder
    generations.discard(generations.sweep(data, 1))
    assert folder.is_dir()
    writer.edit([insert(1)])
    generations.discard(generations.sweep(data, 1))
    assert not folder.exists()
    assert shared.is_dir()


def test_a_generation_written_before_contents_were_named_has_its_own(data: Path) -> None:
    before = current(data)
    file = before.folder / "generation.json"
    record = json.loads(file.read_bytes())
    del record["content"]
    file.write_text(json.dumps(record))
    assert current(data) == before


@pytest.mark.parametrize("name", ["id", "content"])
@pytest.mark.parametrize("value", ["../../elsewhere", "", "/", f"000001-abcdef{os.sep}.."])
def test_a_generation_that_names_a_folder_elsewhere_is_damaged(
    data: Path, name: str, value: str
) -> None:
    file = current(data).folder / "generation.json"
    file.write_text(json.dumps({**json.loads(file.read_bytes()), name: value}))
    with pytest.raises(GraphError, match="damaged"):
        current(data)
