"""Every document is what its format's published schema or shapes ask for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import orjson
import pytest

from app.exports import dcat, elm, koutalight, oeapi, openbadges, schema_org, table
from app.exports.catalogue import every, pieces
from app.exports.facts import Facts, notices
from app.exports.formats import Document, Format, Lacking
from app.exports.registry import FORMATS
from app.graph import open_graph
from tests.conftest import RealGraph
from tests.exports import schemas
from tests.exports.made import CATALOGUE, COURSE, CREDENTIAL, ESCO

real = pytest.mark.real_data
KOUTALIGHT = Path(__file__).parent / "koutalight.schema.json"
SCHEMA_ORG = frozenset(
    [
        "name",
        "courseCode",
        "about",
        "url",
        "provider",
        "description",
        "inLanguage",
        "numberOfCredits",
        "educationalLevel",
        "teaches",
        "competencyRequired",
        "coursePrerequisites",
        "educationalCredentialAwarded",
        "hasPart",
        "hasCourseInstance",
        "offers",
        "copyrightNotice",
        "license",
        "@context",
        "@type",
        "@id",
    ]
)
"""Properties of schema.org's Course and of what it is, as its pages list them."""


def documents(many: Sequence[Facts], form: Format) -> list[Document]:
    """What can be written of them; that most can is part of the test."""
    made = []
    for one in many:
        try:
            made.append(form.write(one))
        except Lacking:
            continue
    assert len(made) > 0.8 * len(many)
    return made


def addresses(value: object) -> Iterator[str]:
    """Every ``contentUrl`` in documents."""
    if isinstance(value, dict):
        if isinstance(found := value.get("contentUrl"), str):
            yield found
        yield from (one for part in value.values() for one in addresses(part))
    elif isinstance(value, list):
        yield from (one for part in value for one in addresses(part))


def told(validator: jsonschema_rs.Validator, made: Sequence[Document]) -> list[str]:
    plain = orjson.loads(orjson.dumps(list(made)))
    return [str(error)[:500] for one in plain for error in validator.iter_errors(one)]


@real
def test_elm_conforms_to_its_own_shapes(real_data: Path, sampled: Sequence[Facts]) -> None:
    assert schemas.shacl(real_data, [elm.write(COURSE), elm.write(CREDENTIAL)]) == ""
    made = documents(sampled, elm.FORMAT)
    assert schemas.shacl(real_data, made) == ""
    for one in addresses(made):
        assert urlsplit(one).scheme in ("http", "https") and urlsplit(one).hostname


@real
def test_elm_s_shapes_do_tell_what_lacks(real_data: Path) -> None:
    broken = {name: value for name, value in elm.write(CREDENTIAL).items() if name != "title"}
    assert "title" in schemas.shacl(real_data, [broken])


@real
def test_an_achievement_fits_the_schema_of_open_badges(
    real_data: Path, sampled: Sequence[Facts]
) -> None:
    validator = schemas.achievement(real_data)
    assert not validator.is_valid({"id": "x"})
    made = [openbadges.write(COURSE), openbadges.write(CREDENTIAL)]
    assert told(validator, [*made, *documents(sampled, openbadges.FORMAT)]) == []


@real
def test_a_course_fits_the_schema_of_oeapi(real_data: Path, sampled: Sequence[Facts]) -> None:
    validator = schemas.oeapi_course(real_data)
    assert not validator.is_valid({"courseId": "x"})
    made = [oeapi.write(COURSE), oeapi.write(CREDENTIAL)]
    assert told(validator, [*made, *documents(sampled, oeapi.FORMAT)]) == []


@real
@pytest.mark.timeout(1200)  # whoever asks first for the whole real graph makes it
def test_real_courses_are_valid_too(real_data: Path, real_graph: RealGraph) -> None:
    with open_graph(real_graph.data) as graph:
        many = list(islice(every(graph, suggested=True, private=True), 0, 1906, 19))
    assert len(many) > 90
    assert schemas.shacl(real_data, documents(many, elm.FORMAT)) == ""
    assert not told(schemas.achievement(real_data), documents(many, openbadges.FORMAT))
    assert not told(schemas.oeapi_course(real_data), documents(many, oeapi.FORMAT))


