"""The newest works on a route's skills."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.graph.embedded import EmbeddedGraph
from app.paths import publishers, works
from app.paths.publishers import Publishers
from app.paths.works import NewestWorks, newest
from tests.paths.catalogue import AALTO, ADA, EVE, HOME, LAB, THESIS, WORK, skill

DAYS = ("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04")


def on(found: NewestWorks, *names: str, theses: bool = True) -> list[object]:
    return [one["work"] for one in found.on([skill(name) for name in names], 5, theses=theses)]


@pytest.mark.parametrize("held", [0, 1, 2, 3000])
def test_works_come_newest_first_however_many_are_held(
    network: EmbeddedGraph, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(works, "NEWEST", max(held, 1))
    found = NewestWorks(network, {})
    assert on(found, "python", "statistics") == [THESIS, WORK]
    assert on(found, "python", theses=False) == [WORK]
    assert on(found, "statistics") == []


def test_what_was_read_is_kept_and_read_again(network: EmbeddedGraph, folder: Path) -> None:
    first = NewestWorks(network, {}, folder)
    assert (folder / works.FILE).exists()
    again = NewestWorks(network, {}, folder)
    assert (again.days, again.of, again.theses) == (first.days, first.of, first.theses)


def test_an_author_from_outside_is_not_taken_for_one_of_the_network(
    network: EmbeddedGraph, folder: Path
) -> None:
    read = Publishers(network, HOME, [THESIS], folder)
    assert EVE not in read.people
    for found in (read, Publishers(network, HOME, [THESIS], folder)):
        makers = [one.iri for one in found.on([skill("python")], 5, theses=False)]
        assert makers == [ADA, *sorted((AALTO, LAB))][: len(makers)]
        assert len(makers) == 3
    assert read.on([skill("statistics")], 5, theses=True) == []
    assert Publishers(network, {}, []).on([skill("python")], 5, theses=True) == []


def test_only_the_newest_works_of_the_network_are_held(
    network: EmbeddedGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishers, "NEWEST", 1)
    held = Publishers(network, HOME, [THESIS])
    assert set(held.days) == {THESIS}
    assert held.on([skill("python")], 5, theses=False) == []


def test_none_are_shown_where_none_are_asked_for(network: EmbeddedGraph) -> None:
    assert NewestWorks(network, {}).on([skill("python")], 0, theses=True) == []


@given(
    st.lists(st.dictionaries(st.text("abcdef", max_size=2), st.sampled_from(DAYS)), max_size=4),
    st.integers(1, 6),
)
def test_the_newest_of_each_skill_are_enough_for_the_newest_of_all(
    of: list[dict[str, str]], most: int
) -> None:
    def shown(lists: list[dict[str, str]]) -> list[tuple[str, str]]:
        every = {work: day for days in lists for work, day in days.items()}
        return sorted(every.items(), key=lambda one: (one[1], one[0]), reverse=True)[:most]

    days = {work: day for one in of for work, day in one.items()}
    same = [{work: days[work] for work in one} for one in of]  # a work has one day
    assert shown([newest(one, most) for one in same]) == shown(same)
