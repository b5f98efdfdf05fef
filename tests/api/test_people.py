"""People in a running service: forgotten while it serves, told of their rights, never logged."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from app.cli import polku
from app.graph.publish import publish
from app.settings import Settings
from loaders.base import Run
from loaders.works.triples import Mapper
from loaders.works.work import Author, Work
from ontology import notices, terms
from tests.api.conftest import Service, serving
from tests.graph.bundles import IRIS, bundle_of

JANE = "0000-0002-1825-0097"
NAME = "Jane Unmistakable"
WORK = IRIS.research("doi", "10.1000/a")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over one work of two authors."""
    data = tmp_path_factory.mktemp("people") / "data"
    authors = (Author(NAME, "orcid", JANE), Author("John Roe"))
    work = Work("doi", "10.1000/a", (("A title", "en"),), "2026-01-01", terms.Article,
                authors=authors)  # fmt: skip
    made = list(Mapper(Run(iris=IRIS)).triples(work))
    publish(data, {"crossref": bundle_of(data / "bundles" / "crossref", "crossref", made)})
    with serving(Settings(data=data, privacy_contact="privacy@example.org")) as service:
        yield service


def test_the_notice_is_a_page_in_three_languages_with_a_contact(people: Service) -> None:
    for language, title in (
        ("en", "Privacy notice"),
        ("fi", "Tietosuojaseloste"),
        ("sv", "Dataskyddsbeskrivning"),
    ):
        answer = people.client.get("/privacy", params={"lang": language})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert f"<html lang='{language}'" in answer.text
        assert f"<h1>{title}</h1>" in answer.text
        assert "href='mailto:privacy@example.org'" in answer.text
        assert answer.text.count("<h1>") == 1
        assert answer.text.count("<main") == 1


def test_every_page_leads_to_the_notice_and_carries_that_of_esco(people: Service) -> None:
    for path in ("/", "/privacy", f"/{WORK.removeprefix(IRIS.base)}", "/ns/core"):
        page = people.client.get(path, headers={"Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html"), path
        foot = page.text.partition("<footer>")[2]
        assert "href='/privacy?lang=en'" in foot, path
        assert notices.ESCO in foot, path


def test_the_foot_of_the_page_is_in_its_language(people: Service) -> None:
    foot = people.client.get("/", params={"lang": "fi"}, headers={"Accept": "text/html"}).text
    assert "href='/privacy?lang=fi'>Tietosuoja</a>" in foot.partition("<footer>")[2]


def test_a_contact_that_would_be_a_script_is_no_setting() -> None:
    for contact in ("javascript:alert(1)", "http://e.org", "a b@e.org", "<b>@e.org"):
        with pytest.raises(ValueError, match="privacy_contact"):
            Settings(privacy_contact=contact)


def test_nothing_that_the_service_writes_names_a_person_whatever_is_asked(
    people: Service, tmp_path: Path
) -> None:
    """By path, query string, body and header; what is answered, refused and malformed."""
    with served_alone(people.data, tmp_path / "log") as client:
        admin = people.bearer("admin")
        client.get(f"/person/orcid/{JANE}")
        client.get("/skills", params={"q": NAME, "lang": NAME})
        client.get(f"/nowhere/{NAME}", params={"name": NAME})
        client.get("/queries/works-on-skill", params={"skill": NAME})
        client.get("/sparql", params={"query": f'ASK {{ ?s ?p "{NAME}" }}'})
        client.get("/sparql", params={"query": f'ASK {{ ?s "{NAME}'})
        client.post("/paths", json={"to": {"work": NAME}, "completed": NAME})
        client.post("/tags/suggest", content=f'{{"text": "{NAME}', headers=_JSON)
        client.post("/tags", json={"about": NAME, "decision": "accept", "comment": NAME},
                    headers=admin)  # fmt: skip
        client.put("/graphs", params={"graph": "https://e.org/g"}, content=f'<a:a> <a:a> "{NAME}',
                   headers=admin | {"Content-Type": "text/turtle"})  # fmt: skip
        client.get("/", headers={"User-Agent": NAME, "Referer": f"https://e.org/{JANE}"})
    told = (tmp_path / "log").read_text()
    assert told.count("answered") >= 11
    for word in ("Unmistakable", JANE, "127.0.0.1"):
        assert word not in told.replace("on http://127.0.0.1", "on")


_JSON = {"Content-Type": "application/json"}


@contextlib.contextmanager
def served_alone(data: Path, log: Path) -> Iterator[httpx.Client]:
    """The service as a process of its own, all that it writes in the log file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve",
               "--port", str(port), "--data", str(data)]  # fmt: skip
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            deadline = time.monotonic() + 60
            while True:
                with contextlib.suppress(httpx.TransportError):
                    client.get("/health")
                    break
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, "the service did not start"
                time.sleep(0.1)
            yield client
    finally:
        process.terminate()
        process.wait(30)


def test_a_person_is_forgotten_while_the_service_runs(people: Service) -> None:
    """The last test: it changes the graph that the others read."""
    client, who = people.client, f"/person/orcid/{JANE}"
    before = client.get("/ready").json()["generation"]
    names = f'ASK {{ ?w <{terms.dc.creator}> "{NAME}" }}'
    assert client.get(who).status_code == 200
    assert people.sparql(names).text.strip() == "true"
    done = CliRunner().invoke(
        polku,
        ["person", "forget", f"https://orcid.org/{JANE}", "--yes", "--data", str(people.data)],
    )
    assert done.exit_code == 0, done.output
    deadline = time.monotonic() + 30
    while client.get("/ready").json()["generation"] == before:
        assert time.monotonic() < deadline, "the service does not follow"
        time.sleep(0.05)
    assert client.get(who).status_code == 404
    assert people.sparql(names).text.strip() == "false"
    assert (
        people.sparql(f'ASK {{ <{WORK}> <{terms.dc.creator}> "John Roe" }}').text.strip() == "true"
    )
    people.problem(people.sparql(names, generation=before), 410)
    assert client.get("/graphs", params={"graph": IRIS.graph("crossref"), "generation": before}
                      ).status_code == 410  # fmt: skip
    assert not _naming(people.data), "neither graph, bundle, log nor index names her"


def _naming(data: Path) -> list[Path]:
    return [
        path
        for path in data.rglob("*")
        if path.is_file()
        and any(word in path.read_bytes() for word in (b"Unmistakable", JANE.encode()))
    ]
