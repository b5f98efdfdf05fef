"""``polku status``, ``generations``, ``rollback``, ``backup``, ``restore``, ``check``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import data_option

if TYPE_CHECKING:
    from app.graph.generations import Generation


def _current(data: Path) -> Generation:
    """The current generation; a refusal that says what to do where there is none."""
    from app.errors import GraphError
    from app.graph.generations import current

    generation = current(data)
    if generation is None:
        raise GraphError(
            f"{data} holds no published graph yet. Load a source: polku load esco FILE --data {data}"
        )
    return generation


@click.command()
@data_option
def status(data: Path) -> None:
    """Say what the graph holds: sources, releases, when they were loaded, how many quads."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    generation = _current(data)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("source", "release", "loaded", "quads", "bundle"):
        table.add_column(column, justify="right" if column == "quads" else "left")
    loads = {load.source: load for load in generation.loads if not load.invalidated}
    for source, bundle in sorted(generation.bundles.items()):
        load = loads.get(source)
        table.add_row(
            source,
            load.release if load else "",
            load.generated[:19].replace("T", " ") if load else "",
            f"{sum(generation.graphs[source].values()):,}",
            bundle,
        )
    console = Console()
    console.print(f"Generation [bold]{generation.id}[/bold], {generation.created[:19]}, {data}")
    console.print(table)
    for finding in generation.findings:
        console.print(f"[yellow]{finding.count:>7,}[/yellow]  {finding.message}")


@click.command()
@data_option
def generations(data: Path) -> None:
    """List the generations that are kept, newest first; the current one has a star."""
    from app.graph.generations import all as all_generations

    current = _current(data)
    for generation in sorted(all_generations(data), key=lambda g: g.id, reverse=True):
        mark = "*" if generation.id == current.id else " "
        click.echo(f"{mark} {generation.id}  {generation.created[:19]}  {generation.reason}")


@click.command()
@click.argument("generation")
@data_option
def rollback(generation: str, data: Path) -> None:
    """Make a kept GENERATION the current one again."""
    from app.errors import GraphError
    from app.graph.generations import rollback as roll_back
    from app.settings import Settings

    if Settings(data=data).store:
        raise GraphError(
            "The graph is on a store (POLKU_STORE), which keeps no earlier generation. Load the "
            "earlier files again, or restore the engine from its own backup."
        )
    click.echo(f"Current generation: {roll_back(data, generation).id}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def backup(file: Path, data: Path) -> None:
    """Write the published graph, its bundles and all edits into FILE."""
    from app.cli.progress import progress
    from app.graph.backup import backup as back_up

    with progress() as shown:
        shown.stage("Backing up")
        back_up(data, file)
    click.echo(f"{file}: {file.stat().st_size:,} bytes", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--forgotten",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A later list of the forgotten (forgotten.jsonl) than the backup has.",
)
@data_option
def restore(file: Path, forgotten: Path | None, data: Path) -> None:
    """Restore a graph from a backup FILE into an empty data folder.

    Whoever is on the backup's list of the forgotten, on the folder's own or on the one given is
    left out.
    """
    from app.cli.progress import progress
    from app.graph.backup import restore as put_back

    with progress() as shown:
        shown.stage("Restoring")
        generation = put_back(file, data, forgotten_list=forgotten)
    click.echo(f"Current generation: {generation.id}")


@click.command()
@click.option("--graph", "graph_iri", default=None, help="Only this named graph.")
@data_option
def check(graph_iri: str | None, data: Path) -> None:
    """Check the graph against the shapes; exit 1 if something breaks one."""
    from rich.console import Console
    from rich.markup import escape

    from app.graph.check import check_generation

    generation = _current(data)
    found = check_generation(generation, graph_iri)
    console = Console()
    colours = {"Violation": "red", "Warning": "yellow"}
    for finding in found:
        colour = colours.get(finding.severity, "dim")
        console.print(
            f"[{colour}]{finding.severity}[/{colour}] {escape(finding.message)} "
            f"({finding.count:,} in {escape(finding.graph)})"
        )
        for example in finding.examples:
            console.print(f"    {escape(example)}", style="dim", soft_wrap=True)
    if not found:
        console.print("Every shape is kept.")
    sys.exit(1 if any(finding.severity == "Violation" for finding in found) else 0)
