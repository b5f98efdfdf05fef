"""The calendar: which periods are coming, and when each course can be taken in them.

Periods are data, each university's own. Where the data ends, a period comes again a year
later, on the same weekday; a course taught in a period of a past year is *expected* in it
again, one with dates ahead is *announced*. The horizon is counted in the coming periods of one
calendar, and every day of it belongs to exactly one of its slots.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.paths.model import Course, Known, Offering, Period, Placement, Slot

YEARS_AHEAD = 12
"""How far periods are repeated beyond the data."""

OPEN_DAYS = 270
"""An offering longer than this, or without an end, can be taken in any one period of it."""

_SHARE = 0.2  # an offering is in a slot if it takes this share of the slot's or its own days
_PART = 0.3  # an offering teaches in a period if it takes this share of either's days
_LONGEST_RUN = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coming:
    """A period ahead: known from the data, or foretold from a past year's."""

    start: date
    end: date
    code: str
    iri: str | None


@dataclass(frozen=True)
class Calendar:
    """The horizon of one question.

    Attributes:
        start: its first day.
        end: its last day.
        slots: the stretches in which load is counted, without gaps.
        coming: university → its periods that begin inside the horizon, in order.
    """

    start: date
    end: date
    slots: tuple[Slot, ...]
    coming: Mapping[str, tuple[Coming, ...]]


def shifted(day: date, years: int) -> date:
    """The day of the same weekday nearest to the same date ``years`` later.

    >>> shifted(date(2025, 9, 1), 1).isoformat()  # Mondays both
    '2026-08-31'
    """
    try:
        same = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        same = date(day.year + years, 2, 28)
    ahead = (day.weekday() - same.weekday()) % 7
    return same + timedelta(days=ahead if ahead <= 3 else ahead - 7)


def coming(periods: Iterable[Period], start: date, count: int) -> list[Coming]:
    """The next ``count`` periods of one university that begin on or after a day.

    The data's own periods stand as they are; beyond them the last one of each code comes again
    every year.
    """
    by_code: defaultdict[str, list[Period]] = defaultdict(list)
    for period in periods:
        by_code[period.code].append(period)
    found: list[Coming] = []
    for code, known in by_code.items():
        found += [Coming(one.start, one.end, code, one.iri) for one in known if one.start >= start]
        last = max(known, key=lambda one: (one.start, one.end))
        behind = max(0, start.year - last.start.year)
        for years in range(max(1, behind - 1), behind + YEARS_AHEAD + 1):
            if last.start.year + years > date.max.year - 1:
                break
            begins = shifted(last.start, years)
            if begins >= start:
                found.append(Coming(begins, begins + (last.end - last.start), code, None))
    return sorted(found, key=lambda one: (one.start, one.end, one.code))[:count]


def terms(start: date, count: int) -> list[Coming]:
    """The next terms of the Finnish academic year, for a graph that holds no periods.

    Source: Universities Act 558/2009: the academic year runs from 1 August to 31 July.
    """
    found: list[Coming] = []
    for year in range(start.year, min(start.year + count + 1, date.max.year - 1) + 1):
        found.append(Coming(date(year, 1, 1), date(year, 7, 31), "spring", None))
        found.append(Coming(date(year, 8, 1), date(year, 12, 31), "autumn", None))
    return [one for one in found if one.start >= start][:count]


def teaching(periods: Iterable[Period], uses: Mapping[str, int]) -> dict[str, tuple[Period, ...]]:
    """The main calendar of each university: periods that do not lie over one another.

    A university may keep several calendars at once, such as short modules beside its teaching
    periods; of codes that overlap, the one that more courses use is kept.

    Args:
        periods: all periods.
        uses: how many courses and offerings name a period, by its IRI.
    """
    of: defaultdict[str, defaultdict[str, list[Period]]] = defaultdict(lambda: defaultdict(list))
    for period in periods:
        of[period.university][period.code].append(period)
    found: dict[str, tuple[Period, ...]] = {}
    for university, codes in sorted(of.items()):
        kept: list[Period] = []
        for _, held in sorted(
            codes.items(),
            key=lambda pair: (
                -sum(uses.get(one.iri, 0) for one in pair[1]),
                -sum((one.end - one.start).days for one in pair[1]),
                pair[0],
            ),
        ):
            if not any(_overlap(one, other) for one in held for other in kept):
                kept += held
        found[university] = tuple(sorted(kept, key=lambda one: (one.start, one.iri)))
    return found


def _overlap(one: Period, other: Period) -> bool:
    """Whether two periods share more than a fifth of the shorter one."""
    days = (min(one.end, other.end) - max(one.start, other.start)).days + 1
    shorter = min((one.end - one.start).days, (other.end - other.start).days) + 1
    return days > _SHARE * shorter


