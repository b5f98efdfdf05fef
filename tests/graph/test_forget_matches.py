"""Who is forgotten is forgotten by every description that matches join, and leaves no match."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import polku
from app.graph import forgotten, generations, open_graph
from app.graph.backup import backup, restore
from app.graph.forget import forget
from app.graph.writer import Writer
from loaders.base import Run
from loaders.works.triples import Mapper
from loaders.works.work import Author, Work
from ontology import terms
from ontology.iris import BASE
from ontology.ntriples import Triple
from tests.graph.bundles import IRIS
from tests.graph.identified import ARXIV, DOI, decide, entities, found, load, load_matches, work

ORCID = "0000-0002-1825-0097"
JANE = IRIS.person("orcid", ORCID)
A1, A2, JOHN = (IRIS.person("openalex", name) for name in ("A1", "A2", "A3"))
JOINED, TITLE = "Janet Doerr", "A title that stays"
"""A name that only the description joined by a curator gives, and what her work is called."""


def by(name: str, scheme: str, identifier: str, work: str = "W7") -> list[Triple]:
    """A work with one author, as its source says it."""
    author = Author(name, scheme, identifier)
    made = Work("openalex", work, ((TITLE, "en"),), "2026-01-01", terms.Article, authors=(author,))
    return list(Mapper(Run(iris=IRIS)).triples(made))


def openalex(data: Path) -> None:
    """What has no ORCID iD of hers: only a curator says whose it is."""
    john = by("John Roe", "openalex", "A3", "W8")
    load(data, "openalex", [*by(JOINED, "openalex", "A1"), *john])


def naming(folder: Path, *words: str) -> list[str]:
    """Files in which one of the words stands, whatever they are."""
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    ]


def jane_is_forgotten(data: Path) -> None:
    forget(data, f"https://orcid.org/{ORCID}", base=BASE)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two descriptions of Jane, which a curator says are one; a third of another person."""
    folder = tmp_path / "data"
    load(folder, "crossref", by("Jane Doe", "orcid", ORCID, "W6"))
    openalex(folder)
    Writer(folder).edit([decide(A1, JANE, "accept")])
    return folder


def test_a_description_joined_by_a_curator_alone_keeps_no_name_in_any_file(data: Path) -> None:
    assert {name.split("/")[0] for name in naming(data, JOINED)} == {"bundles", "generations"}
    jane_is_forgotten(data)
    assert naming(data, JOINED, A1, JANE, ORCID) == []
    assert len(generations.all(data)) == 1, "earlier generations named her"
    with open_graph(data) as graph:
        works = f'SELECT ?w {{ ?w <{terms.dcterms.title}> "{TITLE}"@en }}'
        assert len(list(graph.select(works))) == 3, "the works stay"
        assert graph.ask(f'ASK {{ <{JOHN}> <{terms.schema.name}> "John Roe" }}')


def test_from_the_joined_description_she_is_found_as_well(data: Path) -> None:
    forget(data, A1, base=BASE)
    assert naming(data, JOINED, "Jane Doe", A1, JANE, ORCID) == []


def test_a_later_load_brings_neither_description_back(data: Path) -> None:
    jane_is_forgotten(data)
    openalex(data)
    load(data, "other", by(JOINED, "openalex", "A1", "W9"))
    assert naming(data, JOINED, A1) == []


def test_a_backup_made_before_is_restored_without_the_joined_description(
    data: Path, tmp_path: Path
) -> None:
    backup(data, tmp_path / "before.tar")
    jane_is_forgotten(data)
    restore(tmp_path / "before.tar", tmp_path / "restored", forgotten_list=data / forgotten.FILE)
    assert naming(tmp_path / "restored", JOINED, A1, JANE) == []
    with open_graph(tmp_path / "restored") as graph:
        assert graph.ask(f'ASK {{ <{JOHN}> <{terms.schema.name}> "John Roe" }}')


def test_a_curator_s_word_holds_of_a_description_that_is_gone_and_comes_back(data: Path) -> None:
    load(data, "openalex", by("John Roe", "openalex", "A3", "W8"))
    load(data, "other", by("John Roe", "openalex", "A3", "W9"))
    generations.discard(generations.sweep(data, 1))
    for one in generations.all(data):
        with open_graph(data, one.id) as graph:
            assert not graph.ask(f"ASK {{ <{A1}> a ?kind }}")
    jane_is_forgotten(data)
    openalex(data)
    assert naming(data, JOINED, A1) == []


def test_whom_a_curator_told_apart_since_is_left_alone(data: Path) -> None:
    Writer(data).edit([decide(A1, JANE, "reject")])
    jane_is_forgotten(data)
    with open_graph(data) as graph:
        assert graph.ask(f'ASK {{ <{A1}> <{terms.schema.name}> "{JOINED}" }}')
    assert naming(data, ORCID) == []


def test_a_dry_run_says_as_whom_the_graph_knows_her(data: Path) -> None:
    asked = ["person", "forget", f"https://orcid.org/{ORCID}", "--dry-run", "--data", str(data)]
    done = CliRunner().invoke(polku, asked)
    assert done.exit_code == 0, done.output
    assert f"Known here as <{A1}>" in done.output
    assert JOHN not in done.output
    assert naming(data, JOINED), "nothing was changed"


def test_no_match_is_left_with_one_end_and_each_thing_has_one_entity(tmp_path: Path) -> None:
    jane = by("Jane Doe", "orcid", ORCID, "W6")
    load(tmp_path, "crossref", [*jane, *work(ARXIV), *work(DOI)])
    others = [*by(JOINED, "openalex", "A1"), *by("J. Doe", "openalex", "A2", "W9")]
    load(tmp_path, "openalex", [*others, *by("John Roe", "openalex", "A3", "W8")])
    load_matches(tmp_path, [found(A1, JANE), found(ARXIV, DOI)])
    writer = Writer(tmp_path)
    writer.edit([decide(A2, JANE, "accept")])
    writer.edit([decide(JOHN, JANE, "reject")])
    before = entities(tmp_path)
    assert before["A1"] == before["A2"] == ORCID and before["A3"] == "A3"
    jane_is_forgotten(tmp_path)
    after = entities(tmp_path)
    gone = {one.rpartition("/")[2] for one in (JANE, A1, A2)}
    assert after == {thing: one for thing, one in before.items() if thing not in gone}
    query = (
        f"SELECT DISTINCT ?m {{ ?m a ?k FILTER(?k IN (<{terms.Match}>, <{terms.RejectedMatch}>)) }}"
    )
    with open_graph(tmp_path) as graph:
        assert {str(one) for (one,) in graph.select(query)} == {IRIS.match(ARXIV, DOI)}
        assert not graph.ask(f"ASK {{ ?d a <{terms.MatchDecision}> }}")
    (bundle,) = (tmp_path / "bundles" / "matches").glob("*/quads.nq")
    hers = {IRIS.match(one, JANE) for one in (A1, A2, JOHN)}
    said = bundle.read_text("utf-8")
    assert IRIS.match(ARXIV, DOI) in said
    assert not any(word in said for word in (ORCID, *hers))
