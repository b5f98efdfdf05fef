from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadQuery, Forbidden, PolkuError, TooLarge
from app.graph.lexer import LONGEST, Kind, inspect, tokens
from app.graph.protection import refuse_writes

HOST = "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT * { ?s ?p ?o }", Kind.SELECT),
        ("select?s{?s ?p ?o}", Kind.SELECT),
        ("# SELECT\nPREFIX select: <http://e.org/> BASE <http://e.org/>\nASK {}", Kind.ASK),
        ("CONSTRUCT WHERE { ?s ?p ?o }", Kind.CONSTRUCT),
        ("DESCRIBE <http://e.org/>", Kind.DESCRIBE),
    ],
)
def test_the_kind_of_a_query_is_known(query: str, kind: Kind) -> None:
    assert inspect(query).kind is kind


@pytest.mark.parametrize(
    "query",
    [
        f"ASK {{ SERVICE <{HOST}> {{ ?s ?p ?o }} }}",
        f"ASK {{ service silent <{HOST}> {{ ?s ?p ?o }} }}",
        f"PREFIX : <{HOST}> ASK {{SERVICE:x{{ ?s ?p ?o }}}}",
        f"PREFIX s: <{HOST}> ASK {{SERVICEs:x{{ ?s ?p ?o }}}}",
        f"ASK {{ ?s ?p 1SERVICE<{HOST}>{{ ?s ?p ?o }}}}",
        f"ASK {{ ?s ?p trueSERVICE<{HOST}>{{ ?s ?p ?o }}}}",
        f"PREFIX : <{HOST}> ASK {{ ?s ?p true.SERVICE:x{{ ?s ?p ?o }}}}",
        f"ASK {{ ?s ?p 'a'SERVICE#<\n<{HOST}>{{ ?s ?p ?o }}}}",
        "ASK { SERVICE ?v { ?s ?p ?o } }",
        f'ASK {{ ?s ?p """a""\\"""" SERVICE <{HOST}> {{}} }}',
    ],
)
def test_service_is_refused_however_it_is_written(query: str) -> None:
    with pytest.raises(Forbidden, match="SERVICE is not allowed"):
        inspect(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s <http://www.w3.org/2000/01/rdf-schema#label> 'SERVICE <http://x> {}' }",
        "SELECT * { ?s ?p '''a\n'SERVICE'' <http://x> {}''' }",
        "# SERVICE <http://x> {}\nASK {}",
        "ASK { ?s ?p <http://e.org/SERVICE> }",
        "PREFIX e: <http://e.org/> ASK { ?s e:service ?service }",
        'ASK { ?s ?p "\\" SERVICE" }',
        "PREFIX e: <http://e.org/> ASK { ?s e:a\\'b ?o . ?o ?p 'SERVICE' }",
    ],
)
def test_service_in_a_string_a_comment_or_a_name_is_no_service(query: str) -> None:
    assert inspect(query).text == query
    ox.Store().query(query)


@pytest.mark.parametrize(
    "query",
    [
        # Where < compares, what looks like an IRI is none, and its # begins a comment …
        f"ASK {{ FILTER(1<2#>'''\n) SERVICE <{HOST}> {{ ?s ?p ?o }} }} #''') }}",
        # … or its quote a string, which ends where we see one begin.
        f"ASK {{ FILTER(1<'x>') SERVICE <{HOST}> {{ ?s ?p ?o }} }} #') }}",
    ],
)
def test_what_a_lexer_could_take_for_an_iri_hides_no_service(query: str) -> None:
    with pytest.raises(OSError, match="port 9"):
        ox.Store().query(query)  # the engine would go there
    with pytest.raises((PolkuError, SyntaxError)):
        ox.Store().query(inspect(query).text)


def test_an_iri_in_parentheses_still_names_the_same() -> None:
    query = (
        "ASK { BIND(<http://e.org/it's#(a)> AS ?x) FILTER(STR(?x) = \"http://e.org/it's#(a)\") }"
    )
    assert bool(ox.Store().query(inspect(query).text))


@pytest.mark.parametrize(
    ("update", "what"),
    [
        ("LOAD <http://e.org/>", "LOAD"),
        ("INSERT DATA {} ; load silent <http://e.org/> into graph <http://e.org/>", "LOAD"),
        ("PREFIX : <http://e.org/> INSERT DATA {};LOAD:x", "LOAD"),
        ("INSERT { ?s ?p 1 } WHERE { SERVICE <http://e.org/> { ?s ?p ?o } }", "SERVICE"),
    ],
)
def test_an_update_fetches_nothing(update: str, what: str) -> None:
    with pytest.raises(Forbidden, match=what):
        inspect(update, update=True)


@pytest.mark.parametrize(
    ("query", "line", "column", "message"),
    [
        ("SELECT * {\n  ?s ?p 'open }", 2, 9, "not closed"),
        ("SELECT * {\r\n ?s ?p ?o", 1, 10, "not closed"),
        ("ASK {\n\n }}", 3, 3, "closes nothing"),
        ("ASK { ( ] }", 1, 9, "is due"),
        ("FROBNICATE {}", 1, 1, "SELECT"),
        ("INSERT DATA {}", 1, 1, "a query is due"),
        ("", 1, 1, "no query"),
        ("ASK { ?s ?p '\x00' }", 1, 14, "character"),
    ],
)
def test_what_cannot_be_read_says_where(query: str, line: int, column: int, message: str) -> None:
    with pytest.raises(BadQuery, match=message) as caught:
        inspect(query)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize("opening", ["{", "(", "[", "<< ", "!", "-", "<<( "])
