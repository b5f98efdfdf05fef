"""Micro-credentials: the check of one offering and of a catalogue, and every export.

Run: ``python -m benchmarks.credentials DATA`` over a published graph.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import orjson

from app.credentials.document import JSON, read
from app.credentials.readiness import KINDS, assessed, things
from app.credentials.report import report
from app.exports.catalogue import every, pieces
from app.exports.registry import PROFILES
from app.graph import open_graph

ROUNDS = 100
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


def main(data: Path) -> None:
    """Prints a line for each measurement."""
    content = orjson.dumps(OFFERING)
    rounds = sorted(timed(lambda: report(read(content, JSON), "en")) for _ in range(ROUNDS))
    worst = rounds[int(ROUNDS * 0.95)]
    told(f"check of one offering, p95 of {ROUNDS}", worst)
    with open_graph(data) as graph:
        found = things(graph, KINDS)
        told(f"check of {len(found):,} courses", timed(lambda: list(assessed(graph, found))))
        for profile in PROFILES:
            told(f"export {profile}", timed(lambda: [*map(len, pieces(profile, every(graph)))]))  # noqa: B023 - called at once


def told(name: str, seconds: tuple[float, float]) -> None:
    """Prints one measurement."""
    sys.stdout.write(f"{name}: {seconds[0]:.3f} s, {seconds[1]:.3f} s of processor\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
