"""Bad input: a message that says what, where and what to do, and the published graph as it was."""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import polku

PEAK = """
import resource, sys
from pathlib import Path
from app.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status")
    if status.exists():  # on Linux ru_maxrss begins at the parent's peak
        peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("peak", peak)
"""
"""Runs the command line and prints its peak resident memory in bytes."""

SKILLS_HEADER = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,"
    "modifiedDate,scopeNote,definition,inScheme,description"
)


def work(identifier: str, **more: object) -> str:
    record = {
        "id": identifier,
        "title": "On routes",
        "abstract": "We route.",
        "categories": ["cs.AI"],
    }
    return json.dumps(record | more) + "\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one good load in it."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "works.jsonl").write_text(work("2501.00001"))
    run = polku("load", "arxiv", str(folder / "works.jsonl"), "--data", str(folder / "data"))
    assert run.returncode == 0, run.stderr
    return folder / "data"


def esco_zip(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "ESCO dataset - v1.1.1 - classification - en - csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def a_zip_that_is_not_esco(folder: Path) -> tuple[str, Path]:
    return "esco", esco_zip(folder, {"holiday.csv": b"day,place\n1,Oulu\n"})


def a_file_that_is_no_zip(folder: Path) -> tuple[str, Path]:
    path = folder / "esco.zip"
    path.write_bytes(b"PK\x03\x04 but no more")
    return "esco", path


def a_table_without_its_column(folder: Path) -> tuple[str, Path]:
    header = SKILLS_HEADER.replace("preferredLabel,", "")
    return "esco", esco_zip(folder, {"skills_en.csv": header.encode() + b"\n"})


def a_table_in_an_unknown_language(folder: Path) -> tuple[str, Path]:
    return "esco", esco_zip(folder, {"skills_xx-klingon.csv": SKILLS_HEADER.encode() + b"\n"})


def a_zip_bomb(folder: Path) -> tuple[str, Path]:
    return "esco", esco_zip(folder, {"skills_en.csv": b"\0" * 300_000_000})


def a_truncated_gzip(folder: Path) -> tuple[str, Path]:
    path = folder / "works.jsonl.gz"
    whole = gzip.compress("".join(work(f"2501.{n:05}") for n in range(2000)).encode())
    path.write_bytes(whole[: len(whole) // 2])
    return "arxiv", path


def an_empty_file(folder: Path) -> tuple[str, Path]:
    path = folder / "works.jsonl"
    path.write_bytes(b"")
    return "arxiv", path


def a_folder_with_nothing_to_load(folder: Path) -> tuple[str, Path]:
    (folder / "empty").mkdir()
    return "esco", folder / "empty"


def a_table_without_its_mapping(folder: Path) -> tuple[str, Path]:
    path = folder / "courses.csv"
    path.write_text("code,name\nX-1,On routes\n")
    return "table", path


def broken_turtle(folder: Path) -> tuple[str, Path]:
    path = folder / "broken.ttl"
    path.write_text("<https://example.org/a> <https://example.org/b> .\n")
    return "rdf", path


@pytest.mark.parametrize(
    "make",
    [
        a_zip_that_is_not_esco,
        a_file_that_is_no_zip,
        a_table_without_its_column,
        a_table_in_an_unknown_language,
        a_zip_bomb,
        a_truncated_gzip,
        an_empty_file,
        a_folder_with_nothing_to_load,
        a_table_without_its_mapping,
        broken_turtle,
    ],
)
def test_unusable_file_is_named_and_nothing_changes(
    make: Callable[[Path], tuple[str, Path]], published: Path, tmp_path: Path
) -> None:
    source, path = make(tmp_path)
    before = (published / "CURRENT").read_text()
    run = polku("load", source, str(path), "--data", str(published))
    assert run.returncode == 1, run.stderr
    assert path.name in run.stderr, run.stderr
    assert "Traceback" not in run.stderr
    assert (published / "CURRENT").read_text() == before


BAD_LINES = {
    "invalid UTF-8": b'{"id": "2501.00009", "title": "\xff\xfe"}\n',
    "no JSON": b"{nonsense\n",
    "no object": b"[1, 2]\n",
    "nested too deep": b'{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    "an identifier with spaces": work("25 01 . 00009").encode(),
    "a lone surrogate": b'{"id": "\\ud800", "title": "x"}\n',
}


@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES.keys())
def test_bad_record_is_turned_away_with_its_place_and_the_rest_is_loaded(
    bad: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "works.jsonl"
    path.write_bytes(work("2501.00001").encode() + bad + work("2501.00002").encode())
    run = polku("load", "arxiv", str(path), "--data", str(tmp_path / "data"))
    assert run.returncode == 0, run.stderr
    rejects = next((tmp_path / "data" / "bundles" / "arxiv").glob("*/rejects.jsonl"))
    entries = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert len(entries) == 1
    assert entries[0]["reason"]
    assert "2" in entries[0]["record"] or "2501" in entries[0]["record"]


def test_a_date_that_is_no_date_is_left_out_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "works.jsonl"
    path.write_text(work("2501.00009", first_seen="2025-02-31"))
    run = polku("load", "arxiv", str(path), "--data", str(tmp_path / "data"), "--dry-run")
    assert run.returncode == 0, run.stderr
    assert "no date, as 2501.00009: 2025-02-31" in run.stderr


def test_a_load_past_max_rejects_changes_nothing(published: Path, tmp_path: Path) -> None:
    path = tmp_path / "works.jsonl"
    path.write_bytes(work("2501.00001").encode() + b"{nonsense\n" * 3)
    before = (published / "CURRENT").read_text()
    run = polku("load", "arxiv", str(path), "--data", str(published), "--max-rejects", "2")
    assert run.returncode == 1
    assert "max-rejects" in run.stderr or "2" in run.stderr
    assert (published / "CURRENT").read_text() == before


def test_a_line_of_200_mb_is_turned_away_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "works.jsonl"
    with path.open("wb") as file:
        file.write(work("2501.00001").encode())
        file.write(b'{"id": "2501.00009", "title": "')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n')
        file.write(work("2501.00002").encode())
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            PEAK,
            *("load", "arxiv", str(path), "--data", str(tmp_path / "data"), "--dry-run"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout.split("peak")[1]) < 300_000_000
    assert "1  " in run.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="limits of file sizes are tried on Linux")
def test_a_disk_that_fills_up_while_loading_leaves_the_graph_as_it_was(
    published: Path, tmp_path: Path
) -> None:
    path = tmp_path / "works.jsonl"
    path.write_text("".join(work(f"2501.{n:05}", title="Routes " * 50) for n in range(9000)))
    before = (published / "CURRENT").read_text()

    def full() -> None:
        # Python ignores SIGXFSZ, so that a write past the limit fails like one on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from app.cli import main; main()",
            *("load", "arxiv", str(path), "--data", str(published)),
        ],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=full,
        env=os.environ,
    )
    assert run.returncode == 1, run.stderr
    assert "Traceback" not in run.stderr
    assert "File too large. Nothing was changed." in run.stderr
    assert (published / "CURRENT").read_text() == before


def test_a_graph_without_a_generation_says_what_to_do(tmp_path: Path) -> None:
    for arguments in (["status"], ["path", "--to", "data scientist"], ["check"]):
        run = polku(*arguments, "--data", str(tmp_path / "nothing"))
        assert run.returncode == 1, run.stderr
        assert "polku load" in run.stderr or "polku demo" in run.stderr
        assert "Traceback" not in run.stderr
