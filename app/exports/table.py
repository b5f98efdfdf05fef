"""CSV: a line a course or micro-credential.

Source: RFC 4180.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from app.exports.facts import Facts, first, notices
from loaders.formulas import plain

NAME: Final = "csv"
COLUMNS: Final = (
    "iri",
    "kind",
    "code",
    "title_en",
    "title_fi",
    "title_sv",
    "organisation",
    "ects_min",
    "ects_max",
    "study_level",
    "eqf",
    "languages",
    "modes",
    "outcomes",
    "assessment",
    "prerequisites",
    "skills",
    "suggested_skills",
    "parts",
    "stacks_into",
    "url",
    "rights",
)


def head() -> str:
    """The line of the columns' names."""
    return _line(COLUMNS)


def line(facts: Facts) -> str:
    """The thing's line; several values stand in one field by spaces, texts in English first."""
    least, most = facts.credits or ("", "")
    return _line(
        (
            facts.iri,
            "microCredential" if facts.is_credential else "course",
            facts.code,
            *(facts.titles.get(tag, "") for tag in ("en", "fi", "sv")),
            facts.body.code if facts.body else "",
            str(least),
            str(most),
            facts.study_level.rpartition("#")[2],
            "" if facts.eqf is None else str(facts.eqf),
            " ".join(facts.all_languages),
            " ".join(one.rpartition("#")[2] for one in facts.all_modes),
            first(facts.outcomes)[0],
            first(facts.assessment)[0],
            first(facts.prerequisites)[0],
            " ".join(one.iri for one in facts.skills),
            " ".join(one.iri for one in facts.suggested),
            " ".join(one.iri for one in facts.parts),
            " ".join(one.into for one in facts.promises if one.into),
            facts.url,
            " ".join(notices(facts)),
        )
    )


def _line(fields: tuple[str, ...]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerow([plain(one) for one in fields])
    return written.getvalue()
