"""SPARQL 1.1 Protocol over HTTP."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest

from app.settings import Settings
from tests.api.conftest import Service, serving

TYPES = "SELECT DISTINCT ?type WHERE { ?thing a ?type } ORDER BY ?type LIMIT 3"
ENDLESS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GRAPH = "http://e.x/graph/one"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.6", "text/tab-separated-values"),
        ("text/html, text/*;q=0.1", "text/csv"),
    ],
)
def test_solutions_come_in_the_media_type_that_is_liked_best(
    service: Service, accept: str | None, expected: str
) -> None:
    headers = {"Accept": accept} if accept else {}
    answer = service.client.get("/sparql", params={"query": TYPES}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == expected
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/turtle", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_triples_come_in_the_media_type_that_is_asked_for(
    service: Service, accept: str, expected: str
) -> None:
    answer = service.sparql("CONSTRUCT WHERE { ?s a ?type } LIMIT 3", accept)
    assert answer.headers["content-type"].partition(";")[0] == expected
    assert answer.content


def test_the_same_query_is_answered_alike_however_it_is_sent(service: Service) -> None:
    headers = {"Accept": "text/csv"}
    direct = {**headers, "Content-Type": "application/sparql-query"}
    answers = [
        service.sparql(TYPES),
        service.client.post("/sparql", data={"query": TYPES}, headers=headers),
        service.client.post("/sparql", content=TYPES.encode(), headers=direct),
    ]
    assert len({answer.text for answer in answers}) == 1
    assert len(answers[0].text.splitlines()) == 4


def test_an_answer_that_the_client_has_is_not_sent_again(service: Service) -> None:
    first = service.sparql(TYPES)
    tag = first.headers["etag"]
    assert first.headers["polku-generation"] in tag
    again = service.client.get(
        "/sparql", params={"query": TYPES}, headers={"Accept": "text/csv", "If-None-Match": tag}
    )
    assert again.status_code == 304
    assert not again.content
    other = service.client.get("/sparql", params={"query": TYPES}, headers={"If-None-Match": tag})
    assert other.status_code == 200


def test_a_dataset_of_the_protocol_bounds_what_is_seen(service: Service) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    everything = int(service.sparql(count).text.split()[1])
    part = service.sparql(count, **{"default-graph-uri": "https://w3id.org/polku/graph/sample"})
    assert 0 < int(part.text.split()[1]) < everything
    none = service.sparql(count, **{"default-graph-uri": "http://e.x/none"})
    assert none.text.split()[1] == "0"
    assert none.headers["etag"] != part.headers["etag"]


def test_a_malformed_query_says_where(service: Service) -> None:
    problem = service.problem(service.sparql("SELECT ?s\nWHERE { ?s ?p }"), 400)
    assert (problem["line"], problem["type"]) == (2, "/problems/bad-query")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { SERVICE SILENT ?x { ?s ?p ?o } }",
        "SELECT * WHERE { {SERVICE<http://127.0.0.1:9/>{?s ?p ?o}} }",
    ],
)
def test_no_query_makes_the_service_ask_elsewhere(service: Service, query: str) -> None:
    problem = service.problem(service.sparql(query), 403)
    assert "SERVICE" in problem["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SELECT",
        "(" * 100_000,
        "SELECT * WHERE " + "{" * 3_000 + "}" * 3_000,
        "SELECT (" + "(" * 300 + "1" + ")" * 300 + " AS ?x) {}",
        "ASK { ?s ?p '" + "a" * 1_000,
        "\x00",
        "SELECT * { ?s ?p ?o } # \ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        "INSERT DATA { <a:b> <a:c> 1 }",
    ],
)
def test_a_hostile_query_is_refused_and_the_service_goes_on(service: Service, query: str) -> None:
    answer = service.client.post("/sparql", data={"query": query})
    assert answer.status_code in (200, 400)
    assert service.sparql("ASK {}").text.strip() == "true"


def test_what_the_protocol_does_not_allow_is_refused(service: Service) -> None:
    client = service.client
    twice = client.get(f"/sparql?query={quote('ASK {}')}&query={quote('ASK {}')}")
    service.problem(twice, 400)
    service.problem(client.post("/sparql", data={"query": "ASK {}", "update": "CLEAR ALL"}), 400)
    service.problem(client.get("/sparql", params={"update": "CLEAR ALL"}), 400)
    service.problem(client.post("/sparql", data={"q": "ASK {}"}), 400)
    service.problem(client.post("/sparql", json={"query": "ASK {}"}), 415)
    headers = {"Content-Type": "application/sparql-query"}
    service.problem(client.post("/sparql", content=b"ASK {} #\xff", headers=headers), 400)
    relative = client.get("/sparql", params={"query": "ASK {}", "default-graph-uri": "x"})
    service.problem(relative, 422)
    service.problem(
        client.get("/sparql", params={"query": "ASK {}", "using-graph-uri": "a:b"}), 400
    )


def test_a_media_type_that_is_not_offered_is_refused_with_those_that_are(service: Service) -> None:
    problem = service.problem(service.sparql(TYPES, "image/png"), 406)
    assert "text/csv" in problem["offered"]


def test_without_a_query_the_service_describes_itself(service: Service) -> None:
    answer = service.client.get("/sparql", headers={"Accept": "text/turtle"})
    assert "sparql-service-description#UnionDefaultGraph" in answer.text
    assert "BasicFederatedQuery" not in answer.text, "no service is listed that could be asked"
    for form in ("N-Quads", "TriG"):
        assert f"<http://www.w3.org/ns/formats/{form}>" in answer.text
    assert f"<{service.url}/sparql>" in answer.text


def test_an_update_needs_the_role_admin(service: Service) -> None:
    update = {"update": f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <a:s> <a:p> 1 }} }}"}
    anonymous = service.client.post("/sparql", data=update)
    service.problem(anonymous, 401)
    assert anonymous.headers["www-authenticate"].startswith("Bearer")
    service.problem(
        service.client.post("/sparql", data=update, headers=service.bearer("curator")), 403
    )
    done = service.client.post("/sparql", data=update, headers=service.bearer("admin"))
    assert done.status_code == 204
    seen = service.sparql(f"ASK {{ GRAPH <{GRAPH}> {{ <a:s> <a:p> 1 }} }}")
    assert seen.text.strip() == "true"
    assert seen.headers["polku-generation"] == done.headers["polku-generation"]


def test_an_update_that_would_write_a_source_s_graph_is_refused(service: Service) -> None:
    update = "CLEAR GRAPH <https://w3id.org/polku/graph/sample>"
    answer = service.client.post(
        "/sparql", data={"update": update}, headers=service.bearer("admin")
    )
    assert "sample" in service.problem(answer, 403)["detail"]


def test_an_update_s_patterns_see_the_dataset_that_the_protocol_names(service: Service) -> None:
    admin = service.bearer("admin")
    one, two, out = (f"http://e.x/using/{name}" for name in ("one", "two", "out"))
    data = f"GRAPH <{one}> {{ <a:one> <a:p> 1 }} GRAPH <{two}> {{ <a:two> <a:p> 1 }}"
    update = f"INSERT {{ GRAPH <{out}> {{ ?s <a:q> 'WHERE {{' }} }} WHERE {{ ?s <a:p> 1 }}"
    client, direct = service.client, {**admin, "Content-Type": "application/sparql-update"}
    written = [
        client.post("/sparql", data={"update": f"INSERT DATA {{ {data} }}"}, headers=admin),
        client.post("/sparql", data={"update": update, "using-graph-uri": one}, headers=admin),
        client.post(
            "/sparql",
            params={"using-named-graph-uri": two},
            content=update.encode(),
            headers=direct,
        ),
    ]
    assert [answer.status_code for answer in written] == [204, 204, 204]
    seen = service.sparql(f"SELECT ?s {{ GRAPH <{out}> {{ ?s <a:q> ?o }} }}")
    assert seen.text.split() == ["s", "a:one"]
    own = {"update": update.replace(" WHERE", f" USING <{one}> WHERE"), "using-graph-uri": two}
    refused = service.client.post("/sparql", data=own, headers=admin)
    assert "USING does not go with" in service.problem(refused, 400)["detail"]
    no_iri = {"update": update, "using-graph-uri": "a:b> WHERE { ?s ?p ?o } #"}
    service.problem(service.client.post("/sparql", data=no_iri, headers=admin), 422)


def test_a_form_s_files_are_added_to_a_graph(service: Service) -> None:
    curator = service.bearer("curator")
    where = {"graph": "http://e.x/graph/form"}
    turtle = ("a.ttl", b"[] <a:p> <b> . _:x <a:p> 1 .", "text/turtle")
    by_its_name = ("b.NT", b"_:x <a:q> <a:o> .", "application/octet-stream")
    files = [("first", turtle), ("second", by_its_name)]
    made = service.client.post("/graphs", params=where, files=files, headers=curator)
    assert made.status_code == 201, made.text
    lines = {"Accept": "application/n-triples"}
    read = service.client.get("/graphs", params=where, headers=lines).text.splitlines()
    assert len({line.split()[0] for line in read}) == 3, "blank nodes of two files are not one"
    assert any("<http://e.x/graph/b>" in line for line in read)
    for wrong, status in (
        (("a.html", b"<p>", "text/html"), 415),
        (("a", b"<a:s> <a:p> 1 .", "application/octet-stream"), 415),
        (("a.ttl", b"<a:s> <a:p> \xff .", "text/turtle"), 400),
        (("a.ttl", b"<a:s> <a:p> ", "text/turtle"), 422),
    ):
        files = [("first", turtle), ("second", wrong)]
        answer = service.client.post("/graphs", params=where, files=files, headers=curator)
        assert "art 2" in service.problem(answer, status)["detail"]
    after = service.client.get("/graphs", params=where, headers=lines).text.splitlines()
    assert len(after) == len(read), "a form that fails changes nothing"


def test_a_graph_is_made_where_none_is_named(service: Service) -> None:
    curator = {**service.bearer("curator"), "Content-Type": "text/turtle"}
    made = [
        service.client.post("/graphs", content=b"<> <a:p> [] .", headers=curator) for _ in range(2)
    ]
    assert [one.status_code for one in made] == [201, 201]
    names = {one.headers["location"] for one in made}
    assert len(names) == 2
    assert all(name.startswith("https://w3id.org/polku/graph/posted-") for name in names)
    lines = {"Accept": "application/n-triples"}
    for one in made:
        read = service.client.get(one.headers["content-location"], headers=lines)
        assert read.text.startswith(f"<{one.headers['location']}> <a:p> _:")
    anonymous = service.client.post("/graphs", content=b"", headers={"Content-Type": "text/turtle"})
    service.problem(anonymous, 401)
    service.problem(service.client.put("/graphs", content=b"", headers=curator), 422)


def test_a_graph_is_put_read_and_removed(service: Service) -> None:
    where = {"graph": "http://e.x/graph/two"}
    curator = service.bearer("curator")
    turtle = {**curator, "Content-Type": "text/turtle"}
    made = service.client.put(
        "/graphs", params=where, content=b"<a:s> <a:p> 1, 2 .", headers=turtle
    )
    assert made.status_code == 201
    more = service.client.post("/graphs", params=where, content=b"<a:s> <a:p> 3 .", headers=turtle)
    assert more.status_code == 204
    lines = {"Accept": "application/n-triples"}
    read = service.client.get("/graphs", params=where, headers=lines)
    assert len(read.text.splitlines()) == 3
    head = service.client.head("/graphs", params=where, headers=lines)
    assert head.status_code == 200 and not head.content
    listed = service.client.get("/graphs").json()["graphs"]
    assert where["graph"] in [one["graph"] for one in listed]
    assert service.client.delete("/graphs", params=where, headers=curator).status_code == 204
    service.problem(service.client.get("/graphs", params=where), 404)
    service.problem(service.client.delete("/graphs", params=where, headers=curator), 404)


def test_a_graph_is_written_with_the_role_curator_alone(service: Service) -> None:
    where = {"graph": "http://e.x/graph/three"}
    headers = {"Content-Type": "text/turtle"}
    put = service.client.put("/graphs", params=where, content=b"", headers=headers)
    service.problem(put, 401)
    researcher = {**headers, **service.bearer("researcher")}
    service.problem(
        service.client.put("/graphs", params=where, content=b"", headers=researcher), 403
    )
    curator = service.bearer("curator")
    service.problem(
        service.client.put(
            "/graphs",
            params=where,
            content=b"a b c",
            headers={**curator, "Content-Type": "text/html"},
        ),
        415,
    )
    service.problem(
        service.client.put(
            "/graphs",
            params=where,
            content=b"<a:b> <a:c> ",
            headers={**curator, "Content-Type": "text/turtle"},
        ),
        422,
    )
    service.problem(service.client.get("/graphs?default&graph=a:b"), 422)


def _count(url: str, seconds: list[float]) -> None:
    began = time.monotonic()
    httpx.get(f"{url}/sparql", params={"query": "ASK {}"}, timeout=30)
    seconds.append(time.monotonic() - began)


def test_past_a_limit_the_problem_names_it_and_a_stream_is_cut(data: Path) -> None:
    settings = Settings(data=data, readers=2, query_seconds=1.0, query_rows=100)
    with serving(settings) as service:
        slow = service.problem(service.sparql(SLOW), 504)
        assert (slow["limit"], slow["value"]) == ("query_seconds", 1.0)
        many = service.problem(service.sparql("SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 101"), 504)
        assert (many["limit"], many["value"]) == ("query_rows", 100)
    settings = Settings(data=data, readers=1, query_seconds=1.5, query_rows=10**9)
    with serving(settings) as service:
        with (
            pytest.raises(httpx.RemoteProtocolError),
            service.client.stream(
                "GET", "/sparql", params={"query": ENDLESS}, headers={"Accept": "text/csv"}
            ) as answer,
        ):
            assert answer.status_code == 200
            received = b""
            for piece in answer.iter_bytes():
                received = (received + piece)[-2_000:]
        assert b"problem" not in received
        assert service.sparql("ASK {}").text.strip() == "true"


def test_a_reader_is_free_again_as_soon_as_its_client_goes_away(data: Path) -> None:
    settings = Settings(data=data, readers=1, query_seconds=300, queue_seconds=30)
    with serving(settings) as service:
        host, port = urlsplit(service.url).netloc.split(":")
        for query in (SLOW, ENDLESS):
            with socket.create_connection((host, int(port))) as connection:
                line = f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: {host}\r\n\r\n"
                connection.sendall(line.encode())
                time.sleep(0.3)
            # With one reader, bound to that query for 300 s, this would not be answered in 30.
            assert service.sparql("ASK {}").text.strip() == "true"


def test_queries_wait_their_turn_and_are_then_told_to_come_back(data: Path) -> None:
    settings = Settings(data=data, readers=1, query_seconds=5, queue_seconds=0.3)
    with serving(settings) as service:
        slow = threading.Thread(target=service.sparql, args=(SLOW,))
        slow.start()
        time.sleep(0.3)
        busy = service.sparql("ASK {}")
        slow.join()
        service.problem(busy, 503)
        assert int(busy.headers["retry-after"]) >= 1


def test_a_query_s_text_is_never_logged(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        service.sparql("SELECT ('very personal' AS ?x) {}")
        service.client.get("/skills", params={"q": "very personal"})
        time.sleep(0.1)
    told = json.dumps([{**record.__dict__, "args": None} for record in caplog.records], default=str)
    assert "query_hash" in told
    ours = [record for record in caplog.records if record.name.startswith("app.")]
    assert ours
    assert not [one for one in ours if "personal" in json.dumps(one.__dict__, default=str)]


def test_a_relative_iri_is_resolved_against_the_endpoint(service: Service) -> None:
    update = "INSERT DATA { GRAPH <http://e.x/relative> { <a> <http://e.x/p> 1 } }"
    done = service.client.post("/sparql", data={"update": update}, headers=service.bearer("admin"))
    assert done.status_code == 204, done.text
    query = "SELECT ?s WHERE { GRAPH <http://e.x/relative> { ?s ?p 1 FILTER(?s = <a>) } }"
    assert service.sparql(query).text.split() == ["s", f"{service.url}/a"]
