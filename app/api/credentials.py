"""``/credentials/check``: whether an offering is ready to be a micro-credential, and what lacks."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api.context import Context, context
from app.api.errors import Unsupported
from app.api.language import Language
from app.api.streaming import unless_gone
from app.api.under_way import UnderWay
from app.credentials.document import (
    ALIASES,
    HTML,
    JSON,
    MEDIA,
    XML,
    Stated,
    most_bytes,
    read,
)
from app.credentials.elm_profiles import ELM_PROFILES, MOST_RESULTS, NO_SHAPES, ElmProfile
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
from app.credentials.report import LANGUAGES, report
from app.errors import BadParameter, Busy, LimitReached, TooLarge
from app.graph.media import JSON_LD, TURTLE
from app.workers import Json, JsonObject, Pool

_MOST_AT_WORK = 2
"""Processes that ask ELM's shapes at once."""

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


class Result(BaseModel):
    """One result of the published shapes, in their own words."""

    severity: str
    focus: str | None = Field(None, description="What it speaks of; [] has no name.")
    path: str | None = None
    value: str | None = None
    message: str | None = None
    shape: str | None = None
    constraint: str | None = None


class Conformance(BaseModel):
    """What ELM's own shapes say, as published."""

    model_config = ConfigDict(populate_by_name=True)

    profile: ElmProfile
    title: str
    conforms: bool
    summary: str = Field(description="What that means, and what it does not.")
    found: int = Field(description="Results in all.")
    results: list[Result] = Field(max_length=MOST_RESULTS)
    shapes: list[str] = Field(description="The published files that were asked.")
    not_checked: list[str] = Field(
        alias="notChecked", description="Constraints in them that cannot be asked here."
    )


class Readiness(BaseModel):
    """The report on one offering."""

    about: str | None = Field(description="IRI of the offering; null if it has none.")
    lang: Literal["en", "fi", "sv"] = Field(description="Language of labels and messages.")
    profiles: list[ProfileReport]
    tagging: Literal["asked", "notNeeded", "unavailable"] = Field(
        description="Whether the outcomes' text was asked for skills."
    )
    conformance: list[Conformance] | None = Field(
        None, description="Where a profile of ELM's is asked for."
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
_XML_EXAMPLE = (
    "<Courses><learningOpportunityReferences><learningOpportunity><title language='en'>Queries at "
    "work</title></learningOpportunity></learningOpportunityReferences></Courses>"
)
_HTML_EXAMPLE = (
    '<html><script type="application/ld+json">{"@context": "https://schema.org", "@type": '
    '"Course", "name": "Queries at work"}</script></html>'
)
_OFFERING = Offering.model_json_schema(ref_template="#/components/schemas/{model}")
SCHEMAS: dict[str, Any] = {**_OFFERING.pop("$defs"), "Offering": _OFFERING}
"""Schemas of what is sent, by name: FastAPI does not see them, as the body has several forms."""

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The offering in our JSON; as ELM, Open Badges, schema.org, OEAPI or Kouta; as "
        "a page that holds schema.org's; or in RDF of our terms. No context is fetched.",
        "content": {
            JSON: {"schema": {"$ref": "#/components/schemas/Offering"}, "example": _JSON_EXAMPLE},
            JSON_LD: {"schema": {"type": "object"}, "example": _LD_EXAMPLE},
            TURTLE: {"schema": {"type": "string"}, "example": _TURTLE_EXAMPLE},
            XML: {"schema": {"type": "string"}, "example": _XML_EXAMPLE},
            HTML: {"schema": {"type": "string"}, "example": _HTML_EXAMPLE},
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
        list[ProfileName | ElmProfile] | None,
        Query(
            max_length=10,
            description="Profiles to hold it against; eu and fi if left out. elm-loq and elm-edc "
            "are ELM's own shapes as published, asked of JSON-LD or Turtle of ELM.",
        ),
    ] = None,
) -> Response:
    """Each element of the profiles: present, inferred and from where, missing or wrong.

    Messages and hints are in English, Finnish or Swedish. Nothing of it is kept.
    """
    here = context(request)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    media = ALIASES.get(media, media)
    if media not in MEDIA:
        raise Unsupported(f"Send {', '.join(MEDIA)}; this is {media[:100] or 'untyped'!r}.")
    content = await request.body()
    wanted = [one for one in PROFILES if one in profile] if profile else list(PROFILES)
    shaped = [one for one in ELM_PROFILES if profile and one in profile]
    answer = await _reported(request, here, content, media, lang, wanted)
    if shaped:
        answer["conformance"] = await _conformance(request, here, content, media, lang, shaped)
    answer["generation"] = here.generation
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        "Polku-Generation": here.generation,
    }
    return Response(orjson.dumps(answer), headers=headers, media_type=JSON)


async def _reported(
    request: Request,
    here: Context,
    content: bytes,
    media: str,
    lang: str,
    wanted: Sequence[ProfileName],
) -> dict[str, object]:
    """What our profiles say; nothing where only ELM's are asked for, which need no offering."""
    if not wanted:
        shown = lang if lang in LANGUAGES else "en"
        return {"about": None, "lang": shown, "profiles": [], "tagging": "notNeeded"}
    stated = await asyncio.to_thread(read, content, media)
    known = await _facts(here, stated)
    tagging, suggested = await _suggested(request, here, stated, lang, known)
    answer = await asyncio.to_thread(
        report, stated, lang, wanted=wanted, known=known, suggested=suggested
    )
    return answer | {"tagging": tagging}


_at_work = UnderWay()
"""Documents that are held against ELM's shapes."""


async def _conformance(
    request: Request,
    here: Context,
    content: bytes,
    media: str,
    lang: str,
    wanted: Sequence[ElmProfile],
) -> list[Json]:
    """What ELM's own shapes say, each profile within ``elm_seconds``, in a process of its own.

    Raises: BadParameter where there are no shapes, Busy, LimitReached.
    """
    folder, seconds = here.settings.elm_shapes, here.settings.elm_seconds
    if folder is None:
        raise BadParameter("profile", NO_SHAPES)
    if len(content) > most_bytes(media):
        raise TooLarge(f"The document is over {most_bytes(media) // 2**10} KiB.")
    if _at_work.number >= _MOST_AT_WORK:
        raise Busy("As many checks against ELM’s shapes as may be are at work.", retry_after=5)
    asked: JsonObject = {
        "content": b64encode(content).decode(),
        "media": media,
        "folder": str(folder.absolute()),
        "lang": lang,
    }
    memory = here.settings.query_memory_mb
    pool = Pool("app.api.hosts:conformance", {}, 1, memory_mb=memory, spares=0)
    with _at_work.one_more():
        async with pool:
            return [
                await unless_gone(
                    request,
                    pool.call("check", {**asked, "profile": one}, seconds, limit="elm_seconds"),
                )
                for one in wanted
            ]


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
