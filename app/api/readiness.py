"""``/credentials/readiness``: which courses could be micro-credentials today, what each lacks.

The whole catalogue is held against the profiles once a generation, in a process of its own that
ends with it: no request waits for long, and none is answered later because of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from app.api import cursors, negotiation
from app.api.context import Context, context
from app.api.language import Language
from app.api.page import page
from app.api.streaming import unless_gone
from app.credentials.answer import Chosen, counted, of_university, selected
from app.credentials.names import BODIES
from app.credentials.page import Shown, body
from app.credentials.profiles import ProfileName, profile
from app.credentials.readiness import Row, State, summary
from app.credentials.report import LANGUAGES
from app.credentials.table import lines
from app.credentials.words import READINESS
from app.errors import BadParameter, Busy
from app.graph.body import body_of
from app.graph.media import CSV, negotiate
from app.workers import Pool

JSON = "application/json"
HTML = "text/html"
FORMATS: Mapping[str, str] = {"json": JSON, "csv": CSV, "html": HTML}
"""What ``format=`` may name."""

LIMIT = 100
MOST = 1_000

router = APIRouter(prefix="/credentials", tags=["credentials"])


class Lacked(BaseModel):
    """How many offerings lack an element."""

    element: str
    label: str
    requirement: Literal["mandatory", "recommended", "at issuing"]
    missing: int
    wrong: int
    inferred: int = Field(description="Not stated, but a value can be inferred.")


class Lacks(BaseModel):
    """How many offerings lack so many mandatory elements."""

    lacks: int
    offerings: int


class States(BaseModel):
    """How many offerings are in each state."""

    ready: int = Field(description="Every mandatory element is stated as it should be.")
    inferable: int = Field(description="Would be ready, were what is inferred accepted.")
    lacking: int


class Counts(BaseModel):
    """A catalogue against one profile."""

    offerings: int
    states: States
    lacksToday: list[Lacks]  # noqa: N815 - named as the JSON is
    lacksOnceInferredIsAccepted: list[Lacks]  # noqa: N815
    lacked: list[Lacked] = Field(description="The elements, that which most lack first.")


class HeldAgainst(BaseModel):
    """One offering against one profile: numbers of elements stated, names of the others."""

    state: State
    mandatory: int
    recommended: int
    missing: list[str]
    wrong: list[str]
    inferred: list[str]


class OfferingRow(BaseModel):
    """One offering."""

    thing: str
    kind: Literal["course", "microCredential"]
    code: str
    titles: dict[str, str]
    university: str
    ects: float | None
    profiles: dict[ProfileName, HeldAgainst]


class Catalogue(BaseModel):
    """Counts over the catalogue, or one university's part; a page of the offerings asked for."""

    profile: ProfileName
    lang: str
    counts: Counts
    matching: int = Field(description="How many offerings the filters leave.")
    results: list[OfferingRow]
    generation: str
    next: str | None = Field(None, description="The next page, if there is one.")


@dataclass(frozen=True)
class _Page:
    """One page of what is asked for."""

    rows: Sequence[Row]
    offset: int
    matching: int
    following: str | None
    base: str


