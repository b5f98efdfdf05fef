from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from app.errors import BadQuery, Forbidden
from app.graph.lexer import inspect
from app.graph.outlines import sent, taken

QUERIES = (
    "ASK {}",
    "SELECT * FROM <http://example.org/g> { ?s ?p ?o }",
    "SELECT (<http://example.org/#a> AS ?a) {}",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE <http://example.org/ä>",
)


@pytest.mark.parametrize("query", QUERIES)
def test_an_outline_arrives_as_it_was_made(query: str) -> None:
    outline = inspect(query)
    arrived = taken(query, orjson.loads(orjson.dumps(sent(query, outline))))
    assert arrived == replace(outline, varies=False)


def test_a_query_that_nobody_has_read_is_read() -> None:
    assert taken(QUERIES[1], None) == inspect(QUERIES[1])
    with pytest.raises(Forbidden):
        taken("ASK { SERVICE <http://example.org/> {} }", None)
    with pytest.raises(BadQuery):
        taken("ASK {", None)
