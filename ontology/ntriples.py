"""RDF terms as they stand in N-Quads: strings, made once and written as they are.

Loaders make millions of terms; plain strings cost a third of objects here, and a term that
recurs (a class, a property, a skill) is made once.
Source: RDF 1.1 N-Quads, https://www.w3.org/TR/n-quads/.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NewType

import pyoxigraph as ox

from ontology import terms

Term = NewType("Term", str)
"""One RDF term, serialised for N-Quads."""

Triple = tuple[Term, Term, Term]
"""Subject, predicate, object; the bundle adds the graph."""

_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\\ud800-\udfff]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_CHARS = r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*(?:%[0-9A-Fa-f]{2}[A-Za-z0-9._~!$&'()*+,;=:@/-]*)*"
# An IRI of ASCII alone with a plain host, or none: nearly all of them, known at one glance.
_PLAIN = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?=.)(?://[A-Za-z0-9._~-]+(?::[0-9]*)?(?=[/?#]|\Z)|(?!//))"
    + _CHARS
    + rf"(?:\?{_CHARS}(?:\?{_CHARS})*)?(?:#{_CHARS}(?:\?{_CHARS})*)?\Z"
)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"))


def iri(value: str) -> Term:
    """The IRI as a term.

    Raises: ValueError if it is relative or otherwise no IRI of RFC 3987, so that no line that
        is written here stops a reader.

    >>> iri("http://data.europa.eu/esco/skill/1")
    '<http://data.europa.eu/esco/skill/1>'
    """
    if _PLAIN.match(value):
        return Term(f"<{value}>")
    if _NOT_IN_IRI.search(value):
        raise ValueError(f"not an IRI, it holds a space or a forbidden character: {value[:200]!r}")
    if not _ABSOLUTE.match(value):
        raise ValueError(f"not an absolute IRI: {value[:200]!r}")
    try:
        ox.NamedNode(value)
    except ValueError as error:
        raise ValueError(f"not an IRI, {str(error)[:100]}: {value[:200]!r}") from error
    return Term(f"<{value}>")


def text(value: str, language: str | None = None) -> Term:
    r"""A string literal, language-tagged if a BCP 47 tag is given.

    Lone surrogates, which UTF-8 cannot carry, become U+FFFD.

    >>> text('a "b"', "en")
    '"a \\"b\\""@en'
    """
    escaped = value
    # Four searches take a thirtieth of one str.translate on an abstract.
    for character, escape in _ESCAPES:
        if character in escaped:
            escaped = escaped.replace(character, escape)
    if not escaped.isascii():
        escaped = _whole(escaped)
    if language is None:
        return Term(f'"{escaped}"')
    if not _LANGUAGE.match(language):
        raise ValueError(f"not a language tag: {language[:40]!r}")
    return Term(f'"{escaped}"@{language.lower()}')


def _whole(value: str) -> str:
    """The value with U+FFFD where half a surrogate pair stands."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def typed(value: str, datatype: str) -> Term:
    """A literal of a datatype given by its IRI.

    >>> typed("2026-05-04", "http://www.w3.org/2001/XMLSchema#date")
    '"2026-05-04"^^<http://www.w3.org/2001/XMLSchema#date>'
    """
    return Term(f"{text(value)}^^<{datatype}>")


def boolean(value: bool) -> Term:
    """An ``xsd:boolean``."""
    return typed("true" if value else "false", terms.xsd.boolean)


def integer(value: int) -> Term:
    """An ``xsd:integer``."""
    return typed(str(value), terms.xsd.integer)


def decimal(value: Decimal) -> Term:
    """An ``xsd:decimal`` in its canonical form.

    >>> decimal(Decimal("5.00")), decimal(Decimal("1E+2"))
    ('"5"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"100"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    """
    plain = f"{value:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return typed(plain, terms.xsd.decimal)
