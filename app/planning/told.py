"""What is told of a proposal in words, on a page and on a terminal alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.planning import words

Json = Mapping[str, Any]

_LACKS = ("missing", "wrong", "inferred")


def covers(one: Json, answer: Json, lang: str) -> str:
    """How much of what is wanted a proposal covers, in words."""
    return words.of(lang)["covers"].format(
        covered=len(one["covered"]),
        all=len(answer["target"]),
        coverage=f"{one['coverage']:.0%}",
        evidence=f"{one['evidence']:.0%}",
        partly=len(one["partly"]),
    )


def proof(certificate: Json) -> str:
    """The word for how far a proposal is proved and checked."""
    if not certificate["checked"]:
        return "failed"
    return "proved" if certificate["status"] == "optimal" else "unproved"


def lacking(readiness: Json) -> list[Json]:
    """The elements that are not stated: those without any value first."""
    found = [one for one in readiness["elements"] if one["status"] in _LACKS]
    return sorted(found, key=lambda one: _LACKS.index(one["status"]))


def advice(one: Json) -> str:
    """What could be stated of an element, or how to mend it."""
    if "inferred" not in one:
        return str(one["hint"])
    values = ", ".join(str(value) for value in one["inferred"]["labels"][:3])
    more = len(one["inferred"]["values"]) - 3
    shown = values if len(values) <= 200 else f"{values[:200]}…"
    return f"{shown.rstrip('.')}{f' (+{more})' if more > 0 else ''}. {one['inferred']['because']}"


def counted(one: Json, lang: str) -> str:
    """How many credits count towards something, and on what ground."""
    said = words.of(lang)
    through = one["through"]["name"] if one["through"] else ""
    why = said[one["ground"]].format(n=len(one["courses"]), through=through)
    until = f", {said['until'].format(day=one['until'])}" if one["until"] else ""
    return said["counts"].format(ects=f"{one['ects']:g}", why=why) + until
