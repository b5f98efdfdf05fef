"""``polku suggest``: the ESCO skills that one text speaks of."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.options import data_option


@click.command(epilog="Example: polku suggest 'We train neural networks on satellite images.'")
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option(
    "--language", default="", help="Language of the text (fi, sv, en); detected if left out."
)
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@data_option
def suggest(text: str, limit: int, language: str, as_json: bool, data: Path) -> None:
    """Suggest ESCO skills for TEXT (- reads standard input), with the words that speak for each."""
    import orjson

    from app.graph import index_folder, open_graph
    from app.tagging.service import Service

    graph = open_graph(data)
    words = sys.stdin.read() if text == "-" else text
    request: dict[str, object] = {"text": words, "limit": limit}
    if language:
        request["language"] = language
    answer = Service(graph, index_folder(data, graph.generation)).suggest(request)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2) + b"\n")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("confidence", justify="right")
    table.add_column("skill", style="cyan")
    table.add_column("why", style="dim", overflow="fold")
    for suggestion in answer["suggestions"]:
        table.add_row(f"{suggestion['confidence']:.2f}", suggestion["label"], suggestion["because"])
    Console().print(
        table
        if answer["suggestions"]
        else "No skill of the graph is named or described in this text."
    )
