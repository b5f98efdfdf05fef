"""Queries with SERVICE, through a running Polku: what is asked, what comes of it, what is refused."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from app.settings import Settings
from tests.api.conftest import Service, sample
from tests.api.conftest import serving as polku
from tests.federation.servers import ROWS, Reply, Server, plain, serving

__all__ = ["sample"]

POLKU = "https://w3id.org/polku/ns#"
GRAPH = "http://e.x/graph/mine"
COURSE = "https://w3id.org/polku/course/aalto/SAMPLE-DS202"
SECONDS = 1.0
PATHS = ("/rows", "/slow", "/huge", "/moved", "/dies", "/garbage", "/html", "/packed", "/error",
         "/rdflib")  # fmt: skip


@dataclass(frozen=True)
class Federation:
    """A service that may ask others: another Polku, and a server that misbehaves."""

    service: Service
    polku: str
    others: Server

    def ask(self, query: str) -> list[str]:
        """The lines of a query's answer, without the first."""
        answer = self.service.sparql(query)
        assert answer.status_code == 200, answer.text
        return answer.text.split()[1:]

    def one(self, path: str, silent: str = "") -> str:
        """A query that asks one service alone."""
        return f"SELECT * {{ SERVICE {silent} <{self.others.url}{path}> {{ ?s ?p ?o }} }}"


def by_rdflib(query: str) -> Reply:
    """The answer of another engine, which holds a graph of its own."""
    graph = rdflib.Graph()
    name = rdflib.URIRef("http://e.x/name")
    graph.add((rdflib.URIRef(COURSE), name, rdflib.Literal("tieto 'ja' \"data\"", "fi")))
    graph.add((rdflib.URIRef(COURSE), name, rdflib.BNode()))
    graph.add((rdflib.URIRef("http://e.x/no-course"), name, rdflib.Literal(2)))
    answered = graph.query(query).serialize(format="json")
    assert answered is not None
    return Reply(answered)


@pytest.fixture(scope="module")
def federation(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    folders = [tmp_path_factory.mktemp("federation") / name for name in ("ours", "theirs")]
    for folder in folders:
        shutil.copytree(sample, folder)
    with polku(Settings(data=folders[1], readers=1)) as theirs, serving() as others:
        endpoint = f"{theirs.url}/sparql"
        settings = Settings(
            data=folders[0],
            readers=1,
            query_mb=16,
            service_readers=1,
            service_allow=[endpoint, *(others.url + path for path in PATHS)],
            service_private=True,
            service_seconds=SECONDS,
            service_mb=1,
            service_calls=5,
        )
        others.replies = {
            "/rows": plain,
            "/slow": lambda _: (others.over.wait(10), Reply())[1],
            "/huge": lambda _: Reply(length=10**9, forever=True),
            "/moved": lambda _: Reply(b"", 307, {"Location": f"{others.url}/rows"}),
            "/dies": lambda _: Reply(ROWS[:40], length=len(ROWS)),
            "/garbage": lambda _: Reply(ROWS[:40]),
            "/html": lambda _: Reply(media_type="text/html"),
            "/packed": lambda _: Reply(headers={"Content-Encoding": "gzip"}),
            "/rdflib": by_rdflib,
            "/error": lambda _: Reply(status=503),
        }
        with polku(settings) as service:
            mine = f"<{COURSE}> <http://e.x/mine> 1 . <http://e.x/other> <http://e.x/mine> 2 ."
            put = service.client.put(
                "/graphs",
                params={"graph": GRAPH},
                content=mine,
                headers={**service.bearer("admin"), "Content-Type": "text/turtle"},
            )
            assert put.status_code == 201
            yield Federation(service, endpoint, others)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?c { ?c <http://e.x/mine> ?n SERVICE <THEIRS> { ?c a <NS#Course> } }",
        "SELECT ?c { ?c <http://e.x/mine> ?n { SELECT ?c { SERVICE <THEIRS> { ?c a <NS#Course> } } } }",
        "PREFIX at: <ROOT> SELECT ?c { ?c <http://e.x/mine> ?n service at:sparql { ?c a <NS#Course> } }",
        "BASE <ROOT> SELECT ?c { ?c <http://e.x/mine> ?n SERVICE <sparql> { ?c a <NS#Course> } }",
        "PREFIX : <ROOT> PREFIX n: <NS#> SELECT ?c { ?c <http://e.x/mine> ?n SERVICE SILENT#<\n"
        ":sparql { ?c a n:Course } }",
        "SELECT ?c { ?c <http://e.x/mine> ?n FILTER EXISTS { SERVICE <THEIRS> { ?c a <NS#Course> } } }",
    ],
    ids=["beside", "sub-select", "prefixed", "relative", "silent and commented", "exists"],
)
def test_a_query_joins_the_graph_with_another_polku_s(federation: Federation, query: str) -> None:
    theirs = federation.polku
    root = theirs.removesuffix("sparql")
    text = query.replace("THEIRS", theirs).replace("ROOT", root).replace("NS#", POLKU)
    assert federation.ask(text) == [COURSE]


