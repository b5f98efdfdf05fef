"""``?generation=``: reading an earlier generation for as long as it is kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Final

from app.api.context import Context
from app.api.errors import Gone
from app.errors import BadParameter, GraphError, NotFound
from app.graph import generations

_ID = re.compile("[0-9]{6,16}-[0-9a-f]{6}")

GENERATION: Final[dict[str, Any]] = {
    "name": "generation",
    "in": "query",
    "description": "Id of the generation to read, as Polku-Generation names it; the current one "
    "if left out. Some earlier ones are kept.",
    "schema": {"type": "string", "pattern": f"^{_ID.pattern}$"},
}
"""The parameter as the API's description has it."""


def generation_named(values: Sequence[str]) -> str | None:
    """The generation that a request names, if it names one.

    Raises: BadParameter if it names several.
    """
    if len(values) > 1:
        raise BadParameter("generation", "One generation is read at a time.")
    return values[0] if values else None


async def kept_generation(here: Context, named: str | None) -> str | None:
    """The generation to read, which is kept; None where none is named.

    Raises: NotFound if there never was such a generation; Gone if it is no longer kept.
    """
    current = here.generation
    if named is None or named == current:
        return named
    if not here.graph.keeps:
        raise Gone(
            f"Generation {named[:60]} cannot be read: the graph is on a store (POLKU_STORE), which "
            f"holds the current one alone, {current}. Leave out `generation`."
        )
    try:
        found = await asyncio.to_thread(generations.read, here.settings.data, named)
    except NotFound:
        what_to_do = (
            f"Leave out `generation` to read the current one, {current}; "
            f"{here.settings.keep_generations} are kept here (keep_generations)."
        )
        if _ID.fullmatch(named) and _number(named) <= _number(current):
            raise Gone(f"Generation {named[:60]} is not kept any more. {what_to_do}") from None
        raise NotFound(f"There is no generation {named[:60]!r}. {what_to_do}") from None
    except GraphError:
        raise Gone(f"Generation {named[:60]} cannot be read any more.") from None
    return found.id


def _number(generation: str) -> int:
    return int(generation.partition("-")[0] or 0)


__all__ = ["GENERATION", "generation_named", "kept_generation"]
