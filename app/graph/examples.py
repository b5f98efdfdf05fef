"""The curated queries as data: examples that anyone can find by asking, each runnable as it stands.

Pure. Source: SHACL, section 5.2.1 "Prefix Declarations for SPARQL Queries"; SHACL Advanced
Features, section 5.1 "SPARQL-based executables".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ontology import terms
from ontology.ntriples import Triple, iri, text, typed
from queries import Query

_SH: Final = "http://www.w3.org/ns/shacl#"
_ANY_URI: Final = "http://www.w3.org/2001/XMLSchema#anyURI"

_a = iri(terms.rdf.type)


def triples(graph: str, queries: Mapping[str, Query]) -> Iterator[Triple]:
    """The queries, with examples in their parameters' places, and every prefix that they declare.

    ``graph``: the IRI of the graph that holds them; theirs begin with it.
    """
    prefixes: dict[str, str] = {}
    for name, query in queries.items():
        me = iri(f"{graph}#query-{name}")
        yield me, _a, iri(f"{_SH}SPARQLExecutable")
        yield me, _a, iri(f"{_SH}SPARQLSelectExecutable")
        yield me, iri(terms.rdfs.comment), text(query.summary, "en")
        if query.header.description:
            yield me, iri(terms.dcterms.description), text(query.header.description, "en")
        yield me, iri(f"{_SH}prefixes"), iri(graph)
        yield me, iri(f"{_SH}select"), text(_shown(query))
        prefixes |= query.prefixes
    for prefix, namespace in sorted(prefixes.items()):
        declared = iri(f"{graph}#prefix-{prefix}")
        yield iri(graph), iri(f"{_SH}declare"), declared
        yield declared, iri(f"{_SH}prefix"), text(prefix)
        yield declared, iri(f"{_SH}namespace"), typed(namespace, _ANY_URI)


def _shown(query: Query) -> str:
    """The query without its header, its parameters at their examples."""
    bound = query.bind(
        {
            one.name: one.term(one.example)
            for one in query.parameters.values()
            if one.example is not None
        }
    )
    lines = bound.splitlines()
    return "\n".join(line for line in lines if not line.startswith("#+"))


__all__ = ["triples"]
