"""The services that a query asks with SERVICE, and the query with addresses of ours in their place.

Only services on a list are asked, by their exact IRIs. The engine never learns these: each
``SERVICE <iri>`` is written anew, the word, SILENT and the IRI with nothing between them, so that
wherever the engine sees the word, an address of ours follows. A reader checks that once more.
Source: SPARQL 1.1 Federated Query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from app.errors import Forbidden
from app.graph.lexer import Token, error, place, tokens
from ontology.ntriples import iri

_ESCAPED: Final = re.compile(r"\\(.)")

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True)
class Call:
    """One SERVICE of a query: where it stands up to its group, and whom it asks."""

    start: int
    end: int
    silent: bool
    iri: str


def calls(text: str, base: str | None, may_ask: Callable[[str], bool]) -> list[Call]:
    """The calls of other services in a query, which has passed ``inspect``.

    Raises: Forbidden, with line and column, for a variable, and for a service that may not be
    asked; BadQuery for what is neither IRI nor prefixed name, or a prefix that is not declared.
    """
    read = list(tokens(text))
    names, base = _prologue(text, read, base or "")
    found = []
    for at, token in enumerate(read):
        if token.kind != "word" or token.text.upper() != "SERVICE":
            continue
        silent = at + 1 < len(read) and read[at + 1].text.upper() == "SILENT"
        after = at + 2 if silent else at + 1
        named = read[after] if after < len(read) else Token("", "", len(text))
        asked = _named(text, named, names, base)
        if not may_ask(asked):
            raise _forbidden(
                text,
                named,
                f"<{asked[:200]}> is none of the services that may be asked. Ask it yourself and "
                "give what it said with VALUES, or ask who runs this service to list it "
                "(POLKU_SERVICE_ALLOW)",
            )
        found.append(Call(token.start, named.start + len(named.text), silent, asked))
    return found


def rewritten(text: str, found: Sequence[Call], address: Callable[[int], str]) -> str:
    """The query with an address in the place of each service, by its number.

    >>> one = Call(2, 31, True, "http://e.org/")
    >>> rewritten("{ SERVICE SILENT<http://e.org/> {} }", [one], lambda n: f"http://a/{n}")
    '{ SERVICE SILENT <http://a/0> {} }'
    """
    made, copied = [], 0
    for number, call in enumerate(found):
        silent = "SILENT " if call.silent else ""
        made += [text[copied : call.start], f"SERVICE {silent}{iri(address(number))}"]
        copied = call.end
    return "".join([*made, text[copied:]])


def refuse_others(text: str, addresses: Collection[str]) -> None:
    """Nothing, if a query asks these addresses alone.

    Raises: Forbidden for any other.
    """
    calls(text, None, lambda asked: asked in addresses)


def _prologue(text: str, read: Sequence[Token], base: str) -> tuple[dict[str, str], str]:
    """The prefixes that a query declares, with their colons, and its base."""
    names: dict[str, str] = {}
    at = 0
    while at < len(read) and (word := read[at].text.upper()) in ("PREFIX", "BASE", "VERSION"):
        if word == "VERSION":
            at += 2
            continue
        stated = at + (2 if word == "PREFIX" else 1)
        if stated >= len(read) or read[stated].kind != "iri":
            break  # the engine says what is wrong
        if word == "BASE":
            base = _resolved(text, read[stated], base)
        else:
            names[read[at + 1].text] = _resolved(text, read[stated], base)
        at = stated + 1
    return names, base


def _named(text: str, token: Token, names: dict[str, str], base: str) -> str:
    """The IRI of the service that a token names."""
    if token.kind == "iri":
        return _resolved(text, token, base)
    if token.kind == "variable":
        raise _forbidden(
            text,
            token,
            f"SERVICE {token.text[:100]} is not allowed: a service is named by its IRI here, not "
            "by a variable",
        )
    if token.kind != "prefixed":
        raise error(text, token.start, "the IRI of a service is due after SERVICE")
    prefix, _, local = token.text.partition(":")
    start = names.get(f"{prefix}:")
    if start is None:
        raise error(text, token.start, f"the prefix {prefix[:100]}: is not declared")
    return start + _ESCAPED.sub(r"\1", local)


def _resolved(text: str, token: Token, base: str) -> str:
    stated = token.text[1:-1]
    if "\\" in stated:
        raise error(
            text, token.start, "where SERVICE is used, write IRIs and prefixes without escapes"
        )
    if _ABSOLUTE.match(stated):
        return stated
    try:
        return urljoin(base, stated)
    except ValueError:
        raise error(text, token.start, f"{token.text[:200]} is no IRI") from None


def _forbidden(text: str, token: Token, why: str) -> Forbidden:
    line, column = place(text, token.start)
    return Forbidden(f"Line {line}, column {column}: {why}.")


__all__ = ["Call", "calls", "refuse_others", "rewritten"]
