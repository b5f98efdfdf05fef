"""``polku serve`` and ``polku demo``: the service."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import data_option

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
PORT = click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)


@click.command()
@data_option
@HOST
@PORT
@click.option(
    "--readers", type=click.IntRange(1, 64), default=None, help="Processes that answer queries."
)
def serve(data: Path, host: str, port: int, readers: int | None) -> None:
    """Serve the graph: SPARQL, curated queries, paths, tags, search, documentation."""
    from app.main import serve as run
    from app.settings import Settings

    settings = Settings(data=data) if readers is None else Settings(data=data, readers=readers)
    run(settings, host, port)


@click.command()
@PORT
@HOST
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-data"),
    show_default=True,
    help="Folder for the sample graph.",
)
def demo(port: int, host: str, data: Path) -> None:
    """Build the sample graph (once) and serve it."""
    from app.cli.progress import progress
    from app.cli.publishing import publish_bundles
    from app.graph.generations import current
    from app.main import serve as run
    from app.settings import Settings
    from loaders.sample import bundles
    from ontology.iris import Minter

    settings = Settings(data=data)
    if current(data) is None:
        with progress() as shown:
            shown.stage("Building the sample graph")
            made = bundles(data / "bundles", Minter(settings.base))
            publish_bundles(settings, made, shown)
    shown_host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    click.echo(
        f"\n  Polku, with sample data, on http://{shown_host}:{port}\n"
        f"  API documentation:     http://{shown_host}:{port}/docs\n"
        f"  A first question:      curl 'http://{shown_host}:{port}/skills?q=machine+learning'\n"
        "  Stop with Ctrl-C.\n",
        err=True,
    )
    run(settings, host, port)
