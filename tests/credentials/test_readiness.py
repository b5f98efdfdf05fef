"""A whole catalogue is held against the profiles by the rules of one offering."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.credentials.answer import Chosen, counted, selected
from app.credentials.document import Stated
from app.credentials.infer import Fact, Suggestion, described, facts_query
from app.credentials.page import Shown, body
from app.credentials.profiles import PROFILES, profile
from app.credentials.readiness import KINDS, Row, assessed, summary, things
from app.credentials.report import LANGUAGES, report
from app.credentials.table import lines
from app.errors import BadParameter
from app.graph import open_graph
from app.graph.catalogue import organisations
from app.graph.embedded import EmbeddedGraph
from app.graph.small import Small
from ontology import terms
from ontology.iris import BASE
from ontology.ntriples import Term, iri, text, typed
from queries import engine
from tests.conftest import polku


@pytest.fixture(scope="module")
def graph(sample: Path) -> Iterator[EmbeddedGraph]:
    with open_graph(sample) as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(graph: EmbeddedGraph) -> list[Row]:
    """Every course and micro-credential of the sample."""
    return list(assessed(graph, things(graph, KINDS)))


def alone(graph: EmbeddedGraph, thing: str) -> dict[str, dict[str, str]]:
    """Statuses of one offering by profile and element, as the check of one document has them."""
    small = Small()
    asked = engine("credentials-stated").bind({"things": [iri(thing)]})
    for row in graph.solutions(asked):
        value = row["value"]
        term = (
            text(value.lexical, value.language)
            if value.language
            else typed(value.lexical, value.datatype)
            if value.datatype
            else iri(value.lexical)
        )
        small.add([(iri(row["subject"].lexical), iri(row["property"].lexical), term)])
    stated = Stated(small, Term(f"<{thing}>"))
    known = [
        Fact(*(row[name].lexical for name in ("thing", "property", "value")))
        for row in graph.solutions(facts_query(described(stated)))
    ]
    suggests = (
        f"SELECT ?skill WHERE {{ {iri(thing)} "
        f"<{terms.suggestedDevelops}>|<{terms.suggestedCertifies}> ?skill }}"
    )
    suggested = [Suggestion(row["skill"].lexical, 0.5) for row in graph.solutions(suggests)]
    answer: dict[str, Any] = report(stated, "en", known=known, suggested=suggested)
    return {
        held["profile"]: {one["element"]: one["status"] for one in held["elements"]}
        for held in answer["profiles"]
    }


def test_every_offering_is_held_as_it_would_be_alone(graph: EmbeddedGraph, rows: list[Row]) -> None:
    assert len(rows) == 72
    for row in rows[::7] + [one for one in rows if one["kind"] == "microCredential"]:
        for name, statuses in alone(graph, row["thing"]).items():
            held = row["profiles"][name]
            for status in ("missing", "wrong", "inferred"):
                expected = [one for one, said in statuses.items() if said == status]
                assert held[status] == expected, (row["thing"], name)


def test_a_state_says_whether_a_mandatory_element_lacks(rows: list[Row]) -> None:
    due = {one.name for one in profile("eu").elements if one.requirement == "mandatory"}
    for row in rows:
        held = row["profiles"]["eu"]
        lacks = due & {*held["missing"], *held["wrong"]}
        expected = "lacking" if lacks else "inferable" if due & {*held["inferred"]} else "ready"
        assert held["state"] == expected


def test_the_counts_are_those_of_the_rows(rows: list[Row]) -> None:
    for name in PROFILES:
        counts = summary(rows, name)
        assert counts.offerings == len(rows) == sum(counts.states.values())
        assert sum(counts.by_lacks.values()) == sum(counts.by_lacks_now.values()) == len(rows)
        ready = counts.states["ready"]
        assert counts.by_lacks_now.get(0, 0) == ready
        assert counts.by_lacks.get(0, 0) == ready + counts.states["inferable"]
        for one in counts.lacked:
            assert one.missing == sum(one.element in r["profiles"][name]["missing"] for r in rows)
        numbers = [one.missing + one.wrong for one in counts.lacked]
        assert numbers == sorted(numbers, reverse=True)


def test_the_participation_of_offerings_is_proposed_to_their_course(rows: list[Row]) -> None:
    inferred = [r for r in rows if "participation" in r["profiles"]["eu"]["inferred"]]
    assert any(row["kind"] == "course" for row in inferred)


def test_only_the_offerings_that_lack_an_element_are_listed(rows: list[Row]) -> None:
    found = list(selected(rows, Chosen("eu", lacks="qualityAssurance")))
    assert found == [row for row in rows if "qualityAssurance" in row["profiles"]["eu"]["missing"]]
    assert not list(selected(rows, Chosen("eu", university="nowhere")))


def test_a_university_is_named_by_its_code_or_iri_and_nothing_else() -> None:
    (aalto,) = organisations(["aalto"])
    assert organisations([aalto]) == [aalto]
    with pytest.raises(BadParameter, match="aalto, "):
        organisations(["nowhere at all"])


def test_a_title_is_no_formula_of_a_spreadsheet(rows: list[Row]) -> None:
    row = rows[0] | {"titles": {"en": "=HYPERLINK(0)"}}
    (_, line) = csv.reader(io.StringIO("".join(lines([row], ("eu",), "en"))))
    assert line[2] == "'=HYPERLINK(0)"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_escapes_what_strangers_wrote_and_marks_its_language(
    rows: list[Row], lang: str
) -> None:
    odd = rows[0] | {"titles": {"de": "<script>"}, "thing": "javascript:alert(1)"}
    shown = Shown(
        counts=summary(rows, "eu"),
        chosen=Chosen("eu"),
        rows=[odd],
        offset=0,
        matching=len(rows),
        following=None,
        universities=("aalto",),
        base=BASE,
        lang=lang,
    )
    page = body(shown)
    assert "<script" not in page
    assert "javascript:" not in page
    assert "<span lang='de'>&lt;script&gt;</span>" in page
    assert page.count("<h1>") == 1
    assert page.count("<table>") == page.count("<caption>")


def test_the_command_prints_the_same_table_as_data(sample: Path, rows: list[Row]) -> None:
    run = polku("credential", "check", "--all", "--format", "json", "--data", str(sample))
    assert run.returncode == 0, run.stderr
    answer = orjson.loads(run.stdout)
    assert answer["offerings"] == orjson.loads(orjson.dumps(rows))
    expected = {name: counted(summary(rows, name), name) for name in PROFILES}
    assert answer["profiles"] == orjson.loads(orjson.dumps(expected))
    assert "hold them against the profiles" in run.stderr

    run = polku(
        "credential", "check", "--all", "--university", "oulu", "--format", "csv",
        "--data", str(sample),
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    listed = list(csv.DictReader(io.StringIO(run.stdout)))
    assert len(listed) == sum(row["university"] == "oulu" for row in rows) > 0
    assert {one["university"] for one in listed} == {"oulu"}


def test_people_read_the_counts_in_their_language(sample: Path) -> None:
    run = polku("credential", "check", "--all", "--lang", "sv", "--data", str(sample))
    assert run.returncode == 0, run.stderr
    for words in ("Klar i dag", "Vad som oftast saknas", "Kvalitetssäkring"):
        assert words in run.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--all"),
        (["offering.json", "--all"], "leave out"),
        (["offering.json", "--university", "aalto"], "--all"),
        (["--all", "--format", "ttl"], "table, csv, json"),
        (["offering.json", "--format", "csv"], "--all"),
        (["--all", "--university", "not one"], "aalto"),
    ],
)
def test_a_wrong_call_says_what_to_write(sample: Path, arguments: list[str], said: str) -> None:
    run = polku("credential", "check", *arguments, "--data", str(sample))
    assert run.returncode == 2
    assert said in run.stderr


def test_the_ten_most_common_lacks_are_those_that_were_printed() -> None:
    page = (Path(__file__).parents[2] / "docs" / "readiness.md").read_text(encoding="utf-8")
    printed = page.split("```text\n")[1].split("What lacks most often\n")[1].split("\n\n")[0]
    rows = [re.split(r"\s{2,}", line) for line in printed.splitlines()[1:]]
    most = [
        (element, requirement, int(missing.replace(",", "")) + int(wrong.replace(",", "")))
        for element, requirement, missing, wrong, _ in rows
    ]
    table = page.split("## The ten most common lacks")[1].splitlines()
    listed = [
        tuple(cell.strip() for cell in line.split("|")[2:5])
        for line in table
        if re.match(r"\| \d", line)
    ]
    assert listed == [(one, said, f"{number:,}") for one, said, number in most]
    assert len(listed) == 10
    labels = {one.labels["en"] for one in profile("eu").elements}
    assert {one for one, _, _ in most} <= labels
