"""The service under test: datasets brought in by update, read back by query."""

from __future__ import annotations

import re

import httpx
import pyoxigraph as ox

from tests.api.conftest import Service
from tests.w3c.results import graph
from tests.w3c.suites import FORMATS, Dataset, content, holds

REGISTRY = "https://w3id.org/polku/graph/registry"
DEFAULT = "urn:w3c:default"
"""A second place of the default graph, which the protocol can name."""

_GRAPH = re.compile(r"\bGRAPH\b", re.I)
_ANY_GRAPH = re.compile(r"\bGRAPH\s*\?", re.I)
_USING = re.compile(r"\b(?:WITH|USING)\b", re.I)
_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?", re.I)
_ALL = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


class Endpoint:
    """The service, and the dataset that it holds now."""

    def __init__(self, service: Service) -> None:
        self.client = service.client
        self.admin = service.bearer("admin")
        self._held: Dataset | None = None
        self.named: list[str] = []

    def hold(self, wanted: Dataset, *, anew: bool) -> None:
        """Makes the service hold a dataset and nothing else; ``anew``: though it seems to."""
        if wanted == self._held and not anew:
            return
        self._held = None
        parts = ["CLEAR DEFAULT"]
        parts += [f"DROP SILENT GRAPH <{name}>" for name in self.graphs()]
        parts += [f"CREATE SILENT GRAPH <{name}>" for name, _ in wanted.named]
        for document in wanted.default:
            parts.append(f"INSERT DATA {{ {_triples(document)} }}")
            parts.append(f"INSERT DATA {{ GRAPH <{DEFAULT}> {{ {_triples(document)} }} }}")
            parts += _graphs(document)
        for name, document in wanted.named:
            parts.append(f"INSERT DATA {{ GRAPH <{name}> {{ {_triples(document)} }} }}")
        answer = self.update(" ;\n".join(parts))
        assert answer.status_code == 204, answer.text
        self._held = wanted
        self.named = [name for name in self.graphs() if name != DEFAULT]

    def changed(self) -> None:
        """Forgets what the service holds: a case has changed it."""
        self._held = None

    def graphs(self) -> list[str]:
        """The named graphs but the service's own."""
        listed = self.client.get("/graphs").json()["graphs"]
        names = [str(one["graph"]) for one in listed]
        return [name for name in names if name != REGISTRY]

    def dataset(self) -> ox.Dataset:
        """Everything that the service holds but its own registry."""
        quads = ox.Dataset()
        answer = self.query(_ALL, {}, "application/sparql-results+json")
        assert answer.status_code == 200, answer.text
        found = ox.parse_query_results(answer.content, ox.QueryResultsFormat.JSON)
        assert isinstance(found, ox.QuerySolutions)
        for row in found:
            name = row["g"] or ox.DefaultGraph()
            if name not in (ox.NamedNode(REGISTRY), ox.NamedNode(DEFAULT)):
                quads.add(ox.Quad(row["s"], row["p"], row["o"], name))
        return quads

    def query(self, text: str, dataset: dict[str, list[str]], accept: str) -> httpx.Response:
        """The answer to a query sent directly."""
        return self.client.post(
            "/sparql",
            params=dataset,
            content=text.encode(),
            headers={"Content-Type": "application/sparql-query", "Accept": accept},
        )

    def update(self, text: str, dataset: dict[str, list[str]] | None = None) -> httpx.Response:
        """The answer to an update sent directly."""
        return self.client.post(
            "/sparql",
            params=dataset,
            content=text.encode(),
            headers={"Content-Type": "application/sparql-update", **self.admin},
        )


def parameters(text: str, named: list[str]) -> dict[str, list[str]]:
    """The dataset that the protocol names for a query.

    Only a query that asks for graphs by name needs one: it would see the service's own registry.
    """
    if not _GRAPH.search(text) or _FROM.search(text):
        return {}
    return {
        "default-graph-uri": [DEFAULT],
        "named-graph-uri": named,
    }


def using_parameters(text: str, named: list[str]) -> dict[str, list[str]]:
    """The dataset that the protocol names for an update, if it asks for graphs of any name."""
    if not _ANY_GRAPH.search(text) or _USING.search(text):
        return {}
    return {"using-graph-uri": [DEFAULT], "using-named-graph-uri": named}


def named_in(text: str, base: str) -> Dataset:
    """The documents of the suites that a query names with FROM, each in a graph of its name."""
    folder = base.rpartition("/")[0]
    found = re.findall(_FROM.pattern + r"<([^>]*)>", text, re.I)
    names = [name if "://" in name else f"{folder}/{name}" for name in found]
    return Dataset((), tuple(sorted({(name, name) for name in names if holds(name)})))


def dataset_of(expected: Dataset) -> ox.Dataset:
    """The dataset that documents of the suites hold."""
    quads = ox.Dataset()
    for name, document in (*((None, one) for one in expected.default), *expected.named):
        node = ox.NamedNode(name) if name else ox.DefaultGraph()
        for quad in graph(content(document), FORMATS[document.rpartition(".")[2]], document):
            place = node if name else quad.graph_name
            quads.add(ox.Quad(quad.subject, quad.predicate, quad.object, place))
    return quads


def _triples(document: str) -> str:
    parsed = graph(content(document), FORMATS[document.rpartition(".")[2]], document)
    inside = parsed.quads_for_graph_name(ox.DefaultGraph())
    return "".join(f"{one.triple} .\n" for one in inside)


def _graphs(document: str) -> list[str]:
    """The named graphs of a document that holds some, as updates."""
    parsed = graph(content(document), FORMATS[document.rpartition(".")[2]], document)
    inside: dict[str, str] = {}
    for one in parsed:
        if one.graph_name != ox.DefaultGraph():
            name = str(one.graph_name)
            inside[name] = inside.get(name, "") + f"{one.triple} .\n"
    blocks = " ".join(f"GRAPH {name} {{ {triples} }}" for name, triples in inside.items())
    return [f"INSERT DATA {{ {blocks} }}"]