def test_the_remote_s_solutions_are_those_that_it_gives_when_asked_itself(
    federation: Federation,
) -> None:
    pattern = f"?c a <{POLKU}Course> ; ?p ?o FILTER(!isBlank(?o))"
    ours = rdflib.Graph(SPARQLStore(f"{federation.service.url}/sparql"))
    theirs = rdflib.Graph(SPARQLStore(federation.polku))
    federated = f"SELECT ?c ?p ?o {{ SERVICE <{federation.polku}> {{ {pattern} }} }}"
    asked = {tuple(row) for row in ours.query(federated)}  # type: ignore[arg-type]
    there = {tuple(row) for row in theirs.query(f"SELECT ?c ?p ?o {{ {pattern} }}")}  # type: ignore[arg-type]
    assert asked == there and len(asked) > 20
    ours.close()
    theirs.close()


def test_a_graph_of_another_engine_is_joined_with_ours(federation: Federation) -> None:
    where = f"{federation.others.url}/rdflib"
    query = f"""SELECT ?name {{ ?c <http://e.x/mine> ?n
        SERVICE <{where}> {{ ?c <http://e.x/name> ?name FILTER(!isIRI(?name)) }} }}"""
    found = federation.service.sparql(query, "application/sparql-results+json").json()
    names = [row["name"] for row in found["results"]["bindings"]]
    assert sorted(one["type"] for one in names) == ["bnode", "literal"]
    [literal] = [one for one in names if one["type"] == "literal"]
    assert literal["value"] == "tieto 'ja' \"data\"" and literal["xml:lang"] == "fi"


def test_a_service_is_asked_once_for_one_query_however_many_rows_join(
    federation: Federation,
) -> None:
    federation.others.asked.clear()
    where = federation.others.url
    rows = federation.ask(
        f"SELECT ?n {{ ?s <http://e.x/mine> ?n FILTER EXISTS {{ SERVICE <{where}/rows> "
        "{ ?x <http://e.x/p> ?o FILTER(?o != 'a') } } }"
    )
    assert sorted(rows) == ["1", "2"]
    [(path, asked)] = federation.others.asked
    assert path == "/rows"
    assert "<http://e.x/p>" in asked and asked.startswith("SELECT")
    assert federation.service.url not in asked, "where this service stands is not theirs to know"


def test_a_service_within_a_service_s_group_is_the_other_s_to_ask(federation: Federation) -> None:
    federation.others.asked.clear()
    where = federation.others.url
    inner = f"SERVICE <{where}/error> {{ ?s ?p ?o }}"
    assert federation.ask(f"SELECT ?o {{ SERVICE <{where}/rows> {{ {inner} }} }}") == ["x"]
    [(path, asked)] = federation.others.asked
    assert path == "/rows"
    assert f"<{where}/error>" in asked and asked.count("http://") == 1


def test_an_answer_that_another_service_had_a_part_in_is_neither_kept_nor_tagged(
    federation: Federation,
) -> None:
    federation.others.asked.clear()
    for _ in range(2):
        answer = federation.service.sparql(federation.one("/rows"))
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
    assert len(federation.others.asked) == 2


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/slow", 504, "service_seconds"),
        ("/huge", 504, "service_mb"),
        ("/moved", 502, "redirects"),
        ("/dies", 502, "did not answer"),
        ("/garbage", 502, "no result of a query"),
        ("/html", 502, "text/html"),
        ("/packed", 502, "packed"),
        ("/error", 502, "status 503"),
    ],
)
def test_a_service_that_fails_is_named_with_why_and_silent_takes_it_for_an_empty_solution(
    federation: Federation, path: str, status: int, said: str
) -> None:
    federation.others.asked.clear()
    body = federation.service.problem(federation.service.sparql(federation.one(path)), status)
    assert body["type"] == "/problems/service-failed"
    assert body["service"] == federation.others.url + path
    assert said in body["detail"]
    assert federation.service.url.rpartition(":")[2] not in body["detail"]
    answer = federation.service.sparql(
        federation.one(path, "SILENT"), "application/sparql-results+json"
    )
    assert answer.json()["results"]["bindings"] == [{}]
    assert [asked for asked, _ in federation.others.asked] == [path, path], "nothing else was asked"


