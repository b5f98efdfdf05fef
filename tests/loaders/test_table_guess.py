"""What mapping is proposed for tables that nobody has described."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from loaders.base import Reject, Run
from loaders.errors import LoadError
from loaders.registry import loader
from loaders.tables.guess import UNKNOWN, guess
from loaders.tables.mapping import read_mapping

MANUAL = Path(__file__).parents[2] / "docs" / "table.md"


def table(folder: Path, *rows: str, name: str = "courses.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


def of_manual(folder: Path, name: str) -> Path:
    found = re.search(rf"```csv {name}\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return table(folder, found[1].rstrip("\n"), name=name)


def load(file: Path, folder: Path, university: str = "") -> tuple[Run, list[Reject]]:
    """Loads a table with the mapping that is proposed for it."""
    mapping = folder / "proposed.yaml"
    mapping.write_text(guess(file, university=university), encoding="utf-8")
    rejects: list[Reject] = []
    run = Run(sink=rejects.append, options={"mapping": str(mapping)})
    for _ in loader("table").read([file], run):
        pass
    return run, rejects


def columns(file: Path) -> dict[str, object]:
    stated = yaml.safe_load(guess(file))
    found = stated["columns"]
    assert isinstance(found, dict)
    return found


def test_the_manual_s_courses_are_understood_but_for_what_has_no_column_of_its_own(
    tmp_path: Path,
) -> None:
    proposed = guess(of_manual(tmp_path, "courses.csv"))
    stated = yaml.safe_load(proposed)
    assert stated["kind"] == "courses"
    assert stated["columns"]["title"] == {"fi": "Nimi", "sv": "Namn", "en": "Name"}
    assert stated["columns"]["studyLevel"]["values"] == {
        "perusopinnot": "basic",
        "aineopinnot": "intermediate",
    }
    assert stated["columns"]["offerings"] == [
        {"start": "Alkaa", "end": "Päättyy", "periods": "Periodit"}
    ]
    assert re.findall(r"# Not understood: ([^,]+),", proposed) == [
        "Suositellaan",
        "Väylä",
        "Hinta €",
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("periods.csv", "periods"),
        ("credentials.csv", "microCredentials"),
        ("modules.csv", "modules"),
    ],
)
def test_the_manual_s_other_tables_are_told_apart(tmp_path: Path, name: str, kind: str) -> None:
    assert yaml.safe_load(guess(of_manual(tmp_path, name)))["kind"] == kind


def test_a_proposal_loads_the_table_it_was_made_for(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "Koodi;Nimi;Opintopisteet;Opetuskieli;Osaamistavoitteet",
        "A1;Polut;5;suomi, englanti;Osaa polut.",
        "A2;Verkot;2,5;ruotsi;Osaa verkot.",
    )
    run, rejects = load(file, tmp_path, university="aalto")
    assert rejects == []
    assert run.counts["courses"] == 2


@pytest.mark.parametrize(
    "rows",
    [
        ("Code,Name,Parts", "M1,Data,A1; A2"),
        ("Opintokokonaisuus;Koodi;Opintopisteet;Opintojaksot", "Data;M1;25;A1, A2"),
        ("Kod,Modul,Delar", "M1,Data,A1; A2"),
        ("Code,Name,Outcomes,Credits,Courses", "M1,Data,Knows data.,25,A1; module:M2"),
    ],
)
def test_a_table_of_study_modules_is_proposed_as_one(rows: tuple[str, ...], tmp_path: Path) -> None:
    file = table(tmp_path, *rows)
    run, rejects = load(file, tmp_path, university="aalto")
    assert rejects == []
    assert run.counts["modules"] == 1


@pytest.mark.parametrize("parts", ["Courses", "Modules"])
def test_what_has_a_level_of_its_own_is_a_micro_credential_and_no_module(
    parts: str, tmp_path: Path
) -> None:
    file = table(tmp_path, f"Code,Name,{parts},EQF", "M1,Data,A1; A2,6")
    assert yaml.safe_load(guess(file))["kind"] == "microCredentials"


@pytest.mark.parametrize("name", ["Field of study", "ISCED", "Koulutusala", "Utbildningsområde"])
def test_a_column_of_isced_codes_is_the_field_of_study(name: str, tmp_path: Path) -> None:
    file = table(tmp_path, f"code;name;{name}", "A1;Paths;0613", "A2;Nets;0612, 0613")
    assert columns(file)["fieldOfStudy"] == name
    _, rejects = load(file, tmp_path, university="aalto")
    assert rejects == []


def test_a_field_that_is_no_code_of_isced_is_not_taken_for_one(tmp_path: Path) -> None:
    file = table(tmp_path, "code,name,field", "A1,Paths,informatics")
    assert "fieldOfStudy" not in columns(file)
    assert "# Not understood: field, such as informatics" in guess(file)


def test_whose_the_courses_are_is_asked_for_and_not_invented(tmp_path: Path) -> None:
    file = table(tmp_path, "code,name,credits", "A1,Paths,5")
    assert f"# Whose are they? Write aalto, oulu … or a ROR identifier for {UNKNOWN}." in guess(
        file
    )
    run, rejects = load(file, tmp_path)
    assert run.counts["courses"] == 0
    assert len(rejects) == 1


def test_a_column_is_not_taken_for_what_its_values_are_not(tmp_path: Path) -> None:
    file = table(tmp_path, "code,name,credits,url", "A1,Paths,many,none", "A2,Nets,few,none")
    assert {"ects", "url"} & columns(file).keys() == set()
    assert "# Not understood: credits, such as many" in guess(file)


def test_a_language_at_the_end_of_a_name_is_the_text_s_language(tmp_path: Path) -> None:
    file = table(tmp_path, "code,name_fi,name (en),Name SV", "A1,Polut,Paths,Stigar")
    assert columns(file)["title"] == {"fi": "name_fi", "en": "name (en)", "sv": "Name SV"}


def test_works_are_told_by_their_dois_and_years(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "DOI,Title,Authors,Year,Abstract",
        "10.9999/1,Paths,Aino Esimerkki; B. Provare,2026,We walk.",
    )
    stated = yaml.safe_load(guess(file))
    assert stated["kind"] == "works"
    run, rejects = load(file, tmp_path)
    assert rejects == []
    assert run.counts["works"] == 1


def test_a_workbook_is_read_sheet_by_sheet(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("Muu", 0).append(["nothing", "known"])
    sheet = book.create_sheet("Kurssit")
    sheet.append(["Koodi", "Nimi", "Op"])
    sheet.append(["A1", "Polut", 5])
    file = tmp_path / "book.xlsx"
    book.save(file)
    stated = yaml.safe_load(guess(file, sheet="Kurssit"))
    assert (stated["kind"], stated["sheet"]) == ("courses", "Kurssit")
    with pytest.raises(LoadError, match="No kind of table was recognised"):
        guess(file)


def test_a_table_of_something_else_says_so_with_its_columns(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"columns Colour, Weight\..*docs/table\.md"):
        guess(table(tmp_path, "Colour,Weight", "red,3"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    names=st.lists(st.text(max_size=12), max_size=4),
    values=st.lists(st.text(max_size=20), min_size=6, max_size=6),
)
def test_any_names_and_values_give_a_mapping_that_can_be_read(
    names: list[str], values: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("in")
    book = Workbook()
    clean = [
        ["".join(sign if sign.isprintable() else " " for sign in one) for one in row]
        for row in (["code", "name", *names], values)
    ]
    sheet = book.create_sheet("first", 0)
    for row in clean:
        sheet.append(row)
    file = folder / "book.xlsx"
    book.save(file)
    try:
        proposed = guess(file)
    except LoadError as error:
        assert str(error)
        return
    mapping = folder / "book.xlsx.yaml"
    mapping.write_text(proposed, encoding="utf-8")
    assert read_mapping(mapping).tables
