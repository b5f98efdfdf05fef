"""The W3C's test cases, read from the archive of the suites as their manifests list them.

Publisher: W3C, https://github.com/w3c/rdf-tests; licence: W3C test suite licence. The archive is
read where it lies; nothing of it is kept here.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

ARCHIVE = "conformance/w3c-rdf-tests.zip"
HOME = "https://w3c.github.io/rdf-tests/"
ROOTS = (
    "sparql/sparql10/manifest.ttl",
    "sparql/sparql11/manifest-all.ttl",
    "sparql/sparql12/manifest.ttl",
)
OUT_OF_SCOPE = ("sparql11/entailment",)
"""Suites that are not run: entailment regimes beyond simple entailment."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
FORMATS: Mapping[str, ox.RdfFormat] = MappingProxyType(
    {
        "ttl": ox.RdfFormat.TURTLE,
        "rdf": ox.RdfFormat.RDF_XML,
        "nt": ox.RdfFormat.N_TRIPLES,
        "trig": ox.RdfFormat.TRIG,
        "nq": ox.RdfFormat.N_QUADS,
    }
)


class Statements:
    """The triples of one document, by subject and predicate."""

    def __init__(self, content: bytes, path: str) -> None:
        self._objects: dict[tuple[Node, str], list[Node]] = {}
        self.subjects: list[Node] = []
        parsed = ox.parse(
            content, FORMATS[path.rpartition(".")[2]], base_iri=HOME + path.removeprefix(HOME)
        )
        for quad in parsed:
            self._objects.setdefault((quad.subject, quad.predicate.value), []).append(quad.object)
            self.subjects.append(quad.subject)

    def all(self, subject: Node, predicate: str) -> list[Node]:
        """The objects of the subject's statements with the predicate."""
        return self._objects.get((subject, predicate), [])

    def one(self, subject: Node, predicate: str) -> Node | None:
        """The only object; None where there is none."""
        return next(iter(self.all(subject, predicate)), None)

    def text(self, subject: Node, predicate: str) -> str:
        """The object's IRI or lexical form; empty where there is none."""
        found = self.one(subject, predicate)
        return found.value if isinstance(found, ox.NamedNode | ox.Literal) else ""

    def texts(self, subject: Node, predicate: str) -> list[str]:
        """The objects' IRIs or lexical forms."""
        found = self.all(subject, predicate)
        return [one.value for one in found if isinstance(one, ox.NamedNode | ox.Literal)]

    def items(self, subject: Node, predicate: str) -> list[Node]:
        """The members of the list that is the object."""
        found, at = [], self.one(subject, predicate)
        while at is not None and at != ox.NamedNode(RDF + "nil"):
            found += self.all(at, RDF + "first")
            at = self.one(at, RDF + "rest")
        return found


@dataclass(frozen=True)
class Dataset:
    """The documents of a dataset: those of the default graph, and name and document of the others."""

    default: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """One case: its IRI, its readable name, its type, and what the manifest says of it."""

    iri: str
    name: str
    kind: str
    suite: str
    node: Node
    manifest: Statements = field(repr=False, compare=False)

    @property
    def action(self) -> Node:
        """What is done: a document, or a node that says more."""
        found = self.manifest.one(self.node, MF + "action")
        return found if found is not None else self.node

    @property
    def document(self) -> str:
        """IRI of the query or update."""
        if isinstance(self.action, ox.NamedNode):
            return self.action.value
        query = self.manifest.text(self.action, QT + "query")
        return query or self.manifest.text(self.action, UT + "request")

    @property
    def data(self) -> Dataset:
        """The dataset before."""
        return self._dataset(self.action)

    @property
    def after(self) -> Dataset:
        """The dataset that an update leaves."""
        result = self.manifest.one(self.node, MF + "result")
        return self._dataset(result) if result is not None else Dataset()

    def _dataset(self, node: Node) -> Dataset:
        default = self.manifest.texts(node, QT + "data") + self.manifest.texts(node, UT + "data")
        named = []
        for graph in self.manifest.all(node, QT + "graphData") + self.manifest.all(
            node, UT + "graphData"
        ):
            if isinstance(graph, ox.NamedNode):
                named.append((graph.value, graph.value))
                continue
            document = self.manifest.text(graph, UT + "graph") or self.manifest.text(
                graph, QT + "graph"
            )
            named.append((self.manifest.text(graph, RDFS + "label") or document, document))
        return Dataset(tuple(default), tuple(sorted(named)))


def content(iri: str) -> bytes:
    """The document of the archive that an IRI names."""
    return _archive().read(iri.removeprefix(HOME))


def holds(iri: str) -> bool:
    """Whether the archive has the document."""
    return iri.removeprefix(HOME) in _archive().NameToInfo


def cases() -> list[Case]:
    """Every case that is run, those with the same data beside each other; none without the archive."""
    if _path() is None:
        return []
    found = [case for root in ROOTS for case in _cases(root)]
    return sorted(found, key=lambda case: (case.suite, case.kind, str(case.data)))


@cache
def _archive() -> zipfile.ZipFile:
    path = _path()
    assert path is not None, "there is no archive of the suites"
    return zipfile.ZipFile(path)


def _path() -> Path | None:
    path = Path(os.environ.get("POLKU_REAL_DATA", ""), ARCHIVE)
    return path if path.is_file() else None


def _cases(path: str) -> Iterator[Case]:
    suite = path.removeprefix("sparql/").rpartition("/")[0]
    if suite in OUT_OF_SCOPE:
        return
    manifest = Statements(content(path), path)
    for subject in dict.fromkeys(manifest.subjects):
        for included in manifest.items(subject, MF + "include"):
            assert isinstance(included, ox.NamedNode)
            yield from _cases(included.value.removeprefix(HOME))
        for entry in manifest.items(subject, MF + "entries"):
            assert isinstance(entry, ox.NamedNode)
            kind = manifest.text(entry, RDF + "type").rpartition("#")[2]
            name = manifest.text(entry, MF + "name")
            yield Case(entry.value, name, kind, suite, entry, manifest)
