"""``/matches``: which descriptions are said to be of one thing, and what people decide on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import cursors, negotiation
from app.api.bodies import JSON_ONLY
from app.api.context import context
from app.api.models import Iri
from app.api.results import Term as Bound
from app.api.security import Role, requires
from app.errors import BadParameter
from app.identity.explained import local
from app.workers import Json
from ontology import terms
from ontology.ntriples import Term, integer, iri
from queries import engine

STATUSES: Final[Mapping[str, str]] = {
    "suggested": terms.Suggested,
    "accepted": terms.Accepted,
    "rejected": terms.Rejected,
}
"""What ``status=`` may name → the concept."""

LIMIT: Final = 50
MOST: Final = 500

router = APIRouter(prefix="/matches", tags=["matches"])

_ONE = "https://w3id.org/polku/research/arxiv/2601.00001"
_OTHER = "https://w3id.org/polku/research/doi/10.1000%2Fa"


class OneMatch(BaseModel):
    """Two IRIs that are said to name one thing, and why."""

    match: str
    about: str
    other: str
    status: Literal["suggested", "accepted", "rejected"]
    method: str = Field(description="identifier, description, source or person.")
    score: float | None = Field(description="How sure; null if nothing measured it.")
    because: str | None = Field(description="The evidence, in words.")


class MatchesPage(BaseModel):
    """A page of matches, the surest first."""

    results: list[OneMatch]
    generation: str
    next: str | None = Field(None, description="The next page, if there is one.")


class MatchRequest(BaseModel):
    """A person's word on whether two IRIs name one thing."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"about": _ONE, "other": _OTHER, "decision": "reject"}]},
    )

    about: Iri = Field(description="IRI of a work, course, micro-credential, person, organisation.")
    other: Iri = Field(description="Another of the same kind.")
    decision: Literal["accept", "reject"]
    comment: str | None = Field(
        None, max_length=2_000, description="Kept in the log of edits alone, never shown."
    )


class MatchDecided(BaseModel):
    """A decision that is kept."""

    match: str
    decision: str = Field(description="The decision's IRI.")
    generation: str = Field(description="The generation in which it holds.")


@router.get(
    "",
    summary="Matches: what is said to be one thing",
    response_model=MatchesPage,
    responses={304: {"description": "The client has this answer already."}},
)
async def matches(
    request: Request,
    status: Annotated[
        Literal["suggested", "accepted", "rejected"] | None,
        Query(description="Only matches that stand so; all if left out."),
    ] = None,
    about: Annotated[
        str, Query(max_length=2_000, description="Only matches of this thing.", examples=[_ONE])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = LIMIT,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """What identifiers, descriptions, sources and people say is one thing, the surest first."""
    here = context(request)
    key = cursors.key("\0".join(("matches", status or "", about)))
    offset = cursors.offset(cursor, here.generation, key)
    statuses = [iri(STATUSES[status])] if status else [iri(one) for one in STATUSES.values()]
    values: dict[str, Term | Sequence[Term] | None] = {
        "statuses": statuses,
        "limit": integer(limit + 1),
        "offset": integer(offset),
    }
    try:
        query = (
            engine("matches-of").bind({**values, "about": iri(about)})
            if about
            else engine("matches").bind(values)
        )
    except ValueError:
        raise BadParameter("about", f"about {about[:200]!r} is not an absolute IRI.") from None
    tag = negotiation.etag(here.generation, key, str(limit), str(offset))
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Polku-Generation": here.generation}
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    found = list((await here.solve(query)).rows)
    following = None
    if len(found) > limit:
        more = dict(request.query_params) | {
            "cursor": cursors.cursor(here.generation, key, offset + limit)
        }
        following = f"{request.url.path}?{urlencode(more)}"
        headers["Link"] = f'<{following}>; rel="next"'
    answer = {
        "results": [_described(row) for row in found[:limit]],
        "generation": here.generation,
        "next": following,
    }
    return Response(orjson.dumps(answer), headers=headers, media_type="application/json")


def _described(row: Mapping[str, Bound]) -> dict[str, Json]:
    return {
        "match": row["match"]["value"],
        "about": row["about"]["value"],
        "other": row["other"]["value"],
        "status": local(row["status"]["value"]),
        "method": local(row["method"]["value"]).removeprefix("by"),
        "score": float(row["score"]["value"]) if "score" in row else None,
        "because": row["because"]["value"] if "because" in row else None,
    }


@router.post(
    "",
    status_code=201,
    summary="Decide on a match",
    response_model=MatchDecided,
    dependencies=[JSON_ONLY],
)
async def decide(
    request: Request,
    asked: MatchRequest,
    role: Annotated[Role, Depends(requires(Role.curator))],
) -> Response:
    """A person's word on whether two things are one; it wins over any machine's, and is kept.

    The graph says in which role it was spoken, never by whom, and never shows the comment.
    """
    edit: dict[str, Json] = {
        "kind": "decideMatch",
        "about": asked.about,
        "other": asked.other,
        "verdict": asked.decision,
        "role": role.name,
        "comment": asked.comment,
    }
    edited = await context(request).edit(edit)
    result = edited.result if isinstance(edited.result, dict) else {}
    answer = {
        "match": result.get("match"),
        "decision": result.get("decision"),
        "generation": edited.generation,
    }
    headers = {
        "Cache-Control": "no-store",
        "Polku-Generation": edited.generation,
        "Location": f"/matches?{urlencode({'about': asked.about})}",
    }
    return Response(orjson.dumps(answer), 201, headers, "application/json")
