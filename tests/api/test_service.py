"""What holds for the service as a whole: problems, headers, tokens, documentation, things."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from app.api.application import create_app
from app.api.security import TokenStore
from app.errors import BadParameter, NotFound
from app.settings import Settings
from tests.api.conftest import COURSE, MACHINE_LEARNING, Service, serving

BASE = "https://w3id.org/polku/"


def test_what_is_not_there_is_a_problem_too(service: Service) -> None:
    service.problem(service.client.get("/nowhere"), 404)
    service.problem(service.client.get("/queries/none"), 404)
    service.problem(service.client.get("/problems/none"), 404)
    wrong = service.client.delete("/skills")
    service.problem(wrong, 405)
    assert "GET" in wrong.headers["allow"]
    service.problem(service.client.post("/paths", content=b"{"), 415)
    broken = service.client.post(
        "/paths", content=b'{"to": ', headers={"Content-Type": "application/json"}
    )
    service.problem(broken, 400)


def test_a_body_over_the_limit_is_refused_stated_or_not(data: Path) -> None:
    with serving(Settings(data=data, request_mb=1)) as service:
        large = b"x" * (2**20 + 1)
        headers = {"Content-Type": "application/sparql-query"}
        stated = service.client.post("/sparql", content=large, headers=headers)
        chunked = service.client.post(
            "/sparql", content=iter([large[: 2**19]] * 3), headers=headers
        )
        for answer in (stated, chunked):
            assert "request_mb" in service.problem(answer, 413)["detail"]


def test_an_error_of_ours_tells_nothing_of_the_inside(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.api import search

    def broken(*_: object) -> None:
        raise RuntimeError("secret: /the/inside")

    monkeypatch.setattr(search, "context", broken)
    answer = service.client.get("/skills", params={"q": "a"})
    problem = service.problem(answer, 500)
    assert "secret" not in answer.text and "inside" not in answer.text
    assert problem["type"] == "/problems/internal"


def test_every_answer_carries_headers_that_keep_browsers_safe(service: Service) -> None:
    for path in ("/", "/docs", "/ready", "/nowhere", "/skills?q=a", "/docs/own/page.css"):
        answer = service.client.get(path, headers={"Accept": "text/html, */*;q=0.1"})
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        if answer.headers["content-type"].startswith("text/html"):
            assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_other_sites_may_read_and_ask_but_not_change(service: Service) -> None:
    answer = service.client.options(
        "/sparql",
        headers={"Origin": "http://e.x", "Access-Control-Request-Method": "POST"},
    )
    assert answer.status_code == 204
    allowed = answer.headers["access-control-allow-methods"]
    assert "POST" in allowed and "PUT" not in allowed and "DELETE" not in allowed


def test_pages_load_nothing_from_elsewhere(service: Service) -> None:
    for path in ("/", "/docs", "/course/aalto/SAMPLE-DS202", "/problems/busy"):
        text = service.client.get(path, headers={"Accept": "text/html"}).text
        loaded = re.findall(r"<(?:script|link|img)[^>]*(?:src|href)='([^']*)'", text)
        assert loaded
        for address in loaded:
            assert address.startswith("/") and not address.startswith("//")
            assert service.client.get(address).status_code == 200
        assert not re.search(r"<script>|\son\w+=|<style", text)


def test_a_thing_resolves_to_a_page_or_to_data(service: Service) -> None:
    path = COURSE.removeprefix(BASE)
    shown = service.client.get(f"/{path}", headers={"Accept": "text/html", "Accept-Language": "fi"})
    assert shown.status_code == 200
    assert "<html lang='fi'>" in shown.text
    assert f"<code>{COURSE}</code>" in shown.text
    lines = service.client.get(f"/{path}", headers={"Accept": "application/n-triples"})
    assert lines.text.splitlines()
    assert all(line.startswith(f"<{COURSE}> ") for line in lines.text.splitlines())
    assert len(set(lines.text.splitlines())) == len(lines.text.splitlines())
    again = service.client.get(
        f"/{path}",
        headers={"Accept": "application/n-triples", "If-None-Match": lines.headers["etag"]},
    )
    assert again.status_code == 304


def test_a_thing_whose_iri_holds_an_encoded_slash_resolves(service: Service) -> None:
    answer = service.client.get(
        "/research/doi/10.5555%2Fpolku-sample-16", headers={"Accept": "text/turtle"}
    )
    assert answer.status_code == 200
    assert "10.5555%2Fpolku-sample-16" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/course/none/none",
        "/course/" + quote('"><script>alert(1)</script>'),
        "/course/" + quote("a b\n"),
        "/course/%00",
        "/course/%ff",
        "/course/..%2f..%2fready",
        "/course/",
    ],
)
def test_a_thing_that_is_not_there_is_not_found(service: Service, path: str) -> None:
    answer = service.client.get(path)
    service.problem(answer, 404)
    assert "<script>" not in answer.text


def test_what_a_source_says_cannot_become_a_script(data: Path) -> None:
    with serving(Settings(data=data)) as service:
        evil = '"<script>alert(1)</script>"@en, "\' onload=\'x"@fi'
        update = {
            "update": f"INSERT DATA {{ GRAPH <http://e.x/g> {{ <{BASE}course/x/y> "
            f"<http://purl.org/dc/terms/title> {evil} ; <javascript:alert(1)> <javascript:b> }} }}"
        }
        done = service.client.post("/sparql", data=update, headers=service.bearer("admin"))
        assert done.status_code == 204
        text = service.client.get("/course/x/y", headers={"Accept": "text/html"}).text
        assert "<script>alert" not in text
        assert "' onload='" not in text
        assert "href='javascript:" not in text


def test_void_tells_what_the_graph_holds(service: Service) -> None:
    answer = service.client.get("/.well-known/void", headers={"Accept": "text/turtle"})
    assert "<http://rdfs.org/ns/void#Dataset>" in answer.text
    assert "<https://w3id.org/polku/graph/sample>" in answer.text
    assert "<https://w3id.org/polku/ns#Course>" in answer.text
    again = service.client.get(
        "/.well-known/void",
        headers={"Accept": "text/turtle", "If-None-Match": answer.headers["etag"]},
    )
    assert again.status_code == 304


def test_readiness_names_the_generation_and_what_is_warm(service: Service) -> None:
    assert service.client.get("/health").json() == {"status": "alive"}
    ready = service.client.get("/ready").json()
    assert ready["ready"] is True
    assert set(ready["engines"]) == {"search", "paths", "tagging"}
    assert ready["readOnly"] is False
    metrics = service.client.get("/metrics").text
    assert 'polku_requests_total{method="GET",route="/ready",status="200"}' in metrics
    assert 'polku_engine_warm{engine="search"} 1.0' in metrics


def test_a_service_without_tokens_is_read_only_and_says_so(data: Path) -> None:
    with serving(Settings(data=data), tokens=False) as service:
        assert service.client.get("/ready").json()["readOnly"] is True
        answer = service.client.post("/sparql", data={"update": "CLEAR DEFAULT"})
        assert "polku token create" in service.problem(answer, 403)["detail"]


def test_a_token_is_kept_as_a_hash_and_dies_when_revoked(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tokens.db"
    store = TokenStore(path)
    assert store.list() == [] and not store.any()
    token = store.create("curator")
    assert store.role(token) is not None and store.any()
    secret = token.rpartition("_")[2]
    content = path.read_bytes()
    assert secret.encode() not in content and token.encode() not in content
    assert hashlib.sha256(token[len("polku_") + 13 :].encode()).hexdigest().encode() in content
    assert path.stat().st_mode & 0o077 == 0
    for wrong in ("", "x", token[:-1], token + "x", token[:-3] + "AAA", token.upper()):
        assert store.role(wrong) is None
    [entry] = store.list()
    assert entry.role == "curator" and entry.revoked is None
    store.revoke(entry.id)
    assert store.role(token) is None and not store.any()
    with pytest.raises(NotFound):
        store.revoke("none")
    with pytest.raises(BadParameter, match="admin"):
        store.create("king")


def test_a_token_that_is_unknown_or_malformed_is_refused(service: Service) -> None:
    update = {"update": "CLEAR DEFAULT"}
    for header in ("Bearer x", "Bearer polku_000000000000_" + "a" * 43, "Basic YTpi", "Bearer"):
        answer = service.client.post("/sparql", data=update, headers={"Authorization": header})
        service.problem(answer, 401)


def test_every_route_is_described_with_an_example_of_what_it_takes() -> None:
    described = create_app(Settings()).openapi()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
            for parameter in operation.get("parameters", []):
                if parameter.get("required") and parameter["in"] == "query":
                    schema = parameter["schema"]
                    assert "example" in parameter or "examples" in schema, where
    assert "/sparql" in described["paths"]


def test_the_description_is_valid_openapi(service: Service) -> None:
    document = service.client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    identifiers = [
        operation["operationId"]
        for operations in document["paths"].values()
        for operation in operations.values()
    ]
    assert len(identifiers) == len(set(identifiers))


def test_the_machine_learning_skill_is_where_the_examples_say(service: Service) -> None:
    found = service.client.get("/skills", params={"q": "machine learning"}).json()
    assert found["results"][0]["iri"] == MACHINE_LEARNING


@pytest.mark.parametrize("host", ["e.x> <a:b> <a:c", "e.x", 'a"b', "[::1"])
def test_a_host_that_the_client_makes_up_adds_no_triple(service: Service, host: str) -> None:
    for path in ("/sparql", "/.well-known/void"):
        headers = {"Host": host, "Accept": "application/n-triples"}
        answer = service.client.get(path, headers=headers)
        assert answer.status_code in (200, 400), answer.text
        if answer.status_code == 200:
            assert list(ox.parse(answer.content, ox.RdfFormat.N_TRIPLES))
            assert "<a:b>" not in answer.text


def test_the_vocabulary_s_terms_lead_to_what_they_mean(service: Service) -> None:
    shown = service.client.get("/ns", headers={"Accept": "text/html", "Accept-Language": "fi"})
    assert "<tr id='Course'>" in shown.text
    assert "<b lang='fi'>" in shown.text
    for module in ("core", "claims"):
        turtle = service.client.get(f"/ns/{module}", headers={"Accept": "text/turtle"})
        assert list(ox.parse(turtle.content, ox.RdfFormat.TURTLE))
    service.problem(service.client.get("/ns/..%2fcore"), 404)
    service.problem(service.client.get("/ns/prefixes"), 404)
