"""A route as a calendar: each course an event over its days, each deadline one of its own.

Source: RFC 5545 (iCalendar); written by the ``icalendar`` library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event

from app.paths.render.words import number, word

_PRODUCT = "-//Polku//Learning path//EN"


def calendar(answer: Mapping[str, Any], language: str) -> str:
    """The best route as iCalendar; the same answer gives the same bytes.

    Days are whole days without a time zone. An expected teaching is tentative, an announced one
    confirmed; neither blocks time.
    """
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", f"Polku: {word('route', language)}")
    stamp = datetime.combine(date.fromisoformat(answer["asOf"]), time(), UTC)
    for step in answer["routes"][0]["steps"] if answer["routes"] else ():
        for event in _events(step, language):
            event.add("dtstamp", stamp)
            event.add("transp", "TRANSPARENT")
            made.add_component(event)
    text: str = made.to_ical().decode()
    return text


def _events(step: Mapping[str, Any], language: str) -> Iterator[Event]:
    period = step["period"]
    name = f"{step['code']} {step['name']}"
    announced = period["offering"] == "announced"
    taught = _event(step, "course", period["start"], period["end"])
    taught.add("summary", f"{name} ({number(step['ects'])} {word('credits', language)})")
    taught.add("description", _description(step, language))
    taught.add("status", "CONFIRMED" if announced else "TENTATIVE")
    yield taught
    deadline = step["wayIn"]["applyBy"] or period["enrolBy"]
    if deadline:
        apply = _event(step, "apply", deadline, deadline)
        apply.add("summary", f"{word('apply', language)}: {name}")
        if step["wayIn"]["link"]:
            apply.add("description", step["wayIn"]["link"])
        yield apply


def _event(step: Mapping[str, Any], kind: str, first: str, last: str) -> Event:
    event = Event()
    key = "\0".join((step["course"], kind, first))
    event.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@polku")
    event.add("dtstart", date.fromisoformat(first))
    # The end of an event of whole days is the day after it.
    event.add("dtend", date.fromisoformat(last) + timedelta(days=1))
    event.add("url", step["course"])
    event.add("categories", [step["university"]])
    return event


def _description(step: Mapping[str, Any], language: str) -> str:
    lines = [word(step["period"]["offering"], language)]
    skills = ", ".join(one["label"] for one in step["develops"])
    if skills:
        lines.append(f"{word('develops', language)}: {skills}")
    lines.append(f"{word('way_in', language)}: {step['wayIn']['who']}")
    return "\n".join(lines)
