"""``polku credential design`` as people meet it."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from tests.conftest import polku
from tests.paths import catalogue


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return catalogue.published(tmp_path_factory.mktemp("designed"))


def test_people_read_tables_in_their_language(data: Path) -> None:
    run = polku(
        "credential", "design", "--to", "data scientist", "--courses", "2", "--ects", "5-10",
        "--lang", "fi", "--data", str(data),
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    for words in ("Ehdotus 1: 10 op, opintojaksoja: 2", "CS-2", "Pääsyvaatimukset", "Data basics",
                  "Todistetusti paras"):  # fmt: skip
        assert words in run.stdout


def test_machines_read_json(data: Path) -> None:
    run = polku(
        "credential", "design", "--to", "data scientist", "--exclude", "CS-2", "--json",
        "--data", str(data),
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    answer = orjson.loads(run.stdout)
    assert all(one["certificate"]["checked"] for one in answer["proposals"])
    assert all(each["code"] != "CS-2" for one in answer["proposals"] for each in one["courses"])


def test_what_cannot_be_is_said_in_words(data: Path) -> None:
    for arguments in (
        ("--to", "data scientist", "--ects", "15-5"),
        ("--to", "data scientist", "--require", "CS-404"),
    ):
        run = polku("credential", "design", *arguments, "--data", str(data))
        assert run.returncode == 2, run.stderr
        assert "Error: " in run.stderr and "Traceback" not in run.stderr
