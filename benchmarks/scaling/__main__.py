"""What a graph costs by its size: loading, disk, memory and answers, in a data folder and engines.

    python -m benchmarks.scaling [--millions 1 3 10] [--bodies embedded oxigraph virtuoso]

The graph is made by seed (``generated.py``). Each step runs in a process of its own, so that its
peak memory is its own; processor time is that of all processes at work, an engine's too. A step
that fails, or runs longer than ``--bound`` seconds, is said so in the table and the rest goes on.
Needs no real data, but room on the disk: some 1.5 GB for each million quads.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.processes import peak_mib, processor_seconds
from benchmarks.scaling.generated import Generated, Size
from benchmarks.scaling.steps import KINDS
from tests.engines import ENGINES, Engine, missing, started

ROOT = Path(__file__).parent.parent.parent
MILLION = 1_000_000
BUFFERS = {"VIRTUOSO_BUFFERS": "340000", "VIRTUOSO_DIRTY_BUFFERS": "250000"}
"""What Virtuoso's own file of settings advises for 4 GB of memory."""


@dataclass
class Cost:
    """What a step took, or why it came to nothing.

    Attributes:
        mib: peak memory of our process.
        engine_mib: peak memory of the engine since it was started; 0 where there is none.
        found: what else the step has to tell.
    """

    wall: float = 0
    cpu: float = 0
    mib: float = 0
    engine_mib: float = 0
    failed: str = ""
    found: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Bench:
    """One size: a folder to work in, about how many quads, and how long a step may take."""

    folder: Path
    quads: int
    bound: float

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def step(self, name: str, vendor: str = "", engine: Engine | None = None) -> Cost:
        """A step in a process of its own; what the engine has used meanwhile is among its cost."""
        said(f"{self.quads / MILLION:g} million, {vendor or 'data folder'}: {name}")
        command = [sys.executable, "-m", "benchmarks.scaling.steps", name, str(self.data)]
        command += [str(self.quads), vendor, engine.url if engine else ""]
        before = processor_seconds(engine.pid) if engine else 0.0
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        try:
            out, errors = process.communicate(timeout=self.bound)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Cost(time.perf_counter() - began, failed=f"longer than {self.bound:g} s")
        if process.returncode:
            last = (errors.strip() or f"ended with {process.returncode}").splitlines()[-1]
            return Cost(time.perf_counter() - began, failed=last[:300])
        found = json.loads(out)
        cost = Cost(found.pop("wall"), found.pop("cpu"), found.pop("mib"), found=found)
        if engine:
            cost.cpu += processor_seconds(engine.pid) - before
            cost.engine_mib = peak_mib(engine.pid)
        said(f"  {cost.wall:.1f} s, {cost.cpu:.1f} s of a processor, {cost.mib:.0f} MiB {found}")
        return cost


@dataclass
class Row:
    """One body at one size."""

    quads: int
    body: str
    load: Cost
    disk: float = 0
    answers: Cost = field(default_factory=Cost)


