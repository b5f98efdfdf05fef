"""Rules of Sisu's study modules → the parts that nobody can leave out.

A module of the graph is complete when all of its parts are; a rule of Sisu also lets people
choose. What is asked for at all events is found, and whether that is the whole of the module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from loaders.courses.course import number
from loaders.jsonparts import as_object, as_objects

_DEEPEST: Final = 60
_MOST_PARTS: Final = 2_000


class Part(NamedTuple):
    """A course unit or a module that a rule names by its group."""

    group: str
    is_module: bool


Credits = Callable[[Part], Decimal | None]
"""The most credits that a part gives; None if that is not known."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a rule names.

    Attributes:
        needed: what nobody can leave out.
        named: all that the rule names.
        is_whole: whether what is needed is all that is asked for.
        is_closed: whether nothing but what is named can count.
    """

    needed: tuple[Part, ...] = ()
    named: tuple[Part, ...] = ()
    is_whole: bool = True
    is_closed: bool = True


_OPEN: Final = Parts(is_whole=False, is_closed=False)


def parts(rule: Mapping[str, object], credits: Credits, depth: int = 0) -> Parts:
    """The parts that a rule names, and those that it asks for at all events.

    Where all that can count gives no more credits than are asked for, all of it is needed.
    """
    kind = rule.get("type")
    if depth > _DEEPEST:
        return _OPEN
    if kind in ("CourseUnitRule", "ModuleRule"):
        is_module = kind == "ModuleRule"
        group = rule.get("moduleGroupId" if is_module else "courseUnitGroupId")
        if isinstance(group, str) and group.strip():
            one = (Part(group.strip(), is_module),)
            return Parts(one, one)
        return _OPEN
    if kind == "CompositeRule":
        return _composite(rule, credits, depth)
    if kind == "CreditsRule":
        inner = parts(as_object(rule.get("rule")), credits, depth + 1)
        return of_credits(inner, as_object(rule.get("credits")).get("min"), credits)
    if kind == "CourseUnitCountRule":
        inner = parts(as_object(rule.get("rule")), credits, depth + 1)
        least = number(as_object(rule.get("count")).get("min"))
        return _all_of(inner) if least is not None and least >= len(inner.named) else inner
    return _OPEN


def of_credits(inner: Parts, least: object, credits: Credits) -> Parts:
    """The same parts where at least so many credits of them are asked for."""
    asked = number(least)
    if asked is None or inner.is_whole or not inner.is_closed:
        return inner
    total = Decimal(0)
    for part in inner.named:
        most = credits(part)
        if most is None:
            return inner
        total += most
    return _all_of(inner) if total <= asked else inner


def _all_of(inner: Parts) -> Parts:
    return Parts(inner.named, inner.named) if inner.is_closed else inner


def _composite(rule: Mapping[str, object], credits: Credits, depth: int) -> Parts:
    rules = list(as_objects(rule.get("rules")))[:_MOST_PARTS]
    inner = [parts(one, credits, depth + 1) for one in rules]
    named = tuple(dict.fromkeys(part for one in inner for part in one.named))[:_MOST_PARTS]
    is_closed = all(one.is_closed for one in inner)
    least = number(as_object(rule.get("require")).get("min"))
    if rule.get("allMandatory") is True or (least is not None and least >= len(rules)):
        needed = dict.fromkeys(part for one in inner for part in one.needed)
        return Parts(
            tuple(needed)[:_MOST_PARTS], named, all(one.is_whole for one in inner), is_closed
        )
    return Parts((), named, not rules, is_closed)