def test_deep_nesting_is_refused(opening: str) -> None:
    with pytest.raises(BadQuery, match=r"nested|signs"):
        inspect("SELECT * { ?s ?p ?o FILTER(" + opening * 3000)


def test_fifty_deep_is_read() -> None:
    query = "SELECT * " + "{" * 50 + "?s ?p ?o" + "}" * 50
    ox.Store().query(inspect(query).text)


def test_a_text_past_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        inspect("ASK {}" + " " * LONGEST)


def test_from_is_seen_where_it_names_a_dataset() -> None:
    assert inspect("SELECT * FROM <http://e.org/> { ?s ?p ?o }").has_dataset
    assert inspect("ASK FROM NAMED <http://e.org/> {}").has_dataset
    assert inspect("PREFIX : <http://e.org/> SELECT ?x FROM:g {}").has_dataset
    assert not inspect("SELECT * { ?from ?p 'FROM' }").has_dataset
    assert not inspect("PREFIX from: <http://e.org/> SELECT * { ?s from:x ?o }").has_dataset


@pytest.mark.parametrize(
    "pattern",
    ["<", "<a", "'", "a:b..", ".", "#", "\\", "@a-", "a:%4", "?", "<<", ">>", "''", '"a" '],
)
def test_pathological_texts_end(pattern: str) -> None:
    text = pattern * (LONGEST // len(pattern))
    with pytest.raises(PolkuError):
        inspect("ASK " + text[: LONGEST - 4] + "}")


@given(st.text())
def test_any_text_is_outlined_or_refused(text: str) -> None:
    try:
        inspect(text)
    except PolkuError as error:
        assert error.detail


WHITE = {"newline": "\n", "space": " "}
WORDS = "SELECT ASK FILTER SERVICE UNION OPTIONAL ?s ?p 1 true @en e:x 'a' newline space"
MARKS = r""" * { } ( ) [ ] < > . ; && = \ ^^ # " ' ''' <http://e.org/a#b> <1#> <e:x'> <?x#>"""
pieces = st.lists(
    st.sampled_from(f"{WORDS} {MARKS}".split()).map(lambda one: WHITE.get(one, one)), max_size=30
)


@given(pieces)
def test_what_is_let_through_has_no_service_by_the_engines_own_reading(pieces: list[str]) -> None:
    query = f"PREFIX e: <{HOST}> ASK {{ {''.join(pieces)} }}"
    try:
        text = inspect(query).text
        ox.Store().query(text)
    except (PolkuError, SyntaxError, ValueError):
        return
    except OSError as error:
        raise AssertionError(f"the engine reached for the network: {query}") from error


@given(pieces)
def test_the_tokens_are_the_text_without_space_and_comments(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        found = list(tokens(text))
    except BadQuery:
        return
    end = 0
    for token in found:
        between = text[end : token.start]
        assert re.fullmatch(r"(?:\s|#[^\n\r]*(?:[\n\r]|\Z))*", between)
        assert text[token.start : token.start + len(token.text)] == token.text
        end = token.start + len(token.text)


@pytest.mark.parametrize(
    "pattern",
    [
        "<< e:a e:q <<e:s e:p ?O >>>> e:r e:z .",
        "?s ?p <<( e:a e:b <<( e:a e:b 'c'^^<e:d> )>> )>> .",
        "?s ?p ?o FILTER(?o<<e:x>)",
        "?s ?p ?o FILTER(1 < 2 && 3 > 2 || ?o>?p)",
    ],
)
def test_angles_are_told_apart(pattern: str) -> None:
    query = f"PREFIX e: <e:> SELECT * {{ {pattern} }}"
    ox.Store().query(query)
    ox.Store().query(inspect(query).text)


def test_a_query_of_too_many_tokens_is_refused() -> None:
    inspect("SELECT * { VALUES ?x { " + "1 " * 100_000 + "} }")
    with pytest.raises(TooLarge, match="words and signs"):
        inspect("SELECT * { VALUES ?x { " + "1 " * 200_000 + "} }")


@pytest.mark.real_data
def test_every_text_of_the_w3c_suites_that_the_engine_takes_is_let_through(
    real_data: Path,
) -> None:
    taken = 0
    with zipfile.ZipFile(real_data / "conformance" / "w3c-rdf-tests.zip") as archive:
        for name in archive.namelist():
            if "/sparql" not in name or not name.endswith((".rq", ".ru")):
                continue
            text = archive.read(name).decode("utf-8", "replace")
            update = name.endswith(".ru")
            if re.search(r"\b(?:service|load)\b", text, re.I) or not _parses(text, update):
                continue
            taken += 1
            outline = inspect(text, update=update)
            assert _parses(outline.text, update), name
            if update:
                refuse_writes(outline.text, {})
    assert taken > 1000


def _parses(text: str, update: bool) -> bool:
    store = ox.Store()
    try:
        (store.update if update else store.query)(text, base_iri="http://e.org/")
    except SyntaxError:
        return False
    except (RuntimeError, ValueError, OSError):
        return True  # it was read, and could not be carried out here
    return True
