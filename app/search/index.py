"""The text index of one content of the graph: a SQLite file, built from the graph, then only read.

For every kind of thing it holds the labels in the order in which they are preferred, a full-text
table of their words, and for each group of three characters the labels that have it, so that a
misspelt word still finds its label.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.errors import GraphError
from app.graph.port import Graph
from app.search.fold import fold, squeeze
from ontology import terms
from ontology.ntriples import iri
from queries import engine

FORMAT = 2
"""Version of the file's layout; another one is built anew."""

FILE = "search.sqlite"

KINDS: Mapping[str, str] = {
    "skills": terms.esco.Skill,
    "occupations": terms.esco.Occupation,
    "courses": terms.Course,
    "credentials": terms.MicroCredential,
}
"""Kind of thing → its class."""

Grams = npt.NDArray[np.int64]
"""Groups of three characters, each in one number."""

_CHARACTER_BITS = 21


class Rank(IntEnum):
    """What a label is to its thing, the strongest first."""

    PREFERRED = 0
    CODE = 1
    ALTERNATIVE = 2
    HIDDEN = 3
    OTHER_CODE = 4


CODES = (Rank.CODE, Rank.OTHER_CODE)
"""Ranks of codes: a thing's own, and that of a thing that it stands for."""

_OF_JOINED: Mapping[Rank, Rank] = {
    Rank.PREFERRED: Rank.ALTERNATIVE,
    Rank.CODE: Rank.OTHER_CODE,
}
"""What a thing's label is to the one that stands for it: found by, but never shown as its name."""

_RANKS: Mapping[str, Rank] = {
    terms.skos.prefLabel: Rank.PREFERRED,
    terms.dcterms.title: Rank.PREFERRED,
    terms.code: Rank.CODE,
    terms.skos.altLabel: Rank.ALTERNATIVE,
    terms.dcterms.alternative: Rank.ALTERNATIVE,
    terms.skos.hiddenLabel: Rank.HIDDEN,
}

_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE thing (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, iri TEXT NOT NULL);
"""
_KIND_SCHEMA = """
CREATE TABLE label_{kind} (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, rank INTEGER NOT NULL,
    language TEXT NOT NULL, label TEXT NOT NULL, folded TEXT NOT NULL);
CREATE VIRTUAL TABLE word_{kind} USING fts5(folded, content='', detail='none', columnsize=0,
    prefix='2 3', tokenize="unicode61 remove_diacritics 0 tokenchars '+#'");
CREATE TABLE gram_{kind} (gram INTEGER PRIMARY KEY, labels BLOB NOT NULL);
"""
_KIND_INDEXES = """
CREATE INDEX label_{kind}_folded ON label_{kind} (rank, folded);
CREATE INDEX label_{kind}_thing ON label_{kind} (thing, rank);
CREATE INDEX label_{kind}_short ON label_{kind} (folded) WHERE length(folded) <= 8;
"""
SHORT = 8
"""Letters up to which a label is short: three of its characters say too little of it."""


class Label(NamedTuple):
    """One label of one thing; sorts by how much it is preferred."""

    rank: Rank
    length: int
    folded: str
    language: str
    label: str
    thing: str


def labels(graph: Graph, kind: str) -> list[Label]:
    """Every label of the things of a kind, sorted; of joined things the representative's."""
    of_class = iri(KINDS[kind])
    joined = graph.select(engine("search-entities").bind({"class": of_class}))
    entities = {row[0]: row[1] for row in joined}
    found: set[Label] = set()
    for relation, rank in _RANKS.items():
        asked = engine("search-labels").bind({"class": of_class, "relation": iri(relation)})
        for thing, label, language in graph.select(asked):
            if thing is None or not label:
                continue
            folded = squeeze(label) if rank in CODES else fold(label)
            named = entities.get(thing) or thing
            to_named = rank if named == thing else _OF_JOINED.get(rank, rank)
            found.add(Label(to_named, len(folded), folded, language or "", label, named))
    return sorted(found)


