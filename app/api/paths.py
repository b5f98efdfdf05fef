"""``/paths``: routes of courses to an occupation, to skills, to a research output, to a text."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api import negotiation
from app.api.bodies import JSON_ONLY
from app.api.context import Context, context
from app.api.language import Language
from app.api.models import PathAnswer, RouteCheck
from app.api.streaming import unless_gone
from app.errors import BadParameter
from app.graph.media import negotiate
from app.paths.render import FORMS, HTML, JSON_LD
from app.paths.render.page import STYLE
from app.paths.request import PathRequest, Preset, parse
from app.paths.saved import CheckRequest
from app.workers import Json
from ontology import terms
from ontology.ntriples import iri
from queries import engine

SEARCH_SECONDS = 5.0
_PERSONAL = ("have", "completed")
_SCHEMES = ("http://", "https://", "urn:")
_KINDS = (
    (terms.esco.Occupation, "occupation"),
    (terms.ResearchOutput, "work"),
    (terms.esco.Skill, "skill"),
    (terms.skos.Concept, "group"),
)

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
    answer = await _planned(request, asked, body)
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
        await _complete(request, asked.question, body["question"], "/question")
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
    body = {"to": await _targets(here, to), **settled}
    answer = await _planned(request, parse(body), body)
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


async def _planned(
    request: Request, asked: PathRequest, body: dict[str, Any]
) -> Mapping[str, Json]:
    """The engine's answer; a text among the targets is tagged first."""
    here = context(request)
    await _complete(request, asked, body)
    seconds = here.settings.path_seconds
    answer = await unless_gone(request, here.engines.paths.call("plan", seconds, body))
    if not isinstance(answer, dict):
        raise TypeError("the path engine answers with an object")
    return answer


async def _complete(
    request: Request, asked: PathRequest, body: dict[str, Any], where: str = ""
) -> None:
    """Puts the skills that the text among the targets speaks of into the engine's question.

    Raises: BadParameter if more time is asked for than there is.
    """
    here = context(request)
    most = here.settings.path_seconds
    if asked.time_limit > most:
        raise BadParameter(
            f"{where}/timeLimit", f"timeLimit is at most {most:g} s here (path_seconds)."
        )
    if asked.to.text:
        body["to"] = {**body["to"], "tagged": await _tagged(request, here, asked)}


async def _tagged(request: Request, here: Context, asked: PathRequest) -> list[Json]:
    """The skills that the text speaks of, as the path engine takes them."""
    question: dict[str, Json] = {"text": asked.to.text, "limit": 25}
    found = await unless_gone(
        request, here.engines.tagging.call("suggest", here.settings.path_seconds, question)
    )
    suggestions = found.get("suggestions", []) if isinstance(found, dict) else []
    if not isinstance(suggestions, list):
        return []
    return [
        {"skill": one["skill"], "confidence": one["confidence"]}
        for one in suggestions
        if isinstance(one, dict)
    ]


async def _targets(here: Context, names: Sequence[str]) -> dict[str, Any]:
    """The ``to`` of a question: an occupation before a skill where a label names both.

    Raises: BadParameter for a name of nothing, of several things, or a second occupation.
    """
    found: dict[str, list[str]] = {kind: [] for _, kind in _KINDS}
    for name in names:
        kind, thing = (
            (await _kind(here, name), name)
            if name.startswith(_SCHEMES)
            else await _labelled(here, name)
        )
        found[kind].append(thing)
    single = ("occupation", "work", "group")
    for kind in single:
        if len(found[kind]) > 1:
            raise BadParameter("to", f"A route leads to one {kind}; {len(found[kind])} are given.")
    to: dict[str, Any] = {kind: found[kind][0] for kind in single if found[kind]}
    if found["skill"]:
        to["skills"] = [{"skill": one} for one in found["skill"]]
    return to


async def _kind(here: Context, name: str) -> str:
    """``occupation``, ``skill``, ``work`` or ``group``: what the graph says that an IRI is."""
    try:
        query = engine("types").bind({"thing": iri(name)})
    except ValueError:
        raise BadParameter("to", f"{name[:200]!r} is not an IRI.") from None
    types = {row["type"]["value"] for row in (await here.solve(query)).rows}
    for type_, kind in _KINDS:
        if type_ in types:
            return kind
    raise BadParameter("to", f"The graph holds no occupation, skill, group or work <{name[:500]}>.")


async def _labelled(here: Context, name: str) -> tuple[str, str]:
    search = here.engines.search
    for kind in ("occupation", "skill"):
        asked: dict[str, Json] = {"kind": f"{kind}s", "label": name}
        hits = await search.call("exact", SEARCH_SECONDS, asked)
        if isinstance(hits, list) and len(hits) > 1:
            listed = ", ".join(str(hit) for hit in hits[:10])
            raise BadParameter("to", f"{name!r} is the label of several: give one IRI of {listed}.")
        if isinstance(hits, list) and hits:
            return kind, str(hits[0])
    near: list[str] = []
    for kind in ("occupations", "skills"):
        asked = {"kind": kind, "q": name, "lang": "en", "limit": 3}
        results = await search.call("search", SEARCH_SECONDS, asked)
        if isinstance(results, dict) and isinstance(listed_results := results["results"], list):
            near += [str(one["label"]) for one in listed_results if isinstance(one, dict)]
    hint = f" Near it: {'; '.join(dict.fromkeys(near))}." if near else ""
    raise BadParameter("to", f"No occupation and no skill has the exact label {name!r}.{hint}")
