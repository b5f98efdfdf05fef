"""What a person types finds what they mean."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import BadParameter
from app.search.fold import fold, squeeze
from app.search.index import FILE
from app.search.service import Service
from ontology import terms
from ontology.ntriples import Triple, iri
from tests.search.graphs import BASE, SmallGraph, alt, code, hidden, pref, thing, title

SKILL = terms.esco.Skill

TRIPLES: list[Triple] = [
    *thing(SKILL, "ml", pref("machine learning"), pref("koneoppiminen", "fi"), alt("ML")),
    *thing(SKILL, "use-ml", pref("utilise machine learning"), alt("apply machine learning")),
    *thing(SKILL, "sql", pref("SQL"), hidden("structured query language")),
    *thing(SKILL, "sql-server", pref("SQL Server")),
    *thing(SKILL, "database", pref("database management systems"), alt("SQL")),
    *thing(SKILL, "c", pref("C")),
    *thing(SKILL, "cpp", pref("C++")),
    *thing(SKILL, "csharp", pref("C#")),
    *thing(SKILL, "java", pref("Java (computer programming)")),
    *thing(SKILL, "javanese", pref("Javanese")),
    *thing(SKILL, "power", pref("electric power", "en"), pref("sähkövoima", "fi")),
    *thing(SKILL, "sea", pref("åländsk sjöfart", "sv")),
    *thing(terms.esco.Occupation, "ds", pref("data scientist"), pref("datatieteilijä", "fi")),
    *thing(terms.Course, "a1110", title("Ohjelmointi 1", "fi"), title("Programming 1"), code("CS-A1110")),
    *thing(terms.Course, "a1111", title("Programming 2"), code("CS-A1111")),
    *thing(terms.Course, "twin", title("Programming 1, open university"), code("AY-A1110")),
    (iri(BASE + "twin"), iri(terms.entity), iri(BASE + "a1110")),
]  # fmt: skip


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(SmallGraph(TRIPLES))


def names(service: Service, kind: str, q: str, lang: str = "en") -> list[str]:
    return [one["iri"].removeprefix(BASE) for one in service.search(kind, q, lang)["results"]]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("SQL", ["sql", "sql-server", "database"]),
        ("machine learning", ["ml", "use-ml"]),
        ("learning mach", ["ml", "use-ml"]),
        ("java", ["java", "javanese"]),
        ("structured query", ["sql"]),
        ("C++", ["cpp"]),
        ("c#", ["csharp"]),
        ("sahkovoima", ["power"]),
        ("SÄHKÖ", ["power"]),
        ("alandsk sjofart", ["sea"]),
        ("apply machine learning", ["use-ml"]),
    ],
)
def test_the_best_answer_comes_first(service: Service, q: str, first: list[str]) -> None:
    assert names(service, "skills", q)[: len(first)] == first


@pytest.mark.parametrize(
    "q",
    ["mahcine learning", "machin learning", "machine leaning", "machine lerarning", "koneoppimnen"],
)
def test_one_slip_of_the_finger_still_finds_the_skill(service: Service, q: str) -> None:
    assert names(service, "skills", q)[0] == "ml"


def test_a_slip_in_a_word_of_three_letters_still_finds_it(service: Service) -> None:
    assert "sql" in names(service, "skills", "slq")


def test_a_question_of_one_letter_finds_the_skill_of_that_name(service: Service) -> None:
    assert names(service, "skills", "c")[0] == "c"


@pytest.mark.parametrize("q", ["CS-A1110", "cs a1110", "csa1110", "CS-A11"])
def test_a_course_is_found_by_its_code(service: Service, q: str) -> None:
    first = service.search("courses", q)["results"][0]
    assert (first["iri"], first["code"]) == (BASE + "a1110", "CS-A1110")


def test_a_twin_is_found_as_the_course_that_stands_for_it(service: Service) -> None:
    for q in ("open university", "Programming 1, open university", "AY-A1110"):
        first = service.search("courses", q)["results"][0]
        assert (first["iri"], first["label"], first["code"]) == (
            BASE + "a1110",
            "Programming 1",
            "CS-A1110",
        )


def test_each_result_says_which_label_matched_and_in_which_language_it_shows(
    service: Service,
) -> None:
    shown = service.search("skills", "koneoppiminen", "sv")
    assert shown == {
        "results": [
            {
                "iri": BASE + "ml",
                "label": "machine learning",
                "lang": "en",
                "matched": "koneoppiminen",
                "score": 1.0,
            }
        ],
        "generation": "000001-abcdef",
    }


@pytest.mark.parametrize(
    ("lang", "name", "label"),
    [
        ("fi", "ml", "koneoppiminen"),
        ("sv", "ml", "machine learning"),
        ("fi", "sql", "SQL"),
        ("en", "sea", "åländsk sjöfart"),
        ("de", "ml", "machine learning"),
    ],
)
def test_labels_fall_back_to_english_and_then_to_what_there_is(
    service: Service, lang: str, name: str, label: str
) -> None:
    assert service.labels([BASE + name], lang)[BASE + name]["label"] == label


def test_labels_come_in_bulk_and_leave_out_what_is_unknown(service: Service) -> None:
    asked = [BASE + name for name in ("ml", "ds", "a1110")] * 700 + ["https://example.org/none"]
    found = service.labels(asked, "fi")
    assert {iri.removeprefix(BASE): one["label"] for iri, one in found.items()} == {
        "ml": "koneoppiminen",
        "ds": "datatieteilijä",
        "a1110": "Ohjelmointi 1",
    }


def test_exact_finds_preferred_labels_alone(service: Service) -> None:
    assert service.exact("skills", "sql") == [BASE + "sql"]
    assert service.exact("skills", "ML") == []
    assert service.exact("occupations", " Data  Scientist ") == [BASE + "ds"]
    assert service.exact("occupations", "data scientists") == []
    assert service.exact("skills", "sahkovoima") == []


def test_a_result_is_json(service: Service) -> None:
    assert json.loads(json.dumps(service.search("courses", "program"))) is not None


HOSTILE = [
    "", " ", "\0", "\0" * 200, "*", '"', '""', "' OR 1=1 --", "NEAR(a b)", "a AND", "a* NOT b",
    "^a", "{x}: y", "(", "😀", "👩‍🔬" * 40, "%", "_", "\ud800", "\u202e", "-", "a" * 300,
    "folded:ml", "; DROP TABLE thing", "ß", "İ", "\N{COMBINING ACUTE ACCENT}" * 300, "a\nb",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["skills", "courses"])
@pytest.mark.parametrize("q", HOSTILE)
def test_hostile_questions_do_no_harm(service: Service, kind: str, q: str) -> None:
    assert isinstance(service.search(kind, q)["results"], list)
    assert isinstance(service.exact(kind, q), list)


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(1, 100))
def test_any_question_gets_an_answer_within_its_limit(service: Service, q: str, limit: int) -> None:
    results = service.search("skills", q, "en", limit)["results"]
    assert len(results) <= limit
    assert len({one["iri"] for one in results}) == len(results)
    scores = [one["score"] for one in results]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < one <= 1 for one in scores)


def test_what_cannot_be_searched_for_is_refused_with_the_bound(service: Service) -> None:
    with pytest.raises(BadParameter, match="10,000,000 characters; at most 300"):
        service.search("skills", "a" * 10_000_000)
    with pytest.raises(BadParameter, match="Known: skills, occupations, courses"):
        service.search("people", "a")
    for limit in (0, 101):
        with pytest.raises(BadParameter, match="expected 1 to 100"):
            service.search("skills", "a", limit=limit)


def test_the_index_is_kept_and_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "index" / "000001-abcdef"
    Service(SmallGraph(TRIPLES), folder)
    assert [file.name for file in folder.iterdir()] == [FILE]
    # An empty graph could not answer: what answers is the kept index.
    again = Service(SmallGraph([]), folder)
    assert names(again, "skills", "SQL")[0] == "sql"


def test_an_index_of_another_content_is_built_anew(tmp_path: Path) -> None:
    Service(SmallGraph(TRIPLES), tmp_path)
    other = Service(SmallGraph(TRIPLES[:4], generation="000002-abcdef"), tmp_path)
    assert names(other, "skills", "SQL") == []


def test_an_index_serves_every_generation_of_its_content(tmp_path: Path) -> None:
    Service(SmallGraph(TRIPLES), tmp_path)
    later = SmallGraph([], generation="000002-abcdef")
    later.content = "000001-abcdef"
    found = Service(later, tmp_path).search("skills", "SQL")
    assert found["results"][0]["iri"] == BASE + "sql"
    assert found["generation"] == "000002-abcdef"


@pytest.mark.parametrize(
    "damage", [b"", b"not a database at all", b"SQLite format 3\0" + b"\0" * 5000]
)
def test_a_damaged_index_is_built_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    assert names(Service(SmallGraph(TRIPLES), tmp_path), "skills", "SQL")[0] == "sql"


def test_an_index_cannot_be_written_to(tmp_path: Path) -> None:
    Service(SmallGraph(TRIPLES), tmp_path)
    before = (tmp_path / FILE).read_bytes()
    service = Service(SmallGraph(TRIPLES), tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        service._candidates._database.execute("DELETE FROM thing")
    assert (tmp_path / FILE).read_bytes() == before


def test_an_empty_graph_finds_nothing(tmp_path: Path) -> None:
    service = Service(SmallGraph([]), tmp_path)
    assert service.search("skills", "anything")["results"] == []
    assert service.labels([BASE + "ml"]) == {}


@settings(deadline=None)
@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(label: str) -> None:
    assert fold(fold(label)) == fold(label)
    assert " " not in squeeze(label)
