"""Lists by cursor, by links and by numbers are walked to their end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import BadParameter
from app.sources.errors import SourceError
from app.sources.keys import key
from app.sources.place import place
from loaders.base import Run
from loaders.registry import loader
from tests.loaders.loading import GOLDEN
from tests.sources.fetching import fetch, strict, titles
from tests.sources.servers.base import Reply, Request, serving

MANY = 7


def crossref(number: int) -> dict[str, Any]:
    return {
        "DOI": f"10.9996/{number}",
        "type": "journal-article",
        "title": [f"Work {number}"],
        "issued": {"date-parts": [[2026, 1, 2]]},
    }


def openalex(number: int) -> dict[str, Any]:
    return {
        "id": f"https://openalex.org/W{number}",
        "title": f"Work {number}",
        "type": "article",
        "publication_date": "2026-01-02",
    }


def datacite(number: int) -> dict[str, Any]:
    return {
        "id": f"10.9996/{number}",
        "attributes": {
            "doi": f"10.9996/{number}",
            "titles": [{"title": f"Work {number}"}],
            "dates": [{"date": "2026-01-02", "dateType": "Issued"}],
            "publicationYear": 2026,
            "types": {"resourceTypeGeneral": "Dataset"},
            "state": "findable",
        },
    }


def crossref_page(request: Request) -> Reply:
    """One cursor for the whole list, whose place the service keeps: as api.crossref.org does."""
    start = 0 if request.query["cursor"] == "*" else served.pop()
    size = int(request.query["rows"])
    items = [crossref(n) for n in range(start, min(start + size, MANY))]
    served.append(start + size)
    message = {"total-results": MANY, "items": items, "next-cursor": "DnF1/+=="}
    return Reply(json.dumps({"status": "ok", "message": message}).encode())


def openalex_page(request: Request) -> Reply:
    start = 0 if request.query["cursor"] == "*" else int(request.query["cursor"].strip("=c"))
    size = int(request.query["per-page"])
    results = [openalex(n) for n in range(start, min(start + size, MANY))]
    following = f"c{start + size}==" if start + size < MANY else None
    meta = {"count": MANY, "next_cursor": following}
    return Reply(json.dumps({"meta": meta, "results": results}).encode())


def datacite_page(request: Request) -> Reply:
    start, size = int(request.query["page[cursor]"]) - 1, int(request.query["page[size]"])
    data = [datacite(n) for n in range(start, min(start + size, MANY))]
    links: dict[str, str] = {"self": "…"}
    if start + size < MANY:
        host = request.headers["host"]
        links["next"] = (
            f"http://{host}/dois?page%5Bcursor%5D={start + size + 1}&page%5Bsize%5D={size}"
        )
    return Reply(json.dumps({"data": data, "meta": {"total": MANY}, "links": links}).encode())


served: list[int] = []
CASES: list[tuple[str, str, Callable[[Request], Reply]]] = [
    ("crossref", "/works?rows=3&filter=from-pub-date:2026", crossref_page),
    ("openalex", "/works?per-page=3&filter=institutions.ror:x", openalex_page),
    ("datacite", "/dois?page%5Bsize%5D=3&query=x", datacite_page),
]


@pytest.mark.parametrize(("source", "path", "answer"), CASES, ids=[one[0] for one in CASES])
def test_a_list_is_walked_to_its_end_and_loaded(
    source: str, path: str, answer: Callable[[Request], Reply], tmp_path: Path
) -> None:
    served.clear()
    with serving(answer) as server:
        got = fetch(source, server.url + path, tmp_path)
    assert titles(source, got.paths) == [f"Work {n}" for n in range(MANY)]
    assert got.records == MANY


def test_a_cursor_that_is_no_longer_known_starts_the_list_anew(tmp_path: Path) -> None:
    gone, said = [True], list[str]()

    def answer(request: Request) -> Reply:
        if request.query["cursor"] == "c6==" and gone:
            gone.pop()
            return Reply(b'{"error": "cursor expired"}', 400)
        return openalex_page(request)

    with serving(answer) as server:
        got = fetch("openalex", f"{server.url}/works?per-page=3", tmp_path, said=said)
    assert titles("openalex", got.paths) == [f"Work {n}" for n in range(MANY)]
    assert any("cursor expired" in one and "anew" in one for one in said)


def test_a_list_that_lost_a_page_between_two_runs_is_fetched_anew(tmp_path: Path) -> None:
    served.clear()
    dead = [False]

    def answer(request: Request) -> Reply:
        if dead[0]:
            served.append(served.pop() + 3)  # the service went on; its answer never arrived
            return Reply(b"", 500)
        reply = crossref_page(request)
        dead[0] = request.query["cursor"] == "*" and len(said) == 0
        return reply

    said: list[str] = []
    with serving(answer) as server:
        url = f"{server.url}/works?rows=3"
        with pytest.raises(SourceError, match="500"):
            fetch("crossref", url, tmp_path, manners=strict(attempts=1))
        dead[0] = False
        got = fetch("crossref", url, tmp_path, said=said)
    assert titles("crossref", got.paths) == [f"Work {n}" for n in range(MANY)]
    assert any("4 records came of 7" in one and "anew" in one for one in said), said


def test_a_list_that_lost_a_page_between_two_attempts_is_fetched_anew(tmp_path: Path) -> None:
    served.clear()
    said: list[str] = []

    def answer(request: Request) -> Reply:
        reply = crossref_page(request)
        return Reply(b"", 502) if len(server.asked) == 2 else reply

    with serving(answer) as server:
        got = fetch("crossref", f"{server.url}/works?rows=3", tmp_path, said=said)
    assert titles("crossref", got.paths) == [f"Work {n}" for n in range(MANY)]
    assert any("4 records came of 7" in one and "anew" in one for one in said), said


def test_a_list_that_states_more_than_it_has_is_taken_as_it_is(tmp_path: Path) -> None:
    page = {"meta": {"count": 9, "next_cursor": None}, "results": [openalex(1)]}
    said: list[str] = []
    with serving(lambda _: Reply(json.dumps(page).encode())) as server:
        got = fetch("openalex", f"{server.url}/works", tmp_path, said=said)
    assert got.records == 1
    assert any("1 records came of 9" in one for one in said)


def test_a_list_that_goes_on_at_another_host_is_not_followed(tmp_path: Path) -> None:
    page = {"data": [datacite(1)], "links": {"next": "http://169.254.169.254/latest"}}
    with (
        serving(lambda _: Reply(json.dumps(page).encode())) as server,
        pytest.raises(SourceError, match="another host"),
    ):
        fetch("datacite", f"{server.url}/dois", tmp_path)


def test_pages_that_are_counted_are_walked_until_one_is_empty(tmp_path: Path) -> None:
    record = json.loads((GOLDEN / "aalto.jsonl").read_text(encoding="utf-8").splitlines()[0])

    def answer(request: Request) -> Reply:
        assert request.query.pop("user_key") == "s3cret"
        start = int(request.query["start"])
        return Reply(json.dumps([record] if start < 200 else []).encode())

    secret = key("AALTO_KEY", "", "user_key", {"AALTO_KEY": "s3cret"})
    with serving(answer) as server:
        got = fetch("aalto", server.url, tmp_path, key=secret, counted="start=0+100")
    assert (got.pages, got.records) == (2, 2)
    assert list(loader("aalto").read(got.paths, Run()))
    assert all(b"s3cret" not in one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())


def test_a_search_of_sisu_that_breaks_off_at_its_bound_is_told(tmp_path: Path) -> None:
    found = json.loads((GOLDEN / "sisu" / "search.json").read_bytes())["searchResults"]

    def answer(request: Request) -> Reply:
        page = found if request.query["start"] == "0" else []
        return Reply(json.dumps({"searchResults": page, "total": 1200}).encode())

    said: list[str] = []
    with serving(answer) as server:
        got = fetch("sisu", server.url, tmp_path, said=said, counted="start=0+100")
    assert "Tekoälyn alkeet" in titles("sisu", got.paths)
    assert any("3 records came of 1,200" in one for one in said)


def test_what_a_source_cannot_be_asked_is_told() -> None:
    for loader_name, asked in (
        ("crossref", {"set_": "x"}),
        ("oai-pmh", {"since": "yesterday"}),
        ("aalto", {"counted": "page"}),
        ("aalto", {"counted": "page=1+0"}),
    ):
        with pytest.raises(BadParameter):
            place(loader_name, "https://example.org/", **asked)


def test_one_work_by_its_own_address_is_a_file_and_not_a_list() -> None:
    assert place("crossref", "https://api.crossref.org/works/10.1000/1").walk == ""
    assert place("crossref", "https://api.crossref.org/works?query=x").walk == "crossref"
