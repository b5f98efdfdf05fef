"""``/sparql`` straight to its handler: the framework's own layers cost more than a short query.

The routes stay declared where they were, for the API's description; what they do is the same.
Our own layers stand around this as they stand around the framework: see ``application.py``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

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


def concerns(scope: Scope) -> bool:
    """Whether a request is one that ``direct`` answers."""
    return scope["type"] == "http" and scope["path"] == ROUTE.path and scope["method"] in _HANDLERS


async def direct(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers a request that concerns it; a refusal of ours becomes a problem document."""
    scope["route"] = ROUTE
    request = Request(scope, receive, send)
    try:
        response = await _HANDLERS[scope["method"]](request)
    except PolkuError as error:
        response = problems.refusal(request, error)
    await response(scope, receive, send)


__all__ = ["ROUTE", "Route", "concerns", "direct"]
