"""``/tags``: which skills a text speaks of, what is claimed about a thing, what people decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, cast

import orjson
from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import Discriminator, Field, Tag
from starlette.responses import Response

from app.api import blind, negotiation
from app.api.bodies import JSON_ONLY
from app.api.context import Context, context
from app.api.language import Language
from app.api.models import (
    BlindReport,
    Claims,
    Decided,
    DecisionRequest,
    Suggestions,
    SuggestRequest,
)
from app.api.own import ensure_own
from app.api.problems import VARIANT
from app.api.results import Term
from app.api.security import Role, requires
from app.api.streaming import unless_gone
from app.errors import BadParameter
from app.workers import Json
from ontology import terms
from ontology.ntriples import iri, text
from queries import engine

MOST_TEXTS = 100
"""Texts of one request."""

SECONDS_A_TEXT = 0.5
"""Time that one more text may take, in seconds, beside the limit of one request."""

RELATIONS: Mapping[str, str] = {
    "develops": terms.develops,
    "requires": terms.requires,
    "studies": terms.studies,
    "certifies": terms.certifies,
}

Asked = Annotated[
    Annotated[SuggestRequest, Tag(f"{VARIANT}one")]
    | Annotated[
        list[SuggestRequest], Field(min_length=1, max_length=MOST_TEXTS), Tag(f"{VARIANT}many")
    ],
    Discriminator(lambda body: VARIANT + ("many" if isinstance(body, list) else "one")),
]
"""One text, or several."""

router = APIRouter(prefix="/tags", tags=["tags"])

_ONE = {"text": "We train neural networks to find trees in satellite images.", "limit": 5}
_TWO = {"title": "Graph databases", "abstract": "We compare query languages.", "language": "en"}
_THING = {"about": "https://w3id.org/polku/course/aalto/SAMPLE-DS202"}


@router.post(
    "/suggest",
    summary="Suggest skills for a text",
    response_model=Suggestions | list[Suggestions],
    dependencies=[JSON_ONLY],
)
async def suggest(
    request: Request,
    lang: Language,
    asked: Annotated[
        Asked,
        Body(
            openapi_examples={
                "a text": {"value": _ONE},
                "a work": {"value": _TWO},
                "a thing of the graph": {"value": _THING},
                "several": {"value": [_ONE, _TWO]},
            }
        ),
    ],
) -> Response:
    """The skills that a text speaks of, with the words that speak for each; a list for a list."""
    here = context(request)
    many = isinstance(asked, list)
    bodies: list[Json] = [
        one.model_dump(mode="json", by_alias=True, exclude_none=True)
        for one in (asked if isinstance(asked, list) else [asked])
    ]
    seconds = here.settings.path_seconds + SECONDS_A_TEXT * len(bodies)
    if many:
        call = here.engines.tagging.call("suggest_all", seconds, {"texts": bodies})
    else:
        only = bodies[0]
        call = here.engines.tagging.call("suggest", seconds, only if isinstance(only, dict) else {})
    found = await unless_gone(request, call)
    answers = found if isinstance(found, list) else [found]
    await _relabel(here, answers, lang)
    if here.settings.blind_share:
        for body, answer in zip(bodies, answers, strict=True):
            _blind(body, answer, here.settings.blind_share)
    return Response(
        orjson.dumps(found), headers={"Cache-Control": "no-store"}, media_type="application/json"
    )


def _blind(asked: Json, answer: Json, share: float) -> None:
    """Withholds what speaks for some suggestions, where they are for a thing of the graph."""
    about = asked.get("about") if isinstance(asked, dict) else None
    if isinstance(about, str) and isinstance(answer, dict):
        suggestions = answer["suggestions"]
        if isinstance(suggestions, list):
            given = [one for one in suggestions if isinstance(one, dict)]
            answer["suggestions"] = cast("Json", blind.hidden(about, given, share))


async def _relabel(here: Context, answers: Sequence[Json], lang: str) -> None:
    """Puts each skill's label in the language asked for, where there is one."""
    suggestions = [
        one
        for answer in answers
        if isinstance(answer, dict) and isinstance(listed := answer.get("suggestions"), list)
        for one in listed
        if isinstance(one, dict) and one.get("lang") != lang
    ]
    skills = sorted({str(one["skill"]) for one in suggestions})
    if not skills:
        return
    bound = engine("api-labels").bind({"things": [iri(one) for one in skills], "lang": text(lang)})
    labels = {row["thing"]["value"]: row for row in (await here.solve(bound)).rows}
    for one in suggestions:
        row = labels.get(str(one["skill"]))
        if row is not None:
            one["label"], one["lang"] = row["label"]["value"], row["labelLanguage"]["value"]


