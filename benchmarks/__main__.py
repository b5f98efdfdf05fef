"""Runs every benchmark and writes ``docs/benchmarks.md``: ``make bench``.

The table of ``scaling`` stands in ``docs/scaling.md``.
"""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "benchmarks.md"
GRAPH = ROOT / "build" / "real-graph"
"""Where the real graph is made once, with the README's commands; POLKU_DATA names another."""

SUITES = {
    "loaders": "Loaders: file to bundle",
    "sources": "Loaders of other sources: file to bundle",
    "many": "Loaders: a million works",
    "graph": "Graph: bundle to published generation, edits, checks",
    "tagging": "Tagging",
    "paths": "Learning paths",
    "service": "Service",
    "hostile": "Service under hostile queries",
    "identity": "Identity",
    "sparql": "SPARQL side by side",
}
OF_PAGES = {"scaling": ("scaling.md", "Measured")}
"""Suites whose table stands on a page of its own, under a heading there; none needs real data."""


def machine() -> str:
    """The machine in words: processor, cores, memory, system, Python."""
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def real_graph(real_data: Path) -> Path:
    """The data folder of the whole real graph, made by the command line if it is not there."""
    data = Path(os.environ.get("POLKU_DATA", GRAPH))
    if (data / "CURRENT").exists():
        return data
    polku = [sys.executable, "-c", "from app.cli import main; main()"]
    for arguments in (
        ["load", "esco", *sorted(str(path) for path in (real_data / "esco/v1.1.1").iterdir())],
        ["load", "aalto", str(real_data / "courses/aalto-sisu/realisations.jsonl.gz")],
        ["load", "arxiv", str(real_data / "research/arxiv-abstracts.jsonl.gz")],
        ["tag"],
    ):
        subprocess.run([*polku, *arguments, "--data", str(data)], cwd=ROOT, check=True)
    return data


def placed(page: str, title: str, body: str) -> str:
    """The page with this under its heading, in the place of what stood there."""
    before, heading, after = page.partition(f"\n## {title}\n")
    if not heading:
        raise ValueError(f"the page has no heading {title!r}")
    _, following, rest = after.partition("\n## ")
    return f"{before}{heading}\n{body}\n{following}{rest}"


def main(chosen: list[str]) -> int:
    """0 if every chosen suite ran; its printed table goes under its heading in the docs."""
    sections: dict[str, str] = {}
    if DOCS.exists():
        for part in DOCS.read_text(encoding="utf-8").split("\n## ")[1:]:
            title, _, body = part.partition("\n")
            sections[title] = body.strip()
    failed = 0
    wanted = chosen or [*SUITES, *OF_PAGES]
    environment = dict(os.environ)
    if not OF_PAGES.keys() >= set(wanted):
        environment["POLKU_DATA"] = str(real_graph(Path(os.environ["POLKU_REAL_DATA"])))
    for name in wanted:
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        page, title = OF_PAGES[name] if name in OF_PAGES else (DOCS.name, SUITES[name])
        print(f"== {title} ({page})", file=sys.stderr, flush=True)
        run = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
        )
        failed |= run.returncode
        if run.returncode:
            continue
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        body = f"`python -m benchmarks.{name}`, {today}, {machine()}\n\n{run.stdout.strip()}"
        if name in OF_PAGES:
            path = ROOT / "docs" / page
            path.write_text(placed(path.read_text(encoding="utf-8"), title, body), encoding="utf-8")
        else:
            sections[title] = body
    if OF_PAGES.keys() >= set(wanted):
        return failed
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`; each table names its command, date and machine.",
    ]
    # What people wrote below the tables stays there.
    written = [title for title in sections if title not in SUITES.values()]
    for title in (*SUITES.values(), *written):
        if title in sections:
            lines += ["", f"## {title}", "", sections[title]]
    DOCS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
