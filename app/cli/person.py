"""``polku person``: people who ask to be forgotten."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import data_option


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
    from app.cli.warm import make_indexes
    from app.graph.forget import forget as forget_person
    from app.settings import Settings

    base = Settings(data=data).base
    would = forget_person(data, iri, base=base, reason=reason, dry_run=True)
    click.echo(
        f"{would.works:,} works, {would.bundles} bundles, {would.edits} edits and "
        f"{len(would.withdrawn)} generations name this person.",
        err=True,
    )
    if dry_run:
        return
    if not yes:
        click.confirm("This cannot be taken back. Forget this person?", abort=True, err=True)
    done = forget_person(data, iri, base=base, reason=reason)
    if done.generation and done.withdrawn:
        make_indexes(data, done.generation)
    if done.listed:
        click.echo("On the list of the forgotten.", err=True)
    click.echo("Backups made before keep the person until they are restored or removed.", err=True)
    if done.generation:
        click.echo(f"Current generation: {done.generation}")


@person.command()
@data_option
def finish(data: Path) -> None:
    """Finish a forgetting that was interrupted."""
    from app.graph.forget import finish as finish_all

    done = finish_all(data)
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
