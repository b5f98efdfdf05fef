"""Forgetting a person: out of the graph, kept generations, bundles and the log, and for good.

The list comes first: from then on no load, edit or restore brings the person back, and no rollback
runs until all is done. Every step can be done again, so that a forgetting that was killed is
finished by the next one.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol, TypeVar

import pyoxigraph as ox

from app.errors import BadParameter, NotFound
from app.graph import clear, forgotten, generations, identity, matches, publish, registry, rights
from app.graph.edits import EditLog
from app.graph.embedded import open_store
from app.graph.generations import Generation
from app.graph.people import Found, Names, Person, authors, find, glance
from loaders.bundle import Bundle, read_bundle
from loaders.errors import LoadError
from loaders.identifiers import orcid
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import iri

logger = logging.getLogger(__name__)

WAIT_SECONDS: Final = 600.0

_ORCID: Final = tuple(map(ox.NamedNode, (terms.schema.orcid, "http://schema.org/orcid")))
_SAME: Final = tuple(
    map(ox.NamedNode, (terms.owl.sameAs, "https://schema.org/sameAs", "http://schema.org/sameAs"))
)
_ENTITY: Final = ox.NamedNode(terms.entity)
_PERSONS: Final = frozenset(
    {
        terms.schema.Person,
        "http://schema.org/Person",
        "http://xmlns.com/foaf/0.1/Person",
        "http://xmlns.com/foaf/0.1/Agent",
        "http://www.w3.org/ns/person#Person",
        "http://www.w3.org/ns/prov#Person",
        "http://data.europa.eu/snb/model/elm/Person",
    }
)
_MOST_IRIS: Final = 100


T = TypeVar("T")


class Progress(Protocol):
    """Where a forgetting says what it does."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Begins a stage; ``total`` in the units that ``advance`` counts."""

    def advance(self, amount: int) -> None:
        """Moves the stage on by so many units."""


class _Silent:
    def stage(self, name: str, total: int | None = None) -> None:
        pass

    def advance(self, amount: int) -> None:
        pass


@dataclass(frozen=True)
class Report:
    """What a forgetting reached, or would reach.

    Attributes:
        works: how many works the person stood on.
        bundles: how many bundles named them.
        edits: how many edits in the log did.
        withdrawn: ids of the generations that named them, the one that was current among them.
        generation: id of the generation that is current now; "" if there is no graph.
        listed: whether the list grew.
        known_as: IRIs by which the graph knows the person.
    """

    works: int
    bundles: int
    edits: int
    withdrawn: tuple[str, ...]
    generation: str
    listed: bool
    known_as: tuple[str, ...] = ()


def forget(
    data: Path,
    who: str,
    *,
    base: str,
    reason: str = "",
    dry_run: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    progress: Progress | None = None,
) -> Report:
    """What was reached in forgetting the person whose ORCID iD or IRI in the graph is given.

    A person of whom the graph says nothing is put on the list all the same, by ORCID iD.
    ``progress`` is told what is done and how far it is.
    Raises: BadParameter if the IRI is no person's, NotFound if nothing is known by it, Busy if
    another process goes on changing the graph, GraphError or LoadError if the disk is full.
    """
    with generations.write_lock(data, wait_seconds=wait_seconds):
        try:
            generations.clean(data)
            listed = forgotten.entries(data)
            before = all(one.done for one in listed)
            told = progress or _Silent()
            person = _person(data, who, base)
            with generations.building(data) as folder:
                dumped = folder / "quads.nq"
                works = _names(data, person, dumped, told)
                new = forgotten.entry(person, publish.now(), reason, listed)
                listed = [*listed, *([new] if new else [])]
                # Whoever was forgotten before is nowhere any more: this person alone is looked for.
                known = forgotten.Recogniser(listed, glance(person, works) if before else None)
                if dry_run:
                    would = _would(data, known, len(works), dumped, told, listed=new is not None)
                    return replace(would, known_as=tuple(sorted(person.iris)))
                if new is not None:
                    forgotten.write(data, listed)
                done = _finish(data, listed, known, dumped, told)
            return replace(done, works=len(works), listed=new is not None)
        except OSError as error:
            raise publish.said(error, data) from error


def finish(
    data: Path, *, wait_seconds: float = WAIT_SECONDS, progress: Progress | None = None
) -> Report:
    """What was reached in bringing a data folder into line with its list.

    Raises: as ``forget``.
    """
    with generations.write_lock(data, wait_seconds=wait_seconds):
        try:
            generations.clean(data)
            return _finish_all(data, progress or _Silent())
        except OSError as error:
            raise publish.said(error, data) from error


