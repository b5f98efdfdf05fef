"""Every error as a problem document: what went wrong, where, and what to do.

Source: RFC 9457, Problem Details for HTTP APIs. ``type`` is a page of this service; of an
exception that is not ours nothing is told.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TypedDict
from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import (
    BadParameter,
    BadQuery,
    Busy,
    Ended,
    GraphError,
    LimitReached,
    NotAcceptable,
    NotHosted,
    PolkuError,
    Refused,
    ServiceFailed,
    TooMuch,
)

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

KINDS: Mapping[str, str] = {
    "bad-body": "The body is not what its media type says. Send what the API's documentation shows.",
    "bad-parameter": "A value cannot be used: `errors` names each and says what would do.",
    "bad-query": "The SPARQL cannot be parsed: `line` and `column` say where, counted from 1.",
    "busy": "No worker became free in time. Try again after the seconds in `Retry-After`.",
    "ended": "Who runs the service ended the query, as it kept others from being answered.",
    "fair-use": "Your queries use more of the service than one client's share: `limit` names the "
    "setting and `value` its value. Try again after the seconds in `Retry-After`.",
    "forbidden": "The query, or the caller, may not do that. `detail` says which role may.",
    "gone": "It belongs to an earlier generation of the graph, which is not kept. Ask the current "
    "one; where it was a page of an answer, begin at the first.",
    "graph-error": "The graph cannot be read. Who runs the service finds what to do in its log.",
    "internal": "The service made a mistake. It is logged; please report when it happened.",
    "limit-reached": "The answer went past a limit: `limit` names the setting and `value` its "
    "value. Ask for less, for instance with LIMIT.",
    "method-not-allowed": "The route does not know the method. `Allow` names those it knows.",
    "not-acceptable": "No representation is in a media type that `Accept` takes: `offered` "
    "names those there are.",
    "not-found": "There is no such thing. Search under /skills, /occupations and /courses.",
    "service-failed": "Another SPARQL service, which the query asks with SERVICE, did not answer as "
    "it should: `service` names it. Ask less of it, ask later, or write SERVICE SILENT.",
    "too-slow": "The request did not arrive in time. `detail` says which limit that is.",
    "too-large": "The request is over a limit of size. `detail` says which.",
    "unauthorized": "A token is needed, or the one that was sent is unknown or revoked.",
    "unsupported": "The route does not read the body's media type. `detail` says which it reads.",
    "not-hosted": "This process runs some engines only, by its setting `POLKU_ENGINES`. `/ready` "
    "lists them; ask a process that runs the one that `detail` names.",
    "http": "A request that HTTP itself refuses.",
}
"""Each kind of problem, and what to do about it: the page that ``type`` leads to."""

VARIANT = "body:"
"""What the tag of a variant of a body begins with: no step of a pointer into it."""

_BY_STATUS = {
    400: "bad-body",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "too-slow",
    410: "gone",
    413: "too-large",
    415: "unsupported",
    422: "bad-parameter",
    429: "fair-use",
    431: "too-large",
    500: "internal",
    501: "not-hosted",
    502: "service-failed",
    503: "busy",
    504: "limit-reached",
    507: "limit-reached",
}


class FieldError(TypedDict):
    """One value that cannot be used: a JSON pointer into the body or a parameter's name."""

    pointer: str
    detail: str


