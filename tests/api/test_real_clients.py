"""Clients that strangers use, as they come, against a real ``polku serve``."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import (
    CSV,
    JSON,
    JSONLD,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import (
    QueryBadFormed,
    Unauthorized,
)

from app.api.security import TokenStore

POLKU = "https://w3id.org/polku/ns#"
COURSES = f"SELECT ?course {{ ?course a <{POLKU}Course> }} ORDER BY ?course LIMIT 5"
ASK = f"ASK {{ ?course a <{POLKU}Course> }}"
CONSTRUCT = f"CONSTRUCT WHERE {{ ?course a <{POLKU}Course> }} LIMIT 5"
COURSE = rdflib.URIRef("https://w3id.org/polku/course/aalto/SAMPLE-DS202")
VALUE = rdflib.URIRef("http://e.x/value")
SUBJECT = rdflib.URIRef("http://e.x/subject")


@dataclass(frozen=True)
class Served:
    """A served data folder: where, and the header of a caller with each role."""

    url: str
    bearer: dict[str, str]

    @property
    def sparql(self) -> str:
        return f"{self.url}/sparql"

    @property
    def graphs(self) -> str:
        return f"{self.url}/graphs"

    def values(self, graph: str) -> list[str]:
        """The values that a graph holds."""
        query = f"SELECT ?o {{ GRAPH <{graph}> {{ ?s <{VALUE}> ?o }} }} ORDER BY ?o"
        answer = httpx.get(self.sparql, params={"query": query}, headers={"Accept": "text/csv"})
        return answer.text.split()[1:]


@pytest.fixture(scope="module")
def served(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("strangers") / "data"
    shutil.copytree(sample, data)
    tokens = TokenStore(data / "tokens.db")
    bearer = {role: f"Bearer {tokens.create(role)}" for role in ("curator", "admin")}
    log = (data.parent / "log").open("wb")
    port = _free_port()
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    command += ["--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        [*command, "--data", str(data)], stdout=log, stderr=log, env=environment
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process)
        yield Served(url, bearer)
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("polku serve did not start")


# curl


def curl(*arguments: str) -> str:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "60", *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_curl_asks_by_get_and_by_both_kinds_of_post(served: Served) -> None:
    csv = ["--header", "Accept: text/csv"]
    answers = [
        curl(*csv, "--get", served.sparql, "--data-urlencode", f"query={COURSES}"),
        curl(*csv, served.sparql, "--data-urlencode", f"query={COURSES}"),
        curl(
            *csv,
            served.sparql,
            *("--header", "Content-Type: application/sparql-query", "--data-binary", COURSES),
        ),
        curl(*csv, "--compressed", "--get", served.sparql, "--data-urlencode", f"query={COURSES}"),
    ]
    assert len(set(answers)) == 1
    assert len(answers[0].splitlines()) == 6
    assert json.loads(curl("--get", served.sparql, "--data-urlencode", f"query={ASK}"))["boolean"]
    turtle = curl("--get", served.sparql, "--data-urlencode", f"query={CONSTRUCT}")
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == 5


def test_curl_is_told_what_is_wrong_and_what_it_has_already(served: Served) -> None:
    with_status = ["--write-out", "\n%{http_code}"]
    *body, status = curl(
        *with_status, "--get", served.sparql, "--data-urlencode", "query=SELECT"
    ).splitlines()
    assert status == "400"
    assert json.loads("".join(body))["type"] == "/problems/bad-query"
    asked = ["--get", served.sparql, "--data-urlencode", f"query={COURSES}"]
    head = curl("--head", *asked)
    tag = next(line for line in head.splitlines() if line.lower().startswith("etag:"))
    again = curl(*with_status, *asked, "--header", f"If-None-Match: {tag.partition(': ')[2]}")
    assert again.split() == ["304"]


def test_curl_updates_with_a_token_and_sends_files(served: Served, tmp_path: Path) -> None:
    graph = "http://e.x/curl"
    token = ["--header", f"Authorization: {served.bearer['admin']}"]
    update = f"update=INSERT DATA {{ GRAPH <{graph}> {{ <{SUBJECT}> <{VALUE}> 1 }} }}"
    with_status = ["--write-out", "%{http_code}"]
    assert curl(*with_status, *token, served.sparql, "--data-urlencode", update) == "204"
    refused = curl(*with_status, served.sparql, "--data-urlencode", update)
    assert refused.endswith("401")
    (tmp_path / "two.ttl").write_text(f"<{SUBJECT}> <{VALUE}> 2 .")
    (tmp_path / "three.nt").write_text(f'<{SUBJECT}> <{VALUE}> "3" .\n')
    where = f"{served.graphs}?graph={graph}"
    forms = ["--form", f"a=@{tmp_path}/two.ttl", "--form", f"b=@{tmp_path}/three.nt"]
    assert curl(*with_status, *token, where, *forms) == "204"
    assert served.values(graph) == ["1", "2", "3"]
    put = ["--header", "Content-Type: text/turtle", "--upload-file", f"{tmp_path}/two.ttl"]
    assert curl(*with_status, *token, where, *put) == "204"
    assert served.values(graph) == ["2"]
    assert curl(*with_status, *token, "--request", "DELETE", where) == "204"


# SPARQLWrapper


def wrapped(served: Served, text: str, form: str, **headers: str) -> Any:
    client = SPARQLWrapper(served.sparql)
    client.setQuery(text)
    client.setReturnFormat(form)
    for name, value in headers.items():
        client.addCustomHttpHeader(name, value)
    return client


@pytest.mark.parametrize("sent", ["GET", URLENCODED, POSTDIRECTLY])
@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_solutions_in_every_form(served: Served, form: str, sent: str) -> None:
    client = wrapped(served, COURSES, form)
    if sent != "GET":
        client.setMethod(POST)
        client.setRequestMethod(sent)
    found = client.query().convert()
    if form == JSON:
        courses = [row["course"]["value"] for row in found["results"]["bindings"]]
    elif form == XML:
        courses = [node.firstChild.data for node in found.getElementsByTagName("uri")]
    else:
        courses = [line.strip("<>") for line in found.decode().split()[1:]]
    assert len(courses) == 5
    assert all(course.startswith("https://w3id.org/polku/course/") for course in courses)


def test_sparqlwrapper_asks(served: Served) -> None:
    assert wrapped(served, ASK, JSON).query().convert()["boolean"] is True
    document = wrapped(served, ASK, XML).query().convert()
    assert document.getElementsByTagName("boolean")[0].firstChild.data == "true"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("form", [TURTLE, RDFXML, JSONLD])
def test_sparqlwrapper_reads_graphs_in_every_form(served: Served, form: str) -> None:
    found = wrapped(served, CONSTRUCT, form).query().convert()
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    assert len(found) == 5


def test_sparqlwrapper_names_a_dataset(served: Served) -> None:
    client = wrapped(served, "ASK { ?s ?p ?o }", JSON)
    client.addDefaultGraph("http://e.x/none")
    assert client.query().convert()["boolean"] is False


def test_sparqlwrapper_updates_with_a_token_and_hears_refusals(served: Served) -> None:
    graph = "http://e.x/wrapper"
    update = f"INSERT DATA {{ GRAPH <{graph}> {{ <{SUBJECT}> <{VALUE}> 1 }} }}"
    for sent in (URLENCODED, POSTDIRECTLY):
        client = wrapped(served, update, JSON, Authorization=served.bearer["admin"])
        client.setMethod(POST)
        client.setRequestMethod(sent)
        client.query()
    assert served.values(graph) == ["1"]
    stranger = wrapped(served, update, JSON)
    stranger.setMethod(POST)
    with pytest.raises(Unauthorized):
        stranger.query()
    with pytest.raises(QueryBadFormed, match="Line 1, column"):
        wrapped(served, "SELECT ?s WHERE { ?s ?p }", JSON).query()


# rdflib


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rdflib_s_store_reads_solutions_in_every_form(
    served: Served, form: str, method: str
) -> None:
    graph = rdflib.Graph(SPARQLStore(served.sparql, returnFormat=form, method=method))
    courses = [str(row[0]) for row in graph.query(COURSES)]  # type: ignore[index]
    assert len(courses) == 5
    assert all(course.startswith("https://w3id.org/polku/course/") for course in courses)
    graph.close()


def test_rdflib_s_store_is_a_graph(served: Served) -> None:
    graph = rdflib.Graph(SPARQLStore(served.sparql))
    assert (COURSE, rdflib.RDF.type, rdflib.URIRef(f"{POLKU}Course")) in graph
    assert {rdflib.URIRef(f"{POLKU}Course")} <= set(graph.objects(COURSE, rdflib.RDF.type))
    assert len(graph) > 1000
    assert bool(graph.query(ASK)) is True
    built = graph.query(CONSTRUCT).graph
    assert built is not None and len(built) == 5
    graph.close()


def test_rdflib_s_store_updates_with_a_token(served: Served) -> None:
    name = rdflib.URIRef("http://e.x/rdflib")
    store = SPARQLUpdateStore(
        served.sparql,
        served.sparql,
        headers={"Authorization": served.bearer["admin"]},
        method="POST",
    )
    graph = rdflib.Graph(store, identifier=name)
    graph.add((SUBJECT, VALUE, rdflib.Literal(1)))
    graph.add((SUBJECT, VALUE, rdflib.Literal("two 'quotes' \"and\" }")))
    assert len(graph) == 2
    # Told of a graph, rdflib writes it into each group of the text.
    graph.update(f"INSERT {{ ?s <{VALUE}> 3 }} WHERE {{ ?s <{VALUE}> 1 }}")
    assert rdflib.Literal(3) in set(graph.objects(SUBJECT, VALUE))
    graph.remove((SUBJECT, VALUE, rdflib.Literal(1)))
    assert set(graph.objects(SUBJECT, VALUE)) == {
        rdflib.Literal(3),
        rdflib.Literal("two 'quotes' \"and\" }"),
    }
    graph.close()


# Federated clients


FEDERATED = f"""SELECT ?course ?mine {{
  ?course <{VALUE}> ?mine
  SERVICE <ENDPOINT> {{ ?course a <{POLKU}Course> }}
}}"""


def test_rdflib_joins_its_own_graph_with_ours(served: Served) -> None:
    mine = rdflib.Graph()
    mine.add((COURSE, VALUE, rdflib.Literal(1)))
    mine.add((SUBJECT, VALUE, rdflib.Literal(2)))
    found = list(mine.query(FEDERATED.replace("ENDPOINT", served.sparql)))
    assert [(row[0], row[1]) for row in found] == [(COURSE, rdflib.Literal(1))]  # type: ignore[index]


def test_oxigraph_joins_its_own_graph_with_ours(served: Served) -> None:
    mine = ox.Store()
    mine.add(ox.Quad(ox.NamedNode(COURSE), ox.NamedNode(VALUE), ox.Literal(1)))
    mine.add(ox.Quad(ox.NamedNode(SUBJECT), ox.NamedNode(VALUE), ox.Literal(2)))
    found = mine.query(FEDERATED.replace("ENDPOINT", served.sparql))
    assert isinstance(found, ox.QuerySolutions)
    assert [str(row["course"]) for row in found] == [f"<{COURSE}>"]
    silent = mine.query(f"SELECT * {{ SERVICE SILENT <{served.url}/nothing> {{ ?s ?p ?o }} }}")
    assert isinstance(silent, ox.QuerySolutions)
    assert len(list(silent)) == 1
