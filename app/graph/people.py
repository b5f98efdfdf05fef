"""People in N-Quads: which lines name one, and what is left without them. Pure.

A person is known by an ORCID iD, by an IRI, and by a name beside a work of theirs. A work keeps
everything but the links to the person and the person's name among its authors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Final

import pyoxigraph as ox

from ontology import terms

ORCID: Final = re.compile(rb"(?<![0-9])[0-9]{4}-?[0-9]{4}-?[0-9]{4}-?[0-9]{3}[0-9Xx](?![0-9])")
"""An ORCID iD, wherever it stands."""

_TERM = re.compile(rb"<([^<>\"\s]+)>")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_WORD = re.compile(r"\w+")
_SCHEMA: Final = "https://schema.org/"
_CREATORS: Final = frozenset(
    f"<{one}>".encode()
    for one in (
        terms.dc.creator,
        terms.dcterms.creator,
        "http://purl.org/dc/elements/1.1/contributor",
        "http://purl.org/dc/terms/contributor",
        *(f"{_SCHEMA}{name}" for name in ("author", "creator", "contributor")),
        *(f"http://schema.org/{name}" for name in ("author", "creator", "contributor")),
        "http://xmlns.com/foaf/0.1/maker",
    )
)
"""Properties whose plain values are names of people."""
_FEW: Final = 16
"""Works that are looked for one by one; of more, every block with authors is read."""

_ENDS: Final = tuple({b"/" + one.rpartition(b"/")[2] for one in _CREATORS})
_NAMING: Final = frozenset(
    f"<{one}>".encode()
    for one in (
        terms.schema.name,
        "http://schema.org/name",
        "http://xmlns.com/foaf/0.1/name",
        terms.rdfs.label,
        terms.skos.prefLabel,
    )
)
"""Properties of a person whose values are names of theirs."""


def key(name: str) -> str:
    """A name as names are compared: without case, accents and order of its parts by a comma.

    >>> key("Doe, Jané"), key("JANE  DOE")
    ('jane doe', 'jane doe')
    """
    family, comma, given = name.partition(",")
    plain = unicodedata.normalize("NFKD", f"{given} {family}" if comma else name)
    return " ".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c)).casefold()))  # fmt: skip


def alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: equal, or equal but for given names cut short.

    >>> alike("Jane Doe", "Doe, J."), alike("Jane Doe", "John Doe"), alike("Doe", "Jane Doe")
    (True, False, False)
    """
    mine, theirs = key(one).split(), key(other).split()
    if mine == theirs:
        return bool(mine)
    if len(mine) < 2 or len(theirs) < 2 or mine[-1] != theirs[-1]:
        return False
    return all(
        a == b or (min(len(a), len(b)) == 1 and a[0] == b[0])
        for a, b in zip(mine[:-1], theirs[:-1], strict=False)
    )


@dataclass(frozen=True)
class Names:
    """What to look for: whether an ORCID iD, an IRI, a name on a work is someone's to be found.

    ``iri`` None: no one is known by an IRI alone. ``glance``: whether lines may name anyone,
    where that can be told from all that names them; None where only hashes of it are known.
    """

    orcid: Callable[[bytes], bool]
    iri: Callable[[bytes], bool] | None
    name: Callable[[str, str], bool]
    glance: Callable[[bytes], bool] | None = None

    def names(self, line: bytes) -> bool:
        """Whether a line has an identifier of such a person."""
        if any(self.orcid(found.group()) for found in ORCID.finditer(line)):
            return True
        return self.iri is not None and any(map(self.iri, _TERM.findall(line)))

    def node(self, term: bytes) -> bool:
        """Whether a term is such a person."""
        return term.startswith(b"<") and self.names(term)


@dataclass
class Person:
    """All by which one person is named.

    ``names``: works, each with a name that it gives the person; ``said``: the names alone.
    """

    orcids: set[str] = field(default_factory=set)
    iris: set[str] = field(default_factory=set)
    names: set[tuple[str, str]] = field(default_factory=set)
    said: set[str] = field(default_factory=set)


