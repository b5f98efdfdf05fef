"""``polku path``: what a person asks for on the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import polku
from app.errors import BadParameter
from tests.paths import catalogue
from tests.paths.catalogue import occupation, skill


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two universities' courses as its graph."""
    return catalogue.published(tmp_path_factory.mktemp("network"))


def asked(data: Path, *arguments: str) -> Result:
    """What ``polku path`` answers."""
    options = ["path", "--data", str(data), "--start", "2026-11-23", "--json"]
    return CliRunner().invoke(polku, [*options, *arguments])


def answer(data: Path, *arguments: str) -> dict[str, Any]:
    """The answer in JSON."""
    result = asked(data, *arguments)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_another_learners_route_is_a_target(data: Path, tmp_path: Path) -> None:
    whole = answer(data, "--to", occupation("data-scientist"))
    theirs = whole["routes"][0]
    kept = tmp_path / "route.json"
    for saved in (whole, theirs):
        kept.write_text(json.dumps(saved))
        like = answer(data, "--like", str(kept))
        assert {one["skill"] for one in like["target"]} == set(theirs["covered"])
        assert like["routes"][0]["coverage"] == 1.0
    both = answer(data, "--like", str(kept), "--to", skill("present"))
    assert skill("present") in {one["skill"] for one in both["target"]}


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"routes": []}', '{"steps": [1'])
def test_a_file_without_a_route_is_refused(data: Path, tmp_path: Path, text: str) -> None:
    kept = tmp_path / "route.json"
    kept.write_text(text)
    refused = asked(data, "--like", str(kept)).exception
    assert isinstance(refused, BadParameter)
    assert refused.param == "--like"
    assert "route.json" in refused.detail


def test_a_file_that_is_not_there_is_named(data: Path, tmp_path: Path) -> None:
    missing = asked(data, "--like", str(tmp_path / "none.json")).exception
    assert isinstance(missing, FileNotFoundError)
    assert str(missing.filename).endswith("none.json")


def test_a_route_that_leads_nowhere_is_asked_where_to(data: Path) -> None:
    result = asked(data)
    assert result.exit_code == 2
    assert "--to" in result.output
    assert "--like" in result.output
