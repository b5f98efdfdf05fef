"""A served graph whose writer, readers and api are killed at random moments under a mixed load."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from app.api.security import TokenStore
from app.graph.publish import publish
from tests.graph.bundles import bundle_of, labels
from tests.graph.conftest import tmp_path as tmp_path
from tests.kill.changes import MINE
from tests.kill.test_kill import ROUNDS, SEED, Told, check, start

ROOT = Path(__file__).parents[2]
VALUES = f"SELECT ?n {{ GRAPH <{MINE}> {{ ?s ?p ?n }} }}"
PATIENCE = 180.0
"""Seconds after which a service that does not answer is taken for lost, however busy the machine."""


def children(pid: int, holding: str = "") -> list[int]:
    """The processes that a process started, those alone whose command holds the words."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and holding in (folder / "cmdline").read_bytes().decode():
                found.append(int(folder.name))
    return sorted(found)


@dataclass
class Load:
    """Edits and reads without end: what was acknowledged, and what was wrong."""

    url: str
    headers: dict[str, str]
    told: Told
    wrong: list[str] = field(default_factory=list)
    answered: int = 0
    next_edit: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def edit(self) -> None:
        while not self.over.is_set():
            self.next_edit += 1
            update = f"INSERT DATA {{ GRAPH <{MINE}> {{ <a:s> <a:p> {self.next_edit} }} }}"
            answer = self.sent("POST", data={"update": update}, headers=self.headers)
            if answer is not None and answer.status_code == 204:
                self.told.edits.add(self.next_edit)
            elif answer is not None and answer.status_code not in (500, 503):
                self.wrong.append(f"edit: {answer.status_code} {answer.text[:300]}")

    def read(self) -> None:
        while not self.over.is_set():
            before = set(self.told.edits)
            # Another text each time: what a reader says is to be heard, not what is kept.
            query = f"{VALUES} # {time.perf_counter_ns()}"
            answer = self.sent("GET", params={"query": query}, headers={"Accept": "text/csv"})
            if answer is None:
                continue
            if answer.status_code == 200:
                self.answered += 1
                seen = {int(line) for line in answer.text.split()[1:]}
                if not before <= seen:
                    self.wrong.append(f"read: lacks {sorted(before - seen)[:5]}")
            elif answer.status_code not in (500, 503):
                self.wrong.append(f"read: {answer.status_code} {answer.text[:300]}")

    def sent(self, method: str, **request: object) -> httpx.Response | None:
        """The answer; None where the api is gone, or was killed as it answered."""
        try:
            return httpx.request(method, f"{self.url}/sparql", timeout=PATIENCE, **request)  # type: ignore[arg-type]
        except httpx.TransportError:
            time.sleep(0.02)
            return None

    @contextmanager
    def on(self) -> Iterator[None]:
        """The load, two threads of reads and one of edits, for as long as the block lasts."""
        threads = [threading.Thread(target=one) for one in (self.edit, self.read, self.read)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()
            self.over.clear()


class Served:
    """``polku serve``, which can be killed and comes back as a supervisor would have it."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            self.port: int = listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._data = data
        self._log = (data.parent / "served.log").open("ab")
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
        command += ["--data", str(self._data), "--port", str(self.port), "--readers", "2"]
        # One engine that follows is enough to be in the way; three would start anew at each kill.
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "POLKU_ENGINES": '["search"]'}
        process = subprocess.Popen(command, stdout=self._log, stderr=self._log, env=environment)
        try:
            until(
                lambda: process.poll() is not None or answers(self.url), "the service is not back"
            )
            assert process.poll() is None, "the service did not start"
        except AssertionError:
            process.kill()
            process.wait()
            raise
        return process

    def kill(self, what: str) -> bool:
        """Whether there was such a process; the api is started again, all else is its matter."""
        if what == "api":
            orphans = children(self.process.pid)
            self.process.kill()
            self.process.wait()
            until(
                lambda: not any(Path(f"/proc/{one}/cmdline").exists() for one in orphans),
                "processes outlive the api",
            )
            self.process = self._started()
            return True
        found = children(self.process.pid, f"app.graph.{what}:make")
        for pid in found[-1:]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: answers(self.url), f"the service does not answer without a {what}")
        return bool(found)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self._log.close()


def answers(url: str) -> bool:
    with suppress(httpx.TransportError):
        query = f"ASK {{}} # {time.perf_counter_ns()}"
        return httpx.get(f"{url}/sparql", params={"query": query}, timeout=60).status_code == 200
    return False


def until(done: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)


@pytest.mark.kill
@pytest.mark.timeout(300 + 30 * ROUNDS)
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_a_service_whose_processes_are_killed_loses_nothing_and_comes_back(tmp_path: Path) -> None:
    chance = random.Random(f"{SEED} service")
    data = tmp_path / "data"
    publish(data, {"first": bundle_of(tmp_path, "first", labels(3))}, checked=False)
    token = TokenStore(data / "tokens.db").create("admin")
    told = Told()
    killed: set[str] = set()
    served = Served(data)
    load = Load(served.url, {"Authorization": f"Bearer {token}"}, told)
    try:
        for number in range(ROUNDS):
            with load.on():
                loading = (
                    start(data, "esco", told.loads.get("esco", 0) + 100)
                    if number % 5 == 0
                    else None
                )
                time.sleep(chance.uniform(0.2, 1.0))
                what = ("writer", "reader", "api")[number % 3]
                if served.kill(what):
                    killed.add(what)
                if loading is not None:
                    loading.kill()
                    told.hear(loading.communicate()[0])
            assert not load.wrong, f"round {number}, {what} killed: {load.wrong[:3]}"
            check(data, told)
        assert killed == {"writer", "reader", "api"}
        assert told.edits and load.answered, "nothing was done before it was killed"
        final = httpx.get(
            f"{served.url}/sparql", params={"query": VALUES}, headers={"Accept": "text/csv"}
        )
        assert told.edits <= {int(line) for line in final.text.split()[1:]}
    finally:
        served.close()
