"""How workloads are read, and the trap in them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from loaders.courses.course import Note
from loaders.courses.workload import TRAP, hours, hours_text


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("PT60H", Decimal(60)), ("PT1H30M", Decimal("1.5")), ("pt45m", Decimal("0.75"))],
)
def test_a_duration_in_hours_and_minutes_is_hours(stated: str, expected: Decimal) -> None:
    notes: list[Note] = []
    assert hours(stated, notes) == expected
    assert notes == []


@pytest.mark.parametrize("stated", ["P60M", "P90M", "P25M"])
def test_the_p60m_trap_is_warned_of_by_name_and_gives_no_hours(stated: str) -> None:
    notes: list[Note] = []
    assert hours_text(stated, notes) == ()
    ((kind, detail),) = notes
    assert kind == TRAP
    assert "P60M" in kind
    assert f"PT{stated[1:]}" in detail


@pytest.mark.parametrize("stated", ["P3M", "P1Y", "P2W", "P5D"])
def test_months_weeks_and_days_are_a_length_and_no_workload(stated: str) -> None:
    notes: list[Note] = []
    assert hours(stated, notes) is None
    assert notes == []


@pytest.mark.parametrize("stated", ["P", "PT", "PTH", "60 hours", "P1DT"])
def test_what_is_no_duration_is_warned_of(stated: str) -> None:
    notes: list[Note] = []
    assert hours(stated, notes) is None
    assert [kind for kind, _ in notes] == ["workload is no ISO 8601 duration"]
