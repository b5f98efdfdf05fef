"""``polku match``: which descriptions are of one thing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import data_option

if TYPE_CHECKING:
    from app.identity.explained import Explained


@click.command(epilog="Example: polku match --explain https://w3id.org/polku/course/aalto/CS-A1110")
@click.option(
    "--explain",
    "thing",
    default=None,
    metavar="IRI",
    help="Say what a thing is one with and why; nothing is changed.",
)
@data_option
def match(thing: str | None, data: Path) -> None:
    """Match works, courses, micro-credentials, persons and organisations across sources.

    What identifiers or descriptions say is one thing gets one polku:entity; no description is
    merged, and a person can turn every match down (POST /matches).
    """
    if thing is not None:
        from app.graph import open_graph
        from app.identity.explained import explain

        with open_graph(data) as graph:
            _print(explain(graph, thing))
        return
    from app.cli.progress import progress
    from app.cli.publishing import publish_bundles
    from app.cli.report import print_load_report
    from app.cli.warm import make_indexes
    from app.identity.run import match_graph
    from app.settings import Settings
    from ontology.iris import Minter

    settings = Settings(data=data)
    with progress() as shown:
        bundle = match_graph(data, shown, iris=Minter(settings.base))
        # Matches are made by one constructor; `polku check` asks the shapes all the same.
        generation = publish_bundles(settings, [bundle], shown, checked=False)
        shown.stage("Making indexes")
        make_indexes(data, generation.id)
    print_load_report(bundle, generation)


def _print(found: Explained) -> None:
    click.echo(f"{found.thing}\n  entity: {found.entity}")
    for other in found.others:
        click.echo(f"  one with: {other}")
    if not found.matches:
        click.echo("  No match speaks of it.")
    for one in found.matches:
        score = "" if one.score is None else f", score {one.score:.3f}"
        click.echo(f"\n{one.status} {one.match} (by {one.method}{score})\n  {one.other}")
        if one.because:
            click.echo(f"  {one.because}")
        if one.role:
            click.echo(f"  decided by a {one.role}, {one.decided}")
