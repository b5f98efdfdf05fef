"""``polku credential check`` as people meet it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.credentials.document import JSON, SUFFIXES, read
from app.credentials.report import report
from tests.conftest import polku
from tests.credentials.offerings import FORMS, OURS
from tests.credentials.test_foreign import SCHEMA_ORG

ROOT = Path(__file__).parent.parent.parent


def written(folder: Path, suffix: str) -> Path:
    """The offering in a file of this kind."""
    file = folder / f"offering{suffix}"
    file.write_bytes(FORMS[SUFFIXES[suffix]])
    return file


def checked(folder: Path, *arguments: str) -> dict[str, Any]:
    """The report as JSON, of a folder without a graph."""
    run = polku("credential", "check", *arguments, "--json", "--data", str(folder / "none"))
    assert run.returncode == 0, run.stderr
    answer: dict[str, Any] = orjson.loads(run.stdout)
    return answer


def test_a_file_is_checked_without_any_graph(tmp_path: Path) -> None:
    expected = orjson.loads(orjson.dumps(report(read(FORMS[JSON], JSON), "sv")))
    assert checked(tmp_path, str(written(tmp_path, ".json")), "--lang", "sv") == expected


@pytest.mark.parametrize("suffix", [".jsonld", ".ttl"])
def test_the_end_of_a_files_name_says_what_it_is(tmp_path: Path, suffix: str) -> None:
    answer = checked(tmp_path, str(written(tmp_path, suffix)), "--profile", "fi")
    assert [held["profile"] for held in answer["profiles"]] == ["fi"]
    assert answer["profiles"][0]["score"]["mandatory"]["inferred"] == 1


def test_people_read_a_table_in_their_language(tmp_path: Path) -> None:
    file = str(written(tmp_path, ".json"))
    run = polku("credential", "check", file, "--lang", "fi", "--data", str(tmp_path / "none"))
    assert run.returncode == 0, run.stderr
    for words in ("Pakolliset: 5/9 (56%)", "Laskennallinen työmäärä", "väärin", "P60M"):
        assert words in run.stdout


def test_a_file_that_is_no_offering_is_answered_in_words(tmp_path: Path) -> None:
    for name, content, code in (
        ("broken.ttl", "<a", 1),
        ("other.ttl", "", 2),
        ("field.json", '{"titel": {}}', 2),
        ("offering.xml", "<a/>", 2),
        ("missing.json", None, 1),
    ):
        file = tmp_path / name
        if content is not None:
            file.write_text(content, encoding="utf-8")
        run = polku("credential", "check", str(file), "--data", str(tmp_path / "none"))
        assert run.returncode == code, run.stderr
        assert "Traceback" not in run.stderr and "Error: " in run.stderr


def test_every_end_of_a_file_s_name_is_a_format(tmp_path: Path) -> None:
    said = polku("credential", "check", "--help").stdout
    for suffix in SUFFIXES:
        assert suffix.removeprefix(".") in said or suffix == ".htm"
    page = tmp_path / "page.html"
    page.write_bytes(
        b'<script type="application/ld+json">' + orjson.dumps(SCHEMA_ORG) + b"</script>"
    )
    assert checked(tmp_path, str(page))["about"] == "https://w3id.org/polku/course/aalto/DEMO-1"


def test_elm_s_own_shapes_are_asked_where_a_setting_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POLKU_ELM_SHAPES", raising=False)
    file = str(written(tmp_path, ".ttl"))
    run = polku("credential", "check", file, "--profile", "elm-loq")
    assert run.returncode == 2
    assert "POLKU_ELM_SHAPES" in run.stderr
    run = polku("credential", "check", "--all", "--profile", "elm-loq")
    assert run.returncode == 2
    assert "name a FILE" in run.stderr


@pytest.mark.real_data
def test_elm_s_own_shapes_are_shown_with_what_they_are_worth(
    tmp_path: Path, real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_ELM_SHAPES", str(real_data / "vocabularies/elm"))
    file = tmp_path / "outcome.ttl"
    file.write_text("<urn:x:o> a <http://data.europa.eu/snb/model/elm/LearningOutcome> .")
    run = polku("credential", "check", str(file), "--profile", "elm-loq", "--lang", "fi")
    assert run.returncode == 0, run.stderr
    for words in ("Violation: urn:x:o", "liitteen I", "Not checked: sh:pattern"):
        assert words.lower() in " ".join(run.stdout.split()).lower(), run.stdout


def test_the_page_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "credentials.md").read_text(encoding="utf-8")
    example = page.split("## An example", 1)[1].split("\n## ", 1)[0]
    (shown,) = re.findall(r"```json\n(.*?)```", example, re.DOTALL)
    (expected,) = re.findall(r"```text\n(.*?)```", example, re.DOTALL)
    file = tmp_path / "queries-at-work.json"
    file.write_text(shown, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "100")
    run = polku("credential", "check", str(file), "--data", str(tmp_path / "none"))
    printed = "\n".join(line.rstrip() for line in run.stdout.rstrip().splitlines())
    assert printed == expected.rstrip()


def test_what_the_graph_says_of_the_courses_is_used(sample: Path, tmp_path: Path) -> None:
    course = "https://w3id.org/polku/course/aalto/SAMPLE-DS202"
    offering = {
        key: value for key, value in OURS.items() if key not in ("workload", "awardingBody")
    }
    file = tmp_path / "offering.json"
    file.write_bytes(orjson.dumps({**offering, "consistsOf": [{"course": course}]}))
    run = polku("credential", "check", str(file), "--tag", "--json", "--data", str(sample))
    assert run.returncode == 0, run.stderr
    elements = {one["element"]: one for one in orjson.loads(run.stdout)["profiles"][0]["elements"]}
    for name in ("workload", "awardingBody", "country", "outcomeSkills"):
        assert elements[name]["status"] == "inferred", name
    assert elements["workload"]["inferred"]["from"] == [course]


def test_an_offering_of_the_graph_is_issued_by_its_iri(sample: Path, tmp_path: Path) -> None:
    recipient = tmp_path / "recipient.json"
    recipient.write_text('{"name": "Aino Example"}', encoding="utf-8")
    run = polku(
        "credential", "issue", "https://w3id.org/polku/credential/aalto/SAMPLE-MC-DATA",
        "--to", str(recipient), "--format", "openBadges", "--data", str(sample),
        "--accept", "inferred", "--accept", "qualityAssurance", "--accept", "assessment",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    achievement = orjson.loads(run.stdout)["credentialSubject"]["achievement"]
    names = [one["targetName"] for one in achievement["alignment"]]
    assert names and not any(name.startswith("http") for name in names)
