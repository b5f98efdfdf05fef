"""Both bodies of the port answer every curated query alike, by value, on engines of others."""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyoxigraph as ox
import pytest

from app.errors import GraphError, PolkuError
from app.graph.remote.http import Connection
from app.graph.remote.store import Store, store_of
from app.graph.remote.vendors import vendors
from ontology import terms
from ontology.ntriples import iri
from queries import Query, Value, catalogue, engine
from tests.engines import ENGINES
from tests.graph.remote.conftest import COURSE, Both

FOLDER = Path(__file__).parents[3] / "queries" / "engine"
QUERIES = [*catalogue().values(), *(engine(path.stem) for path in sorted(FOLDER.glob("*.rq")))]
DEVIATIONS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "deviations.toml").read_text("utf-8")
)
NUMBERS = {
    terms.xsd.integer,
    terms.xsd.decimal,
    terms.xsd.nonNegativeInteger,
    "http://www.w3.org/2001/XMLSchema#double",
    "http://www.w3.org/2001/XMLSchema#float",
    "http://www.w3.org/2001/XMLSchema#int",
}


def bound(query: Query) -> str:
    values: dict[str, Value] = {
        one.name: one.term(one.example or "") for one in query.parameters.values() if one.required
    }
    if query.name == "types":  # has no header
        values["thing"] = iri(COURSE)
    return query.bind(values)


def value(term: object) -> object:
    """What a term says, whatever it is written like."""
    if isinstance(term, ox.Literal):
        if term.datatype.value in NUMBERS:
            try:
                return ("number", Decimal(term.value).normalize())
            except InvalidOperation:
                return ("number", term.value)
        said = term.value
        if term.datatype.value == terms.xsd.dateTime:
            # Fractions of a second end in as many zeros as an engine likes.
            said = re.sub(r"(\.\d*?)0+(?=\D|$)", r"\1", said).replace(".Z", "Z").replace(".+", "+")
        return (said, term.language, term.datatype.value)
    return None if term is None else type(term).__name__ + str(getattr(term, "value", term))


def rows(answer: object) -> Counter[object]:
    """The rows of an answer with how often each comes; blank nodes are all alike."""
    if isinstance(answer, ox.QueryBoolean):
        return Counter([bool(answer)])
    if isinstance(answer, ox.QuerySolutions):
        names = sorted(one.value for one in answer.variables)
        return Counter(tuple(value(row[name]) for name in names) for row in answer)
    assert isinstance(answer, Iterable)
    return Counter((value(one.subject), value(one.predicate), value(one.object)) for one in answer)


def answers(both: Both, text: str) -> tuple[Counter[object], Counter[object]]:
    return rows(both.embedded.ask_engine(text)), rows(both.remote.ask_engine(text))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_curated_query_has_the_same_rows_on_every_engine(query: Query, both: Both) -> None:
    known = DEVIATIONS.get(both.engine, {}).get(query.name)
    try:
        ours, theirs = answers(both, bound(query))
    except PolkuError as error:
        assert known, f"{both.engine}: {error.detail}"
        return
    if known:
        assert ours != theirs, f"no deviation any more: take {query.name} off the list ({known})"
    else:
        assert theirs == ours


def test_every_deviation_is_of_a_query_that_there_is() -> None:
    names = {query.name for query in QUERIES}
    assert DEVIATIONS.keys() <= set(ENGINES)
    assert all(known.keys() <= names for known in DEVIATIONS.values())


def test_lexical_forms_that_engines_code_relies_on_come_as_ours(both: Both) -> None:
    query = "SELECT ?sample WHERE { ?dataset <https://w3id.org/polku/ns#sample> ?sample } LIMIT 1"
    assert list(both.remote.select(query)) == [("true",)]


def test_the_generation_and_its_content_are_the_folder_s(both: Both) -> None:
    assert both.remote.generation == both.embedded.generation
    assert both.remote.content == both.embedded.content


@pytest.mark.parametrize("pattern", ["?s a <https://w3id.org/polku/ns#Course>", "?s <a:b> ?o"])
def test_a_question_is_answered_with_yes_or_no(both: Both, pattern: str) -> None:
    assert both.remote.ask(f"ASK {{ {pattern} }}") is both.embedded.ask(f"ASK {{ {pattern} }}")


def test_what_is_not_in_the_engine_s_own_graphs_is_the_same_in_all(both: Both) -> None:
    store = store_of(both.settings)
    assert store is not None
    asked = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    own = vendors()[both.engine].own
    with contextlib.closing(Connection(store, both.settings)) as connection:
        theirs = {
            row["g"].value: int(row["n"].value)
            for row in connection.solutions(asked)
            if not row["g"].value.startswith(own)
        }
    ours = {row[0]: int(row[1] or 0) for row in both.embedded.select(asked)}
    assert theirs == ours


def test_every_vendor_s_row_can_be_read() -> None:
    assert {name for name, one in vendors().items() if one.tested} == set(ENGINES)
    assert not [name for name, one in vendors().items() if one.most and one.gzip]


@pytest.mark.parametrize("most", [0, 1, 2, 5, 6])
def test_a_graph_comes_whole_in_however_many_parts_it_is_sent(
    both: Both, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    store = store_of(both.settings)
    assert store is not None
    monkeypatch.setattr(
        Store, "ways", property(lambda one: replace(vendors()[one.vendor], most=most))
    )
    lines = [f'<https://e.org/{n}> <https://e.org/says> "line\\n{n}" .\n' for n in range(5)]
    file, graph = tmp_path / "graph.nt", "https://e.org/in-parts"
    with contextlib.closing(Connection(store, both.settings)) as connection:
        for sent in (lines, lines[:3]):
            file.write_text("".join(sent), encoding="utf-8")
            connection.put(graph, file, piecewise=True)
            asked = f"SELECT ?s WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            there = sorted(str(row["s"]) for row in connection.solutions(asked))
            assert there == [one.split()[0] for one in sent]
        file.write_text("_:a <a:p> _:b .\n" * 2, encoding="utf-8")
        with pytest.raises(GraphError, match="blank nodes") if most == 1 else nullcontext():
            connection.put(graph, file, piecewise=True)
        connection.send("DELETE", graph)
