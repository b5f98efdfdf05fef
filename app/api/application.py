"""The service as an ASGI app: made from settings, its processes started and stopped with it."""

from __future__ import annotations

import asyncio
import contextlib
import html
import logging
from collections.abc import AsyncIterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import (
    changes,
    credentials,
    design,
    docs,
    exports,
    graph_store,
    health,
    issuing,
    matches,
    paths,
    privacy,
    problems,
    queries,
    readiness,
    running,
    search,
    sparql,
    tags,
    things,
    vocabulary,
    void,
)
from app.api.cache import Cache
from app.api.clients import Clients
from app.api.context import Context, context
from app.api.direct import concerns, direct
from app.api.engines import Engines
from app.api.front import Front
from app.api.language import Language
from app.api.log import AccessLog, Metrics
from app.api.middleware import BodyLimit, Heads, SafeHeaders
from app.api.models import ProblemDocument
from app.api.oidc import Bearers
from app.api.page import page
from app.api.remotes import Remotes
from app.graph.client import GraphClient
from app.graph.media import negotiate
from app.issuing.issuer import of as issuer_of
from app.settings import Settings
from ontology import notices
from queries import Query, catalogue

logger = logging.getLogger(__name__)

_DESCRIPTION = (
    "One graph in which a research result, a skill, a course and a micro-credential are "
    "neighbours: SPARQL for developers, learning paths for people who want to become experts, "
    f"skill tags for researchers. {notices.ESCO}"
)
_TAGS = [
    {"name": "search", "description": "Find skills, occupations and courses by their labels."},
    {"name": "paths", "description": "Routes of courses, with proof."},
    {"name": "tags", "description": "Which skills a text, a work or a course is about."},
    {
        "name": "credentials",
        "description": "Micro-credentials: designed, held against the profiles, and issued.",
    },
    {"name": "exports", "description": "Courses and micro-credentials in the formats of others."},
    {"name": "matches", "description": "Which descriptions are of one thing, and why."},
    {"name": "queries", "description": "Curated questions with typed parameters."},
    {"name": "sparql", "description": "SPARQL 1.1 Protocol and Graph Store Protocol."},
    {"name": "things", "description": "What the graph says of one thing."},
    {"name": "service", "description": "How the service is."},
]


