"""An update with the dataset that the protocol names."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadQuery, TooLarge
from app.graph.lexer import inspect
from app.graph.protection import refuse_writes
from app.graph.using import with_dataset

DATA = """
<a:d> <a:p> 0 .
GRAPH <a:g> { <a:g1> <a:p> 1 . <a:both> <a:p> 3 }
GRAPH <a:h> { <a:h1> <a:p> 2 . <a:both> <a:p> 3 }
"""


def given_dataset(text: str, default: list[str], named: list[str]) -> str:
    outline = inspect(text, update=True)
    refuse_writes(outline.text, {})
    return with_dataset(outline.text, default, named)


def after(*updates: str) -> set[str]:
    store = ox.Store()
    store.update(f"INSERT DATA {{ {DATA} }}")
    for update in updates:
        store.update(update)
    return {str(quad) for quad in store}


@pytest.mark.parametrize(
    ("default", "named", "seen"),
    [
        (["a:g"], [], {"<a:g1>", "<a:both>"}),
        (["a:g", "a:h"], [], {"<a:g1>", "<a:h1>", "<a:both>"}),
        ([], ["a:h"], {"<a:h1> in <a:h>", "<a:both> in <a:h>"}),
        (["a:g"], ["a:h"], {"<a:g1>", "<a:both>", "<a:h1> in <a:h>", "<a:both> in <a:h>"}),
        (["a:none"], [], set()),
    ],
)
def test_patterns_see_the_dataset_and_nothing_else(
    default: list[str], named: list[str], seen: set[str]
) -> None:
    update = (
        "INSERT { GRAPH <a:out> { ?s <a:in> ?in } } WHERE { { ?s <a:p> ?o BIND('' AS ?in) } "
        "UNION { GRAPH ?g { ?s <a:p> ?o } BIND(CONCAT(' in <', STR(?g), '>') AS ?in) } }"
    )
    store = ox.Store()
    store.update(f"INSERT DATA {{ {DATA} }}")
    store.update(given_dataset(update, default, named))
    found = store.quads_for_pattern(None, None, None, ox.NamedNode("a:out"))
    assert {f"{one.subject}{one.object.value}" for one in found} == seen  # type: ignore[union-attr]


def test_without_a_dataset_the_update_stays_as_it_is() -> None:
    update = "# WHERE\nDELETE WHERE { ?s ?p 'WHERE {' }"
    assert with_dataset(update, [], []) == update


def test_the_short_form_is_matched_on_the_dataset_and_deletes_where_it_says() -> None:
    short = "DELETE # }\nWHERE { ?s <a:p> 3 . GRAPH <a:h> { ?s ?p ?o } }"
    long = (
        "DELETE { ?s <a:p> 3 . GRAPH <a:h> { ?s ?p ?o } } USING <a:g> USING NAMED <a:h> "
        "WHERE { ?s <a:p> 3 . GRAPH <a:h> { ?s ?p ?o } }"
    )
    done = after(given_dataset(short, ["a:g"], ["a:h"]))
    assert done == after(long)
    assert done != after()


@pytest.mark.parametrize(
    "update",
    [
        "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p 1 } USING <a:g> WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p 1 } USING NAMED <a:g> WHERE { ?s ?p ?o }",
        "INSERT DATA { <a:s> <a:p> 1 } ; with <a:g> INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    ],
)
def test_an_operation_with_a_dataset_of_its_own_is_refused_with_its_place(update: str) -> None:
    with pytest.raises(BadQuery, match=r"Line 1, column \d+: .*does not go with using-graph-uri"):
        given_dataset(update, ["a:g"], [])


@pytest.mark.parametrize("update", ["DELETE WHERE", "DELETE WHERE x", "INSERT { ?s ?p 1 } WHERE"])
def test_half_an_update_is_refused(update: str) -> None:
    with pytest.raises((BadQuery, SyntaxError)):
        ox.Store().update(given_dataset(update, ["a:g"], []))


def test_a_dataset_does_not_make_an_update_endless() -> None:
    many = ";".join(["DELETE WHERE { <a:s> <a:p> 1 }"] * 10_000)
    graphs = [f"a:{'g' * 1000}{number}" for number in range(100)]
    with pytest.raises(TooLarge, match=r"10,000 operations"):
        given_dataset(many, graphs, [])


NOISE = [
    "",
    "'WHERE {'",
    '"""} USING <a:h> WHERE { \'\'\' """',
    "'it\\'s } WHERE {'",
    "<a:x#WHERE>",
    "<a:x'>",
    "'''# '''",
]
COMMENTS = [" ", "\n", " # WHERE { USING <a:h>\n", "#'\n", "# }\r"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["insert", "delete", "data", "short"]),
            st.sampled_from(NOISE),
            st.lists(st.sampled_from(COMMENTS), min_size=3, max_size=3),
            st.sampled_from(["WHERE", "where", "wHeRe"]),
        ),
        max_size=4,
    ),
    st.sampled_from([(["a:g"], []), (["a:g", "a:h"], ["a:h"]), ([], ["a:g", "a:h"])]),
)
def test_any_update_does_what_it_does_with_the_clauses_written_by_hand(
    operations: list[tuple[str, str, list[str], str]], dataset: tuple[list[str], list[str]]
) -> None:
    clauses = " ".join(
        [*(f"USING <{one}>" for one in dataset[0]), *(f"USING NAMED <{one}>" for one in dataset[1])]
    )

    def text(using: str) -> str:
        parts = []
        for kind, noise, (one, two, three), where in operations:
            also = f"<a:noise> <a:says> {noise or 1} ."
            pattern = (
                f"{{{two}?s <a:p> ?o OPTIONAL {{ ?s ?p {noise or 2} }} GRAPH ?g {{ ?s ?q ?o }} }}"
            )
            simple = f"{{{two}?s <a:p> ?o . GRAPH <a:g> {{ ?s ?q ?o }} }}"
            match kind:
                case "insert":
                    parts.append(
                        f"INSERT{one}{{ {also} ?s <a:q> ?g }}{three}{using} {where}{one}{pattern}"
                    )
                case "delete":
                    parts.append(
                        f"DELETE{one}{{ GRAPH <a:g> {{ ?s <a:p> ?o }} }}{three}{using} {where}{one}{pattern}"
                    )
                case "data":
                    parts.append(f"INSERT DATA{one}{{ {also}{two} }}")
                case "short" if using:
                    parts.append(f"DELETE{one}{simple}{three}{using} {where}{one}{simple}")
                case "short":
                    parts.append(f"DELETE{one}{where}{three}{simple}")
        return ";\n".join(parts)

    assert after(given_dataset(text(""), *dataset)) == after(text(clauses))