class Problem(TypedDict, total=False):
    """A problem document."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError]


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    kind: str = "",
    instance: str = "",
    errors: Sequence[FieldError] = (),
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A response that holds a problem document; ``more`` are members of its own."""
    body: dict[str, object] = {
        "type": f"/problems/{kind or _BY_STATUS.get(status, 'http')}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if instance:
        body["instance"] = instance
    if errors:
        body["errors"] = list(errors)
    body.update(more or {})
    return Response(
        orjson.dumps(body),
        status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        media_type=MEDIA_TYPE,
    )


def of(error: PolkuError, instance: str = "") -> Response:
    """The problem that one of our own refusals becomes."""
    headers: dict[str, str] = {}
    more: dict[str, object] = {}
    errors: list[FieldError] = []
    kind = ""
    if isinstance(error, BadParameter):
        errors = [{"pointer": error.param, "detail": error.detail}]
    elif isinstance(error, Refused):
        errors = [{"pointer": pointer, "detail": why} for pointer, why in error.errors]
    elif isinstance(error, BadQuery):
        kind = "bad-query"
        if error.line:
            more = {"line": error.line, "column": error.column}
    elif isinstance(error, NotAcceptable):
        more = {"offered": list(error.offered)}
    elif isinstance(error, TooMuch):
        headers = {"Retry-After": str(error.retry_after)}
        more = {"limit": error.limit, "value": error.value}
    elif isinstance(error, Ended):
        kind = "ended"
    elif isinstance(error, Busy):
        headers = {"Retry-After": str(error.retry_after)}
    elif isinstance(error, ServiceFailed):
        kind = "service-failed"
        more = {"service": error.service}
        if error.limit:
            more |= {"limit": error.limit, "value": error.value}
    elif isinstance(error, LimitReached):
        more = {"limit": error.limit, "value": error.value}
    elif error.status == HTTPStatus.UNAUTHORIZED:
        headers = {"WWW-Authenticate": 'Bearer realm="polku"'}
    elif error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = "graph-error"
    return problem(
        error.status,
        error.title,
        error.detail,
        kind=kind,
        instance=instance,
        errors=errors,
        more=more,
        headers=headers,
    )


def place(request: Request) -> str:
    """The path of the request as a URI reference: whatever was sent, percent-encoded."""
    return quote(request.scope["path"], safe="/:@!$&()*+,;=-._~")


def refusal(request: Request, error: PolkuError) -> Response:
    """The problem that a refusal of ours becomes; one that is the service's own fault is logged."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(
        error, Busy | Ended | LimitReached | NotHosted | ServiceFailed
    ):
        logger.error("a request failed", extra={"reason": error.detail})
        # What to do is for who runs the service: paths of its machine are no one else's matter.
        kind = "graph-error" if isinstance(error, GraphError) else "internal"
        return problem(error.status, error.title, KINDS[kind], kind=kind, instance=place(request))
    return of(error, place(request))


async def _polku(request: Request, error: PolkuError) -> Response:
    return refusal(request, error)


async def _validation(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    broken = next((one for one in found if one["type"] == "json_invalid"), None)
    if broken is not None:
        where = broken["loc"][-1] if len(broken["loc"]) > 1 else 0
        return problem(
            HTTPStatus.BAD_REQUEST,
            "The body cannot be read",
            f"The body is not JSON: it breaks off at character {where}.",
            instance=place(request),
        )
    errors: list[FieldError] = [
        {"pointer": _pointer(one["loc"]), "detail": str(one["msg"])} for one in found[:50]
    ]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        BadParameter.title,
        f"{len(found)} value{'s' if len(found) != 1 else ''} cannot be used; errors name them.",
        instance=place(request),
        errors=errors,
    )


def _pointer(location: Sequence[str | int]) -> str:
    """A JSON pointer into the body, else the parameter's name.

    >>> _pointer(("body", "to", "skills", 0)), _pointer(("query", "limit"))
    ('/to/skills/0', 'limit')
    """
    if location and location[0] == "body":
        steps = [str(step) for step in location[1:] if not str(step).startswith(VARIANT)]
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
    return ".".join(str(step) for step in location[1:])


async def _http(request: Request, error: HTTPException) -> Response:
    try:
        phrase = HTTPStatus(error.status_code).phrase
    except ValueError:
        phrase = "The request is refused"
    detail = {
        404: "There is nothing here. The routes are in /openapi.json, and for people in /docs.",
        405: f"{request.method[:20]} is not known here; the Allow header names what is.",
    }.get(error.status_code, str(error.detail))
    return problem(
        error.status_code, phrase, detail, instance=place(request), headers=error.headers
    )


class Unforeseen:
    """ASGI middleware: what no handler took becomes a problem that tells nothing of the inside."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request."""
        answering = False

        async def watching(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self.app(scope, receive, watching)
        except Exception as error:
            if scope["type"] != "http" or answering:
                raise
            route = getattr(scope.get("route"), "path", "unmatched")
            logger.error("a request failed", exc_info=error, extra={"route": route})
            said = problem(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "The service made a mistake",
                KINDS["internal"],
                instance=quote(scope["path"]),
            )
            await said(scope, receive, send)


_Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def install(app: FastAPI) -> None:
    """Every error of the app becomes a problem document."""
    app.add_middleware(Unforeseen)
    handlers: Mapping[type[Exception], object] = {
        PolkuError: _polku,
        RequestValidationError: _validation,
        HTTPException: _http,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)  # type: ignore[arg-type]  # narrower than Exception