@router.get("", summary="Claims about a thing", response_model=Claims)
async def claims(
    request: Request,
    lang: Language,
    about: Annotated[
        str,
        Query(
            min_length=1,
            max_length=2_000,
            description="IRI of a course, a micro-credential or a work.",
            examples=["https://w3id.org/polku/course/aalto/SAMPLE-DS202"],
        ),
    ],
) -> Response:
    """What machines suggest, sources state and people decided, with the words that speak for it."""
    here = context(request)
    try:
        query = engine("api-claims-about").bind({"about": iri(about), "lang": text(lang)})
    except ValueError:
        raise BadParameter("about", f"about {about[:200]!r} is not an absolute IRI.") from None
    tag = negotiation.etag(here.generation, "tags", about, lang, str(here.settings.blind_share))
    headers = {"ETag": tag, "Vary": "Accept-Language", "Cache-Control": "no-cache"}
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    found = await here.solve(query)
    share = here.settings.blind_share
    claimed = _joined(found.rows)
    answer = {
        "about": about,
        "claims": _suggested_blind(about, claimed, share) if share else claimed,
        "generation": found.generation,
    }
    headers["Polku-Generation"] = found.generation
    return Response(orjson.dumps(answer), headers=headers, media_type="application/json")


def _suggested_blind(
    about: str, claimed: Sequence[dict[str, object]], share: float
) -> list[dict[str, object]]:
    """Claims with some of those that still wait for a decision shown blind, which come first."""
    waiting = [one for one in claimed if one["status"] == "suggested"]
    rest = [one for one in claimed if one["status"] != "suggested"]
    return [*blind.hidden(about, waiting, share), *rest]


@router.get("/blind", summary="How much people follow suggestions", response_model=BlindReport)
async def report(request: Request, _: Annotated[Role, Depends(requires(Role.curator))]) -> Response:
    """Decisions on suggestions shown blind, beside those on suggestions seen with their reasons."""
    here = context(request)
    found = await here.solve(engine("api-blind-decisions").bind({}))
    rows = [
        (
            row["blind"]["value"] in ("true", "1"),
            int(row["decided"]["value"]),
            int(row["accepted"]["value"]),
        )
        for row in found.rows
        if "blind" in row
    ]
    answer = {
        "shownBlind": here.settings.blind_share,
        **blind.measured(rows),
        "generation": found.generation,
    }
    headers = {"Cache-Control": "no-store", "Polku-Generation": found.generation}
    return Response(orjson.dumps(answer), headers=headers, media_type="application/json")


def _joined(rows: Sequence[Mapping[str, Term]]) -> list[dict[str, object]]:
    """One entry for each claim, its evidence gathered from its rows."""
    entries: dict[str, dict[str, object]] = {}
    evidence: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        claim = row["claim"]["value"]
        spans = evidence.setdefault(claim, [])
        if "evidence" in row:
            start = int(row["start"]["value"]) if "start" in row else 0
            words = row["evidence"]["value"]
            end = int(row["end"]["value"]) if "end" in row else start + len(words)
            span: dict[str, object] = {"start": start, "end": end, "text": words}
            if span not in spans:
                spans.append(span)
        if claim in entries:
            continue
        entries[claim] = {
            "claim": claim,
            "skill": row["skill"]["value"],
            "label": _value(row, "label"),
            "lang": _value(row, "labelLanguage"),
            "relation": _local(row, "relation"),
            "status": (_local(row, "status") or "").lower() or None,
            "confidence": float(row["confidence"]["value"]) if "confidence" in row else None,
            "because": _value(row, "because"),
            "evidence": spans,
            "model": _value(row, "model"),
        }
    return list(entries.values())


def _value(row: Mapping[str, Term], name: str) -> str | None:
    return row[name]["value"] if name in row else None


def _local(row: Mapping[str, Term], name: str) -> str | None:
    value = _value(row, name)
    return value.rsplit("#", 1)[-1].rsplit("/", 1)[-1] if value else None


@router.post(
    "",
    status_code=201,
    summary="Decide on a claim",
    response_model=Decided,
    dependencies=[JSON_ONLY],
)
async def decide(
    request: Request,
    asked: DecisionRequest,
    role: Annotated[Role, Depends(requires(Role.researcher))],
) -> Response:
    """A person's word on a link between a thing and a skill; it wins over any machine's.

    The graph says in which role it was spoken, never by whom, and never shows the comment.
    """
    here = context(request)
    if asked.decision != "notInEsco" and asked.skill is None:
        raise BadParameter("/skill", "skill is left out for notInEsco alone.")
    if asked.decision == "notInEsco" and asked.label is None:
        raise BadParameter("/label", "label, the skill's name, is due for notInEsco.")
    await ensure_own(request, role, asked.about)
    edit: dict[str, Json] = {
        "kind": "decide",
        "about": asked.about,
        "skill": asked.skill,
        "relation": RELATIONS[asked.relation] if asked.relation else None,
        "verdict": asked.decision,
        "role": role.name,
        "label": asked.label,
        "comment": asked.comment,
    }
    share = here.settings.blind_share
    if share and asked.skill is not None:
        edit["blind"] = blind.drawn(asked.about, asked.skill, share)
    edited = await here.edit(edit)
    result = edited.result if isinstance(edited.result, dict) else {}
    answer = {
        "claim": result.get("claim"),
        "decision": result.get("decision"),
        "generation": edited.generation,
    }
    headers = {
        "Cache-Control": "no-store",
        "Polku-Generation": edited.generation,
        "Location": f"/tags?about={asked.about}",
    }
    return Response(orjson.dumps(answer), 201, headers, "application/json")
