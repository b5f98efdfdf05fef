"""The parameters of a query: their types, and how a value given as text becomes a term."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from ontology import terms
from ontology.ntriples import Term, boolean, decimal, integer, iri, text, typed
from queries.errors import ParameterError

LONGEST = 2_000
"""The most characters that a value given as text may have."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?\Z", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z", re.ASCII)

Scalar = str | int | Decimal | date | bool
"""A value as the header states it: a default, an example, a bound, a choice."""


class Type(StrEnum):
    """What the values of a parameter or of a result's column are."""

    IRI = "iri"
    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    LANGUAGE = "language"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query.

    Attributes:
        name: its name, without the ``$``.
        type: what its values are.
        description: what it means, for people.
        required: whether a caller must give it.
        default: the value taken where none is given, as text; None if there is none. Where a
            parameter is neither required nor has a default, its place is ``UNDEF``.
        example: a value that shows it at work, as text.
        choices: the only values there are, as text; empty if any of the type will do.
        least: the smallest value; None if there is none.
        most: the greatest value; None if there is none.
    """

    name: str
    type: Type
    description: str = ""
    required: bool = False
    default: str | None = None
    example: str | None = None
    choices: tuple[str, ...] = ()
    least: Decimal | date | None = None
    most: Decimal | date | None = None

    def term(self, value: str) -> Term:
        """The term that a value given as text stands for.

        Raises: ParameterError saying what is wrong and what would do.

        >>> Parameter("limit", Type.INTEGER).term("10")
        '"10"^^<http://www.w3.org/2001/XMLSchema#integer>'
        """
        if len(value) > LONGEST:
            raise self._refusal(f"is longer than {LONGEST} characters")
        if self.choices and value not in self.choices:
            raise self._refusal("is none of " + ", ".join(self.choices))
        return _READERS[self.type](self, value)

    def _refusal(self, reason: str) -> ParameterError:
        return ParameterError(self.name, reason)

    def _iri(self, value: str) -> Term:
        try:
            return iri(value)
        except ValueError:
            raise self._refusal(
                "is not an absolute IRI such as http://data.europa.eu/esco/skill/…, without <>"
            ) from None

    def _string(self, value: str) -> Term:
        return text(value)

    def _language(self, value: str) -> Term:
        if not _LANGUAGE.match(value):
            raise self._refusal("is not a language tag such as en, fi or sv")
        return text(value.lower())

    def _integer(self, value: str) -> Term:
        if not _INTEGER.match(value):
            raise self._refusal("is not a whole number")
        number = int(value)
        self._within(Decimal(number))
        return integer(number)

    def _decimal(self, value: str) -> Term:
        if not _DECIMAL.match(value):
            raise self._refusal("is not a number such as 0.5")
        number = Decimal(value)
        self._within(number)
        return decimal(number)

    def _date(self, value: str) -> Term:
        try:
            day = date.fromisoformat(value) if _DATE.match(value) else None
        except ValueError:
            day = None
        if day is None:
            raise self._refusal("is not a day such as 2026-05-04")
        self._within(day)
        return typed(value, terms.xsd.date)

    def _boolean(self, value: str) -> Term:
        if value not in ("true", "false"):
            raise self._refusal("is neither true nor false")
        return boolean(value == "true")

    def _within(self, value: Decimal | date) -> None:
        for bound, beyond, word in ((self.least, -1, "below"), (self.most, 1, "above")):
            if bound is not None and _compare(value, bound) == beyond:
                raise self._refusal(f"is {word} {bound}")


def _compare(value: Decimal | date, bound: Decimal | date) -> int:
    """-1, 0 or 1 as the value is below, at or above its bound; both are of one type."""
    if isinstance(value, Decimal) and isinstance(bound, Decimal):
        return (value > bound) - (value < bound)
    if isinstance(value, date) and isinstance(bound, date):
        return (value > bound) - (value < bound)
    raise TypeError("a bound is of its parameter's own type")


_READERS: Mapping[Type, Callable[[Parameter, str], Term]] = MappingProxyType(
    {
        Type.IRI: Parameter._iri,
        Type.STRING: Parameter._string,
        Type.LANGUAGE: Parameter._language,
        Type.INTEGER: Parameter._integer,
        Type.DECIMAL: Parameter._decimal,
        Type.DATE: Parameter._date,
        Type.BOOLEAN: Parameter._boolean,
    }
)