def apply(data: Path) -> Report:
    """The same as ``finish``, for a caller who holds the lock or has the folder to itself."""
    return _finish_all(data, _Silent())


def _finish_all(data: Path, progress: Progress) -> Report:
    listed = forgotten.entries(data)
    return _finish(data, listed, forgotten.Recogniser(listed), None, progress)


def _finish(
    data: Path,
    listed: Sequence[forgotten.Entry],
    known: forgotten.Recogniser,
    dumped: Path | None,
    progress: Progress,
) -> Report:
    """What was reached; ``dumped``: the quads of the current generation, if they were written."""
    edits = EditLog(data).redact(lambda edit: forgotten.redacted(edit, known))
    clear.rejects_of_failed_loads(data / "bundles", known)
    made = {
        (one.source, one.id): new
        for one in _each(list(_bundles(data)), "Clearing what was loaded", progress)
        if (new := clear.derived(one, known)).folder != one.folder
    }
    current = generations.current(data)
    latest = current
    if current is not None:
        latest = _rebuilt(data, current, made, known, dumped, progress) or current
    naming = [
        one
        for one in _each(generations.all(data), "Looking through kept generations", progress)
        if latest is None
        or (one.id != latest.id and _is_named_in(data, one, made, forgotten.names_of(known)))
    ]
    generations.discard(generations.withdraw(data, naming))
    for source, name in made:
        shutil.rmtree(generations.bundles_folder(data, source) / name, ignore_errors=True)
    forgotten.write(data, forgotten.finished(listed))
    logger.info("people forgotten", extra={"people": len(listed), "generations": len(naming)})
    return Report(
        works=0,
        bundles=len(made),
        edits=edits,
        withdrawn=tuple(one.id for one in naming),
        generation=latest.id if latest else "",
        listed=False,
    )


def _would(
    data: Path,
    known: forgotten.Recogniser,
    works: int,
    dumped: Path,
    progress: Progress,
    *,
    listed: bool,
) -> Report:
    """The report of a forgetting that changes nothing."""
    wanted = forgotten.names_of(known)
    named = {
        (one.source, one.id): one
        for one in _bundles(data)
        if clear.names_any(one.quads, wanted, find(clear.suspects(one.quads, wanted), wanted))
    }
    edits = sum(forgotten.redacted(one.edit, known) != one.edit for one in EditLog(data).edits())
    current = generations.current(data)
    naming = [
        one.id
        for one in _each(generations.all(data), "Looking through kept generations", progress)
        if _is_named_in(
            data, one, named, wanted, dumped if current and one.id == current.id else None
        )
    ]
    return Report(
        works, len(named), edits, tuple(naming), current.id if current else "", listed=listed
    )


def _bundles(data: Path) -> Iterator[Bundle]:
    """Every bundle in the folder that is whole."""
    for folder in sorted((data / "bundles").glob("*/*")):
        if folder.is_dir() and not folder.name.startswith("."):
            try:
                yield read_bundle(folder)
            except LoadError:
                continue  # half of one, which nothing names


def _is_named_in(
    data: Path,
    one: Generation,
    made: Mapping[tuple[str, str], Bundle],
    wanted: Names,
    dumped: Path | None = None,
) -> bool:
    """Whether a generation, or a bundle of it, names anyone wanted."""
    if any(pair in made for pair in one.bundles.items()):
        return True
    with generations.building(data) as folder:
        folder.joinpath("store").mkdir(parents=True)
        file = dumped or folder / "quads.nq"
        return clear.names_any(file, wanted, clear.store(open_store(one), file, wanted))


def _rebuilt(
    data: Path,
    parent: Generation,
    made: Mapping[tuple[str, str], Bundle],
    known: forgotten.Recogniser,
    dumped: Path | None,
    progress: Progress,
) -> Generation | None:
    """The current generation anew, without those on the list; None if it names none of them.

    A fresh store is loaded: what is removed from a store stays in its files.
    """
    wanted = forgotten.names_of(known)
    with generations.building(data) as folder:
        own, cleared = folder / "quads.nq", folder / "cleared.nq"
        old = open_store(parent)
        quads = dumped or own
        found = clear.store(old, quads, wanted)
        replaced = {pair[0]: made[pair] for pair in parent.bundles.items() if pair in made}
        if not replaced and not clear.names_any(quads, wanted, found):
            return None
        progress.stage("Building the graph anew", quads.stat().st_size)
        with cleared.open("wb") as stream:
            clear.copy(quads, stream, wanted, found)
        own.unlink(missing_ok=True)
        generation = _described(data, parent, replaced, known)
        bundles = {
            source: read_bundle(generations.bundles_folder(data, source) / name)
            for source, name in generation.bundles.items()
        }
        graphs = [one for one in old.named_graphs() if not wanted.names(str(one).encode())]

        stated = rights.stated(data)
        bereft = identity.bereft(old, wanted.node)

        def work(store: ox.Store) -> None:
            if cleared.stat().st_size:
                with publish.Counted(cleared, progress.advance) as file:
                    store.bulk_load(file, ox.RdfFormat.N_QUADS)
            for graph in graphs:
                store.add_graph(graph)
            identity.forget(store, Minter(parent.base), matches.edges(generation), bereft)
            publish.rewrite_registry(
                store, generation, registry.triples(generation, bundles, stated)
            )

        publish.change(folder / "store", work)
        cleared.unlink()
        publish.confirm(folder / "store")
        return generations.publish_folder(data, generation, folder)


