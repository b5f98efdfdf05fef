"""``polku table``: help with tables of a planner's own."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def table() -> None:
    """Work with tables of your own: CSV files and workbooks."""


@table.command(epilog="Example: polku table guess courses.csv > courses.csv.yaml")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", default="", help="Sheet of a workbook; the first if left out.")
@click.option("--university", default="", help="Whose the rows are: aalto, oulu … or a ROR.")
def guess(file: Path, sheet: str, university: str) -> None:
    """Propose a mapping for FILE, to read, mend and load with."""
    from loaders.tables.guess import guess as proposed

    click.echo(proposed(file, sheet=sheet, university=university), nl=False)
