r"""Our own reading of SPARQL before any native parser sees it: what it is, and whether it may run.

The engine's parser has no off switch for SERVICE and LOAD, no bound on nesting, and no word
boundaries: it takes ``SERVICE:x`` for SERVICE and ``:x``, and ``1SERVICE`` for two tokens. It also
decides by context whether ``<`` begins an IRI or compares, so that in ``?a<1#>'''`` a comment may
begin where a lexer sees an IRI. Here therefore

- every bare word or prefix that holds a forbidden word is refused, whatever stands around it;
- an IRI inside parentheses, the only place where ``<`` may compare, has the characters escaped
  (``\u0023``) that would mean something outside an IRI. The text that ``inspect`` gives back,
  and no other, goes to the engine.

Every step is linear in the text: no pattern can backtrack.
Source: SPARQL 1.1 Query Language, section 19 "Grammar".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from app.errors import BadQuery, Forbidden, TooLarge

LONGEST: Final = 2**20
"""Characters of the longest query that is read."""

LONGEST_UPDATE: Final = 2**24
"""Characters of the longest update that is read; it may carry data."""

MOST_TOKENS: Final = 200_000
"""Tokens of the longest query that is read: what bounds the time of reading, some 0.2 s."""

DEEPEST: Final = 50
"""Brackets that may be open at once: the engine's parser dies at some 2,000."""

_PAIRS = {")": "(", "]": "[", "}": "{", ">>": "<<"}
_CLOSING = {opening: closing for closing, opening in _PAIRS.items()}
_FROM = re.compile(r"(?:ASK|\A)FROM|FROM(?:NAMED)?\Z", re.I)
_AMBIGUOUS = re.compile(r"[#'()\[\]]")

_PREFIX = r"[^\W\d_](?:[\w\-\u00b7]|\.++(?=[\w\-\u00b7]))*+"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[\w:]|{_PLX})(?:[\w\-:\u00b7]|{_PLX}|\.++(?=[\w\-:%\\\u00b7]))*+"

_TOKENS = re.compile(
    rf"""
      (?P<space>(?:\s++|\#[^\n\r]*+)++)
    | (?P<nesting><<(?![^<>"{{}}|^`\x00-\x20]++>)\(?|\)?>>)
    | (?P<iri><[^<>"{{}}|^`\x00-\x20]*+>)
    | (?P<string>'''(?:[^'\\]++|\\[\s\S]|'(?!''))*+''' | \"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+\"""
        | '(?!'')(?:[^'\\\n\r]++|\\.)*+' | "(?!"")(?:[^"\\\n\r]++|\\.)*+")
    | (?P<variable>[?$][\w\u00b7]++)
    | (?P<label>_:[\w\-\u00b7]++(?:\.++[\w\-\u00b7]++)*+)
    | (?P<prefixed>(?:{_PREFIX})?:(?:{_LOCAL})?)
    | (?P<word>[^\W\d]\w*+)
    | (?P<number>\d++(?:\.\d*+)?(?:[eE][+-]?\d++)?|\.\d++(?:[eE][+-]?\d++)?)
    | (?P<language>@[A-Za-z]++(?:-++[A-Za-z0-9]++)*+)
    | (?P<open>[({{\[])
    | (?P<close>[)}}\]])
    | (?P<quote>['"])
    | (?P<mark>[\s\S])
    """,
    re.X,
)


class Kind(Enum):
    """What a SPARQL text asks for."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"
    UPDATE = "update"

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph, and no solutions."""
        return self in (Kind.CONSTRUCT, Kind.DESCRIBE)


_QUERIES = (Kind.SELECT, Kind.ASK, Kind.CONSTRUCT, Kind.DESCRIBE)
_VARYING = ("RAND", "NOW", "UUID")
"""Ends of the names of the functions that do not give the same each time."""

