"""Writing to disk so that a crash leaves the old state or the new one, never a mixture."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from app.errors import Busy

_POLL_SECONDS = 0.02


def sync(path: Path) -> None:
    """Brings a file's or folder's own state to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Gives the file new content; after a crash it holds the old or the new one, whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync_tree(folder: Path) -> None:
    """Brings every file below a folder to the disk, and the folder itself."""
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


@contextlib.contextmanager
def locked(path: Path, *, wait_seconds: float, detail: str) -> Iterator[None]:
    """Holds the lock file for the block; the system frees it when the process dies.

    Raises: Busy with ``detail`` if another process holds it for longer than ``wait_seconds``.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise Busy(detail, retry_after=5) from None
                time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)
