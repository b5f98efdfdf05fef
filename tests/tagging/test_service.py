from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from app.errors import BadParameter, NotFound
from app.graph import index_folder, open_graph
from app.graph.writer import Writer
from app.tagging.service import Answer, Service
from ontology import terms
from ontology.iris import Minter
from tests.tagging.small import load, skill


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    load(folder, "esco", "courses", "works", "credentials")
    return folder


@pytest.fixture(scope="module")
def service(data: Path) -> Service:
    graph = open_graph(data)
    return Service(graph, index_folder(data, graph.generation))


def labels(answer: Answer) -> list[str]:
    return [suggestion["label"] for suggestion in answer["suggestions"]]


def test_a_text_gets_skills_with_offsets_and_a_reason(service: Service) -> None:
    text = "We apply linear programming to robots."
    answer = service.suggest({"text": text})
    first = answer["suggestions"][0]
    span = first["evidence"][0]
    assert answer["model"] == service.model
    assert (first["skill"], first["label"], first["lang"]) == (
        skill("02"), "mathematical programming", "en",
    )  # fmt: skip
    assert text[span["start"] : span["end"]] == span["text"] == "linear programming"
    assert "field" not in span
    assert orjson.loads(orjson.dumps(answer)) == answer


def test_offsets_of_a_title_and_an_abstract_count_in_their_own_field(service: Service) -> None:
    request = {"title": "Linear algebra", "abstract": "On computer vision."}
    for suggestion in service.suggest(request)["suggestions"]:
        for span in suggestion["evidence"]:
            assert request[span["field"]][span["start"] : span["end"]] == span["text"]
    fields = {
        suggestion["label"]: suggestion["evidence"][0]["field"]
        for suggestion in service.suggest(request)["suggestions"]
    }
    assert (fields["linear algebra"], fields["computer vision"]) == ("title", "abstract")


def test_a_list_of_texts_gives_a_list_of_answers_in_order(service: Service) -> None:
    answers = service.suggest([{"text": "linear algebra"}, {"text": "manage budgets"}])
    assert [labels(answer)[0] for answer in answers] == ["linear algebra", "manage budgets"]


def test_a_course_of_the_graph_is_read_in_english_where_it_has_any(service: Service) -> None:
    course = Minter().course("aalto", "A-2")
    answer = service.suggest({"about": course})
    assert labels(answer)[0] == "linear algebra"
    assert answer["suggestions"][0]["because"] == "names “matrix algebra”, an alternative label"
    assert answer["suggestions"][0]["evidence"][0]["field"] == "outcomes"


def test_a_limit_and_a_least_confidence_shorten_the_answer(service: Service) -> None:
    text = "linear programming, computer vision, manage budgets and mathematics"
    all_of_them = service.suggest({"text": text})["suggestions"]
    assert service.suggest({"text": text, "limit": 2})["suggestions"] == all_of_them[:2]
    least = all_of_them[1]["confidence"]
    sure = service.suggest({"text": text, "minConfidence": least})["suggestions"]
    assert sure == [one for one in all_of_them if one["confidence"] >= least]


@pytest.mark.parametrize(
    ("request_", "param", "words"),
    [
        ({}, "/", "Send one of"),
        ({"text": "a", "about": "b:c"}, "/", "Send one of"),
        ({"text": " \n"}, "/text", "empty"),
        ({"text": "a" * 100_001}, "/text", "at most 100000"),
        ({"text": 5}, "/text", "string"),
        ({"text": "a", "limit": 0}, "/limit", "1 to 100"),
        ({"text": "a", "limit": 1.5}, "/limit", "whole"),
        ({"text": "a", "limit": True}, "/limit", "1 to 100"),
        ({"text": "a", "minConfidence": 2}, "/minConfidence", "0 to 1"),
        ({"text": "a", "minConfidence": float("nan")}, "/minConfidence", "0 to 1"),
        ({"text": "a", "kind": "song"}, "/kind", "Known: course, work, other"),
        ({"text": "a", "tekst": "b"}, "/tekst", "Unknown field 'tekst'"),
        ({"text": "a", "language": "klingon!"}, "/language", "Send en, fi, sv"),
        ({"about": "no iri"}, "/about", "Not an IRI"),
        ([{"text": "a"}, {"text": ""}], "/1/text", "empty"),
        ([{"text": "a"}] * 201, "/", "at most 200"),
        ("text", "/", "object"),
        ([5], "/0", "object"),
    ],
)
def test_a_request_that_cannot_be_says_where_and_what_to_do(
    service: Service, request_: dict[str, object], param: str, words: str
) -> None:
    with pytest.raises(BadParameter) as caught:
        service.suggest(request_)
    assert caught.value.param == param
    assert words in caught.value.detail


