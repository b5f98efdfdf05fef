"""How long the graph takes to change: publish, reload, edit, check.

    python -m benchmarks.graph [--data-source FOLDER] [--edits 100]

FOLDER (else ``POLKU_REAL_DATA``) holds ``esco/v1.1.1`` as the European Commission ships it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from app.graph import check, generations
from app.graph.publish import publish
from app.graph.writer import Writer
from loaders.bundle import Bundle, write_bundle
from loaders.registry import loader

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def bare(bundle: Bundle, folder: Path) -> float:
    """Seconds of a bare bulk load of the same finished N-Quads, closed and on disk."""

    def load() -> None:
        store = ox.Store(str(folder))
        store.bulk_load(path=str(bundle.quads), format=ox.RdfFormat.N_QUADS)
        store.flush()

    return timed(load)[1]


def row(what: str, value: str, note: str = "") -> None:
    print(f"| {what} | {value} | {note} |", flush=True)


def main() -> int:
    """0; 1 if there is no real data to measure on."""
    stated = os.environ.get("POLKU_REAL_DATA")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-source", type=Path, default=Path(stated) if stated else None)
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder if left out")
    arguments = parser.parse_args()
    if arguments.data_source is None or not arguments.data_source.is_dir():
        print("--data-source or POLKU_REAL_DATA must name the folder of real data", file=sys.stderr)
        return 1
    zips = sorted((arguments.data_source / "esco" / "v1.1.1").glob("*.zip"))
    with tempfile.TemporaryDirectory(prefix="polku-bench-", dir=arguments.folder) as scratch:
        run(zips, Path(scratch), arguments.edits)
    return 0


def run(zips: list[Path], scratch: Path, edits: int) -> None:
    print("| what | value | note |\n|---|---|---|")
    data = scratch / "data"
    folder = data / "bundles" / "esco"
    bundle, loading = timed(lambda: write_bundle(loader("esco"), zips, folder))
    quads = bundle.manifest.quads
    _, publishing = timed(lambda: publish(data, {"esco": bundle}, checked=False))
    bare_first = bare(bundle, scratch / "bare-1")
    row("quads of ESCO v1.1.1", f"{quads:,}")
    row("zip to bundle", f"{loading:.1f} s", f"{quads / loading:,.0f} quads/s")
    row("bundle to published generation", f"{publishing:.1f} s", "shapes apart")
    row("bare bulk load of the same N-Quads", f"{bare_first:.1f} s", "same run")
    row("zip to published / bare", f"{(loading + publishing) / bare_first:.2f} ×", "goal ≤ 2 ×")

    generation = generations.current(data)
    assert generation is not None
    found, checking = timed(lambda: check.check_generation(generation))
    row("shapes stage, ESCO", f"{checking:.1f} s", f"{len(found)} findings")

    again, _ = timed(
        lambda: write_bundle(loader("esco"), zips, folder, release="benchmark of a reload")
    )
    _, reloading = timed(lambda: publish(data, {"esco": again}, checked=False))
    bare_again = bare(again, scratch / "bare-2")
    row("reload of ESCO, bundle to published", f"{reloading:.1f} s", f"bare {bare_again:.1f} s")
    row("reload / bare load of what it rewrites", f"{reloading / bare_again:.2f} ×", "goal ≤ 2 ×")

    seconds = []
    with contextlib.closing(Writer(data)) as writer:
        for number in range(edits):
            update = f"INSERT DATA {{ GRAPH <https://e.org/m> {{ <a:s> <a:p> {number} }} }}"
            edit = {"kind": "update", "text": update}
            (_, outcomes), took = timed(partial(writer.edit, [edit]))
            assert outcomes[0].error is None
            seconds.append(took)
    centiles = statistics.quantiles(seconds, n=20)
    row(
        f"edit acknowledged, {edits} one after another",
        f"p50 {statistics.median(seconds) * 1000:.0f} ms, p95 {centiles[-1] * 1000:.0f} ms",
        "goal p95 < 300 ms",
    )


if __name__ == "__main__":
    raise SystemExit(main())
