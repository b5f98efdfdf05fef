"""``polku sync``: all sources of ``polku.toml`` brought up to date."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import data_option

if TYPE_CHECKING:
    from app.cli.progress import Progress
    from app.settings import Settings
    from app.sources.description import Description
    from app.sources.sync import Matched, Synced


@click.command(epilog="Example: polku sync --only repository --report reports")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("polku.toml"),
    show_default=True,
    help="The description of the sources.",
)
@click.option("--only", multiple=True, help="Only this source; may be repeated.")
@click.option(
    "--dry-run", is_flag=True, help="Fetch, read and compare everything, publish nothing."
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the report: JSON, and HTML in Finnish, Swedish and English.",
)
@data_option
def sync(file: Path, only: tuple[str, ...], dry_run: bool, report: Path | None, data: Path) -> None:
    """Bring all sources up to date and say what changed; exit 1 if one of them failed."""
    from app.cli.progress import progress
    from app.cli.publishing import publish_bundles
    from app.graph.publish import now
    from app.settings import Settings
    from app.sources.description import read
    from app.sources.sync import sync as bring_up_to_date

    description = read(file)
    settings = Settings(data=data)
    began, started = now(), time.monotonic()
    failure = ""
    with progress() as shown:
        synced = bring_up_to_date(
            description,
            file.parent,
            settings,
            lambda bundles: publish_bundles(settings, bundles, shown),
            shown,
            only=only,
            dry_run=dry_run,
            say=lambda said: click.echo(said, err=True),
        )
        if not dry_run:
            synced, failure = _finished(settings, shown, synced, description)
    seconds = round(time.monotonic() - started, 3)
    _show(synced, dry_run)
    if report is not None:
        _write(report, synced, began, seconds, dry_run)
    if failure:
        click.echo(f"Tagging failed: {failure}", err=True)
    failed = any(one.state == "failed" for one in (*synced.outcomes, synced.matched) if one)
    sys.exit(1 if failed or failure else 0)


def _finished(
    settings: Settings, shown: Progress, synced: Synced, description: Description
) -> tuple[Synced, str]:
    """The same with matches, tags and indexes of what the graph holds now; why tagging failed."""
    from app.cli import deriving
    from app.cli.warm import make_indexes
    from app.graph.generations import current

    failure = ""
    generation = synced.generation or current(settings.data)
    before = generation.id if generation else ""
    if generation is not None and description.match:
        matched, generation = deriving.matched(settings, shown, generation)
        synced = replace(synced, matched=matched)
    if generation is not None and description.tag:
        failure, generation = deriving.tagged(settings, shown, generation)
    if generation is not None and (synced.generation or generation.id != before):
        synced = replace(synced, generation=generation)
        shown.stage("Making indexes")
        make_indexes(settings.data, generation.id)
        click.echo(generation.id)
    return synced, failure


def _show(synced: Synced, dry_run: bool) -> None:
    """Print a table of the sources and, below it, why those failed that did."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    colours = {"loaded": "green", "failed": "bold red"}
    console = Console(stderr=True)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    counts: Sequence[str] = ("added", "changed", "removed", "unchanged", "rejected")
    for column in ("source", "state", *counts):
        table.add_column(column, justify="right" if column in counts else "left")
    for one in synced.outcomes:
        total = one.changes.all
        numbers = (total.added, total.changed, total.removed, total.unchanged, one.rejected)
        state = "would be loaded" if dry_run and one.state == "loaded" else one.state
        table.add_row(
            Text(one.name),
            Text(state, style=colours.get(one.state, "dim")),
            *(f"{number:,}" for number in numbers),
        )
    console.print(table)
    for one in synced.outcomes:
        if one.message:
            console.print(Text(f"{one.name}: {one.message}", style="red"), soft_wrap=True)
    if dry_run:
        console.print("Dry run: nothing was published.")
    elif not any(one.state == "loaded" for one in synced.outcomes):
        console.print("No source was loaded.")
    if synced.matched is not None:
        console.print(Text(_told(synced.matched)), soft_wrap=True)


def _told(matched: Matched) -> str:
    if matched.state == "failed":
        return f"Matching failed: {matched.message}"
    counts = matched.counts
    if not (counts.added or counts.changed or counts.removed):
        return f"Matches: {counts.unchanged:,}, as they were."
    return (
        f"Matches: {counts.added:,} made, {counts.changed:,} changed, {counts.removed:,} gone, "
        f"{counts.unchanged:,} as they were."
    )


def _write(folder: Path, synced: Synced, began: str, seconds: float, dry_run: bool) -> None:
    """Write the report's files, each replaced whole."""
    import orjson

    from app.graph import files
    from app.sources.report import LANGUAGES, file_name, page
    from app.sources.sync import as_json

    folder.mkdir(parents=True, exist_ok=True)
    answer = as_json(synced, began=began, seconds=seconds, dry_run=dry_run)
    files.replace(folder / "report.json", orjson.dumps(answer, option=orjson.OPT_INDENT_2) + b"\n")
    for language in LANGUAGES:
        text = page(synced, language, began=began, dry_run=dry_run)
        files.replace(folder / file_name(language), text.encode())