@dataclass
class Found:
    """What one pass over a graph met of the people who are looked for.

    Attributes:
        lines: how many lines name them.
        works: what names them as authors, in brackets → the names beside the link.
        said: their names, as they themselves have them.
    """

    lines: int = 0
    works: dict[bytes, set[str]] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)

    def is_theirs(self, work: bytes, name: str) -> bool:
        """Whether a name among a work's authors is one of theirs."""
        beside = self.works.get(work)
        return beside is not None and (
            any(key(name) == key(one) for one in beside)
            or any(alike(name, one) for one in self.said)
        )


def glance(person: Person, works: Collection[bytes]) -> Callable[[bytes], bool]:
    """Tells whether lines may name a person of whom all is known, works in brackets among it.

    A line that names them has an identifier of theirs, or a name on a work of theirs.
    """
    orcids = [form for one in person.orcids for form in _forms(one)]
    identifiers = [*orcids, *(f"<{one}>".encode() for one in person.iris)]
    few = tuple(works) if len(works) <= _FEW else None

    def looked_at(lines: bytes) -> bool:
        if any(one in lines for one in identifiers):
            return True
        if not any(end in lines for end in _ENDS):
            return False
        return few is None or any(work in lines for work in few)

    return looked_at


def _forms(orcid: str) -> Iterator[bytes]:
    """The ways in which an ORCID iD may be written that ``ORCID`` finds."""
    parts = orcid.split("-")
    for dashes in product(("-", ""), repeat=len(parts) - 1):
        form = "".join(part + dash for part, dash in zip(parts, (*dashes, ""), strict=True))
        yield from {form.encode(), form.lower().encode()}


def may_name(lines: bytes, wanted: Names) -> bool:
    """Whether lines can name anyone wanted, told at a glance: most of a graph cannot.

    Lines that only a search by IRI would find always can.
    """
    if wanted.glance is not None:
        return wanted.glance(lines)
    return (
        wanted.iri is not None
        or any(end in lines for end in _ENDS)
        or ORCID.search(lines) is not None
    )


def find(lines: Iterable[bytes], wanted: Names, found: Found | None = None) -> Found:
    """What lines of N-Quads say of the people wanted; added to what was found elsewhere."""
    found = Found() if found is None else found
    before: tuple[bytes, bytes] = (b"", b"")  # the author named by the line before, and of what
    for line in lines:
        subject, predicate, rest = _parts(line)
        literal = rest.startswith(b'"')
        if wanted.names(line):
            found.lines += 1
            if wanted.node(subject):
                if literal and predicate in _NAMING:
                    found.said.add(value(rest))
            elif not literal and predicate in _CREATORS:
                beside = found.works.setdefault(subject, set())
                # Loaders state an author's name, then who that is.
                if before[0] == subject and before[1]:
                    beside.add(value(before[1]))
        before = (subject, rest) if literal and predicate in _CREATORS else (b"", b"")
    return found


def authors(lines: Iterable[bytes], found: Found) -> Iterator[tuple[str, str]]:
    """Works, each with a name on it that is one of theirs."""
    for line in lines:
        subject, predicate, rest = _parts(line)
        if subject in found.works and predicate in _CREATORS and rest.startswith(b'"'):
            name = value(rest)
            if found.is_theirs(subject, name):
                yield subject[1:-1].decode(), name


def without(lines: Iterable[bytes], wanted: Names, found: Found) -> Iterator[bytes]:
    """The lines that say nothing of the people wanted."""
    return (line for line in lines if not says(line, wanted, found))


def says(line: bytes, wanted: Names, found: Found) -> bool:
    """Whether a line says anything of the people wanted."""
    if wanted.names(line):
        return True
    subject, predicate, rest = _parts(line)
    if predicate not in _CREATORS or not rest.startswith(b'"'):
        return False
    name = value(rest)
    return found.is_theirs(subject, name) or wanted.name(subject[1:-1].decode(), name)


def value(rest: bytes) -> str:
    """The text of the literal with which the rest of a line begins."""
    match = _QUOTED.match(rest)
    if match is None:
        return ""
    if b"\\" not in match[1]:
        return match[1].decode(errors="replace")
    line = b"<a:a> <a:a> " + match[0] + b" ."
    return next(
        (quad.object.value for quad in ox.parse(line, ox.RdfFormat.N_TRIPLES)
         if isinstance(quad.object, ox.Literal)),
        "",
    )  # fmt: skip


def _parts(line: bytes) -> tuple[bytes, bytes, bytes]:
    parts = line.split(b" ", 2)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (line, b"", b"")