def _described(
    data: Path,
    parent: Generation,
    replaced: Mapping[str, Bundle],
    known: forgotten.Recogniser,
) -> Generation:
    new = generations.new_id(data)
    bundles = {source: one.id for source, one in replaced.items()}
    return replace(
        parent,
        id=new,
        parent=parent.id,
        created=publish.now(),
        reason="forget people",
        content=new,
        merged=False,
        folder=generations.generations_folder(data) / new,
        bundles={**parent.bundles, **bundles},
        graphs={
            **parent.graphs,
            **{source: dict(one.manifest.graphs) for source, one in replaced.items()},
        },
        loads=tuple(
            replace(load, bundle=bundles.get(load.source, load.bundle))
            if not load.invalidated
            else load
            for load in parent.loads
        ),
        findings=tuple(
            replace(one, examples=tuple(said for said in one.examples if not known.named_in(said)))
            for one in parent.findings
        ),
    )


def _person(data: Path, who: str, base: str) -> Person:
    """The identifiers of the person, as given and as the kept generations tie them together."""
    try:
        iri(who)
    except ValueError:
        raise BadParameter(
            "IRI",
            f"{who[:200]!r} is no IRI. Give an ORCID iD as https://orcid.org/0000-0002-1825-0097, "
            "or the IRI of the person in the graph.",
        ) from None
    person = Person()
    stores = [open_store(one) for one in generations.all(data)]
    current = generations.current(data)
    joined = _Joined(stores, open_store(current), base) if current else None
    there = _is_person(stores, who)
    own = _own_orcid(who, base)
    if own is None and there is None:
        raise NotFound(f"<{who[:500]}> is nobody in the graph, nor in a generation that is kept.")
    if own is None and not there and not who.startswith(f"{base}person/"):
        raise BadParameter("IRI", f"<{who[:500]}> is in the graph, and is no person.")
    waiting = [who]
    seen: set[str] = set()
    while waiting and len(seen) < _MOST_IRIS:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        known = _own_orcid(node, base)
        if known is None:
            person.iris.add(node)
            found = _orcids(stores, node)
        else:
            found = {known}
        for one in found - person.orcids:
            person.orcids.add(one)
            waiting += _held_by(stores, one)
        waiting += _same(stores, node)
        waiting += joined.to(node) if joined else ()
    return person


class _Joined:
    """What is one with a person by matches, be they a source's, a machine's or a curator's.

    A description that only an earlier generation has is followed as that one had it. Two that are
    told apart now are not one, whatever was said before.
    """

    def __init__(self, stores: Sequence[ox.Store], current: ox.Store, base: str) -> None:
        self._stores, self._current = stores, current
        self._accepted = [
            (one.about, one.other)
            for one in identity.last_words(current, Minter(base))
            if one.holds
        ]

    def to(self, who: str) -> Iterator[str]:
        """The persons that are one with this one, by their IRIs."""
        mine = _entity(self._current, who)
        found = {one: None for store in self._stores for one in _with_entity_of(store, who)}
        # A curator's word holds of what is gone as well, and of what may come back.
        found |= {end: None for pair in self._accepted if who in pair for end in pair}
        for one in found:
            theirs = _entity(self._current, one)
            apart = mine is not None and theirs is not None and mine != theirs
            kinds = _kinds(self._stores, one) - {terms.as_.Tombstone}
            if one != who and not apart and (not kinds or kinds & _PERSONS):
                yield one


def _entity(store: ox.Store, thing: str) -> str | None:
    quads = store.quads_for_pattern(ox.NamedNode(thing), _ENTITY, None, None)
    return next((one.object.value for one in quads if isinstance(one.object, ox.NamedNode)), None)


