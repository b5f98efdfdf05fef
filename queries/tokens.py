"""SPARQL cut into tokens: just enough of its grammar to know a parameter from a string.

The tokens of a text, joined, are the text again, whatever the text is: a character that begins
no token of SPARQL is a token of kind ``OTHER``.
Source: SPARQL 1.1 Query Language, section 19.8, https://www.w3.org/TR/sparql11-query/#sparqlGrammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a token is."""

    SPACE = "space"
    COMMENT = "comment"
    IRI = "iri"
    STRING = "string"
    LANGUAGE = "language"
    NUMBER = "number"
    VARIABLE = "variable"
    PARAMETER = "parameter"
    BLANK = "blank"
    NAME = "name"
    WORD = "word"
    SIGN = "sign"
    OTHER = "other"


class Token(NamedTuple):
    """One token, and where it begins in the text."""

    kind: Kind
    text: str
    start: int


_LETTER = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_NAME = rf"[{_LETTER}_0-9][{_LETTER}_0-9\u00B7\u0300-\u036F\u203F\u2040]*+"
_INNER = rf"[{_LETTER}_0-9\u00B7\u0300-\u036F\u203F\u2040-]"
_LOCAL = rf"(?:{_INNER}|:|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_PREFIX = rf"[{_LETTER}]{_INNER}*+(?:\.+{_INNER}++)*+"
_SIMPLE = (
    r"(?P<number>[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)",
    rf"(?P<word>[{_LETTER}][{_LETTER}_0-9]*+)",
    r"(?P<sign>\^\^|<<|>>|\{\||\|\}|&&|\|\||!=|<=|>=|[{}()\[\].,;*+/|^?!<>=&~-])",
    r"(?P<other>.)",
)
_LONG, _LONG_1 = '"""', "'''"
_IN_LONG, _IN_LONG_1 = r'(?:[^"\\]|\\.)', r"(?:[^'\\]|\\.)"
_IN_SHORT, _IN_SHORT_1 = r'(?:[^"\\\r\n]|\\.)', r"(?:[^'\\\r\n]|\\.)"
# Every alternative runs once over what it takes and gives nothing back, so that hostile text
# costs time linear in its length; what opens a string and never closes it is OTHER to its end.
_TOKEN = re.compile(
    "|".join(
        (
            r"(?P<space>[ \t\r\n]+)",
            r"(?P<comment>#[^\r\n]*)",
            r'(?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)',
            rf"(?P<string>{_LONG}(?:\"{{0,2}}{_IN_LONG})*+{_LONG}"
            rf"|{_LONG_1}(?:'{{0,2}}{_IN_LONG_1})*+{_LONG_1}"
            rf"|(?!{_LONG})\"{_IN_SHORT}*+\"|(?!{_LONG_1})'{_IN_SHORT_1}*+')",
            rf"(?P<open>(?:{_LONG}|{_LONG_1}).*|\"{_IN_SHORT}*+|'{_IN_SHORT_1}*+)",
            r"(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)",
            rf"(?P<variable>\?{_NAME})",
            rf"(?P<parameter>\${_NAME})",
            rf"(?P<blank>_:[{_LETTER}_0-9]{_INNER}*+(?:\.+{_INNER}++)*+)",
            rf"(?P<name>(?:{_PREFIX})?+:(?:{_LOCAL}++(?:\.+{_LOCAL}++)*+)?)",
            rf"(?P<dotted>{_PREFIX})",
            *_SIMPLE,
        )
    ),
    re.DOTALL,
)
_WORDS = re.compile("|".join(_SIMPLE), re.DOTALL)


def tokens(text: str) -> Iterator[Token]:
    """The text's tokens in order, white space and comments among them.

    >>> [(token.kind.value, token.text) for token in tokens("?s ex:p $o")]  # doctest: +ELLIPSIS
    [('variable', '?s'), ('space', ' '), ('name', 'ex:p'), ('space', ' '), ('parameter', '$o')]
    """
    for match in _TOKEN.finditer(text):
        # The last group that matched names the token; every alternative is one named group.
        kind = match.lastgroup or "other"
        if kind == "dotted":
            yield from _words(match.group(), match.start())
        else:
            yield Token(Kind.OTHER if kind == "open" else Kind(kind), match.group(), match.start())


def _words(text: str, start: int) -> Iterator[Token]:
    """What looked like the prefix of a name until its colon was missing: words, dots, minuses."""
    for match in _WORDS.finditer(text):
        yield Token(Kind(match.lastgroup or "other"), match.group(), start + match.start())


def shape(text: str) -> list[tuple[Kind, str]]:
    """The text without white space and comments, its strings and IRIs emptied.

    Two queries of one shape differ in the values of their literals and IRIs alone.

    >>> shape("ASK { <a> ?p 'b' }") == shape("ASK{<c>?p 'd'}")
    True
    """
    emptied = (Kind.STRING, Kind.IRI)
    return [
        (token.kind, "" if token.kind in emptied else token.text)
        for token in tokens(text)
        if token.kind not in (Kind.SPACE, Kind.COMMENT)
    ]
