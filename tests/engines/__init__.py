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
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

SCRIPT = Path(__file__).parent / "virtuoso.sh"
ENGINES = ("oxigraph", "virtuoso")


@contextlib.contextmanager
def running(engine: str, folder: Path) -> Iterator[str]:
    """The address of an engine that runs for the block, empty, its files in the folder.

    Skips without the engine on a user's machine; fails where POLKU_REQUIRE_ALL asks for every test.
    """
    port, other = _free_ports(2)
    if engine == "virtuoso":
        _there("virtuoso-t", "apt-get install virtuoso-opensource")
        command = [str(SCRIPT), str(folder), str(port), str(other)]
    else:
        binary = _there("oxigraph", "pip install oxigraph")
        command = [binary, "serve", "-l", str(folder), "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}/", folder if engine == "virtuoso" else None)
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # nothing of it is needed any more
        process.wait()


def _there(name: str, how: str) -> str:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found:
        return found
    reason = f"{name} is not here ({how})"
    if os.environ.get("POLKU_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


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
