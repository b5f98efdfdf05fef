from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from app.errors import GraphError
from app.graph import generations, open_graph
from app.graph.backup import backup, restore
from app.graph.publish import publish
from app.graph.writer import Writer
from tests.graph.bundles import bundle_of, labels


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    publish(data, {"esco": bundle_of(data / "bundles" / "esco", "esco", labels(20))})
    insert = "INSERT DATA { GRAPH <https://e.org/mine> { <https://e.org/s> <https://e.org/p> 1 } }"
    Writer(data).edit([{"kind": "update", "text": insert}])
    backup(data, tmp_path / "saved.tar")
    return tmp_path / "saved.tar"


def test_a_backup_brings_everything_back(saved: Path, tmp_path: Path) -> None:
    original = generations.current(tmp_path / "data")
    restored = restore(saved, tmp_path / "again")
    assert original is not None
    assert restored.to_json() == original.to_json()
    with open_graph(tmp_path / "again") as graph:
        assert graph.ask("ASK { GRAPH <https://e.org/mine> { ?s ?p 1 } }")
    after = publish(
        tmp_path / "again",
        {"aalto": bundle_of(tmp_path / "again" / "bundles" / "aalto", "aalto", labels(2))},
    )
    assert after.edits == 1
    assert set(after.bundles) == {"esco", "aalto"}


def test_edits_go_on_counting_after_a_restore(saved: Path, tmp_path: Path) -> None:
    restore(saved, tmp_path / "again")
    insert = "INSERT DATA { <https://e.org/s> <https://e.org/p> 2 }"
    Writer(tmp_path / "again").edit([{"kind": "update", "text": insert}])
    generation = generations.current(tmp_path / "again")
    assert generation is not None
    assert generation.edits == 2


def test_a_folder_that_holds_a_graph_is_never_overwritten(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="empty folder"):
        restore(saved, tmp_path / "data")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_backup_cut_short_is_refused(saved: Path, tmp_path: Path, share: float) -> None:
    content = saved.read_bytes()
    saved.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(GraphError):
        restore(saved, tmp_path / "again")
    assert generations.current(tmp_path / "again") is None
    assert not (tmp_path / "again" / "generations").exists()


def test_a_changed_backup_is_refused(saved: Path, tmp_path: Path) -> None:
    content = saved.read_bytes()
    saved.write_bytes(content.replace(b"label 3", b"lable 3"))
    with pytest.raises(GraphError, match="damaged"):
        restore(saved, tmp_path / "again")


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "bundles/../../evil", "generations/000001-abcdef/../x", "x"]
)
def test_an_archive_that_reaches_outside_is_refused(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "evil.tar"
    with tarfile.open(archive, "w") as tar:
        info = tarfile.TarInfo(name)
        info.size = 4
        tar.addfile(info, io.BytesIO(b"evil"))
    with pytest.raises(GraphError, match="no backup of Polku"):
        restore(archive, tmp_path / "again")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    archive = tmp_path / "evil.tar"
    with tarfile.open(archive, "w") as tar:
        info = tarfile.TarInfo("CURRENT")
        info.type = kind
        info.linkname = "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(GraphError, match="no backup of Polku"):
        restore(archive, tmp_path / "again")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no archive")
    for file in ("text", "missing"):
        with pytest.raises(GraphError):
            restore(tmp_path / file, tmp_path / "again")
