"""``polku sync``: all sources of ``polku.toml`` brought up to date."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import data_option

if TYPE_CHECKING:
    from app.cli.progress import Progress
    from app.graph.generations import Generation
    from app.settings import Settings
    from app.sources.sync import Synced


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
            failure = _finished(settings, shown, synced.generation, tag=description.tag)
    seconds = round(time.monotonic() - started, 3)
    _show(synced, dry_run)
    if report is not None:
        _write(report, synced, began, seconds, dry_run)
    if failure:
        click.echo(f"Tagging failed: {failure}", err=True)
    failed = [one.name for one in synced.outcomes if one.state == "failed"]
    sys.exit(1 if failed or failure else 0)


def _finished(
    settings: Settings, shown: Progress, published: Generation | None, *, tag: bool
) -> str:
    """Tags and indexes made for what the graph holds now; why tagging failed, "" if it did not."""
    from app.cli.warm import make_indexes
    from app.errors import PolkuError
    from app.graph.generations import current
    from app.sources import tagged
    from app.sources.sync import said
    from loaders.errors import LoadError

    failure = ""
    generation = published or current(settings.data)
    if tag and generation is not None and not tagged.is_tagged(settings.data, generation):
        from app.cli.publishing import publish_bundles
        from app.tagging.batch import tag as tag_graph

        try:
            bundle = tag_graph(settings.data, progress=shown)
            published = publish_bundles(settings, [bundle], shown, checked=False)
            tagged.remember(settings.data, published)
        except (LoadError, PolkuError, OSError) as error:
            failure = said(error)
    if published is not None:
        shown.stage("Making indexes")
        make_indexes(settings.data, published.id)
        click.echo(published.id)
    return failure


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
    elif synced.generation is None:
        console.print("No source was loaded.")


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
