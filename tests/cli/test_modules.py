"""Study modules that a planner's tables state, on the way from a table to a route."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import polku
from loaders.sample import FOLDER as SAMPLE

ASKING = (
    ("query languages", "module:M", ["A", "B", "C"]),
    ("data mining", "module:WHOLE", ["A", "B", "C"]),
    ("statistics", "module:M | D", ["C", "D"]),
    ("machine learning", "module:M; D", ["A", "B", "C", "D"]),
)
"""Skill that a course C develops, what it asks for, and the whole route."""
MAPPING = """
tables:
  courses.csv:
    kind: courses
    columns:
      code: Code
      university: {value: aalto}
      title: {en: Name}
      ects: Credits
      prerequisites: Before
      develops: Skill
      offerings: [{start: Start, end: End}]
  modules.csv:
    kind: modules
    columns: {code: Code, university: {value: aalto}, title: {en: Name}, consistsOf: Parts}
"""


def run(*arguments: str) -> str:
    done = CliRunner().invoke(polku, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample's part of ESCO and a planner's tables."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "courses.csv").write_text(
        "Code,Name,Credits,Before,Skill,Start,End\n"
        "A,Tables,5,,,2026-09-01,2026-10-16\n"
        "B,Sets,5,,,2026-09-01,2026-10-16\n"
        "D,Tables and sets at once,2,,,2026-09-01,2026-10-16\n"
        + "".join(
            f"C{number},Queries,5,{before},{skill},2026-10-26,2026-12-04\n"
            for number, (skill, before, _) in enumerate(ASKING)
        )
    )
    (folder / "modules.csv").write_text("Code,Name,Parts\nM,Data,A; B\nWHOLE,All,module:M\n")
    (folder / "catalogue.yaml").write_text(MAPPING)
    files = [str(folder / name) for name in ("courses.csv", "modules.csv")]
    data = str(folder / "data")
    run("load", "esco", str(SAMPLE / "esco"), "--data", data)
    run("load", "table", *files, "--mapping", str(folder / "catalogue.yaml"), "--data", data)
    return folder / "data"


@pytest.mark.parametrize(
    ("skill", "route"),
    [(skill, route) for skill, _, route in ASKING],
    ids=[
        "every course of a module comes before",
        "a module within a module too",
        "the lighter of a module and a course",
        "a module and a course",
    ],
)
def test_a_route_obeys_the_modules_of_a_table(data: Path, skill: str, route: list[str]) -> None:
    said = run("path", "--to", skill, "--start", "2026-08-01", "--json", "--data", str(data))
    answer: dict[str, Any] = json.loads(said)
    steps = [str(step["code"]).rstrip("0123456789") for step in answer["routes"][0]["steps"]]
    assert sorted(steps) == route
    assert steps[-1] == "C"
