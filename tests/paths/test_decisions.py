"""Decisions show in routes at once, on what was remembered before they came."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.graph import generations, index_folder, open_graph
from app.graph.embedded import EmbeddedGraph
from app.graph.writer import Writer
from app.paths import index
from app.paths.model import Facts, Status
from app.paths.remembered import FILE
from app.paths.service import Service
from app.paths.works import NewestWorks
from app.workers import JsonObject
from ontology import terms
from tests.paths import catalogue
from tests.paths.answers import codes, plan
from tests.paths.catalogue import THESIS, WORK, course, skill
from tests.paths.conftest import TODAY


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return catalogue.published(tmp_path_factory.mktemp("decided"))


@pytest.fixture
def data(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "data"))


def decided(data: Path, verdict: str, name: str, about: str) -> str:
    edit: JsonObject = {"kind": "decide", "about": about, "skill": skill(name)}
    generation, (outcome,) = Writer(data).edit([{**edit, "verdict": verdict, "role": "researcher"}])
    assert outcome.error is None
    return generation


class Watched:
    """A graph that notes what it is asked."""

    def __init__(self, graph: EmbeddedGraph) -> None:
        self._graph = graph
        self.generation, self.content = graph.generation, graph.content
        self.ask, self.solutions = graph.ask, graph.solutions
        self.asked: list[str] = []

    def select(self, query: str) -> Iterator[tuple[str | None, ...]]:
        self.asked.append(query)
        return self._graph.select(query)


def facts(data: Path) -> Facts:
    """The facts on the kept index, which are those that the graph itself has."""
    with open_graph(data) as graph:
        found = index.read(graph, index_folder(data, graph.generation))
        assert found == index.read(graph)
        return found


def develops(data: Path, of: str) -> dict[str, tuple[float, Status]]:
    return {
        one.skill: (one.confidence, one.status) for one in facts(data).courses[course(of)].develops
    }


def test_decisions_show_on_what_was_remembered_before(data: Path) -> None:
    assert develops(data, "CS-1") == {skill("python"): (0.9, Status.SUGGESTED)}
    decided(data, "accept", "python", course("CS-1"))
    assert develops(data, "CS-1") == {skill("python"): (1.0, Status.ACCEPTED)}
    decided(data, "missing", "sql", course("CS-1"))
    assert develops(data, "CS-1").keys() == {skill("python"), skill("sql")}
    decided(data, "reject", "python", course("CS-1"))
    assert develops(data, "CS-1").keys() == {skill("sql")}
    assert skill("sql") in develops(data, "CS-2")


@pytest.mark.parametrize("verdict", ["accept", "reject", "missing"])
def test_a_rollback_takes_decisions_back_that_the_index_was_read_with(
    data: Path, verdict: str
) -> None:
    loaded = generations.current_id(data)
    decided(data, verdict, "sql" if verdict == "missing" else "python", course("CS-1"))
    facts(data)
    generations.rollback(data, loaded)
    assert develops(data, "CS-1") == {skill("python"): (0.9, Status.SUGGESTED)}


def test_after_a_decision_nothing_is_scanned_again(data: Path) -> None:
    with open_graph(data) as graph:
        first = Watched(graph)
        Service(first, index_folder(data, graph.generation), today=lambda: TODAY)
    file = index_folder(data, generations.current_id(data)) / FILE
    stamp = file.stat().st_mtime_ns
    decided(data, "reject", "python", course("CS-1"))
    with open_graph(data) as graph:
        again = Watched(graph)
        Service(again, index_folder(data, graph.generation), today=lambda: TODAY)
    assert file.stat().st_mtime_ns == stamp
    assert len(first.asked) > 30
    scans = [one for one in again.asked if "$" in one or "VALUES" not in one]
    assert {one for one in scans if "decides" not in one} == set()


def test_a_route_follows_a_decision(data: Path) -> None:
    def route() -> list[str]:
        with open_graph(data) as graph:
            service = Service(graph, index_folder(data, graph.generation), today=lambda: TODAY)
            answer = plan(service, to={"skills": [{"skill": skill("museum-databases")}]})
        assert answer["generation"] == generations.current_id(data)
        return codes(answer)

    assert route() == ["CS-4"]
    decided(data, "reject", "museum-databases", course("CS-4"))
    assert route() == []
    decided(data, "accept", "museum-databases", course("CS-4"))
    assert route() == ["CS-4"]


def test_works_follow_decisions(data: Path) -> None:
    def on_python() -> list[object]:
        with open_graph(data) as graph:
            works = NewestWorks(graph, {}, index_folder(data, graph.generation))
            assert works.of == NewestWorks(graph, {}).of
            return [one["work"] for one in works.on([skill("python")], 5, theses=True)]

    assert on_python() == [THESIS, WORK]
    decided(data, "reject", "python", THESIS)
    assert on_python() == [WORK]
    decided(data, "accept", "python", THESIS)
    assert on_python() == [THESIS, WORK]


def test_an_update_is_read_anew(data: Path) -> None:
    facts(data)
    title = f"<{course('CS-1')}> <{terms.code}> 'A-1' "
    update = f"INSERT DATA {{ GRAPH <https://e.org/mine> {{ {title} }} }}"
    Writer(data).edit([{"kind": "update", "text": update}])
    assert facts(data).courses[course("CS-1")].code == "A-1"
