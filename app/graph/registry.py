"""The registry graph: what every other graph is, where it came from, and when it changed.

Each source's graph is a ``dcat:Dataset``. Each time it was loaded is a version of it: a
``prov:Entity`` with the time from which it stood and, once replaced, the time to which it did. The
curated queries stand in it as examples.
Pure: bundles' manifests and the history of loads in, triples out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.graph import examples
from app.graph.generations import Generation, Load
from app.graph.rights import Rights
from app.graph.settle import OWN
from loaders.bundle import Bundle, Manifest
from ontology import licences, terms
from ontology.iris import Minter
from ontology.ntriples import Term, Triple, integer, iri, text, typed
from queries import catalogue

NAME = "registry"
"""The registry's own name among graphs."""


def triples(
    generation: Generation, bundles: Mapping[str, Bundle], stated: Mapping[str, Rights]
) -> Iterator[Triple]:
    """The registry of a generation that is built from the bundles.

    ``stated``: what who runs the service says of the rights in graphs.
    """
    iris = Minter(generation.base)
    catalog = iri(iris.graph(NAME))
    yield from identity(generation)
    yield catalog, _a, iri(terms.dcat.Catalog)
    yield catalog, iri(terms.dcterms.title), text("Data sets of this graph", "en")
    for source in sorted(bundles):
        manifest = bundles[source].manifest
        dataset = iri(manifest.graph)
        yield catalog, iri(terms.dcat.dataset), dataset
        yield from _dataset(dataset, manifest)
    yield from examples.triples(iris.graph(NAME), catalogue())
    yield from _rights(iris, bundles, stated)
    for load in generation.loads:
        bundle = bundles.get(load.source)
        stands = bundle is not None and not load.invalidated
        yield from _version(iris, load, bundle.manifest if bundle and stands else None)


def identity(generation: Generation) -> Iterator[Triple]:
    """What every generation says anew: its id, its time, and the id of its content."""
    catalog = iri(Minter(generation.base).graph(NAME))
    yield catalog, iri(terms.dcterms.identifier), text(generation.content)
    yield catalog, iri(terms.owl.versionInfo), text(generation.id)
    yield catalog, iri(terms.prov.generatedAtTime), _time(generation.created)


IDENTITY = (terms.owl.versionInfo, terms.prov.generatedAtTime, terms.dcterms.identifier)
"""The properties of ``identity``."""

_a = iri(terms.rdf.type)


def _dataset(dataset: Term, manifest: Manifest) -> Iterator[Triple]:
    yield dataset, _a, iri(terms.dcat.Dataset)
    yield dataset, _a, iri(terms.void.Dataset)
    yield dataset, iri(terms.dcterms.title), text(manifest.title, "en")
    if manifest.publisher:
        yield dataset, iri(terms.dc.publisher), text(manifest.publisher)
    if manifest.attribution:
        yield dataset, iri(terms.dcterms.rights), text(manifest.attribution, "en")
    if manifest.release:
        yield dataset, iri(terms.owl.versionInfo), text(manifest.release)
    if manifest.counts:
        counted = ", ".join(f"{name}: {count}" for name, count in sorted(manifest.counts.items()))
        yield dataset, iri(terms.dcterms.description), text(f"Loaded: {counted}.", "en")
    if "records" in manifest.counts:
        yield dataset, iri(terms.recordCount), integer(manifest.counts["records"])
    yield dataset, iri(terms.rejectCount), integer(sum(manifest.rejects.values()))
    for graph, quads in sorted(manifest.graphs.items()):
        part = iri(graph)
        if part != dataset:
            yield part, _a, iri(terms.void.Dataset)
            yield part, iri(terms.dcterms.isPartOf), dataset
        yield part, iri(terms.void.triples), integer(quads)


def _rights(
    iris: Minter, bundles: Mapping[str, Bundle], stated: Mapping[str, Rights]
) -> Iterator[Triple]:
    """The licence of every graph, and whether it may be handed on as a whole."""
    ours = (NAME, "decisions", *OWN)
    found: dict[str, Rights] = {iris.graph(name): Rights.under("") for name in ours}
    for bundle in bundles.values():
        own = Rights.under(bundle.manifest.licence)
        found |= dict.fromkeys((bundle.manifest.graph, *bundle.manifest.graphs), own)
    for graph, one in sorted((found | dict(stated)).items()):
        yield iri(graph), iri(terms.dcterms.license), iri(one.licence)
        yield iri(graph), iri(licences.ACCESS_RIGHTS), iri(one.access)


def _version(iris: Minter, load: Load, manifest: Manifest | None) -> Iterator[Triple]:
    dataset = iri(iris.graph(load.source))
    version = iri(iris.run(load.source, load.generation))
    yield version, _a, iri(terms.prov.Entity)
    yield version, iri(terms.dcterms.isVersionOf), dataset
    yield version, iri(terms.dcterms.identifier), text(load.bundle)
    if load.release:
        yield version, iri(terms.owl.versionInfo), text(load.release)
    yield version, iri(terms.prov.generatedAtTime), _time(load.generated)
    if load.invalidated:
        yield version, iri(terms.prov.invalidatedAtTime), _time(load.invalidated)
    if manifest is None:
        return
    yield dataset, iri(terms.prov.wasDerivedFrom), version
    yield dataset, iri(terms.prov.generatedAtTime), _time(load.generated)
    for number, file in enumerate(manifest.inputs, 1):
        distribution = iri(f"{iris.run(load.source, load.generation)}/file/{number}")
        yield version, iri(terms.dcat.distribution), distribution
        yield distribution, _a, iri(terms.dcat.Distribution)
        yield distribution, iri(terms.dcterms.title), text(file.name)
        yield distribution, iri(terms.dcterms.identifier), text(f"sha256:{file.sha256}")
        size = typed(str(file.bytes), terms.xsd.nonNegativeInteger)
        yield distribution, iri(terms.dcat.byteSize), size


def _time(moment: str) -> Term:
    return typed(moment, terms.xsd.dateTime)
