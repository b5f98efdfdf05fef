"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., object])


def data_option(function: Function) -> Function:
    """Adds ``--data DIR``; its default is POLKU_DATA, else ``./data``."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="POLKU_DATA",
        default=Path("data"),
        show_default="POLKU_DATA or ./data",
        help="Folder that holds the graph.",
    )(function)
