"""Holds a route that any solver made against the product's own checker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.paths import answer, check
from app.paths.labels import Labels
from app.paths.model import Facts, Placement, Schedule, Selection
from app.paths.question import Question, Reduced
from app.paths.solve import Solved

NO_LABELS = Labels({})


def violations(facts: Facts, asked: Question, reduced: Reduced, solved: Solved) -> list[str]:
    """What the checker finds wrong with the route as it would be answered; empty if nothing."""
    drafted = answer.draft(facts, asked, reduced, solved)
    route = answer.route(facts, asked, reduced, drafted, NO_LABELS, "en")
    horizon = {
        "periods": [
            {"start": one.start.isoformat(), "end": one.end.isoformat()}
            for one in asked.calendar.slots
        ]
    }
    limits = check.Asked(asked.limits, asked.targets, asked.completed, asked.least, asked.surest)
    return check.violations(facts, limits, horizon, route)


def of_another(chosen: Sequence[int], placed: Mapping[int, Placement]) -> Solved:
    """The route of another solver, which certifies nothing."""
    return Solved(
        Selection(tuple(chosen), (), "feasible"), Schedule(dict(placed), "feasible"), 0, 0.0
    )
