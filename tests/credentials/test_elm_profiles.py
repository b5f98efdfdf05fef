"""ELM's own profiles say what their publishers say, and Polku says what that is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from app.credentials.document import HTML, JSON, XML
from app.credentials.elm_profiles import ELM_PROFILES, MOST_RESULTS, SUMMARY, ElmProfile, check
from app.errors import BadParameter, GraphError, PolkuError, Unreadable
from app.exports import elm
from app.graph.media import JSON_LD, TURTLE
from tests.credentials.test_foreign import told
from tests.exports.made import CREDENTIAL

pytestmark = pytest.mark.real_data


@pytest.fixture
def shapes(real_data: Path) -> Path:
    """The published files, which are not Polku's."""
    return real_data / "vocabularies/elm"


def asked(
    content: bytes, name: ElmProfile, shapes: Path, media: str = JSON_LD, lang: str = "en"
) -> dict[str, Any]:
    return check(content, media, name, shapes, lang)


BARE = b"""
@prefix elm: <http://data.europa.eu/snb/model/elm/> .
@prefix dc: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:x:a> a elm:LearningAchievementSpecification ; dc:title "Paths"@en .
"""


def test_a_micro_credential_that_says_little_conforms_to_loq_and_not_to_annex_i(
    shapes: Path,
) -> None:
    written = elm.write(CREDENTIAL)
    little = {key: one for key, one in written.items() if key not in ("provenBy", "creditPoint")}
    content = orjson.dumps(little)
    found = asked(content, "elm-loq", shapes)
    assert found["conforms"] and found["results"] == []
    assert "Annex I" in found["summary"]
    assert told(content)["assessment"]["status"] == "missing"
    assert told(content)["qualityAssurance"]["status"] == "missing"


def test_what_loq_asks_for_is_said_in_its_own_words(shapes: Path) -> None:
    untitled = {**elm.write(CREDENTIAL), "learningOutcome": {"type": "LearningOutcome"}}
    found = asked(orjson.dumps(untitled), "elm-loq", shapes)
    assert not found["conforms"]
    assert found["found"] == len(found["results"]) > 0
    assert any("title" in one["path"] for one in found["results"])
    assert all(one["message"] and one["severity"] == "Violation" for one in found["results"])
    assert found == asked(orjson.dumps(untitled), "elm-loq", shapes)


def test_a_pattern_that_python_cannot_read_is_said_to_be_left_out(shapes: Path) -> None:
    found = asked(BARE, "elm-loq", shapes, TURTLE)
    assert len(found["notChecked"]) == 3
    assert all("[\\p{L}" in one for one in found["notChecked"])


@pytest.mark.parametrize("form", ["signed.jsonld", "unsigned.jsonld", "unsigned-uploadable.json"])
def test_the_eu_s_own_sample_is_held_against_the_schema_that_it_names(
    real_data: Path, shapes: Path, form: str
) -> None:
    file = real_data / "formats/elm/credentials" / f"Sample-MC-Annex1-{form}"
    found = asked(file.read_bytes(), "elm-edc", shapes)
    assert found["shapes"] == ["ap/edc/EDC-generic-no-cv.ttl", "ap/edc/EDC-generic-full.ttl"]
    if form == "signed.jsonld":
        assert found["conforms"], found["results"]
        return
    # What the seal brings: the day of issuing, and an identifier of who seals it.
    assert {one["path"].rpartition("/")[2].rpartition("#")[2] for one in found["results"]} == {
        "issued",
        "issuer",
        "eidasLegalIdentifier",
    }


def test_a_credential_without_its_issuer_is_told_so(real_data: Path, shapes: Path) -> None:
    file = real_data / "formats/elm/credentials" / "Sample-MC-Annex1-unsigned.jsonld"
    whole = orjson.loads(file.read_bytes())
    del whole["issuer"], whole["credentialSubject"]["hasClaim"]
    found = asked(orjson.dumps(whole), "elm-edc", shapes)
    assert not found["conforms"]
    assert "https://www.w3.org/2018/credentials#issuer" in {one["path"] for one in found["results"]}


@pytest.mark.parametrize(
    ("content", "media", "refusal", "words"),
    [
        (b"<a/>", XML, BadParameter, "RDF"),
        (b"<html/>", HTML, BadParameter, "RDF"),
        (b"[]", JSON, BadParameter, "object"),
        (b"{", JSON, Unreadable, "not JSON"),
        (b'{"@context": "https://example.org/c"}', JSON_LD, Unreadable, "none is fetched"),
        (b'{"payload": "{", "signatures": []}', JSON, Unreadable, "signed"),
        (b"<a", TURTLE, Unreadable, "Turtle"),
    ],
)
def test_what_is_no_rdf_of_elm_is_refused_in_words(
    shapes: Path, content: bytes, media: str, refusal: type[PolkuError], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        asked(content, "elm-edc", shapes, media)


def test_a_folder_without_the_shapes_is_told_what_to_do(tmp_path: Path) -> None:
    for name in ELM_PROFILES:
        with pytest.raises(GraphError, match="POLKU_ELM_SHAPES"):
            asked(BARE, name, tmp_path, TURTLE)


def test_no_more_results_are_given_than_may_be_and_all_are_counted(shapes: Path) -> None:
    many = b"".join(
        b"<urn:x:%d> a elm:LearningOutcome .\n" % number for number in range(MOST_RESULTS + 5)
    )
    found = asked(BARE + many, "elm-loq", shapes, TURTLE)
    assert len(found["results"]) == MOST_RESULTS < found["found"]


def test_the_summary_is_in_the_language_asked_for(shapes: Path) -> None:
    assert asked(BARE, "elm-edc", shapes, TURTLE, "fi")["summary"] in {
        one["fi"] for one in SUMMARY.values()
    }