class _Service(FastAPI):
    """The framework's app, past whose own layers ``/sparql`` goes."""

    direct: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request."""
        if concerns(scope):
            scope["app"] = self
            await self.direct(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings, *, public_queries: Mapping[str, Query] | None = None) -> FastAPI:
    """The service over the data folder that the settings name.

    Its processes start with the app and end with it. ``public_queries`` takes the place of the
    queries that ship.
    Raises: BadParameter if the issuer's key, or what the settings say of it, cannot be used.
    """
    metrics = Metrics()
    tokens = Bearers(settings)
    issuer = issuer_of(settings)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        remotes = Remotes(settings) if settings.service_allow else None
        async with remotes or contextlib.nullcontext(), GraphClient(settings, remotes) as graph:
            engines = Engines(settings, metrics)
            app.state.cache = cache = Cache(settings.cache_mb, metrics, lambda: graph.generation)
            app.state.context = Context(settings, tokens, metrics, graph, engines, cache)
            engines.follow(graph.generation)
            engines.start()
            follower = asyncio.create_task(_follow(graph, engines), name="follow for engines")
            if not tokens.any():
                logger.warning(
                    "the service is read-only: it has no token",
                    extra={"hint": "polku token create --role researcher"},
                )
            try:
                yield
            finally:
                follower.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await follower
                await engines.close()

    app = _Service(
        title="Polku",
        version=_version(),
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses={"default": {"$ref": "#/components/responses/Problem"}},
    )
    app.state.tokens = tokens
    app.state.issuer = issuer
    problems.install(app)
    routers = (
        search,
        paths,
        tags,
        credentials,
        issuing,
        design,
        readiness,
        exports,
        changes,
        matches,
        sparql,
        running,
        graph_store,
        health,
        void,
        vocabulary,
        privacy,
        docs,
    )
    for module in routers:
        app.include_router(module.router)
    app.include_router(queries.router(catalogue() if public_queries is None else public_queries))
    app.mount("/docs/assets", docs.ASSETS)
    app.mount("/docs/own", docs.OWN)
    app.add_api_route("/", _root, methods=["GET"], include_in_schema=False)
    app.include_router(things.router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's documented way
    app.add_middleware(Heads)
    # The last is outermost: everything is logged, and every answer carries the safe headers.
    limits = {"limit_mb": settings.request_mb, "seconds": settings.request_seconds}
    app.direct = problems.Unforeseen(direct)
    for layer, options in (
        (BodyLimit, limits),
        (Clients, {"tokens": tokens}),
        (SafeHeaders, {}),
        (Front, {"cache": lambda: getattr(app.state, "cache", None)}),
        (AccessLog, {"metrics": metrics}),
    ):
        app.direct = layer(app.direct, **options)
        if layer is not Front:
            app.add_middleware(layer, **options)
    return app


async def _follow(graph: GraphClient, engines: Engines) -> None:
    """Has the engines follow the graph for as long as the app stands."""
    generation = graph.generation
    while True:
        generation = await graph.next_generation(generation)
        engines.follow(generation)


def _version() -> str:
    try:
        return version("polku")
    except PackageNotFoundError:
        return "0"


_LINKS = (
    ("/docs", "docs", {"en": "API documentation", "fi": "Rajapinnan dokumentaatio",
                       "sv": "API-dokumentation"}),
    ("/queries", "queries", {"en": "Curated questions", "fi": "Valmiit kysymykset",
                             "sv": "Färdiga frågor"}),
    ("/sparql", "sparql", {"en": "SPARQL endpoint", "fi": "SPARQL-rajapinta",
                           "sv": "SPARQL-gränssnitt"}),
    ("/.well-known/void", "void", {"en": "What the graph holds", "fi": "Mitä graafissa on",
                                   "sv": "Vad grafen innehåller"}),
    ("/queries/datasets", "datasets", {"en": "Where the data comes from",
                                       "fi": "Mistä data on peräisin",
                                       "sv": "Varifrån datan kommer"}),
    ("/privacy", "privacy", {"en": "Privacy notice", "fi": "Tietosuojaseloste",
                             "sv": "Dataskyddsbeskrivning"}),
    ("/ready", "ready", {"en": "State of the service", "fi": "Palvelun tila",
                         "sv": "Tjänstens tillstånd"}),
)  # fmt: skip


async def _root(request: Request, lang: Language) -> Response:
    """Where to begin: a page, or the same links as JSON."""
    here = context(request)
    media = negotiate(request.headers.get("accept"), ("application/json", "text/html"))
    shown = lang if lang in ("en", "fi", "sv") else "en"
    if media == "application/json":
        body = {
            "name": "Polku",
            "generation": here.generation,
            "links": {name: path for path, name, _ in _LINKS} | {"openapi": "/openapi.json"},
        }
        return JSONResponse(body, headers={"Vary": "Accept"})
    links = "".join(
        f"<li><a href='{path}'>{html.escape(words[shown])}</a></li>" for path, _, words in _LINKS
    )
    body_html = f"<h1>Polku</h1><p lang='en'>{html.escape(_DESCRIPTION)}</p><ul>{links}</ul>"
    return page("Polku", body_html, lang, headers={"Vary": "Accept, Accept-Language"})


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The API's description; made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=app.openapi_tags,
        )
        components = made.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= problem.pop("$defs", {})
        schemas["Problem"] = problem
        schemas |= credentials.SCHEMAS | issuing.SCHEMAS
        components["responses"] = {
            "Problem": {
                "description": "A problem document (RFC 9457): what went wrong and what to do.",
                "content": {
                    problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            }
        }
        components["securitySchemes"] = {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "An API token (polku token create --role ROLE), or an access token "
                "of the issuer that this service takes.",
            }
        }
        for path, operations in made["paths"].items():
            for method, operation in operations.items():
                _complete(path, method, operation)
        app.openapi_schema = made
    return app.openapi_schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Puts the problem document where FastAPI would put its own, and says what takes a token."""
    problem = {"$ref": "#/components/responses/Problem"}
    responses = operation["responses"]
    for status in list(responses):
        if status == "422" or (status.isdigit() and int(status) >= 400 and path != "/ready"):
            responses[status] = problem
    responses["default"] = problem
    writes = (path == "/tags" and method == "post") or (path == "/graphs" and method != "get")
    writes = writes or path.startswith("/sparql/running") or path == "/credentials/issue"
    if writes or (path == "/sparql" and method == "post"):
        operation["security"] = [{"token": []}] if writes else [{}, {"token": []}]
