"""Bundles: whole or not there at all, and the same for the same files."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from loaders import bundle as bundle_module
from loaders.base import Loader, Run
from loaders.bundle import (
    FAILED_REJECTS,
    Quad,
    read_bundle,
    source_name,
    write_bundle,
    write_quads_bundle,
)
from loaders.errors import LoadError, RecordError, TooManyRejects
from ontology.iris import Minter
from ontology.ntriples import Triple, iri, text

TITLE = iri("http://purl.org/dc/terms/title")


def titles(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """One triple a line; a line "bad" is rejected, "boom" breaks off, "warn" is suspicious."""
    for path in paths:
        for number, line in enumerate(path.read_text().splitlines()):
            if line == "bad":
                run.reject(f"line {number}", RecordError("/title", "bad line", "Mend it."))
            elif line == "boom":
                raise LoadError("it broke")
            else:
                if line == "warn":
                    run.warn("odd", f"line {number}")
                run.counts["titles"] += 1
                yield iri(f"http://x/{number}"), TITLE, text(line)


LOADER = Loader("titles", "Titles", "Nobody", "http://x/licence", "Say thanks.", titles)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "titles.txt"
    file.write_text("one\nbad\nwarn\ntwo\n")
    return file


def everything(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_a_bundle_holds_quads_rejects_and_a_manifest(tmp_path: Path, source: Path) -> None:
    made = write_bundle(LOADER, [source], tmp_path / "out", release="7")
    graph = Minter().graph("titles")
    assert made.quads.read_text() == "".join(
        f'<http://x/{number}> {TITLE} "{title}" <{graph}> .\n'
        for number, title in ((0, "one"), (2, "warn"), (3, "two"))
    )
    assert [json.loads(line) for line in made.rejects.read_text().splitlines()] == [
        {"record": "line 1", "pointer": "/title", "reason": "bad line", "hint": "Mend it."}
    ]
    assert json.loads((made.folder / "manifest.json").read_text()) == {
        "source": "titles",
        "graph": graph,
        "title": "Titles",
        "publisher": "Nobody",
        "licence": "http://x/licence",
        "attribution": "Say thanks.",
        "release": "7",
        "inputs": [
            {
                "name": "titles.txt",
                "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
                "bytes": 17,
            }
        ],
        "graphs": {graph: 3},
        "quads": 3,
        "sha256": hashlib.sha256(made.quads.read_bytes()).hexdigest(),
        "counts": {"rejected": 1, "titles": 3},
        "warnings": {"odd": {"count": 1, "examples": ["line 2"]}},
        "rejects": {"bad line": 1},
    }
    assert read_bundle(made.folder) == made


def test_the_same_file_twice_gives_the_same_bundle_byte_for_byte(
    tmp_path: Path, source: Path
) -> None:
    first = write_bundle(LOADER, [source], tmp_path / "a")
    time.sleep(0.01)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    second = write_bundle(LOADER, [Path(shutil.copy(source, elsewhere))], tmp_path / "b")
    assert first.id == second.id
    assert everything(tmp_path / "a") == everything(tmp_path / "b")


def test_another_content_has_another_id(tmp_path: Path, source: Path) -> None:
    first = write_bundle(LOADER, [source], tmp_path / "out")
    source.write_text("one\n")
    assert write_bundle(LOADER, [source], tmp_path / "out").id != first.id


def test_loading_twice_into_one_place_keeps_the_bundle_that_stands(
    tmp_path: Path, source: Path
) -> None:
    first = write_bundle(LOADER, [source], tmp_path / "out")
    inode = first.quads.stat().st_ino
    second = write_bundle(LOADER, [source], tmp_path / "out")
    assert (second.folder, second.quads.stat().st_ino) == (first.folder, inode)


def test_a_damaged_bundle_of_the_same_id_is_replaced(tmp_path: Path, source: Path) -> None:
    first = write_bundle(LOADER, [source], tmp_path / "out")
    whole = everything(first.folder)
    first.quads.write_text("half of")
    write_bundle(LOADER, [source], tmp_path / "out")
    assert everything(first.folder) == whole
    assert [path.name for path in (tmp_path / "out").iterdir()] == [first.id]


def test_a_load_that_breaks_off_leaves_nothing_behind(tmp_path: Path, source: Path) -> None:
    write_bundle(LOADER, [source], tmp_path / "out")
    before = everything(tmp_path / "out")
    source.write_text("one\n" * 20_000 + "boom\n")
    with pytest.raises(LoadError, match="it broke"):
        write_bundle(LOADER, [source], tmp_path / "out")
    assert everything(tmp_path / "out") == before
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_too_many_rejects_stop_the_load_with_a_summary_and_the_file_that_lists_them(
    tmp_path: Path, source: Path
) -> None:
    source.write_text("one\n" + "bad\n" * 5)
    with pytest.raises(TooManyRejects) as caught:
        write_bundle(LOADER, [source], tmp_path / "out", max_rejects=3)
    kept = tmp_path / "out" / FAILED_REJECTS
    assert str(caught.value) == (
        f"More than 3 records were turned away: 4 × bad line. They are listed in {kept}. "
        "Mend the input, or allow more with --max-rejects. Nothing was changed."
    )
    assert len(kept.read_text().splitlines()) == 4
    assert [path.name for path in (tmp_path / "out").iterdir()] == [FAILED_REJECTS]
    write_bundle(LOADER, [source], tmp_path / "out", max_rejects=5)
    assert not kept.exists()


def test_as_many_rejects_as_are_allowed_are_allowed(tmp_path: Path, source: Path) -> None:
    source.write_text("one\nbad\nbad\n")
    assert write_bundle(LOADER, [source], tmp_path / "out", max_rejects=2).manifest.quads == 1
    with pytest.raises(TooManyRejects):
        write_bundle(LOADER, [source], tmp_path / "out", max_rejects=1)


def test_a_load_of_nothing_is_an_error_since_it_would_empty_the_graph(
    tmp_path: Path, source: Path
) -> None:
    source.write_text("bad\n")
    with pytest.raises(LoadError, match="every record was turned away: 1 × bad line"):
        write_bundle(LOADER, [source], tmp_path / "out")
    source.write_text("")
    with pytest.raises(LoadError, match="there is nothing to load"):
        write_bundle(LOADER, [source], tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_a_full_disk_says_so_and_leaves_nothing(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_stream: object, _text: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bundle_module, "_write_all", full)
    with pytest.raises(LoadError, match=r"The disk that holds .* is full\. Nothing was changed"):
        write_bundle(LOADER, [source], tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_what_the_system_says_of_a_full_disk_is_understood() -> None:
    with Path("/dev/full").open("wb", buffering=0) as stream, pytest.raises(OSError) as caught:
        bundle_module._write_all(stream, b"x" * 10_000)
    assert caught.value.errno == errno.ENOSPC


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path, source: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(LoadError, match=r"out: .* Nothing was changed"):
        write_bundle(LOADER, [source], tmp_path / "out")


def test_an_input_that_changes_while_it_is_read_is_not_loaded(tmp_path: Path, source: Path) -> None:
    def growing(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
        yield from titles(paths, run)
        source.write_text("another")

    loader = Loader("titles", "", "", "", "", growing)
    with pytest.raises(LoadError, match="changed while it was read"):
        write_bundle(loader, [source], tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_an_input_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="there is no such file"):
        write_bundle(LOADER, [tmp_path / "none.txt"], tmp_path / "out")


SLOW = """
import sys, time
from pathlib import Path
from loaders.base import Loader
from loaders.bundle import write_bundle
from ontology.ntriples import iri, text

