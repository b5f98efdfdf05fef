"""Readiness of a catalogue as JSON: counts of all, and the offerings that were asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.credentials.profiles import ProfileName, profile
from app.credentials.readiness import Row, State, Summary


@dataclass(frozen=True)
class Chosen:
    """Which offerings are asked for; an empty field chooses all.

    Attributes:
        university: code or IRI.
        state: what they are against the profile.
        lacks: an element that they lack: it is missing or wrong.
    """

    profile: ProfileName
    university: str = ""
    state: State | None = None
    lacks: str = ""


def of_university(rows: Sequence[Row], university: str) -> list[Row]:
    """The rows of one university, or all where none is named."""
    return [row for row in rows if not university or row["university"] == university]


def selected(rows: Sequence[Row], chosen: Chosen) -> Iterator[Row]:
    """The rows that are asked for, in their order."""
    for row in of_university(rows, chosen.university):
        held = row["profiles"][chosen.profile]
        if chosen.state is not None and held["state"] != chosen.state:
            continue
        if chosen.lacks and chosen.lacks not in (*held["missing"], *held["wrong"]):
            continue
        yield row


def counted(one: Summary, name: ProfileName | None = None, lang: str = "en") -> dict[str, Any]:
    """A summary as JSON; with the profile's name its elements are labelled."""
    labels: Mapping[str, str] = (
        {} if name is None else {each.name: each.labels[lang] for each in profile(name).elements}
    )
    return {
        "offerings": one.offerings,
        "states": dict(one.states),
        "lacksToday": _numbered(one.by_lacks_now),
        "lacksOnceInferredIsAccepted": _numbered(one.by_lacks),
        "lacked": [
            {
                "element": each.element,
                **({"label": labels[each.element]} if labels else {}),
                "requirement": each.requirement,
                "missing": each.missing,
                "wrong": each.wrong,
                "inferred": each.inferred,
            }
            for each in one.lacked
        ],
    }


def _numbered(by_lacks: Mapping[int, int]) -> list[dict[str, int]]:
    return [{"lacks": lacks, "offerings": number} for lacks, number in by_lacks.items()]
