"""Servers that a query is sent to by SERVICE: each answers by a function, and remembers who asked."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

JSON = "application/sparql-results+json"
ROWS = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"x"}}]}}'


@dataclass(frozen=True)
class Reply:
    """What is answered; ``length``: what is said of the body's size, if not the truth."""

    body: bytes = ROWS
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON
    length: int | None = None
    forever: bool = False


def plain(_query: str) -> Reply:
    """One solution, whatever is asked."""
    return Reply()


@dataclass
class Server:
    """A server that runs: where, how it answers by path, and each query that it was asked."""

    url: str
    replies: dict[str, Callable[[str], Reply]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on loopback for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = self.headers["Content-Type"] == "application/x-www-form-urlencoded"
            running.asked.append((self.path, parse_qs(content)["query"][0] if form else content))
            reply = running.replies[self.path](running.asked[-1][1])
            with contextlib.suppress(OSError):
                self.answer(reply)

        def do_GET(self) -> None:
            running.asked.append((self.path, ""))
            with contextlib.suppress(OSError):
                self.answer(Reply())

        def answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            length = len(reply.body) if reply.length is None else reply.length
            for name, value in {"Content-Type": reply.media_type, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(reply.body)
            while reply.forever:
                self.wfile.write(b" " * 65_536)
            self.close_connection = length != len(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # those who hang up in the middle of a handshake

    server = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    running = Server(f"{scheme}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        running.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
