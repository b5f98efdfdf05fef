"""Where the graph's tests keep their graphs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")  # noqa: S108 - a fresh folder in it, readable to us alone


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A fresh folder; in memory where there is one, as every generation waits for the disk."""
    root = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="polku-", dir=root) as folder:
        yield Path(folder)
