"""Some suggestions are shown blind, so that it can be seen how much people follow the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api import blind
from app.settings import Settings
from tests.api.conftest import COURSE, Service, serving

SHARE = 0.5


@pytest.fixture
def measuring(data: Path) -> Iterator[Service]:
    """A service that shows half of its suggestions blind."""
    with serving(Settings(data=data, blind_share=SHARE), warm=True) as service:
        yield service


def suggested(service: Service) -> list[dict[str, Any]]:
    """Suggestions for a course of the graph."""
    answer = service.client.post("/tags/suggest", json={"about": COURSE, "limit": 40})
    suggestions: list[dict[str, Any]] = answer.json()["suggestions"]
    return suggestions


def test_decisions_on_blind_and_on_seen_suggestions_are_told_apart(measuring: Service) -> None:
    suggestions = suggested(measuring)
    hidden = [one for one in suggestions if one.get("blind")]
    seen = [one for one in suggestions if not one.get("blind")]
    assert len(hidden) > 2
    assert len(seen) > 2
    assert all(
        (one["confidence"], one["because"], one["evidence"]) == (None,) * 2 + ([],)
        for one in hidden
    )
    assert all(one["confidence"] is not None and one["because"] for one in seen)
    assert [one["confidence"] for one in seen] == sorted(
        (one["confidence"] for one in seen), reverse=True
    )
    assert suggested(measuring) == suggestions, "another look shows no more"

    for one, verdict in [
        (seen[0], "accept"),
        (seen[1], "accept"),
        (hidden[0], "accept"),
        (hidden[1], "reject"),
        (seen[2], "missing"),
    ]:
        decision = {"about": COURSE, "skill": one["skill"], "decision": verdict}
        made = measuring.client.post("/tags", json=decision, headers=measuring.bearer("researcher"))
        assert made.status_code == 201, made.text
    report = measuring.client.get("/tags/blind", headers=measuring.bearer("curator")).json()
    assert report["shownBlind"] == SHARE
    assert report["seen"] == {"decided": 2, "accepted": 2, "share": 1.0}
    assert report["blind"] == {"decided": 2, "accepted": 1, "share": 0.5}
    assert report["difference"] == 0.5
    measuring.problem(
        measuring.client.get("/tags/blind", headers=measuring.bearer("researcher")), 403
    )


def test_a_text_that_is_pasted_is_shown_with_everything(measuring: Service) -> None:
    body = {"text": "Statistics, machine learning, databases, data mining and visualisation."}
    suggestions = measuring.client.post("/tags/suggest", json=body).json()["suggestions"]
    assert len(suggestions) > 4
    assert all(one["confidence"] is not None and "blind" not in one for one in suggestions)


def test_without_the_setting_nothing_is_blind_and_no_decision_says_so(data: Path) -> None:
    with serving(Settings(data=data), warm=True) as service:
        suggestions = suggested(service)
        assert all(one["confidence"] is not None and "blind" not in one for one in suggestions)
        decision = {"about": COURSE, "skill": suggestions[0]["skill"], "decision": "accept"}
        made = service.client.post("/tags", json=decision, headers=service.bearer("researcher"))
        assert made.status_code == 201
        report = service.client.get("/tags/blind", headers=service.bearer("curator")).json()
        assert report["seen"]["decided"] == report["blind"]["decided"] == 0
        assert report["difference"] is None


@given(
    st.text(min_size=1),
    st.lists(st.text(min_size=1), unique=True, max_size=30),
    st.floats(0, 0.5),
)
def test_hiding_loses_no_suggestion_and_keeps_the_order_of_what_is_seen(
    about: str, skills: list[str], share: float
) -> None:
    entries = [{"skill": skill, "confidence": 1 / (1 + n)} for n, skill in enumerate(skills)]
    shown = blind.hidden(about, entries, share)
    assert sorted(str(one["skill"]) for one in shown) == sorted(skills)
    assert [one for one in shown if "blind" not in one] == [
        one for one in entries if not blind.drawn(about, str(one["skill"]), share)
    ]
    assert all(one["confidence"] is None for one in shown if "blind" in one)


def test_the_share_that_is_drawn_is_the_share_that_was_asked() -> None:
    drawn = sum(blind.drawn("thing", str(number), 0.1) for number in range(10_000))
    assert 900 < drawn < 1100
