"""Who is forgotten is gone from every place that Polku keeps, and stays gone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import polku
from app.errors import BadParameter, GraphError, NotFound
from app.graph import forget as forgetting
from app.graph import forgotten, generations, open_graph
from app.graph.backup import backup, restore
from app.graph.forget import Report, finish, forget
from app.graph.publish import publish
from app.graph.writer import Writer
from loaders.base import Run
from loaders.bundle import Bundle, write_bundle
from loaders.registry import loader
from loaders.works.triples import Mapper
from loaders.works.work import Author, Work
from ontology import terms
from ontology.iris import BASE
from ontology.ntriples import Triple, iri, text
from tests.graph.bundles import IRIS, bundle_of

JANE = "0000-0002-1825-0097"
JOHN = "0000-0001-5109-3700"
WORK = IRIS.research("doi", "10.1000/a")
OTHER = IRIS.research("doi", "10.1000/b")
EDIT = (
    "INSERT DATA { GRAPH <https://e.org/mine> { <https://e.org/list> <https://e.org/has> "
    f"<{IRIS.person('orcid', JANE)}> ; <https://e.org/says> 1 }} }}"
)
SECRETS = (JANE, "Jane Doe", "Doe, J.", "J. Doe", "Jané")


def work(identifier: str, *authors: Author) -> list[Triple]:
    made = Work(
        "doi", identifier, (("A title", "en"),), "2026-01-01", terms.Article, authors=authors
    )
    return list(Mapper(Run(iris=IRIS)).triples(made))


def crossref(folder: Path) -> Bundle:
    jane, john = Author("Jane Doe", "orcid", JANE), Author("John Roe", "orcid", JOHN)
    short = Author("J. Doe", "orcid", JANE)
    return bundle_of(
        folder, "crossref", [*work("10.1000/a", jane, john), *work("10.1000/b", short)]
    )


def bibtex(folder: Path) -> Bundle:
    """The same work from a source that knows names alone."""
    return bundle_of(folder, "bibtex", work("10.1000/a", Author("Doe, J."), Author("Roe, John")))


def bundles(data: Path) -> dict[str, Bundle]:
    made = [make(data / "bundles" / name) for name, make in
            (("crossref", crossref), ("bibtex", bibtex))]  # fmt: skip
    return {one.source: one for one in made}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three generations that name Jane: two loads and an edit."""
    folder = tmp_path / "data"
    publish(folder, {"esco": bundle_of(folder / "bundles" / "esco", "esco", [
        (iri("https://e.org/a"), iri(terms.rdfs.label), text("a"))])})  # fmt: skip
    publish(folder, bundles(folder))
    Writer(folder).edit([{"kind": "update", "text": EDIT}])
    return folder


def gone(data: Path) -> Report:
    return forget(data, f"https://orcid.org/{JANE}", base=BASE, reason="asked for it")


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def names_jane(folder: Path) -> list[str]:
    """Files in which a word of hers stands, whatever they are."""
    return [
        path.relative_to(folder).as_posix()
        for path in files(folder)
        if any(word.encode() in path.read_bytes() for word in SECRETS)
    ]


def ask(data: Path, query: str, generation: str | None = None) -> bool:
    with open_graph(data, generation) as graph:
        return graph.ask(query)


def test_before_she_is_forgotten_she_is_in_many_files(data: Path) -> None:
    assert {name.split("/")[0] for name in names_jane(data)} >= {"bundles", "edits", "generations"}


def test_no_file_of_the_data_folder_names_her_afterwards(data: Path) -> None:
    report = gone(data)
    assert names_jane(data) == []
    assert report.works == 2
    assert report.bundles == 2
    assert report.edits == 1


def test_the_works_stay_with_their_other_authors(data: Path) -> None:
    gone(data)
    assert ask(data, f'ASK {{ <{WORK}> <{terms.dcterms.title}> "A title"@en }}')
    assert ask(data, f'ASK {{ <{WORK}> <{terms.dc.creator}> "John Roe", "Roe, John" }}')
    assert ask(data, f"ASK {{ <{WORK}> <{terms.dcterms.creator}> <{IRIS.person('orcid', JOHN)}> }}")
    assert ask(data, f"ASK {{ <{OTHER}> a <{terms.ResearchOutput}> }}")
    assert not ask(data, f"ASK {{ <{OTHER}> <{terms.dc.creator}> ?name }}")


