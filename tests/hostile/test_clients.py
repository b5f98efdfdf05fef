"""Clients that break HTTP, or use it to hold on to the service, end soon and alone."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import pytest

from tests.api.conftest import Service
from tests.hostile.cases import CROSS

FLOOD = next(case for case in CROSS if case.name == "stream a cross product")
PATIENCE = 60.0
HEAD = b"POST /sparql HTTP/1.1\r\nHost: e.x\r\nContent-Type: application/sparql-query\r\n"


@contextmanager
def connection(service: Service, address: str = "127.0.0.30") -> Iterator[socket.socket]:
    where = urlsplit(service.url)
    made = socket.create_connection(
        (where.hostname or "", where.port or 0), PATIENCE, source_address=(address, 0)
    )
    with made:
        yield made


def rest(connected: socket.socket) -> bytes:
    """What the service sends until it ends the connection, which it does in good time."""
    received = b""
    try:
        while piece := connected.recv(65_536):
            received += piece
    except ConnectionError:
        pass  # it was cut
    return received


def alive(service: Service) -> bool:
    return service.sparql("ASK {}").text.strip() == "true"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400"),
        (b"GARBAGE\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: -1\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n", b"400"),
        (HEAD + b"Content-Length: 999999999999\r\n\r\nASK {}", b"413"),
        (HEAD + b"Content-Length: 100\r\n\r\nASK {}", b"408"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n", b"408"),
        (HEAD, b"408"),
        (b"", b"408"),
        (b"\r\n\r\n", b"408"),
    ],
)
def test_a_request_that_is_broken_or_never_ends_is_refused(
    target: Service, sent: bytes, status: bytes
) -> None:
    with connection(target) as connected:
        connected.sendall(sent)
        said = rest(connected)
    assert said.startswith(b"HTTP/1.1 " + status), said[:500]
    assert b"application/problem+json" in said
    assert alive(target)


@pytest.mark.parametrize(
    "line", [b"X-Flood: " + b"x" * 1_000 + b"\r\n", b"x" * 1_000], ids=["many", "one"]
)
def test_a_flood_of_headers_is_refused(target: Service, line: bytes) -> None:
    with connection(target) as connected:
        connected.sendall(HEAD + b"X-Long: ")
        try:
            for _ in range(100_000):
                connected.sendall(line)
        except ConnectionError:
            pass  # it was refused while it went on
        else:
            pytest.fail("a hundred megabytes of headers were taken")
    assert alive(target)


def test_a_slow_sender_is_told_which_limit_it_met(target: Service) -> None:
    with connection(target) as connected:
        connected.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        connected.settimeout(0.2)
        deadline = time.monotonic() + PATIENCE
        said = b""
        while not said and time.monotonic() < deadline:
            connected.sendall(b"#")
            with contextlib.suppress(TimeoutError):
                said = connected.recv(65_536)
        # The head and what it is about may come one after the other.
        with contextlib.suppress(TimeoutError, ConnectionError):
            while b"request_seconds" not in said and (more := connected.recv(65_536)):
                said += more
    assert said.startswith(b"HTTP/1.1 408") and b"request_seconds" in said


def test_a_client_that_reads_nothing_is_cut_off_and_its_reader_is_free(target: Service) -> None:
    text = quote(FLOOD.text())
    with connection(target) as connected:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connected.sendall(f"GET /sparql?query={text} HTTP/1.1\r\nHost: e.x\r\n\r\n".encode())
        admin = target.bearer("admin")
        deadline = time.monotonic() + PATIENCE
        seen = False
        while time.monotonic() < deadline:
            listed = target.client.get("/sparql/running", headers=admin).json()["queries"]
            mine = [one for one in listed if one["client"] == "address:127.0.0.30"]
            seen = seen or bool(mine)
            if seen and not mine:
                break
        assert seen and not mine
    assert alive(target)


def test_a_client_that_leaves_after_the_first_byte_or_closes_half_is_no_trouble(
    target: Service,
) -> None:
    line = f"GET /sparql?query={quote(FLOOD.text())} HTTP/1.1\r\nHost: e.x\r\n\r\n".encode()
    for _ in range(5):
        with connection(target) as connected:
            connected.sendall(line)
            assert connected.recv(1) == b"H"
    with connection(target) as connected:
        connected.sendall(line)
        connected.shutdown(socket.SHUT_WR)
        rest(connected)
    with connection(target) as connected:
        connected.sendall(HEAD + b"Content-Length: 100\r\n\r\nASK")
        connected.shutdown(socket.SHUT_WR)
        rest(connected)
    assert alive(target)
