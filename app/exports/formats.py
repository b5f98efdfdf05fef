"""What a format is: a name, a media type, and a function from facts to a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import PolkuError
from app.exports.facts import Facts

Document = Mapping[str, Any]
"""A JSON object."""


class Lacking(PolkuError):  # noqa: N818 - named as its siblings in errors.py
    """The format asks for what the graph does not state of this thing."""

    status = 422
    title = "The format asks for what is not stated"

    def __init__(self, name: str, iri: str, lacks: str) -> None:
        super().__init__(
            f"{iri[:500]} cannot be written as {name}, which asks for {lacks}: "
            "the graph states none. State it in the source, or choose another profile."
        )
        self.lacks = lacks


@dataclass(frozen=True)
class Format:
    """One format of single things.

    Attributes:
        name: what ``profile=`` and the command line call it.
        title: what people call it.
        media: its media type; several formats may share ``application/json``.
        write: facts to a document. Raises: Lacking.
    """

    name: str
    title: str
    media: str
    write: Callable[[Facts], Document]
