"""The page that adds a source, followed to the letter in a copy of the project."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "new-source.md"
COPIED = ("app", "loaders", "ontology", "queries", "tests")
TABLE = "MappingProxyType(\n    {\n"
_BLOCK = re.compile(r"^```(\w+)(?: (\w+)=(\S+))?\n(.*?)^```$", re.M | re.S)


class Block(NamedTuple):
    """One block of code: its language, what is done with it, the file it is for, its text."""

    language: str
    what: str
    file: str
    text: str


def blocks() -> list[Block]:
    return [Block(*found) for found in _BLOCK.findall(PAGE.read_text(encoding="utf-8"))]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(command: str, project: Path) -> str:
    """What the command says; it runs in the copy, on the copy's own code."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        shlex.split(command),
        cwd=project,
        env={
            **os.environ,
            "PATH": programs,
            "PYTHONPATH": str(project),
            "POLKU_DATA": str(project / "data"),
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_the_page_adds_a_source_that_keeps_every_promise(project: Path) -> None:
    said = ""
    for block in blocks():
        if block.what == "title":
            (project / block.file).write_text(block.text, encoding="utf-8")
        elif block.what == "row":
            table = (project / block.file).read_text(encoding="utf-8")
            assert table.count(TABLE) == 1
            (project / block.file).write_text(table.replace(TABLE, TABLE + block.text))
        elif block.language == "sh":
            said = "".join(run(line, project) for line in block.text.splitlines())
        else:
            assert block.language == "text" and block.text.strip() in said
    golden = (project / "tests/loaders/golden/harbour.nt").read_text(encoding="utf-8")
    assert "course/harbour/H-1>" in golden and "isced-f/0723>" in golden


def test_the_page_runs_the_contract_and_loads() -> None:
    commands = "".join(block.text for block in blocks() if block.language == "sh")
    for part in ("write_golden harbour", "test_contract.py -k harbour", "polku load harbour"):
        assert part in commands


def test_a_loader_that_breaks_a_promise_fails_there(project: Path) -> None:
    for block in blocks():
        if block.what == "title":
            broken = block.text.replace("yield from mapper.triples(course)", "yield from ()")
            (project / block.file).write_text(broken, encoding="utf-8")
        elif block.what == "row":
            file = project / block.file
            file.write_text(file.read_text().replace(TABLE, TABLE + block.text))
    with pytest.raises(AssertionError, match="Write it: python -m tests"):
        run("python -m pytest -q tests/loaders/test_contract.py -k 'harbour and golden'", project)
