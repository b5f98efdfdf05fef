"""The service, started."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import click

from app.settings import Settings

_NOT_STARTED = 3
"""Exit status where the service could not be started, as the server has it."""

if TYPE_CHECKING:
    import uvicorn


def configuration(settings: Settings, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Config:
    """How the service is served: its app, and the bounds of a connection."""
    import uvicorn

    from app.api.application import create_app
    from app.api.wire import protocol

    return uvicorn.Config(
        create_app(settings),
        host=host,
        port=port,
        http=protocol(settings.request_seconds),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
    )


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted.

    Raises: Busy if the store that the settings name does not answer, GraphError if it holds nothing.
    """
    import uvicorn

    from app.graph.generations import current
    from app.log import configure

    configure(settings.log_format)

    if settings.store:
        asyncio.run(_answers(settings))
    elif current(settings.data) is None:
        click.echo(
            f"{settings.data} holds no published graph yet: queries find nothing. "
            "Load a source (polku load esco …) while this runs, or try polku demo.",
            err=True,
        )
    server = uvicorn.Server(configuration(settings, host, port))
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise SystemExit(_NOT_STARTED)


async def _answers(settings: Settings) -> None:
    """Sees to it that the store can be asked: said in a sentence before anything is started."""
    from app.graph.body import body_of

    body = body_of(settings)
    try:
        await body.prepare()
    finally:
        body.close()
