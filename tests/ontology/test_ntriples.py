"""Terms are written so that every reader of N-Quads reads back what was meant."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology import terms
from ontology.ntriples import Term, boolean, decimal, integer, iri, text, typed

ANY_TEXT = st.text(st.characters(codec="utf-8"))
LANGUAGES = st.sampled_from(["en", "fi", "sv", "en-GB", "zh-Hant", "x-made"])


def read(term: Term) -> ox.NamedNode | ox.Literal:
    """The term as pyoxigraph reads it in the object's place."""
    (quad,) = ox.parse(f"<x:s> <x:p> {term} <x:g> .\n".encode(), format=ox.RdfFormat.N_QUADS)
    assert isinstance(quad.object, ox.NamedNode | ox.Literal)
    return quad.object


@given(ANY_TEXT)
def test_any_text_survives(value: str) -> None:
    assert read(text(value)) == ox.Literal(value)
    assert "\n" not in text(value)


@given(ANY_TEXT, LANGUAGES)
def test_any_text_survives_with_its_language(value: str, language: str) -> None:
    assert read(text(value, language)) == ox.Literal(value, language=language.lower())


@given(st.text(st.characters(categories=["Cs", "Ll"])))
def test_half_a_surrogate_pair_becomes_the_replacement_character(value: str) -> None:
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert read(text(value)).value == whole


@given(st.text() | ANY_TEXT.map(lambda rest: "https://example.org/" + rest))
def test_an_iri_that_is_taken_is_one_that_a_reader_takes(value: str) -> None:
    try:
        term = iri(value)
    except ValueError:
        return
    assert read(term) == ox.NamedNode(value)


@given(st.text("ab:/?#[]@!$&'()*+,;=%0AÅ .-_~", max_size=20).map(lambda rest: "http:" + rest))
def test_what_looks_nearly_like_an_address_is_taken_only_if_a_reader_takes_it(value: str) -> None:
    try:
        term = iri(value)
    except ValueError:
        return
    assert read(term) == ox.NamedNode(value)


@given(st.from_regex(r"https?://[a-z]{1,9}\.[a-z]{2,4}/[A-Za-z0-9._~/-]*", fullmatch=True))
def test_an_ordinary_address_is_taken_as_it_is(value: str) -> None:
    assert iri(value) == f"<{value}>"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a",
        "/path",
        "http://a/\x7f",
        "http://a/%zz",
        "http://a:b/",
        "x:[",
        "x:a#b#c",
        "http://a/\ufffe",
        "http:",
        "http://a b",
        "http://a\n",
        "http://a>",
        'http://a"',
        "http://\ud800",
    ],
)
def test_what_is_no_absolute_iri_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="IRI"):
        iri(value)


@pytest.mark.parametrize("language", ["", "english language", "en_GB", "fi\n", "1", "en-", 'en"'])
def test_what_is_no_language_tag_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match="language tag"):
        text("word", language)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9
    )
)
def test_a_decimal_keeps_its_value_and_has_one_form(value: Decimal) -> None:
    found = read(decimal(value))
    assert isinstance(found, ox.Literal)
    assert found.datatype.value == terms.xsd.decimal
    assert Decimal(found.value) == value
    assert decimal(value) == decimal(value + Decimal("0.000"))


@given(st.integers())
def test_an_integer_keeps_its_value(value: int) -> None:
    assert read(integer(value)) == ox.Literal(str(value), datatype=ox.NamedNode(terms.xsd.integer))


def test_booleans_are_written_in_words() -> None:
    assert [read(boolean(value)).value for value in (True, False)] == ["true", "false"]


@given(ANY_TEXT)
def test_a_typed_literal_cannot_end_early(value: str) -> None:
    assert read(typed(value, terms.xsd.date)) == ox.Literal(
        value, datatype=ox.NamedNode(terms.xsd.date)
    )
