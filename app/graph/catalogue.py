"""The courses and micro-credentials that there are, by university, and so many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from app.errors import BadParameter
from app.graph.port import Value
from ontology.iris import Minter
from ontology.ntriples import iri
from ontology.universities import UNIVERSITIES
from queries import engine

T = TypeVar("T")


def catalogue_query(classes: Iterable[str]) -> str:
    """The query for all things of these classes: variables thing and university."""
    return engine("credentials-catalogue").bind({"classes": [iri(one) for one in classes]})


def things(rows: Iterable[Mapping[str, Value]], universities: Sequence[str] = ()) -> list[str]:
    """IRIs in the rows of ``catalogue_query``, in order; of these universities (IRIs), or of all."""
    found = {
        row["thing"].lexical
        for row in rows
        if not universities or ("university" in row and row["university"].lexical in universities)
    }
    return sorted(found)


def organisations(codes: Iterable[str]) -> list[str]:
    """IRIs of universities, given by code or by IRI.

    Raises: BadParameter for what is neither.
    """
    return [_organisation(code) for code in codes]


def _organisation(code: str) -> str:
    known = UNIVERSITIES.get(code)
    if known is not None:
        return Minter().organisation(known.ror)
    try:
        iri(code)
    except ValueError:
        raise BadParameter(
            "university",
            f"{code[:100]!r} is no university: give one of {', '.join(UNIVERSITIES)}, or an IRI.",
        ) from None
    return code


def chunks(many: Iterable[T], size: int) -> Iterator[list[T]]:
    """The same in lists of at most ``size``.

    >>> list(chunks("abc", 2))
    [['a', 'b'], ['c']]
    """
    left = iter(many)
    while chunk := list(islice(left, size)):
        yield chunk
