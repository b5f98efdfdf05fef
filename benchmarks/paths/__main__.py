"""Learning paths: proved how often, how soon, and what others reach on the same questions.

``python -m benchmarks.paths`` prints the tables; ``--only`` prints one part of them. The parts
real, budgets, alternatives, served, memory and a third of peers ask the graph in POLKU_DATA (ESCO, courses
and claims loaded); the others need no data. Every route goes through the checker, and a route that
fails it, two proofs that contradict one another, an answer that trying everything contradicts, or
a Pareto point that is not on the true front ends the run with an error.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from functools import cached_property

from app.paths import question
from benchmarks.paths import (
    against,
    brute,
    catalogue,
    choices,
    generated,
    limits,
    memory,
    planted,
    real,
    served,
)


class Run:
    """One run: how many questions, from which seed, and what parts share."""

    def __init__(self, questions: int, occupations: int, seed: int) -> None:
        self.questions, self.count, self.seed = questions, occupations, seed

    @cached_property
    def real(self) -> real.Real:
        """The real graph, read when the first part asks for it."""
        return real.opened()

    @cached_property
    def occupations(self) -> list[str]:
        """Occupations to ask for on the real graph."""
        return list(real.occupations(self.real.graph, self.real.facts, self.seed, self.count))

    def some(self, share: int) -> int:
        """A part of the questions, at least two."""
        return max(2, self.questions // share)

    def peers(self) -> None:
        """Peers on questions of three kinds."""
        facts = catalogue.catalogue(catalogue.SPARSE, self.seed)
        for kind, count in (
            (catalogue.SMALL, self.some(16)),
            (catalogue.OCCUPATION, self.some(25)),
        ):
            asked = catalogue.questions(facts, kind, count, self.seed)
            pairs = ((one, question.reduce(facts, one)) for one in asked)
            against.run(f"generated, {kind.name}", against.asked_of(facts, pairs))
        some = self.occupations[: self.some(16)]
        found = (real.reduced(self.real, real.body(one)) for one in some)
        against.run("occupations on the real graph", against.asked_of(self.real.facts, found))


PARTS: Mapping[str, Callable[[Run], None]] = {
    "real": lambda run: real.run(run.real, run.occupations),
    "budgets": lambda run: real.budgets(run.real, run.occupations[: run.some(2)]),
    "generated": lambda run: generated.run(run.questions, run.seed),
    "brute": lambda run: brute.run(10 * run.questions, run.seed),
    "planted": lambda run: planted.run(run.some(5), run.seed),
    "peers": Run.peers,
    "alternatives": lambda run: choices.alternatives(run.real, run.occupations[: run.some(3)]),
    "pareto": lambda run: choices.pareto(run.some(2), run.seed),
    "limits": lambda run: limits.run(run.some(8), run.seed),
    "memory": lambda run: memory.run(run.seed, run.real.facts),
    "served": lambda run: served.run(run.real, run.occupations, run.some(3), run.seed),
}
"""What is measured, in the order in which it is printed."""


def main() -> int:
    """0 if every table could be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100, help="generated ones of each kind")
    parser.add_argument("--occupations", type=int, default=300, help="on the real graph")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    chosen = parser.parse_args()
    run = Run(chosen.questions, chosen.occupations, chosen.seed)
    for name, part in PARTS.items():
        if name in chosen.only:
            began = time.perf_counter()
            part(run)
            print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
