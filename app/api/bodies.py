"""What a route that reads JSON checks of a body before it is read."""

from __future__ import annotations

from fastapi import Depends, Request

from app.api.errors import Unsupported


async def _json_only(request: Request) -> None:
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != "application/json" and not (
        sent.startswith("application/") and sent.endswith("+json")
    ):
        raise Unsupported(f"Send application/json; this is {sent[:100] or 'untyped'!r}.")


JSON_ONLY = Depends(_json_only)
"""Refuses a body of another media type than JSON's."""