def test_a_course_is_read_as_one_whatever_field_it_is_sent_in(service: Service) -> None:
    words = "Students are able to teach mathematics after the course, and to use linear algebra."
    stated = service.suggest({"text": words, "kind": "course"})
    assert service.suggest({"text": words}) == stated
    assert labels(service.suggest({"title": "Algebra", "abstract": words})) == labels(
        service.suggest({"title": "Algebra", "abstract": words, "kind": "course"})
    )


def test_a_short_first_line_is_read_as_a_title(service: Service) -> None:
    body = "We show what the use of it is in the plants of today and of tomorrow, in words."
    plain = service.suggest({"text": f"Linear algebra. {body}", "kind": "work"})
    titled = service.suggest({"text": f"Linear algebra\n{body}", "kind": "work"})
    assert plain["suggestions"][0]["skill"] == titled["suggestions"][0]["skill"]
    assert plain["suggestions"][0]["confidence"] != titled["suggestions"][0]["confidence"]


def test_an_unknown_thing_is_not_found(service: Service) -> None:
    with pytest.raises(NotFound):
        service.suggest({"about": "https://w3id.org/polku/course/aalto/none"})
    with pytest.raises(NotFound):
        service.suggest({"about": skill("01")})


def test_the_index_is_kept_and_gives_the_same_answers(data: Path, service: Service) -> None:
    graph = open_graph(data)
    folder = index_folder(data, graph.generation)
    kept = sorted(path.name for path in (folder / "tagging").iterdir())
    assert kept == ["en.npz", "lexicon.json"]
    request = {"text": "linear programming for computer vision in Swift"}
    stamps = [path.stat().st_mtime_ns for path in (folder / "tagging").iterdir()]
    again = Service(graph, folder)
    assert again.suggest(request) == service.suggest(request)
    assert again.suggest(request) == Service(graph).suggest(request)
    assert stamps == [path.stat().st_mtime_ns for path in (folder / "tagging").iterdir()]


def test_a_generation_with_the_same_skills_shares_the_index(data: Path, service: Service) -> None:
    assert service.model
    graph = open_graph(data)
    first = index_folder(data, graph.generation)
    later = first.parent / "later"
    Service(graph, later)
    assert (later / "tagging" / "en.npz").samefile(first / "tagging" / "en.npz")


@pytest.mark.parametrize("damage", ["cut", "empty", "foreign", "gone"])
def test_a_damaged_index_is_made_again(data: Path, tmp_path: Path, damage: str) -> None:
    graph = open_graph(data)
    folder = tmp_path / "index" / "one"
    before = Service(graph, folder).suggest({"text": "linear algebra"})
    file = folder / "tagging" / "en.npz"
    content = file.read_bytes()
    file.unlink()
    if damage != "gone":
        file.write_bytes({"cut": content[:900], "empty": b"", "foreign": b"PK nothing"}[damage])
    assert Service(graph, folder).suggest({"text": "linear algebra"}) == before
    assert file.stat().st_size == len(content)


def test_a_folder_that_cannot_be_written_costs_only_time(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    service = Service(open_graph(data), tmp_path / "file" / "index")
    assert labels(service.suggest({"text": "linear algebra"}))[0] == "linear algebra"


def test_a_decision_leaves_the_index_as_it_is(tmp_path: Path) -> None:
    load(tmp_path, "esco", "courses")
    with open_graph(tmp_path) as graph:
        folder = index_folder(tmp_path, graph.generation)
        before = Service(graph, folder).suggest({"text": "linear algebra"})
        row = next(graph.select(f"SELECT ?c {{ ?c a <{terms.Course}> }} ORDER BY ?c"))
    stamps = {path: path.stat().st_ino for path in (folder / "tagging").iterdir()}
    said = {"kind": "decide", "about": str(row[0]), "skill": skill("01"), "verdict": "missing"}
    generation, (outcome,) = Writer(tmp_path).edit([{**said, "role": "teacher"}])
    assert outcome.error is None
    with open_graph(tmp_path, generation) as graph:
        assert index_folder(tmp_path, generation) == folder
        after = Service(graph, folder).suggest({"text": "linear algebra"})
    assert after["model"].startswith(before["model"])
    assert {path: path.stat().st_ino for path in (folder / "tagging").iterdir()} == stamps
