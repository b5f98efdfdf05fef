"""What is asked for: an offering, to whom, in which format. No value of a recipient is ever repeated.

An error says which field cannot be used, and never what was in it: a problem document may be
kept by whoever reads it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from app.credentials.document import MOST_BYTES as MOST_OFFERING_BYTES
from app.errors import BadParameter, TooLarge, Unreadable
from ontology.ntriples import iri

Format = Literal["openBadges", "elm"]

MOST_BYTES = MOST_OFFERING_BYTES + 2**16
"""Bytes of one request: an offering, and a page of what stands beside it."""

IDENTITY_TYPES = (
    "name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress",
    "nationalIdentityNumber", "isbn", "issn", "lisSourcedId", "oneRosterSourcedId",
    "sisSourcedId", "ltiContextId", "ltiDeploymentId", "ltiToolId", "ltiPlatformId", "ltiUserId",
    "identifier",
)  # fmt: skip
"""Kinds of identity that Open Badges 3.0 knows; others begin with ``ext:``."""


def _absolute(value: str) -> str:
    try:
        iri(value)
    except ValueError:
        # What the term's own error says holds the value.
        raise ValueError("not an absolute IRI, such as did:key:…") from None
    return value


def _zoned(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("say the zone, as in 2030-12-31T00:00:00Z")
    return value


_Iri = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_absolute)]
_Words = Annotated[str, Field(min_length=1, max_length=300)]
_Moment = Annotated[datetime, AfterValidator(_zoned)]


class _Model(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )


class Identity(_Model):
    """An identity of the recipient, as Open Badges' IdentityObject has it."""

    identity_hash: _Words = Field(description="The identity, or with `hashed` its hash: sha256$…")
    identity_type: Annotated[
        str, Field(pattern=f"^({'|'.join(IDENTITY_TYPES)}|ext:[A-Za-z0-9._-]{{1,100}})$")
    ]
    hashed: bool = False
    salt: Annotated[str, Field(max_length=300)] | None = None


class Recipient(_Model):
    """Who has achieved it: at least one field. Nothing of it is stored or logged."""

    id: _Iri | None = Field(None, description="A did:key, or another IRI that is the learner's.")
    name: _Words | None = None
    given_name: _Words | None = None
    family_name: _Words | None = None
    email: Annotated[str, Field(max_length=300, pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+$")] | None = (
        Field(None, description="In a badge as a salted hash alone; in ELM as it is.")
    )
    date_of_birth: date | None = Field(None, description="ELM alone has a place for it.")
    identifier: Annotated[list[Identity], Field(max_length=10)] = []

    @model_validator(mode="after")
    def _somebody(self) -> Recipient:
        named = (self.id, self.full_name, self.email, *self.identifier)
        if not any(named):
            raise ValueError("nobody is named: give an id, a name, an email or an identifier")
        return self

    @property
    def full_name(self) -> str:
        """The name, or what it is made of; "" where none is told."""
        return self.name or " ".join(one for one in (self.given_name, self.family_name) if one)


class IssueRequest(_Model):
    """What is to be issued, to whom, and in which format."""

    offering: Annotated[str, Field(min_length=1, max_length=2_000)] | dict[str, Any] = Field(
        description="IRI of an offering in the graph; or the offering itself, in any JSON that "
        "/credentials/check reads."
    )
    recipient: Recipient
    format: Format
    issued: _Moment | None = Field(None, description="When it is issued and valid from; now.")
    valid_until: _Moment | None = Field(None, description="When it ends; never, if left out.")
    grade: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    accept: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)] = Field(
        [],
        description="Mandatory elements that may be missing, by name; of one that can be inferred "
        "the inferred value is taken. `inferred` is each of these.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> IssueRequest:
        if self.issued and self.valid_until and self.valid_until <= self.issued:
            raise ValueError("validUntil is not after issued")
        return self


def parse(content: bytes) -> IssueRequest:
    """The request in a body of JSON.

    Raises: TooLarge, Unreadable; BadParameter for the first value that cannot be, by its pointer.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge(f"The request is over {MOST_BYTES // 2**10} KiB, the limit of one.")
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {str(error)[:300]}") from None
    return checked(document)


def checked(document: object) -> IssueRequest:
    """The request that a document is. Raises: BadParameter, as ``parse``."""
    try:
        return IssueRequest.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = "".join(f"/{step}" for step in first["loc"] if step not in ("str", "dict[str,any]"))
        raise BadParameter(where[:300] or "body", str(first["msg"])[:300]) from None