def test_what_people_wrote_beside_her_name_stays(data: Path) -> None:
    gone(data)
    assert ask(data, "ASK { GRAPH <https://e.org/mine> { ?s <https://e.org/says> 1 } }")
    assert not ask(data, "ASK { ?s <https://e.org/has> ?o }")


def test_generations_that_named_her_are_taken_away_and_others_kept(data: Path) -> None:
    before = [one.id for one in generations.all(data)]
    report = gone(data)
    assert before[0] not in report.withdrawn
    assert set(report.withdrawn) == set(before[1:])
    for one in report.withdrawn:
        with pytest.raises(NotFound):
            generations.rollback(data, one)
    assert generations.rollback(data, before[0]).id == before[0]


def test_a_generation_that_a_reader_holds_is_taken_away_too(data: Path) -> None:
    held = generations.current_id(data)
    with open_graph(data) as graph:
        gone(data)
        assert not (generations.generations_folder(data) / held).exists()
        assert graph.ask("ASK { ?s ?p ?o }")


def test_loading_the_same_files_again_does_not_bring_her_back(data: Path) -> None:
    gone(data)
    current = generations.current_id(data)
    again = publish(data, bundles(data))
    assert names_jane(data) == []
    assert again.id == current, "nothing has changed but what is left out"


def test_a_later_load_with_a_new_work_of_hers_leaves_her_out(data: Path) -> None:
    gone(data)
    jane, john = Author("Doe, Jane", "orcid", JANE), Author("John Roe", "orcid", JOHN)
    publish(data, {"crossref": bundle_of(data / "bundles" / "crossref", "crossref",
                                         work("10.1000/new", jane, john))})  # fmt: skip
    assert names_jane(data) == []
    assert not any(b"Doe, Jane" in path.read_bytes() for path in files(data))
    assert ask(data, f'ASK {{ ?w <{terms.dc.creator}> "John Roe" }}')


