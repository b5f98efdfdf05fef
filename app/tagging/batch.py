"""Tagging the whole graph: everything that says something, on all cores, into one bundle.

What was tagged is remembered by model and by the hash of the text, so that a run reads only what
is new, goes on where an interrupted one stopped, and writes the same bundle either way. After
people decided something, the texts that it moves are read again, and no others (``near.py``). The
memory is a cache: without it the next run is only slower.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Final, Protocol, TypeVar

from app.errors import BadParameter, GraphError
from app.graph import generations, index_folder, open_graph
from app.graph.port import Graph
from app.settings import Settings
from app.tagging.engine import Engine, ready
from app.tagging.kept import Kept, Suggestions
from app.tagging.memory import packed
from app.tagging.port import Kind, TextToTag
from app.tagging.things import COURSE, SORTS, Sort, all_of, of_source, texts
from loaders.base import Run
from loaders.bundle import Bundle, Quad, write_quads_bundle
from loaders.errors import LoadError
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import Term, decimal, iri, text, typed

logger = logging.getLogger(__name__)

SOURCE: Final = "tags"

LEAST_STORED: Final = 0.1
"""Confidence below which a suggestion is not stored: there, nine in ten do not hold."""

THRESHOLD: Final = 0.2
"""Confidence from which a suggestion also stands as a plain triple unless the caller says so.

By cross-validation on judged texts the harmonic mean of precision and recall is highest here,
for courses and for works alike; two in five published suggestions were judged to apply, judges
having seen only part of all skills.
"""

_CHUNK: Final = 64
_SMALL: Final = 2 * _CHUNK
"""Texts for which no processes are started."""

_Item = TypeVar("_Item")


class Progress(Protocol):
    """Where a run reports."""

    def stage(self, name: str, total: int | None = None) -> None: ...  # noqa: D102
    def advance(self, amount: int) -> None: ...  # noqa: D102


class _Silent:
    def stage(self, name: str, total: int | None = None) -> None:
        pass

    def advance(self, amount: int) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Thing:
    """One thing to make claims about: its text is known by key, its claims by the text's hash."""

    iri: str
    sort: Sort
    key: str
    text_hash: str


