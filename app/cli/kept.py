"""A route kept in a file, as ``polku path --json`` or ``POST /paths`` wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.errors import BadParameter

MOST_BYTES = 20_000_000
"""The largest file that is read: an answer with all its routes has a few hundred kilobytes."""


def kept_route(file: Path) -> dict[str, Any]:
    """The steps of the route in the file: its own, or of an answer those of its best route.

    Raises: BadParameter naming ``--like`` where the file holds no route.
    """
    import orjson

    with file.open("rb") as opened:
        text = opened.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise BadParameter("--like", f"{file} is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadParameter("--like", f"{file} is no JSON: {error}.") from None
    routes = found.get("routes") if isinstance(found, dict) else None
    route = routes[0] if isinstance(routes, list) and routes else found
    steps = route.get("steps") if isinstance(route, dict) else None
    if not isinstance(steps, list) or not steps:
        raise BadParameter(
            "--like",
            f"{file} holds no route with steps. Give what polku path --json or POST /paths wrote.",
        )
    return {"steps": steps}
