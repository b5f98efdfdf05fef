"""Sources are asked politely, within bounds, and never where they must not."""

from __future__ import annotations

import gzip
import logging
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from app.errors import BadParameter
from app.sources.addresses import is_public
from app.sources.errors import Refused, SourceError, TooLarge
from app.sources.http import Client
from app.sources.keys import Key, key
from app.sources.manners import agent, retry_after
from tests.sources.fetching import QUICK, fetch, strict
from tests.sources.servers.base import Reply, Request, serving

TURTLE = b"<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"


def test_a_file_is_taken_again_only_when_it_changed(tmp_path: Path) -> None:
    content = [TURTLE]

    def answer(request: Request) -> Reply:
        tag = f'"{len(content[0])}"'
        if request.headers.get("if-none-match") == tag:
            return Reply(b"", 304)
        return Reply(content[0], headers={"ETag": tag, "Content-Type": "text/turtle"})

    with serving(answer) as server:
        first = fetch("rdf", f"{server.url}/export", tmp_path)
        assert first.paths[0].name == "export.ttl"
        assert not fetch("rdf", f"{server.url}/export", tmp_path).changed
        content[0] += TURTLE
        assert fetch("rdf", f"{server.url}/export", tmp_path).changed
        assert fetch("rdf", f"{server.url}/export", tmp_path, anew=True).changed is False
        assert len(server.asked) == 4
    assert first.paths[0].read_bytes() == TURTLE * 2


def test_a_file_without_an_etag_is_asked_for_by_its_day(tmp_path: Path) -> None:
    day = "Mon, 04 May 2026 00:00:00 GMT"

    def answer(request: Request) -> Reply:
        known = request.headers.get("if-modified-since") == day
        return Reply(b"", 304) if known else Reply(TURTLE, headers={"Last-Modified": day})

    with serving(answer) as server:
        assert fetch("rdf", f"{server.url}/a.ttl", tmp_path).changed
        assert not fetch("rdf", f"{server.url}/a.ttl", tmp_path).changed


@pytest.mark.parametrize("dated", [False, True])
def test_a_pause_that_is_asked_for_is_kept(tmp_path: Path, dated: bool) -> None:
    said: list[str] = []

    def answer(_: Request) -> Reply:
        if len(server.asked) > 1:
            return Reply(TURTLE)
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=1.5), usegmt=True)
        return Reply(b"", 429, {"Retry-After": later if dated else "1"})

    with serving(answer) as server:
        fetch("rdf", f"{server.url}/a.ttl", tmp_path, said=said)
    assert len(server.asked) == 2
    assert "429 Too Many Requests" in said[0]


def test_a_pause_longer_than_the_bound_is_told_and_not_cut_short(tmp_path: Path) -> None:
    with serving(lambda _: Reply(b"", 503, {"Retry-After": "86400"})) as server:
        with pytest.raises(SourceError, match="86,400 s"):
            fetch("rdf", f"{server.url}/a.ttl", tmp_path)
        assert len(server.asked) == 1


def test_pauses_grow_and_vary() -> None:
    with Client(strict(first_pause=1.0, longest_pause=20.0)) as client:
        for attempt, most in ((1, 1.0), (3, 4.0), (9, 20.0)):
            pauses = [client.pause(attempt) for _ in range(200)]
            assert most / 2 < max(pauses) <= most
            assert len(set(pauses)) > 100


@pytest.mark.parametrize(
    "said", ["", "soon", "-5", "1e9", "12345678901", "Mon, 99 May 2026 00:00:00 GMT", "\u0661"]
)
def test_a_pause_that_cannot_be_read_is_none(said: str) -> None:
    assert retry_after(said, datetime(2026, 5, 4, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1", "100.64.0.1",
     "224.0.0.1", "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::", "::"],
)  # fmt: skip
def test_addresses_of_inner_networks_are_known(address: str) -> None:
    assert not is_public(address)


def test_inner_addresses_are_refused_unless_the_setting_allows_them(tmp_path: Path) -> None:
    with serving(lambda _: Reply(TURTLE)) as server:
        for host in ("127.0.0.1", "localhost", "0x7f000001", "2130706433"):
            url = server.url.replace("127.0.0.1", host)
            with pytest.raises(Refused, match="POLKU_FETCH_PRIVATE"):
                fetch("rdf", f"{url}/a.ttl", tmp_path, manners=strict(private=False))
        assert not server.asked


def answering(*addresses: str) -> Callable[..., list[tuple[object, ...]]]:
    """A resolver that gives these addresses for one name, and the system's for others."""
    system = socket.getaddrinfo

    def answer(host: str, port: int, *rest: int, **named: int) -> list[tuple[object, ...]]:
        if host == "r.example.org":
            return [(0, 0, 0, "", (address, port)) for address in addresses]
        return list(system(host, port, *rest, **named))

    return answer


