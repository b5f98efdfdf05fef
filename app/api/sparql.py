"""``/sparql``: SPARQL 1.1 Protocol.

Source: https://www.w3.org/TR/sparql11-protocol/.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api import negotiation
from app.api.cache import key_of
from app.api.context import Context, context, root
from app.api.errors import BadBody, Unsupported
from app.api.forms import pairs
from app.api.kept import GENERATION, generation_named, kept_generation
from app.api.log import query_hash
from app.api.security import Role, allow
from app.api.streaming import Streamed, Whole, settled, unless_gone
from app.errors import BadParameter
from app.graph import media
from app.graph.lexer import Outline, inspect
from app.workers import Json
from ontology.ntriples import iri
from ontology.terms import Iri

RDF_FORMATS: Mapping[str, str] = MappingProxyType(
    {"ttl": media.TURTLE, "nt": media.N_TRIPLES, "jsonld": media.JSON_LD, "rdf": media.RDF_XML}
)
"""Media types of triples, by short name."""

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_DATASET = ("default-graph-uri", "named-graph-uri")
_USING = ("using-graph-uri", "using-named-graph-uri")
_MOST_GRAPHS = 100

router = APIRouter(tags=["sparql"])


@dataclass(frozen=True)
class Asked:
    """One request of the protocol: a query or an update, and the graphs that it names.

    ``generation``: the generation to ask, where it is not the current one.
    """

    query: str | None = None
    update: str | None = None
    default: Sequence[Iri] = field(default=())
    named: Sequence[Iri] = field(default=())
    generation: str | None = None


_EXAMPLE = (
    "PREFIX esco: <http://data.europa.eu/esco/model#>\n"
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
    "SELECT ?occupation ?label WHERE {\n"
    "  ?occupation a esco:Occupation ; skos:prefLabel ?label . FILTER(LANG(?label) = 'en')\n"
    "} LIMIT 10"
)


def schema_of(media_type: str) -> dict[str, Any]:
    """What a body of the media type is to JSON Schema: text, unless it is JSON itself."""
    return {} if media_type.endswith("json") else {"type": "string"}


_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Solutions of SELECT and ASK, triples of CONSTRUCT and DESCRIBE, or the "
        "service description where there is no query.",
        "content": {name: {"schema": schema_of(name)} for name in (*media.RESULTS, *media.GRAPHS)},
    },
    304: {"description": "The client has this answer already."},
}
_PROTOCOL = [
    {
        "name": name,
        "in": "query",
        "description": meaning,
        "schema": {
            "type": "array",
            "items": {"type": "string", "format": "iri"},
            "maxItems": _MOST_GRAPHS,
        },
    }
    for name, meaning in (
        (
            "default-graph-uri",
            "Graphs that make up the default graph; all of them if none is named.",
        ),
        ("named-graph-uri", "Graphs that GRAPH may name; any if none is named."),
    )
]
_PROTOCOL_OF_UPDATES = [
    {**_PROTOCOL[0], "name": name, "description": meaning}
    for name, meaning in (
        (
            "using-graph-uri",
            "Graphs that make up the default graph of an update's patterns, as USING does.",
        ),
        ("using-named-graph-uri", "Graphs that an update's patterns may name, as USING NAMED."),
    )
]


@router.get(
    "/sparql",
    summary="Ask in SPARQL",
    response_model=None,
    responses=_ANSWERS,
    openapi_extra={
        "parameters": [
            {
                "name": "query",
                "in": "query",
                "description": "A query in SPARQL 1.1.",
                "schema": {"type": "string"},
                "example": _EXAMPLE,
            },
            *_PROTOCOL,
            GENERATION,
        ]
    },
)
async def get(request: Request) -> Response:
    """Answers a query over the union of all graphs, or describes the service where there is none."""
    asked = _asked(pairs(request.scope["query_string"]))
    if asked.update is not None:
        raise BadBody("An update is sent by POST, never by GET.")
    if asked.query is None:
        return _description(request)
    return await _query(request, asked.query, asked)


@router.post(
    "/sparql",
    summary="Ask or change in SPARQL",
    response_model=None,
    responses={
        **_ANSWERS,
        204: {"description": "The update is done; Polku-Generation is the new one."},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                _QUERY: {"schema": {"type": "string"}, "example": _EXAMPLE},
                _UPDATE: {"schema": {"type": "string"}},
                _FORM: {
                    "schema": {
                        "type": "object",
                        "properties": {"query": {"type": "string"}, "update": {"type": "string"}},
                    },
                    "example": {"query": _EXAMPLE},
                },
            },
        },
        "parameters": [*_PROTOCOL, *_PROTOCOL_OF_UPDATES, GENERATION],
    },
)
async def post(request: Request) -> Response:
    """Answers a query, or carries out an update, which takes the role admin."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent not in (_FORM, _QUERY, _UPDATE):
        raise Unsupported(
            f"Send {_QUERY}, {_UPDATE} or {_FORM}; this is {sent[:100] or 'untyped'!r}."
        )
    body = await _text(request)
    named = pairs(request.scope["query_string"])
    if sent == _FORM:
        asked = _asked([*named, *_decoded(body)])
    else:
        asked = _asked([*named, ("query" if sent == _QUERY else "update", body)])
    if asked.update is not None:
        return await _update(request, asked.update, asked)
    if asked.query is None:
        raise BadBody("There is neither `query` nor `update` in the form.")
    return await _query(request, asked.query, asked)


