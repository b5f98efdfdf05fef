"""Small random problems of every kind of constraint, against trying everything."""

from __future__ import annotations

from app.paths import solve
from app.paths.select import Aims
from benchmarks.paths.figures import of, say, table
from tests.paths import instances

SLACKS = (0.0, 0.02, 0.15)
SECONDS = 20.0
COURSES = (6, 7, 8)


class NotTheBestError(Exception):
    """A route, or a proof that there is none, that trying everything contradicts."""


def run(count: int, seed: int) -> None:
    """Prints how many of the answers are those that trying everything finds.

    Raises: NotTheBestError naming the first problem of which one is not.
    """
    routes = none = cuts = 0
    for number in range(count):
        problem = instances.problem(100_000 * seed + number, courses=COURSES[number % len(COURSES)])
        slack = SLACKS[number % len(SLACKS)]
        solved = solve.solve(problem, Aims(slack=slack, seconds=SECONDS))
        best = instances.best(problem, slack)
        cuts += solved.cuts
        if best is None:
            none += 1
            right = solved.status == "infeasible"
        else:
            routes += 1
            found = instances.levels(problem, solved.selection.chosen)
            right = solved.status == "optimal" and found == best[1]
        if not right:
            raise NotTheBestError(f"problem {number} of seed {seed}: {solved.status}, {best}")
    say(
        f"{count} random problems of {min(COURSES)} to {max(COURSES)} courses with every kind of "
        "constraint, against trying every selection and every schedule: all levels of the "
        "objective are equal."
    )
    table(
        ["problems", "with a route", "without one, and proved so", "equal", "cuts"],
        [[count, routes, none, of(routes + none, count), cuts]],
    )
