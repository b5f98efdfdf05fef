"""``/sparql`` straight to its handler: the framework's routing costs more than a short query.

The routes stay declared where they were, for the API's description; what they do is the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import problems, sparql
from app.errors import PolkuError

_HANDLERS: Mapping[str, Callable[[Request], Awaitable[Response]]] = MappingProxyType(
    {"GET": sparql.get, "POST": sparql.post}
)


@dataclass(frozen=True)
class Route:
    """What the access log reads of a route."""

    path: str


ROUTE: Final = Route("/sparql")


class Direct:
    """ASGI middleware, the innermost: answers ``/sparql`` itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request."""
        handler = _HANDLERS.get(scope["method"]) if scope["type"] == "http" else None
        if handler is None or scope["path"] != ROUTE.path:
            await self.app(scope, receive, send)
            return
        scope["route"] = ROUTE
        request = Request(scope, receive, send)
        try:
            response = await handler(request)
        except PolkuError as error:
            response = problems.refusal(request, error)
        await response(scope, receive, send)


__all__ = ["ROUTE", "Direct", "Route"]
