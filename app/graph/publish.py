"""Publishing: bundles in, a new generation out; nothing changes unless all of it worked.

The new store begins as a checkpoint of the current one (hard links) when what has to be cleared
in it is small. Clearing is slow, bulk loading is fast: where much would have to be cleared, a
fresh store is loaded from every bundle, and what people have written is carried over.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import io
import logging
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from app.errors import GraphError
from app.graph import (
    changes,
    check,
    clear,
    files,
    forgotten,
    generations,
    gone,
    identity,
    matches,
    registry,
    rights,
)
from app.graph.embedded import open_store
from app.graph.generations import Finding, Generation, Load
from app.graph.settle import OWN, settle
from loaders.bundle import Bundle, read_bundle
from ontology.iris import Minter
from ontology.ntriples import Triple

logger = logging.getLogger(__name__)

CLEARED_PER_SECOND = 26_000
"""Quads that a store clears a second (1.3 M in 47–51 s)."""

LOADED_PER_SECOND = 130_000
"""Quads that a store bulk-loads a second (1.3 M in 10 s)."""

RESERVED = ("registry", "decisions", *OWN)
"""Names of graphs that no bundle may fill."""

KEEP = 5
"""Generations kept unless the caller says otherwise."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_WORDS = ("no space left", "disk quota", "file too large")


def publish(
    data: Path,
    bundles: Mapping[str, Bundle],
    *,
    progress: Callable[[int], None] | None = None,
    iris: Minter | None = None,
    keep: int = KEEP,
    wait_seconds: float = 600.0,
    checked: bool = True,
    keep_changes: int = changes.KEEP,
) -> Generation:
    """The generation in which each source's graphs are those of its bundle; current from now on.

    ``progress`` takes the number of bytes loaded since it was last called. The same bundles
    again make no new generation. ``checked`` False leaves the shapes stage out. What the load
    changed is noted in the graph of changes, which keeps ``keep_changes`` of them.
    Raises: BrokenShapes if the data breaks a shape; GraphError if the disk is full or a bundle
    cannot be used; Busy if another process goes on changing the graph for ``wait_seconds``. The
    published graph is then as it was.
    """
    asked = _Asked(
        data, bundles, progress or _silent, iris, keep, wait_seconds, checked, keep_changes
    )
    try:
        asked = _cleared(asked)
        generation = _attempt(asked)
        if generation is None:
            # Another load came in between. Now nothing can: the lock is held from the start.
            with generations.write_lock(data, wait_seconds=wait_seconds):
                generation = _attempt(_cleared(asked), held=True)
    except OSError as error:
        raise said(error, data) from error
    if generation is None:
        raise RuntimeError("overtaken while holding the lock")
    return generation


def load_triples(store: ox.Store, triples: Iterable[Triple], graph: ox.NamedNode) -> None:
    """Adds a small number of triples to a graph."""
    text = "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()
    store.load(text, ox.RdfFormat.N_TRIPLES, to_graph=graph)


def change(folder: Path, work: Callable[[ox.Store], None]) -> None:
    """Runs ``work`` on the store in the folder, and closes it with all of it on disk.

    The engine goes on merging files in the background until its store is closed, and the store
    closes when nothing refers to it any more: not an iterator, not the frame of an exception.
    Raises: RuntimeError if it stays open, since a reader would find its files changing.
    """
    _work(folder, work)
    if _is_open(folder):
        gc.collect()
        if _is_open(folder):
            raise RuntimeError(f"the store in {folder} is still open after its work")


def _work(folder: Path, work: Callable[[ox.Store], None]) -> None:
    store = ox.Store(str(folder))
    work(store)
    store.flush()


def _is_open(folder: Path) -> bool:
    """Whether this process has a file of the folder open; False where the system does not say."""
    inside = f"{folder.resolve()}{os.sep}"
    for link in Path("/proc/self/fd").glob("*"):
        with contextlib.suppress(OSError):
            if str(link.readlink()).startswith(inside):
                return True
    return False