def calendar(
    own: Mapping[str, Sequence[Period]],
    universities: Collection[str],
    start: date,
    count: int,
    until: date | None = None,
) -> Calendar:
    """The horizon of ``count`` coming periods from a day on.

    Counted is the calendar with the shortest periods among the given universities, so that no
    course ends later than the learner asked; ``until`` cuts it short.

    Args:
        own: university → the periods of its main calendar.
        universities: those whose courses may be taken.
        start: the first day.
        count: how many periods.
        until: the last day that will do.
    """
    ahead = {
        university: coming(known, start, count)
        for university, known in sorted(own.items())
        if university in universities
    }
    counted = min(
        (found for found in ahead.values() if len(found) == count),
        key=lambda found: found[-1].end,
        default=[],
    ) or terms(start, count)
    if until is not None:
        counted = [one for one in counted if one.end <= until]
    if not counted:
        return Calendar(start, until or start, (), {})
    end = counted[-1].end
    return Calendar(
        start,
        end,
        _slots(counted),
        {
            university: tuple(one for one in found if one.end <= end)
            for university, found in ahead.items()
        },
    )


def _slots(counted: Sequence[Coming]) -> tuple[Slot, ...]:
    """The periods stretched over the gaps that follow them; one of two that begin alike."""
    kept: list[Coming] = []
    for one in counted:
        if not kept or one.start > kept[-1].start:
            kept.append(one)
    return tuple(
        Slot(one.start, after.start - _DAY if after else one.end, one.code)
        for one, after in zip(kept, [*kept[1:], None], strict=True)
    )


def placements(
    course: Course,
    ects: int,
    own: Sequence[Period],
    ahead: Calendar,
    *,
    languages: Collection[str] = (),
    modes: Collection[str] = (),
    as_of: date | None = None,
) -> tuple[Placement, ...]:
    """Every way to take the course inside the horizon, announced before expected.

    Args:
        course: the course.
        ects: its credits in hundredths, spread over the slots by days.
        own: the main calendar of its university.
        ahead: the horizon.
        languages: languages of teaching that will do; empty for any.
        modes: modes of participation that will do; empty for any.
        as_of: the day of asking: enrolment that ended before it is over.
    """
    usable = [
        one
        for one in course.offerings
        if (not languages or not one.languages or one.languages & set(languages))
        and (not modes or one.mode in modes)
    ]
    found = list(_announced(usable, ects, ahead, as_of))
    taken = {(one.first, one.last) for one in found}
    expected = _patterns(usable, own)
    if not modes and (usable or not course.offerings):
        latest = max((_year(one.start) for one in usable), default=-1)
        expected |= _stated(course, own, latest + 1)
    for pattern in expected.values():
        for one in _instances(pattern, course.university, ects, ahead):
            if (one.first, one.last) not in taken:
                taken.add((one.first, one.last))
                found.append(one)
    return tuple(
        sorted(
            found, key=lambda one: (one.first, one.last, one.known, one.start, one.offering or "")
        )
    )


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A course's habit: it begins in a period of this code and runs over ``length`` of them.

    Where the university has no periods, ``span`` are the dates that come again instead.
    """

    code: str
    length: int
    basis: str
    span: tuple[date, date] | None = None
    open: bool = False


def _announced(
    offerings: Iterable[Offering], ects: int, ahead: Calendar, as_of: date | None
) -> Iterable[Placement]:
    for one in offerings:
        if as_of and one.enrolment_end and one.enrolment_end < as_of:
            continue
        if _is_open(one):
            # Self-paced: any slot that it covers wholly.
            for place, slot in enumerate(ahead.slots):
                if one.start <= slot.start and (one.end is None or slot.end <= one.end):
                    yield Placement(
                        place, place, slot.start, slot.end, Known.ANNOUNCED, (ects,),
                        one.iri, None, (slot.code,), one.enrolment_end,
                    )  # fmt: skip
            continue
        if one.end is None or one.start < ahead.start or one.end > ahead.end:
            continue
        placed = _placed(one.start, one.end, ects, ahead, Known.ANNOUNCED)
        if placed:
            yield replace(placed, offering=one.iri, periods=one.periods, enrol_by=one.enrolment_end)


def _is_open(one: Offering) -> bool:
    return one.end is None or (one.end - one.start).days > OPEN_DAYS


def _placed(start: date, end: date, ects: int, ahead: Calendar, known: Known) -> Placement | None:
    """The interval of slots that the dates take, the credits spread by days."""
    slots = ahead.slots
    if not slots or end < slots[0].start:
        return None
    begin = max(0, bisect_right(slots, start, key=lambda slot: slot.start) - 1)
    days: list[tuple[int, int]] = []
    for place in range(begin, len(slots)):
        slot = slots[place]
        if slot.start > end:
            break
        overlap = (min(end, slot.end) - max(start, slot.start)).days + 1
        if overlap > 0:
            days.append((place, overlap))
    length = (end - start).days + 1
    kept = [
        (place, overlap)
        for place, overlap in days
        if overlap >= _SHARE * length
        or overlap >= _SHARE * ((slots[place].end - slots[place].start).days + 1)
    ] or sorted(days, key=lambda pair: -pair[1])[:1]
    if not kept:
        return None
    first, last = kept[0][0], kept[-1][0]
    by_slot = dict(days)
    return Placement(
        first,
        last,
        start,
        end,
        known,
        _spread(ects, [by_slot.get(place, 0) for place in range(first, last + 1)]),
    )


def _spread(ects: int, days: Sequence[int]) -> tuple[int, ...]:
    """The credits spread by days in whole hundredths that add up: largest remainders first."""
    total = sum(days)
    shares = [ects * one // total for one in days]
    rest = sorted(range(len(days)), key=lambda place: (-(ects * days[place] % total), place))
    for place in rest[: ects - sum(shares)]:
        shares[place] += 1
    return tuple(shares)


def _patterns(
    offerings: Iterable[Offering], own: Sequence[Period]
) -> dict[tuple[str, int, str], _Pattern]:
    """What the last two academic years of teaching foretell, the latest first."""
    found: dict[tuple[str, int, str], _Pattern] = {}
    dated = sorted(offerings, key=lambda one: (one.start, one.iri), reverse=True)
    for one in dated:
        if _year(dated[0].start) - _year(one.start) > 1:
            break
        if one.end is None or _is_open(one):
            found.setdefault(("", 1, "open"), _Pattern("", 1, _named(one.start), open=True))
            continue
        held = [place for place, period in enumerate(own) if _within(one, period)]
        if held:
            first, length = own[held[0]], held[-1] - held[0] + 1
            found.setdefault(
                (first.code, length, ""),
                _Pattern(first.code, length, f"{first.code} {_named(first.start)}"),
            )
        else:
            key = ("", (one.end - one.start).days, one.start.strftime("%m-%d"))
            found.setdefault(key, _Pattern("", 0, one.start.isoformat(), span=(one.start, one.end)))
    return found


def _within(one: Offering, period: Period) -> bool:
    """Whether the offering runs in the period: it takes a good part of either's days."""
    if one.end is None:
        return False
    days = (min(one.end, period.end) - max(one.start, period.start)).days + 1
    shorter = min((one.end - one.start).days, (period.end - period.start).days) + 1
    return days >= _PART * shorter