def said(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def disk_mib(folder: Path) -> float:
    """What the files below a folder take on the disk; a file of two names counts once."""
    stats = {(one.stat().st_dev, one.stat().st_ino): one.stat() for one in folder.rglob("*")}
    return sum(one.st_blocks for one in stats.values()) * 512 / 2**20


def embedded(bench: Bench, quads: int, load: Cost) -> Row:
    """The data folder: published already, since engines are loaded from it too."""
    row = Row(quads, "data folder", load, disk_mib(bench.data))
    if not load.failed:
        row.answers = bench.step("answered")
    return row


def remote(bench: Bench, quads: int, name: str) -> Row:
    """An engine that the data folder is delivered to."""
    body = name.capitalize()
    if missing(name):
        return Row(quads, body, Cost(failed=missing(name)))
    folder = bench.folder / name
    try:
        with started(name, folder, BUFFERS) as engine:
            load = bench.step("delivered", name, engine)
            if not load.failed:
                _flush(engine, name, load)
            row = Row(quads, body, load, disk_mib(folder))
            if not load.failed:
                row.answers = bench.step("answered", name, engine)
            return row
    except (OSError, AssertionError) as error:
        return Row(quads, body, Cost(failed=f"{error}"[:300]))
    finally:
        _remove(folder)
        _remove(bench.data / "store")


def _flush(engine: Engine, name: str, load: Cost) -> None:
    """Has Virtuoso write its memory to its file, as a part of the load; Oxigraph has by itself."""
    if name != "virtuoso":
        return
    before, began = processor_seconds(engine.pid), time.perf_counter()
    command = ["isql-vt", f"127.0.0.1:{engine.other}", "dba", "dba", "VERBOSE=OFF"]
    subprocess.run([*command, "EXEC=checkpoint;"], stdout=subprocess.DEVNULL, check=True)
    load.wall += time.perf_counter() - began
    load.cpu += processor_seconds(engine.pid) - before


def _remove(folder: Path) -> None:
    subprocess.run(["rm", "-rf", str(folder)], check=False)


def measured(millions: float, bodies: Sequence[str], bench: Bench) -> tuple[list[str], list[Row]]:
    """The lines that all bodies of a size share, and the row of each body."""
    said(f"{millions:g} million: generating")
    made = Generated(Size.of(bench.quads)).bundles(bench.data / "bundles")
    quads = sum(one.manifest.quads for one in made.values())
    size = sum(one.quads.stat().st_size for one in made.values()) / 2**20
    bare = bench.step("floor")
    load = bench.step("published")
    shapes = Cost(failed="-") if load.failed else bench.step("checked")
    ratio = "" if load.failed or bare.failed else f"{load.cpu / bare.cpu:.2f} ×"
    shared = [
        f"{quads:,}", f"{size:,.0f}", seconds(bare), seconds(load), ratio, seconds(shapes),
        memory(load), memory(shapes),
    ]  # fmt: skip
    if load.failed:
        return shared, [Row(quads, "data folder", load)]
    return shared, [
        embedded(bench, quads, load) if body == "embedded" else remote(bench, quads, body)
        for body in bodies
    ]


def seconds(cost: Cost) -> str:
    return cost.failed or f"{cost.wall:.0f} / {cost.cpu:.0f}"


def memory(cost: Cost) -> str:
    return "" if cost.failed else f"{cost.mib:,.0f}"


def loading(row: Row) -> list[str]:
    """The cells of one body's cost of loading, for each million quads but for the peaks."""
    cost, millions = row.load, row.quads / MILLION
    if cost.failed:
        return [f"{row.quads:,}", row.body, cost.failed, *[""] * 4]
    return [
        f"{row.quads:,}", row.body, f"{cost.wall / millions:.0f}", f"{cost.cpu / millions:.0f}",
        memory(cost), f"{cost.engine_mib:,.0f}" if cost.engine_mib else "",
        f"{row.disk / millions:,.0f}",
    ]  # fmt: skip


def answering(row: Row, fewest: Mapping[str, object]) -> list[str]:
    """The cells of one body's answers: milliseconds, and rows where they are others than ours."""
    cost = row.answers
    if row.load.failed or cost.failed:
        return [f"{row.quads:,}", row.body, cost.failed or "not loaded", *[""] * (len(KINDS) + 1)]
    found = cost.found
    cells = [f"{row.quads:,}", row.body, f"{1000 * _number(found['first']):,.0f}"]
    for kind in KINDS:
        one = found[kind]
        assert isinstance(one, Mapping)
        cell = str(one.get("failed", "")) or f"{1000 * _number(one['seconds']):,.1f}"
        if "rows" in one and kind in fewest and one["rows"] != fewest[kind]:
            cell += f" ({one['rows']:,} rows for {fewest[kind]:,})"
        cells.append(cell)
    return [*cells, f"{_number(found['readers']):,.0f}"]


def _number(value: object) -> float:
    return float(str(value))


def _rows_of(rows: Sequence[Row]) -> dict[str, object]:
    """How many rows each kind of question has in the first body that answers it."""
    return {
        kind: one["rows"]
        for row in reversed(rows)
        for kind in KINDS
        if isinstance(one := row.answers.found.get(kind), Mapping) and "rows" in one
    }


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---", *["---:"] * (len(head) - 1)], *lines):
        yield f"| {' | '.join(cells)} |"


def main() -> int:
    """0; the tables are printed as Markdown, how it goes on the other stream."""
    parser = argparse.ArgumentParser(description=__doc__)
    bodies = ("embedded", *ENGINES)
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 3, 10])
    parser.add_argument("--bodies", nargs="+", choices=bodies, default=bodies)
    parser.add_argument("--bound", type=float, default=3600, help="most seconds of a step")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder if left out")
    given = parser.parse_args()
    shared, sizes = [], []
    for millions in given.millions:
        with tempfile.TemporaryDirectory(prefix="polku-bench-", dir=given.folder) as scratch:
            bench = Bench(Path(scratch), int(millions * MILLION), given.bound)
            line, rows = measured(millions, given.bodies, bench)
        shared.append(line)
        sizes.append(rows)
    print("\n".join(report(shared, sizes)))
    return 0


def report(shared: Sequence[Sequence[str]], sizes: Sequence[Sequence[Row]]) -> Iterator[str]:
    """The three tables."""
    yield "Loading, by size: what is the same wherever the graph is served from. Clock / processor s."
    yield ""
    yield from table(
        ["quads", "N-Quads, MiB", "bare bulk load, s", "bundles to generation, s",
         "of a processor, to bare", "shapes, s", "peak of loading, MiB", "peak of shapes, MiB"],
        shared,
    )  # fmt: skip
    yield ""
    yield (
        "Loading, by body, for each million quads: the data folder's row is bundles to generation; "
        "an engine's is what its delivery costs on top of that. Peaks are of all quads."
    )
    yield ""
    yield from table(
        ["quads", "body", "s / million", "processor s / million", "peak of ours, MiB",
         "peak of the engine, MiB", "disk, MiB / million"],
        [loading(row) for rows in sizes for row in rows],
    )  # fmt: skip
    yield ""
    yield (
        "Answers, in ms by the clock, read to their end through the service's readers: the first, "
        "from nothing started, and the median of each kind, warm, none asked twice."
    )
    yield ""
    yield from table(
        ["quads", "body", "first", *KINDS, "peak of readers, MiB"],
        [answering(row, _rows_of(rows)) for rows in sizes for row in rows],
    )


if __name__ == "__main__":
    raise SystemExit(main())
