"""Fresh research on the way: the newest works and who publishes, for each step and beyond."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.paths.publishers import Publisher, Publishers
from app.paths.works import NewestWorks

PUBLISHERS = 5
"""People, and organisations, shown of a whole route; of a step one for each work shown."""


@dataclass(frozen=True)
class Around:
    """What research there is around a route.

    Attributes:
        works: the works on the route's skills, then those beyond it, then each step's.
        publishers: those who publish, in the same order.
    """

    works: Sequence[list[dict[str, object]]]
    publishers: Sequence[list[Publisher]]

    def names(self) -> frozenset[str]:
        """Whoever has to be named."""
        return frozenset(one.iri for of in self.publishers for one in of)

    def put(self, route: dict[str, Any], names: Mapping[str, str]) -> None:
        """Puts what was found into the route and its steps."""
        of = [
            {"works": works, "publishers": [_described(one, names) for one in publishers]}
            for works, publishers in zip(self.works, self.publishers, strict=True)
        ]
        route |= of[0]
        route["beyond"] = of[1]
        for step, found in zip(route["steps"], of[2:], strict=True):
            step |= found


def around(
    works: NewestWorks,
    publishers: Publishers,
    route: Mapping[str, Any],
    *,
    most: int,
    of_step: int,
    theses: bool,
) -> Around:
    """The research around a route in the contract's shape.

    Beyond the route lie the skills of its target that it covers partly or not at all.

    Args:
        works: the newest works.
        publishers: the network's people and units.
        route: the route.
        most: how many works of the route, and beyond it.
        of_step: how many works of each step.
        theses: whether student theses may be among them.
    """
    beyond = [one["skill"] for one in (*route["partly"], *route["missing"])]
    steps = [[one["skill"] for one in step["develops"]] for step in route["steps"]]
    asked: list[tuple[Iterable[str], int, int]] = [
        (route["covered"], most, min(most, PUBLISHERS)),
        (beyond, most, min(most, PUBLISHERS)),
        *((skills, of_step, of_step) for skills in steps),
    ]
    return Around(
        works.described([works.chosen(skills, count, theses=theses) for skills, count, _ in asked]),
        [publishers.on(skills, count, theses=theses) for skills, _, count in asked],
    )


def _described(one: Publisher, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "iri": one.iri,
        "kind": one.kind,
        "name": names[one.iri],
        "university": one.university,
        "works": one.works,
        "newest": one.newest,
        "skills": list(one.skills),
    }
