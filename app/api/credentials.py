"""``/credentials/check``: whether an offering is ready to be a micro-credential, and what lacks."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api.context import Context, context
from app.api.errors import Unsupported
from app.api.language import Language
from app.api.streaming import unless_gone
from app.credentials.document import JSON, MEDIA, Stated, read
from app.credentials.infer import (
    Fact,
    Suggestion,
    described,
    facts_query,
    linked,
    outcomes,
    unlinked,
)
from app.credentials.offering import Offering
from app.credentials.profiles import PROFILES, ProfileName
from app.credentials.report import report
from app.errors import Busy, LimitReached
from app.graph.media import JSON_LD, TURTLE
from app.workers import JsonObject

SKILLS = 10
"""Skills that are proposed from the outcomes at most."""

router = APIRouter(prefix="/credentials", tags=["credentials"])


class Score(BaseModel):
    """How many elements are stated as they should be."""

    present: int
    inferred: int
    missing: int
    wrong: int
    of: int
    share: float = Field(description="Present ones among all; what is inferred does not count.")


class Scores(BaseModel):
    """A score for each requirement."""

    mandatory: Score
    recommended: Score


class Inferred(BaseModel):
    """Values that the offering could state."""

    model_config = ConfigDict(populate_by_name=True)

    values: list[str]
    sources: list[str] = Field(alias="from", description="IRIs of what they come from.")
    because: str


class ElementReport(BaseModel):
    """One element of a profile."""

    element: str = Field(description="Named as the field of our JSON, where there is one.")
    label: str
    requirement: Literal["mandatory", "recommended", "atIssuing"]
    status: Literal["present", "inferred", "missing", "wrong", "atIssuing"]
    inferred: Inferred | None = None
    message: str | None = None
    values: list[str] | None = Field(None, description="The values that are wrong.")
    hint: str | None = Field(None, description="How to mend it.")


class ProfileReport(BaseModel):
    """What one profile says."""

    profile: ProfileName
    title: str
    score: Scores
    elements: list[ElementReport]


class Readiness(BaseModel):
    """The report on one offering."""

    about: str | None = Field(description="IRI of the offering; null if it has none.")
    lang: Literal["en", "fi", "sv"] = Field(description="Language of labels and messages.")
    profiles: list[ProfileReport]
    tagging: Literal["asked", "notNeeded", "unavailable"] = Field(
        description="Whether the outcomes' text was asked for skills."
    )
    generation: str


_JSON_EXAMPLE = {
    "title": {"en": "Queries at work"},
    "awardingBody": "aalto",
    "learningOutcomes": [{"en": "The learner writes queries over a graph of data."}],
    "workload": {"duration": "P60M"},
    "studyLevel": "advanced",
    "assessment": {"en": "An examination and a project."},
    "participation": ["online"],
    "consistsOf": [{"course": "https://w3id.org/polku/course/aalto/SAMPLE-DS202"}],
}
_TURTLE_EXAMPLE = (
    "@prefix polku: <https://w3id.org/polku/ns#> . @prefix dcterms: <http://purl.org/dc/terms/> .\n"
    '<https://example.org/mc> a polku:MicroCredential ; dcterms:title "Queries at work"@en ; '
    "polku:ectsMax 5 ."
)
_LD_EXAMPLE = {
    "@context": {
        "polku": "https://w3id.org/polku/ns#",
        "dcterms": "http://purl.org/dc/terms/",
    },
    "@id": "https://example.org/mc",
    "@type": "polku:MicroCredential",
    "dcterms:title": {"@value": "Queries at work", "@language": "en"},
}
_OFFERING = Offering.model_json_schema(ref_template="#/components/schemas/{model}")
SCHEMAS: dict[str, Any] = {**_OFFERING.pop("$defs"), "Offering": _OFFERING}
"""Schemas of what is sent, by name: FastAPI does not see them, as the body has several forms."""

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The offering in our JSON, as ELM, schema.org or OEAPI, in JSON-LD of our terms, or "
        "in Turtle. No context is fetched.",
        "content": {
            JSON: {"schema": {"$ref": "#/components/schemas/Offering"}, "example": _JSON_EXAMPLE},
            JSON_LD: {"schema": {"type": "object"}, "example": _LD_EXAMPLE},
            TURTLE: {"schema": {"type": "string"}, "example": _TURTLE_EXAMPLE},
        },
    }
}


@router.post(
    "/check",
    summary="Check an offering against the profiles",
    response_model=Readiness,
    openapi_extra=_BODY,
)
async def check(
    request: Request,
    lang: Language,
    profile: Annotated[
        list[ProfileName] | None,
        Query(max_length=10, description="Profiles to hold it against; all if left out."),
    ] = None,
) -> Response:
    """Each element of the profiles: present, inferred and from where, missing or wrong.

    Messages and hints are in English, Finnish or Swedish. Nothing of it is kept.
    """
    here = context(request)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in MEDIA:
        raise Unsupported(f"Send {', '.join(MEDIA)}; this is {media[:100] or 'untyped'!r}.")
    content = await request.body()
    stated = await asyncio.to_thread(read, content, media)
    known = await _facts(here, stated)
    tagging, suggested = await _suggested(request, here, stated, lang, known)
    wanted = tuple(dict.fromkeys(profile or PROFILES))
    answer = await asyncio.to_thread(
        report, stated, lang, wanted=wanted, known=known, suggested=suggested
    )
    answer |= {"tagging": tagging, "generation": here.generation}
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        "Polku-Generation": here.generation,
    }
    return Response(orjson.dumps(answer), headers=headers, media_type=JSON)


async def _facts(here: Context, stated: Stated) -> list[Fact]:
    """What the graph says of the offering and of the courses that it consists of."""
    things = described(stated)
    if not things:
        return []
    found = await here.solve(facts_query(things))
    return [
        Fact(row["thing"]["value"], row["property"]["value"], row["value"]["value"])
        for row in found.rows
    ]


async def _suggested(
    request: Request, here: Context, stated: Stated, lang: str, known: list[Fact]
) -> tuple[str, list[Suggestion]]:
    """Whether tagging was asked, and the skills that it reads in the outcomes."""
    words = outcomes(stated, lang)
    if not words or not unlinked(stated) or linked(known):
        return "notNeeded", []
    if not here.engines.tagging.generation:
        return "unavailable", []
    body: JsonObject = {"text": words[:100_000], "kind": "course", "limit": SKILLS}
    try:
        found = await unless_gone(
            request, here.engines.tagging.call("suggest", here.settings.path_seconds, body)
        )
    except (Busy, LimitReached):
        return "unavailable", []
    listed = found.get("suggestions") if isinstance(found, dict) else None
    return "asked", [
        Suggestion(str(one["skill"]), float(str(one["confidence"])))
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict)
    ]
