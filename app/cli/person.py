"""``polku person``: people who ask to be forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import data_option

if TYPE_CHECKING:
    from app.graph.forget import Report


@click.group()
def person() -> None:
    """Forget a person, for good."""


@person.command(
    epilog="Example: polku person forget https://orcid.org/0000-0002-1825-0097 --reason 'asked'"
)
@click.argument("iri")
@click.option("--reason", default="", help="Why, for the list; it must not name the person.")
@click.option("--dry-run", is_flag=True, help="Say what would be reached, change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@data_option
def forget(iri: str, reason: str, dry_run: bool, yes: bool, data: Path) -> None:
    """Forget the person of an ORCID iD or an IRI, in the graph, in what is kept and for good.

    Works stay, without this author. Generations that name the person are taken away.
    """
    from app.cli.progress import progress
    from app.cli.warm import make_indexes
    from app.graph.forget import forget as forget_person
    from app.graph.remote.deliver import deliver, fetch
    from app.settings import Settings

    settings = Settings(data=data)
    base = settings.base
    fetch(settings)
    if dry_run or not yes:
        with progress() as shown:
            would = forget_person(data, iri, base=base, reason=reason, dry_run=True, progress=shown)
        _say(would, "name")
        for one in would.known_as:
            click.echo(f"Known here as <{one}>", err=True)
    if dry_run:
        return
    if not yes:
        click.confirm("This cannot be taken back. Forget this person?", abort=True, err=True)
    with progress() as shown:
        done = forget_person(data, iri, base=base, reason=reason, progress=shown)
        deliver(settings)
        if done.generation and done.withdrawn:
            shown.stage("Making the indexes")
            make_indexes(data, done.generation)
    if yes:
        _say(done, "named")
    if done.listed:
        click.echo("On the list of the forgotten.", err=True)
    click.echo("Backups made before keep the person until they are restored or removed.", err=True)
    if done.generation:
        click.echo(f"Current generation: {done.generation}")


def _say(report: Report, verb: str) -> None:
    click.echo(
        f"{report.works:,} works, {report.bundles} bundles, {report.edits} edits and "
        f"{len(report.withdrawn)} generations {verb} this person.",
        err=True,
    )


@person.command()
@data_option
def finish(data: Path) -> None:
    """Finish a forgetting that was interrupted."""
    from app.cli.progress import progress
    from app.graph.forget import finish as finish_all
    from app.graph.remote.deliver import deliver
    from app.settings import Settings

    with progress() as shown:
        done = finish_all(data, progress=shown)
        deliver(Settings(data=data))
    if done.generation:
        click.echo(f"Current generation: {done.generation}")


@person.command("list-forgotten")
@data_option
def list_forgotten(data: Path) -> None:
    """List forgettings: when, why, whether done; never who, which the list does not say."""
    from app.graph.forgotten import entries

    listed = entries(data)
    for one in listed:
        click.echo(f"{one.id}\t{one.at}\t{'done' if one.done else 'interrupted'}\t{one.reason}")
    click.echo(f"{len(listed)} forgettings.", err=True)
