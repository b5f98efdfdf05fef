"""Planners' own tables: what they say, and what is said when they are wrong."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from pyoxigraph import Dataset, Literal, NamedNode, RdfFormat, parse

from loaders.base import Reject, Run
from loaders.bundle import write_bundle
from loaders.errors import LoadError
from loaders.table import LOADER
from ontology import terms

DOCS = Path(__file__).parents[2] / "docs" / "table.md"
GOLDEN = Path(__file__).parent / "golden"
SQL = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"
LEARNING = "http://data.europa.eu/esco/skill/3a2d5b45-56e4-4f5a-a55a-4a4a65afdc43"

COURSES = """
kind: courses
columns:
  code: Code
  university: {value: aalto}
  title: {en: Name}
"""


def load(
    folder: Path, table: str, mapping: str, run: Run | None = None, name: str = "t.csv"
) -> list[str]:
    (folder / name).write_text(table)
    (folder / f"{name}.yaml").write_text(mapping)
    return [f"{s} {p} {o} ." for s, p, o in LOADER.read([folder / name], run or Run())]


def faults(folder: Path, table: str, mapping: str) -> list[tuple[str, str, str]]:
    rejects: list[Reject] = []
    load(folder, table, mapping, Run(sink=rejects.append))
    return [(reject.record, reject.pointer, reject.reason) for reject in rejects]


def worked_example(folder: Path) -> list[Path]:
    blocks = re.findall(r"```\w+ (\S+)\n(.*?)```", DOCS.read_text(), re.DOTALL)
    for name, text in blocks:
        (folder / name).write_text(text)
    return [folder / name for name, _ in blocks if name.endswith(".csv")]


def test_the_worked_example_of_the_manual_loads_as_the_manual_says(tmp_path: Path) -> None:
    paths = worked_example(tmp_path)
    options = {"mapping": str(tmp_path / "catalogue.yaml"), "name": "catalogue"}
    made = write_bundle(LOADER, paths, tmp_path / "out", options=options)
    assert made.manifest.counts == {
        "courses": 2,
        "micro-credentials": 1,
        "modules": 2,
        "offerings": 2,
        "periods": 2,
        "skills stated": 5,
        "ways in": 1,
    }
    assert not made.manifest.rejects
    graph = Dataset(parse(path=made.quads, format=RdfFormat.N_QUADS))
    course = "https://w3id.org/polku/course/aalto/DEMO-C2002"
    member = NamedNode(terms.member)

    def members(number: int) -> set[str]:
        group = NamedNode(f"{course}/prerequisite/{number}")
        return {str(q.object) for q in graph if q.subject == group and q.predicate == member}

    assert members(1) == {
        "<https://w3id.org/polku/course/aalto/DEMO-C1001>",
        "<https://w3id.org/polku/course/aalto/DEMO-C1002>",
    }
    assert members(2) == {"<https://w3id.org/polku/course/oulu/DEMO-811>"}
    assert members(3) == {"<https://w3id.org/polku/course/aalto/DEMO-C1003>"}
    developed = [q for q in graph if q.predicate.value == terms.develops]
    assert (NamedNode(course), NamedNode(LEARNING)) in {(q.subject, q.object) for q in developed}
    accepted = [q for q in graph if q.object == NamedNode(terms.Accepted)]
    assert len(accepted) == 5


def test_the_manual_names_every_key_and_every_kind() -> None:
    from loaders.tables import mapping

    text = DOCS.read_text()
    for kind, model in mapping._TABLES.items():
        assert f"| `{kind}` |" in text
        columns = mapping._model_in(model.model_fields["columns"].annotation)
        assert columns is not None
        row = next(line for line in text.splitlines() if line.startswith(f"| `{kind}` |"))
        for key in columns.model_fields:
            assert f"`{key}`" in row or f"`{key}`" in text.partition("### Values")[2], key


def test_every_kind_of_table_gives_the_golden_triples() -> None:
    folder = GOLDEN / "table"
    paths = sorted(folder.glob("*.csv"))
    options = {"mapping": str(folder / "mapping.yaml"), "name": "golden"}
    found = [f"{s} {p} {o} ." for s, p, o in LOADER.read(paths, Run(options=options))]
    assert found == (GOLDEN / "table.nt").read_text().splitlines()


def workbook(path: Path, rows: Sequence[Sequence[object]], sheet: str = "Kurssit") -> Path:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Cover"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def test_a_workbook_says_the_same_as_a_csv_file(tmp_path: Path) -> None:
    mapping = COURSES.replace("kind: courses", "kind: courses\nsheet: Kurssit") + (
        "  ects: Op\n  offerings: [{start: Start, end: End}]\n"
    )
    file = workbook(
        tmp_path / "t.xlsx",
        [
            ["Code", "Name", "Op", "Start", "End"],
            ["C1", "One", 5, date(2026, 9, 1), datetime(2026, 10, 2)],
            [None, None, None, None, None],
            ["C2", "Two", 2.5, None, None],
        ],
    )
    (tmp_path / "t.yaml").write_text(mapping)
    found = [f"{s} {p} {o} ." for s, p, o in LOADER.read([file], Run())]
    table = "Code,Name,Op,Start,End\nC1,One,5,2026-09-01,2026-10-02\nC2,Two,2.5,,\n"
    assert found == load(tmp_path, table, mapping)


def test_a_fault_in_a_workbook_names_sheet_row_and_column(tmp_path: Path) -> None:
    file = workbook(tmp_path / "t.xlsx", [["Code", "Name", "Op"], ["C1", "One", "many"]])
    (tmp_path / "t.yaml").write_text(
        COURSES.replace("kind:", "sheet: Kurssit\nkind:") + "  ects: Op"
    )
    rejects: list[Reject] = []
    assert not list(LOADER.read([file], Run(sink=rejects.append)))
    assert [(r.record, r.pointer, r.reason) for r in rejects] == [
        ("t.xlsx / Kurssit row 2", "Op", "no number of credits")
    ]


def test_an_unknown_sheet_names_the_sheets_there_are(tmp_path: Path) -> None:
    file = workbook(tmp_path / "t.xlsx", [["Code", "Name"]])
    (tmp_path / "t.yaml").write_text(COURSES.replace("kind:", "sheet: Kursit\nkind:"))
    with pytest.raises(LoadError, match=r"t\.xlsx: no sheet 'Kursit'\. Sheets: Cover, Kurssit"):
        list(LOADER.read([file], Run()))


def test_a_damaged_workbook_says_so(tmp_path: Path) -> None:
    file = workbook(tmp_path / "t.xlsx", [["Code", "Name"], ["C1", "One"]])
    (tmp_path / "t.yaml").write_text(COURSES)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = b"<broken"
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(LoadError, match=r"t\.xlsx: not a whole workbook"):
        list(LOADER.read([file], Run()))


def test_a_workbook_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"x")
        archive.writestr("xl/sharedStrings.xml", bytes(200 << 20))
    (tmp_path / "t.yaml").write_text(COURSES)
    with pytest.raises(LoadError, match="refused as a bomb"):
        list(LOADER.read([file], Run()))


FULL = (
    COURSES
    + """
  ects: Op
  studyLevel: Level
  language: Languages
  prerequisites: Before
  develops: Skills
  skillLevel: Depth
  offerings: [{start: Start, end: End, periods: Periods, mode: Mode}]
  waysIn: [{audience: Way, feeMax: Fee}]
