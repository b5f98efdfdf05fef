"""``/exports``: courses and micro-credentials in the formats of others, one or all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import Response

from app.api import negotiation
from app.api.context import Context, context, root
from app.api.results import values
from app.api.streaming import Streamed, unless_gone
from app.api.under_way import UnderWay
from app.errors import BadParameter, Busy, GraphError
from app.exports import dcat, koutalight, table
from app.exports.catalogue import (
    KINDS,
    pieces,
    with_suggested,
    written,
)
from app.exports.facts import Facts, Source
from app.exports.read import (
    CHUNK,
    datasets,
    datasets_query,
    facts,
    named,
    named_query,
    sources_query,
    stated,
    stated_query,
    withheld,
)
from app.exports.registry import CATALOGUES, FORMATS, PROFILES, known
from app.graph.catalogue import catalogue_query, chunks, organisations, things
from app.graph.media import CSV
from app.workers import Answer

router = APIRouter(prefix="/exports", tags=["exports"])

Profile = Literal["elm", "schema-org", "openbadges", "oeapi", "koutalight", "csv", "dcat"]

LONGEST_SECONDS = 300.0
"""After so long a stream is cut: its client is too slow."""

_MOST_AT_ONCE = 4


_under_way = UnderWay()
"""Exports: each keeps a reader busy."""


def media_of(profile: str) -> str:
    """The media type of a profile."""
    if profile == table.NAME:
        return CSV
    return dcat.MEDIA if profile == dcat.NAME else FORMATS[profile].media


def said_by_settings(here: Context, profile: str) -> str:
    """What of the settings stands in documents of a profile: another setting, another answer."""
    return repr(sorted(here.settings.kouta_oids.items())) if profile == koutalight.NAME else ""


@router.get("", summary="The formats there are", response_model=None)
async def listing() -> Mapping[str, object]:
    """Name, title, media type and address of each; ``?profile=`` of a course takes them too."""
    titles = {name: form.title for name, form in FORMATS.items()}
    titles |= {table.NAME: "CSV", dcat.NAME: "DCAT catalogue of the data sets"}
    return {
        "exports": [
            {
                "profile": name,
                "title": titles[name],
                "media": media_of(name),
                "href": f"/exports/{name}",
                "things": name in PROFILES,
            }
            for name in CATALOGUES
        ]
    }


@router.get(
    "/{profile}",
    summary="All courses and micro-credentials in one format",
    response_model=None,
    responses={
        200: {
            "description": "An array of documents, or a table; dcat: one document.",
            "content": {
                "application/json": {},
                "application/ld+json": {},
                CSV: {"schema": {"type": "string"}},
            },
        },
        304: {"description": "The client has this answer already."},
    },
)
async def catalogue(
    request: Request,
    profile: Annotated[Profile, InPath(description="The format.")],
    university: Annotated[
        str, Query(max_length=500, description="Code or IRI; all if left out.", examples=["aalto"])
    ] = "",
    suggested: Annotated[
        bool, Query(description="Also skills that a machine suggests and nobody has accepted.")
    ] = False,
) -> Response:
    """Streams the whole; what lacks something that the format asks for is left out.

    What must be said of the data stands in the documents where the format has a place, and in
    ``/exports/dcat`` for every source.
    """
    here = context(request)
    chosen = organisations([university] if university else [])
    where = root(request)
    told = where if profile == dcat.NAME else said_by_settings(here, profile)
    parts = ("exports", profile, *chosen, str(suggested), told)
    tag = negotiation.etag(here.generation, *parts)
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Polku-Generation": here.generation,
        "Link": '</exports/dcat>; rel="describedby"',
    }
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    sources = await _datasets(here)
    if profile == dcat.NAME:
        made = dcat.write(
            [one for one in sources.values() if one.is_public], here.settings.base, where
        )
        return Response(orjson.dumps(made), headers=headers, media_type=dcat.MEDIA)
    if _under_way.number >= _MOST_AT_ONCE:
        raise Busy(
            f"{_MOST_AT_ONCE} exports are under way, as many as may be at once.", retry_after=10
        )
    rows = values(await here.solve(catalogue_query(KINDS)))
    found = things(rows, chosen)
    headers["Content-Disposition"] = f'inline; filename="{profile}{_ENDINGS[media_of(profile)]}"'
    stream = _streamed(here, profile, found, sources, suggested)
    # The first piece is there before the headers go: an early failure is still an error.
    first = await unless_gone(request, anext(stream))

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for piece in stream:
            yield piece

    charset = "; charset=utf-8" if media_of(profile).startswith("text/") else ""
    headers["Content-Type"] = media_of(profile) + charset
    return Streamed(Answer({}, whole(), stream.aclose), headers, LONGEST_SECONDS, here.metrics)


_ENDINGS = {CSV: ".csv", "application/json": ".json", "application/ld+json": ".jsonld"}


async def _streamed(
    here: Context, profile: str, found: list[str], sources: Mapping[str, Source], suggested: bool
) -> AsyncGenerator[bytes, None]:
    """The pieces, a chunk of things at a time, each put into words beside the event loop."""
    generation, begun = here.generation, False
    with _under_way.one_more():
        for chunk in chunks(found, CHUNK):
            many = await _facts(here, chunk, sources, generation, suggested=suggested, whole=True)
            content = await asyncio.to_thread(_joined, profile, many, begun)
            if content:
                begun = True
                yield content
    if profile != table.NAME:
        yield b"\n]\n" if begun else b"[]\n"
    elif not begun:
        yield table.head().encode()


def _joined(profile: str, many: list[Facts], begun: bool) -> bytes:
    """A chunk as it stands in the whole: after the first its head gives way to a comma."""
    content = b"".join(pieces(profile, many))
    if profile == table.NAME:
        head = table.head().encode()
        return content[len(head) :] if begun else content
    if content == b"[]\n":
        return b""
    inner = content.removesuffix(b"\n]\n")
    return b",\n" + inner.removeprefix(b"[\n") if begun else inner


async def _facts(
    here: Context,
    iris: list[str],
    sources: Mapping[str, Source],
    generation: str,
    *,
    suggested: bool,
    whole: bool = False,
) -> list[Facts]:
    """The facts of some things; ``whole``: without those that may not be handed on as a whole.

    Raises: GraphError if another generation is served meanwhile: half of each is no catalogue.
    """
    said, graphs = [await here.solve(query(iris)) for query in (stated_query, sources_query)]
    held = stated(values(said), values(graphs))
    for thing in withheld(held, sources) if whole else ():
        del held.of[thing]
    neighbours = held.neighbours(suggested=suggested)
    labels = await here.solve(named_query(neighbours)) if neighbours else said
    if {one.generation for one in (said, graphs, labels)} != {generation}:
        raise GraphError("The graph has changed under an export. Ask again.")
    names = named(values(labels)) if neighbours else {}
    read = facts(held, names, sources, here.settings.kouta_oids)
    return [with_suggested(one) if suggested else one for one in read]


async def _datasets(here: Context) -> Mapping[str, Source]:
    return datasets(values(await here.solve(datasets_query())))


async def single(here: Context, name: str, profile: str, *, suggested: bool = False) -> Response:
    """One course or micro-credential in a format, without headers of its own.

    Raises: BadParameter if there is no such profile, or the thing is neither; Lacking.
    """
    known(profile)
    sources = await _datasets(here)
    found = await _facts(here, [name], sources, here.generation, suggested=suggested)
    if not found:
        raise BadParameter(
            "profile",
            f"{name[:500]} is no course and no micro-credential: it has no form in {profile}.",
        )
    document = await asyncio.to_thread(written, profile, found[0])
    content = document.encode() if isinstance(document, str) else orjson.dumps(document)
    return Response(content, media_type=media_of(profile))
