"""``polku export`` as people meet it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import orjson
import pytest

from app.exports.registry import CATALOGUES
from tests.conftest import polku


@pytest.mark.parametrize("profile", [name for name in CATALOGUES if name not in ("csv", "dcat")])
def test_the_whole_catalogue_is_written_as_one_array(profile: str, sample: Path) -> None:
    run = polku("export", profile, "--data", str(sample))
    assert run.returncode == 0, run.stderr
    documents = orjson.loads(run.stdout)
    left = sum(
        int(line.split(" left out")[0]) for line in run.stderr.splitlines() if " left" in line
    )
    assert len(documents) + left == 72
    assert f"export {profile}" in run.stderr


def test_a_table_of_one_university_is_written_to_a_file(sample: Path, tmp_path: Path) -> None:
    file = tmp_path / "oulu.csv"
    run = polku("export", "csv", "--university", "oulu", "-o", str(file), "--data", str(sample))
    assert run.returncode == 0, run.stderr
    assert not run.stdout
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    assert rows and {row["organisation"] for row in rows} == {"oulu"}
    assert [one.name for one in tmp_path.iterdir()] == ["oulu.csv"]


def test_suggested_skills_are_written_only_when_asked_for(sample: Path) -> None:
    def skills(*arguments: str) -> int:
        run = polku("export", "csv", *arguments, "--data", str(sample))
        return sum(len(row["skills"].split()) for row in csv.DictReader(io.StringIO(run.stdout)))

    assert skills("--suggested") >= skills() > 0


def test_the_catalogue_of_data_sets_is_one_document(sample: Path) -> None:
    run = polku("export", "dcat", "--data", str(sample))
    assert run.returncode == 0, run.stderr
    assert orjson.loads(run.stdout)["type"] == "dcat:Catalog"


@pytest.mark.parametrize(
    "arguments", [["badge"], ["csv", "--university", "not one"]], ids=["format", "university"]
)
def test_a_wrong_call_says_what_to_write(sample: Path, arguments: list[str]) -> None:
    run = polku("export", *arguments, "--data", str(sample))
    assert run.returncode == 2
    assert "elm" in run.stderr or "aalto" in run.stderr