def read(paths, run):
    for number in range(10**9):
        if number == 20_000:
            print("going", flush=True)
        yield iri(f"http://x/{number}"), iri("http://x/p"), text("x")

write_bundle(Loader("slow", "", "", "", "", read), [Path(__file__)], Path(sys.argv[1]))
"""


def slow_load(tmp_path: Path) -> subprocess.Popen[str]:
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    process = subprocess.Popen(
        [sys.executable, script, tmp_path / "out"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(bundle_module.__file__).parents[1])},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "going\n"
    return process


def test_a_killed_load_leaves_no_bundle_and_the_next_one_sweeps_up(
    tmp_path: Path, source: Path
) -> None:
    process = slow_load(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    left = list((tmp_path / "out").iterdir())
    assert [path.name.startswith(".loading-") for path in left] == [True]
    made = write_bundle(LOADER, [source], tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [made.id]


def test_two_loads_at_once_leave_each_other_alone(tmp_path: Path, source: Path) -> None:
    process = slow_load(tmp_path)
    try:
        made = write_bundle(LOADER, [source], tmp_path / "out")
        assert process.poll() is None
        names = [path.name for path in (tmp_path / "out").iterdir()]
        assert made.id in names
        assert len(names) == 2
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert [path.name for path in (tmp_path / "out").iterdir()] == [made.id]


def test_a_bundle_may_fill_several_graphs(tmp_path: Path) -> None:
    graphs = [iri(Minter().graph(name)) for name in ("claims", "links")]
    quads: list[Quad] = [(iri("http://x/s"), TITLE, text(str(n)), graphs[n % 2]) for n in range(5)]
    run = Run(release="model 1")
    made = write_quads_bundle("tags", quads, tmp_path, run=run, title="Tags")
    assert made.manifest.graphs == {graphs[0][1:-1]: 3, graphs[1][1:-1]: 2}
    assert made.manifest.release == "model 1"


def test_a_bundle_without_quads_is_made_only_where_that_is_meant(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="nothing to load"):
        write_quads_bundle("tags", [], tmp_path, run=Run(), title="Tags")
    made = write_quads_bundle("tags", [], tmp_path, run=Run(), title="Tags", may_be_empty=True)
    assert made.manifest.quads == 0
    assert read_bundle(made.folder) == made


@pytest.mark.parametrize("name", ["", "Upper", "a b", "../x", "claims", "esco", "-a", "a" * 70])
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    with pytest.raises(LoadError, match="Option name="):
        source_name(LOADER, {"name": name})


def test_a_name_keeps_loads_apart(tmp_path: Path, source: Path) -> None:
    made = write_bundle(LOADER, [source], tmp_path, options={"name": "mine"})
    assert made.source == "mine"
    assert made.manifest.graph == Minter().graph("mine")


@pytest.mark.parametrize("damage", ["missing", "{}", "not json", "[]"])
def test_a_folder_that_is_no_whole_bundle_says_so(
    tmp_path: Path, source: Path, damage: str
) -> None:
    made = write_bundle(LOADER, [source], tmp_path / "out")
    manifest = made.folder / "manifest.json"
    manifest.unlink() if damage == "missing" else manifest.write_text(damage)
    with pytest.raises(LoadError, match="not a whole bundle"):
        read_bundle(made.folder)


@settings(deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=6))
def test_any_text_survives_the_bundle(
    tmp_path_factory: pytest.TempPathFactory, values: list[str]
) -> None:
    graph = iri("http://x/g")
    quads: list[Quad] = [(iri("http://x/s"), TITLE, text(v), graph) for v in values]
    made = write_quads_bundle("any", quads, tmp_path_factory.mktemp("any"), run=Run(), title="Any")
    read = [
        getattr(quad.object, "value", None)
        for quad in parse(path=made.quads, format=RdfFormat.N_QUADS)
    ]
    assert read == values
