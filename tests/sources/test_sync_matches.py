"""A sync with ``match = true`` matches what it brought, once, and says how many were made and gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.cli import deriving
from app.graph import generations
from app.graph.generations import Generation
from app.graph.matches import SOURCE
from app.graph.writer import Writer
from app.settings import Settings
from app.sources.changes import Counts
from app.sources.report import LANGUAGES, page
from app.sources.sync import Matched, Synced
from tests.conftest import polku
from tests.graph.bundles import IRIS
from tests.graph.identified import Silent, decide, entities
from tests.loaders.loading import GOLDEN
from tests.sources.servers.base import serving
from tests.sources.servers.repository import Repository, Work
from tests.sources.test_sync import Folder

TITLES = ("How berries ripen beside forest paths", "Moss under snow and the light it keeps")
DAY = "2026-05-04T00:00:00Z"


@pytest.fixture
def repository() -> Repository:
    """A repository with three theses, two of which Crossref has as well."""
    others = Work(3, DAY, "Unlike anything that other sources hold")
    return Repository([*(Work(n, DAY, title) for n, title in enumerate(TITLES, 1)), others])


@pytest.fixture
def folder(tmp_path: Path, repository: Repository) -> Iterator[Folder]:
    with serving(repository.answer) as server:
        made = Folder(
            tmp_path,
            "match = true\n"
            f'[source.repository]\nloader = "oai-pmh"\nurls = ["{server.url}/oai"]\n'
            '[source.crossref]\npaths = ["articles.json"]\n',
        )
        articles = [
            {"DOI": f"10.9998/{n}", "type": "dissertation", "title": [f"{title} {n}"],
             "author": [{"given": "Aino", "family": "Esimerkki"}],
             "issued": {"date-parts": [[2026, 4, 30]]}}
            for n, title in enumerate(TITLES, 1)
        ]  # fmt: skip
        (tmp_path / "articles.json").write_text(json.dumps(articles), encoding="utf-8")
        yield made


def current(folder: Folder) -> Generation:
    found = generations.current(folder.data)
    assert found is not None
    return found


def matched(folder: Folder) -> Matched:
    """What becomes of matching after a sync, as the command does it."""
    found, generation = deriving.matched(Settings(data=folder.data), Silent(), current(folder))
    assert generation == current(folder)
    return found


def test_matches_are_made_once_and_go_with_what_they_speak_of(
    folder: Folder, repository: Repository
) -> None:
    folder.sync()
    assert matched(folder) == Matched("matched", Counts(added=2))
    assert len(set(entities(folder.data).values())) == 3
    before = current(folder)
    folder.sync()
    assert matched(folder) == Matched("unchanged", Counts(unchanged=2))
    assert current(folder) == before
    repository.now = "2026-05-06T10:00:00Z"
    repository.works[0] = Work(1, "2026-05-06T01:00:00Z", deleted=True)
    folder.sync()
    assert matched(folder) == Matched("matched", Counts(removed=1, unchanged=1))
    assert len(set(entities(folder.data).values())) == 3


def test_a_sync_killed_before_it_remembered_finds_the_same_and_publishes_nothing(
    folder: Folder,
) -> None:
    folder.sync()
    matched(folder)
    before = current(folder)
    (folder.data / "sources" / "matched").unlink()
    assert matched(folder) == Matched("unchanged", Counts(unchanged=2))
    assert current(folder) == before


def test_matches_that_a_rollback_took_away_are_made_again(folder: Folder) -> None:
    folder.sync()
    loaded = current(folder)
    matched(folder)
    generations.rollback(folder.data, loaded.id)
    assert matched(folder) == Matched("matched", Counts(added=2))


def test_neither_tags_nor_decisions_are_a_reason_to_match_again(folder: Folder) -> None:
    with folder.file.open("a", encoding="utf-8") as stream:
        stream.write(f"[source.esco]\npaths = [{json.dumps(str(GOLDEN / 'esco'))}]\n")
    folder.sync()
    matched(folder)
    failure, after = deriving.tagged(Settings(data=folder.data), Silent(), current(folder))
    assert not failure and {SOURCE, "tags"} < after.bundles.keys()
    one, other = IRIS.research("doi", "10.9998/1"), IRIS.research("doi", "10.9998/2")
    Writer(folder.data).edit([decide(one, other, "reject")])
    before = current(folder)
    assert before.edits == 1
    assert matched(folder) == Matched("unchanged", Counts(unchanged=2))
    assert deriving.tagged(Settings(data=folder.data), Silent(), before) == ("", before)


def test_what_another_version_matched_is_matched_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.sync()
    matched(folder)
    for module in ("thresholds", "run", "match"):
        monkeypatch.setattr(f"app.identity.{module}.VERSION", "next")
    assert matched(folder).state == "matched"
    assert current(folder).loads[-1].release == "next"


def test_the_command_says_what_was_matched_and_its_report_too(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_FETCH_PRIVATE", "true")
    asked = ["sync", "--file", str(folder.file), "--data", str(folder.data)]
    run = polku(*asked, "--report", str(tmp_path / "report"))
    assert run.returncode == 0, run.stderr
    assert "Matches: 2 made, 0 changed, 0 gone, 0 as they were." in run.stderr
    assert run.stdout.split() == [current(folder).id]
    told = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert told["generation"] == current(folder).id
    counts = {"added": 2, "changed": 0, "removed": 0, "unchanged": 0}
    assert told["matches"] == {"state": "matched", **counts, "message": ""}
    run = polku(*asked, "--report", str(tmp_path / "report"))
    assert (run.returncode, run.stdout) == (0, "")
    assert "Matches: 2, as they were." in run.stderr
    told = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert told["matches"]["state"] == "unchanged" and told["generation"] is None
    remembered = folder.data / "sources" / "matched"
    remembered.unlink()
    remembered.mkdir()
    run = polku(*asked)
    assert run.returncode == 1, "a step that fails fails the sync"
    (failure,) = [line for line in run.stderr.splitlines() if line.startswith("Matching failed: ")]
    assert str(remembered.parent) in failure


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_of_matches_in_every_language(language: str) -> None:
    def said(found: Matched | None) -> ElementTree.Element:
        text = page(Synced((), None, found), language, began=DAY, dry_run=False)
        start = text.index("<body>")
        return ElementTree.fromstring(text[start : text.index("</html>")])  # noqa: S314 - ours

    counted = said(Matched("matched", Counts(7, 0, 5, 3)))
    cells = [cell.text for table in counted.iter("table") for cell in table.iter("td")]
    assert cells[1:] == ["7", "0", "5", "3"]
    failed = said(Matched("failed", message="<b>"))
    assert [one.text for one in failed.iter("pre")] == ["<b>"]
    assert len(list(said(None).iter("table"))) == 1