def _stated(
    course: Course, own: Sequence[Period], since: int
) -> dict[tuple[str, int, str], _Pattern]:
    """What the university's own word on academic years from ``since`` on foretells.

    Periods that follow one another in an academic year are one interval; so many of them that
    no course would take so long mean that it can be taken in any one.
    """
    names = set(course.taught_in)
    held = [
        place
        for place, period in enumerate(own)
        if period.iri in names and _year(period.start) >= since
    ]
    if not held:
        return {}
    latest = _year(own[held[-1]].start)
    runs: list[list[int]] = []
    for place in held:
        year = _year(own[place].start)
        if latest - year > 1:
            continue
        if runs and runs[-1][-1] == place - 1 and _year(own[place - 1].start) == year:
            runs[-1].append(place)
        else:
            runs.append([place])
    found: dict[tuple[str, int, str], _Pattern] = {}
    for run in reversed(runs):
        for first, length in (
            [(run[0], len(run))] if len(run) <= _LONGEST_RUN else [(one, 1) for one in run]
        ):
            code = own[first].code
            found.setdefault(
                (code, length, ""),
                _Pattern(code, length, f"{code} {_named(own[first].start)}"),
            )
    return found


def _instances(
    pattern: _Pattern, university: str, ects: int, ahead: Calendar
) -> Iterable[Placement]:
    """The pattern's occurrences inside the horizon."""
    if pattern.open:
        for place, slot in enumerate(ahead.slots):
            yield Placement(
                place, place, slot.start, slot.end, Known.EXPECTED, (ects,),
                None, pattern.basis, (slot.code,),
            )  # fmt: skip
        return
    if pattern.span is not None:
        start, end = pattern.span
        for years in range(1, YEARS_AHEAD + ahead.start.year - start.year + 1):
            if start.year + years >= date.max.year:
                break
            begins = shifted(start, years)
            ends = begins + (end - start)
            if begins >= ahead.start and ends <= ahead.end:
                placed = _placed(begins, ends, ects, ahead, Known.EXPECTED)
                if placed:
                    yield replace(placed, basis=pattern.basis)
        return
    own = ahead.coming.get(university, ())
    for place, period in enumerate(own):
        run = own[place : place + pattern.length]
        if period.code != pattern.code or len(run) < pattern.length:
            continue
        placed = _placed(period.start, run[-1].end, ects, ahead, Known.EXPECTED)
        if placed:
            yield replace(placed, basis=pattern.basis, periods=tuple(one.code for one in run))


def _year(day: date) -> int:
    """The calendar year in which the day's academic year began (1 August)."""
    return day.year if day.month >= 8 else day.year - 1


def _named(day: date) -> str:
    """The academic year of a day.

    >>> _named(date(2026, 2, 1))
    '2025–2026'
    """
    return f"{_year(day)}–{_year(day) + 1}"
