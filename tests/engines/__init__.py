"""Real engines of others, started for tests on free ports."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest

SCRIPT = Path(__file__).parent / "virtuoso.sh"
ENGINES = ("oxigraph", "virtuoso")
_BINARIES: Final = {
    "oxigraph": ("oxigraph", "pip install oxigraph"),
    "virtuoso": ("virtuoso-t", "apt-get install virtuoso-opensource"),
}


@dataclass(frozen=True)
class Engine:
    """An engine that runs.

    Attributes:
        url: its address.
        pid: the process that it was started as; it may have others below it.
        other: Virtuoso's port for SQL.
    """

    url: str
    pid: int
    other: int


@contextlib.contextmanager
def running(engine: str, folder: Path) -> Iterator[str]:
    """The address of an engine that runs for the block, empty, its files in the folder.

    Skips without the engine on a user's machine; fails where POLKU_REQUIRE_ALL asks for every test.
    """
    reason = missing(engine)
    if reason and os.environ.get("POLKU_REQUIRE_ALL"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    with started(engine, folder) as made:
        yield made.url


def missing(engine: str) -> str:
    """Why an engine cannot be started here; "" if it can."""
    name, how = _BINARIES[engine]
    return "" if _found(name) else f"{name} is not here ({how})"


@contextlib.contextmanager
def started(
    engine: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Engine]:
    """An engine for the block, empty, its files in the folder; ``environment`` sets its script."""
    port, other = _free_ports(2)
    if engine == "virtuoso":
        command = [str(SCRIPT), str(folder), str(port), str(other)]
    else:
        binary = _found("oxigraph")
        command = [binary, "serve", "-l", str(folder), "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, **(environment or {})},
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}/", folder if engine == "virtuoso" else None)
        yield Engine(f"http://127.0.0.1:{port}", process.pid, other)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # nothing of it is needed any more
        process.wait()


def _found(name: str) -> str:
    """Where a program is, the environment's own first; "" if nowhere."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name) or ""


def _wait(process: subprocess.Popen[bytes], address: str, folder: Path | None) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, f"the engine at {address} ended with {process.returncode}"
        if folder is None or (folder / "ready").exists():
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(address, timeout=5, trust_env=False)
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers at {address}")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
