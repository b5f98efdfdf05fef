"""Whether what the graph holds was tagged: the content of the generation that was tagged last."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.graph import files
from app.graph.generations import Generation

_FILE: Final = "tagged"


def is_tagged(data: Path, generation: Generation) -> bool:
    """Whether the generation's content is what the last tagging left."""
    try:
        return (data / "sources" / _FILE).read_text("ascii").strip() == generation.content
    except (OSError, UnicodeDecodeError):
        return False


def remember(data: Path, generation: Generation) -> None:
    """Remembers, durably, that the generation's content is tagged."""
    files.replace(data / "sources" / _FILE, f"{generation.content}\n".encode())
