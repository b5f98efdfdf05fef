"""``/skills``, ``/occupations``, ``/courses``: label search, best first."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api import negotiation
from app.api.context import context
from app.api.language import Language
from app.api.models import SearchResults

SECONDS = 5.0
"""Longest time that a search may take."""

router = APIRouter(tags=["search"])

Asked = Annotated[
    str,
    Query(
        min_length=1,
        max_length=300,
        description="What is typed: a word, its beginning, several words, with typos or without.",
        examples=["machine lear"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many results.")]


@router.get("/skills", summary="Search skills", response_model=SearchResults)
async def skills(request: Request, q: Asked, lang: Language, limit: Limit = 10) -> Response:
    """Skills whose preferred, alternative or hidden labels answer what is typed."""
    return await _search(request, "skills", q, lang, limit)


@router.get("/occupations", summary="Search occupations", response_model=SearchResults)
async def occupations(request: Request, q: Asked, lang: Language, limit: Limit = 10) -> Response:
    """Occupations whose preferred, alternative or hidden labels answer what is typed."""
    return await _search(request, "occupations", q, lang, limit)


@router.get("/courses", summary="Search courses", response_model=SearchResults)
async def courses(request: Request, q: Asked, lang: Language, limit: Limit = 10) -> Response:
    """Courses whose titles or codes answer what is typed."""
    return await _search(request, "courses", q, lang, limit)


async def _search(request: Request, kind: str, q: str, lang: str, limit: int) -> Response:
    engine = context(request).engines.search
    tag = negotiation.etag(engine.generation, kind, q, lang, str(limit))
    headers = {"Vary": "Accept-Language", "Cache-Control": "no-cache"}
    if engine.generation and negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers={**headers, "ETag": tag})
    found = await engine.call(
        "search", SECONDS, {"kind": kind, "q": q, "lang": lang, "limit": limit}
    )
    # The engine may have moved on between the two: the answer says which generation it is of.
    if isinstance(found, dict) and isinstance(generation := found["generation"], str):
        headers["ETag"] = negotiation.etag(generation, kind, q, lang, str(limit))
        headers["Polku-Generation"] = generation
    return Response(orjson.dumps(found), headers=headers, media_type="application/json")
