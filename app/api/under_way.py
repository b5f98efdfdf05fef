"""How many of one kind of long work are under way in this process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class UnderWay:
    """A count: each that is under way keeps a process busy."""

    number: int = 0

    @contextlib.contextmanager
    def one_more(self) -> Iterator[None]:
        """Counts one for as long as the block lasts."""
        self.number += 1
        try:
            yield
        finally:
            self.number -= 1
