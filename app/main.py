"""The service, started."""

from __future__ import annotations

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
    """Serve until interrupted."""
    import uvicorn

    from app.graph.generations import current
    from app.log import configure

    configure(settings.log_format)

    if not settings.store and current(settings.data) is None:
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
