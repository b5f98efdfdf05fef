"""The questions: one ``.rq`` file per public endpoint, one per need of an engine.

A query is text with ``$name`` tokens, and a header of ``#+`` lines that says what it answers.
Values take the tokens' places as serialised terms, so that no value can be anything but one
term: see ``Query.bind``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from queries.errors import BindingError, ParameterError, QueryError
from queries.header import Column, Header, Need, Page
from queries.parameters import Parameter, Type
from queries.query import Query, Value, read

__all__ = [
    "BindingError",
    "Column",
    "Header",
    "Need",
    "Page",
    "Parameter",
    "ParameterError",
    "Query",
    "QueryError",
    "Type",
    "Value",
    "catalogue",
    "engine",
    "public",
]

_FOLDER = Path(__file__).parent


@cache
def engine(name: str) -> Query:
    """A query that an engine needs, ``queries/engine/<name>.rq``.

    Raises: QueryError if there is none, or if it is not as it should be.
    """
    return _file(_FOLDER / "engine" / f"{name}.rq")


def public(name: str) -> Query:
    """A query that has an endpoint of its own, ``queries/public/<name>.rq``.

    Raises: QueryError if there is none, or if it is not as it should be.
    """
    try:
        return catalogue()[name]
    except KeyError:
        known = ", ".join(catalogue())
        raise QueryError(f"there is no query {name!r}; known: {known}") from None


@cache
def catalogue(folder: Path = _FOLDER / "public") -> Mapping[str, Query]:
    """Every public query by name, in the order of names.

    Raises: QueryError for the first file that is not as it should be.
    """
    return MappingProxyType({path.stem: _file(path) for path in sorted(folder.glob("*.rq"))})


def _file(path: Path) -> Query:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise QueryError(f"there is no query {path.parent.name}/{path.name}") from error
    return read(path.stem, text)