def _key(sort: Sort, said: TextToTag) -> str:
    """What suggestions depend on, apart from the model: the text, and how it is read."""
    read_as = "\0".join((sort.relation, said.language, *(part.name for part in said.parts)))
    digest = hashlib.sha256(read_as.encode())
    digest.update(said.text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def tag(
    data: Path,
    *,
    source: str | None = None,
    threshold: float | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    iris: Minter | None = None,
) -> Bundle:
    """The bundle of claims for every course, micro-credential and work of the current generation.

    ``source`` limits what is tagged to what one source's graph describes; the claims about
    everything else stay as they were published. The caller publishes the bundle.

    Raises: BadParameter for a threshold or source that cannot be; GraphError if there is no graph,
    no ESCO in it, or the bundle cannot be written.
    """
    threshold = THRESHOLD if threshold is None else threshold
    if not LEAST_STORED <= threshold <= 1:
        raise BadParameter(
            "threshold", f"A threshold is from {LEAST_STORED} to 1; less is not stored."
        )
    shown = progress or _Silent()
    iris = iris or Minter(Settings(data=data).base)
    generation = generations.current(data)
    if generation is None:
        raise GraphError(f"{data} holds no graph yet. Load ESCO first: polku load esco FILES.")
    shown.stage("Reading labels")
    with open_graph(data, generation.id) as graph:
        engine = _engine(data, graph)
        if not engine.languages:
            raise GraphError("The graph holds no ESCO skills. Load them: polku load esco FILES.")
        only = _only(graph, source, iris)
        memory = Suggestions(data / "index" / "tagging", engine.undecided)
        moved = engine.moved(memory.decided())
        if moved is not None:
            memory.forget(moved)
        wanted = [(sort, sorted((only or {}).get(sort) or ())) for sort in SORTS]
        if only is None:
            wanted = [(sort, sorted(all_of(graph, sort))) for sort in SORTS]
        shown.stage("Tagging", sum(len(things) for _, things in wanted))
        reading = _Reading(graph, wanted, engine.languages, memory, shown)
        with memory:
            for read in _tagged(reading.new(), data, generation.id, engine, processes):
                memory.keep(*read)
                shown.advance(1)
            shown.stage("Writing claims")
            others = (
                _about_others(data / "bundles" / SOURCE / generation.bundles[SOURCE], only, iris)
                if only is not None and SOURCE in generation.bundles
                else ()
            )
            writer = _Writer(iris, engine.model, threshold)
            try:
                bundle = write_quads_bundle(
                    SOURCE,
                    writer.quads(reading.things, memory, others),
                    data / "bundles" / SOURCE,
                    run=writer.run,
                    title="Suggested skills",
                    may_be_empty=True,
                )
            except LoadError as error:
                raise GraphError(str(error)) from None
    memory.finish(engine.decided if source is None else None)
    return bundle


_Only = Mapping[Sort, frozenset[str]]
"""The things of a source, by sort."""


def _only(graph: Graph, source: str | None, iris: Minter) -> _Only | None:
    if source is None:
        return None
    only = {sort: of_source(graph, iris.graph(source), sort) for sort in SORTS}
    if not any(only.values()):
        raise BadParameter(
            "source", f"No course, micro-credential or work came from a source {source[:80]!r}."
        )
    return only


class _Reading:
    """Reads what is to be tagged, a few things at a time, and notes what it has read."""

    def __init__(
        self,
        graph: Graph,
        wanted: Sequence[tuple[Sort, Sequence[str]]],
        languages: Sequence[str],
        memory: Suggestions,
        shown: Progress,
    ) -> None:
        self._graph = graph
        self._wanted = wanted
        self._languages = languages
        self._memory = memory
        self._shown = shown
        self.things: list[_Thing] = []

    def new(self) -> Iterator[_Text]:
        """The texts that no one has tagged yet, each once."""
        seen: set[str] = set()
        for sort, things in self._wanted:
            said_something = 0
            for thing, said in texts(self._graph, sort, things, self._languages):
                said_something += 1
                key = _key(sort, said)
                self.things.append(_Thing(thing, sort, key, said.hash()))
                if key in seen or key in self._memory:
                    self._shown.advance(1)
                else:
                    seen.add(key)
                    yield key, said, sort.most
            self._shown.advance(len(things) - said_something)


_Text = tuple[str, TextToTag, int]
"""A text to tag: its key, itself, the number of suggestions wanted."""

_Read = tuple[str, list[Kept], Kind, str]
"""A text that was tagged: its key, what was suggested, its kind, its vector, packed."""


def _engine(data: Path, graph: Graph) -> Engine:
    return ready(graph, index_folder(data, graph.generation))


_worker: Engine | None = None


def _start(data: str, generation: str) -> None:
    """Make a worker process ready; the index lies on disk by now."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    # Where the disk is full no index is kept, and every process makes its own.
    with open_graph(Path(data), generation) as graph:
        _worker = _engine(Path(data), graph)
    # Millions of small objects stay for good, and what a text leaves holds no cycles.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _work(chunk: Sequence[_Text]) -> list[_Read]:
    assert _worker is not None  # noqa: S101
    return _suggested(_worker, chunk)


def _suggested(engine: Engine, chunk: Sequence[_Text]) -> list[_Read]:
    read = engine.tagged(
        [said for _, said, _ in chunk], max(most for _, _, most in chunk), LEAST_STORED
    )
    return [
        (
            key,
            [
                (
                    suggestion.skill,
                    suggestion.confidence,
                    suggestion.evidence[0].start,
                    suggestion.evidence[0].end,
                    suggestion.evidence[0].text,
                    suggestion.because,
                )
                for suggestion in tagged.suggestions[:most]
            ],
            said.kind,
            packed(tagged.vector),
        )
        for (key, said, most), tagged in zip(chunk, read, strict=True)
    ]


def _tagged(
    new: Iterator[_Text], data: Path, generation: str, engine: Engine, processes: int | None
) -> Iterator[_Read]:
    """Suggestions for every text, in the order of the texts."""
    few = list(islice(new, _SMALL + 1))
    chunks = _chunked(chain(few, new))
    size = processes or _cores()
    if size == 1 or len(few) <= _SMALL:
        for chunk in chunks:
            yield from _suggested(engine, chunk)
        return
    # Fresh processes: the store's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with _one_thread_each():
        pool = ProcessPoolExecutor(size, context, _start, (str(data), generation))
        try:
            running: deque[Future[list[_Read]]] = deque()
            for chunk in chunks:
                running.append(pool.submit(_work, chunk))
                if len(running) > 3 * size:
                    yield from running.popleft().result()
            while running:
                yield from running.popleft().result()
        except BrokenProcessPool:
            raise GraphError(
                "A process that tags texts was ended, perhaps for want of memory. What was tagged "
                "is kept: run polku tag again, with --processes 1 if memory is short."
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started within use one thread for linear algebra: the cores are all taken."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _chunked(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


class _Writer:
    """Claims and plain triples as quads."""

    def __init__(self, iris: Minter, model: str, threshold: float) -> None:
        self._iris = iris
        self._model = model
        self._threshold = threshold
        self.run = Run(iris=iris, release=model)
        self._claims = iri(iris.graph("claims"))
        self._links = iri(iris.graph("links"))

    def quads(
        self, things: Iterable[_Thing], memory: Suggestions, others: Iterable[Quad]
    ) -> Iterator[Quad]:
        """The run, every claim, and what stays of an earlier run about other things."""
        yield from others
        claims = self._claims
        least = Decimal(str(self._threshold))
        run = iri(self._iris.run(SOURCE, f"{self._model}-{least}"))
        type_, about, confidence_ = iri(terms.rdf.type), iri(terms.about), iri(terms.confidence)
        yield run, type_, iri(terms.TaggingRun), claims
        yield run, iri(terms.modelVersion), text(self._model), claims
        yield run, iri(terms.threshold), decimal(least), claims
        claim_class, suggested = iri(terms.Claim), iri(terms.Suggested)
        names = {
            name: iri(name)
            for name in (
                terms.skill, terms.relation, terms.status, terms.evidenceText, terms.evidenceStart,
                terms.evidenceEnd, terms.textHash, terms.because, terms.prov.wasGeneratedBy,
            )
        }  # fmt: skip
        integers: dict[int, Term] = {}
        for thing in things:
            self.run.counts[_PLURAL[thing.sort]] += 1
            kept = memory.of(thing.key)
            if not kept:
                self.run.counts[f"{_PLURAL[thing.sort]} without a suggestion"] += 1
                continue
            subject, relation = iri(thing.iri), iri(thing.sort.relation)
            plain = iri(thing.sort.suggested)
            text_hash = text(thing.text_hash)
            for skill_iri, confidence, start, end, evidence, because in kept:
                skill = iri(skill_iri)
                claim = iri(self._iris.claim(thing.iri, skill_iri, thing.sort.relation))
                yield claim, type_, claim_class, claims
                yield claim, about, subject, claims
                yield claim, names[terms.skill], skill, claims
                yield claim, names[terms.relation], relation, claims
                yield claim, confidence_, decimal(Decimal(str(confidence))), claims
                yield claim, names[terms.status], suggested, claims
                yield claim, names[terms.evidenceText], text(evidence), claims
                for name, offset in ((terms.evidenceStart, start), (terms.evidenceEnd, end)):
                    number = integers.get(offset)
                    if number is None:
                        number = integers[offset] = typed(str(offset), terms.xsd.integer)
                    yield claim, names[name], number, claims
                yield claim, names[terms.textHash], text_hash, claims
                yield claim, names[terms.because], text(because), claims
                yield claim, names[terms.prov.wasGeneratedBy], run, claims
                self.run.counts["claims"] += 1
                if confidence >= self._threshold:
                    yield subject, plain, skill, self._links
                    self.run.counts["claims published as plain triples"] += 1


_PLURAL: Mapping[Sort, str] = {
    sort: ("courses" if sort is COURSE else "works" if sort.most == 5 else "micro-credentials")
    for sort in SORTS
}


def _about_others(folder: Path, only: _Only, iris: Minter) -> Iterator[Quad]:
    """What the published bundle of tags says about things that this run leaves alone."""
    file = folder / "quads.nq"
    about, links = f"<{terms.about}>", f"<{iris.graph('links')}>"
    read = frozenset[str]().union(*only.values())
    replaced: set[str] = set()
    for subject, predicate, object_, _ in _lines(file):
        if predicate == about and object_[1:-1] in read:
            replaced.add(subject)
    for subject, predicate, object_, graph in _lines(file):
        gone = subject[1:-1] in read if graph == links else subject in replaced
        if not gone:
            yield Term(subject), Term(predicate), Term(object_), Term(graph)


def _lines(file: Path) -> Iterator[tuple[str, str, str, str]]:
    """The quads of a file that a bundle wrote: one line each, one space between terms."""
    try:
        with file.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                subject, predicate, rest = line.split(" ", 2)
                object_, graph = rest.rsplit(" ", 2)[0:2]
                yield subject, predicate, object_, graph
    except (OSError, ValueError):
        raise GraphError(
            f"{file}: cannot be read. Run polku tag for everything, without a source."
        ) from None
