"""The main job: from an ESCO zip and a real course catalogue to a learning path."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from tests.conftest import RealGraph, polku

pytestmark = [pytest.mark.real_data, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def answer(real_graph: RealGraph) -> dict[str, Any]:
    run = polku(
        "path", "--to", "data scientist", "--ects", "60", "--periods", "8",
        "--json", "--data", str(real_graph.data),
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    decoded: dict[str, Any] = json.loads(run.stdout)
    return decoded


def test_route_to_data_scientist_is_of_real_courses_in_coming_periods(
    answer: dict[str, Any],
) -> None:
    steps = answer["routes"][0]["steps"]
    assert len(steps) >= 5
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    for step in steps:
        assert step["course"].startswith("https://w3id.org/polku/course/aalto/")
        assert step["name"]
        assert step["develops"]
        assert step["period"]["start"] >= today[:4]
        assert step["period"]["offering"] in ("announced", "expected")
    assert sum(step["ects"] for step in steps) <= 60


def test_route_is_proved_optimal_and_checked_by_the_second_mind(answer: dict[str, Any]) -> None:
    certificate = answer["routes"][0]["certificate"]
    assert certificate["status"] == "optimal"
    assert certificate["checked"] is True
    assert certificate["gap"] == 0


def test_every_target_skill_is_covered_partly_covered_or_missing_with_a_reason(
    answer: dict[str, Any],
) -> None:
    route = answer["routes"][0]
    known = set(route["covered"]) | {skill["skill"] for skill in route["missing"]}
    known |= {skill["skill"] for skill in route["partly"]}
    assert {skill["skill"] for skill in answer["target"]} == known
    reasons = {"noCourse", "overBudget", "prerequisite", "filteredOut"}
    assert {skill["reason"] for skill in route["missing"]} <= reasons


def test_newest_research_on_the_routes_skills_comes_newest_first(answer: dict[str, Any]) -> None:
    works = answer["routes"][0]["works"]
    assert works
    dates = [work["published"] for work in works]
    assert dates == sorted(dates, reverse=True)
    assert all(work["title"] and work["skills"] for work in works)


def test_the_same_question_gives_the_same_route(
    real_graph: RealGraph, answer: dict[str, Any]
) -> None:
    again = polku(
        "path", "--to", "data scientist", "--ects", "60", "--periods", "8",
        "--json", "--data", str(real_graph.data),
    )  # fmt: skip
    route, other = answer["routes"][0], json.loads(again.stdout)["routes"][0]
    assert [step["course"] for step in route["steps"]] == [
        step["course"] for step in other["steps"]
    ]


def test_route_prints_for_people(real_graph: RealGraph) -> None:
    run = polku("path", "--to", "data scientist", "--data", str(real_graph.data))
    assert run.returncode == 0, run.stderr
    assert "ECTS" in run.stdout
    assert "optimal" in run.stdout


def test_label_that_names_nothing_is_answered_with_the_nearest(real_graph: RealGraph) -> None:
    run = polku("path", "--to", "data scientits", "--data", str(real_graph.data))
    assert run.returncode == 2
    assert "data scientist" in run.stderr
