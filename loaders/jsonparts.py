"""Parts of JSON records, taken without trust: what is not of its kind is nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from loaders.base import Run
from loaders.errors import RecordError


def as_object(value: object) -> Mapping[str, object]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_objects(value: object) -> Iterator[Mapping[str, object]]:
    """The objects in a list; none if it is no list."""
    if isinstance(value, list):
        for one in value:
            if isinstance(one, dict):
                yield one


def as_list(value: object) -> list[object]:
    """The value if it is a list, else a list of it; an empty one for nothing."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def of_page(
    where: str, items: list[object], run: Run
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Records of a page with where each stands; what is no object is rejected."""
    for number, item in enumerate(items, 1):
        place = f"{where} item {number}"
        if isinstance(item, dict):
            yield place, item
        else:
            run.reject(
                place, RecordError("", "not a JSON object", "Each record is one {…} of a list.")
            )
