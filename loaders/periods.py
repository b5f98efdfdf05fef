"""Teaching periods: what prose says of them, and when they are by what realisations show.

Aalto divides its academic year (August to July) into periods I to V and a summer; its Mikkeli
campus counts modules of three weeks instead. Catalogue texts name them in three languages
("2025-2026 Autumn I - II", "2024-2025 Kevät IV", "Höst II", "2025-2026 Module 7", "No teaching")
and give no dates; realisations have dates and name no period. Courses that name as many periods
of a year as they have realisations in it tell when each was: by mode and quantile, so that
single oddities do not count.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

ORDER: Final = ("I", "II", "III", "IV", "V", "summer")
"""The periods of a year, one after the other."""

MODULES: Final = tuple(f"module-{number}" for number in range(1, 17))
"""The modules of a year, one after the other, beside the periods."""

_LONGEST: Final = 20_000
_FEWEST: Final = 3
"""Realisations that are needed to tell when a period was."""

_LATE: Final = 0.9
"""Quantile of the realisations' ends that ends a period: later ones run over."""

_MOST_YEARS: Final = 12
"""Academic years that one offering may run through and be placed in."""

_SHARE: Final = 0.4
"""Share of a period, or of an offering, that is a substantial overlap."""


class Named(NamedTuple):
    """A period as a text names it: academic year as ``2025-2026``, code as in ``ORDER``."""

    year: str
    code: str


@dataclass(frozen=True)
class Dated:
    """A period with its dates, both inclusive.

    Attributes:
        witnesses: realisations that showed the dates; 0 if they are another year's weeks.
    """

    name: Named
    start: date
    end: date
    witnesses: int


_YEAR: Final = re.compile(
    r"(?<!\d)(?P<first>20\d\d)\s{0,3}[-–/ ]\s{0,3}(?P<second>20\d\d|\d\d)(?!\d)"
)
_STATED: Final = re.compile(
    r"[\s,:;/|.]*+(?:"
    r"(?P<none>(?i:no teaching|not taught|ei opetusta|ei järjestetä|ingen undervisning|"
    r"ges inte|ej undervisning))"
    r"|(?P<summer>(?i:summer|kesä|sommar(?:en)?)\b)"
    r"|(?P<season>(?i:autumn|fall|syksy|höst(?:en)?|spring|kevät|vår(?:en)?)\b)"
    r"|(?P<module>(?i:modules?|moduuli|modul)\s*(?P<number>1[0-6]|[1-9])\b)"
    r"|(?P<roman>III|II|IV|I|V)(?![A-Za-zÅÄÖåäö0-9])"
    r"|(?P<to>[-–—]|(?i:to|till)\b)"
    r"|(?P<list>&|(?i:and|ja|och|sekä|samt|or|tai|eller)\b)"
    r")"
)
_SPRING: Final = ("spring", "kevät", "vår")


def named(text: str) -> tuple[Named, ...]:
    """Periods that a plain text names, each once, in order; without a year it names none.

    >>> [period.code for period in named("2025-2026 Autumn I - II, Spring IV, Max 20 students")]
    ['I', 'II', 'IV']
    >>> named("2024-2025 Ei opetusta 2025-2026 Kesä")
    (Named(year='2025-2026', code='summer'),)
    """
    text = text[:_LONGEST]
    found: set[Named] = set()
    years = [match for match in _YEAR.finditer(text) if _follows(match["first"], match["second"])]
    for number, match in enumerate(years):
        end = years[number + 1].start() if number + 1 < len(years) else len(text)
        year = f"{match['first']}-{int(match['first']) + 1}"
        found.update(Named(year, code) for code in _codes(text, match.end(), end))
    return tuple(sorted(found, key=place))


def place(name: Named) -> tuple[str, int]:
    """Sorts periods in time: by year, then within it; modules after periods."""
    return name.year, (ORDER + MODULES).index(name.code)


def _follows(first: str, second: str) -> bool:
    return (int(first) + 1) % 100 == int(second[-2:])


def _codes(text: str, at: int, end: int) -> Iterator[str]:
    """Codes stated from ``at``, up to the first word that is none of a period's."""
    last, ranged, season = "", False, ""
    while (match := _STATED.match(text, at, end)) is not None and match.end() > at:
        at = match.end()
        code = ""
        if match["none"]:
            last, season = "", ""
        elif match["summer"]:
            yield from _whole(season)
            code, season = "summer", ""
        elif match["season"]:
            yield from _whole(season)
            season = match["season"].lower()
        elif match["module"]:
            code = f"module-{match['number']}"
        elif match["roman"]:
            code, season = match["roman"], ""
        elif match["to"]:
            ranged = bool(last)
        else:
            ranged = False
        if code:
            yield from _range(last, code) if ranged else (code,)
            last, ranged = code, False
    yield from _whole(season)


def _whole(season: str) -> tuple[str, ...]:
    """The periods of a season that is named without any: "Autumn" alone."""
    if not season:
        return ()
    return ORDER[2:5] if season.startswith(_SPRING) else ORDER[:2]


def _range(first: str, last: str) -> tuple[str, ...]:
    for order in (ORDER, MODULES):
        if first in order and last in order and order.index(first) <= order.index(last):
            return order[order.index(first) : order.index(last) + 1]
    return (first, last)


def academic_year(day: date) -> str:
    """The academic year of a day; it begins on 1 August.

    >>> academic_year(date(2026, 7, 31)), academic_year(date(2026, 8, 1))
    ('2025-2026', '2026-2027')
    """
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}-{first + 1}"


