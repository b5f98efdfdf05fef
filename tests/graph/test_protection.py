from __future__ import annotations

import pytest

from app.errors import BadQuery, Forbidden
from app.graph.lexer import inspect
from app.graph.protection import refuse_writes

ESCO = "https://w3id.org/polku/graph/esco"
PROTECTED = {ESCO: "written by `polku load esco`"}


def check(update: str) -> None:
    refuse_writes(inspect(update, update=True).text, PROTECTED)


@pytest.mark.parametrize(
    "update",
    [
        f"INSERT DATA {{ GRAPH <{ESCO}> {{ <a:b> <a:c> 1 }} }}",
        f"DELETE DATA {{ GRAPH <{ESCO}> {{ <a:b> <a:c> 1 }} }}",
        f"DELETE WHERE {{ GRAPH <{ESCO}> {{ ?s ?p ?o }} }}",
        f"WITH <{ESCO}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        f"INSERT {{ GRAPH <{ESCO}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}",
        f"DELETE {{ ?s ?p ?o }} INSERT {{ GRAPH <{ESCO}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}",
        f"CLEAR GRAPH <{ESCO}>",
        f"drop silent graph <{ESCO}>",
        f"CREATE GRAPH <{ESCO}>",
        f"ADD DEFAULT TO <{ESCO}>",
        f"COPY <https://e.org/mine> TO GRAPH <{ESCO}>",
        f"MOVE <{ESCO}> TO <https://e.org/mine>",
        f"INSERT DATA {{}} ; CLEAR GRAPH <{ESCO}>",
        "PREFIX g: <https://w3id.org/polku/graph/> CLEAR GRAPH g:esco",
        "PREFIX g: <https://w3id.org/polku/> INSERT DATA { GRAPH g:graph\\/esco { <a:b> <a:c> 1 } }",
        "BASE <https://w3id.org/polku/x> CLEAR GRAPH <graph/esco>",
        "CLEAR GRAPH <https://w3id.org/polku/graph/\\u0065sco>",
        f"INSERT DATA {{ <a:b> <a:c> 1GRAPH<{ESCO}>{{ <a:b> <a:c> 1 }} }}",
        f"INSERT DATA {{ <a:b> <a:c> trueGRAPH<{ESCO}>{{ <a:b> <a:c> 1 }} }}",
        "CLEAR ALL",
        "DROP NAMED",
        "INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_a_graph_that_loads_write_is_not_for_updates(update: str) -> None:
    with pytest.raises(Forbidden):
        check(update)


def test_the_refusal_says_who_writes_the_graph() -> None:
    with pytest.raises(Forbidden, match=r"Line 1, column 13: .*polku load esco.*graph of your own"):
        check(f"CLEAR GRAPH <{ESCO}>")


@pytest.mark.parametrize(
    "update",
    [
        "",
        "INSERT DATA { <a:b> <a:c> 1 }",
        "INSERT DATA { GRAPH <https://e.org/mine> { <a:b> <a:c> 1 } }",
        f"COPY <{ESCO}> TO <https://e.org/mine>",
        f"INSERT {{ GRAPH <https://e.org/m> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{ESCO}> {{ ?s ?p ?o }} }}",
        f"INSERT {{ ?s ?p ?o }} USING <{ESCO}> WHERE {{ ?s ?p ?o }}",
        f"PREFIX e: <{ESCO}> INSERT {{ ?s ?p ?o }} USING NAMED e: WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"DELETE {{ ?s ?p <{ESCO}> }} WHERE {{ {{ ?s ?p ?o }} UNION {{ ?s ?p 1 }} }}",
        "CLEAR DEFAULT",
        "DROP SILENT GRAPH <https://e.org/mine> ; CREATE GRAPH <https://e.org/mine>",
        f"INSERT DATA {{ <a:b> <a:c> 'GRAPH <{ESCO}> {{}}' }} # GRAPH <{ESCO}>",
    ],
)
def test_everything_else_may_be_edited(update: str) -> None:
    check(update)


@pytest.mark.parametrize(
    "update",
    [
        "INSERTDATA { <a:b> <a:c> 1 }",
        "CLEARALL",
        "CLEAR GRAPH g:esco",
        "INSERT DATA { GRAPH:esco { <a:b> <a:c> 1 } }",
        "PREFIX : <https://w3id.org/polku/graph/> PREFIX graph: <a:b> "
        "INSERT DATA { graph:esco { <a:b> <a:c> 1 } }",
        "CLEAR",
        "COPY <a:b> INTO <a:c>",
        "PREFIX : <a:b> WITH:x DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT DATA { GRAPH 'text' {} }",
    ],
)
def test_what_cannot_be_read_for_certain_is_refused(update: str) -> None:
    with pytest.raises(BadQuery):
        check(update)


def test_a_relative_iri_of_a_protected_graph_is_refused_by_the_service_s_own_base() -> None:
    with pytest.raises(Forbidden):
        refuse_writes("CLEAR GRAPH <polku/graph/esco>", PROTECTED, "https://w3id.org/sparql")
    refuse_writes("CLEAR GRAPH <polku/graph/esco>", PROTECTED, "https://e.org/sparql")
