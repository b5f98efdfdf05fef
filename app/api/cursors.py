"""Where the next page begins: a cursor is good for one question on one generation of the graph."""

from __future__ import annotations

import base64
import binascii
import hashlib

import orjson

from app.api.errors import Gone
from app.errors import BadParameter

_FARTHEST = 1_000_000


def key(question: str) -> str:
    """A hash of the question, whatever the page."""
    return hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def cursor(generation: str, of: str, offset: int) -> str:
    """The cursor of the page that begins after so many results of the question ``of``."""
    return base64.urlsafe_b64encode(orjson.dumps([generation, of, offset])).decode().rstrip("=")


def offset(cursor: str | None, generation: str, of: str) -> int:
    """How many results the pages before held.

    Raises: BadParameter for what is no cursor of this question; Gone for one of another
    generation, in which the pages may be cut otherwise.
    """
    if cursor is None:
        return 0
    try:
        padded = cursor[:500] + "=" * (-len(cursor[:500]) % 4)
        its_generation, its_key, found = orjson.loads(base64.b64decode(padded, "-_", True))
        usable = its_key == of and isinstance(found, int) and 0 <= found <= _FARTHEST
    except (ValueError, TypeError, binascii.Error):
        usable = False
    if not usable:
        raise BadParameter(
            "cursor", "This is no cursor of this question; take it from `next` and leave the rest."
        )
    if its_generation != generation:
        raise Gone(
            f"The cursor is of generation {str(its_generation)[:40]!r} and the graph is at "
            f"{generation!r}. Begin at the first page."
        )
    return int(found)