def test_a_load_that_began_before_she_was_forgotten_shows_her_nowhere(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The forgetting comes between the load's reading and its publication."""
    from app.graph import publish as publishing

    checked = publishing._checked
    done: list[Report] = []

    def meanwhile(*arguments: object) -> object:
        if not done:
            done.append(gone(data))
        return checked(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "_checked", meanwhile)
    folder = data / "bundles" / "datacite"
    jane = Author("Jane Doe", "orcid", JANE)

    def load() -> None:
        publish(data, {"datacite": bundle_of(folder, "datacite", work("10.1000/c", jane))})

    with pytest.raises(GraphError, match="load it again"):
        load()
    assert done
    assert names_jane(data) == []
    load()
    assert names_jane(data) == []
    assert ask(data, f"ASK {{ <{IRIS.research('doi', '10.1000/c')}> ?p ?o }}")


def test_a_real_record_named_after_her_is_loaded_without_her(tmp_path: Path) -> None:
    data, golden = tmp_path / "data", Path(__file__).parents[1] / "loaders/golden/orcid"
    made = write_bundle(loader("orcid"), [golden], data / "bundles" / "orcid", iris=IRIS)
    publish(data, {"orcid": made}, checked=False)
    # The golden folder has a file of each of two people, named by their iDs.
    gone(data)
    assert not any(JANE.encode() in path.read_bytes() for path in files(data))
    assert ask(data, f"ASK {{ ?w <{terms.dcterms.creator}> <{IRIS.person('orcid', JOHN)}> }}")
    again = write_bundle(loader("orcid"), [golden], data / "bundles" / "orcid", iris=IRIS)
    publish(data, {"orcid": again}, checked=False)
    assert not any(JANE.encode() in path.read_bytes() for path in files(data))


def test_a_backup_made_before_is_restored_without_her(data: Path, tmp_path: Path) -> None:
    backup(data, tmp_path / "before.tar")
    gone(data)
    kept = tmp_path / "again"
    restore(tmp_path / "before.tar", kept, forgotten_list=data / forgotten.FILE)
    assert names_jane(kept) == []
    assert ask(kept, f'ASK {{ <{WORK}> <{terms.dc.creator}> "John Roe" }}')
    assert [one.done for one in forgotten.entries(kept)] == [True]
    publish(kept, bundles(kept))
    assert names_jane(kept) == []


def test_a_folder_emptied_but_for_its_list_restores_without_her(data: Path, tmp_path: Path) -> None:
    backup(data, tmp_path / "before.tar")
    gone(data)
    for name in ("generations", "bundles", "edits"):
        shutil.rmtree(data / name)
    (data / "CURRENT").unlink()
    restore(tmp_path / "before.tar", data)
    assert names_jane(data) == []


def test_a_backup_made_after_carries_the_list(data: Path, tmp_path: Path) -> None:
    gone(data)
    backup(data, tmp_path / "after.tar")
    assert JANE.encode() not in (tmp_path / "after.tar").read_bytes()
    restore(tmp_path / "after.tar", tmp_path / "again")
    publish(tmp_path / "again", bundles(tmp_path / "again"))
    assert names_jane(tmp_path / "again") == []


def test_an_edit_that_names_her_again_is_refused_and_not_logged(data: Path) -> None:
    gone(data)
    _, outcomes = Writer(data).edit([{"kind": "update", "text": EDIT}])
    assert outcomes[0].error is not None
    assert "asked to be forgotten" in outcomes[0].error.detail
    assert names_jane(data) == []


def test_decisions_stay_as_a_role_alone(data: Path) -> None:
    skill = "https://e.org/a"
    decision = {
        "kind": "decide", "about": WORK, "skill": skill, "verdict": "accept",
        "role": "researcher", "comment": "I wrote it. Jane Doe",
    }  # fmt: skip
    _, outcomes = Writer(data).edit([decision])
    assert outcomes[0].error is None
    gone(data)
    assert names_jane(data) == []
    assert ask(
        data,
        f"ASK {{ ?d <{terms.about}> <{WORK}> ; <{terms.verdict}> <{terms.Accept}> ; "
        f'<{terms.deciderRole}> "researcher" }}',
    )
    _, again = Writer(data).edit([decision])
    assert again[0].error is None, "she may still decide; her name is left out"
    assert names_jane(data) == []


def test_the_list_is_no_directory(data: Path) -> None:
    gone(data)
    content = (data / forgotten.FILE).read_text()
    for word in (JANE, "jane", "doe", "10.1000", IRIS.base):
        assert word not in content.lower()
    assert oct((data / forgotten.FILE).stat().st_mode)[-3:] == "600"
    known = forgotten.Recogniser(forgotten.entries(data))
    assert known.orcid(JANE.encode())
    assert not known.orcid(JOHN.encode())


def test_two_lists_share_no_hash(data: Path, tmp_path: Path) -> None:
    gone(data)
    other = tmp_path / "other"
    publish(other, {"crossref": crossref(other / "bundles" / "crossref")})
    gone(other)
    mine, theirs = ({h for one in forgotten.entries(d) for hs in one.hashes.values() for h in hs}
                    for d in (data, other))  # fmt: skip
    assert mine and theirs and not mine & theirs


def test_forgetting_again_changes_nothing(data: Path) -> None:
    gone(data)
    listed, current = (data / forgotten.FILE).read_bytes(), generations.current_id(data)
    report = gone(data)
    assert not report.listed
    assert (data / forgotten.FILE).read_bytes() == listed
    assert generations.current_id(data) == current


def test_someone_who_never_was_there_is_kept_out(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert gone(data).listed
    publish(data, {"crossref": crossref(data / "bundles" / "crossref")})
    assert names_jane(data) == []


def test_a_dry_run_says_what_would_be_reached_and_changes_nothing(data: Path) -> None:
    before = {path: path.read_bytes() for path in files(data)}
    would = forget(data, f"https://orcid.org/{JANE}", base=BASE, dry_run=True)
    assert {path: path.read_bytes() for path in files(data)} == before
    done = gone(data)
    assert (would.works, would.bundles, would.edits) == (done.works, done.bundles, done.edits)
    assert set(would.withdrawn) == set(done.withdrawn)


def test_her_iri_in_the_graph_says_as_much_as_her_orcid(data: Path) -> None:
    forget(data, IRIS.person("orcid", JANE), base=BASE)
    assert names_jane(data) == []


def test_someone_known_by_another_identifier_is_forgotten_by_their_iri(tmp_path: Path) -> None:
    data, ann = tmp_path / "data", Author("Ann Poe", "openalex", "A123")
    folder = data / "bundles" / "openalex"
    john = Author("John Roe", "orcid", JOHN)
    publish(data, {"openalex": bundle_of(folder, "openalex", work("10.1000/a", ann, john))})
    forget(data, IRIS.person("openalex", "A123"), base=BASE)
    publish(data, {"openalex": bundle_of(folder, "openalex", work("10.1000/a", ann, john))})
    for word in (b"Ann Poe", b"A123"):
        assert not any(word in path.read_bytes() for path in files(data))
    assert ask(data, f'ASK {{ <{WORK}> <{terms.dc.creator}> "John Roe" }}')


def test_what_is_no_person_is_not_forgotten(data: Path) -> None:
    for who in (WORK, "https://e.org/a"):
        with pytest.raises(BadParameter, match="no person"):
            forget(data, who, base=BASE)
    with pytest.raises(NotFound, match="nobody"):
        forget(data, "https://e.org/nobody", base=BASE)
    with pytest.raises(BadParameter, match="no IRI"):
        forget(data, JANE, base=BASE)
    with pytest.raises(BadParameter, match="reason"):
        forget(data, f"https://orcid.org/{JANE}", base=BASE, reason="Jane Doe has asked")
    assert forgotten.entries(data) == []


def test_a_damaged_list_stops_loads(data: Path) -> None:
    gone(data)
    (data / forgotten.FILE).write_text("{\n")
    with pytest.raises(GraphError, match="damaged"):
        publish(data, bundles(data))


_KILLED = """
import os, signal, sys
from pathlib import Path
from app.graph import files, generations
from app.graph.forget import forget

left = int(sys.argv[2])

def counted(function):
    def call(*arguments, **options):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call

files.replace = counted(files.replace)
generations.publish_folder = counted(generations.publish_folder)
generations.withdraw = counted(generations.withdraw)
generations.discard = counted(generations.discard)
forget(Path(sys.argv[1]), "https://orcid.org/0000-0002-1825-0097", base="https://w3id.org/polku/")
"""


def test_killed_at_any_step_it_is_finished_by_the_next_run(data: Path, tmp_path: Path) -> None:
    step = 0
    while True:
        step += 1
        trial = tmp_path / f"trial-{step}"
        shutil.copytree(data, trial)
        old = [one.id for one in generations.all(trial)][1:]
        ran = subprocess.run(
            [sys.executable, "-c", _KILLED, str(trial), str(step)],
            check=False, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        )  # fmt: skip
        if ran.returncode == 0:
            break
        assert ran.returncode == -signal.SIGKILL, ran.stderr
        assert generations.current(trial) is not None, "the graph is always whole"
        if forgotten.entries(trial) and not forgotten.done(trial):
            with pytest.raises(GraphError, match="interrupted"):
                generations.rollback(trial, old[0])
            with pytest.raises(GraphError, match="interrupted"):
                backup(trial, tmp_path / "midway.tar")
            finish(trial)
        else:
            gone(trial)
        assert names_jane(trial) == []
        assert forgotten.done(trial)
        shutil.rmtree(trial)
    assert step > 5


def test_the_command_asks_first_and_lists_no_one(data: Path) -> None:
    run = CliRunner()
    who = f"https://orcid.org/{JANE}"
    refused = run.invoke(polku, ["person", "forget", who, "--data", str(data)], input="n\n")
    assert refused.exit_code == 1
    assert forgotten.entries(data) == []
    dry = run.invoke(polku, ["person", "forget", who, "--dry-run", "--data", str(data)])
    assert "2 works" in dry.stderr
    assert forgotten.entries(data) == []
    forget(data, who, base=BASE, reason="asked for it")
    listed = run.invoke(polku, ["person", "list-forgotten", "--data", str(data)])
    assert "done\tasked for it" in listed.stdout
    assert JANE not in listed.output
    assert forgetting.__doc__