def test_a_name_with_one_inner_address_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", answering("8.8.8.8", "10.0.0.1"))
    with pytest.raises(Refused, match=r"10\.0\.0\.1"):
        fetch("rdf", "http://r.example.org/a", tmp_path, manners=strict(private=False))


def test_a_host_is_asked_by_its_name_at_the_first_of_its_addresses_that_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda _: Reply(TURTLE)) as server:
        port = server.url.rpartition(":")[2]
        monkeypatch.setattr("socket.getaddrinfo", answering("127.0.0.2", "127.0.0.1"))
        assert fetch("rdf", f"http://r.example.org:{port}/a", tmp_path).changed
    assert server.asked[0].headers["host"] == f"r.example.org:{port}"


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/a", "gopher://127.0.0.1/", "http://u:p@h/", "http://[", "//a b/"]
)  # fmt: skip
def test_a_redirect_to_another_scheme_is_refused(tmp_path: Path, target: str) -> None:
    with serving(lambda _: Reply(b"", 302, {"Location": target})) as server:
        with pytest.raises(Refused):
            fetch("rdf", f"{server.url}/a.ttl", tmp_path)
        assert len(server.asked) == 1


def test_redirects_are_followed_a_few_times_only(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/a":
            return Reply(b"", 301, {"Location": "/b"})
        return Reply(TURTLE) if request.path == "/b" else Reply(b"", 302, {"Location": "/c"})

    with serving(answer) as server:
        assert fetch("rdf", f"{server.url}/a", tmp_path / "a").changed
        with pytest.raises(Refused, match="redirects"):
            fetch("rdf", f"{server.url}/c", tmp_path / "c")


def test_a_key_goes_to_the_source_alone_and_into_no_message(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = Key("Authorization", "", "Bearer s3cret")
    caplog.set_level(logging.DEBUG)
    with (
        serving(lambda _: Reply(b"no", 403)) as other,
        serving(lambda _: Reply(b"", 302, {"Location": f"{other.url}/a?q=s3cret"})) as server,
    ):
        with pytest.raises(SourceError) as told:
            fetch("rdf", f"{server.url}/a?key=s3cret", tmp_path, key=secret)
        assert server.asked[0].headers["authorization"] == "Bearer s3cret"
        assert "authorization" not in other.asked[0].headers
    assert "s3cret" not in str(told.value) + repr(secret) + caplog.text
    assert "403 Forbidden: no" in str(told.value)


def test_keys_come_from_the_environment_alone() -> None:
    assert key("", "", "") is None
    assert key("K", "", "", {"K": "a"}) == Key("Authorization", "", "Bearer a")
    for asked in (("K", "", ""), ("K", "A b", ""), ("K", "A", "b"), ("", "A", "")):
        with pytest.raises(BadParameter):
            key(*asked, {} if asked == ("K", "", "") else {"K": "a"})
    with pytest.raises(Refused, match="environment variable"):
        fetch("rdf", "https://me:pw@example.org/", Path("nowhere"))


@pytest.mark.parametrize("packed", [False, True])
def test_answers_over_the_bound_are_not_taken(tmp_path: Path, packed: bool) -> None:
    body = gzip.compress(b"\0" * 3_000_000) if packed else b"\0" * 300_000
    reply = Reply(body, headers={"Content-Encoding": "gzip"} if packed else {})
    with serving(lambda _: reply) as server, pytest.raises(TooLarge, match="200,000 bytes"):
        fetch("rdf", f"{server.url}/a", tmp_path, manners=strict(all_bytes=200_000))


def test_a_packing_that_was_not_asked_for_is_not_opened(tmp_path: Path) -> None:
    twice = Reply(gzip.compress(TURTLE), headers={"Content-Encoding": "gzip, gzip"})
    with serving(lambda _: twice) as server, pytest.raises(SourceError, match="not asked for"):
        fetch("rdf", f"{server.url}/a", tmp_path)


def test_the_contact_is_told_and_cannot_break_the_header() -> None:
    assert agent("https://library.example.org/about").endswith(
        "(https://library.example.org/about)"
    )
    for contact in ("a\r\nX: b", "a)b", "ä@example.org"):
        with pytest.raises(BadParameter):
            agent(contact)


def test_whoever_does_not_answer_is_told_of(tmp_path: Path) -> None:
    with serving(lambda _: Reply()) as server:
        url = server.url
    with pytest.raises(SourceError, match="asked 2 times"):
        fetch("rdf", f"{url}/a", tmp_path, manners=strict(attempts=2))
    assert QUICK.attempts == 6
