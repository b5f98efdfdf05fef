"""Presets: what "fastest", "lightest", "at one university", "in English only" mean, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.errors import BadParameter
from app.paths.request import PathRequest, Preset

FASTEST: Final = "fastest"
LIGHTEST: Final = "lightest"
ONE_UNIVERSITY: Final = "oneUniversity"
ENGLISH: Final = "english"

PRESETS: tuple[Preset, ...] = (FASTEST, LIGHTEST, ONE_UNIVERSITY, ENGLISH)

_ENGLISH = "en"


def variants(
    asked: PathRequest, preset: Preset | None, universities: Iterable[str]
) -> list[PathRequest]:
    """The questions whose best answer is the preset's: one, or one for each university.

    Args:
        asked: the question; its own limits hold beside the preset.
        preset: the preset; None leaves the question as it is.
        universities: codes of all universities that have courses.

    Raises: BadParameter where the question and the preset contradict each other.
    """
    plain = asked.model_copy(update={"preset": None, "choices": False})
    if preset in (FASTEST, LIGHTEST):
        if asked.prefer not in ("coverage", preset):
            raise BadParameter("/preset", f"{preset} contradicts prefer {asked.prefer}: leave one.")
        return [plain.model_copy(update={"prefer": preset})]
    if preset == ENGLISH:
        stated = {one.lower() for one in asked.limits.languages}
        if stated and _ENGLISH not in stated:
            raise BadParameter("/preset", "english contradicts limits.languages: leave one.")
        return [_limited(plain, languages=[_ENGLISH])]
    if preset == ONE_UNIVERSITY:
        among = asked.limits.universities or sorted(universities)
        return [_limited(plain, universities=[one]) for one in dict.fromkeys(among)] or [plain]
    return [plain]


def _limited(asked: PathRequest, **limits: object) -> PathRequest:
    return asked.model_copy(update={"limits": asked.limits.model_copy(update=limits)})


def best(answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The answer whose route covers most surely, then with fewest credits, then ends first."""

    def merit(answer: Mapping[str, Any]) -> tuple[object, ...]:
        route = answer["routes"][0]
        found = bool(route["steps"])
        return (not found, -route["evidence"], route["ects"], route["finish"] or "")

    return min(answers, key=merit)


def choice(preset: Preset, answer: Mapping[str, Any], plain: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer to a preset says of it, beside the plain answer: measures and courses."""
    route = answer["routes"][0]
    courses = [step["course"] for step in route["steps"]]
    return {
        "preset": preset,
        "ects": route["ects"],
        "coverage": route["coverage"],
        "evidence": route["evidence"],
        "finish": route["finish"],
        "courses": courses,
        "universities": sorted({step["university"] for step in route["steps"]}),
        "same": set(courses) == {step["course"] for step in plain["routes"][0]["steps"]},
        "status": route["certificate"]["status"],
        "checked": route["certificate"]["checked"],
    }


def difference(courses: Iterable[str], earlier: Sequence[Iterable[str]]) -> dict[str, Any]:
    """How far a route is from those before it: from the nearest, by the sets of their courses.

    ``jaccard`` is one less the share of common courses among all of both; ``leavesOut`` is how
    many of the nearest one's courses it does without.

    >>> difference(["a", "b", "x"], [["a", "b", "c"]])
    {'jaccard': 0.5, 'leavesOut': 1, 'of': 3, 'adds': 1}
    """
    mine = set(courses)
    theirs = min((set(one) for one in earlier), key=lambda one: _distance(mine, one))
    return {
        "jaccard": round(_distance(mine, theirs), 4),
        "leavesOut": len(theirs - mine),
        "of": len(theirs),
        "adds": len(mine - theirs),
    }


def _distance(one: set[str], other: set[str]) -> float:
    both = one | other
    return 1 - len(one & other) / len(both) if both else 0.0