"""
)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Code", "", "empty"),
        ("Name", "", "no title in any language"),
        ("Op", "five", "no number of credits"),
        ("Op", "5-3", "credits from more to less"),
        ("Level", "hard", "unknown study level"),
        ("Languages", "fi; klingon", "unknown language"),
        ("Before", "C2 | C1", "a course that is its own prerequisite"),
        ("Skills", "http://x/a b", "not an IRI"),
        ("Skills", "SQL", "a skill named by its label, and no labels at hand"),
        ("Start", "2026-02-30", "a date that is no date"),
        ("Start", "31.4.2026", "a date that is no date"),
        ("Start", "soon", "a date that is no date"),
        ("End", "2025-01-01", "ends before it begins"),
        ("Periods", "autumn", "no period"),
        ("Periods", "2026-2028/I", "no academic year"),
        ("Mode", "dream", "unknown mode of participation"),
        ("Way", "friends", "unknown audience"),
        ("Fee", "free", "no amount"),
    ],
)
def test_a_cell_that_is_wrong_turns_its_row_away_with_row_column_and_reason(
    tmp_path: Path, column: str, value: str, reason: str
) -> None:
    cells = {
        "Code": "C1",
        "Name": "One",
        "Op": "5",
        "Level": "basic",
        "Languages": "fi; en",
        "Before": "C2 | C3; oulu:C4",
        "Skills": SQL,
        "Depth": "2",
        "Start": "2026-09-01",
        "End": "2.10.2026",
        "Periods": "2026-2027/I",
        "Mode": "online",
        "Way": "fitech",
        "Fee": "75,50 €",
    }
    header = ";".join(cells)
    good = ";".join(f'"{cell}"' for cell in cells.values())
    assert faults(tmp_path, f"{header}\n{good}\n", FULL) == []
    bad = ";".join(f'"{cell}"' for cell in {**cells, column: value}.values())
    other = good.replace('"C1"', '"C9"')
    rejects: list[Reject] = []
    found = load(tmp_path, f"{header}\n{bad}\n{other}\n", FULL, Run(sink=rejects.append))
    assert [(r.record, r.pointer, r.reason) for r in rejects] == [("t.csv line 2", column, reason)]
    assert not [line for line in found if "/C1>" in line.split()[0]]
    assert [line for line in found if "Aalto University" in line], "told by the next good row"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ("", "empty"),
        (" ; ", "empty"),
        ("C1; module:M1", "a module that is a part of itself"),
        ("module:aalto:M1", "a module that is a part of itself"),
    ],
)
def test_a_module_has_parts_and_is_none_of_them(tmp_path: Path, parts: str, reason: str) -> None:
    mapping = COURSES.replace("courses", "modules") + "  consistsOf: Parts\n"
    found = faults(tmp_path, f"Code,Name,Parts\nM1,One,{parts}\n", mapping)
    assert found == [("t.csv line 2", "Parts", reason)]


@pytest.mark.parametrize(
    ("asked", "members"),
    [
        ("module:M1", ["module/aalto/M1"]),
        ("Module: M1 | C2", ["module/aalto/M1", "course/aalto/C2"]),
        ("module:oulu:M1", ["module/oulu/M1"]),
        ("oulu:module", ["course/oulu/module"]),
        ("module:", ["course/aalto/module%3A"]),
    ],
)
def test_a_prerequisite_names_a_module_by_its_prefix(
    tmp_path: Path, asked: str, members: list[str]
) -> None:
    mapping = COURSES + "  prerequisites: Before\n"
    found = load(tmp_path, f"Code,Name,Before\nC1,One,{asked}\n", mapping)
    asks = [line.split()[2] for line in found if line.split()[1] == f"<{terms.member}>"]
    assert asks == [f"<https://w3id.org/polku/{one}>" for one in members]


def test_what_is_suspicious_is_loaded_and_told(tmp_path: Path) -> None:
    run = Run()
    table = "Code,Name,Op\nC1,<b>One</b>,60\nC2,Two & more,5\nC3,<i>Three</i>,five\n"
    found = load(tmp_path, table, COURSES + "  ects: Op\n", run)
    assert run.examples == {
        "HTML in a title": ["C1: <b>One</b>"],
        "course of 60 ECTS credits or more": ["C1: 60"],
    }
    assert any("/C1>" in line for line in found)


def test_a_row_that_stands_twice_is_turned_away_once(tmp_path: Path) -> None:
    table = "Code,Name\nC1,One\nC1,Uno\nC2,Two\n"
    assert faults(tmp_path, table, COURSES) == [("t.csv line 3", "Code", "course stated twice")]


def test_a_row_with_more_fields_than_columns_is_turned_away(tmp_path: Path) -> None:
    table = "Code,Name\nC1,One,extra\nC2\nC3,Three,\n"
    assert faults(tmp_path, table, COURSES) == [
        ("t.csv line 2", "", "more fields than columns"),
        ("t.csv line 3", "Name", "no title in any language"),
    ]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (COURSES + "  titel: X", r"t\.csv\.yaml: columns: unknown key 'titel'\. Did you mean 'title'\? Keys: code,"),
        (COURSES.replace("code: Code", "code: Koodi"), r"t\.csv: Unknown column 'Koodi'\. Columns: Code, Name\."),
        (COURSES.replace("courses", "kurssit"), r"unknown kind 'kurssit'\. Kinds: courses, offerings"),
        (COURSES.replace("kind: courses", ""), r"no 'kind'\. Kinds: courses"),
        (COURSES.replace("  code: Code\n", ""), r"columns / code: missing"),
        (COURSES.replace("{en: Name}", "Name"), r"columns / title: a column for each language"),
        (COURSES.replace("en: Name", "Eng lish: Name"), "not a language tag"),
        (COURSES.replace("{value: aalto}", "{value: aalto, column: Code}"), "columns / university: say either"),
        (COURSES.replace("{value: aalto}", "{}"), "say either the column's name"),
        (COURSES + "  offerings: [{begin: X}]", r"unknown key 'begin'\. .*Keys: id, start, end"),
        (COURSES + "delimiter: '!'", r"delimiter: Input should be"),
        ("kind: courses\nkind: works", r"line 2, column 1: not YAML: the key 'kind' stands twice"),
        ("kind: [unclosed", r"t\.csv\.yaml line \d+, column \d+: not YAML"),
        ("just text", "a mapping has keys"),
        ("tables: []", "'tables' holds a mapping for each file"),
        ("tables: {other.csv: {kind: courses, columns: {}}}", "code: missing"),
        ("tables: {t.csv: {kind: courses}}\nextra: 1", "unknown key 'extra'"),
        ("a: &a [x]\nb: *a", r"YAML aliases \(\*name\) are not read"),
        ("kind: " + "[" * 5000, "not YAML"),
        (COURSES + "skills: nowhere.ttl", "the skills cannot be read"),
        (COURSES + "skills: skills.docx", "skills are read from"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_right_says_where_and_what_could_stand_there(
    tmp_path: Path, mapping: str, message: str
) -> None:
    with pytest.raises(LoadError, match=message):
        load(tmp_path, "Code,Name\nC1,One\n", mapping)


def test_a_mapping_that_says_nothing_of_a_file_says_so(tmp_path: Path) -> None:
    mapping = "tables:\n  other.csv:" + COURSES.replace("\n", "\n    ")
    with pytest.raises(LoadError, match=r"t\.csv: the mapping says nothing .* other\.csv"):
        load(tmp_path, "Code,Name\nC1,One\n", mapping)


def test_a_table_without_a_mapping_says_how_to_write_one(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("Code\n")
    with pytest.raises(LoadError, match=r"t\.csv: no mapping\. Name one with --mapping, or write"):
        list(LOADER.read([file], Run()))
    with pytest.raises(LoadError, match="the mapping cannot be read"):
        list(LOADER.read([file], Run(options={"mapping": str(tmp_path / "none.yaml")})))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "empty; the first row names the columns"),
        ("Code,Code\n", "two columns are named 'Code'"),
    ],
)
def test_a_header_that_cannot_be_read_says_so(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(LoadError, match=message):
        load(tmp_path, table, COURSES)


def test_no_is_norwegian_and_a_code_keeps_its_zeros(tmp_path: Path) -> None:
    mapping = COURSES.replace("{en: Name}", "{no: Name}").replace(
        "code: Code", "code: {value: 0123}"
    )
    found = load(tmp_path, "Name\nNorsk\n", mapping)
    assert any(line.endswith('"Norsk"@no .') for line in found)
    assert any("/course/aalto/0123>" in line for line in found)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_out(tmp_path: Path, delimiter: str) -> None:
    table = "Code,Name,Note\nC1,One,x\n".replace(",", delimiter)
    assert any('"One"@en' in line for line in load(tmp_path, table, COURSES))


def test_a_university_outside_the_network_is_named_by_its_ror(tmp_path: Path) -> None:
    mapping = COURSES.replace("{value: aalto}", "{value: 'https://ror.org/040af2s02'}")
    found = load(tmp_path, "Code,Name\nC1,One\n", mapping)
    assert any("/course/040af2s02/C1>" in line for line in found)
    unknown = COURSES.replace("{value: aalto}", "Code")
    assert faults(tmp_path, "Code,Name\nhogwarts,One\n", unknown) == [
        ("t.csv line 2", "Code", "unknown university")
    ]


SKILLS = f"""
@prefix esco: <http://data.europa.eu/esco/model#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{SQL}> a esco:Skill ; skos:prefLabel "SQL"@en .
<http://x/1> a esco:Skill ; skos:prefLabel "twice"@en, "kahdesti"@fi .
<http://x/2> a esco:Skill ; skos:prefLabel "twice"@en, "Kahdesti"@fi .
<http://x/3> a esco:Occupation ; skos:prefLabel "sailor"@en .
"""


@pytest.mark.parametrize(
    ("label", "skill"),
    [
        ("SQL", f"<{SQL}>"),
        ("sql", f"<{SQL}>"),
        ("kahdesti", "<http://x/1>"),
        ("twice", None),
        ("sailor", None),
        ("nothing", None),
    ],
)
def test_a_skill_may_be_named_by_its_exact_label(
    tmp_path: Path, label: str, skill: str | None
) -> None:
    (tmp_path / "skills.ttl").write_text(SKILLS)
    mapping = "skills: skills.ttl\n" + COURSES + "  develops: Skills\n"
    rejects: list[Reject] = []
    found = load(tmp_path, f"Code,Name,Skills\nC1,One,{label}\n", mapping, Run(sink=rejects.append))
    stated = [
        line.split(" ", 2)[2][:-2] for line in found if f"<{terms.develops}>" in line.split()[1]
    ]
    assert stated == ([skill] if skill else [])
    assert bool(rejects) == (skill is None)


def test_the_skills_that_a_mapping_names_win_over_those_that_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "skills.ttl").write_text(SKILLS)
    loaded = tmp_path / "loaded.ttl"
    loaded.write_text(SKILLS.replace(SQL, "http://x/other"))
    run = Run(options={"skills": str(loaded)})
    columns = COURSES + "  develops: Skills\n"
    table = "Code,Name,Skills\nC1,One,SQL\n"
    assert any(
        f"<{SQL}>" in line for line in load(tmp_path, table, "skills: skills.ttl\n" + columns, run)
    )
    assert any("<http://x/other>" in line for line in load(tmp_path, table, columns, run))


printable = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@settings(deadline=None)
@given(printable)
def test_any_title_and_any_code_survive(
    tmp_path_factory: pytest.TempPathFactory, said: str
) -> None:
    expected = " ".join(said.split())
    if not expected:
        return
    cell = '"' + said.replace('"', '""') + '"'
    found = load(tmp_path_factory.mktemp("any"), f"Code,Name\n{cell},{cell}\n", COURSES)
    quads = list(parse(io.StringIO("\n".join(found)), format=RdfFormat.N_TRIPLES))
    assert {q.object for q in quads if q.predicate.value == terms.dcterms.title} == {
        Literal(expected, language="en")
    }
    assert {q.object for q in quads if q.predicate.value == terms.code} == {Literal(expected)}


def test_the_tables_of_a_folder_are_loaded_by_the_mappings_beside_them(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.csv").write_text(f"Code,Name\n{name},One\n")
        (folder / f"{name}.yaml").write_text(COURSES)
    (folder / "notes.md").write_text("not a table")
    run = Run()
    list(LOADER.read([folder], run))
    assert run.counts["courses"] == 2
