"""Loaders, file to bundle: seconds, quads a second, the floor below them, and peak memory.

``python -m benchmarks.loaders`` prints a table; it needs POLKU_REAL_DATA. Each load runs in a
process of its own, so that its peak memory is its own. The floor is what reading and parsing the
same files takes with nothing done to them.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import orjson

ROOT = Path(__file__).parent.parent
REPEATS = 3
TIMES = 10
ARXIV = "research/arxiv-abstracts.jsonl.gz"
YSO = "vocabularies/yso-ysoplaces-cicero-{}.tsv.gz"
AALTO = "courses/aalto-sisu/realisations.jsonl.gz"


class Measure(NamedTuple):
    """One load: wall and processor seconds, quads, peak resident memory in MiB."""

    wall: float
    cpu: float
    quads: int
    mib: float


def child(source: str, options: dict[str, str], paths: Sequence[str]) -> None:
    """Load once and print the measure as JSON."""
    from loaders.bundle import write_bundle
    from loaders.registry import loader

    chosen = loader(source)
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = time.perf_counter(), time.process_time()
        made = write_bundle(
            chosen, [Path(path) for path in paths], Path(folder), options=options, max_rejects=None
        )
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps([wall, cpu, made.manifest.quads, peak_mib()]))


def peak_mib() -> float:
    """This process's peak resident memory; Linux lets ru_maxrss begin at the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def load(
    source: str,
    paths: Sequence[Path],
    options: dict[str, str] | None = None,
    repeats: int = REPEATS,
) -> Measure:
    """The median of several loads, each in a process of its own."""
    runs = []
    for _ in range(repeats):
        command = [sys.executable, "-m", "benchmarks.loaders", source, json.dumps(options or {})]
        done = subprocess.run(
            [*command, *map(str, paths)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
        runs.append(Measure(*json.loads(done.stdout)))
    return Measure(
        median(run.wall for run in runs),
        median(run.cpu for run in runs),
        runs[0].quads,
        max(run.mib for run in runs),
    )


def csv_floor(paths: Sequence[Path]) -> float:
    """Processor seconds to unpack and parse the CSV files of zip archives, nothing more."""
    csv.field_size_limit(1 << 24)
    start = time.process_time()
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                with archive.open(name) as stream:
                    for _ in csv.reader(io.TextIOWrapper(stream, "utf-8", newline="")):
                        pass
    return time.process_time() - start


def json_floor(path: Path) -> float:
    """Processor seconds to unpack and parse JSON Lines, nothing more."""
    start = time.process_time()
    with gzip.open(path) as stream:
        for line in stream:
            orjson.loads(line)
    return time.process_time() - start


def lines_floor(paths: Sequence[Path]) -> float:
    """Processor seconds to unpack lines and split them in two, nothing more."""
    start = time.process_time()
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            for line in stream:
                line.split("\t")
    return time.process_time() - start


def more_works(path: Path, folder: Path) -> Path:
    """The works ``TIMES`` over, each with an identifier of its own."""
    target = folder / "works.jsonl.gz"
    number = 0
    with gzip.open(target, "wb", 1) as out:
        for _ in range(TIMES):
            with gzip.open(path) as stream:
                for line in stream:
                    record = orjson.loads(line)
                    month, place = divmod(number, 90_000)
                    record["id"] = f"{10 + month // 12:02}{month % 12 + 1:02}.{place + 1:05}"
                    out.write(orjson.dumps(record) + b"\n")
                    number += 1
    return target


def works_table(path: Path, folder: Path, times: int) -> Path:
    """The works as a CSV table with its mapping beside it."""
    target = folder / f"works-{times}.csv"
    number = 0
    with target.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "title", "abstract", "date"])
        for _ in range(times):
            with gzip.open(path) as stream:
                for line in stream:
                    record = orjson.loads(line)
                    number += 1
                    rows.writerow([f"w{number}", record["title"], record["abstract"], "2026-05-04"])
    target.with_suffix(".yaml").write_text(
        "kind: works\ncolumns: {id: id, title: {en: title}, abstract: {en: abstract}, "
        "published: date}\n"
    )
    return target


def row(what: str, measure: Measure, floor: float | None = None) -> str:
    """One line of the table."""
    cells = [
        what,
        f"{measure.quads:,}",
        f"{measure.wall:.1f}",
        f"{measure.cpu:.1f}",
        f"{measure.quads / measure.cpu:,.0f}",
        f"{floor:.1f}" if floor is not None else "",
        f"{measure.mib:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """0; 1 if there is no real data to measure on."""
    data = Path(os.environ.get("POLKU_REAL_DATA", ""))
    if not os.environ.get("POLKU_REAL_DATA") or not data.is_dir():
        print("POLKU_REAL_DATA names no folder of real data", file=sys.stderr)
        return 1
    esco = sorted((data / "esco" / "v1.1.1").glob("*.zip"))
    print(
        f"Median of {REPEATS} loads, each in a process of its own; the floor is unpacking and "
        "parsing the same files with nothing done to them.\n\n"
        "| load | quads | wall s | processor s | quads / processor s | floor s | peak MiB |\n"
        "|---|---|---|---|---|---|---|"
    )
    print(row("ESCO v1.1.1, two zips", load("esco", esco), csv_floor(esco)))
    print(row("arXiv, 60,681 works", load("arxiv", [data / ARXIV]), json_floor(data / ARXIV)))
    print(row("Aalto, 3,382 realisations", load("aalto", [data / AALTO]), json_floor(data / AALTO)))
    yso = [data / YSO.format(language) for language in ("fi", "sv", "en")]
    print(row("YSO, 35,999 concepts in three languages", load("yso", yso), lines_floor(yso)))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        more = more_works(data / ARXIV, folder)
        print(row(f"arXiv, {TIMES} × as many works", load("arxiv", [more], repeats=1)))
        for times in (1, TIMES):
            table = works_table(data / ARXIV, folder, times)
            name = f"table, {times} × 60,681 works in a CSV file"
            print(row(name, load("table", [table], repeats=1)))
            table.unlink()
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:])
    else:
        raise SystemExit(main())