def test_koutalight_fits_the_schema_made_by_hand(sampled: Sequence[Facts]) -> None:
    validator = jsonschema_rs.validator_for(json.loads(KOUTALIGHT.read_text()))
    aalto = [one for one in sampled if one.body and one.body.code in ("aalto", "oulu")]
    made = [koutalight.write(COURSE), koutalight.write(CREDENTIAL)]
    assert told(validator, [*made, *documents(aalto, koutalight.FORMAT)]) == []
    assert made[0]["osaaminenUrit"] == [COURSE.skills[0].iri]


def test_schema_org_has_only_terms_that_a_course_has(sampled: Sequence[Facts]) -> None:
    for one in documents([COURSE, CREDENTIAL, *sampled], schema_org.FORMAT):
        assert set(one) <= SCHEMA_ORG
        assert one["name"] and one["provider"]


def test_json_ld_whose_context_is_written_out_is_read_without_any_network(
    sampled: Sequence[Facts],
) -> None:
    for one in [COURSE, CREDENTIAL, *sampled]:
        statements = schemas.parsed(elm.write(one))
        assert any(one.iri in str(quad.subject) for quad in statements)
        # Nothing is dropped for want of a term.
        assert all("://" in str(quad.predicate) for quad in statements)


def test_the_catalogue_of_data_sets_says_what_may_be_done_with_each() -> None:
    made = dcat.write([CATALOGUE, ESCO], "https://w3id.org/polku/", "https://polku.example/")
    statements = {
        (str(quad.subject), str(quad.predicate), str(quad.object)) for quad in schemas.parsed(made)
    }
    (catalogue, esco) = ("<https://w3id.org/polku/catalogue>", f"<{ESCO.iri}>")
    for expected in (
        (catalogue, "<http://www.w3.org/ns/dcat#dataset>", esco),
        (esco, "<http://purl.org/dc/terms/license>", f"<{ESCO.licence}>"),
        (esco, "<http://purl.org/dc/terms/rights>", f'"{ESCO.rights}"@en'),
    ):
        assert expected in statements
    licence = "<http://purl.org/dc/terms/license>"
    assert not [one for one in statements if one[:2] == (f"<{CATALOGUE.iri}>", licence)]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("one", [COURSE, CREDENTIAL], ids=["course", "credential"])
def test_esco_s_notice_stands_where_its_skills_do(name: str, one: Facts) -> None:
    said = json.dumps(FORMATS[name].write(one))
    assert one.skills[0].iri in said
    if name != "koutalight":  # which has no place for it, and holds IRIs alone
        assert ESCO.rights in said


def test_a_source_without_a_licence_is_said_to_have_none() -> None:
    assert "Aalto University states no licence" in " ".join(notices(COURSE))
    assert "states no licence" in json.dumps(schema_org.write(COURSE))


@pytest.mark.parametrize(
    ("form", "lacks", "said"),
    [
        (elm.FORMAT, {"outcomes": {}}, "learning outcome"),
        (elm.FORMAT, {"body": None}, "organisation"),
        (elm.FORMAT, {"titles": {"": "Untold"}}, "title"),
        (openbadges.FORMAT, {"titles": {}}, "title"),
        (oeapi.FORMAT, {"titles": {}}, "title"),
        (koutalight.FORMAT, {"body": None}, "oid"),
        (koutalight.FORMAT, {"content": {}, "outcomes": {}}, "description"),
    ],
)
def test_what_a_format_asks_for_and_is_not_stated_is_named(
    form: Format, lacks: dict[str, Any], said: str
) -> None:
    with pytest.raises(Lacking, match=said):
        form.write(replace(COURSE, **lacks))


def test_a_whole_catalogue_is_one_array_and_tells_what_it_leaves_out() -> None:
    left: list[str] = []
    many = [COURSE, replace(COURSE, outcomes={}), CREDENTIAL]
    content = b"".join(pieces("elm", many, lambda error: left.append(error.lacks)))
    assert [one["@context"] for one in orjson.loads(content)] == [
        orjson.loads(orjson.dumps(elm.CONTEXT))
    ] * 2
    assert left == ["a learning outcome with its language"]
    assert orjson.loads(b"".join(pieces("oeapi", []))) == []


def test_a_table_has_a_line_for_each_and_no_formula() -> None:
    odd = replace(COURSE, titles={"en": "=1+1"})
    content = b"".join(pieces("csv", [odd, CREDENTIAL])).decode()
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["kind"] for row in rows] == ["course", "microCredential"]
    assert rows[0]["title_en"] == "'=1+1"
    assert rows[0]["outcomes"] == COURSE.outcomes["en"]
    assert tuple(rows[0]) == table.COLUMNS
