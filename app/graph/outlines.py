"""What was seen of a query, on its way to a reader: who has read it need not have it read again."""

from __future__ import annotations

from app.graph.lexer import Kind, Outline, inspect
from app.workers.frames import Json


def sent(query: str, outline: Outline | None) -> dict[str, Json] | None:
    """A query's outline as a call has it beside the query; ``text`` where it is another.

    None where there is none, and where other services are asked: a reader sees for itself whom.
    """
    if outline is None or outline.services:
        return None
    text = None if outline.text == query else outline.text
    return {"kind": outline.kind.value, "text": text, "dataset": outline.has_dataset}


def taken(query: str, stated: Json) -> Outline:
    """The outline that a call states, else that of its query.

    What is stated comes from ``sent``: whoever calls a reader is a part of the service.
    Raises: as ``inspect`` where nothing is stated.
    """
    if not isinstance(stated, dict):
        return inspect(query)
    text = query if stated["text"] is None else str(stated["text"])
    return Outline(Kind(stated["kind"]), text, stated["dataset"] is True)


__all__ = ["sent", "taken"]
