"""``/paths``: routes of courses to an occupation, to skills, to a research output, to a text."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api import negotiation
from app.api.bodies import JSON_ONLY
from app.api.context import context
from app.api.language import Language
from app.api.models import PathAnswer, RouteCheck
from app.api.streaming import unless_gone
from app.api.targets import answered, complete, targets
from app.errors import BadParameter
from app.graph.media import negotiate
from app.paths.render import FORMS, HTML, JSON_LD
from app.paths.render.page import STYLE
from app.paths.request import PathRequest, Preset, parse
from app.paths.saved import CheckRequest
from app.workers import Json

_PERSONAL = ("have", "completed")

router = APIRouter(tags=["paths"])

_EXAMPLE = {
    "to": {
        "occupation": "http://data.europa.eu/esco/occupation/258e46f9-0075-4a2e-adae-1ff0477e0f30"
    },
    "have": [
        {
            "skill": "http://data.europa.eu/esco/skill/7ee4c2ea-b349-4bd2-81a3-ec31475d4833",
            "level": 2,
        }
    ],
    "limits": {"ects": 60, "periods": 8, "load": 15, "languages": ["en"]},
    "alternatives": 2,
}
_DIFFERENT = {
    "to": {
        "skills": [
            {
                "skill": "http://data.europa.eu/esco/skill/3a2d5b45-56e4-4f5a-a55a-4a4a65afdc43",
                "level": 3,
            }
        ],
        "text": "Probabilistic programming for robots that learn by watching.",
    },
    "limits": {"ects": 30, "universities": ["aalto"]},
    "prefer": "fastest",
}


_PAGE_POLICY = (
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-"
    + b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)
"""A page of a route has its own style within, known by its hash, and nothing else."""

_JSON = "application/json"
_OFFERED = (_JSON, *FORMS)
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; the best route alone as a calendar, a picture, JSON-LD or "
        "a page to print.",
        "content": {name: {"schema": {"type": "string"}} for name in FORMS},
    }
}


@router.post(
    "/paths",
    summary="Find a route",
    response_model=PathAnswer,
    responses=_ANSWERS,
    dependencies=[JSON_ONLY],
    openapi_extra={
        "requestBody": {
            "content": {
                "application/json": {
                    "examples": {
                        "occupation": {"summary": "To an occupation", "value": _EXAMPLE},
                        "skills and text": {"summary": "To skills and a text", "value": _DIFFERENT},
                    }
                }
            }
        }
    },
)
async def find(request: Request, asked: PathRequest, lang: Language) -> Response:
    """The route of courses that covers most of what is wanted, with proof, within the limits.

    What a learner has and has completed stays in the body, and is neither logged nor kept.
    """
    body = asked.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if "lang" not in asked.model_fields_set:
        body["lang"] = lang
    media = _form(request)
    answer = await answered(request, "plan", asked, body)
    return _rendered(answer, media, str(body["lang"]), {"Cache-Control": "no-store"})


@router.post(
    "/paths/check",
    summary="Hold a saved route against today's graph",
    response_model=RouteCheck,
    dependencies=[JSON_ONLY],
)
async def check(request: Request, asked: CheckRequest) -> Response:
    """What became of each step: as planned, confirmed, moved, closed or cancelled, and what changed.

    With the route's question, whether there is a better answer today. Nothing is logged or kept.
    """
    here = context(request)
    body = asked.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if asked.question is not None:
        question = asked.question
        await complete(request, question.to, question.time_limit, body["question"], "/question")
    seconds = here.settings.path_seconds
    answer = await unless_gone(request, here.engines.paths.call("check", seconds, body))
    return Response(orjson.dumps(answer), headers={"Cache-Control": "no-store"}, media_type=_JSON)


@router.get("/paths", summary="Find a route by name", response_model=PathAnswer, responses=_ANSWERS)
async def find_by_name(
    request: Request,
    lang: Language,
    to: Annotated[
        list[str],
        Query(
            min_length=1,
            max_length=20,
            description="An occupation or a skill: its IRI or exact label; a work or a skill "
            "group: its IRI. Several are united.",
            examples=[["data scientist"]],
        ),
    ],
    ects: Annotated[float, Query(ge=0, le=1_000, description="Most ECTS credits.")] = 60,
    periods: Annotated[int, Query(ge=1, le=60, description="Most teaching periods.")] = 8,
    load: Annotated[float, Query(gt=0, le=1_000, description="Most ECTS credits a period.")] = 15,
    start: Annotated[date | None, Query(description="First day; today if left out.")] = None,
    language: Annotated[
        list[str], Query(max_length=40, description="Languages of teaching, such as en.")
    ] = [],  # noqa: B006 - FastAPI copies it
    university: Annotated[
        list[str], Query(max_length=100, description="Universities, such as aalto.")
    ] = [],  # noqa: B006 - FastAPI copies it
    prefer: Literal["coverage", "lightest", "fastest"] | None = None,
    preset: Annotated[Preset | None, Query(description="A ready-made choice.")] = None,
    choices: Annotated[bool, Query(description="Whether to tell what presets give.")] = False,
    alternatives: Annotated[int, Query(ge=0, le=5, description="Routes besides the best.")] = 0,
) -> Response:
    """As POST, for what is not personal; what a learner has goes into POST's body."""
    for name in _PERSONAL:
        if name in request.query_params:
            raise BadParameter(
                name, f"{name} says something of a person: send it in the body of POST /paths."
            )
    here = context(request)
    limits: dict[str, Any] = {"ects": ects, "periods": periods, "load": load}
    if start:
        limits["start"] = start.isoformat()
    if language:
        limits["languages"] = language
    if university:
        limits["universities"] = university
    settled: dict[str, Any] = {"limits": limits, "alternatives": alternatives, "lang": lang}
    if prefer:
        settled["prefer"] = prefer
    if preset:
        settled["preset"] = preset
    if choices:
        settled["choices"] = True
    media = _form(request)
    key = orjson.dumps([sorted(to), settled, media, date.today().isoformat()]).decode()
    tag = negotiation.etag(here.engines.paths.generation, "paths", key)
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    warm = bool(here.engines.paths.generation)
    if warm and negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers | {"ETag": tag})
    body = {"to": await targets(here, to), **settled}
    answer = await answered(request, "plan", parse(body), body)
    generation = str(answer.get("generation", ""))
    headers |= {
        "ETag": negotiation.etag(generation, "paths", key),
        "Polku-Generation": generation,
    }
    return _rendered(answer, media, lang, headers)


def _form(request: Request) -> str:
    """The media type that the client takes. Raises: NotAcceptable if it takes none."""
    return negotiate(request.headers.get("accept"), _OFFERED)


def _rendered(
    answer: Mapping[str, Json], media: str, lang: str, headers: Mapping[str, str]
) -> Response:
    if media == _JSON:
        return Response(orjson.dumps(answer), headers=headers, media_type=media)
    text = FORMS[media](answer, lang)
    kind = media if media == JSON_LD else f"{media}; charset=utf-8"
    if media == HTML:
        headers = {**headers, "Content-Security-Policy": _PAGE_POLICY}
    return Response(text, headers=headers, media_type=kind)
