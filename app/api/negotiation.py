"""Which representation a client gets by name, and whether it has the answer already.

Source: RFC 9110, sections 13.1.2 (If-None-Match) and 8.8.3 (ETag).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from app.errors import NotAcceptable


def named(name: str, formats: Mapping[str, str], parameter: str = "format") -> str:
    """The media type that a ``format=`` names.

    Raises: NotAcceptable if it names none.
    """
    try:
        return formats[name]
    except KeyError:
        raise NotAcceptable(
            f"There is no {parameter} {name[:40]!r}. Known: {', '.join(formats)}.",
            tuple(dict.fromkeys(formats.values())),
        ) from None


def etag(generation: str, *parts: str) -> str:
    """The entity tag of an answer: one for each generation of the graph and each question."""
    key = "\0".join((generation, *parts)).encode("utf-8", "surrogatepass")
    return f'"{generation}-{hashlib.sha256(key).hexdigest()[:24]}"'


def has_already(if_none_match: str | None, tag: str) -> bool:
    """Whether the client holds the answer that the tag names.

    >>> has_already('W/"a", "b"', '"b"'), has_already("*", '"b"'), has_already(None, '"b"')
    (True, True, False)
    """
    if if_none_match is None:
        return False
    held = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in held or tag in held
