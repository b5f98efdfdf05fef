"""Answers that are kept, given before anything of a request is read but its line and two headers.

What a request is answered with depends on its query string, its Accept header, and where the
service stands as the client sees it. The cache (``cache.py``) alone knows whether the answer is
still the current generation's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.cache import Cache, Key
from app.api.direct import ROUTE

MOST: Final = 4096
"""Requests that are known."""

_LONGEST: Final = 2048
"""Bytes of the longest query string that is known."""

Header = tuple[bytes, bytes]
Name = tuple[bytes, bytes, bytes, str, str]


@dataclass(frozen=True)
class _Known:
    """What a request is answered with: the answer's key, its headers, and what the log says."""

    key: Key
    headers: list[Header]
    logged: Mapping[str, str]


class Front:
    """ASGI middleware: answers GET ``/sparql`` where the same request was answered before.

    ``cache``: gives the cache, once there is one.
    """

    def __init__(self, app: ASGIApp, cache: Callable[[], Cache | None]) -> None:
        self.app = app
        self._cache = cache
        self._known: OrderedDict[Name, _Known] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request."""
        name = _name(scope)
        cache = self._cache() if name is not None else None
        if name is None or cache is None:
            await self.app(scope, receive, send)
            return
        known = self._known.get(name)
        if known and cache.size_of(known.key) is not None:
            scope["route"] = ROUTE
            scope.setdefault("state", {}).update(known.logged)
            content = cache.get(known.key)
            await send({"type": "http.response.start", "status": 200, "headers": known.headers})
            await send({"type": "http.response.body", "body": content})
            return
        headers: list[Header] = []

        async def watching(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers.extend(message["headers"])
            await send(message)

        await self.app(scope, receive, watching)
        state = scope.get("state", {})
        key = state.get("kept_as")
        if key is not None and headers and (size := cache.size_of(key)) is not None:
            logged = {one: state[one] for one in ("generation", "query_hash") if one in state}
            self._known[name] = _Known(key, _complete(headers, size), logged)
            self._known.move_to_end(name)
            if len(self._known) > MOST:
                self._known.popitem(last=False)


def _name(scope: Scope) -> Name | None:
    """What tells a request's answer from another's; None for a request of another kind."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != ROUTE.path:
        return None
    accept, host = [], []
    for name, value in scope["headers"]:
        if name == b"accept":
            accept.append(value)
        elif name == b"host":
            host.append(value)
        elif name == b"if-none-match":
            return None
    query = scope["query_string"]
    if len(query) > _LONGEST or len(accept) > 1 or len(host) > 1:
        return None  # of several, whoever reads on chooses
    return query, b"".join(accept), b"".join(host), scope["scheme"], scope.get("root_path", "")


def _complete(headers: Iterable[Header], size: int) -> list[Header]:
    """The headers, with the length that a stream did not know."""
    kept = [pair for pair in headers if pair[0] != b"content-length"]
    return [*kept, (b"content-length", b"%d" % size)]


__all__ = ["Front"]
