"""Whether what is derived of sources, tags and matches, was derived of what the graph holds now.

Remembered is the content of the generation that the last run left, and by which version.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from app.graph import files
from app.graph.generations import Generation

Step = Literal["tagged", "matched"]


def is_done(data: Path, step: Step, generation: Generation, version: str = "") -> bool:
    """Whether the generation's content is what the step's last run of this version left."""
    try:
        said = (data / "sources" / step).read_text("ascii").split()
    except (OSError, UnicodeDecodeError):
        return False
    return said == _said(generation, version)


def remember(data: Path, step: Step, generation: Generation, version: str = "") -> None:
    """Remembers, durably, that the step was done for the generation's content."""
    line = " ".join(_said(generation, version))
    files.replace(data / "sources" / step, f"{line}\n".encode())


def differs_in(source: str, before: Generation, after: Generation) -> bool:
    """Whether nothing but the bundle of one source came between two generations."""

    def others(one: Generation) -> dict[str, str]:
        return {name: bundle for name, bundle in one.bundles.items() if name != source}

    return others(before) == others(after) and before.edits == after.edits


def _said(generation: Generation, version: str) -> list[str]:
    return [generation.content, *([version] if version else [])]
