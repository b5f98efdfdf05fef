"""A route as a calendar and as a picture, read back by others' eyes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app.paths.render.calendar import calendar
from app.paths.render.mermaid import mermaid

ROBOTS, ETHICS = "https://example.org/course/robots", "https://example.org/course/ethics"


def step(course: str, code: str, name: str, **changes: Any) -> dict[str, Any]:
    return {
        "course": course,
        "code": code,
        "name": name,
        "university": "aalto",
        "ects": 5.0,
        "period": {
            "start": "2027-01-11",
            "end": "2027-02-28",
            "name": "III 2026–2027",
            "offering": "expected",
            "enrolBy": None,
        },
        "wayIn": {"who": "anyone", "applyBy": None, "link": None},
        "develops": [{"label": "robotics"}, {"label": "use, robots; daily"}],
        "after": [],
    } | changes


def answer(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"asOf": "2026-11-24", "routes": [{"steps": list(steps)}]}


def events(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_each_course_stands_in_the_calendar_on_its_days() -> None:
    (event,) = events(calendar(answer(step(ROBOTS, "R1", "Robots, a start")), "en"))
    assert event["SUMMARY"] == "R1 Robots, a start (5 ECTS)"
    assert event["DTSTART"].dt == date(2027, 1, 11)
    assert event["DTEND"].dt - timedelta(days=1) == date(2027, 2, 28)
    assert event["URL"] == ROBOTS
    assert "Develops: robotics, use, robots; daily" in event["DESCRIPTION"]


def test_an_expected_course_is_tentative_and_an_announced_one_confirmed() -> None:
    announced = step(ROBOTS, "R1", "Robots")
    announced["period"] = announced["period"] | {"offering": "announced"}
    first, second = events(calendar(answer(announced, step(ETHICS, "E1", "Ethics")), "en"))
    assert (first["STATUS"], second["STATUS"]) == ("CONFIRMED", "TENTATIVE")


def test_a_deadline_is_an_event_of_its_own() -> None:
    way = {"who": "anyone", "applyBy": "2026-12-01", "link": "https://example.org/apply"}
    _, deadline = events(calendar(answer(step(ROBOTS, "R1", "Robots", wayIn=way)), "sv"))
    assert deadline["DTSTART"].dt == date(2026, 12, 1)
    assert deadline["SUMMARY"] == "Ansök senast i dag: R1 Robots"
    assert deadline["DESCRIPTION"] == "https://example.org/apply"


def test_the_same_route_gives_the_same_calendar_and_ids_that_calendars_know_again() -> None:
    asked = answer(step(ROBOTS, "R1", "Robots"), step(ETHICS, "E1", "Ethics"))
    assert calendar(asked, "en") == calendar(asked, "en")
    ids = [[str(one["UID"]) for one in events(calendar(asked, lang))] for lang in ("en", "fi")]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2


def test_no_route_is_an_empty_calendar_and_a_picture_that_says_so() -> None:
    for nothing in (answer(), {"asOf": "2026-11-24", "routes": []}):
        assert events(calendar(nothing, "en")) == []
        assert "Polkua ei ole." in mermaid(nothing, "fi")


def test_the_picture_shows_periods_courses_and_what_comes_first() -> None:
    later = {"start": "2027-03-01", "name": "IV 2026–2027", "offering": "expected"}
    drawn = mermaid(
        answer(
            step(ETHICS, "E1", "Ethics"),
            step(ROBOTS, "R1", "Robots", ects=2.5, period=later, after=[ETHICS]),
        ),
        "fi",
    )
    assert drawn == (
        "flowchart LR\n"
        '  subgraph p0["III 2026–2027"]\n'
        '    c0["E1<br/>Ethics<br/>5 op"]\n'
        "  end\n"
        '  subgraph p1["IV 2026–2027"]\n'
        '    c1["R1<br/>Robots<br/>2.5 op"]\n'
        "  end\n"
        "  p0 ~~~ p1\n"
        "  c0 --> c1\n"
    )


@given(st.text(max_size=60))
def test_any_name_stays_inside_its_place_in_the_picture(name: str) -> None:
    lines = mermaid(answer(step(ROBOTS, name, name)), "en").split("\n")
    assert len(lines) == 5
    assert re.fullmatch(r'    c0\["[^"<>`\\\[\]]*<br/>[^"<>`\\\[\]]*<br/>5 ECTS"\]', lines[2])


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_any_name_survives_the_way_into_a_calendar_and_back(name: str) -> None:
    (event,) = events(calendar(answer(step(ROBOTS, "R1", name)), "en"))
    assert event["SUMMARY"] == f"R1 {name} (5 ECTS)"
