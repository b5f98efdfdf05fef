"""What a question looks like in JSON, checked before anything is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from app.errors import BadParameter

MOST_SKILLS = 2_000
"""The most target skills of one question."""

MOST_WORKS = 50
"""The most works of one answer."""

MOST_STEP_WORKS = 10
"""The most works of one step."""

Iri = Annotated[str, Field(min_length=1, max_length=2_000)]
Weight = Annotated[float, Field(gt=0, le=1_000, allow_inf_nan=False)]
Confidence = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
SkillLevel = Annotated[int, Field(ge=1, le=4)]
Audience = Literal[
    "degree", "crossInstitutional", "fitech", "openUniversity", "nonDegree", "mooc", "unknown"
]

Preset = Literal["fastest", "lightest", "oneUniversity", "english"]

Model = TypeVar("Model", bound=BaseModel)


class Asked(BaseModel):
    """A part of a question: fields in camel case, and none that is not known."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


class WantedSkill(Asked):
    """A skill to reach."""

    skill: Iri = Field(description="IRI of the skill.")
    level: SkillLevel = Field(1, description="1 basic, 2 intermediate, 3 advanced, 4 doctoral.")
    weight: Weight | None = Field(None, description="How much it counts; 1 if left out.")


class TaggedSkill(Asked):
    """A skill that tagging found in the text."""

    skill: Iri
    confidence: Confidence


class _Kept(BaseModel):
    """A part of a route as an answer gave it; what else it says is passed over."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True
    )


class KeptSkill(_Kept):
    """A skill that a step of the route develops."""

    skill: Iri
    confidence: Confidence = 1.0


class KeptStep(_Kept):
    """A step of the route."""

    develops: list[KeptSkill] = Field(default_factory=list, max_length=500)


class KeptRoute(_Kept):
    """A route that leads where the learner wants to be: another learner's, say."""

    steps: list[KeptStep] = Field(min_length=1, max_length=500)


class HeldSkill(Asked):
    """A skill that the learner has."""

    skill: Iri
    level: SkillLevel = 1


class To(Asked):
    """Where the route leads; several kinds are united."""

    occupation: Iri | None = Field(None, description="IRI of an ESCO occupation.")
    skills: list[WantedSkill] = Field(default_factory=list, max_length=MOST_SKILLS)
    group: Iri | None = Field(None, description="IRI of an ESCO skill group: all skills under it.")
    work: Iri | None = Field(None, description="IRI of a research output to be able to work on.")
    route: KeptRoute | None = Field(
        None, description="A route as an answer gave it: all skills that its steps develop."
    )
    text: str | None = Field(None, max_length=50_000, description="Free text, tagged first.")
    tagged: list[TaggedSkill] = Field(
        default_factory=list,
        max_length=MOST_SKILLS,
        description="Skills found in the text; the service fills this in.",
    )


class LimitsModel(Asked):
    """Bounds on the route; null does not bind."""

    ects: Decimal | None = Field(Decimal(60), ge=0, le=1_000, description="Most ECTS credits.")
    cost: Decimal | None = Field(None, ge=0, le=1_000_000, description="Most fees, in euros.")
    courses: int | None = Field(None, ge=0, le=500, description="Most courses.")
    periods: int = Field(8, ge=1, le=60, description="How many coming teaching periods.")
    load: Decimal | None = Field(Decimal(15), gt=0, le=1_000, description="Most ECTS a period.")
    start: date | None = Field(None, description="First day; today if left out.")
    end: date | None = Field(None, description="Last day; the last of the periods if left out.")
    languages: list[Annotated[str, Field(min_length=2, max_length=8)]] = Field(
        default_factory=list, max_length=40, description="Languages of teaching, such as en, fi."
    )
    modes: list[Literal["onsite", "online", "blended", "project"]] = Field(
        default_factory=list, max_length=10
    )
    universities: list[Iri] = Field(
        default_factory=list, max_length=100, description="Short codes or IRIs."
    )
    levels: list[Literal["basic", "intermediate", "advanced", "postgraduate", "other"]] = Field(
        default_factory=list,
        max_length=10,
        description="All but postgraduate if left out, unless a skill is wanted at level 4.",
    )
    audience: list[Audience] = Field(
        default_factory=list,
        max_length=10,
        description="Ways in that will do; any if left out, proved ones preferred.",
    )
    micro_credentials_only: bool = False
    require: list[Iri] = Field(default_factory=list, max_length=100)
    exclude: list[Iri] = Field(default_factory=list, max_length=1_000)


class PathRequest(Asked):
    """A question for a learning path."""

    to: To
    have: list[HeldSkill] = Field(default_factory=list, max_length=5_000)
    completed: list[Iri] = Field(
        default_factory=list,
        max_length=2_000,
        description="IRIs of completed courses, micro-credentials and modules.",
    )
    limits: LimitsModel = LimitsModel.model_validate({})
    weights: dict[str, Weight] = Field(default_factory=dict, max_length=MOST_SKILLS)
    cross_sector: bool = Field(
        True, description="False leaves out skills that ESCO calls transversal or cross-sector."
    )
    prefer: Literal["coverage", "lightest", "fastest"] = "coverage"
    preset: Preset | None = Field(
        None, description="A ready-made choice; contradicting limits are refused."
    )
    choices: bool = Field(
        False, description="Whether to tell what each preset would give; some times as slow."
    )
    coverage_slack: Confidence | None = Field(
        None, description="Coverage that may be given up for fewer credits; 0.02, lightest 0.15."
    )
    min_confidence: Confidence | None = Field(
        None, description="Least confidence of evidence; the published threshold if left out."
    )
    min_surest: Confidence | None = Field(
        None,
        description="Least confidence of the surest evidence that a course has for a skill wanted; "
        "its other evidence counts beside that. Not asked if left out.",
    )
    alternatives: int = Field(0, ge=0, le=5)
    pareto: bool = False
    why_not: list[Iri] = Field(default_factory=list, max_length=20)
    works: int = Field(10, ge=0, le=MOST_WORKS, description="How many works to show.")
    step_works: int = Field(
        2, ge=0, le=MOST_STEP_WORKS, description="How many works to show of each step."
    )
    student_theses: bool = Field(False, description="Whether works may be student theses.")
    lang: Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = "en"
    time_limit: float = Field(1.0, gt=0, le=60, allow_inf_nan=False, description="Seconds.")


def parse(request: Mapping[str, object]) -> PathRequest:
    """The question that the JSON states.

    Raises: BadParameter with a JSON pointer to the first field that cannot be.
    """
    return validated(PathRequest, request)


def validated(model: type[Model], request: Mapping[str, object]) -> Model:
    """What the JSON states, as the model has it.

    Raises: BadParameter with a JSON pointer to the first field that cannot be.
    """
    try:
        return model.model_validate(request)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise BadParameter(pointer(*first["loc"]), first["msg"]) from None


def pointer(*steps: object) -> str:
    """A JSON pointer (RFC 6901).

    >>> pointer("limits", "require", 0), pointer("weights", "a/b")
    ('/limits/require/0', '/weights/a~1b')
    """
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
