"""``/credentials/design``: which courses together make a micro-credential that covers what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import negotiation
from app.api.bodies import JSON_ONLY
from app.api.context import context
from app.api.language import Language
from app.api.page import page
from app.api.targets import answered, targets
from app.credentials.report import LANGUAGES
from app.errors import BadParameter, NotFound
from app.graph.media import negotiate
from app.planning.page import PATH, Shown, body
from app.planning.request import DesignRequest, Together, parse, span
from app.planning.words import PAGE

JSON = "application/json"
HTML = "text/html"
FORMATS: Mapping[str, str] = {"json": JSON, "html": HTML}
"""What ``format=`` may name."""

MOST_TO = 20

router = APIRouter(prefix="/credentials", tags=["credentials"])


class Design(BaseModel):
    """Combinations of courses, the best first, each with what it would take to offer it."""

    model_config = ConfigDict(extra="allow")

    generation: str
    target: list[dict[str, object]] = Field(description="The skills wanted, with their weights.")
    proposals: list[dict[str, object]]
    between: list[dict[str, object]] = Field(description="What each two proposals share.")
    ended: Literal["enough", "infeasible", "unknown"] = Field(
        description="enough: as many as asked for; infeasible: there are no more; unknown: the "
        "time was over."
    )
    truncated: list[str]


_EXAMPLE = {
    "to": {
        "occupation": "http://data.europa.eu/esco/occupation/258e46f9-0075-4a2e-adae-1ff0477e0f30"
    },
    "limits": {"ects": {"min": 5, "max": 15}, "courses": 3, "languages": ["en"]},
    "proposals": 2,
}


@router.post(
    "/design",
    summary="Design a micro-credential from existing courses",
    response_model=Design,
    dependencies=[JSON_ONLY],
    openapi_extra={
        "requestBody": {
            "content": {
                JSON: {
                    "examples": {"occupation": {"summary": "For an occupation", "value": _EXAMPLE}}
                }
            }
        }
    },
)
async def design(request: Request, asked: DesignRequest, lang: Language) -> Response:
    """The combinations that cover most of what is wanted with fewest credits, proved and checked.

    Each with the course that gives each skill, what it asks for at the door, when it can be
    taken, what it would lack to be offered, what it overlaps with and counts towards.
    """
    question = asked.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if "lang" not in asked.model_fields_set:
        question["lang"] = lang
    parse(question)
    answer = await answered(request, "design", asked, question)
    headers = {
        "Cache-Control": "no-store",
        "Polku-Generation": str(answer["generation"]),
        "Vary": "Accept-Language",
    }
    return Response(orjson.dumps(answer), headers=headers, media_type=JSON)


@router.get(
    "/design",
    summary="Design a micro-credential by names, or on a page",
    response_model=Design,
    responses={
        200: {
            "description": "The proposals as JSON, or a page with a form.",
            "content": {HTML: {"schema": {"type": "string"}}},
        },
        304: {"description": "The client has this answer already."},
    },
)
async def design_by_name(
    request: Request,
    lang: Language,
    to: Annotated[
        list[str],
        Query(
            max_length=MOST_TO,
            description="An occupation or a skill: its IRI or exact label; a work or a skill "
            "group: its IRI. Several are united. The page does without.",
            examples=[["data scientist"]],
        ),
    ] = [],  # noqa: B006 - FastAPI copies it
    ects: Annotated[str, Query(max_length=20, description="As 5-15, or as 10.")] = "5-15",
    courses: Annotated[int, Query(ge=1, le=12, description="Most courses.")] = 4,
    together: Annotated[
        Together, Query(description="Whether a proposal keeps to one university.")
    ] = "university",
    university: Annotated[
        list[str], Query(max_length=100, description="Universities, such as aalto.")
    ] = [],  # noqa: B006 - FastAPI copies it
    language: Annotated[
        list[str], Query(max_length=40, description="Languages of teaching, such as en.")
    ] = [],  # noqa: B006 - FastAPI copies it
    level: Annotated[list[str], Query(max_length=3, description="EQF levels: 6, 7 or 8.")] = [],  # noqa: B006 - FastAPI copies it
    proposals: Annotated[int, Query(ge=1, le=10, description="How many.")] = 3,
    format: Annotated[
        Literal["json", "html"] | None,
        Query(description="The representation; otherwise Accept says."),
    ] = None,
) -> Response:
    """As POST, for what can be said in an address; without ``to`` the page is a form alone."""
    here = context(request)
    media = (
        negotiation.named(format, FORMATS)
        if format
        else negotiate(request.headers.get("accept"), tuple(FORMATS.values()))
    )
    wanted = [one.strip() for one in to if one.strip()]
    # A form sends its empty fields too.
    levels, universities, languages = (
        [one for one in each if one] for each in (level, university, language)
    )
    shown = lang if lang in LANGUAGES else "en"
    settled = {
        "courses": courses,
        "together": together,
        "universities": universities,
        "languages": languages,
    }
    key = orjson.dumps(
        [wanted, ects, settled, levels, proposals, media, lang, date.today().isoformat()]
    ).decode()
    tag = negotiation.etag(here.engines.paths.generation, "design", key)
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    warm = bool(here.engines.paths.generation)
    if warm and negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers | {"ETag": tag})
    answer: Mapping[str, Any] | None = None
    refusal = ""
    status = 200
    if wanted or media == JSON:
        try:
            if not wanted:
                raise BadParameter("to", "Say what is wanted: to=NAME, an occupation or a skill.")
            question: dict[str, Any] = {
                "to": await targets(here, wanted),
                "limits": {**settled, "ects": span(ects, "ects"), "levels": _levels(levels)},
                "proposals": proposals,
                "lang": lang,
            }
            answer = await answered(request, "design", parse(question), question)
        except (BadParameter, NotFound) as error:
            if media != HTML:
                raise
            refusal, status = error.detail, error.status
    if answer is not None:
        generation = str(answer["generation"])
        headers |= {
            "ETag": negotiation.etag(generation, "design", key),
            "Polku-Generation": generation,
        }
    if media == JSON:
        return Response(orjson.dumps(answer), headers=headers, media_type=JSON)
    form = {
        "ects": ects,
        "courses": str(courses),
        "together": together,
        "university": next(iter(universities), ""),
        "language": next(iter(languages), ""),
        "level": next(iter(levels), ""),
    }
    content = body(Shown(form, wanted, answer, refusal, here.settings.base, shown))
    return page(
        PAGE["title"][shown],
        content,
        shown,
        path=PATH,
        query={"to": wanted, **{name: one for name, one in form.items() if one}},
        status=status,
        headers=headers,
    )


def _levels(levels: list[str]) -> list[int]:
    """The EQF levels as numbers. Raises: BadParameter for anything else."""
    for one in levels:
        if one not in ("6", "7", "8"):
            raise BadParameter("level", f"The EQF level is 6, 7 or 8, not {one[:40]!r}.")
    return [int(one) for one in levels]
