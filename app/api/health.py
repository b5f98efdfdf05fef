"""``/health``, ``/ready``, ``/metrics``: whether the service lives, can answer, and how it fares."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from app.api.context import context
from app.api.models import Health, Ready

router = APIRouter(tags=["service"])


@router.get("/health", summary="Whether the service lives", response_model=Health)
async def health() -> Health:
    """Answers as long as the process does."""
    return Health(status="alive")


@router.get(
    "/ready",
    summary="Whether the service can answer",
    response_model=Ready,
    responses={503: {"model": Ready, "description": "Not yet: `detail` says what is missing."}},
)
async def ready(request: Request) -> Response:
    """The generation served, and which engines are warm on which generation."""
    here = context(request)
    engines = {engine.name: engine.generation or None for engine in here.engines.all}
    state = Ready(
        ready=bool(here.generation),
        generation=here.generation or None,
        engines=engines,
        read_only=not here.tokens.any(),
        detail=(
            "The graph can be asked."
            if here.generation
            else "No graph is published here yet: load a source with polku load, or try polku demo."
        ),
    )
    content = state.model_dump(by_alias=True)
    headers = {"Cache-Control": "no-store"} | ({} if state.ready else {"Retry-After": "5"})
    return JSONResponse(content, 200 if state.ready else 503, headers)


@router.get(
    "/metrics",
    summary="Measurements for Prometheus",
    response_model=None,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request) -> Response:
    """Requests, seconds, the costliest queries, engines: in Prometheus's text format."""
    here = context(request)
    number = here.generation.partition("-")[0]
    here.metrics.generation.set(int(number) if number.isdigit() else 0)
    here.metrics.age.set(_seconds_since(await here.graph.created()))
    here.metrics.queries.labels("running").set(here.graph.running)
    here.metrics.queries.labels("waiting").set(here.graph.waiting)
    content = generate_latest(here.metrics.registry)
    return Response(content, media_type=CONTENT_TYPE_LATEST)


def _seconds_since(moment: str) -> float:
    """How long ago a moment in ISO 8601 was; NaN if it is none."""
    try:
        return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()
    except (TypeError, ValueError):
        return math.nan