Span = tuple[date, date]
"""First and last day."""


def witnesses(stated: Sequence[Named], spans: Iterable[Span]) -> Iterator[tuple[Named, Span]]:
    """Which realisation was in which period, where one course makes it plain.

    It does where a course names as many periods of a year as its realisations in that year have
    starts of their own.
    """
    by_year: dict[str, dict[date, date]] = {}
    for start, end in spans:
        in_year = by_year.setdefault(academic_year(start), {})
        in_year[start] = max(end, in_year.get(start, end))
    for year, in_year in sorted(by_year.items()):
        names = [name for name in stated if name.year == year]
        if len(names) == len(in_year) and len({name.code in MODULES for name in names}) == 1:
            yield from zip(names, sorted(in_year.items()), strict=True)


class Calendar:
    """When the periods were, told by witnesses; one that none shows takes another year's weeks."""

    def __init__(self, seen: Iterable[tuple[Named, Span]]) -> None:
        spans: dict[Named, list[Span]] = {}
        for name, span in seen:
            spans.setdefault(name, []).append(span)
        self._seen = {
            name: dated
            for name, several in spans.items()
            if (dated := _dated(name, several)) is not None
        }
        self._years: dict[tuple[str, bool], tuple[Dated, ...]] = {}

    def find(self, name: Named) -> Dated | None:
        """The period with its dates; None if no year shows when it is."""
        for period in self.year(name.year, modules=name.code in MODULES):
            if period.name == name:
                return period
        return None

    def year(self, year: str, *, modules: bool = False) -> tuple[Dated, ...]:
        """The year's periods (or modules) in order; none overlaps another."""
        key = year, modules
        if key not in self._years:
            order = MODULES if modules else ORDER
            rough = (self._rough(Named(year, code)) for code in order)
            self._years[key] = _apart(
                [period for period in rough if period is not None],
                self._rough(Named(_next(year), order[0])),
            )
        return self._years[key]

    def overlapping(self, span: Span, *, modules: bool = False) -> tuple[Dated, ...]:
        """Periods that an offering overlaps substantially; else the one it overlaps most."""
        start, end = span
        # A summer reaches into the August that begins the next academic year.
        first = int(academic_year(start - timedelta(days=45))[:4])
        years = (f"{y}-{y + 1}" for y in range(first, int(academic_year(end)[:4]) + 1))
        shared = {
            period: days
            for year in itertools.islice(years, _MOST_YEARS)
            for period in self.year(year, modules=modules)
            if (days := (min(end, period.end) - max(start, period.start)).days + 1) > 0
        }
        length = (end - start).days + 1
        enough = [
            period
            for period, days in shared.items()
            if days >= _SHARE * ((period.end - period.start).days + 1) or days >= _SHARE * length
        ]
        return tuple(enough or sorted(shared, key=lambda p: (-shared[p], p.start))[:1])

    def _rough(self, name: Named) -> Dated | None:
        """The period as seen, or the same weeks of the nearest year in which it was seen."""
        if name in self._seen:
            return self._seen[name]
        first = int(name.year[:4])
        others = (seen for other, seen in self._seen.items() if other.code == name.code)
        nearest = min(
            others,
            key=lambda seen: (abs(int(seen.name.year[:4]) - first), seen.name.year),
            default=None,
        )
        if nearest is None:
            return None
        by = first - int(nearest.name.year[:4])
        return Dated(name, _weeks_on(nearest.start, by), _weeks_on(nearest.end, by), 0)


def _next(year: str) -> str:
    first = int(year[:4]) + 1
    return f"{first}-{first + 1}"


def _dated(name: Named, spans: Sequence[Span]) -> Dated | None:
    """From the Monday on which most begin to the Sunday by which nine of ten have ended."""
    if len(spans) < (_FEWEST if name.code in ORDER else 1):
        return None
    start = _usual_week(first for first, _ in spans)
    ends = sorted(last for _, last in spans if last > start)
    if not ends:
        return None
    last = ends[int(_LATE * (len(ends) - 1))]
    return Dated(name, start, last + timedelta(days=6 - last.weekday()), len(spans))


def _apart(rough: Sequence[Dated], following: Dated | None) -> tuple[Dated, ...]:
    """Periods in order, without overlaps; those out of order are left out.

    Where two overlap, the one that more realisations show sets the border; the last ends before
    the next year's first, ``following``, begins.
    """
    periods = list(rough)
    if periods and following is not None and periods[-1].end >= following.start:
        periods[-1] = replace(periods[-1], end=following.start - timedelta(days=1))
    apart: list[Dated] = []
    for period in periods:
        if apart and apart[-1].end >= period.start:
            before = apart[-1]
            if before.start >= period.start:
                continue
            if before.witnesses < period.witnesses:
                apart[-1] = replace(before, end=period.start - timedelta(days=1))
            else:
                period = replace(period, start=before.end + timedelta(days=1))
        if period.start < period.end:
            apart.append(period)
    return tuple(apart)


def _usual_week(days: Iterable[date]) -> date:
    """The Monday of the week in which most of the days are; of equals the first."""
    weeks = Counter(day - timedelta(days=day.weekday()) for day in days)
    return min(weeks, key=lambda monday: (-weeks[monday], monday))


def _weeks_on(day: date, years: int) -> date:
    """The same weekday of the same ISO week, some years later or earlier."""
    year, week, weekday = day.isocalendar()
    try:
        return date.fromisocalendar(year + years, week, weekday)
    except ValueError:
        # A week 53 that the other year does not have.
        return date.fromisocalendar(year + years, 52, weekday)
