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


def test_every_limit_of_a_question_can_be_asked_on_the_terminal(data: Path) -> None:
    found = answer(
        data, "--to", occupation("data-scientist"), "--completed", "CS-1", "--require", "CS-7",
        "--exclude", "CS-3", "--courses", "3", "--level", "basic", "--min-confidence", "0.5",
        "--no-cross-sector", "--pareto", "--time-limit", "5", "--end", "2028-06-30",
    )  # fmt: skip
    codes = [step["code"] for step in found["routes"][0]["steps"]]
    assert sorted(codes) == ["CS-2", "CS-7"]
    assert (found["setAside"], found["minConfidence"]) == (2, 0.5)
    assert found["pareto"][-1]["courses"]


def read(data: Path, *arguments: str) -> Result:
    """What a person reads of the answer."""
    options = ["path", "--data", str(data), "--start", "2026-11-23", "--time-limit", "5"]
    return CliRunner().invoke(polku, [*options, "--to", occupation("data-scientist"), *arguments])


def test_the_terminal_shows_what_builds_on_what_and_what_is_earned(data: Path) -> None:
    shown = read(data, "--pareto").stdout
    lines = shown.splitlines()
    first = next(n for n, line in enumerate(lines) if "CS-1 Programming" in line and "─" in line)
    later = next(n for n, line in enumerate(lines) if "CS-2 Databases" in line and "─" in line)
    assert later > first
    assert lines[later].index("CS-2") > lines[first].index("CS-1")
    assert "Data basics, a part of https://example.org/master" in shown
    assert "Weighed by evidence" in shown


def test_the_terminal_shows_who_may_come_what_it_costs_and_until_when(data: Path) -> None:
    shown = read(data, "--audience", "openUniversity").stdout
    for said in ("openUniversity", "75 EUR", "apply by 2026-12-31", "https://example.org/apply"):
        assert said in shown


def test_the_terminal_says_what_must_give_where_nothing_fits(data: Path) -> None:
    result = read(data, "--require", "CS-7", "--language", "en")
    assert result.exit_code == 1
    assert "There is a route without limits.languages" in result.stdout
    assert "kept out by limits.languages" in result.stdout