def grams(texts: Sequence[str]) -> tuple[Grams, Grams]:
    """The groups of three characters of each text: (text's ordinal, group), sorted, each once.

    Words are padded, two spaces before and one behind, so that their beginnings weigh more.
    """
    padded = "\n".join(f"  {text.replace(' ', '   ')} " for text in texts)
    characters = np.frombuffer(padded.encode("utf-32-le", "replace"), dtype="<u4").astype(np.int64)
    if len(characters) < 3:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first, second, third = characters[:-2], characters[1:-1], characters[2:]
    text = np.cumsum(characters == ord("\n"))[:-2]
    sound = (second != ord("\n")) & (third != ord("\n")) & (first != ord("\n"))
    sound &= ~((second == ord(" ")) & (third == ord(" ")))
    group = (first << 2 * _CHARACTER_BITS) | (second << _CHARACTER_BITS) | third
    text, group = text[sound], group[sound]
    # The texts come in order: a stable sort by group keeps them so within each.
    order = np.argsort(group, kind="stable")
    text, group = text[order], group[order]
    new = np.ones(len(text), bool)
    new[1:] = (text[1:] != text[:-1]) | (group[1:] != group[:-1])
    return text[new], group[new]


def build(graph: Graph, database: sqlite3.Connection) -> None:
    """Fills an empty database with the index of the graph."""
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
    things: dict[str, int] = {}
    for kind in KINDS:
        database.executescript(_KIND_SCHEMA.format(kind=kind))
        found = labels(graph, kind)
        before = len(things)
        for label in found:
            things.setdefault(label.thing, len(things))
        database.executemany(
            "INSERT INTO thing VALUES (?, ?, ?)",
            ((number, kind, name) for name, number in list(things.items())[before:]),
        )
        database.executemany(
            f"INSERT INTO label_{kind} VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own names
            (
                (n, things[one.thing], one.rank, one.language, one.label, one.folded)
                for n, one in enumerate(found)
            ),
        )
        database.executemany(
            f"INSERT INTO word_{kind} (rowid, folded) VALUES (?, ?)",  # noqa: S608
            ((n, one.folded) for n, one in enumerate(found)),
        )
        _insert_grams(database, kind, [one.folded for one in found])
        database.executescript(_KIND_INDEXES.format(kind=kind))
    database.execute("CREATE UNIQUE INDEX thing_iri ON thing (iri)")
    database.executemany(
        "INSERT INTO about VALUES (?, ?)", [("format", FORMAT), ("content", graph.content)]
    )
    database.commit()


def _insert_grams(database: sqlite3.Connection, kind: str, texts: Sequence[str]) -> None:
    text, group = grams(texts)
    sizes = np.bincount(text, minlength=len(texts)).astype(np.uint16)
    database.execute("INSERT INTO about VALUES (?, ?)", (f"sizes {kind}", sizes.tobytes()))
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else group
    postings = np.split(text.astype(np.uint32), starts[1:])
    database.executemany(
        f"INSERT INTO gram_{kind} VALUES (?, ?)",  # noqa: S608
        (
            (number, part.tobytes())
            for number, part in zip(group[starts].tolist(), postings, strict=False)
        ),
    )


def opened(graph: Graph, folder: Path | None) -> sqlite3.Connection:
    """The index of the graph's content, read-only; built first where there is none.

    ``folder`` keeps the file; without one the index lives in memory. Raises: GraphError if it
    cannot be written.
    """
    if folder is None:
        database = sqlite3.connect(":memory:", check_same_thread=False)
        build(graph, database)
        return database
    file = folder / FILE
    try:
        return _usable(file, graph.content)
    except sqlite3.DatabaseError:
        # Missing, damaged, or of another layout: whatever it is, the graph can make it anew.
        pass
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _replacing(file) as unfinished:
            unfinished(lambda database: build(graph, database))
        return _usable(file, graph.content)
    except (OSError, sqlite3.DatabaseError) as error:
        raise GraphError(
            f"The text index cannot be written in {folder}: {error}. "
            "Is there room on the disk, and may this user write there?"
        ) from error


def _usable(file: Path, content: str) -> sqlite3.Connection:
    address = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True, check_same_thread=False)
    try:
        about = dict(
            database.execute("SELECT name, value FROM about WHERE name NOT LIKE 'sizes %'")
        )
    except sqlite3.DatabaseError:
        database.close()
        raise
    if about != {"format": FORMAT, "content": content}:
        database.close()
        raise sqlite3.DatabaseError("the index is of another content or layout")
    return database


Fill = Callable[[sqlite3.Connection], None]


@contextlib.contextmanager
def _replacing(file: Path) -> Iterator[Callable[[Fill], None]]:
    """Fills a file beside and moves it into place whole, or leaves nothing."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(6)}")

    def filled(fill: Fill) -> None:
        with contextlib.closing(sqlite3.connect(beside)) as database:
            fill(database)

    try:
        yield filled
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
