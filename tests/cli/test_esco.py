"""From one ESCO release to the next on the command line: what moves, what waits, what is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from app.cli import polku
from app.graph import generations
from app.graph.embedded import open_store
from app.graph.orphans import summary
from app.graph.publish import publish
from app.graph.writer import Writer
from loaders.bundle import write_bundle
from loaders.registry import loader
from ontology import terms
from ontology.ntriples import iri
from tests.graph.bundles import COURSE, IRIS, quads_bundle
from tests.loaders.loading import GOLDEN
from tests.loaders.releases import SKILL, release

ACCEPTED, REJECTED, SUGGESTED = f"{SKILL}group-1", f"{SKILL}group-2", f"{SKILL}group-3"
NEW = {ACCEPTED: f"{SKILL}aaa", REJECTED: f"{SKILL}bbb", SUGGESTED: f"{SKILL}ccc"}


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(polku, list(map(str, arguments)))
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture
def releases(tmp_path: Path) -> tuple[Path, Path]:
    """Two whole releases: every group of the second has another IRI and the same code."""
    older = Path(shutil.copytree(GOLDEN / "esco", tmp_path / "older"))
    groups = older / "skillGroups_en.csv"
    scheme = "http://data.europa.eu/esco/concept-scheme/skills-hierarchy"
    with groups.open("a", encoding="utf-8") as stream:
        stream.write(f"SkillGroup,{SUGGESTED},sorting,,,released,,,{scheme},,S9\n")
    newer = Path(shutil.copytree(older, tmp_path / "newer"))
    for file in newer.glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        for old, new in NEW.items():
            text = text.replace(f"{old},", f"{new},").replace(f"{old}\n", f"{new}\n")
        file.write_text(text, encoding="utf-8")
    return older, newer


def load(data: Path, package: Path, **options: str) -> None:
    """What ``polku load esco`` does, but for the indexes: they take most of its time."""
    folder = data / "bundles" / "esco"
    bundle = write_bundle(loader("esco"), [package], folder, iris=IRIS, options=options)
    publish(data, {"esco": bundle}, checked=False)


def current(data: Path) -> generations.Generation:
    found = generations.current(data)
    assert found is not None
    return found


def standing(data: Path) -> dict[str, set[str]]:
    """Of each status, the skills of the claims; of decisions, what they are on."""
    rows = open_store(current(data)).query(
        f"SELECT ?status ?skill {{ GRAPH ?g {{ ?one <{terms.skill}> ?skill }} "
        f"OPTIONAL {{ GRAPH ?h {{ ?one <{terms.status}> ?status }} }} }}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    found: dict[str, set[str]] = {}
    for row in rows:
        status = row["status"].value.rpartition("#")[2] if row["status"] else "decision"
        found.setdefault(status, set()).add(row["skill"].value)
    return found


def test_claims_and_decisions_move_by_the_proposed_table_and_not_without_it(
    tmp_path: Path, releases: tuple[Path, Path]
) -> None:
    older, newer = releases
    data = tmp_path / "data"
    load(data, older)
    home = iri(IRIS.graph("claims"))
    claims = [
        (iri(IRIS.claim(COURSE, skill, terms.develops)), iri(prop), iri(value), home)
        for skill in NEW
        for prop, value in (
            (terms.rdf.type, terms.Claim),
            (terms.about, COURSE),
            (terms.skill, skill),
            (terms.relation, terms.develops),
            (terms.status, terms.Suggested),
        )
    ]
    course = (iri(COURSE), iri(terms.rdf.type), iri(terms.Course), home)
    bundle = quads_bundle(data / "bundles" / "tags", "tags", [course, *claims])
    publish(data, {"tags": bundle}, checked=False)
    decided = {"about": COURSE, "kind": "decide", "role": "curator"}
    _, outcomes = Writer(data).edit(
        [
            {**decided, "skill": ACCEPTED, "verdict": "accept"},
            {**decided, "skill": REJECTED, "verdict": "reject"},
        ]
    )
    assert [one.error for one in outcomes] == [None, None]
    before = standing(data)
    assert before == {
        "Accepted": {ACCEPTED},
        "Rejected": {REJECTED},
        "Suggested": {SUGGESTED},
        "decision": {ACCEPTED, REJECTED},
    }

    load(data, newer)
    waiting = current(data)
    told = summary(open_store(waiting), IRIS)
    assert (told.claims, {thing for thing, _, _ in told.things}) == (3, set(NEW))
    assert standing(data) == {"decision": {ACCEPTED, REJECTED}}

    proposed = run("esco", "replacements", older, newer)
    assert "3 concepts are gone, 3 are replaced" in proposed.stderr
    table = tmp_path / "replacements.csv"
    table.write_text(proposed.stdout, encoding="utf-8")
    load(data, newer, replacements=str(table))
    assert standing(data) == {kind: {NEW[on] for on in ones} for kind, ones in before.items()}

    shown = run("diff", waiting.id, current(data).id, "--data", data, "--limit", "20").stdout
    assert "changed" in shown
    assert all(new in shown for on, new in NEW.items() if on != SUGGESTED)


def test_a_package_of_one_release_is_asked_for_by_name(tmp_path: Path) -> None:
    old = release(tmp_path / "old", ("S1", "S1", "handling"))
    (tmp_path / "empty.csv").write_text("a,b\n1,2\n")
    failed = CliRunner().invoke(polku, ["esco", "replacements", str(old), f"{tmp_path}/empty.csv"])
    assert failed.exit_code == 1
    assert "classification - en - csv.zip" in str(failed.exception)


def test_a_row_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    old = release(tmp_path / "old", ("S1", "S1", "handling"))
    with (old / "skillGroups_en.csv").open("a", encoding="utf-8") as stream:
        stream.write("too,few\n")
    said = run("esco", "replacements", old, release(tmp_path / "new", ("a", "S1", "handling")))
    assert "Not read: old/skillGroups_en.csv line 3: wrong number of fields" in said.stderr
    assert said.stdout.splitlines()[1] == f"{SKILL}S1,{SKILL}a,S1,handling,handling,"
