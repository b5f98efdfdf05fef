"""Reads answers: what tests want to know of one, with its type."""

from __future__ import annotations

from typing import Any

from app.paths.service import Service
from tests.paths.catalogue import occupation


def plan(service: Service, **asked: Any) -> dict[str, Any]:
    """The answer for a data scientist, unless the question says otherwise."""
    question = {"to": {"occupation": occupation("data-scientist")}, "timeLimit": 20.0} | asked
    answer: dict[str, Any] = service.plan(question)
    return answer


def first(answer: dict[str, Any]) -> dict[str, Any]:
    """The best route."""
    route: dict[str, Any] = answer["routes"][0]
    return route


def codes(answer: dict[str, Any]) -> list[str]:
    """The codes of the best route's courses, in order."""
    return [step["code"] for step in first(answer)["steps"]]


def reasons(answer: dict[str, Any]) -> dict[str, str]:
    """Why each missing skill is missing, by the last part of its IRI."""
    return {one["skill"].rsplit("/", 1)[-1]: one["reason"] for one in first(answer)["missing"]}