@router.get(
    "/readiness",
    summary="Which courses could be micro-credentials today",
    response_model=Catalogue,
    responses={
        200: {
            "description": "Counts, and a page of the courses that the filters leave.",
            "content": {CSV: {"schema": {"type": "string"}}, HTML: {"schema": {"type": "string"}}},
        },
        304: {"description": "The client has this answer already."},
        503: {"description": "It is still being computed; ask again after Retry-After."},
    },
)
async def readiness(
    request: Request,
    lang: Language,
    profile: Annotated[ProfileName, Query(description="The profile to hold them against.")] = "eu",
    university: Annotated[
        str, Query(max_length=500, description="Code or IRI; all if left out.", examples=["aalto"])
    ] = "",
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    lacks: Annotated[
        str, Query(max_length=50, description="Only those that lack this element.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = LIMIT,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    format: Annotated[
        Literal["json", "csv", "html"] | None,
        Query(description="The representation; otherwise Accept says."),
    ] = None,
) -> Response:
    """Every course of the graph against the profiles, element by element, as one offering is.

    Computed once for each generation of the graph; until it is, the answer is 503.
    """
    here = context(request)
    chosen = Chosen(profile, BODIES.get(university, university), state, _element(profile, lacks))
    media = (
        negotiation.named(format, FORMATS)
        if format
        else negotiate(request.headers.get("accept"), tuple(FORMATS.values()))
    )
    shown = lang if lang in LANGUAGES else "en"
    parts = ("readiness", repr(chosen), media, shown, str(limit))
    key = cursors.key("\0".join(parts[1:2]))
    offset = cursors.offset(cursor, here.generation, key)
    tag = negotiation.etag(here.generation, *parts, str(offset))
    headers = {
        "ETag": tag,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "no-cache",
        "Polku-Generation": here.generation,
    }
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    rows = await _rows(request, here)
    found = list(selected(rows, chosen))
    here_now = found[offset : offset + limit]
    following = None
    if offset + limit < len(found):
        query = dict(request.query_params) | {
            "cursor": cursors.cursor(here.generation, key, offset + limit)
        }
        following = f"{request.url.path}?{urlencode(query)}"
        headers["Link"] = f'<{following}>; rel="next"'
    wanted = _Page(here_now, offset, len(found), following, here.settings.base)
    answer = await asyncio.to_thread(_answer, rows, chosen, wanted, shown, media, here.generation)
    if media == HTML:
        return page(
            READINESS["title"][shown],
            answer.decode(),
            shown,
            path=request.url.path,
            query=dict(request.query_params),
            headers=headers,
        )
    return Response(answer, headers=headers, media_type=media)


def _element(name: ProfileName, element: str) -> str:
    """The element's name. Raises: BadParameter if the profile has no such element."""
    known = [one.name for one in profile(name).elements]
    if element and element not in known:
        raise BadParameter(
            "lacks", f"Profile {name} has no element {element!r}. It has: {', '.join(known)}."
        )
    return element


async def _rows(request: Request, here: Context) -> Sequence[Row]:
    """The rows of the whole catalogue, computed once a generation.

    Raises: Busy while they are being computed; LimitReached past ``readiness_seconds``.
    """

    async def made(service: Context) -> str:
        settings = service.settings
        config = body_of(settings).config(service.generation)
        pool = Pool("app.api.hosts:readiness", config, 1, spares=0)
        async with pool:
            rows = await pool.call(
                "assess", {}, settings.readiness_seconds, limit="readiness_seconds"
            )
        return orjson.dumps(rows).decode()

    async def waited() -> str:
        async with asyncio.timeout(here.settings.queue_seconds):
            return await here.once("readiness", made)

    try:
        text = await unless_gone(request, waited())
    except TimeoutError:
        raise Busy(
            "The courses of this generation are being held against the profiles; "
            "it takes half a minute, once. Ask again then.",
            retry_after=5,
        ) from None
    rows: list[Row] = orjson.loads(text)
    return rows


def _answer(
    rows: Sequence[Row], chosen: Chosen, wanted: _Page, lang: str, media: str, generation: str
) -> bytes:
    """The page in the form asked for."""
    if media == CSV:
        return b"".join(one.encode() for one in _csv(wanted.rows, chosen.profile, lang))
    counts = summary(of_university(rows, chosen.university), chosen.profile)
    if media == HTML:
        shown = Shown(
            counts=counts,
            chosen=chosen,
            rows=wanted.rows,
            offset=wanted.offset,
            matching=wanted.matching,
            following=wanted.following,
            universities=sorted({row["university"] for row in rows if row["university"]}),
            base=wanted.base,
            lang=lang,
        )
        return body(shown).encode()
    answer: dict[str, object] = {
        "profile": chosen.profile,
        "lang": lang,
        "counts": counted(counts, chosen.profile, lang),
        "matching": wanted.matching,
        "results": wanted.rows,
        "generation": generation,
    }
    if wanted.following:
        answer["next"] = wanted.following
    return orjson.dumps(answer)


def _csv(rows: Sequence[Row], name: ProfileName, lang: str) -> Iterator[str]:
    return lines(rows, (name,), lang)
