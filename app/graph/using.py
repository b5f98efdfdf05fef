"""An update with the dataset that the protocol names for it.

The engine's update takes no dataset: ``USING`` is its only way. So the clauses are put in, token
by token, before each operation's WHERE, after the short form ``DELETE WHERE`` is written out. What
comes out is read again and must be the very tokens that were meant: no string, comment or IRI of
an update can make it another.
Source: SPARQL 1.1 Protocol, section 2.2.3 "Specifying an RDF Dataset"; Update, section 3.1.3.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import BadQuery, TooLarge
from app.graph.lexer import LONGEST_UPDATE, Token, error, tokens
from ontology.ntriples import iri


def with_dataset(text: str, default: Sequence[str], named: Sequence[str]) -> str:
    """The update, each of its patterns matched on the dataset; the same text if none is named.

    ``text`` has passed ``inspect`` and ``refuse_writes``: its brackets match and the words outside
    them are words of an update.
    Raises: BadQuery where an operation states its own dataset, which the protocol does not allow;
    TooLarge if the dataset would make it too long.

    >>> with_dataset("DELETE WHERE { ?s ?p 1 }", ["a:g"], [])
    'DELETE { ?s ?p 1 } USING <a:g> WHERE { ?s ?p 1 }'
    """
    if not default and not named:
        return text
    clauses = " ".join(
        [*(f"USING {iri(one)}" for one in default), *(f"USING NAMED {iri(one)}" for one in named)]
    )
    made, meant, copied = [], [], 0
    read = list(tokens(text))
    wheres = _wheres(text, read)
    if len(text) + len(wheres) * len(clauses) > LONGEST_UPDATE:
        raise TooLarge(
            f"With its dataset written into each of {len(wheres):,} operations the update has more "
            f"than {LONGEST_UPDATE:,} characters. Send it in several, or name fewer graphs."
        )
    for at, before in wheres:
        put_in = [token.text for token in tokens(clauses)]
        words = clauses
        if before == "DELETE":
            group = _group(read, at + 1)
            words = f"{text[group[0].start : group[-1].start + 1]} {clauses}"
            put_in = [*(token.text for token in group), *put_in]
        made += [text[copied : read[at].start], words, " "]
        meant.append((at, put_in))
        copied = read[at].start
    made.append(text[copied:])
    rewritten = "".join(made)
    if [token.text for token in tokens(rewritten)] != _woven(read, meant):
        raise BadQuery("The update cannot be given a dataset: write USING into it instead.")
    return rewritten


def _wheres(text: str, read: Sequence[Token]) -> list[tuple[int, str]]:
    """Where each operation's WHERE stands among the tokens, and the word just before it."""
    found, depth, before = [], 0, ""
    for at, token in enumerate(read):
        if token.kind in ("open", "close"):
            depth += 1 if token.kind == "open" else -1
        word = token.text.upper() if token.kind == "word" and not depth else ""
        if word in ("WITH", "USING"):
            raise error(
                text,
                token.start,
                f"{word} does not go with using-graph-uri or using-named-graph-uri; "
                "leave out the one or the other",
            )
        if word == "WHERE":
            found.append((at, before))
        before = word
    return found


def _group(read: Sequence[Token], start: int) -> Sequence[Token]:
    """The tokens of a group, from the bracket that opens it to the one that closes it."""
    depth = 0
    for at in range(start, len(read)):
        if read[at].kind in ("open", "close"):
            depth += 1 if read[at].kind == "open" else -1
        elif not depth:
            break
        if not depth:
            return read[start : at + 1]
    raise BadQuery("A group in braces is due after DELETE WHERE.")


def _woven(read: Sequence[Token], meant: Sequence[tuple[int, Sequence[str]]]) -> list[str]:
    """The texts of the tokens, with those that are put in."""
    put_in = dict(meant)
    return [text for at, token in enumerate(read) for text in (*put_in.get(at, ()), token.text)]


__all__ = ["with_dataset"]
