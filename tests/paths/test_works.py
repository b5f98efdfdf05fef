"""The newest works on a route's skills."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.graph.embedded import EmbeddedGraph
from app.paths import works
from app.paths.works import NewestWorks
from tests.paths.catalogue import THESIS, WORK, skill


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


def test_none_are_shown_where_none_are_asked_for(network: EmbeddedGraph) -> None:
    assert NewestWorks(network, {}).on([skill("python")], 0, theses=True) == []
