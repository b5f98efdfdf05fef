"""The API's documentation for people: Swagger UI from bundled files, nothing from elsewhere."""

from __future__ import annotations

import html
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from app.api.page import page
from app.api.problems import KINDS
from app.errors import NotFound

router = APIRouter(include_in_schema=False)
ASSETS = StaticFiles(directory=Path(str(files("fastapi_offline") / "static")))
OWN = StaticFiles(directory=Path(__file__).parent / "assets")


@router.get("/docs")
async def documentation() -> HTMLResponse:
    """The page that Swagger UI fills."""
    return HTMLResponse(
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Polku API</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<link rel='stylesheet' href='/docs/assets/swagger-ui.css'></head><body>"
        "<div id='api'></div><noscript><p>This page needs JavaScript; the same description is in "
        "<a href='/openapi.json'>/openapi.json</a>.</p></noscript>"
        "<script src='/docs/assets/swagger-ui-bundle.js'></script>"
        "<script src='/docs/own/docs.js'></script></body></html>",
        # Swagger UI writes style attributes as it draws.
        headers={
            "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data:; font-src 'self'; script-src 'self'; connect-src 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        },
    )


@router.get("/problems/{kind}")
async def problem_page(kind: str, request: Request) -> Response:
    """What a kind of problem means, and what to do about it."""
    if kind not in KINDS:
        raise NotFound(f"There is no problem {kind[:40]!r}. Known: {', '.join(KINDS)}.")
    body = f"<h1>{html.escape(kind.replace('-', ' ').capitalize())}</h1><p>{html.escape(KINDS[kind])}</p>"
    return page(kind.replace("-", " "), body, "en", path=request.url.path)
