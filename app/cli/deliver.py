"""``polku deliver``: a data folder's generation to the store that the settings name."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import data_option


@click.command(
    epilog="Example: POLKU_STORE=http://localhost:7878 POLKU_STORE_VENDOR=oxigraph polku deliver"
)
@data_option
def deliver(data: Path) -> None:
    """Bring the graph of a data folder to the engine that POLKU_STORE names.

    Loads do this themselves; it is for a folder that was there before, and for going on after a
    failure. Only what differs is sent.
    """
    from app.cli.progress import progress
    from app.cli.publishing import delivered
    from app.graph.remote.deliver import fetch
    from app.settings import Settings

    settings = Settings(data=data)
    if not settings.store:
        raise click.UsageError("Say where to: set POLKU_STORE to the address of an engine.")
    with progress() as shown:
        fetch(settings)
        done = delivered(settings, shown)
    if done is not None:
        click.echo(f"{done.graphs} graphs, {done.quads:,} quads in {done.seconds:.1f} s.", err=True)
        click.echo(done.generation)
