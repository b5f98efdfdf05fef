"""Hand-made releases of ESCO: what by_code and the commands on releases are tested with."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

SKILL = "http://data.europa.eu/esco/skill/"
Row = tuple[str, str, str]
"""The last part of a concept's IRI, its code and its label."""


def release(folder: Path, *groups: Row, skills: Iterable[Row] = (), language: str = "en") -> Path:
    """A package of these groups, and of these skills and one more, in one language."""
    folder.mkdir(exist_ok=True)
    columns = ("conceptUri", "preferredLabel", "status", "code")
    for part, rows in (("skillGroups", groups), ("skills", [*skills, ("stays", "", "stays")])):
        with (folder / f"{part}_{language}.csv").open("w", encoding="utf-8", newline="") as stream:
            written = csv.writer(stream)
            written.writerow(columns)
            written.writerows((SKILL + iri, label, "released", code) for iri, code, label in rows)
    return folder
