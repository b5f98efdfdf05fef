"""When courses can be taken: calendars, offerings ahead, and what past years foretell."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.paths import periods
from app.paths.model import Course, Known, Offering, Period, Placement

START = date(2026, 11, 23)
YEAR = (
    ("I", date(2025, 9, 1), date(2025, 10, 19)),
    ("II", date(2025, 10, 20), date(2025, 12, 14)),
    ("III", date(2026, 1, 5), date(2026, 2, 22)),
    ("IV", date(2026, 2, 23), date(2026, 4, 19)),
    ("V", date(2026, 4, 20), date(2026, 6, 7)),
    ("summer", date(2026, 6, 8), date(2026, 8, 30)),
)
OWN = tuple(Period(f"p/{code}", "aalto", start, end, code) for code, start, end in YEAR)
BY_CODE = {one.code: one for one in OWN}


def ahead(count: int = 8, start: date = START, until: date | None = None) -> periods.Calendar:
    return periods.calendar({"aalto": OWN}, {"aalto"}, start, count, until)


def offered(*offerings: Offering, taught_in: tuple[str, ...] = ()) -> Course:
    return Course("c", "C-1", "aalto", 500, offerings=offerings, taught_in=taught_in)


def past(first: str, last: str | None = None) -> Offering:
    return Offering(f"o/{first}", BY_CODE[first].start, BY_CODE[last or first].end)


def placed(course: Course, count: int = 8, ects: int = 500) -> list[Placement]:
    return list(periods.placements(course, ects, OWN, ahead(count), as_of=START))


def test_periods_come_again_on_the_same_weekday_in_later_years() -> None:
    coming = periods.coming(OWN, START, 8)
    assert [one.code for one in coming] == ["III", "IV", "V", "summer", "I", "II", "III", "IV"]
    assert coming[0].start == date(2027, 1, 4)
    assert coming[4].start == date(2027, 8, 30)
    assert coming[6].start == date(2028, 1, 3)


@given(st.dates(date(1990, 1, 1), date(8000, 1, 1)), st.integers(0, 30))
def test_a_shifted_day_keeps_its_weekday_and_moves_three_days_at_most(
    day: date, years: int
) -> None:
    later = periods.shifted(day, years)
    assert later.weekday() == day.weekday()
    same = date(day.year + years, day.month, min(day.day, 28))
    assert abs((later - same).days) <= 6


@given(st.dates(date(1995, 1, 1), date(8990, 1, 1)), st.integers(1, 60))
def test_every_day_of_the_horizon_is_in_one_slot(start: date, count: int) -> None:
    calendar = ahead(count, start)
    assert len(calendar.slots) == count
    assert calendar.slots[0].start >= start
    for one, after in zip(calendar.slots, calendar.slots[1:], strict=False):
        assert after.start - one.end == timedelta(days=1)
    assert calendar.slots[-1].end == calendar.end


def test_a_graph_without_periods_is_planned_by_terms() -> None:
    calendar = periods.calendar({}, {"vaasa"}, START, 3)
    assert [one.code for one in calendar.slots] == ["spring", "autumn", "spring"]
    assert calendar.slots[0].start == date(2027, 1, 1)


def test_modules_that_lie_over_the_periods_are_no_part_of_the_main_calendar() -> None:
    modules = [
        Period("m/1", "aalto", date(2025, 9, 1), date(2025, 9, 21), "module-1"),
        Period("m/2", "aalto", date(2025, 9, 22), date(2025, 10, 12), "module-2"),
    ]
    main = periods.teaching([*modules, *OWN], {one.iri: 40 for one in OWN} | {"m/1": 3})
    assert [one.code for one in main["aalto"]] == [code for code, _, _ in YEAR]


def test_the_calendar_with_the_shortest_periods_is_counted() -> None:
    terms = (
        Period("t/1", "vaasa", date(2026, 1, 5), date(2026, 5, 31), "spring"),
        Period("t/2", "vaasa", date(2026, 8, 31), date(2026, 12, 18), "autumn"),
    )
    both = periods.calendar({"aalto": OWN, "vaasa": terms}, {"aalto", "vaasa"}, START, 4)
    assert both.end == ahead(4).end
    assert [one.code for one in both.coming["vaasa"]] == ["spring"]


def test_a_course_of_one_past_period_is_expected_in_each_such_period_ahead() -> None:
    found = placed(offered(past("III")))
    assert [(one.first, one.last, one.known) for one in found] == [
        (0, 0, Known.EXPECTED),
        (6, 6, Known.EXPECTED),
    ]
    assert found[0].basis == "III 2025–2026"


def test_a_course_over_several_periods_takes_them_all_and_spreads_its_credits_by_days() -> None:
    (one,) = placed(offered(past("I", "II")))
    assert (one.first, one.last) == (4, 5)
    assert sum(one.load) == 500
    # 49 and 56 teaching days, the second slot stretched over no gap within the course.
    assert one.load == (233, 267)


def test_dates_ahead_are_announced_and_replace_what_is_expected_there() -> None:
    coming = Offering("o/next", date(2027, 1, 4), date(2027, 2, 21))
    found = placed(offered(past("III"), coming), count=3)
    assert [(one.known, one.offering) for one in found] == [(Known.ANNOUNCED, "o/next")]


def test_an_offering_whose_enrolment_is_over_cannot_be_joined() -> None:
    closed = Offering(
        "o/next", date(2027, 1, 4), date(2027, 2, 21), enrolment_end=date(2026, 11, 1)
    )
    assert all(one.offering is None for one in placed(offered(closed)))


def test_teaching_of_long_ago_foretells_nothing() -> None:
    old = Offering("o/old", date(2019, 1, 7), date(2019, 2, 24))
    found = placed(offered(past("III"), old))
    assert {one.basis for one in found} == {"III 2025–2026"}


def test_the_universitys_word_counts_where_no_teaching_is_dated() -> None:
    found = placed(offered(taught_in=("p/IV", "p/V")))
    assert [(one.first, one.last) for one in found] == [(1, 2)]


def test_a_course_taught_all_year_can_be_taken_in_any_one_period() -> None:
    found = placed(offered(taught_in=tuple(one.iri for one in OWN)), count=6)
    assert [(one.first, one.last) for one in found] == [(n, n) for n in range(6)]


def test_an_open_ended_course_can_be_taken_in_any_one_period_from_its_start() -> None:
    mooc = Offering("o/mooc", date(2027, 2, 1), None)
    found = placed(offered(mooc), count=4)
    announced = [one.first for one in found if one.known is Known.ANNOUNCED]
    assert announced == [1, 2, 3]


def test_a_course_without_any_word_of_when_cannot_be_placed() -> None:
    assert placed(offered()) == []


def test_nothing_is_placed_beyond_the_last_day() -> None:
    course = offered(past("III"), past("V"))
    calendar = ahead(8, until=date(2027, 4, 1))
    found = periods.placements(course, 500, OWN, calendar, as_of=START)
    assert [(one.first, one.last) for one in found] == [(0, 0)]
    assert ahead(8, until=date(2026, 12, 1)).slots == ()


@given(
    st.integers(1, 6000),
    st.dates(date(2024, 8, 1), date(2026, 11, 1)),
    st.integers(1, 200),
    st.integers(1, 20),
)
def test_every_placement_keeps_to_the_horizon_and_loses_no_credit(
    ects: int, start: date, days: int, count: int
) -> None:
    course = offered(Offering("o", start, start + timedelta(days=days)))
    calendar = ahead(count)
    for one in periods.placements(course, ects, OWN, calendar, as_of=START):
        assert sum(one.load) == ects
        assert len(one.load) == one.last - one.first + 1
        assert 0 <= one.first <= one.last < count
        assert calendar.start <= one.start <= one.end <= calendar.end
