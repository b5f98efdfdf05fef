"""What holds for every answer: headers that keep browsers safe, CORS, a limit on bodies.

Plain ASGI: a stream goes through untouched, and a client that goes away is seen at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import problems
from app.errors import TooLarge

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Pages load what this service itself holds and nothing else; no script stands within a page."""

Header = tuple[bytes, bytes]

_READING = "GET, HEAD, POST, OPTIONS"
_ASKING = "accept, accept-language, authorization, content-type, if-none-match"
_TOLD = "ETag, Link, Retry-After, Polku-Generation, Polku-Missing-Data, WWW-Authenticate"


class SafeHeaders:
    """Security headers on every answer, and CORS for reading without credentials."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request, its headers completed; answers a preflight itself."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope):
            await _preflight(send)
            return

        async def completing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _completed(message.get("headers", ()))
            await send(message)

        await self.app(scope, receive, completing)


_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _TOLD.encode()),
)
_OF_PAGES = (
    *_SAFE,
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-frame-options", b"DENY"),
)


def _completed(headers: Iterable[Header]) -> list[Header]:
    """The headers, with the safe ones that are not stated."""
    stated = [(name.lower(), value) for name, value in headers]
    names = dict(stated)
    page = names.get(b"content-type", b"").startswith(b"text/html")
    stated += [pair for pair in (_OF_PAGES if page else _SAFE) if pair[0] not in names]
    return stated


async def _preflight(send: Send) -> None:
    headers = [
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", _READING.encode()),
        (b"access-control-allow-headers", _ASKING.encode()),
        (b"access-control-max-age", b"86400"),
        (b"content-length", b"0"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class Heads:
    """Answers HEAD as GET without the body, which the server leaves out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        asked = {**scope, "method": "GET"}
        try:
            await self.app(asked, receive, send)
        finally:
            scope["route"] = asked.get("route")


_OF_BODIES = (b"content-length", b"transfer-encoding")
"""A request without either has no body: RFC 9112, section 6.3."""


class BodyLimit:
    """Refuses bodies over a limit, by their stated length or as they come, and endless ones."""

    def __init__(self, app: ASGIApp, limit_mb: int, seconds: float) -> None:
        self.app = app
        self.limit_mb = limit_mb
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request; 413 if its body is over the limit, 408 if it comes too slowly."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not any(name in _OF_BODIES for name, _ in scope["headers"]):
            await self.app(scope, receive, send)
            return
        most = self.limit_mb * 2**20
        refusal = TooLarge(f"The body is over {self.limit_mb} MiB, the limit here (request_mb).")
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > most:
            await problems.of(refusal, quote(scope["path"]))(scope, receive, send)
            return
        taken = 0
        complete = False
        deadline = asyncio.get_running_loop().time() + self.seconds
        answering = False

        async def counting() -> Message:
            nonlocal taken, complete
            if complete:  # what is waited for now is that the client leaves
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise _Late from None
            if message["type"] == "http.request":
                complete = not message.get("more_body", False)
                taken += len(message.get("body", b""))
                if taken > most:
                    raise _Overrun
            return message

        async def watching(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self.app(scope, counting, watching)
        except _Overrun:
            if answering:
                raise
            await problems.of(refusal, quote(scope["path"]))(scope, receive, send)
        except _Late:
            if answering:
                raise
            await self._late(quote(scope["path"]))(scope, receive, send)

    def _late(self, instance: str) -> Response:
        status = HTTPStatus.REQUEST_TIMEOUT
        return problems.problem(
            status,
            status.phrase,
            f"The body did not arrive within {self.seconds:g} s, the limit here (request_seconds).",
            instance=instance,
            headers={"Connection": "close"},
        )


class _Late(BaseException):
    """A body that does not come; no handler of the framework's may take it for its own."""


class _Overrun(BaseException):
    """A body over the limit; no handler of the framework's may take it for its own."""