def branch(parent: Generation, folder: Path) -> None:
    """Makes the folder a checkpoint of the parent's store: hard links, no copies."""
    open_store(parent).backup(str(folder))


def now() -> str:
    """This moment in ISO 8601 UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def said(error: OSError, data: Path) -> GraphError:
    """What to tell people of a failure of disk or store while publishing."""
    words = str(error).lower()
    if error.errno in _FULL or any(full in words for full in _FULL_WORDS):
        free = shutil.disk_usage(data).free // 2**20
        return GraphError(
            f"There is no room left on the disk that holds {data} ({free} MiB free). "
            "Make room and try again. The published graph is as it was."
        )
    return GraphError(f"Writing to {data} failed: {error}. The published graph is as it was.")


@dataclass(frozen=True)
class Plan:
    """How a generation is made: on a checkpoint with these graphs cleared, or fresh."""

    fresh: bool
    clear: tuple[str, ...]
    load: tuple[str, ...]


def plan(parent: Generation | None, bundles: Mapping[str, Bundle], changed: Iterable[str]) -> Plan:
    """The cheaper way to bring the changed sources into the graph.

    A checkpoint costs what is cleared and loaded; a fresh store what all bundles hold.
    """
    changed = tuple(sorted(changed))
    everything = Plan(fresh=True, clear=(), load=tuple(sorted(bundles)))
    if parent is None:
        return everything
    stale = {g: n for s in changed for g, n in parent.graphs.get(s, {}).items()}
    new = sum(bundles[source].manifest.quads for source in changed)
    all_quads = sum(bundle.manifest.quads for bundle in bundles.values())
    on_checkpoint = sum(stale.values()) / CLEARED_PER_SECOND + new / LOADED_PER_SECOND
    if stale and all_quads / LOADED_PER_SECOND < on_checkpoint:
        return everything
    return Plan(fresh=False, clear=tuple(sorted(stale)), load=changed)


@dataclass(frozen=True)
class _Asked:
    """What ``publish`` was asked for."""

    data: Path
    bundles: Mapping[str, Bundle]
    progress: Callable[[int], None]
    iris: Minter | None
    keep: int
    wait_seconds: float
    checked: bool
    keep_changes: int
    forgotten: int = 0


def _cleared(asked: _Asked) -> _Asked:
    """The same without whoever asked to be forgotten: no load brings them back."""
    listed = forgotten.entries(asked.data)
    known = forgotten.Recogniser(listed)
    if known.empty:
        return asked
    bundles = {}
    for source, one in asked.bundles.items():
        if not one.quads.exists():
            raise GraphError(
                f"A person was forgotten while {source} was loaded. Nothing was changed; "
                "load it again."
            )
        bundles[source] = clear.bundle(_adopted(asked.data, source, one), known)
    return replace(asked, bundles=bundles, forgotten=len(listed))


def _attempt(asked: _Asked, *, held: bool = False) -> Generation | None:
    """The new generation; None if another load was published while this one was built.

    The long part, loading and checking, runs without the lock, so that edits go on meanwhile;
    they are taken over at the end, under the lock. ``held``: the caller holds it.
    """
    started = time.monotonic()
    data = asked.data
    parent = generations.current(data)
    merged = _merged(data, parent, asked.bundles)
    before = parent.bundles if parent else {}
    changed = sorted(s for s, bundle in merged.items() if before.get(s) != bundle.id)
    if parent and not changed:
        return parent
    base = asked.iris.base if asked.iris else parent.base if parent else Minter().base
    graphs = {source: dict(bundle.manifest.graphs) for source, bundle in merged.items()}
    _refuse_shared(graphs, base)
    added = [graph for source in changed for graph in graphs[source]]
    chosen = plan(parent, merged, changed)
    found: list[Finding] = []
    made: list[changes.Changes] = []
    minter = Minter(base)

    def load(store: ox.Store) -> None:
        for graph in chosen.clear:
            store.remove_graph(ox.NamedNode(graph))
        for source in chosen.load:
            _bulk_load(store, merged[source], asked.progress)
        if chosen.fresh and parent:
            carry_over(parent, store)
        made.extend(_changes(asked, parent, merged, changed, store))
        gone.bury(store, minter, (one for load in made for one in load.gone), now())
        settle(store, minter)
        _identify(asked.data, parent, merged, changed, store, minter, anew=chosen.fresh)
        if asked.checked:
            found.extend(_checked(store, added))

    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(generations.building(data))
        if parent:
            stack.enter_context(generations.holding(data, parent.id))
            _refuse_clashes(parent, graphs)
            if not chosen.fresh:
                branch(parent, folder / "store")
        change(folder / "store", load)
        if not held:
            stack.enter_context(generations.write_lock(data, wait_seconds=asked.wait_seconds))
        generations.clean(data)
        latest = generations.current(data)
        if not _follows(latest, parent) or not all(one.folder.is_dir() for one in merged.values()):
            return None
        if len(forgotten.entries(data)) != asked.forgotten:
            return None  # someone was forgotten meanwhile, and may be in what was loaded
        if latest:
            _refuse_clashes(latest, graphs)
        kept = [one for one in (latest.findings if latest else ()) if one.graph not in added]
        generation = _describe(data, latest, merged, changed, base, (*kept, *found))

        stated = rights.stated(data)

        def finish(store: ox.Store) -> None:
            if latest and parent and latest.id != parent.id:
                take_over(latest, store, minter, generation)
            changes.write(store, minter, generation, made, asked.keep_changes)
            rewrite_registry(store, generation, registry.triples(generation, merged, stated))

        change(folder / "store", finish)
        confirm(folder / "store")
        generations.publish_folder(data, generation, folder)
        generations.discard(generations.sweep(data, asked.keep))
    logger.info(
        "generation published",
        extra={
            "generation": generation.id,
            "sources": sorted(asked.bundles),
            "fresh": chosen.fresh,
            "seconds": round(time.monotonic() - started, 3),
        },
    )
    return generation


def _changes(
    asked: _Asked,
    parent: Generation | None,
    merged: Mapping[str, Bundle],
    changed: Iterable[str],
    store: ox.Store,
) -> Iterator[changes.Changes]:
    """What the load changes in each source, held against the bundle that it takes the place of."""
    before = open_store(parent) if parent else None
    for source in changed:
        old = None
        if parent and source in parent.bundles:
            folder = generations.bundles_folder(asked.data, source) / parent.bundles[source]
            old = read_bundle(folder)
        yield changes.of_load(source, old, merged[source], (before, store), asked.keep_changes)


def _identify(
    data: Path,
    parent: Generation | None,
    merged: Mapping[str, Bundle],
    changed: Collection[str],
    store: ox.Store,
    iris: Minter,
    *,
    anew: bool,
) -> None:
    """Brings entities into line with what was loaded; ``anew``: the store was loaded whole."""
    noted = changed if parent and parent.noted else merged.keys()
    around: set[str] = set()
    for source in sorted({*noted} - {matches.SOURCE, "tags"}):
        around |= identity.note(store, iris, source, merged[source].quads)
        if parent and source in parent.bundles:
            old = generations.bundles_folder(data, source) / parent.bundles[source]
            around |= {thing for thing, _ in matches.stated(read_bundle(old).quads)}
    found = matches.joining(merged[matches.SOURCE].quads) if matches.SOURCE in merged else ()
    if parent:
        around |= identity.written(store, edit_graphs(store, parent))
    everything = anew or matches.SOURCE in changed
    identity.derive(store, iris, found, None if everything else around)


def _follows(latest: Generation | None, parent: Generation | None) -> bool:
    """Whether nothing but edits came after the parent."""
    if latest is None or parent is None:
        return latest is parent
    return (
        latest.bundles == parent.bundles
        and latest.number >= parent.number
        and latest.edits >= parent.edits
    )


def _merged(
    data: Path, parent: Generation | None, bundles: Mapping[str, Bundle]
) -> dict[str, Bundle]:
    """The bundles of every source: those of the parent, and the new ones in their place."""
    merged = {
        source: read_bundle(generations.bundles_folder(data, source) / bundle)
        for source, bundle in (parent.bundles.items() if parent else ())
        if source not in bundles
    }
    for source, bundle in bundles.items():
        if source != bundle.manifest.source:
            raise GraphError(
                f"The bundle in {bundle.folder} is of {bundle.manifest.source!r}, not {source!r}."
            )
        merged[source] = _adopted(data, source, bundle)
    return merged


def _adopted(data: Path, source: str, bundle: Bundle) -> Bundle:
    """The bundle, where generations look for it: copied there if it was written elsewhere."""
    home = generations.bundles_folder(data, source) / bundle.id
    if bundle.folder.resolve() == home.resolve():
        return bundle
    if not home.is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        arriving = home.with_name(f".arriving-{home.name}-{os.getpid()}")
        shutil.rmtree(arriving, ignore_errors=True)
        try:
            shutil.copytree(bundle.folder, arriving)
            files.sync_tree(arriving)
            arriving.rename(home)
        except OSError as error:
            shutil.rmtree(arriving, ignore_errors=True)
            raise said(error, data) from error
    return read_bundle(home)


def _describe(
    data: Path,
    parent: Generation | None,
    merged: Mapping[str, Bundle],
    changed: list[str],
    base: str,
    findings: tuple[Finding, ...],
) -> Generation:
    moment = now()
    new = generations.new_id(data)
    loads = [
        replace(load, invalidated=moment)
        if load.source in changed and not load.invalidated
        else load
        for load in (parent.loads if parent else ())
    ]
    loads += [
        Load(source, merged[source].id, merged[source].manifest.release, new, moment)
        for source in sorted(changed)
    ]
    return Generation(
        id=new,
        parent=parent.id if parent else "",
        created=moment,
        reason=f"load {', '.join(sorted(changed))}" if changed else "an empty graph",
        bundles={source: bundle.id for source, bundle in merged.items()},
        graphs={source: dict(bundle.manifest.graphs) for source, bundle in merged.items()},
        edits=parent.edits if parent else 0,
        base=base,
        content=new,
        folder=generations.generations_folder(data) / new,
        loads=tuple(loads),
        findings=findings,
        noted=True,
    )


def _refuse_clashes(parent: Generation, graphs: Mapping[str, Mapping[str, int]]) -> None:
    """Refuses a bundle that fills a graph in which people have written."""
    new = {g: s for s, filled in graphs.items() for g in filled if parent.owner(g) is None}
    store = open_store(parent) if new else None
    for graph, source in new.items():
        if store and store.contains_named_graph(ox.NamedNode(graph)):
            raise GraphError(
                f"<{graph}> already holds what people wrote, and {source} would fill it. "
                f"Move it away first: MOVE <{graph}> TO a graph of your own."
            )


def _refuse_shared(graphs: Mapping[str, Mapping[str, int]], base: str) -> None:
    """Refuses a bundle that fills another's graph, or one of Polku's own."""
    iris = Minter(base)
    reserved = {iris.graph(name) for name in RESERVED}
    filled: dict[str, str] = {}
    for source, names in graphs.items():
        for graph in names:
            if graph in reserved:
                raise GraphError(f"{source} fills <{graph}>, which is kept for Polku's own use.")
            if filled.setdefault(graph, source) != source:
                raise GraphError(f"{source} and {filled[graph]} both fill <{graph}>.")


def edit_graphs(store: ox.Store, generation: Generation) -> list[ox.NamedNode | ox.BlankNode]:
    """The named graphs that no bundle fills, but for the registry: people's, and Polku's own."""
    registry_graph = Minter(generation.base).graph(registry.NAME)
    return [
        graph
        for graph in store.named_graphs()
        if not (
            isinstance(graph, ox.NamedNode)
            and (graph.value == registry_graph or generation.owner(graph.value) is not None)
        )
    ]


def carry_over(
    parent: Generation, store: ox.Store, but: Collection[ox.NamedNode | ox.BlankNode] = ()
) -> None:
    """Copies what people wrote and loads keep, the unnamed graph included, exactly.

    Graphs in ``but`` are left out.
    """
    old = open_store(parent)
    graphs = [graph for graph in edit_graphs(old, parent) if graph not in but]

    def quads() -> Iterator[ox.Quad]:
        yield from old.quads_for_pattern(None, None, None, ox.DefaultGraph())
        for graph in graphs:
            yield from old.quads_for_pattern(None, None, None, graph)

    for graph in graphs:
        store.add_graph(graph)
    store.bulk_extend(quads())


def take_over(
    latest: Generation, store: ox.Store, iris: Minter, generation: Generation | None = None
) -> None:
    """Brings what people wrote and decided in the store to what it is in the latest generation.

    ``generation`` says which graphs are bundles' in the store, if others than in the latest.
    """
    own = [ox.NamedNode(iris.graph(name)) for name in OWN]  # no edit writes them
    for graph in (*edit_graphs(store, generation or latest), ox.DefaultGraph()):
        if graph not in own:
            store.remove_graph(graph)
    carry_over(latest, store, own)
    settle(store, iris)
    described = generation or latest
    theirs = identity.written(store, edit_graphs(store, described))
    identity.derive(store, iris, matches.edges(described), theirs)


def rewrite_registry(store: ox.Store, generation: Generation, triples: Iterable[Triple]) -> None:
    """Replaces the registry graph."""
    graph = ox.NamedNode(Minter(generation.base).graph(registry.NAME))
    store.clear_graph(graph)
    load_triples(store, triples, graph)


def refresh_identity(store: ox.Store, generation: Generation) -> None:
    """Brings the registry's word on the generation itself up to date."""
    graph = ox.NamedNode(Minter(generation.base).graph(registry.NAME))
    for predicate in registry.IDENTITY:
        for quad in list(store.quads_for_pattern(graph, ox.NamedNode(predicate), None, graph)):
            store.remove(quad)
    load_triples(store, registry.identity(generation), graph)


