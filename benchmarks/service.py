"""The service on the real graph: how soon it is ready, and how fast it answers."""

from __future__ import annotations

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from app.graph import open_graph

SEED = 20261123


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def served(data: Path) -> Iterator[tuple[httpx.Client, float]]:
    """A running service, and the seconds until it was ready."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable,
            *("-c", "from app.cli import main; main()"),
            *("serve", "--data", str(data), "--port", str(port)),
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            while True:
                try:
                    if client.get("/ready").status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                if time.perf_counter() - began > 120:
                    raise TimeoutError("the service was not ready within two minutes")
                time.sleep(0.02)
            yield client, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(timeout=30)


def help_seconds() -> float:
    """CPU seconds of `polku --help`, the best of five."""
    best = float("inf")
    for _ in range(5):
        before = os.times()
        subprocess.run(
            [sys.executable, "-c", "from app.cli import main; main()", "--help"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        after = os.times()
        spent = after.children_user + after.children_system
        best = min(best, spent - before.children_user - before.children_system)
    return best


def times(calls: list[Callable[[], httpx.Response]]) -> list[float]:
    """Milliseconds of each call; all of them must succeed."""
    taken = []
    for call in calls:
        began = time.perf_counter()
        call().raise_for_status()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def row(name: str, taken: list[float]) -> str:
    ordered = sorted(taken)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"| {name} | {len(taken)} | {statistics.median(taken):.1f} | {p95:.1f} | {ordered[-1]:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("POLKU_DATA", "data")))
    data: Path = parser.parse_args().data
    chance = random.Random(SEED)
    graph = open_graph(data)
    occupations = [
        row[0]
        for row in graph.select(
            "PREFIX esco: <http://data.europa.eu/esco/model#> "
            "PREFIX polku: <https://w3id.org/polku/ns#> "
            "SELECT ?occupation WHERE { "
            "?occupation a esco:Occupation ; "
            "esco:relatedEssentialSkill|esco:relatedOptionalSkill ?skill . "
            "FILTER EXISTS { ?course polku:suggestedDevelops|polku:develops ?skill } } "
            "GROUP BY ?occupation HAVING (COUNT(DISTINCT ?skill) >= 20) ORDER BY ?occupation"
        )
        if row[0]
    ]
    asked = chance.sample(occupations, min(100, len(occupations)))
    words = [
        "machine learning",
        "mach",
        "databse",
        "energi",
        "statistics",
        "proj",
        "weldin",
        "java",
    ]
    abstract = (
        "We train neural networks on satellite images and measure the error of the forecasts."
    )
    with served(data) as (client, ready):
        print(f"- `polku serve` ready: {ready:.2f} s")
        print(f"- `polku --help`: {help_seconds():.2f} s CPU\n")
        print("| route | requests | p50 ms | p95 ms | max ms |")
        print("|---|---:|---:|---:|---:|")

        def posted(route: str, body: dict[str, object]) -> Callable[[], httpx.Response]:
            return partial(client.post, route, json=body)

        def got(route: str, **parameters: str) -> Callable[[], httpx.Response]:
            return partial(client.get, route, params=parameters)

        questions = [posted("/paths", {"to": {"occupation": o}}) for o in asked]
        of = f"{len(asked)} of {len(occupations)} occupations with 20 coverable skills"
        print(row(f"`POST /paths`, {of}", times(questions)))
        print(row("the same again, cached", times(questions)))
        print(row("`GET /skills?q=`", times([got("/skills", q=word) for word in words * 10])))
        texts = [posted("/tags/suggest", {"text": f"{abstract} {n}"}) for n in range(50)]
        print(row("`POST /tags/suggest`", times(texts)))
        ask = "ASK {{ ?course a <https://w3id.org/polku/ns#Course> }} # {}"
        queries = [got("/sparql", query=ask.format(n)) for n in range(200)]
        print(row("`GET /sparql`, one ASK, each unique", times(queries)))


if __name__ == "__main__":
    main()
