"""Micro-credentials: the check of one offering and of a catalogue, every export, and the design.

Run: ``python -m benchmarks.credentials DATA [check|export|design …]`` over a published graph.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson

from app.credentials.document import JSON, read
from app.credentials.readiness import KINDS, assessed, things
from app.credentials.report import report
from app.exports.catalogue import every, pieces
from app.exports.registry import PROFILES
from app.graph import index_folder, open_graph
from app.graph.embedded import EmbeddedGraph
from app.paths.service import Service as Paths
from app.planning.service import Service
from benchmarks.paths.real import occupations

ROUNDS = 100
OCCUPATIONS = 30
SEED = 1
OFFERING = {
    "title": {"en": "Queries at work"},
    "awardingBody": "aalto",
    "learningOutcomes": [{"en": "The learner writes queries over a graph of data."}],
    "workload": {"duration": "P60M"},
    "studyLevel": "advanced",
    "assessment": {"en": "An examination and a project."},
    "participation": ["online"],
    "consistsOf": [{"course": "https://example.org/course/1", "ects": 5}],
}


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the wall, and of the processor."""
    wall, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - used


def check(graph: EmbeddedGraph, _: Path) -> None:
    """The check of one offering, and of every course."""
    content = orjson.dumps(OFFERING)
    rounds = sorted(timed(lambda: report(read(content, JSON), "en")) for _ in range(ROUNDS))
    worst = rounds[int(ROUNDS * 0.95)]
    told(f"check of one offering, p95 of {ROUNDS}", worst)
    found = things(graph, KINDS)
    told(f"check of {len(found):,} courses", timed(lambda: list(assessed(graph, found))))


def export(graph: EmbeddedGraph, _: Path) -> None:
    """Every export of the whole catalogue."""
    for profile in PROFILES:
        told(
            f"export {profile}",
            timed(lambda: [*map(len, pieces(profile, every(graph, private=True)))]),  # noqa: B023 - called at once
        )


def design(graph: EmbeddedGraph, data: Path) -> None:
    """Three proposals of 5–15 ECTS for each of some occupations, whole answers; each checked."""
    service = Service(Paths(graph, index_folder(data, graph.generation)))
    asked = list(occupations(graph, service.facts, SEED, OCCUPATIONS))
    seconds: dict[str, list[float]] = {"wall": [], "processor": [], "solver": []}
    proved = checked = made = 0
    coverage = []
    for occupation in asked:
        question = {"to": {"occupation": occupation}, "timeLimit": 20}
        answers: list[dict[str, Any]] = []
        wall, used = timed(lambda: answers.append(service.design(question)))  # noqa: B023 - called at once
        proposals = answers[0]["proposals"]
        seconds["wall"].append(wall)
        seconds["processor"].append(used)
        seconds["solver"].append(sum(one["certificate"]["seconds"] for one in proposals))
        made += len(proposals)
        proved += sum(one["certificate"]["status"] == "optimal" for one in proposals)
        checked += sum(one["certificate"]["checked"] for one in proposals)
        coverage.append(proposals[0]["coverage"])
    for name, each in seconds.items():
        each.sort()
        at = {share: each[int(len(each) * share)] for share in (0.5, 0.95)}
        sys.stdout.write(
            f"design for {len(asked)} occupations, {name}: p50 {at[0.5]:.3f} s, "
            f"p95 {at[0.95]:.3f} s, most {each[-1]:.3f} s\n"
        )
    coverage.sort()
    sys.stdout.write(
        f"{made} proposals, {proved} proved, {checked} passed by the checker; weight covered by "
        f"the best: p50 {coverage[len(coverage) // 2]:.2f}, {coverage[0]:.2f}–{coverage[-1]:.2f}\n"
    )


PARTS = {"check": check, "export": export, "design": design}


def main(data: Path, wanted: Sequence[str]) -> None:
    """Prints a line for each measurement."""
    with open_graph(data) as graph:
        for part in wanted or PARTS:
            PARTS[part](graph, data)


def told(name: str, seconds: tuple[float, float]) -> None:
    """Prints one measurement."""
    sys.stdout.write(f"{name}: {seconds[0]:.3f} s, {seconds[1]:.3f} s of processor\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
