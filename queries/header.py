"""The header of a query file: ``#+`` lines above the query that hold YAML, as grlc has them.

Source: grlc's decorators, https://grlc.io/; typed parameters, ``returns``, ``page`` and
``needs`` are added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import yaml

from queries.errors import ParameterError, QueryError
from queries.parameters import Parameter, Type

_MARK = "#+"
_KEYS = frozenset(
    {"summary", "description", "question", "params", "returns", "page", "needs", "tags"}
)
_PARAMETER_KEYS = frozenset(
    {"type", "description", "required", "default", "example", "enum", "min", "max"}
)


@dataclass(frozen=True)
class Column:
    """One variable of the answer: its type, and what it means."""

    name: str
    type: Type
    description: str = ""


@dataclass(frozen=True)
class Page:
    """How many solutions come at once: where the caller says nothing, and at most."""

    default: int
    most: int


@dataclass(frozen=True)
class Need:
    """A property or class that the answer rests on, and what to say where the graph has none."""

    name: str
    says: str


@dataclass(frozen=True)
class Header:
    """What a query says of itself."""

    summary: str = ""
    description: str = ""
    question: str = ""
    parameters: tuple[Parameter, ...] = ()
    returns: tuple[Column, ...] = ()
    page: Page | None = None
    needs: tuple[Need, ...] = ()
    tags: tuple[str, ...] = ()


def header(name: str, text: str) -> Header:
    """The header of the query file's text; an empty one if it has none.

    Raises: QueryError naming the file and the key that is not as it should be.
    """
    lines = [line[len(_MARK) :] for line in text.splitlines() if line.startswith(_MARK)]
    if not lines:
        return Header()
    try:
        stated = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as error:
        raise QueryError(f"{name}: the header is not YAML: {error}") from error
    reader = _Reader(name)
    fields = reader.mapping("header", stated, _KEYS)
    return Header(
        summary=reader.text("summary", fields),
        description=reader.text("description", fields),
        question=reader.text("question", fields),
        parameters=tuple(
            reader.parameter(str(key), value)
            for key, value in reader.mapping("params", fields.get("params", {})).items()
        ),
        returns=tuple(
            reader.column(str(key), value)
            for key, value in reader.mapping("returns", fields.get("returns", {})).items()
        ),
        page=reader.page(fields["page"]) if "page" in fields else None,
        needs=tuple(
            reader.need(str(key), value)
            for key, value in reader.mapping("needs", fields.get("needs", {})).items()
        ),
        tags=reader.texts("tags", fields.get("tags", [])),
    )


@dataclass(frozen=True)
class _Reader:
    """Reads the parts of one file's header; every complaint names the file."""

    file: str

    def refusal(self, where: str, reason: str) -> QueryError:
        return QueryError(f"{self.file}: {where}: {reason}")

    def mapping(
        self, where: str, stated: object, known: frozenset[str] | None = None
    ) -> Mapping[str, object]:
        if not isinstance(stated, dict):
            raise self.refusal(where, "is not a mapping of names to values")
        unknown = sorted(str(key) for key in stated if known is not None and key not in known)
        if known is not None and unknown:
            raise self.refusal(
                where, f"does not know {', '.join(unknown)}; known: {', '.join(sorted(known))}"
            )
        return {str(key): value for key, value in stated.items()}

    def text(self, key: str, fields: Mapping[str, object]) -> str:
        value = fields.get(key, "")
        if not isinstance(value, str):
            raise self.refusal(key, "is not text; quote it")
        return " ".join(value.split())

    def texts(self, where: str, stated: object) -> tuple[str, ...]:
        if not isinstance(stated, list) or not all(isinstance(value, str) for value in stated):
            raise self.refusal(where, "is not a list of texts")
        return tuple(str(value) for value in stated)

    def type(self, where: str, stated: object) -> Type:
        try:
            return Type(str(stated))
        except ValueError:
            known = ", ".join(kind.value for kind in Type)
            raise self.refusal(where, f"type {stated!r} is none of {known}") from None

    def parameter(self, key: str, stated: object) -> Parameter:
        where = f"params.{key}"
        fields = self.mapping(where, stated, _PARAMETER_KEYS)
        required = fields.get("required", False)
        if not isinstance(required, bool):
            raise self.refusal(where, "required is true or false")
        kind = self.type(where, fields.get("type"))
        choices = fields.get("enum", [])
        if not isinstance(choices, list):
            raise self.refusal(where, "enum is a list")
        parameter = Parameter(
            name=key,
            type=kind,
            description=self.text("description", fields),
            required=required,
            default=_as_text(fields.get("default")),
            example=_as_text(fields.get("example")),
            choices=tuple(_as_text(choice) or "" for choice in choices),
            least=self.bound(f"{where}.min", kind, fields.get("min")),
            most=self.bound(f"{where}.max", kind, fields.get("max")),
        )
        if required and parameter.default is not None:
            raise self.refusal(where, "is required, so that its default is never taken; drop one")
        for value in (parameter.default, parameter.example, *parameter.choices):
            if value is not None:
                try:
                    parameter.term(value)
                except ParameterError as error:
                    raise self.refusal(where, f"{value!r} {error.reason}") from error
        return parameter

    def bound(self, where: str, kind: Type, stated: object) -> Decimal | date | None:
        if stated is None:
            return None
        if kind is Type.DATE and isinstance(stated, date):
            return stated
        if kind in (Type.INTEGER, Type.DECIMAL):
            try:
                return Decimal(str(stated))
            except InvalidOperation:
                pass
        raise self.refusal(where, f"{stated!r} bounds no {kind.value}")

    def column(self, key: str, stated: object) -> Column:
        where = f"returns.{key}"
        fields = self.mapping(where, stated, frozenset({"type", "description"}))
        return Column(key, self.type(where, fields.get("type")), self.text("description", fields))

    def page(self, stated: object) -> Page:
        fields = self.mapping("page", stated, frozenset({"default", "max"}))
        default, most = fields.get("default"), fields.get("max")
        if not isinstance(default, int) or not isinstance(most, int) or not 0 < default <= most:
            raise self.refusal("page", "needs default and max, whole numbers, 0 < default <= max")
        return Page(default, most)

    def need(self, key: str, stated: object) -> Need:
        if not isinstance(stated, str) or not stated.strip():
            raise self.refusal(f"needs.{key}", "is the sentence to say where the data is missing")
        return Need(key, " ".join(stated.split()))


def _as_text(stated: object) -> str | None:
    """A value of the header as a caller would write it; None stays None."""
    if stated is None:
        return None
    if isinstance(stated, bool):
        return "true" if stated else "false"
    if isinstance(stated, date) and not isinstance(stated, datetime):
        return stated.isoformat()
    return str(stated)
