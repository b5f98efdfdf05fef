"""How long ordinary requests take while eight hostile queries run from addresses of their own."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx

from benchmarks.service import free_port
from tests.hostile.cases import EIGHT

REQUESTS = 1_000
PAUSE = 0.02
"""Seconds between two requests: the hostile queries change while they are measured."""

SELECTS = (
    "SELECT * {{ ?s ?p ?o }} LIMIT 10 # {}",
    "SELECT ?s ?label {{ ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }} LIMIT 20 # {}",
    "ASK {{ ?course a <https://w3id.org/polku/ns#Course> }} # {}",
    "SELECT DISTINCT ?p {{ ?course a <https://w3id.org/polku/ns#Course> ; ?p ?o }} # {}",
)


def client(url: str, address: str) -> httpx.Client:
    transport = httpx.HTTPTransport(local_address=address)
    return httpx.Client(base_url=url, transport=transport, timeout=180)


def asked(url: str, route: str, texts: Iterator[str]) -> tuple[list[float], Counter[str]]:
    """Milliseconds of each answer, sorted, and how many there were of each status."""
    taken: list[float] = []
    answers: Counter[str] = Counter()
    with client(url, "127.0.0.99") as caller:
        for text in texts:
            began = time.perf_counter()
            try:
                status = str(caller.get(route, params={"query": text}).status_code)
            except httpx.TransportError:
                status = "none"
            taken.append(1000 * (time.perf_counter() - began))
            answers[status] += 1
            time.sleep(PAUSE)
    return sorted(taken), answers


def row(name: str, taken: Sequence[float], answers: Counter[str]) -> str:
    at = [f"{taken[int(part * len(taken))]:.1f}" for part in (0.5, 0.95, 0.99)]
    said = ", ".join(f"{count:,} × {status}" for status, count in sorted(answers.items()))
    return f"| {name} | {said} | {' | '.join(at)} | {taken[-1]:.1f} |"


def measure(name: str, url: str, route: str, meanwhile: str, requests: int) -> None:
    asks = (f"ASK {{}} # {number}" for number in range(requests))
    print(row(f"{name}, {meanwhile}: trivial ASK", *asked(url, route, asks)), flush=True)
    ordinary = (SELECTS[number % len(SELECTS)].format(number) for number in range(requests))
    print(row(f"{name}, {meanwhile}: ordinary", *asked(url, route, ordinary)), flush=True)


def attack(url: str, route: str) -> None:
    """Sends the eight for ever, each from its address, again as soon as it ends."""

    def again(number: int, text: str) -> None:
        query = urlencode({"query": text})
        while True:
            try:
                with (
                    client(url, f"127.0.0.{50 + number}") as caller,
                    caller.stream("GET", f"{route}?{query}") as answer,
                ):
                    for _ in answer.iter_bytes():
                        pass
                if answer.status_code in (429, 503):
                    time.sleep(0.1)  # no hostile client waits as long as it is told to
            except httpx.TransportError:
                time.sleep(0.1)

    for number, case in enumerate(EIGHT):
        threading.Thread(target=again, args=(number, str(case.text())), daemon=True).start()
    threading.Event().wait()


@contextmanager
def running(command: Sequence[str]) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def attacked(url: str, route: str) -> Iterator[None]:
    with running([sys.executable, "-m", "benchmarks.hostile", "--attack", url, "--route", route]):
        time.sleep(1)
        yield


def wait(url: str, route: str) -> None:
    """Returns when the server answers."""
    deadline = time.monotonic() + 120
    with httpx.Client(base_url=url, timeout=60) as caller:
        while time.monotonic() < deadline:
            try:
                if caller.get(route).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    raise TimeoutError("the server was not ready within two minutes")


def polku(data: Path, requests: int) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", "from app.cli import main; main()"]
    command += ["serve", "--data", str(data), "--port", str(port)]
    with running(command):
        wait(url, "/ready")
        measure("Polku", url, "/sparql", "nothing else", requests)
        with attacked(url, "/sparql"):
            measure("Polku", url, "/sparql", "eight hostile queries", requests)


def oxigraph(program: str, data: Path, requests: int) -> None:
    """The same against the engine's own server over the same store, its time limit the same."""
    from app.graph.generations import current

    generation = current(data)
    if generation is None:
        raise SystemExit(f"{data} holds no graph")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [program, "serve-read-only", "--location", str(generation.store)]
    command += ["--bind", f"127.0.0.1:{port}"]
    with running(command):
        wait(url, "/query?query=ASK%20%7B%7D")
        measure("oxigraph", url, "/query", "nothing else", requests)
        with attacked(url, "/query"):
            measure("oxigraph", url, "/query", "eight hostile queries", requests)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("POLKU_DATA", "data")))
    parser.add_argument("--attack", metavar="URL", help="be the attackers, for ever")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of each kind")
    parser.add_argument("--route", default="/sparql")
    given = parser.parse_args()
    if given.attack:
        attack(given.attack, given.route)
        return
    print("Every setting is the default. Each request is unique, its answer read to the end.\n")
    print("| server, meanwhile: request | answers | p50 ms | p95 ms | p99 ms | max ms |")
    print("|---|---|---:|---:|---:|---:|")
    polku(given.data, given.requests)
    if program := shutil.which("oxigraph"):
        oxigraph(program, given.data, given.requests)


if __name__ == "__main__":
    main()