async def _text(request: Request) -> str:
    try:
        return (await request.body()).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadBody(f"The body is not UTF-8: byte {error.start} cannot be read.") from None


def _decoded(body: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body, keep_blank_values=True, errors="strict", max_num_fields=2 * _MOST_GRAPHS
        )
    except ValueError as error:
        raise BadBody(
            "The form cannot be read: its values are percent-encoded UTF-8, at most "
            f"{2 * _MOST_GRAPHS} of them."
        ) from error


def _asked(stated: Sequence[tuple[str, str]]) -> Asked:
    """What the parameters ask for.

    Raises: BadBody for two queries, a query with an update, or graphs of the other kind.
    """
    values: dict[str, list[str]] = {}
    for name, value in stated:
        values.setdefault(name, []).append(value)
    queries, updates = values.get("query", []), values.get("update", [])
    if len(queries) + len(updates) > 1:
        raise BadBody("One query, or one update, is sent at a time.")
    names = _USING if updates else _DATASET
    for other in _DATASET if updates else _USING:
        if other in values:
            raise BadBody(f"{other} does not go with {'an update' if updates else 'a query'}.")
    default, named = (_iris(name, values.get(name, [])) for name in names)
    generation = generation_named(values.get("generation", []))
    if updates and generation is not None:
        raise BadBody("An update is made on the current generation: leave out `generation`.")
    return Asked(
        queries[0] if queries else None,
        updates[0] if updates else None,
        default,
        named,
        generation,
    )


def _iris(name: str, values: Sequence[str]) -> Sequence[Iri]:
    if len(values) > _MOST_GRAPHS:
        raise BadParameter(name, f"{name} is given {len(values)} times; at most {_MOST_GRAPHS}.")
    for value in values:
        try:
            iri(value)
        except ValueError:
            raise BadParameter(name, f"{name} {value[:200]!r} is not an absolute IRI.") from None
    return [Iri(value) for value in values]


async def _query(request: Request, query: str, asked: Asked) -> Response:
    here = context(request)
    request.state.query_hash = query_hash(query)
    outline = inspect(query, services=bool(here.settings.service_allow))
    offered = media.GRAPHS if outline.kind.gives_graph else media.RESULTS
    chosen = media.negotiate(request.headers.get("accept"), offered)
    kept = await kept_generation(here, asked.generation)
    graphs = (*("d" + one for one in asked.default), *("n" + one for one in asked.named))
    tag = negotiation.etag(kept or here.generation, query, chosen, *graphs)
    headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}
    if outline.varies:
        headers = {"Vary": "Accept", "Cache-Control": "no-store"}
    elif negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return await answered(
        request,
        query,
        chosen,
        headers,
        asked.default,
        asked.named,
        generation=kept,
        outline=outline,
    )


