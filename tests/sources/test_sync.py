"""``polku.toml`` says what there is; a sync loads what changed, and says what changed."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.errors import BadParameter, Busy, GraphError
from app.graph import files, generations, open_graph
from app.graph.generations import Generation
from app.graph.publish import publish
from app.settings import Settings
from app.sources import derived, signature
from app.sources.changes import Counts
from app.sources.description import Source, read
from app.sources.report import LANGUAGES, STATE_WORDS, WORDS, page
from app.sources.sync import Outcome, Synced
from app.sources.sync import sync as bring_up_to_date
from loaders.bundle import Bundle
from ontology import terms
from tests.conftest import polku
from tests.graph.identified import Silent
from tests.loaders.loading import GOLDEN, bytes_below
from tests.sources.servers.base import serving
from tests.sources.servers.repository import Repository, Work, works

SEED = int(os.environ.get("POLKU_KILL_SEED", "20260504"))
TWO = """
[source.crossref]
paths = ["crossref.json"]
schedule = "nightly"

[source.our-articles]
loader = "crossref"
paths = ["articles.json"]
"""


class Folder:
    """A folder with a polku.toml, its files and its graph."""

    def __init__(self, place: Path, description: str) -> None:
        self.place, self.data = place, place / "data"
        self.file = place / "polku.toml"
        self.file.write_text(description, encoding="utf-8")
        shutil.copy(GOLDEN / "crossref.json", place)
        articles = [
            {"DOI": f"10.9998/{n}", "type": "book", "title": [f"Path {n}"],
             "issued": {"date-parts": [[2026, 1, n]]}}
            for n in (1, 2, 3)
        ]  # fmt: skip
        (place / "articles.json").write_text(json.dumps(articles), encoding="utf-8")
        self.published: list[list[str]] = []
        self.refused: set[str] = set()

    def publish(self, bundles: Sequence[Bundle]) -> Generation:
        self.published.append([bundle.source for bundle in bundles])
        if refused := self.refused & set(self.published[-1]):
            raise GraphError(f"{refused} cannot be published.")
        return publish(self.data, {bundle.source: bundle for bundle in bundles}, checked=False)

    def sync(self, *only: str, dry_run: bool = False) -> dict[str, Outcome]:
        self.synced = bring_up_to_date(
            read(self.file),
            self.place,
            Settings(data=self.data, fetch_private=True, fetch_pause_seconds=0.01),
            self.publish,
            Silent(),
            only=only,
            dry_run=dry_run,
        )
        return {one.name: one for one in self.synced.outcomes}


def states(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: one.state for name, one in outcomes.items()}


def test_all_is_loaded_once_and_published_together(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    first = folder.sync()
    assert set(states(first).values()) == {"loaded"}
    assert first["crossref"].changes.kinds["ResearchOutput"].added > 0
    assert folder.published == [["crossref", "our-articles"]]
    again = folder.sync()
    assert set(states(again).values()) == {"unchanged"}
    assert again["crossref"].changes.all.unchanged == first["crossref"].changes.all.added
    assert len(folder.published) == 1


def test_a_sync_into_another_folder_writes_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        folder = Folder(tmp_path / name, TWO)
        folder.sync()
        written.append(bytes_below(folder.data / "bundles"))
        folder.sync()
        written.append(bytes_below(folder.data / "bundles"))
    first, *others = written
    assert len(first) >= 6
    assert others == [first, first, first]


def test_only_what_changed_is_loaded_and_counted(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    folder.sync()
    file = tmp_path / "crossref.json"
    text = file.read_text(encoding="utf-8")
    record = json.loads(text)
    items = record["message"]["items"]
    works_before = folder.sync()["crossref"].changes.kinds["ResearchOutput"].unchanged
    title = next(item for item in items if item.get("title"))["title"]
    title[0] += " again"
    file.write_text(json.dumps(record), encoding="utf-8")
    outcomes = folder.sync()
    assert states(outcomes) == {"crossref": "loaded", "our-articles": "unchanged"}
    found = outcomes["crossref"].changes.kinds["ResearchOutput"]
    assert found == Counts(changed=1, unchanged=works_before - 1)
    assert folder.published[1:] == [["crossref"]]


def test_a_file_that_says_the_same_in_other_bytes_publishes_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    folder.sync()
    file = tmp_path / "crossref.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")), indent=3), "utf-8")
    assert states(folder.sync())["crossref"] == "unchanged"
    assert len(folder.published) == 1
    assert len(list((folder.data / "bundles" / "crossref").iterdir())) == 1


def test_a_licence_that_is_stated_later_is_published_with_the_same_things(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    folder.sync()
    open_licence = "https://creativecommons.org/licenses/by/4.0/"
    text = folder.file.read_text(encoding="utf-8")
    head = "[source.our-articles]\n"
    assert head in text
    folder.file.write_text(
        text.replace(head, f'{head}licence = "{open_licence}"\n'), encoding="utf-8"
    )
    again = folder.sync()
    assert states(again) == {"crossref": "unchanged", "our-articles": "loaded"}
    assert not again["our-articles"].changes.any
    with open_graph(folder.data) as graph:
        assert graph.ask(
            f"ASK {{ <https://w3id.org/polku/graph/our-articles> <{terms.dcterms.license}> "
            f"<{open_licence}> }}"
        )


def test_a_file_changed_within_its_stamp_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"1")
    (before,), known = signature.hashed([file], {})
    stamp = file.stat()
    file.write_bytes(b"2")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert not known
    assert signature.hashed([file], known)[0] != [before]


def test_one_source_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    (tmp_path / "crossref.json").write_text("<html>", encoding="utf-8")
    outcomes = folder.sync()
    assert states(outcomes) == {"crossref": "failed", "our-articles": "loaded"}
    assert "crossref" in outcomes["crossref"].message
    assert states(folder.sync())["crossref"] == "failed"


def test_one_that_cannot_be_published_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    folder.refused = {"crossref"}
    outcomes = folder.sync()
    assert states(outcomes) == {"crossref": "failed", "our-articles": "loaded"}
    assert not outcomes["crossref"].changes.any
    current = generations.current(folder.data)
    assert current is not None and set(current.bundles) == {"our-articles"}
    folder.refused = set()
    assert states(folder.sync()) == {"crossref": "loaded", "our-articles": "unchanged"}


def test_a_dry_run_tells_and_changes_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    assert set(states(folder.sync(dry_run=True)).values()) == {"loaded"}
    assert not folder.published
    assert not (folder.data / "bundles").exists()
    assert set(states(folder.sync()).values()) == {"loaded"}


def test_sources_are_chosen_by_name_and_disabled_in_the_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO + "enabled = false\n")
    assert states(folder.sync("crossref")) == {"crossref": "loaded"}
    assert states(folder.sync())["our-articles"] == "skipped"
    with pytest.raises(BadParameter, match="Known: crossref, our-articles"):
        folder.sync("articles")


def test_what_a_rollback_took_away_is_brought_back(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    folder.sync("crossref")
    first = generations.current(folder.data)
    assert first is not None
    folder.sync()
    generations.rollback(folder.data, first.id)
    assert states(folder.sync()) == {"crossref": "unchanged", "our-articles": "loaded"}


def test_a_repository_is_asked_for_changes_and_told_by_kind(tmp_path: Path) -> None:
    repository = Repository(works(5))
    with serving(repository.answer) as server:
        folder = Folder(
            tmp_path, f'[source.repository]\nloader = "oai-pmh"\nurls = ["{server.url}/oai"]\n'
        )
        folder.sync()
        assert states(folder.sync()) == {"repository": "unchanged"}
        repository.now = "2026-05-06T10:00:00Z"
        repository.works[1] = Work(2, "2026-05-06T01:00:00Z", deleted=True)
        repository.works[2] = Work(3, "2026-05-06T01:00:00Z", title="Ways through meadows")
        repository.works.append(Work(6, "2026-05-06T01:00:00Z"))
        outcome = folder.sync()["repository"]
    assert outcome.state == "loaded"
    assert outcome.changes.kinds["ResearchOutput"] == Counts(1, 1, 1, 3)


def test_two_syncs_at_once_are_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    (folder.data / "sources").mkdir(parents=True)
    lock = folder.data / "sources" / "sync.lock"
    with files.locked(lock, wait_seconds=0, detail=""), pytest.raises(Busy, match="polku sync"):
        folder.sync()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "name at least one source|source: Field required"),
        ("[source]", "name at least one source"),
        ("source = 1", "source"),
        ("[source.crossref", "no TOML"),
        ('[source.crossref]\npathz = ["a"]', "Did you mean paths?"),
        ('tags = true\n[source.crossref]\npaths = ["a"]', "tags: there is no such key"),
        ('[source.crossref]\npaths = "a"', "source.crossref.paths: .*list"),
        ("[source.crossref]", "name its paths or its urls"),
        ('[source.crosref]\npaths = ["a"]', "Did you mean crossref?"),
        ('[source.crossref]\npaths = ["https://example.org/"]', "goes into urls"),
        ('[source.crossref]\nurls = ["a.json"]', "goes into paths"),
        ('[source.crossref]\npaths = ["a"]\nmapping = "m.yaml"', "only tables"),
        ('[source.crossref]\npaths = ["a"]\nreplacements = "r.csv"', "only esco"),
        ('[source.kouta]\npaths = ["a"]\nuniversity = "oulu"', "says itself whose"),
        ('[source.crossref]\npaths = ["a"]\nlicence = "CC BY"', "no IRI of a licence"),
        ('[source.crossref]\npaths = ["a"]\nmax_rejects = -1', "source.crossref.max_rejects"),
        ('[source.crossref]\npaths = ["a"]\nenabled = "perhaps"', "source.crossref.enabled"),
    ],
)
def test_a_wrong_description_names_file_key_and_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "polku.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadParameter, match=said) as told:
        read(file)
    assert told.value.param == str(file)


def test_a_description_of_any_bytes_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "polku.toml"
    for content in (b"\xff", b"a = " + b"[" * 5000, b"#" * 2_000_000):
        file.write_bytes(content)
        with pytest.raises(BadParameter):
            read(file)
    with pytest.raises(BadParameter, match="no such file"):
        read(tmp_path / "none.toml")


def test_a_name_that_cannot_be_a_graph_fails_its_source_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO + '\n[source.tags]\nloader = "crossref"\npaths = ["a"]\n')
    assert states(folder.sync())["tags"] == "failed"


def test_the_page_is_well_formed_in_every_language_and_hides_no_markup(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    folder.sync()
    bad = Outcome("x", "crossref", "failed", "<b>", message="<script>&")
    synced = Synced((*folder.synced.outcomes, bad), folder.synced.generation)
    for language in LANGUAGES:
        text = page(synced, language, began="2026-05-04T00:00:00Z", dry_run=False)
        assert "<script>" not in text
        start = text.index("<body>")
        body = ElementTree.fromstring(text[start : text.index("</html>")])  # noqa: S314 - ours
        levels = [int(one.tag[1]) for one in body.iter() if one.tag in ("h1", "h2", "h3")]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        assert all(table.find("caption") is not None for table in body.iter("table"))
        assert all("scope" in cell.attrib for cell in body.iter("th"))
        assert f"<html lang='{language}'>" in text
        for words in (*WORDS.values(), *STATE_WORDS.values()):
            assert set(words) == set(LANGUAGES)


def test_what_was_derived_is_remembered_by_content_and_version(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    folder.sync("crossref")
    current = generations.current(folder.data)
    assert current is not None and not derived.is_done(folder.data, "tagged", current)
    derived.remember(folder.data, "tagged", current)
    derived.remember(folder.data, "matched", current, "1")
    assert derived.is_done(folder.data, "tagged", current)
    assert derived.is_done(folder.data, "matched", current, "1")
    assert not derived.is_done(folder.data, "matched", current, "2")
    folder.sync()
    after = generations.current(folder.data)
    assert after is not None and not derived.is_done(folder.data, "tagged", after)
    assert derived.differs_in("our-articles", current, after)
    assert not derived.differs_in("crossref", current, after)


def test_the_command_reports_and_its_exit_code_tells_of_failures(tmp_path: Path) -> None:
    folder = Folder(tmp_path, TWO)
    asked = ["sync", "--file", str(folder.file), "--data", str(folder.data)]
    (tmp_path / "articles.json").unlink()
    run = polku(*asked, "--report", str(tmp_path / "report"))
    assert run.returncode == 1, run.stderr
    assert "articles.json: there is no such file" in run.stderr
    current = generations.current(folder.data)
    assert current is not None and run.stdout.strip() == current.id
    told = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert told["generation"] == current.id
    assert [one["state"] for one in told["sources"]] == ["loaded", "failed"]
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "report.json",
        *(f"report.{language}.html" for language in LANGUAGES),
    }


def test_a_missing_description_is_a_wrong_call(tmp_path: Path) -> None:
    run = polku("sync", "--file", str(tmp_path / "none.toml"))
    assert run.returncode == 2
    assert "docs/sync.md" in run.stderr


def test_the_description_of_the_manual_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sync.md").read_text(encoding="utf-8")
    file = tmp_path / "polku.toml"
    file.write_text(page.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    described = read(file)
    assert described.match and described.tag
    assert [name for name, one in described.source.items() if one.enabled] == [
        "esco",
        "our-courses",
        "repository",
    ]
    for name, field in Source.model_fields.items():
        assert f"`{field.alias or name}`" in page


@pytest.mark.kill
def test_a_sync_killed_at_any_moment_leaves_a_whole_graph_and_is_mended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_FETCH_PRIVATE", "true")
    chance = random.Random(SEED)
    repository = Repository(works(8), slow=0.01)
    with serving(repository.answer) as server:
        folder = Folder(
            tmp_path, f'{TWO}\n[source.repository]\nloader = "oai-pmh"\nurls = ["{server.url}/"]\n'
        )
        program = "from app.cli import main; main()"
        asked = ["sync", "--file", str(folder.file), "--data", str(folder.data)]
        before: Generation | None = None
        for number in range(5):
            repository.now = f"2026-05-{10 + number}T00:00:00Z"
            repository.works.append(Work(100 + number, f"2026-05-{10 + number}T00:00:00Z"))
            process = subprocess.Popen(
                [sys.executable, "-c", program, *asked],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            time.sleep(chance.uniform(0.3, 2.5))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            found = generations.current(folder.data)
            assert found is not None or before is None
            if found is not None:
                assert found.number >= (before.number if before else 0)
                for source, bundle in found.bundles.items():
                    assert (folder.data / "bundles" / source / bundle / "manifest.json").is_file()
                before = found
        outcomes = folder.sync()
    assert "failed" not in states(outcomes).values()
    assert outcomes["repository"].changes.kinds["ResearchOutput"].present == 13
    assert set(states(folder.sync("crossref", "our-articles")).values()) == {"unchanged"}
