"""``polku graph``: the named graphs and the rights in them."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import data_option


@click.group()
def graph() -> None:
    """List the named graphs, state their licences."""


@graph.command("list")
@data_option
def list_(data: Path) -> None:
    """List every named graph: whether it may be handed on as a whole, and under which licence."""
    from app.graph.licences import all_rights

    for name, one in all_rights(data).items():
        click.echo(f"{'public' if one.public else 'withheld'}\t{name}\t{one.licence}")


@graph.command(
    epilog="Example: polku graph licence https://w3id.org/polku/graph/aalto "
    "https://creativecommons.org/licenses/by/4.0/"
)
@click.argument("iri")
@click.argument("licence", default="")
@click.option(
    "--public/--withheld",
    "public",
    default=None,
    help="Whether the graph may stand in dumps and catalogues; the licence says so if left out.",
)
@data_option
def licence(iri: str, licence: str, public: bool | None, data: Path) -> None:
    """State the LICENCE (an IRI) of the graph IRI, or whether it may be handed on as a whole.

    It wins over what the source says, and stays when the source is loaded again.
    """
    from app.graph.licences import state
    from app.graph.remote.deliver import deliver, fetch
    from app.settings import Settings

    if not licence and public is None:
        raise click.UsageError("Give a licence, or --public or --withheld.")
    settings = Settings(data=data)
    fetch(settings)
    said = state(data, iri, licence=licence, public=public, keep=settings.keep_generations)
    deliver(settings)
    click.echo(f"{'public' if said.public else 'withheld'}\t{iri}\t{said.licence}")
