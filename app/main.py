"""The service, started."""

from __future__ import annotations

import click

from app.settings import Settings


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted."""
    import uvicorn

    from app.api.application import create_app
    from app.graph.generations import current
    from app.log import configure

    configure(settings.log_format)

    if current(settings.data) is None:
        click.echo(
            f"{settings.data} holds no published graph yet: queries find nothing. "
            "Load a source (polku load esco …) while this runs, or try polku demo.",
            err=True,
        )
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
    )
