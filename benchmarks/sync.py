"""``polku sync``: everything for the first time, then with nothing new, as a command each.

``python -m benchmarks.sync`` prints a table; it needs POLKU_REAL_DATA. The sources are ESCO,
Aalto's realisations and the arXiv preprints as files, and a repository that speaks OAI-PMH on this
machine. Processor seconds are those of the command and its children, start of Python included.
The goal is less than 5 s with nothing new.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.loaders import AALTO, ARXIV
from tests.sources.servers.base import serving
from tests.sources.servers.repository import Repository, works

ROOT = Path(__file__).parent.parent
REPEATS = 3
WORKS = 2_000


def description(data: Path, repository: str) -> str:
    """``polku.toml`` of all four."""
    esco = sorted(map(str, (data / "esco" / "v1.1.1").glob("*.zip")))
    return "\n".join(
        [
            f"[source.esco]\npaths = {json.dumps(esco)}",
            f"[source.aalto]\npaths = {json.dumps([str(data / AALTO)])}",
            f"[source.arxiv]\npaths = {json.dumps([str(data / ARXIV)])}",
            f'[source.repository]\nloader = "oai-pmh"\nurls = ["{repository}/oai"]\n',
        ]
    )


def sync(folder: Path, environment: Mapping[str, str]) -> tuple[float, float, list[str]]:
    """Wall and processor seconds of one sync, and what became of each source."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", "sync", "--report", "report"],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        check=True,
    )
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads((folder / "report" / "report.json").read_text())
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, [one["state"] for one in report["sources"]]


def main() -> int:
    """0; 1 if there is no real data to measure on."""
    real = os.environ.get("POLKU_REAL_DATA", "")
    if not real or not Path(real).is_dir():
        print("POLKU_REAL_DATA names no folder of real data", file=sys.stderr)
        return 1
    print("| sync | states | wall s | processor s |\n|---|---|---|---|")
    with (
        tempfile.TemporaryDirectory() as scratch,
        serving(Repository(works(WORKS), page=200).answer) as live,
    ):
        folder = Path(scratch)
        (folder / "polku.toml").write_text(description(Path(real), live.url), encoding="utf-8")
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "POLKU_DATA": str(folder / "data"),
            "POLKU_FETCH_PRIVATE": "true",
        }
        for what in ("everything, the first time", *["nothing new"] * REPEATS):
            wall, used, states = sync(folder, environment)
            print(f"| {what} | {', '.join(states)} | {wall:.1f} | {used:.1f} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
