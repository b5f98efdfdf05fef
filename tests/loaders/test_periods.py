"""What teaching periods a text names, and when they were."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.periods import (
    MODULES,
    ORDER,
    Calendar,
    Dated,
    Named,
    academic_year,
    named,
    place,
    witnesses,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-2026 Autumn I", "I"),
        ("2025-2026 Syksy II", "II"),
        ("2025-2026 Höst I - II", "I II"),
        ("2025-2026 Kevät III-V", "III IV V"),
        ("2025-2026 Vår IV–V", "IV V"),
        ("2025-2026 Autumn I - Spring V", "I II III IV V"),
        ("2025-2026 Autumn II - Summer", "II III IV V summer"),
        ("2025-2026 Autumn I, Spring IV", "I IV"),
        ("2025-2026 Autumn I &amp; Spring IV".replace("&amp;", "&"), "I IV"),
        ("2025-2026 Autumn I 2025-2026 Spring IV", "I IV"),
        ("2025-2026 Kesä", "summer"),
        ("2025-2026 Sommar", "summer"),
        ("2025-2026 V - V", "V"),
        ("2025-2026: Spring IV /", "IV"),
        ("2025 2026 autumn II, spring IV, summer", "II IV summer"),
        ("2025-26 Autumn I", "I"),
        ("2025-2026 Autumn", "I II"),
        ("2025-2026 Spring", "III IV V"),
        ("2025-2026 I–V", "I II III IV V"),
        ("2025-2026 Module 3", "module-3"),
        ("2025-2026 Module 12 2025-2026 Module 2", "module-2 module-12"),
        ("i, Opetusperiodi: 2025-2026 Kevät IV, Ilmoittautuminen: Sisu", "IV"),
        ("Teaching Period: 2025-2026 Autumn I Registration: I am in V groups", "I"),
        ("2025-2026 No teaching", ""),
        ("2025-2026 Ei opetusta", ""),
        ("2025-2026 Ingen undervisning", ""),
        ("2025-2027 Autumn I", ""),
        ("Autumn I", ""),
        ("by 1.2.2025-2026 participants", ""),
        ("", ""),
    ],
)
def test_periods_are_named_in_three_languages(text: str, expected: str) -> None:
    found = named(text)
    assert [period.code for period in found] == expected.split()
    assert {period.year for period in found} <= {"2025-2026"}


def test_each_year_has_its_own_periods() -> None:
    assert named("2024-2025 No teaching 2025-2026 Autumn II 2026-2027 Spring III") == (
        Named("2025-2026", "II"),
        Named("2026-2027", "III"),
    )


_PIECES = st.sampled_from(
    [
        "2025-2026 ",
        "2024 2025",
        "Autumn ",
        "Kevät ",
        "I",
        "II ",
        "V",
        " - ",
        ", ",
        "Module ",
        "7 ",
        "No teaching ",
        "summer",
        "Registration ",
        "to ",
        "and ",
    ]
)


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=40).map("".join)))
def test_any_text_names_periods_in_order_and_each_once(text: str) -> None:
    found = named(text)
    assert found == named(text)
    assert list(found) == sorted(set(found), key=place)
    assert all(period.code in ORDER + MODULES for period in found)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["2025-2026 ", "I", " ", "2025-", "Autumn I - ", ":,;/| ", "- "])
def test_no_text_takes_more_than_linear_time(piece: str) -> None:
    assert isinstance(named("2025-2026" + piece * 20_000), tuple)


STARTS = {
    "I": date(2025, 9, 1),
    "II": date(2025, 10, 20),
    "III": date(2026, 1, 5),
    "IV": date(2026, 2, 23),
    "V": date(2026, 4, 20),
    "summer": date(2026, 6, 8),
}


def a_year() -> list[tuple[Named, tuple[date, date]]]:
    """Ten courses in every period, most beginning in its first week, one running over."""
    seen = []
    for code, start in STARTS.items():
        for number in range(10):
            late = 7 if number == 9 else 0
            begin = start + timedelta(days=number % 4 + late)
            seen.append((Named("2025-2026", code), (begin, start + timedelta(days=44 + 2 * late))))
    return seen


def test_a_period_lasts_from_the_week_in_which_most_begin_to_the_next() -> None:
    year = Calendar(a_year()).year("2025-2026")
    assert [period.start for period in year] == list(STARTS.values())
    assert year[0].end == date(2025, 10, 19)
    assert all(period.witnesses == 10 for period in year)


def test_years_that_no_realisation_shows_take_the_weeks_of_the_nearest() -> None:
    calendar = Calendar(a_year())
    found = calendar.find(Named("2026-2027", "I"))
    assert found is not None
    assert (found.start, found.witnesses) == (date(2026, 8, 31), 0)
    assert found.start.isocalendar()[1:] == STARTS["I"].isocalendar()[1:]


def test_a_summer_ends_before_the_next_year_begins() -> None:
    seen = [*a_year()]
    seen += [(Named("2025-2026", "summer"), (STARTS["summer"], date(2026, 9, 20)))] * 30
    calendar = Calendar(seen)
    summer, following = calendar.find(Named("2025-2026", "summer")), calendar.year("2026-2027")[0]
    assert summer is not None
    assert summer.end == following.start - timedelta(days=1)


def test_a_period_that_nothing_shows_has_no_dates() -> None:
    assert Calendar([]).find(Named("2025-2026", "I")) is None
    assert Calendar([]).overlapping((date(2025, 9, 1), date(2025, 9, 2))) == ()


@pytest.mark.parametrize(
    ("start", "end", "codes"),
    [
        (date(2025, 9, 1), date(2025, 10, 15), "I"),
        (date(2025, 9, 1), date(2025, 10, 24), "I"),
        (date(2025, 9, 2), date(2025, 12, 1), "I II"),
        (date(2025, 10, 20), date(2025, 10, 24), "II"),
        (date(2025, 9, 1), date(2026, 5, 28), "I II III IV V"),
        (date(2025, 12, 24), date(2025, 12, 26), ""),
        (date(2026, 8, 3), date(2026, 8, 28), ""),
    ],
)
def test_an_offering_is_in_every_period_that_it_fills_substantially(
    start: date, end: date, codes: str
) -> None:
    found = Calendar(a_year()).overlapping((start, end))
    assert [period.name.code for period in found] == codes.split()


def test_realisations_are_matched_with_periods_where_a_course_makes_it_plain() -> None:
    first, second = Named("2025-2026", "I"), Named("2025-2026", "IV")
    autumn, spring = (date(2025, 9, 1), date(2025, 10, 1)), (date(2026, 2, 23), date(2026, 4, 1))
    assert list(witnesses([first, second], [spring, autumn])) == [
        (first, autumn),
        (second, spring),
    ]
    assert list(witnesses([first], [spring, autumn])) == []
    # Groups that begin on the same day are one start.
    assert len(list(witnesses([first], [autumn, autumn]))) == 1


_DAYS = st.dates(date(2000, 1, 1), date(2080, 1, 1))
_SPANS = st.builds(lambda day, days: (day, day + timedelta(days=days)), _DAYS, st.integers(0, 400))
_NAMES = st.builds(
    lambda year, code: Named(f"{year}-{year + 1}", code),
    st.integers(2000, 2079),
    st.sampled_from(ORDER + MODULES),
)


@given(st.lists(st.tuples(_NAMES, _SPANS), max_size=30), st.sampled_from([False, True]), _SPANS)
def test_whatever_realisations_show_periods_of_a_year_never_overlap(
    seen: list[tuple[Named, tuple[date, date]]], modules: bool, span: tuple[date, date]
) -> None:
    calendar = Calendar(seen)
    for year in {name.year for name, _ in seen}:
        periods = calendar.year(year, modules=modules)
        assert all(period.start < period.end for period in periods)
        assert all(before.end < after.start for before, after in pairwise(periods))
        assert [place(period.name) for period in periods] == sorted(
            place(period.name) for period in periods
        )
    found = calendar.overlapping(span, modules=modules)
    assert all(isinstance(period, Dated) for period in found)
    assert all(period.start <= span[1] and period.end >= span[0] for period in found)


@given(_DAYS)
def test_every_day_is_in_one_academic_year(day: date) -> None:
    first = int(academic_year(day)[:4])
    assert date(first, 8, 1) <= day < date(first + 1, 8, 1)
