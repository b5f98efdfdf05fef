"""Moments and the days in Finland, against the time zone database."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.courses.clock import day_of_milliseconds, day_of_time, finnish_day


def test_the_day_is_the_one_that_the_time_zone_database_says() -> None:
    try:
        zone = ZoneInfo("Europe/Helsinki")
    except ZoneInfoNotFoundError:
        pytest.skip("this machine has no time zone database")

    @given(st.datetimes(datetime(1997, 1, 1), datetime(2037, 12, 31)))
    def holds(moment: datetime) -> None:
        stated = moment.replace(tzinfo=UTC)
        assert finnish_day(stated) == stated.astimezone(zone).date()

    holds()


@pytest.mark.parametrize(
    ("stated", "is_end", "day"),
    [
        ("2026-08-30T21:00:00.000Z", False, "2026-08-31"),
        ("2026-08-30T21:00:00.000Z", True, "2026-08-30"),
        ("2026-09-01T09:00:00+03:00", False, "2026-09-01"),
        ("2026-09-01T00:00:00", True, "2026-08-31"),
        ("2026-09-01", True, "2026-08-31"),
        ("soon", False, ""),
        (None, True, ""),
    ],
)
def test_days_of_times(stated: object, is_end: bool, day: str) -> None:
    assert day_of_time(stated, is_end=is_end) == day


@pytest.mark.parametrize("stated", [None, True, "1711663200000", float("nan"), 10**30, -5])
def test_what_is_no_moment_has_no_day(stated: object) -> None:
    assert day_of_milliseconds(stated) == ""


def test_midnight_in_finland_is_of_the_day_that_begins() -> None:
    assert day_of_milliseconds(1711663200000) == "2024-03-29"
    assert day_of_milliseconds(1712005200000) == "2024-04-02"
