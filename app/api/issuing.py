"""``/credentials/issue``: an achieved micro-credential, signed with the service's key.

The recipient is read from the request, written into the credential, and gone with the answer:
bodies are not logged, and nothing is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.responses import Response

from app.api.context import context
from app.api.errors import Unsupported
from app.api.language import Language
from app.api.results import JSON, values
from app.api.security import Role, requires
from app.exports.read import Row
from app.issuing.issue import UNSIGNED, issue
from app.issuing.issuer import Issuer
from app.issuing.request import IssueRequest, parse

router = APIRouter(prefix="/credentials", tags=["credentials"])


class IssuedCredential(BaseModel):
    """A credential, and what is to be known about it."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    format: Literal["openBadges", "elm"]
    signed: bool = Field(description="Also in the header Polku-Signed.")
    notice: str | None = Field(description="Why it is not signed; null if it is.")
    verification_method: str | None = Field(description="Whose key has signed it.")
    lacks: list[str] = Field(description="Mandatory elements that the offering does not state.")
    credential: dict[str, Any]
    generation: str


_EXAMPLE = {
    "offering": "https://w3id.org/polku/credential/aalto/SAMPLE-MC-DATA",
    "recipient": {"name": "Aino Example", "email": "aino@example.org"},
    "format": "openBadges",
    "issued": "2027-06-01T12:00:00Z",
    "grade": "5",
    "accept": ["inferred", "qualityAssurance"],
}
_REQUEST = IssueRequest.model_json_schema(ref_template="#/components/schemas/{model}")
SCHEMAS: dict[str, Any] = {**_REQUEST.pop("$defs"), "IssueRequest": _REQUEST}
"""Schemas of what is sent, by name: the body is read by the room of issuing itself."""

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The offering, the recipient, and what else the credential says.",
        "content": {
            JSON: {"schema": {"$ref": "#/components/schemas/IssueRequest"}, "example": _EXAMPLE}
        },
    }
}


@router.post(
    "/issue",
    summary="Issue an achieved micro-credential",
    response_model=IssuedCredential,
    openapi_extra=_BODY,
)
async def issued(
    request: Request,
    lang: Language,
    _: Annotated[Role, Depends(requires(Role.curator))],
) -> Response:
    """An Open Badges 3.0 AchievementCredential or an ELM credential, for a curator.

    It is refused (422) where the offering lacks what the Council Recommendation asks for, unless
    `accept` names each gap. The recipient is neither stored nor logged.
    """
    here = context(request)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != JSON:
        raise Unsupported(f"Send {JSON}; this is {media[:100] or 'untyped'!r}.")
    asked = parse(await request.body())
    issuer: Issuer = request.app.state.issuer

    async def ask(query: str) -> Sequence[Row]:
        return list(values(await here.solve(query)))

    made = await issue(asked, issuer, ask, lang=lang)
    answer = {
        "format": asked.format,
        "signed": made.is_signed,
        "notice": None if made.is_signed else UNSIGNED,
        "verificationMethod": made.method or None,
        "lacks": made.lacks,
        "credential": made.credential,
        "generation": here.generation,
    }
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        "Polku-Generation": here.generation,
        "Polku-Signed": str(made.is_signed).lower(),
    }
    return Response(orjson.dumps(answer), headers=headers, media_type=JSON)
