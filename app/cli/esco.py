"""``polku esco``: help with releases of ESCO."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.base import Reject
    from loaders.by_code import Pairing


@click.group()
def esco() -> None:
    """Work with releases of ESCO."""


@esco.command(
    epilog="Example: polku esco replacements 'ESCO dataset - v1.1.0 - classification - en - csv.zip' "
    "'ESCO dataset - v1.1.1 - classification - en - csv.zip' > replacements.csv"
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def replacements(old: Path, new: Path) -> None:
    """Propose what replaces the concepts of OLD that NEW has not, to read, mend and load with.

    OLD and NEW are packages of two releases: zips or folders. A group is replaced by the one of its
    code; a line without newUri moves nothing, until you fill it in.
    """
    from loaders.base import Run
    from loaders.by_code import as_table, of_package, paired

    rejects: list[Reject] = []
    run = Run(sink=rejects.append)
    pairings = list(paired(of_package(old, run), of_package(new, run)))
    click.echo(as_table(pairings), nl=False)
    _say(pairings, rejects)


def _say(pairings: Sequence[Pairing], rejects: Sequence[Reject]) -> None:
    """Say what the table holds, what to look at, and what could not be read."""
    from collections import Counter

    from loaders.by_code import RENAMED

    replaced = sum(one.new is not None for one in pairings)
    notes = Counter(one.note for one in pairings if one.note)
    click.echo(f"{len(pairings):,} concepts are gone, {replaced:,} are replaced.", err=True)
    for note, count in sorted(notes.items(), key=lambda one: (one[0] != RENAMED, -one[1], one[0])):
        click.echo(f"  {count:>7,}  {note}", err=True)
    for one in rejects[:5]:
        click.echo(f"Not read: {one.record}: {one.reason}. {one.hint}", err=True)
    if len(rejects) > 5:
        click.echo(f"… and {len(rejects) - 5:,} more rows that were not read", err=True)
