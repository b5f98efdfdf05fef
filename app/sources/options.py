"""What a loader is told besides its files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from loaders.bundle import Bundle

OF_A_UNIVERSITY: Final = ("peppi", "sisu")
"""Loaders of systems that may not say whose they are."""


def options(
    loader: str,
    *,
    mapping: Path | None = None,
    replacements: Path | None = None,
    name: str = "",
    university: str = "",
    esco: Bundle | None = None,
) -> Mapping[str, str]:
    """The options of a load; ``esco`` is ESCO as it was loaded, by which tables name skills."""
    stated = {"mapping": mapping, "replacements": replacements}
    found = {one: str(path) for one, path in stated.items() if path}
    if name:
        found["name"] = name
    if university:
        found["university"] = university
    if loader == "table" and esco is not None:
        found["skills"] = str(esco.quads)
    return found
