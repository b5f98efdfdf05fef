"""The questions that the ontology must answer, answered on a small graph made by hand."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from ontology import FOLDER
from tests.ontology.shacl import by_queries

COMPETENCY = FOLDER / "competency"
QUESTIONS = sorted(COMPETENCY.glob("CQ-*.rq"))
_TERM = re.compile(r'(?P<lexical>".*")(?:@(?P<language>[\w-]+)|\^\^<(?P<datatype>[^>]+)>)?\Z', re.S)

Row = dict[str, tuple[object, ...]]


@cache
def world() -> ox.Store:
    store = ox.Store()
    store.load(path=COMPETENCY / "data.trig", format=ox.RdfFormat.TRIG)
    return store


def value(term: str) -> tuple[object, ...]:
    """A term by value: 5 and 5.0 are one number."""
    literal = _TERM.match(term)
    if not literal:
        return (term,)
    lexical, datatype = json.loads(literal["lexical"]), literal["datatype"] or ""
    if datatype.endswith(("#decimal", "#integer", "#double")):
        return (Decimal(lexical),)
    return (lexical, literal["language"], datatype)


def answer(query: str) -> list[Row]:
    solutions = world().query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [
        {name: value(str(solution[name])) for name in names if solution[name] is not None}
        for solution in solutions
    ]


def test_there_are_at_least_fifteen_questions() -> None:
    assert len(QUESTIONS) >= 15
    assert [file.stem for file in QUESTIONS] == [
        f"CQ-{number:03}" for number in range(1, len(QUESTIONS) + 1)
    ]


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda file: file.stem)
def test_the_graph_answers(file: Path) -> None:
    query = file.read_text(encoding="utf-8")
    assert re.match(rf"#\+ question: {file.stem} \S.*\?\n", query)
    assert "ORDER BY" in query
    rows = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    assert rows, "an expectation of nothing proves nothing"
    assert answer(query) == [{name: value(term) for name, term in row.items()} for row in rows]


def test_the_world_of_the_questions_keeps_the_shapes() -> None:
    assert by_queries(world(), None) == frozenset()