def _with_entity_of(store: ox.Store, thing: str) -> Iterator[str]:
    """What has the entity of this thing, and the entity itself."""
    entity = _entity(store, thing)
    if entity is None:
        return
    yield entity
    for quad in store.quads_for_pattern(None, _ENTITY, ox.NamedNode(entity), None):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject.value


def _names(data: Path, person: Person, dumped: Path, progress: Progress) -> Collection[bytes]:
    """The works the person stands on, in brackets; the person learns each name that stands there.

    ``dumped``: the file to which the current generation's quads are written.
    """
    given = Names(
        lambda one: _dashed(one) in person.orcids,
        (lambda one: one.decode(errors="replace") in person.iris) if person.iris else None,
        lambda _work, _said: False,
        glance(person, ()),
    )
    found = Found()
    files = [one.quads for one in _bundles(data)]
    current = generations.current(data)
    if current is not None:
        progress.stage("Reading the graph")
        files.append(dumped)
        dumped.parent.joinpath("store").mkdir(exist_ok=True)
        open_store(current).dump(str(dumped), ox.RdfFormat.N_QUADS)
    progress.stage("Looking for the person", 2 * sum(file.stat().st_size for file in files))
    for file in files:
        find(clear.suspects(file, given, progress.advance), given, found)
    on_works = replace(given, glance=glance(person, found.works))
    for file in files:
        person.names.update(authors(clear.suspects(file, on_works, progress.advance), found))
    person.said = found.said | {said for _, said in person.names}
    return found.works


def _each(items: Sequence[T], stage: str, progress: Progress) -> Iterator[T]:
    """The items, each counted once it is done with."""
    progress.stage(stage, len(items))
    for item in items:
        yield item
        progress.advance(1)


def _own_orcid(who: str, base: str) -> str | None:
    """The ORCID iD that an IRI consists of, if it does."""
    for start in ("https://orcid.org/", "http://orcid.org/", f"{base}person/orcid/"):
        if who.startswith(start):
            return orcid(who.removeprefix(start))
    return None


def _dashed(found: bytes) -> str:
    plain = found.decode("ascii", "replace").replace("-", "").upper()
    return "-".join(plain[at : at + 4] for at in range(0, 16, 4))


def _is_person(stores: Sequence[ox.Store], who: str) -> bool | None:
    """Whether it is described as a person, or stands where authors do; None if it is nowhere."""
    node = ox.NamedNode(who)
    if kinds := _kinds(stores, who):
        return bool(kinds & _PERSONS)
    if any(
        True
        for store in stores
        for _ in store.quads_for_pattern(None, ox.NamedNode(terms.dcterms.creator), node, None)
    ):
        return True
    there = any(
        True
        for store in stores
        for found in (
            store.quads_for_pattern(node, None, None, None),
            store.quads_for_pattern(None, None, node, None),
        )
        for _ in found
    )
    return False if there else None


def _kinds(stores: Sequence[ox.Store], who: str) -> set[str]:
    """The classes that it is said to be of; none of what is gone, or has only a name."""
    return {
        quad.object.value
        for store in stores
        for quad in store.quads_for_pattern(
            ox.NamedNode(who), ox.NamedNode(terms.rdf.type), None, None
        )
        if isinstance(quad.object, ox.NamedNode)
    }


def _orcids(stores: Sequence[ox.Store], who: str) -> set[str]:
    values = {
        quad.object.value
        for store in stores
        for name in _ORCID
        for quad in store.quads_for_pattern(ox.NamedNode(who), name, None, None)
        if isinstance(quad.object, ox.Literal | ox.NamedNode)
    }
    return {found for one in values if (found := orcid(one)) is not None}


def _held_by(stores: Sequence[ox.Store], identifier: str) -> list[str]:
    """IRIs that state the ORCID iD as theirs."""
    forms = [f"https://orcid.org/{identifier}", f"http://orcid.org/{identifier}"]
    values: list[ox.Literal | ox.NamedNode] = [
        *map(ox.Literal, (identifier, *forms)),
        *map(ox.NamedNode, forms),
    ]
    return [
        quad.subject.value
        for store in stores
        for name in _ORCID
        for value in values
        for quad in store.quads_for_pattern(None, name, value, None)
        if isinstance(quad.subject, ox.NamedNode)
    ]


def _same(stores: Sequence[ox.Store], who: str) -> list[str]:
    """IRIs that the graph says are the same person's, one step away."""
    node = ox.NamedNode(who)
    return [
        end.value
        for store in stores
        for name in _SAME
        for found in (
            store.quads_for_pattern(node, name, None, None),
            store.quads_for_pattern(None, name, node, None),
        )
        for quad in found
        for end in (quad.subject, quad.object)
        if isinstance(end, ox.NamedNode) and end != node
    ]
