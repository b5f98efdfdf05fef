"""What the API's answers look like: for OpenAPI, and checked where we make them ourselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class FieldProblem(_Model):
    """One value that cannot be used."""

    pointer: str = Field(description="A JSON pointer into the body, or a parameter's name.")
    detail: str


class ProblemDocument(_Model):
    """A problem document (RFC 9457)."""

    type: str = Field(description="The page that explains the kind of problem.")
    title: str
    status: int
    detail: str = Field(description="What happened this time, and what to do next.")
    instance: str | None = None
    errors: list[FieldProblem] | None = None


class SearchResult(_Model):
    """One thing found."""

    iri: str
    label: str
    lang: str = Field(description="The language that the label is in; empty if not known.")
    matched: str = Field(description="The label that answered what was typed.")
    score: float = Field(description="From 0 to 1.")
    code: str | None = Field(None, description="The code of a course.")


class SearchResults(_Model):
    """Things found, the best first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "results": [
                        {
                            "iri": "http://data.europa.eu/esco/skill/3a2d5b45-56e4-4f5a-a55a-4a4a65afdc43",
                            "label": "machine learning",
                            "lang": "en",
                            "matched": "machine learning",
                            "score": 0.93,
                        }
                    ],
                    "generation": "000004-9f2c1e",
                }
            ]
        }
    )

    results: list[SearchResult]
    generation: str


class Health(_Model):
    """Whether the service lives."""

    status: str


class Ready(_Model):
    """Whether the service can answer, and from what."""

    ready: bool
    generation: str | None = Field(description="The generation of the graph that is served.")
    engines: dict[str, str | None] = Field(
        description="The generation on which each engine that runs here is warm; null while it is on "
        "none."
    )
    read_only: bool = Field(description="Whether no token exists, so that nothing can be changed.")
    detail: str


Iri = Annotated[str, Field(min_length=1, max_length=2_000)]


class SuggestRequest(_Model):
    """A text to tag: ``text``; or ``title`` with ``abstract``; or ``about``, a thing with a text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str | None = Field(None, max_length=100_000)
    title: str | None = Field(None, max_length=100_000)
    abstract: str | None = Field(None, max_length=100_000)
    about: Iri | None = Field(None, description="IRI of a course, a micro-credential or a work.")
    kind: Literal["course", "work", "other"] | None = Field(
        None,
        description="What the text describes; guessed from its words if left out. A text of up to 80 "
        "words without a title is read as a sentence unless it calls itself a course or a work.",
    )
    language: str | None = Field(
        None,
        pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
        description="Of the text; detected if left out.",
    )
    limit: int = Field(10, ge=1, le=100)
    min_confidence: float = Field(0.0, ge=0, le=1, allow_inf_nan=False)


class Span(_Model):
    """Words that speak for a suggestion; offsets in Unicode characters."""

    start: int
    end: int
    text: str
    field: str | None = Field(None, description="title or abstract, where the text has parts.")


class Suggestion(_Model):
    """A skill that a text speaks of."""

    skill: str
    label: str
    lang: str = Field(description="The language that the label is in.")
    confidence: float | None = Field(
        description="How probable it is that the skill applies, 0 to 1; null of one shown blind."
    )
    evidence: list[Span]
    because: str | None
    blind: bool = Field(
        False, description="Whether confidence and reasons are withheld, to measure their weight."
    )


class Suggestions(_Model):
    """The suggestions for one text."""

    model: str
    suggestions: list[Suggestion]


class ClaimAnswer(_Model):
    """One claim: what it states, where it stands, and what speaks for it."""

    claim: str
    skill: str
    label: str | None
    lang: str | None = Field(description="The language that the label is in.")
    relation: str | None = Field(description="develops, requires, studies or certifies.")
    status: str | None = Field(description="suggested, accepted or rejected.")
    confidence: float | None
    because: str | None
    evidence: list[Span]
    model: str | None = Field(description="The model version of the run that made it.")
    blind: bool = Field(
        False, description="Whether confidence and reasons are withheld, to measure their weight."
    )


class Claims(_Model):
    """The claims about a thing."""

    about: str
    claims: list[ClaimAnswer]
    generation: str


class Verdicts(_Model):
    """Decisions on suggestions that were shown in one way."""

    decided: int
    accepted: int
    share: float | None = Field(description="Accepted of decided; null where none was decided.")


class BlindReport(_Model):
    """How people decide on suggestions shown blind, beside those seen with their reasons."""

    shownBlind: float = Field(description="Share of suggestions shown blind now.")  # noqa: N815
    seen: Verdicts
    blind: Verdicts
    difference: float | None = Field(
        description="Share accepted of those seen less that of those shown blind."
    )
    generation: str


class DecisionRequest(_Model):
    """A person's word on a link between a thing and a skill."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "about": "https://w3id.org/polku/course/aalto/SAMPLE-DS202",
                    "skill": "http://data.europa.eu/esco/skill/3a2d5b45-56e4-4f5a-a55a-4a4a65afdc43",
                    "decision": "accept",
                }
            ]
        },
    )

    about: Iri = Field(description="IRI of a course, a micro-credential or a work.")
    skill: Iri | None = Field(None, description="IRI of the skill; left out for notInEsco.")
    decision: Literal["accept", "reject", "tooBroad", "missing", "notInEsco"]
    relation: Literal["develops", "requires", "studies", "certifies"] | None = Field(
        None,
        description="What is claimed; if left out: develops of a course, studies of a work, "
        "certifies of a micro-credential.",
    )
    label: str | None = Field(
        None, min_length=1, max_length=200, description="The skill's name, for notInEsco."
    )
    comment: str | None = Field(
        None, max_length=2_000, description="For those who curate; never shown in public."
    )


class Decided(_Model):
    """A decision that is kept."""

    claim: str
    decision: str = Field(description="The decision's IRI.")
    generation: str = Field(description="The generation in which it holds.")


class RunningQuery(_Model):
    """A query on its way."""

    id: str = Field(description="What ends it: DELETE /sparql/running/{id}.")
    client: str = Field(description="Whose it is: a token's id, or an address.")
    since: datetime
    seconds: float = Field(description="How long ago it came.")
    state: Literal["waiting", "running"]
    hash: str = Field(description="What it is known by in the log.")
    query: str


class RunningQueries(_Model):
    """The queries on their way, oldest first."""

    queries: list[RunningQuery]


class PathAnswer(BaseModel):
    """The answer to a question for a route."""

    model_config = ConfigDict(extra="allow")

    generation: str
    target: list[dict[str, object]]
    routes: list[dict[str, object]]


class RouteCheck(BaseModel):
    """What became of a saved route."""

    model_config = ConfigDict(extra="allow")

    generation: str
    stands: bool
    steps: list[dict[str, object]]
