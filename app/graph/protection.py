"""Which graphs an update would write, and whether it may.

Graphs that loads and the tagger write are rebuilt from bundles; what an update wrote there would
be lost at the next load. It is refused instead, before anything runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urljoin

from app.errors import Forbidden
from app.graph import matches, registry
from app.graph.generations import Generation
from app.graph.lexer import Token, error, place, tokens
from app.graph.settle import OWN
from ontology.iris import Minter

_TOP_WORDS: Final = frozenset(
    [
        "BASE",
        "PREFIX",
        "VERSION",
        "WITH",
        "INSERT",
        "DELETE",
        "DATA",
        "WHERE",
        "USING",
        "NAMED",
        "CLEAR",
        "DROP",
        "CREATE",
        "ADD",
        "MOVE",
        "COPY",
        "SILENT",
        "GRAPH",
        "DEFAULT",
        "ALL",
        "TO",
        "INTO",
    ]
)
_COMMANDS: Final[Mapping[str, str]] = {"tags": "`polku tag`", matches.SOURCE: "`polku match`"}
"""Bundle that no loader makes → the command that does."""

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


def protected_graphs(generation: Generation) -> dict[str, str]:
    """The graphs that no edit may write: IRI → who writes it."""
    found = own_graphs(generation.base)
    for source, graphs in generation.graphs.items():
        who = _COMMANDS.get(source) or f"`polku load {source}`"
        found.update((graph, f"written by {who}") for graph in graphs)
    return found


def own_graphs(base: str) -> dict[str, str]:
    """The graphs that are Polku's own, whatever was loaded: IRI → who writes it."""
    iris = Minter(base)
    return {
        iris.graph(registry.NAME): "written by every load",
        iris.graph("claims"): "written by `polku tag`",
        iris.graph("links"): "written by `polku tag`",
        iris.graph("decisions"): "written by POST /tags and POST /matches",
        **{iris.graph(name): "kept by every load" for name in OWN},
    }


def refuse_protected(graph: str, protected: Mapping[str, str]) -> None:
    """Lets every other graph pass.

    Raises: Forbidden, which says who writes the graph.
    """
    if graph in protected:
        raise Forbidden(f"<{graph}> is {protected[graph]}. Use a graph of your own.")


def refuse_writes(text: str, protected: Mapping[str, str], base: str = "") -> None:
    """Lets an update pass that writes no protected graph, whatever its patterns match.

    ``base``: what relative IRIs are resolved against before the update states its own.
    Raises: Forbidden, which names the graph and who writes it; BadQuery for what cannot be read.
    """
    _Update(text, protected, base).read()


class _Update:
    """One reading of an update's tokens."""

    def __init__(self, text: str, protected: Mapping[str, str], base: str) -> None:
        self.text = text
        self.protected = protected
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.tokens = list(tokens(text))
        self.at = 0

    def read(self) -> None:
        previous = before = ""
        while (token := self.take()) is not None:
            if token.kind == "word":
                word = self.top_word(token)
                match word:
                    case "PREFIX":
                        self.declare()
                    case "BASE":
                        self.base = self.iri(self.due())
                    case "WITH":
                        self.refuse(self.due())
                    case "CLEAR" | "DROP" | "CREATE":
                        self.manage(word)
                    case "ADD" | "COPY" | "MOVE":
                        self.transfer(word)
                before, previous = previous, word
            elif token.text == "{":
                if previous == "WHERE" and before != "DELETE":
                    self.skip_group()
                else:
                    self.template()
                before = previous = ""
            elif token.kind == "prefixed" and previous in ("USING", "NAMED"):
                self.iri(token)
            elif token.kind == "prefixed":
                raise error(self.text, token.start, f"{token.text[:60]!r} is out of place")

    def take(self) -> Token | None:
        if self.at == len(self.tokens):
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def due(self) -> Token:
        token = self.take()
        if token is None:
            raise error(self.text, len(self.text), "the update ends too early")
        return token

    def top_word(self, token: Token) -> str:
        word = token.text.upper()
        if word not in _TOP_WORDS:
            raise error(
                self.text,
                token.start,
                f"{token.text[:60]!r} is no word of an update; part words with spaces",
            )
        return word

    def declare(self) -> None:
        name = self.due()
        prefix = name.text.removesuffix(":")
        if name.kind != "prefixed" or not name.text.endswith(":"):
            raise error(self.text, name.start, "a prefix and its colon are due")
        if prefix.upper().startswith("GRAPH"):
            raise error(
                self.text,
                name.start,
                "a prefix that begins with GRAPH cannot be told from the word; name it otherwise",
            )
        self.prefixes[prefix] = self.iri(self.due())

    def manage(self, operation: str) -> None:
        token = self.after_silent()
        match token.text.upper():
            case "ALL" | "NAMED" as which:
                self.refuse_all(token, f"{operation} {which}")
            case "DEFAULT":
                return
            case "GRAPH":
                self.refuse(self.due())
            case _:
                raise error(self.text, token.start, "GRAPH, DEFAULT, NAMED or ALL is due")

    def transfer(self, operation: str) -> None:
        source = self.graph_or_default(self.after_silent())
        if operation == "MOVE" and source is not None:
            self.refuse(source)
        to = self.due()
        if to.text.upper() != "TO":
            raise error(self.text, to.start, "TO is due")
        target = self.graph_or_default(self.due())
        if target is not None:
            self.refuse(target)

    def after_silent(self) -> Token:
        token = self.due()
        return self.due() if token.text.upper() == "SILENT" else token

    def graph_or_default(self, token: Token) -> Token | None:
        word = token.text.upper() if token.kind == "word" else ""
        if word == "DEFAULT":
            return None
        return self.due() if word == "GRAPH" else token

    def template(self) -> None:
        """Reads to the end of a template; each graph that it names is written."""
        for token in self.group():
            if token.kind == "word" and token.text.upper().endswith("GRAPH"):
                self.refuse(self.due())
            elif token.kind == "prefixed":
                self.iri(token)

    def skip_group(self) -> None:
        for _ in self.group():
            pass

    def group(self) -> Iterator[Token]:
        """The tokens to the brace that closes the one just read."""
        depth = 1
        while depth:
            token = self.due()
            if token.text == "{" and token.kind == "open":
                depth += 1
            elif token.text == "}" and token.kind == "close":
                depth -= 1
            yield token

    def refuse(self, token: Token) -> None:
        if token.kind == "variable":
            self.refuse_all(token, f"GRAPH {token.text} in a template")
            return
        graph = self.iri(token)
        if graph in self.protected:
            raise Forbidden(
                f"{self.where(token)}: <{graph}> is {self.protected[graph]}. "
                "Use a graph of your own."
            )

    def refuse_all(self, token: Token, what: str) -> None:
        if self.protected:
            some = ", ".join(f"<{graph}>" for graph in sorted(self.protected)[:3])
            raise Forbidden(
                f"{self.where(token)}: {what} could write graphs that are not for editing "
                f"({some} …). Name the graphs."
            )

    def where(self, token: Token) -> str:
        line, column = place(self.text, token.start)
        return f"Line {line}, column {column}"

    def iri(self, token: Token) -> str:
        if token.kind == "iri":
            stated = _unescaped(token.text[1:-1])
            return stated if _SCHEME.match(stated) else urljoin(self.base, stated)
        if token.kind == "prefixed":
            prefix, _, local = token.text.partition(":")
            if prefix not in self.prefixes:
                raise error(self.text, token.start, f"the prefix {prefix[:60]!r} is not declared")
            return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
        raise error(self.text, token.start, f"{token.text[:60]!r} where an IRI is due")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)), text)
