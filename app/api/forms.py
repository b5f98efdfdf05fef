"""Percent-encoded pairs, as a query string and a form have them, read at the speed of a codec.

Source: WHATWG URL Standard, section 5 "application/x-www-form-urlencoded"; the outcome is that of
``urllib.parse.parse_qsl``, which decodes each escape in Python: a SPARQL query is full of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

Pair = tuple[str, str]


def pairs(content: bytes) -> Sequence[Pair]:
    """The names and values in a query string; what is no UTF-8 has the replacement character.

    >>> pairs(b"query=ASK+%7B%7D&a=")
    [('query', 'ASK {}'), ('a', '')]
    """
    if not content.isascii():
        return parse_qsl(content.decode("latin-1"), keep_blank_values=True)
    try:
        return [_pair(part) for part in content.split(b"&") if part]
    except UnicodeDecodeError:  # a percent sign that begins no escape
        return parse_qsl(content.decode("ascii"), keep_blank_values=True)


def _pair(part: bytes) -> Pair:
    name, _, value = part.partition(b"=")
    return _decoded(name), _decoded(value)


def _decoded(part: bytes) -> str:
    """The text; the escapes are those of the codec, but for the percent sign.

    Raises: UnicodeDecodeError where two hexadecimal digits are due and do not come.
    """
    part = part.replace(b"+", b" ")
    if b"%" in part:
        part = part.replace(b"\\", b"\\\\").replace(b"%", b"\\x")
        part = part.decode("unicode_escape").encode("latin-1")
    return part.decode("utf-8", "replace")


__all__ = ["pairs"]
