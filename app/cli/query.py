"""``polku query``: SPARQL from a file."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from app.cli.options import data_option

if TYPE_CHECKING:
    from app.workers.frames import Json

FORMATS = ("json", "csv", "tsv", "xml", "ttl", "nt", "nq", "trig", "jsonld", "rdf")
NO_LIMIT = 2**40


@click.command(epilog="Example: polku query question.rq --format csv")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default=None,
    help="json for rows, Turtle for graphs if left out.",
)
@data_option
def query(file: TextIO, format_: str | None, data: Path) -> None:
    """Run the SPARQL query in FILE (- reads standard input) over the whole graph."""
    from app.graph.reader import Reader

    # The engine holds the interpreter while it works: let Ctrl-C end the process itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    payload: dict[str, Json] = {"query": file.read(), "rows": NO_LIMIT, "megabytes": NO_LIMIT}
    if format_:
        payload["format"] = format_
    answer = Reader({"data": str(data)}).query(payload)

    def write(piece: bytes) -> None:
        sys.stdout.buffer.write(piece)

    answer.push(write)
    sys.stdout.buffer.flush()
