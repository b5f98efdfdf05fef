"""``/graphs``: SPARQL 1.1 Graph Store HTTP Protocol.

Source: https://www.w3.org/TR/sparql11-http-rdf-update/. The payload of PUT and POST is RDF, or a
form with a file of RDF in each part. POST without a graph makes a new one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api import multipart, negotiation
from app.api.context import context
from app.api.errors import BadBody, Unsupported
from app.api.kept import GENERATION, generation_named, kept_generation
from app.api.results import rows
from app.api.security import Role, allow
from app.api.sparql import RDF_FORMATS, answered, schema_of
from app.errors import BadParameter, NotFound
from app.graph import media
from app.workers import Json
from ontology.iris import Minter
from ontology.ntriples import Term, iri
from queries import engine

router = APIRouter(tags=["sparql"])

_READ = tuple(RDF_FORMATS.values())
_BY_SUFFIX: Mapping[str, str] = MappingProxyType(
    {f".{name}": media_type for name, media_type in RDF_FORMATS.items()}
)
_SAYS_NOTHING = ("", "application/octet-stream", "text/plain")
"""Media types of a part that say nothing of a file: its name's ending does."""
_NAMED = {
    "name": "graph",
    "in": "query",
    "description": "IRI of the named graph; neither `graph` nor `default` lists the graphs.",
    "schema": {"type": "string", "format": "iri", "maxLength": 2000},
    "example": "https://w3id.org/polku/graph/esco",
}
_DEFAULT = {
    "name": "default",
    "in": "query",
    "allowEmptyValue": True,
    "description": "The default graph: the one without a name, which holds no source's data.",
    "schema": {"type": "string", "maxLength": 0},
}
_PARAMETERS: dict[str, Any] = {"parameters": [_NAMED, _DEFAULT]}
_WRITE: dict[str, Any] = {
    **_PARAMETERS,
    "requestBody": {
        "required": True,
        "content": {
            name: {"schema": {"type": "string"}, "example": "<http://e.x/a> <http://e.x/b> 1 ."}
            if name == media.TURTLE
            else {"schema": {"type": "string"}}
            for name in _READ
        }
        | {
            multipart.MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "additionalProperties": {"type": "string", "format": "binary"},
                }
            }
        },
    },
}
_ADD: dict[str, Any] = {
    **_WRITE,
    "parameters": [
        {**_NAMED, "description": "IRI of the named graph; without it a new graph is made."},
        _DEFAULT,
    ],
}
_GRAPH: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The graph, or the list of graphs.",
        "content": {name: {"schema": schema_of(name)} for name in _READ}
        | {"application/json": {"schema": {"type": "object"}}},
    },
    404: {"description": "There is no such graph."},
}


@router.get(
    "/graphs",
    summary="Read a graph",
    response_model=None,
    responses=_GRAPH,
    openapi_extra={"parameters": [_NAMED, _DEFAULT, GENERATION]},
    operation_id="read_graph",
)
async def read(request: Request) -> Response:
    """A named graph or the default graph as RDF; without either, the graphs there are."""
    here = context(request)
    if _none(request):
        return await _listing(request)
    graph = _graph(request)
    chosen = media.negotiate(request.headers.get("accept"), _READ)
    kept = await kept_generation(here, generation_named(request.query_params.getlist("generation")))
    tag = negotiation.etag(kept or here.generation, "graph", graph or "", chosen)
    headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    if graph is None:
        query = engine("api-default-graph").bind({})
        return await answered(request, query, chosen, headers, strict=True, generation=kept)
    if not await here.asks(engine("api-has-graph").bind({"graph": graph}), kept):
        raise NotFound(f"There is no graph {graph}; GET /graphs lists those there are.")
    query = engine("api-graph").bind({"graph": graph})
    return await answered(request, query, chosen, headers, generation=kept)


async def _listing(request: Request) -> Response:
    here = context(request)
    found = await here.solve(engine("api-graphs").bind({}))
    body = {"graphs": rows(found), "generation": found.generation}
    return Response(
        orjson.dumps(body), headers={"Cache-Control": "no-cache"}, media_type="application/json"
    )