def confirm(folder: Path) -> None:
    """Opens a store as readers will; it is published only if that works.

    Raises: OSError if it cannot be opened.
    """
    ox.Store.read_only(str(folder)).query("ASK { GRAPH ?g { ?s ?p ?o } }")


def _checked(store: ox.Store, added: list[str]) -> list[Finding]:
    found = check.findings(store, added)
    check.refuse_violations(found)
    for one in found:
        logger.warning(
            "shape not kept",
            extra={"shape": one.shape, "graph": one.graph, "count": one.count},
        )
    return found


class Counted(io.BufferedReader):
    """A file that tells how much of it was read; an interrupt reaches it between reads."""

    def __init__(self, path: Path, progress: Callable[[int], None]) -> None:
        super().__init__(io.FileIO(path))
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes, told of."""
        chunk = super().read(size)
        self._progress(len(chunk))
        return chunk


def _bulk_load(store: ox.Store, bundle: Bundle, progress: Callable[[int], None]) -> None:
    if not bundle.quads.stat().st_size:
        return
    try:
        with Counted(bundle.quads, progress) as file:
            store.bulk_load(file, ox.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as error:
        raise GraphError(
            f"{bundle.quads} is damaged ({error}). Load {bundle.manifest.source} again."
        ) from error


def _silent(_: int) -> None:
    return None
