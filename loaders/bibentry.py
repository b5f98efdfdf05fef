"""One ordinary BibTeX entry → its type and its fields as they stand, read by a few expressions.

What is not ordinary (concatenations, escaped braces, parentheses, faults) is None here and left
to bibtexparser, to which this reader must be equal wherever it answers: it is five times quicker.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

_FLAT: Final = r"[^{}\\]|\\[^{}\\]"
_INNER: Final = rf"(?:{_FLAT}|\{{(?:{_FLAT}|\{{(?:{_FLAT}|\{{(?:{_FLAT})*+\}})*+\}})*+\}})*+"
_QUOTED: Final = r"(?:[^\"\\{]|\{(?!\")|\\[^\"\\{])*+"
_OPENING: Final = re.compile(r"\s*@(\w+)\{[ \t]*[^\s{}\",=@\\]+[ \t]*,")
_FIELD: Final = re.compile(
    rf"\s*([A-Za-z][\w-]*)[ \t]*=[ \t]*(?:\{{({_INNER})\}}|\"({_QUOTED})\"|(\w+))[ \t\n]*(,?)"
)
_CLOSING: Final = re.compile(r"\s*\}")
_OTHER_BLOCK: Final = re.compile(r"@\s*\w*\s*[{(]")
_ABBREVIATION: Final = re.compile(
    r"\s*@string\{[ \t]*[^\s=]+[ \t]*=[ \t]*"
    r"(?:\{([^{}\\@]*)\}|\"((?:[^\"{}\\@]|\{[^\"{}\\@]*\})*+)\")[ \t\n]*\}\s*\Z",
    re.IGNORECASE,
)
_KINDS_APART: Final = frozenset(["comment", "preamble", "string"])


class Stated(NamedTuple):
    """An entry: its type, and its fields' names and values without what encloses them."""

    kind: str
    fields: tuple[tuple[str, str], ...]


def abbreviated(definition: str) -> str | None:
    """What an ordinary ``@string`` stands for; None if it is none.

    >>> abbreviated('@string{joex = "Journal of Examples"}'), abbreviated("@string{a = b # c}")
    ('Journal of Examples', None)
    """
    match = _ABBREVIATION.match(definition)
    if match is None:
        return None
    return match[1] if match[1] is not None else match[2]


def ordinary(text: str, strings: Mapping[str, str | None]) -> Stated | None:
    """The entry, abbreviations written out; None if it is no ordinary one.

    >>> ordinary("@book{key, title = {A {B}}, year = 2026, journal = joex}", {"joex": "J"})
    Stated(kind='book', fields=(('title', 'A {B}'), ('year', '2026'), ('journal', 'J')))
    """
    opening = _OPENING.match(text)
    if opening is None or opening[1].lower() in _KINDS_APART:
        return None
    if _OTHER_BLOCK.search(text, opening.end()):
        return None
    at, fields = opening.end(), dict[str, str]()
    while field := _FIELD.match(text, at):
        name, braced, quoted, bare, comma = field.groups()
        at = field.end()
        if name in fields:
            return None
        value = braced if braced is not None else quoted if quoted is not None else bare
        if braced is None and quoted is None and not bare.isdigit():
            written = strings.get(bare.lower(), bare)
            if written is None:
                return None
            value = written
        fields[name] = value
        if not comma:
            break
    if _CLOSING.match(text, at) is None:
        return None
    return Stated(opening[1].lower(), tuple(fields.items()))