_UPDATES = ("INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "LOAD")


class Token(NamedTuple):
    """One token: its kind (a group's name of the pattern), its text, where it begins."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True)
class Outline:
    """What was seen of a text that may run.

    Attributes:
        kind: what it asks for.
        text: what to give to the engine, in place of the text that came.
        has_dataset: whether it names its own dataset with FROM.
        varies: whether it may be answered otherwise the next time, on the same graph.
        services: whether it asks other services, which ``services.py`` reads.
    """

    kind: Kind
    text: str
    has_dataset: bool
    varies: bool = False
    services: bool = False


def inspect(text: str, *, update: bool = False, services: bool = False) -> Outline:
    """The outline of a query, or of an update, that may be given to the engine.

    ``services``: a query may have the word SERVICE, alone; whom it asks is ``services.py``'s to see.
    Raises: TooLarge; Forbidden for SERVICE and LOAD; BadQuery, with line and column, for what
    cannot be read, for nesting past ``DEEPEST``, and for an update where a query is due or the
    other way round.
    """
    longest = LONGEST_UPDATE if update else LONGEST
    if len(text) > longest:
        raise TooLarge(
            f"The {'update' if update else 'query'} has {len(text):,} characters; "
            f"{longest:,} are read."
        )
    if (surrogate := re.search("[\ud800-\udfff\x00]", text)) is not None:
        raise error(text, surrogate.start(), "a character that no query may hold")
    reading = _Reading(text, update, services and not update)
    return reading.outline()


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, without white space and comments.

    Raises: BadQuery for a string that is not closed.
    """
    for match in _TOKENS.finditer(text):
        kind = match.lastgroup or ""
        if kind == "space":
            continue
        if kind == "quote":
            raise error(text, match.start(), "a string that is not closed")
        yield Token(kind, match[0], match.start())


def error(text: str, start: int, what: str) -> BadQuery:
    """The refusal of a text for what begins at a character of it."""
    line, column = place(text, start)
    return BadQuery(f"Line {line}, column {column}: {what}.", line, column)


def place(text: str, start: int) -> tuple[int, int]:
    r"""Line and column, from 1, of a character.

    >>> place("ASK {\n }", 7)
    (2, 2)
    """
    ends = [match.end() for match in re.finditer(r"\r\n|\n|\r", text[:start])]
    line = bisect_right(ends, start)
    return line + 1, start - (ends[line - 1] if line else 0) + 1


class _Reading:
    """One pass over the tokens."""

    def __init__(self, text: str, update: bool, services: bool) -> None:
        self.text = text
        self.update = update
        self.services = services
        self.asks = False
        self.kind: Kind | None = None
        self.has_dataset = False
        self.varies = False
        self.open: list[Token] = []
        self.rewritten: list[str] = []
        self.copied = 0
        self.signs = 0

    def outline(self) -> Outline:
        previous = Token("", "", 0)
        for number, token in enumerate(tokens(self.text)):
            if number == MOST_TOKENS and not self.update:
                raise TooLarge(f"The query has more than {MOST_TOKENS:,} words and signs.")
            self.read(token, previous)
            previous = token
        if self.open:
            last = self.open[-1]
            raise error(self.text, last.start, f"{last.text!r} is not closed")
        if self.kind is None:
            if not self.update:
                raise BadQuery(
                    "There is no query: SELECT, ASK, CONSTRUCT or DESCRIBE is due.", 1, 1
                )
            self.kind = Kind.UPDATE  # an update may be empty
        self.rewritten.append(self.text[self.copied :])
        return Outline(
            self.kind,
            "".join(self.rewritten),
            self.has_dataset,
            self.varies or self.asks,
            self.asks,
        )

    def read(self, token: Token, previous: Token) -> None:
        match token.kind:
            case "word":
                self.word(token, previous)
            case "prefixed":
                self.prefixed(token)
            case "iri":
                self.iri(token)
            case "open" | "close" | "nesting":
                self.bracket(token)
        self.signs = self.signs + 1 if token.text in ("!", "-", "+") else 0
        if self.signs > DEEPEST:
            raise error(self.text, token.start, f"more than {DEEPEST} signs in a row")

    def word(self, token: Token, previous: Token) -> None:
        word = token.text.upper()
        if self.services and word == "SERVICE":
            self.asks = True
        elif "SERVICE" in word:
            raise self.forbidden(token, "SERVICE")
        if "LOAD" in word and self.update:
            raise self.forbidden(token, "LOAD")
        self.varies |= word.endswith(_VARYING)
        if self.kind is None and not word.startswith(("PREFIX", "BASE", "VERSION")):
            self.kind = self.kind_of(token, word)
        if (
            self.kind is not None
            and not self.open
            and (_FROM.search(word) or (previous.text == "*" and word.startswith("FROM")))
        ):
            self.has_dataset = True

    def kind_of(self, token: Token, word: str) -> Kind:
        query = next((kind for kind in _QUERIES if word.startswith(kind.value)), None)
        update = next((name for name in _UPDATES if word.startswith(name)), None)
        if self.update and update:
            return Kind.UPDATE
        if not self.update and query:
            return query
        if query or update:
            due = "an update" if self.update else "a query"
            raise error(self.text, token.start, f"{due} is due here, and {token.text} begins none")
        expected = ", ".join(_UPDATES[:-1] if self.update else [kind.value for kind in _QUERIES])
        raise error(self.text, token.start, f"{token.text[:40]!r}: one of {expected} is due")

    def prefixed(self, token: Token) -> None:
        prefix = token.text.partition(":")[0].upper()
        if "SERVICE" in prefix:
            raise self.forbidden(token, "SERVICE")
        if self.update and prefix.startswith("LOAD"):
            raise self.forbidden(token, "LOAD")
        if self.kind is not None and not self.open and prefix.startswith("FROM"):
            self.has_dataset = True

    def iri(self, token: Token) -> None:
        """Escapes what the engine could read as something else, should it take < to compare."""
        if self.open and self.open[-1].text == "(" and _AMBIGUOUS.search(token.text):
            escaped = _AMBIGUOUS.sub(lambda found: f"\\u{ord(found[0]):04X}", token.text)
            self.rewritten += (self.text[self.copied : token.start], escaped)
            self.copied = token.start + len(token.text)

    def bracket(self, token: Token) -> None:
        text = token.text.strip("()") if token.kind == "nesting" else token.text
        if text in _CLOSING:
            self.open.append(token._replace(text=text))
            if len(self.open) > DEEPEST:
                raise error(
                    self.text, token.start, f"nested more than {DEEPEST} deep, the limit here"
                )
            return
        if text == ">>" and not (self.open and self.open[-1].text == "<<"):
            return  # two signs of comparison, which the engine will not take either
        if not self.open:
            raise error(self.text, token.start, f"{token.text!r} closes nothing")
        last = self.open.pop()
        if last.text != _PAIRS[text]:
            due = _CLOSING[last.text]
            raise error(self.text, token.start, f"{token.text!r} where {due!r} is due")

    def forbidden(self, token: Token, what: str) -> Forbidden:
        line, column = place(self.text, token.start)
        hint = {
            "SERVICE": "this service asks no other. Ask the other endpoint yourself and give "
            "what it said with VALUES",
            "LOAD": "this service fetches nothing. Fetch it yourself and send it with PUT /graphs",
        }[what]
        return Forbidden(f"Line {line}, column {column}: {what} is not allowed; {hint}.")
