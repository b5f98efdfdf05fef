"""What every test can ask for."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# In CI the same examples every time, and half as many: a red run says something about the change,
# not about chance.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=50)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data that POLKU_REAL_DATA names.

    Skips without it on a user's machine; fails where POLKU_REQUIRE_ALL asks for every test.
    """
    folder = os.environ.get("POLKU_REAL_DATA", "")
    if folder and Path(folder).is_dir():
        return Path(folder)
    reason = "POLKU_REAL_DATA names no folder of real data"
    if os.environ.get("POLKU_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


ESCO_ZIPS = (
    "esco/v1.1.1/ESCO dataset - v1.1.1 - classification - en - csv.zip",
    "esco/v1.1.1/ESCO dataset - v1.1.1 - classification -  - csv.zip",
)
"""The official packages as the European Commission ships them: English, and language-neutral."""


@dataclass(frozen=True)
class RealGraph:
    """The whole real graph as the README's commands make it, and what they printed."""

    data: Path
    printed: Mapping[str, str]


def polku(*arguments: str, timeout: float = 900) -> subprocess.CompletedProcess[str]:
    """One run of the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )


class _Making:
    """The real graph in the making, beside the tests that do not ask for it.

    It takes minutes on all cores. At the lowest priority it gets what the other tests leave, and
    those that ask for it come last.
    """

    def __init__(self, real_data: Path, data: Path) -> None:
        self._commands = {
            "esco": ["load", "esco", *(str(real_data / path) for path in ESCO_ZIPS)],
            "aalto": ["load", "aalto", str(real_data / "courses/aalto-sisu/realisations.jsonl.gz")],
            "arxiv": ["load", "arxiv", str(real_data / "research/arxiv-abstracts.jsonl.gz")],
            "tag": ["tag"],
        }
        self._data = data
        self._running: subprocess.Popen[str] | None = None
        self._stopped = False
        self._said: dict[str, str] = {}
        self._failed: str | None = None
        self._thread = threading.Thread(target=self._make, daemon=True)
        self._thread.start()

    def _make(self) -> None:
        for name, arguments in self._commands.items():
            if self._stopped:
                return
            self._running = subprocess.Popen(
                ["nice", "-n", "19", sys.executable, "-c", "from app.cli import main; main()",
                 *arguments, "--data", str(self._data)],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                start_new_session=True,
            )  # fmt: skip
            _, self._said[name] = self._running.communicate()
            if self._running.returncode:
                self._failed = f"polku {name}:\n{self._said[name]}"
                return

    def made(self) -> Mapping[str, str]:
        """What the commands printed, once all are done."""
        self._thread.join()
        assert self._failed is None, self._failed
        return self._said

    def stop(self) -> None:
        """Ends what still runs; no process is left behind."""
        self._stopped = True
        running = self._running
        if self._thread.is_alive() and running is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGTERM)
        self._thread.join()


_MAKING: list[_Making] = []
_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests that ask for the real graph last."""
    items.sort(key=_asks_for_the_real_graph)


def _asks_for_the_real_graph(item: pytest.Item) -> bool:
    return "real_graph" in getattr(item, "fixturenames", ())


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begins to make the real graph, if a test will ask for it and its data are there."""
    folder = Path(os.environ.get("POLKU_REAL_DATA") or "/nowhere")
    wanted = any(_asks_for_the_real_graph(item) for item in session.items)
    if wanted and folder.is_dir() and not session.config.option.collectonly:
        kept = os.environ.get("POLKU_TEST_GRAPH")
        if kept is None:
            _FOLDERS.append(tempfile.TemporaryDirectory(prefix="polku-real-graph-"))
        data = Path(kept or _FOLDERS[-1].name)
        if not (data / "CURRENT").exists():
            _MAKING.append(_Making(folder, data))


def pytest_sessionfinish() -> None:
    """Leaves neither a process nor the graph behind."""
    while _MAKING:
        _MAKING.pop().stop()
    while _FOLDERS:
        _FOLDERS.pop().cleanup()


@pytest.fixture(scope="session")
def real_graph(real_data: Path) -> RealGraph:  # noqa: ARG001 - skips where there are no data
    """ESCO, Aalto's catalogue and 60 k works, loaded and tagged by the command line.

    POLKU_TEST_GRAPH names a folder where it is kept from run to run while developing.
    """
    data = Path(os.environ.get("POLKU_TEST_GRAPH") or _FOLDERS[-1].name)
    return RealGraph(data, _MAKING[-1].made() if _MAKING else {})