async def answered(
    request: Request,
    query: str,
    media_type: str,
    headers: Mapping[str, str],
    default: Sequence[Iri] = (),
    named: Sequence[Iri] = (),
    *,
    strict: bool | None = None,
    generation: str | None = None,
    outline: Outline | None = None,
) -> Response:
    """The answer to a query in a media type: one that is kept, or streamed from a reader.

    ``generation``: the one that is asked, if it is named. ``outline``: what ``inspect``
    saw of the query, if it has read it; of one that varies no answer is kept.
    """
    here = context(request)
    base = _endpoint(request)
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    sent = {**headers, "Content-Type": media_type + charset}
    varies = outline is not None and outline.varies
    kept = not varies and generation in (None, here.generation)
    # The base is the client's to choose with its Host header: it is a part of what was asked.
    parts = (base, query, media_type, default, named, str(strict))
    key = key_of(here.generation, *parts) if kept else None
    if key and (content := here.cache.get(key)) is not None:
        request.state.generation, request.state.kept_as = here.generation, key
        return Response(content, headers={**sent, "Polku-Generation": here.generation})
    work = here.answer(
        query,
        media_type,
        default,
        named,
        strict=strict,
        base=base,
        generation=generation,
        outline=outline,
    )
    answer = await unless_gone(request, settled(work))
    found = str(answer.head.get("generation", generation or here.generation))
    request.state.generation = found
    if not sent.get("ETag", "").startswith(f'"{found}-'):
        sent.pop("ETag", None)  # the graph moved on in between: the tag would be the other's
    sent["Polku-Generation"] = found
    key = key_of(found, *parts) if kept else None
    request.state.kept_as = key
    if isinstance(answer, Whole):
        if key:
            here.cache.keep(key, answer.content)
        return Response(answer.content, headers=sent)
    if key:
        answer = here.cache.keeping(key, answer)
    return Streamed(answer, sent, here.settings.query_seconds, here.metrics)


async def _update(request: Request, update: str, asked: Asked) -> Response:
    await allow(request, Role.admin)
    here = context(request)
    request.state.query_hash = query_hash(update)
    edit: dict[str, Json] = {"kind": "update", "text": update, "base": _endpoint(request)}
    if asked.default or asked.named:
        edit |= {"usingGraphs": list(asked.default), "usingNamedGraphs": list(asked.named)}
    edited = await here.edit(edit)
    return Response(status_code=204, headers={"Polku-Generation": edited.generation})


def _endpoint(request: Request) -> str:
    """IRI of the endpoint, against which relative IRIs of queries and updates are resolved.

    Source: SPARQL 1.1 Query Language, section 4.1.1.2 "Relative IRIs"; RFC 3986, section 5.1.
    """
    return f"{root(request)}sparql"


def _description(request: Request) -> Response:
    """The service description, in RDF.

    Source: https://www.w3.org/TR/sparql11-service-description/.
    """
    here = context(request)
    chosen = media.negotiate(request.headers.get("accept"), (media.TURTLE, media.N_TRIPLES))
    content = description(here, _endpoint(request))
    return Response(content, headers={"Vary": "Accept", "Content-Type": chosen + "; charset=utf-8"})


_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"


def description(here: Context, endpoint: str) -> str:
    """The service description as N-Triples, which is Turtle too."""
    me, dataset, default = (f"<{endpoint}{suffix}>" for suffix in ("", "#dataset", "#default"))
    a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    triples = [
        (me, a, f"<{_SD}Service>"),
        (me, f"<{_SD}endpoint>", me),
        (me, f"<{_SD}supportedLanguage>", f"<{_SD}SPARQL11Query>"),
        (me, f"<{_SD}supportedLanguage>", f"<{_SD}SPARQL11Update>"),
        (me, f"<{_SD}defaultDataset>", dataset),
        (dataset, a, f"<{_SD}Dataset>"),
        (dataset, f"<{_SD}defaultGraph>", default),
        (default, a, f"<{_SD}Graph>"),
    ]
    if here.settings.service_allow:
        triples.append((me, f"<{_SD}feature>", f"<{_SD}BasicFederatedQuery>"))
    if here.settings.default_graph == "union":
        triples.append((me, f"<{_SD}feature>", f"<{_SD}UnionDefaultGraph>"))
    written = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV",
               "SPARQL_Results_TSV", "Turtle", "N-Triples", "JSON-LD", "RDF_XML", "N-Quads", "TriG")  # fmt: skip
    triples += [(me, f"<{_SD}resultFormat>", f"<{_FORMATS}{name}>") for name in written]
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples)


__all__ = ["RDF_FORMATS", "answered", "description", "router", "schema_of"]
