"""What a question for the design of a micro-credential looks like in JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from app.errors import BadParameter
from app.paths.request import (
    MOST_SKILLS,
    Asked,
    Confidence,
    Iri,
    PathRequest,
    To,
    Weight,
    validated,
)
from app.paths.request import parse as parse_path

Credits = Annotated[Decimal, Field(gt=0, le=300)]
EqfLevel = Literal[6, 7, 8]
Together = Literal["university", "network"]
StudyLevel = Literal["basic", "intermediate", "advanced", "postgraduate"]

STUDIES: Mapping[int, tuple[StudyLevel, ...]] = {
    6: ("basic", "intermediate"),
    7: ("advanced",),
    8: ("postgraduate",),
}
"""EQF level → the levels of studies of the degree at it."""


class EctsRange(Asked):
    """How many credits it has; in Finland a micro-credential has 1–59."""

    min: Credits = Decimal(5)
    max: Credits = Decimal(15)


class DesignLimits(Asked):
    """Bounds on a combination of courses."""

    ects: EctsRange = EctsRange.model_validate({})
    courses: int = Field(4, ge=1, le=12, description="Most courses.")
    together: Together = Field(
        "university",
        description="university: all courses of a proposal are of one university; network: of any.",
    )
    universities: list[Iri] = Field(
        default_factory=list, max_length=100, description="Short codes or IRIs; all if left out."
    )
    same_language: bool = Field(
        True, description="Whether one language is common to all courses that state any."
    )
    same_level: bool = Field(False, description="Whether all courses are of one EQF level.")
    languages: list[Annotated[str, Field(min_length=2, max_length=8)]] = Field(
        default_factory=list,
        max_length=40,
        description="Every course is taught in one of these languages, such as en, fi.",
    )
    levels: list[EqfLevel] = Field(
        default_factory=list,
        max_length=3,
        description="EQF levels, by the level of studies; 6 and 7 and unstated ones if left out.",
    )
    require: list[Iri] = Field(default_factory=list, max_length=12)
    exclude: list[Iri] = Field(default_factory=list, max_length=1_000)
    periods: int = Field(8, ge=1, le=60, description="Coming teaching periods looked at.")
    load: Decimal | None = Field(
        Decimal(15), gt=0, le=1_000, description="Most ECTS a period where all is taken at once."
    )
    start: date | None = Field(None, description="First day; today if left out.")


class DesignRequest(Asked):
    """A question for combinations of courses that make a micro-credential."""

    to: To
    limits: DesignLimits = DesignLimits.model_validate({})
    weights: dict[str, Weight] = Field(default_factory=dict, max_length=MOST_SKILLS)
    cross_sector: bool = Field(
        True, description="False leaves out skills that ESCO calls transversal or cross-sector."
    )
    min_confidence: Confidence | None = Field(
        None, description="Least confidence of evidence; the published threshold if left out."
    )
    coverage_slack: Confidence = Field(
        0.02, description="Share of the coverage that may be given up for fewer credits."
    )
    proposals: int = Field(3, ge=1, le=10, description="How many different combinations.")
    min_overlap: Confidence = Field(
        0.2, description="Least share of credits or skills in common that is told."
    )
    lang: Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = "en"
    time_limit: float = Field(1.0, gt=0, le=60, allow_inf_nan=False, description="Seconds.")


def parse(asked: Mapping[str, object]) -> DesignRequest:
    """The question that the JSON states.

    Raises: BadParameter with a JSON pointer to the first field that cannot be.
    """
    parsed = validated(DesignRequest, asked)
    ects = parsed.limits.ects
    if ects.min > ects.max:
        raise BadParameter(
            "/limits/ects", f"The least credits, {ects.min}, are above the most, {ects.max}."
        )
    return parsed


_SPAN = re.compile(
    r"\s*(\d{1,3}(?:\.\d{1,2})?)\s*(?:[-–]\s*(\d{1,3}(?:\.\d{1,2})?)\s*)?\Z", re.ASCII
)


def span(text: str, where: str) -> dict[str, float]:
    """The credits that a person writes in short: one number, or two with a dash between.

    Raises: BadParameter naming where it stands.

    >>> span("5-15", "ects"), span("10", "ects")
    ({'min': 5.0, 'max': 15.0}, {'min': 10.0, 'max': 10.0})
    """
    found = _SPAN.match(text)
    if found is None:
        raise BadParameter(where, f"Write the ECTS credits as 5-15 or as 10, not {text[:40]!r}.")
    least, most = found.group(1), found.group(2)
    return {"min": float(least), "max": float(most or least)}


def as_path(asked: DesignRequest) -> PathRequest:
    """The same as a question for a path, so that targets and limits are resolved alike."""
    limits = asked.limits
    levels = [study for level in sorted(set(limits.levels)) for study in STUDIES[level]]
    return parse_path(
        {
            "to": asked.to,
            "weights": asked.weights,
            "crossSector": asked.cross_sector,
            "minConfidence": asked.min_confidence,
            "lang": asked.lang,
            "timeLimit": asked.time_limit,
            "limits": {
                "ects": limits.ects.max,
                "courses": limits.courses,
                "periods": limits.periods,
                "load": limits.load,
                "start": limits.start,
                "languages": limits.languages,
                "universities": limits.universities,
                "levels": levels,
                "require": limits.require,
                "exclude": limits.exclude,
            },
        }
    )
