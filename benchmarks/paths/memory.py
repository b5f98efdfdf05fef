"""What the warm index holds in memory, counted object by object."""

from __future__ import annotations

import gc
import sys
from types import FunctionType, ModuleType

from app.paths import question
from app.paths.model import Facts
from benchmarks.paths import catalogue
from benchmarks.paths.catalogue import Kind, Shape
from benchmarks.paths.figures import Row, say, table

SHAPES: tuple[Shape, ...] = (catalogue.SPARSE, catalogue.DENSE, catalogue.SPARSE_LARGE)
ASKED = 20


def reachable(thing: object) -> int:
    """The bytes of everything that is reached from a thing, each object once.

    Types, functions and modules are the program's, not the thing's.
    """
    seen: set[int] = set()
    waiting, total = [thing], 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | FunctionType | ModuleType):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        waiting.extend(gc.get_referents(one))
    return total


def run(seed: int, real: Facts | None, shapes: tuple[Shape, ...] = SHAPES) -> None:
    """Prints the memory of facts and remembered placements."""
    rows: list[Row] = []
    if real is not None:
        rows.append(_row("real graph", real, reachable(real), None))
    for shape in shapes:
        facts = catalogue.catalogue(shape, seed)
        timetable = question.Timetable(facts)
        kind: Kind = catalogue.OCCUPATION
        for asked in catalogue.questions(facts, kind, ASKED, seed):
            question.reduce(facts, asked, timetable=timetable)
        alone = reachable(facts)
        both = reachable([facts, timetable])
        rows.append(_row(f"generated, {shape.name}", facts, alone, both - alone))
    say(
        f"Memory of the warm index; placements are those remembered after {ASKED} occupation-like "
        "questions."
    )
    table(
        ["catalogue", "courses", "skills known", "links", "index, MiB",
         "MiB per 1,000 courses", "remembered placements, MiB"],
        rows,
    )  # fmt: skip


def _row(name: str, facts: Facts, size: int, placements: int | None) -> Row:
    count = len(facts.courses)
    mib = size / 2**20
    return [
        name, f"{count:,}", f"{len(facts.skills):,}",
        f"{sum(len(one.develops) for one in facts.courses.values()):,}", f"{mib:.1f}",
        f"{1000 * mib / count:.2f}", "—" if placements is None else f"{placements / 2**20:.1f}",
    ]  # fmt: skip
