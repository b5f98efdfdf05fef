r"""LaTeX in the fields of references → plain text.

What nearly all fields hold, accents and escaped signs, is translated here; all else by
pylatexenc, to which the quick way must be equal wherever it answers.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from functools import cache
from typing import Final

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import get_default_latex_context_db
from pylatexenc.macrospec import LatexContextDb

_COMBINING: Final = {
    "'": "\u0301", "`": "\u0300", '"': "\u0308", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328",
    "r": "\u030a",
}  # fmt: skip
_LETTERS: Final = {
    "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "o": "ø", "O": "Ø", "oe": "œ", "OE": "Œ",
    "ss": "ß", "l": "ł", "L": "Ł",
}  # fmt: skip
_QUICK: Final = re.compile(
    r"""\\(?:(['`"^~=.])(?:([A-Za-z])|\{([A-Za-z])\})"""
    r"""|([cvuHkr])\{([A-Za-z])\}|(aa|AA|ae|AE|o|O|oe|OE|ss|l|L)(?=[{}])(?:\{\})?"""
    r"""|([&%_#$]))|(?<!\$)(\$[^$\\{}~%'-]+\$)(?!\$)"""
)
_ORDINARY: Final = re.compile(r"(?:[^\\$`'\"#&_^<>]|'(?!'))*+\Z")
"""Signs that mean themselves, dashes and ties: neither macros, formulas nor quotation marks."""

_DEEPEST: Final = 40
"""Braces within braces: the decoder recurses."""


# What it would say is said by rejects, with the place.
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)


@cache
def _decoder() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="verbatim")


@cache
def _macros() -> LatexContextDb:
    return get_default_latex_context_db()


def decoded(value: str) -> str:
    r"""A field's value as text, on one line: accents, dashes and ties instead of LaTeX's signs.

    >>> decoded(r"{\"A}land \& {eLife}, 50% -- a~b"), decoded("{The {NASA} Team}")
    ('Äland & eLife, 50% – a b', 'The NASA Team')
    """
    if "\\" in value:
        quick = _quickly(value)
        if quick is not None:
            value = quick
        elif _depth(value) <= _DEEPEST:
            # A bare per cent sign is meant as one, not as LaTeX's comment.
            whole = re.sub(r"(?<!\\)%", r"\\%", value)
            value = str(_decoder().latex_to_text(whole, latex_context=_macros()))
        else:
            value = _bare(value)
    else:
        value = _bare(value)
    return " ".join(value.replace("~", " ").split())


def _bare(value: str) -> str:
    if "--" in value:
        value = value.replace("---", "—").replace("--", "–")
    return value.replace("{", "").replace("}", "")


def _quickly(value: str) -> str | None:
    """The text where its only macros are accents, letters, escaped signs and short formulas."""
    rest = _QUICK.sub("", value)
    if not _ORDINARY.match(rest) or rest.count("{") != rest.count("}"):
        return None
    return _bare(_QUICK.sub(_sign, value))


def _sign(macro: re.Match[str]) -> str:
    accent, one, braced, named, letter, special, escaped, formula = macro.groups()
    if escaped or formula:
        return str(escaped or formula)
    if special:
        return _LETTERS[special]
    return unicodedata.normalize("NFC", (one or braced or letter) + _COMBINING[accent or named])


def _depth(value: str) -> int:
    deepest = depth = 0
    for sign in value:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return deepest