@router.put(
    "/graphs",
    summary="Replace a graph",
    response_model=None,
    status_code=204,
    responses={201: {"description": "The graph is made."}},
    openapi_extra=_WRITE,
    operation_id="replace_graph",
)
async def replace(request: Request) -> Response:
    """The graph holds what the body says and nothing else; takes the role curator."""
    return await _write(request, "PUT")


@router.post(
    "/graphs",
    summary="Add to a graph",
    response_model=None,
    status_code=204,
    responses={201: {"description": "The graph is made; Location is its IRI."}},
    openapi_extra=_ADD,
    operation_id="add_to_graph",
)
async def add(request: Request) -> Response:
    """The graph, a new one if none is named, holds the body beside the rest; takes the role curator."""
    return await _write(request, "POST")


@router.delete(
    "/graphs",
    summary="Remove a graph",
    response_model=None,
    status_code=204,
    responses={404: {"description": "There is no such graph."}},
    openapi_extra=_PARAMETERS,
    operation_id="remove_graph",
)
async def remove(request: Request) -> Response:
    """The graph is gone; takes the role curator."""
    return await _write(request, "DELETE")


async def _write(request: Request, method: str) -> Response:
    await allow(request, Role.curator)
    here = context(request)
    graph = _new(here.settings.base) if method == "POST" and _none(request) else _graph(request)
    edit: dict[str, Json] = {
        "kind": "graph",
        "method": method,
        "graph": graph[1:-1] if graph else None,
    }
    if method != "DELETE":
        edit |= await _payload(request)
    edited = await here.edit(edit)
    created = isinstance(edited.result, Mapping) and bool(edited.result.get("created"))
    headers = {"Polku-Generation": edited.generation, "Cache-Control": "no-store"}
    if created and graph:
        headers |= {
            "Location": quote(graph[1:-1], safe="!#$%&'()*+,/:;=?@[]~"),
            "Content-Location": f"/graphs?graph={quote(graph[1:-1], safe='')}",
        }
    return Response(status_code=201 if created else 204, headers=headers)


async def _payload(request: Request) -> dict[str, Json]:
    """The body as an edit holds it: one document, or those of a form's parts."""
    stated = request.headers.get("content-type", "")
    sent = stated.partition(";")[0].strip().lower()
    body = await request.body()
    if sent == multipart.MEDIA_TYPE:
        found = multipart.parts(body, stated)
        return {"parts": [_part(number, part) for number, part in enumerate(found, 1)]}
    if sent not in _READ:
        known = ", ".join((*_READ, multipart.MEDIA_TYPE))
        raise Unsupported(f"Send one of {known}; this is {sent[:100] or 'untyped'!r}.")
    return {"mediaType": sent, "body": _text(body, "The body")}


def _part(number: int, part: multipart.Part) -> dict[str, Json]:
    media_type = part.media_type
    if media_type in _SAYS_NOTHING:
        media_type = _BY_SUFFIX.get(PurePath(part.filename).suffix.lower(), media_type)
    if media_type not in _READ:
        raise Unsupported(
            f"Part {number} of the form is {media_type[:100] or 'untyped'!r}. State its media type, "
            f"one of {', '.join(_READ)}, or name its file with one of {', '.join(_BY_SUFFIX)}."
        )
    return {"mediaType": media_type, "body": _text(part.content, f"Part {number} of the form")}


def _text(content: bytes, what: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadBody(f"{what} is not UTF-8: byte {error.start} cannot be read.") from None


def _none(request: Request) -> bool:
    """Whether the request names no graph at all."""
    return not {"graph", "default"} & set(request.query_params)


def _new(base: str) -> Term:
    """The IRI of a graph that there is not yet."""
    return iri(Minter(base).graph(f"posted-{secrets.token_hex(12)}"))


def _graph(request: Request) -> Term | None:
    """The graph that the request names; None for the default graph.

    Raises: BadParameter unless it names one, once.
    """
    named = request.query_params.getlist("graph")
    default = "default" in request.query_params
    if len(named) + default != 1:
        raise BadParameter("graph", "Name one graph: ?graph=IRI, or ?default.")
    if default:
        return None
    try:
        return iri(named[0])
    except ValueError:
        raise BadParameter("graph", f"graph {named[0][:200]!r} is not an absolute IRI.") from None
