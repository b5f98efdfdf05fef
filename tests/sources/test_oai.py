"""Repositories that speak OAI-PMH are fetched whole, go on after a fault, and are asked for what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.sources.errors import SourceError
from app.sources.kept import read
from app.sources.place import place
from tests.sources.fetching import fetch, titles
from tests.sources.servers.base import Reply, Request, serving
from tests.sources.servers.repository import Repository, Work, works

ALL = [f"Paths through meadows {number}" for number in range(1, 8)]


def test_every_page_of_a_list_is_fetched_once_and_loaded(tmp_path: Path) -> None:
    repository = Repository(works(7))
    with serving(repository.answer) as server:
        got = fetch("oai-pmh", f"{server.url}/oai", tmp_path)
    assert titles("oai-pmh", got.paths) == ALL
    assert (got.records, got.pages, repository.pages_given) == (7, 4, [1, 2, 3, 4])
    assert server.asked[0].headers["user-agent"] == "Polku/test (mailto:test@example.org)"


def test_sets_and_days_are_asked_for_as_stated(tmp_path: Path) -> None:
    repository = Repository([*works(3), Work(9, "2026-05-09", set_="articles")])
    with serving(repository.answer) as server:
        got = fetch("oai-pmh", server.url, tmp_path / "a", set_="articles")
        assert titles("oai-pmh", got.paths) == ["Paths through meadows 9"]
        got = fetch("oai-pmh", server.url, tmp_path / "b", since="2026-05-03", until="2026-05-04")
        assert titles("oai-pmh", got.paths) == [
            "Paths through meadows 2",
            "Paths through meadows 3",
        ]


def test_the_second_time_only_what_changed_is_asked_for_and_deletions_are_seen(
    tmp_path: Path,
) -> None:
    repository = Repository(works(7))
    with serving(repository.answer) as server:
        fetch("oai-pmh", server.url, tmp_path)
        again = fetch("oai-pmh", server.url, tmp_path)
        assert not again.changed
        assert server.asked[-1].query["from"] == "2026-05-05T10:00:00Z"
        repository.now = "2026-05-06T10:00:00Z"
        repository.works[2] = Work(3, "2026-05-06T09:00:00Z", deleted=True)
        repository.works.append(Work(8, "2026-05-06T09:30:00Z"))
        third = fetch("oai-pmh", server.url, tmp_path)
    assert (third.changed, third.records) == (True, 2)
    expected = [one for one in [*ALL, "Paths through meadows 8"] if not one.endswith(" 3")]
    assert titles("oai-pmh", third.paths) == expected


def test_days_are_asked_for_where_a_repository_knows_no_moments(tmp_path: Path) -> None:
    repository = Repository(works(3), granularity="YYYY-MM-DD")
    with serving(repository.answer) as server:
        fetch("oai-pmh", server.url, tmp_path)
        fetch("oai-pmh", server.url, tmp_path)
    assert server.asked[-1].query["from"] == "2026-05-05"


def test_a_repository_that_forgets_deletions_is_asked_for_all_after_a_week(tmp_path: Path) -> None:
    repository = Repository(works(3), deleted_record="transient", now="2020-01-01T00:00:00Z")
    with serving(repository.answer) as server:
        fetch("oai-pmh", server.url, tmp_path)
        del repository.works[0]
        got = fetch("oai-pmh", server.url, tmp_path)
    assert "from" not in server.asked[-1].query
    assert titles("oai-pmh", got.paths) == ["Paths through meadows 2", "Paths through meadows 3"]


def test_an_expired_token_starts_the_list_anew_and_says_so(tmp_path: Path) -> None:
    repository, said = Repository(works(7)), list[str]()

    def once_expired(request: Request, number: int, _: bytes) -> Reply | None:
        if number == 3 and repository.tokens_of == "a":
            repository.tokens_of = "b"
            return repository.answer(request)
        return None

    repository.fault = once_expired
    with serving(repository.answer) as server:
        got = fetch("oai-pmh", server.url, tmp_path, said=said)
    assert titles("oai-pmh", got.paths) == ALL
    assert any("anew from its beginning" in one for one in said)


def test_a_token_that_always_expires_is_no_endless_loop(tmp_path: Path) -> None:
    repository = Repository(works(7))
    repository.fault = lambda _, number, __: (
        Reply(repository._error("badResumptionToken", "gone").body) if number == 2 else None
    )
    with serving(repository.answer) as server, pytest.raises(SourceError, match="again and again"):
        fetch("oai-pmh", server.url, tmp_path)


def test_broken_xml_in_page_three_keeps_what_came_and_names_page_and_byte(tmp_path: Path) -> None:
    repository = Repository(works(7))
    broken = b"<dc:title>Paths & meadows"
    repository.fault = lambda _, number, body: (
        Reply(body.replace(b"<dc:title>Paths through", broken)) if number == 3 else None
    )
    with serving(repository.answer) as server:
        with pytest.raises(SourceError) as told:
            fetch("oai-pmh", server.url, tmp_path)
        message = str(told.value)
        assert "page 3 (after 4 records)" in message
        stated = int(message.partition("about byte ")[2].partition(" ")[0].replace(",", ""))
        page = next(tmp_path.rglob(".broken-000003.xml")).read_bytes()
        assert page[stated - 4 : stated + 4].find(b"&") >= 0
        assert "run the same command again" in message
        assert len(list(tmp_path.rglob("0000*.xml"))) == 2
        repository.fault = lambda *_: None
        repository.pages_given.clear()
        got = fetch("oai-pmh", server.url, tmp_path)
        assert repository.pages_given == [3, 4]
    assert titles("oai-pmh", got.paths) == ALL


def test_a_server_that_dies_within_a_page_is_asked_for_that_page_again(tmp_path: Path) -> None:
    repository, died = Repository(works(7)), list[int]()

    def dies_once(_: Request, number: int, body: bytes) -> Reply | None:
        if number == 2 and not died:
            died.append(number)
            return Reply(body, cut=len(body) // 2)
        return None

    repository.fault = dies_once
    with serving(repository.answer) as server:
        got = fetch("oai-pmh", server.url, tmp_path)
    assert died and titles("oai-pmh", got.paths) == ALL
    assert repository.pages_given == [1, 2, 2, 3, 4]


def test_a_server_that_stays_dead_is_told_of_and_gone_on_from(tmp_path: Path) -> None:
    repository = Repository(works(7))
    repository.fault = lambda _, number, __: Reply(b"", 503) if number == 3 else None
    with serving(repository.answer) as server:
        with pytest.raises(SourceError, match="asked 6 times") as told:
            fetch("oai-pmh", server.url, tmp_path)
        assert "503 Service Unavailable" in str(told.value)
        repository.fault = lambda *_: None
        got = fetch("oai-pmh", server.url, tmp_path)
    assert titles("oai-pmh", got.paths) == ALL
    assert repository.pages_given == [1, 2, *[3] * 6, 3, 4]


def test_an_error_of_the_protocol_says_what_to_do(tmp_path: Path) -> None:
    with serving(Repository(works(1)).answer) as server:
        with pytest.raises(SourceError, match="--prefix"):
            fetch("oai-pmh", server.url, tmp_path / "a", prefix="mods")
        with pytest.raises(SourceError, match="no record that was asked for"):
            fetch("oai-pmh", server.url, tmp_path / "b", set_="none")


def test_a_page_that_names_itself_as_the_next_ends_the_list(tmp_path: Path) -> None:
    repository = Repository(works(7))
    repository.fault = lambda _, number, body: (
        Reply(body.replace(b"a||||4", b"a||||2")) if number == 2 else None
    )
    with serving(repository.answer) as server, pytest.raises(SourceError, match="names itself"):
        fetch("oai-pmh", server.url, tmp_path)


def test_entities_of_a_page_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    repository = Repository(works(1))
    repository.fault = lambda _, __, body: Reply(
        body.replace(
            b"?>\n", f'?>\n<!DOCTYPE O [<!ENTITY e SYSTEM "file://{secret}">]>'.encode(), 1
        ).replace(b"Paths", b"&e;")
    )
    with serving(repository.answer) as server:
        got = fetch("oai-pmh", server.url, tmp_path / "kept")
    assert all(b"secret" not in page.read_bytes().replace(str(secret).encode(), b"")
               for page in got.paths[0].iterdir())  # fmt: skip
    with pytest.raises(Exception, match="entities"):
        titles("oai-pmh", got.paths)


def test_a_damaged_state_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match="Remove its folder"):
        read(tmp_path, place("oai-pmh", "https://r.example.org/oai").name)
