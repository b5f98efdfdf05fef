"""Processes that load, publish and edit are killed at random moments: nothing is lost."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.graph import generations, open_graph
from app.graph.publish import publish
from tests.graph.bundles import IRIS, bundle_of, labels
from tests.graph.conftest import tmp_path as tmp_path
from tests.kill.changes import MINE, SIZE

ROUNDS = int(os.environ.get("POLKU_KILL_ROUNDS", "15"))
SEED = int(os.environ.get("POLKU_KILL_SEED", "20260504"))


@dataclass
class Told:
    """What the processes were told before they died: what must hold, and what may."""

    edits: set[int] = field(default_factory=set)
    loads: dict[str, int] = field(default_factory=dict)

    def hear(self, output: str) -> None:
        for number in re.findall(r"^edited (\d+)$", output, re.M):
            self.edits.add(int(number))
        for source, number in re.findall(r"^published (\w+) (\d+)$", output, re.M):
            self.loads[source] = max(int(number), self.loads.get(source, 0))


def start(data: Path, what: str, first: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kill.changes", str(data), what, str(first)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    return process


def check(data: Path, told: Told) -> None:
    """Asserts that the graph opens, that each load is whole, and that no edit is lost."""
    with open_graph(data) as graph:
        edits = {
            int(row[0] or "")
            for row in graph.select(f"SELECT ?n {{ GRAPH <{MINE}> {{ ?s ?p ?n }} }}")
        }
        assert told.edits <= edits, f"lost: {sorted(told.edits - edits)[:5]}"
        for source in ("esco", "aalto"):
            found = list(
                graph.select(
                    "SELECT ?load (COUNT(*) AS ?n) "
                    f"{{ GRAPH <{IRIS.graph(source)}> {{ ?s ?p ?load }} }} GROUP BY ?load"
                )
            )
            if source not in told.loads and not found:
                continue
            ((load, count),) = found  # of one load alone, and of all of it
            assert int(count or "") == SIZE
            assert int((load or "").removeprefix("load ")) >= told.loads.get(source, 0)
        assert graph.ask(f"ASK {{ <{IRIS.graph('registry')}> ?p '{graph.generation}' }}")


@pytest.mark.kill
@pytest.mark.parametrize("work", [("edit",), ("esco",), ("edit", "esco", "aalto")])
def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path, work: tuple[str, ...]) -> None:
    chance = random.Random(f"{SEED} {work}")
    publish(tmp_path, {"first": bundle_of(tmp_path, "first", labels(3))}, checked=False)
    told = Told()
    for _ in range(-(-ROUNDS // 3)):
        next_edit = max(told.edits, default=0) + 1000
        processes = [
            start(tmp_path, what, next_edit if what == "edit" else told.loads.get(what, 0) + 100)
            for what in work
        ]
        time.sleep(chance.uniform(0.0, 1.5))
        for process in chance.sample(processes, len(processes)):
            process.kill()
            time.sleep(chance.choice((0.0, 0.05)))
        for process in processes:
            told.hear(process.communicate()[0])
        check(tmp_path, told)
    assert told.edits or told.loads, "every process was killed before it changed anything"
    # Whoever writes next clears away what the killed ones left.
    publish(tmp_path, {"last": bundle_of(tmp_path, "last", labels(3))}, checked=False)
    check(tmp_path, told)
    left = [path.name for path in (tmp_path / "generations").iterdir()]
    assert all(not name.startswith(".") for name in left)
    assert not list(tmp_path.glob(".CURRENT*"))


@pytest.mark.kill
def test_a_full_disk_leaves_the_graph_as_it_was_and_says_so(tmp_path: Path) -> None:
    before = publish(tmp_path, {"esco": bundle_of(tmp_path, "esco", labels(3))}, checked=False)
    bundle = bundle_of(tmp_path / "bundles" / "aalto", "aalto", labels(50_000))
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from app.errors import GraphError\n"
        "from app.graph.publish import publish\n"
        "from loaders.bundle import read_bundle\n"
        "bundle = read_bundle(Path(sys.argv[2]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)\n"
        "try:\n"
        "    publish(Path(sys.argv[1]), {'aalto': bundle}, checked=False)\n"
        "except GraphError as error:\n"
        "    print(error.detail)\n"
        "    sys.exit(1)\n"
    )
    for limit in (0, 100, 10_000, 300_000):
        run = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path), str(bundle.folder), str(limit)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )
        assert run.returncode == 1, (limit, run.stdout, run.stderr)
        assert "no room left" in run.stdout
        assert "as it was" in run.stdout
        assert generations.current(tmp_path) == before
        assert [path.name for path in (tmp_path / "generations").iterdir()] == [before.id]
    assert "aalto" in publish(tmp_path, {"aalto": bundle}, checked=False).bundles
