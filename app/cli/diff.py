"""``polku diff``: what changed from one kept generation to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import data_option

if TYPE_CHECKING:
    from rich.console import Console

    from app.graph.diff import Difference, Thing

_SIGNS = {"added": ("+", "green"), "changed": ("~", "yellow"), "removed": ("−", "red")}


@click.command(epilog="Example: polku diff 000004-1a2b3c 000005-4d5e6f")
@click.argument("old")
@click.argument("new")
@click.option("--graph", "graph_iri", default=None, help="Only this named graph.")
@click.option(
    "--limit",
    type=click.IntRange(0, 100_000),
    default=5,
    show_default=True,
    help="Things named of each graph, type and kind of change.",
)
@click.option("--json", "as_json_", is_flag=True, help="The answer in JSON.")
@data_option
def diff(old: str, new: str, graph_iri: str | None, limit: int, as_json_: bool, data: Path) -> None:
    """Say what changed from generation OLD to NEW: added, changed, removed; by graph and type."""
    from app.cli.progress import progress
    from app.graph.diff import as_json
    from app.graph.diff import diff as compared
    from app.graph.generations import holding, read
    from app.graph.kinds import KINDS

    for generation in (old, new):
        read(data, generation)  # refuses one that is not kept, and says which are
    with holding(data, old) as before, holding(data, new) as after, progress() as shown:
        shown.stage("Comparing")
        difference = compared(before, after, limit=limit, graph=graph_iri, stage=shown.stage)
    if as_json_:
        import orjson

        click.echo(orjson.dumps(as_json(difference, KINDS), option=orjson.OPT_INDENT_2))
        return
    from rich.console import Console

    _print(difference, Console())


def _print(difference: Difference, console: Console) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    from app.graph.diff import CHANGES
    from app.graph.kinds import KINDS, OTHER

    console.print(f"From [bold]{difference.old}[/bold] to [bold]{difference.new}[/bold]")
    if not difference.groups:
        console.print("Nothing changed.")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_footer=True)
    total = difference.total
    table.add_column("graph", footer="in all")
    table.add_column("type")
    for change in CHANGES:
        _, colour = _SIGNS[change]
        table.add_column(change, justify="right", style=colour, footer=f"{total[change]:,}")
    previous = None
    groups = sorted(difference.groups.items())
    for (graph, kind), changes in groups:
        counts = (changes[change].count for change in CHANGES)
        table.add_row(
            escape(_graph(graph)) if graph != previous else "",
            KINDS.get(kind, OTHER),
            *(f"{count:,}" if count else "" for count in counts),
        )
        previous = graph
    console.print(table)
    for (graph, kind), changes in groups:
        if not any(changes[change].things for change in CHANGES):
            continue
        console.print(f"[bold]{escape(_graph(graph))}[/bold], {KINDS.get(kind, OTHER)}")
        for change in CHANGES:
            counted = changes[change]
            for thing in counted.things:
                _print_thing(thing, *_SIGNS[change], console)
            if (more := counted.count - len(counted.things)) and counted.things:
                console.print(f"    … and {more:,} more {change}", style="dim")


def _print_thing(thing: Thing, sign: str, colour: str, console: Console) -> None:
    from rich.text import Text

    line = Text(f"  {sign} ", colour)
    line.append(thing.label or thing.iri, "default")
    if thing.label:
        line.append(f"  {thing.iri}", "dim")
    console.print(line, soft_wrap=True)
    for one in thing.properties:
        name = one.property.rpartition("#")[2].rpartition("/")[2]
        line = Text(f"      {name}: ", "dim")
        line.append(", ".join(map(_short, one.removed)) or "nothing", "red")
        line.append(" → ", "dim")
        line.append(", ".join(map(_short, one.added)) or "nothing", "green")
        console.print(line, soft_wrap=True)


def _graph(graph: str) -> str:
    """The graph's name without what all names have in common."""
    return graph.rpartition("/graph/")[2] or "the unnamed graph"


def _short(term: str) -> str:
    """A term as a person reads it: without datatype and quotes, cut to a line's part."""
    if term.startswith('"'):
        text = term.rpartition('"')[0][1:].replace('\\"', '"').replace("\\n", " ")
    else:
        text = term.strip("<>")
    return text if len(text) <= 60 else f"{text[:59]}…"
