"""Titles, names and codes as they are compared: without case, marks, LaTeX and HTML. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

from app.graph.people import key

_ACCENT = re.compile(r"\\(?:[\"'`^~=.]|[uvHcdbkrt](?![a-zA-Z]))\s*\{?\s*\\?([A-Za-z])\s*\}?")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_WORD = re.compile(r"[^\W_]+")
_DRESS: Final = frozenset(
    """text mathrm mathbf mathcal mathbb mathit mathsf mathfrak emph textit textbf textsc textrm
    texttt rm it bf em tt sc left right big bigl bigr hbox mbox ensuremath operatorname hat tilde
    bar vec overline underline sqrt frac""".split()  # noqa: SIM905 - easier to read
)
"""Commands of LaTeX that say how something looks, not what it is."""

_ROMAN = re.compile(r"(?=[ivx])(x{0,2})(ix|iv|v?i{0,3})\Z")
_VALUES: Final = {"i": 1, "v": 5, "x": 10}
_NUMBER_WORDS: Final = {
    word: str(number)
    for row in (
        "one two three four five six seven eight nine ten",
        "first second third fourth fifth sixth seventh eighth ninth tenth",
    )
    for number, word in enumerate(row.split(), 1)
}
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\Z")

ASIDE: Final = frozenset(
    """comment comments reply erratum errata corrigendum correction supplement supplementary
    supplemental response addendum retraction rejoinder appendix discussion editorial
    review""".split()  # noqa: SIM905 - easier to read
)
"""Words that tell a work about a work, or beside it, from the work itself."""


@lru_cache(maxsize=2**16)
def title(text: str) -> str:
    r"""A title's words, parted by single spaces.

    >>> title(r"The $\alpha$-Decay of {G\"odel}: a <i>Study</i>"), title("Café  №1")
    ('the alpha decay of godel a study', 'cafe no1')
    """
    if "\\" in text or "$" in text or "{" in text:
        text = _ACCENT.sub(r"\1", text)
        text = _COMMAND.sub(lambda one: "" if one[1] in _DRESS else f" {one[1]} ", text)
        text = text.translate(_NOTHING)
    if "<" in text or "&" in text:
        text = _TAG.sub("", html.unescape(text))
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(map(_letter, decomposed))
    return " ".join(_WORD.findall(text.casefold()))


_NOTHING: Final = dict.fromkeys(map(ord, "${}"))


@lru_cache(maxsize=2**12)
def _letter(one: str) -> str:
    """The letter without marks, a Greek one by its name, as LaTeX has it."""
    if unicodedata.combining(one):
        return ""
    name = unicodedata.name(one, "")
    if name.startswith(("GREEK SMALL LETTER ", "GREEK CAPITAL LETTER ")):
        return f" {name.rpartition(' ')[2].lower()} "
    return one


def numbers(words: str) -> tuple[str, ...]:
    """The numbers of a normalised title in their order, however they are written.

    >>> numbers("survey part ii of the third edition 2019"), numbers("a 5th look")
    (('2', '3', '2019'), ('5',))
    """
    found = []
    for word in words.split():
        if word in _NUMBER_WORDS:
            found.append(_NUMBER_WORDS[word])
        elif ordinal := _ORDINAL.match(word):
            found.append(ordinal[1])
        elif not word.isalpha():
            found += re.findall(r"\d+", word)
        elif len(word) < 6 and _ROMAN.match(word):
            found.append(str(_roman(word)))
    return tuple(found)


def _roman(word: str) -> int:
    values = [_VALUES[letter] for letter in word]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


@lru_cache(maxsize=2**17)
def person(name: str) -> tuple[str, str]:
    """A person's family name and the first letter of the given ones, "" if there is none.

    >>> person("Gödel, Kurt F."), person("K. Gödel"), person("Euclid")
    (('godel', 'k'), ('godel', 'k'), ('euclid', ''))
    """
    if "\\" in name or "{" in name:
        name = _ACCENT.sub(r"\1", name).translate(_NOTHING)
    words = key(name).split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    if not words:
        return "", ""
    return words[-1], words[0][0] if len(words) > 1 else ""


_SUFFIXES: Final = frozenset(["jr", "sr", "ii", "iii", "iv"])


def code(text: str) -> str:
    """A course's code without case and what parts its letters.

    >>> code("CS-A1110"), code("cs a1110")
    ('csa1110', 'csa1110')
    """
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
