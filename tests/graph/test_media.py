from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotAcceptable
from app.graph.media import (
    CSV,
    GRAPHS,
    JSON,
    JSON_LD,
    RDF_XML,
    RESULTS,
    TSV,
    TURTLE,
    XML,
    negotiate,
)


@pytest.mark.parametrize(
    ("accept", "offered", "expected"),
    [
        (None, RESULTS, JSON),
        ("", RESULTS, JSON),
        ("*/*", GRAPHS, TURTLE),
        ("text/csv", RESULTS, CSV),
        ("text/csv;q=0.1, */*;q=0.9", RESULTS, JSON),
        ("text/csv;q=0.5, text/tab-separated-values", RESULTS, TSV),
        ("application/*;q=0.5, text/csv;q=0.6", RESULTS, CSV),
        ("*/*, application/sparql-results+json;q=0", RESULTS, XML),
        ("application/json", RESULTS, JSON),
        ("application/json", GRAPHS, JSON_LD),
        ("application/xml", GRAPHS, RDF_XML),
        ("TEXT/TURTLE;charset=utf-8", GRAPHS, TURTLE),
        ("text/html, application/xhtml+xml, */*;q=0.8", RESULTS, JSON),
        ("nonsense, text/csv", RESULTS, CSV),
        ("text/csv;q=broken, text/tab-separated-values;q=0.1", RESULTS, TSV),
    ],
)
def test_the_client_gets_what_it_prefers(
    accept: str | None, offered: tuple[str, ...], expected: str
) -> None:
    assert negotiate(accept, offered) == expected


@pytest.mark.parametrize("accept", ["text/html", "*/*;q=0", "text/turtle"])
def test_what_is_not_there_is_refused_with_what_is(accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        negotiate(accept, RESULTS)
    assert caught.value.offered == RESULTS


@given(st.text())
def test_any_header_is_answered(accept: str) -> None:
    with contextlib.suppress(NotAcceptable):
        assert negotiate(accept, RESULTS) in RESULTS
