"""What tests of loaders share: a file of records in, lines of triples out."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from loaders.base import Reject, Run
from loaders.registry import loader
from ontology.ntriples import iri

GOLDEN = Path(__file__).parent / "golden"
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "peppi": {"university": "oulu"},
    "table": {"mapping": str(GOLDEN / "table" / "mapping.yaml"), "name": "golden"},
}
"""What a loader must be told besides its golden input."""
REAL = Path(os.environ.get("POLKU_REAL_DATA", "/nowhere")) / "formats"

needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="POLKU_REAL_DATA names no folder of real data"
)


def lines_of(source: str, *paths: Path, run: Run | None = None) -> list[str]:
    """Every triple as a line of N-Triples."""
    run = run or Run(options=OPTIONS.get(source, {}))
    return [f"{s} {p} {o} ." for s, p, o in loader(source).read(paths, run)]


def load_text(
    source: str, folder: Path, name: str, content: str, run: Run | None = None
) -> list[str]:
    """Every triple of a file with this content."""
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return lines_of(source, file, run=run)


def load_json(
    source: str, folder: Path, *records: Mapping[str, object], run: Run | None = None
) -> list[str]:
    """Every triple of JSON Lines."""
    lines = "".join(json.dumps(record) + "\n" for record in records)
    return load_text(source, folder, "records.jsonl", lines, run)


def objects(lines: list[str], predicate: str) -> list[str]:
    """Objects of one property, in order."""
    return [line.split(" ", 2)[2][:-2] for line in lines if line.split(" ")[1] == iri(predicate)]


def rejecting() -> tuple[Run, list[Reject]]:
    """A run, and the list to which its rejects go."""
    rejects: list[Reject] = []
    return Run(sink=rejects.append), rejects


def golden_inputs(source: str) -> list[Path]:
    """The input that a loader comes with: files or one folder, named after the source."""
    found = sorted(
        path
        for path in GOLDEN.iterdir()
        if path.name.partition(".")[0] == source and path.suffix != ".nt"
    )
    assert found, f"golden/{source}.… is missing: a loader comes with its golden input"
    return found


def options(source: str) -> Mapping[str, str]:
    """What a loader must be told to read its golden input."""
    return OPTIONS.get(source, {})


def golden_lines(source: str, run: Run) -> list[str]:
    """Every triple of the golden input, as lines of N-Triples."""
    run.options = options(source)
    return lines_of(source, *golden_inputs(source), run=run)


def golden(source: str, name: str) -> None:
    """Holds the golden input against the golden triples."""
    expected = (GOLDEN / f"{source}.nt").read_text(encoding="utf-8").splitlines()
    assert lines_of(source, GOLDEN / name) == expected


def copied(name: str, folder: Path) -> list[Path]:
    """The golden input, copied to where it may be changed."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        Path(shutil.copytree(path, folder / path.name, dirs_exist_ok=True))
        if path.is_dir()
        else Path(shutil.copy(path, folder))
        for path in golden_inputs(name)
    ]


def single_files(paths: list[Path]) -> list[Path]:
    """The files of an input, mappings excepted."""
    return [
        file
        for path in paths
        for file in (sorted(path.iterdir()) if path.is_dir() else [path])
        if file.suffix != ".yaml"
    ]


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its name there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
