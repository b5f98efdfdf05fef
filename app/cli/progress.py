"""Progress of long work on stderr: a bar on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import TaskID

LINE_SECONDS = 5.0
"""How often a line is written where there is no terminal."""


class Progress(Protocol):
    """Where long work reports."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Begin a stage; ``total`` in the units that ``advance`` counts, None if unknown."""
        ...

    def advance(self, amount: int) -> None:
        """Move the current stage on by an amount of its units."""
        ...


class _Lines:
    """Progress as lines: for logs, pipes and schedulers."""

    def __init__(self) -> None:
        self._name, self._total, self._done = "", 0, 0
        self._began = self._said = time.monotonic()

    def stage(self, name: str, total: int | None = None) -> None:
        self.finish()
        self._name, self._total, self._done = name, total or 0, 0
        self._began = self._said = time.monotonic()
        sys.stderr.write(f"{name} …\n")

    def advance(self, amount: int) -> None:
        self._done += amount
        now = time.monotonic()
        if now - self._said >= LINE_SECONDS:
            self._said = now
            share = f"{min(100, 100 * self._done // self._total)} %" if self._total else self._done
            sys.stderr.write(f"{self._name}: {share}, {now - self._began:.0f} s\n")

    def finish(self) -> None:
        if self._name:
            sys.stderr.write(f"{self._name}: done, {time.monotonic() - self._began:.1f} s\n")
            self._name = ""


class _Bar:
    """Progress as a bar: for people at a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._rich = RichProgress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._rich.start()
        self._task: TaskID | None = None

    def stage(self, name: str, total: int | None = None) -> None:
        self.finish()
        self._task = self._rich.add_task(name, total=total)

    def advance(self, amount: int) -> None:
        if self._task is not None:
            self._rich.update(self._task, advance=amount)

    def finish(self) -> None:
        if self._task is not None:
            task = self._rich.tasks[self._task]
            total = task.total if task.total is not None else max(task.completed, 1)
            self._rich.update(self._task, total=total, completed=total)
            self._task = None

    def stop(self) -> None:
        self._rich.stop()


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress that suits where stderr goes; what is logged meanwhile are lines with values."""
    from app.log import configure

    configure("text", logging.WARNING)
    if sys.stderr.isatty():
        bar = _Bar()
        try:
            yield bar
            bar.finish()
        finally:
            bar.stop()
    else:
        lines = _Lines()
        yield lines
        lines.finish()
