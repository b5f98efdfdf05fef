"""Stating the licence of a graph: a generation that differs in its registry alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from app.errors import NotFound
from app.graph import generations, publish, registry, rights
from app.graph.embedded import open_store
from app.graph.generations import Generation
from app.graph.rights import Rights
from loaders.bundle import read_bundle


def state(
    data: Path, graph: str, *, licence: str = "", public: bool | None = None,
    keep: int = publish.KEEP, wait_seconds: float = 60.0,
) -> Rights:  # fmt: skip
    """The rights in the graph from now on; what is left out stays as it is.

    A licence alone also says whether the graph is public: it is if the licence is open.
    Raises: NotFound if there is no such graph, BadParameter if the licence is no IRI, Busy,
    GraphError.
    """
    if licence:
        rights.check_iri(licence, "LICENCE")
    with generations.write_lock(data, wait_seconds=wait_seconds):
        generations.clean(data)
        parent = generations.current(data)
        if parent is None or not _is_there(parent, graph):
            raise NotFound(f"There is no graph <{graph[:500]}>; `polku graph list` has those.")
        known = rights.stated(data)
        before = known.get(graph) or Rights.under(_licence(data, parent, graph))
        now = Rights.under(licence) if licence else before
        now = now if public is None else replace(now, public=public)
        rights.write(data, known | {graph: now})
        try:
            _shown(data, parent, keep)
        except OSError as error:
            raise publish.said(error, data) from error
        return now


def all_rights(data: Path) -> dict[str, Rights]:
    """Every named graph of the current generation, with the rights in it.

    Raises: GraphError or NotFound if there is no graph.
    """
    with generations.holding(data) as generation:
        known = rights.stated(data)
        return {
            one.value: known.get(one.value) or Rights.under(_licence(data, generation, one.value))
            for one in sorted(open_store(generation).named_graphs(), key=str)
            if isinstance(one, ox.NamedNode)
        }


def _is_there(generation: Generation, graph: str) -> bool:
    try:
        node = ox.NamedNode(graph)
    except ValueError:
        return False
    return bool(open_store(generation).contains_named_graph(node))


def _licence(data: Path, generation: Generation, graph: str) -> str:
    source = generation.owner(graph)
    if source is None:
        return ""
    folder = generations.bundles_folder(data, source) / generation.bundles[source]
    return read_bundle(folder).manifest.licence


def _shown(data: Path, parent: Generation, keep: int) -> None:
    """Publishes the parent with its registry as it is to be now."""
    new = generations.new_id(data)
    generation = replace(
        parent,
        id=new,
        parent=parent.id,
        created=publish.now(),
        reason="licence",
        folder=generations.generations_folder(data) / new,
    )
    bundles = {
        source: read_bundle(generations.bundles_folder(data, source) / name)
        for source, name in parent.bundles.items()
    }
    triples = list(registry.triples(generation, bundles, rights.stated(data)))

    def work(store: ox.Store) -> None:
        publish.rewrite_registry(store, generation, triples)

    with generations.building(data) as folder:
        publish.branch(parent, folder / "store")
        publish.change(folder / "store", work)
        publish.confirm(folder / "store")
        generations.publish_folder(data, generation, folder)
    generations.discard(generations.sweep(data, keep))
