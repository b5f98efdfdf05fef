"""``/sparql/running``: the queries that run and wait, for an admin to see and to end."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from starlette.responses import Response

from app.api.context import context
from app.api.models import RunningQueries, RunningQuery
from app.api.security import Role, requires

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/sparql/running", tags=["sparql"])

_ADMIN = Depends(requires(Role.admin))


@router.get(
    "",
    summary="The queries that run and wait",
    response_model=RunningQueries,
    dependencies=[_ADMIN],
)
async def listing(request: Request, response: Response) -> RunningQueries:
    """Every query on its way, oldest first, with its client and its text; takes the role admin."""
    response.headers["Cache-Control"] = "no-store"
    return RunningQueries(
        queries=[
            RunningQuery(
                id=entry.id,
                client=entry.ticket.key,
                since=entry.since,
                seconds=round(entry.seconds, 3),
                state="running" if entry.ticket.state == "running" else "waiting",
                hash=entry.hash,
                query=entry.query,
            )
            for entry in context(request).entries.all()
        ]
    )


@router.delete(
    "/{id}",
    summary="End a query",
    status_code=204,
    response_model=None,
    responses={404: {"description": "No such query runs or waits."}},
    dependencies=[_ADMIN],
)
async def end(
    request: Request,
    id: Annotated[str, InPath(description="As `GET /sparql/running` gives it.", max_length=100)],
) -> Response:
    """The query is over: its client is told so, or its stream is cut; takes the role admin."""
    here = context(request)
    entry = here.entries.end(id)
    here.metrics.stopped.labels("ended").inc()
    logger.info("a query was ended", extra={"query_hash": entry.hash})
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