def test_a_query_asks_others_a_bounded_number_of_times(federation: Federation) -> None:
    where = f"{federation.others.url}/rows"
    different = " ".join(f"SERVICE <{where}> {{ ?a{n} ?b{n} ?c{n} }}" for n in range(6))
    many = federation.service.problem(federation.service.sparql(f"SELECT * {{ {different} }}"), 413)
    assert "service_calls" in many["detail"]
    five = different.rpartition("SERVICE")[0]
    assert federation.service.sparql(f"SELECT * {{ {five} }}").status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { SERVICE ?v { ?s ?p ?o } }", "not by a variable"),
        ("SELECT * { VALUES ?v { <ALLOWED> } SERVICE ?v { ?s ?p ?o } }", "not by a variable"),
        ("SELECT * { SERVICE <OTHERS/unlisted> { ?s ?p ?o } }", "none of the services"),
        ("SELECT * { SERVICE <ALLOWED?x=1> { ?s ?p ?o } }", "none of the services"),
        ("SELECT * { SERVICE <ALLOWED/> { ?s ?p ?o } }", "none of the services"),
        ("SELECT * { SERVICE <ALLOWED#> { ?s ?p ?o } }", "none of the services"),
        ("SELECT * { SERVICE <WITHUSER> { ?s ?p ?o } }", "none of the services"),
        ("SELECT * { SERVICE <ALLOWED> { SERVICE <OTHERS/unlisted> { ?s ?p ?o } } }",
         "none of the services"),
        ("PREFIX a: <OTHERS/> SELECT * { SERVICE a:unlisted { ?s ?p ?o } }", "none of the services"),
        ("SELECT * {SERVICESILENT<ALLOWED> { ?s ?p ?o } }", "SERVICE is not allowed"),
        ("PREFIX : <OTHERS/> SELECT * {SERVICE:rows { ?s ?p ?o } }", "SERVICE is not allowed"),
        ("SELECT * { ?s ?p trueSERVICE<ALLOWED> { ?s ?p ?o } }", "SERVICE is not allowed"),
    ],
)  # fmt: skip
def test_what_is_not_listed_is_refused_and_nobody_is_asked(
    federation: Federation, query: str, said: str
) -> None:
    others = federation.others
    others.asked.clear()
    allowed = f"{others.url}/rows"
    text = query.replace("WITHUSER", allowed.replace("//", "//me:pw@"))
    text = text.replace("ALLOWED", allowed).replace("OTHERS", others.url)
    body = federation.service.problem(federation.service.sparql(text), 403)
    assert said in body["detail"]
    assert others.asked == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { SERVICE no:where { ?s ?p ?o } }", "prefix no: is not declared"),
        ("SELECT * { SERVICE 1 { ?s ?p ?o } }", "the IRI of a service is due"),
        ("SELECT * { ?s ?p ?o } # \nSERVICE", "the IRI of a service is due"),
        ("SELECT * { SERVICE <http://e.x/\\u0061> { ?s ?p ?o } }", "without escapes"),
    ],
)
def test_a_service_that_cannot_be_read_is_refused_with_its_place(
    federation: Federation, query: str, said: str
) -> None:
    body = federation.service.problem(federation.service.sparql(query), 400)
    assert said in body["detail"] and body["line"] >= 1


def test_an_update_asks_no_one(federation: Federation) -> None:
    federation.others.asked.clear()
    where = f"{federation.others.url}/rows"
    answer = federation.service.client.post(
        "/sparql",
        content=f"INSERT {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} WHERE {{ SERVICE <{where}> {{ ?s ?p ?o }} }}",
        headers={**federation.service.bearer("admin"), "Content-Type": "application/sparql-update"},
    )
    assert "SERVICE is not allowed" in federation.service.problem(answer, 403)["detail"]
    assert federation.others.asked == []


def test_queries_that_ask_no_one_do_not_wait_for_those_that_do(federation: Federation) -> None:
    slow = threading.Thread(target=federation.service.sparql, args=(federation.one("/slow"),))
    slow.start()
    assert federation.service.sparql("ASK {}").text.strip() == "true"
    assert slow.is_alive()
    slow.join()


def test_the_description_says_that_services_are_asked(federation: Federation) -> None:
    said = federation.service.client.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "sparql-service-description#BasicFederatedQuery>" in said
