"""Values take the places of parameters, and can be nothing but one term."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.ntriples import Term, decimal, integer, iri, text, typed
from queries import BindingError, Parameter, ParameterError, Query, Type
from queries.query import read
from queries.tokens import Kind, shape, tokens

XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"

ANSWER = read("answer", "SELECT ?x WHERE { BIND($value AS ?x) }")
EVERYWHERE = read(
    "everywhere",
    'SELECT ?s ("$value" AS ?a) (\'$value\' AS ?b) ("""a"$value""" AS ?c) # $value\n'
    "WHERE { ?s <http://e.x/$value> ?value . FILTER(?s != $value && STR(?s) != '\\'$value') }",
)


def hostile() -> st.SearchStrategy[str]:
    """Text that tries to leave its quotes, and any other text."""
    return st.one_of(
        st.text(),
        st.sampled_from(
            [
                '"',
                "\\",
                '\\"',
                '" } DROP ALL #',
                "'''",
                '"""',
                "\\u0022",
                "\\\\u0022 . ?s ?p ?o",
                "$value",
                "?s",
                "a\nb\r\nc\td\0e",
                "> <",
                "\ud800",
                "#",
                "}",
                "“smart quotes”",
            ]
        ),
    )


def answer(query: str) -> object:
    results = ox.Store().query(query)
    assert isinstance(results, ox.QuerySolutions)
    return next(results)[0]


@given(hostile())
def test_no_text_changes_the_shape_of_a_query(value: str) -> None:
    assert shape(ANSWER.bind({"value": text(value)})) == shape(ANSWER.bind({"value": text("a")}))


@given(hostile(), st.sampled_from([None, "en", "fi", "zh-hant"]))
def test_any_text_comes_back_from_the_engine_as_it_went_in(
    value: str, language: str | None
) -> None:
    readable = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    expected = ox.Literal(readable) if language is None else ox.Literal(readable, language=language)
    assert answer(ANSWER.bind({"value": text(value, language)})) == expected


@given(st.text(min_size=1))
def test_no_iri_changes_the_shape_of_a_query(value: str) -> None:
    try:
        term = iri("http://e.x/" + value)
    except ValueError:
        return
    bound = ANSWER.bind({"value": term})
    assert shape(bound) == shape(ANSWER.bind({"value": iri("http://e.x/a")}))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers())
def test_numbers_come_back_from_the_engine_as_they_went_in(number: Decimal, count: int) -> None:
    for term in (decimal(number), integer(count)):
        bound = ANSWER.bind({"value": term})
        assert shape(bound) == shape(ANSWER.bind({"value": typed("0", term.split("<")[1][:-1])}))


@given(st.text(alphabet=st.sampled_from("\"'\\$?<>#{}aé:.@^_- \n\r1e%&|"), max_size=60))
def test_tokens_joined_are_the_text_again(query: str) -> None:
    assert "".join(token.text for token in tokens(query)) == query


@given(st.text(alphabet=st.sampled_from("\"'\\$?<>#{}aé:.@^_- \n\r1e%&|"), max_size=60))
def test_what_is_bound_stays_apart_from_its_neighbours(query: str) -> None:
    found = [token for token in tokens(query) if token.kind is Kind.PARAMETER]
    bound = read("any", query).bind({token.text[1:]: text("x") for token in found})
    strings = [token for token in tokens(bound) if token.kind is Kind.STRING]
    before = [token for token in tokens(query) if token.kind is Kind.STRING]
    assert len(strings) == len(before) + len(found)


def test_strings_iris_comments_and_variables_are_left_alone() -> None:
    bound = EVERYWHERE.bind({"value": iri("http://e.x/1")})
    assert bound.count("<http://e.x/1>") == 1
    assert bound.count("$value") == EVERYWHERE.text.count("$value") - 1
    assert "?value ." in bound


def test_a_number_stands_bare_after_limit_and_offset() -> None:
    query = read("paged", "SELECT ?s { ?s ?p ?o } LIMIT $limit OFFSET $offset")
    bound = query.bind({"limit": integer(7), "offset": integer(0)})
    assert " ".join(bound.split()) == "SELECT ?s { ?s ?p ?o } LIMIT 7 OFFSET 0"


@pytest.mark.parametrize("value", [integer(-1), decimal(Decimal("0.5")), text("1"), iri("a:b")])
def test_nothing_but_a_whole_number_stands_after_limit(value: Term) -> None:
    query = read("paged", "SELECT ?s { ?s ?p ?o } LIMIT $limit")
    with pytest.raises(BindingError, match="limit"):
        query.bind({"limit": value})


def test_values_takes_many_terms_or_none() -> None:
    query = read("many", "SELECT ?x { VALUES ?x { $x } }")
    store = ox.Store()

    def rows(bound: str) -> list[object]:
        results = store.query(bound)
        assert isinstance(results, ox.QuerySolutions)
        return [solution["x"] for solution in results]

    assert rows(query.bind({"x": [text("a"), text("b")]})) == [ox.Literal("a"), ox.Literal("b")]
    assert rows(query.bind({"x": []})) == []
    assert rows(query.bind({"x": None})) == [None]


@pytest.mark.parametrize("value", [None, [text("a"), text("b")]])
def test_many_terms_stand_nowhere_but_in_values(value: list[Term] | None) -> None:
    with pytest.raises(BindingError, match="VALUES"):
        ANSWER.bind({"value": value})


def test_text_that_is_no_term_is_refused() -> None:
    for value in ("?s ?p ?o", "a", '"a" . ?s', "<a> <b>", '"a"b', ""):
        with pytest.raises(BindingError, match="no serialised term"):
            ANSWER.bind({"value": Term(value)})


def test_a_missing_value_and_an_unknown_one_are_named() -> None:
    with pytest.raises(BindingError, match="needs a value for value"):
        ANSWER.bind({})
    with pytest.raises(BindingError, match="no parameter vlaue"):
        ANSWER.bind({"value": text("a"), "vlaue": text("b")})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Type.IRI, "esco:S1 a"),
        (Type.IRI, "S1"),
        (Type.IRI, "<http://e.x/>"),
        (Type.INTEGER, "1.5"),
        (Type.INTEGER, "٣"),
        (Type.INTEGER, "1" * 30),
        (Type.DECIMAL, "NaN"),
        (Type.DECIMAL, "1e400"),
        (Type.DATE, "2026-02-30"),
        (Type.DATE, "20260101"),
        (Type.LANGUAGE, "english please"),
        (Type.BOOLEAN, "yes"),
        (Type.STRING, "a" * 3_000),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_what_would_do(kind: Type, value: str) -> None:
    with pytest.raises(ParameterError, match=r"^x: ") as refusal:
        Parameter("x", kind).term(value)
    assert refusal.value.parameter == "x"


def test_bounds_and_choices_hold() -> None:
    share = Parameter("share", Type.DECIMAL, least=Decimal(0), most=Decimal(1))
    day = Parameter("day", Type.DATE, least=date(2020, 1, 1))
    status = Parameter("status", Type.STRING, choices=("accepted", "suggested"))
    assert share.term("0.50") == decimal(Decimal("0.5"))
    assert day.term("2026-05-04") == typed("2026-05-04", XSD_DATE)
    for parameter, value in ((share, "1.01"), (share, "-1"), (day, "2019-12-31"), (status, "odd")):
        with pytest.raises(ParameterError):
            parameter.term(value)


def test_a_query_without_a_header_still_binds() -> None:
    query: Query = read("plain", "ASK { $a ?p ?o }")
    assert query.parameters == {}
    assert "<http://e.x/>" in query.bind({"a": iri("http://e.x/")})
