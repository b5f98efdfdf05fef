"""Moments as universities in Finland state them → the day there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from loaders.courses.course import day

_LEAST, _MOST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def finnish_day(moment: datetime) -> date:
    """The day in Finland at a moment that knows its zone.

    Summer time is the EU's, from the last Sunday of March to that of October, 01:00 UTC.
    Source: Directive 2000/84/EC. Computed, so that a bundle never depends on a machine's zones.

    >>> finnish_day(datetime(2026, 8, 30, 21, tzinfo=UTC)).isoformat()
    '2026-08-31'
    """
    here = moment.astimezone(UTC)
    begins, ends = _last_sunday(here.year, 3), _last_sunday(here.year, 10)
    return (here + timedelta(hours=3 if begins <= here < ends else 2)).date()


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def day_of_milliseconds(value: object) -> str:
    """The day in Finland of milliseconds since 1970; "" if they are none of this age.

    >>> day_of_milliseconds(1788123600000), day_of_milliseconds("1788123600000")
    ('2026-08-31', '')
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return ""
    if not _LEAST.timestamp() * 1000 <= value < _MOST.timestamp() * 1000:
        return ""
    return finnish_day(datetime.fromtimestamp(value // 1000, UTC)).isoformat()


def day_of_time(value: object, *, is_end: bool = False) -> str:
    """The day in Finland of a date and time with or without a zone; "" if it is none.

    An end is the first moment after: midnight ends the day before.

    >>> day_of_time("2026-08-30T21:00:00.000Z"), day_of_time("2026-08-31T00:00", is_end=True)
    ('2026-08-31', '2026-08-30')
    """
    stated = value.strip() if isinstance(value, str) else ""
    if len(stated) <= 10:
        return day_before(day(stated)) if is_end else day(stated)
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        return day(stated)
    if not _LEAST.year < moment.year < _MOST.year:
        return ""
    if is_end:
        moment -= timedelta(seconds=1)
    return (moment.date() if moment.tzinfo is None else finnish_day(moment)).isoformat()


def day_before(stated: str) -> str:
    """The day before a day, ``2026-05-04``; "" of "".

    >>> day_before("2026-03-01"), day_before("")
    ('2026-02-28', '')
    """
    found = date.fromisoformat(stated) if stated else date.min
    return (found - timedelta(days=1)).isoformat() if found > date.min else ""
