"""Bundles: what a load writes, and all that a generation is built from.

A bundle is a folder named by its content::

    quads.nq        one line a quad, in the source's order
    rejects.jsonl   one line a record that was turned away: record, pointer, reason, hint
    manifest.json   what was loaded from which files, with counts, warnings and hashes

The same files give the same bundle, byte for byte: nothing in it tells time or place. It is
written in a temporary folder beside, flushed to disk and renamed, so that a load which fails,
is interrupted or killed leaves no bundle and touches none that stands.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, Final

import orjson

from loaders import registry
from loaders.base import Loader, Reject, Run
from loaders.errors import LoadError, TooManyRejects
from loaders.files import files
from ontology.iris import Minter
from ontology.ntriples import Term, iri

Quad = tuple[Term, Term, Term, Term]
"""Subject, predicate, object, graph."""

QUADS: Final = "quads.nq"
REJECTS: Final = "rejects.jsonl"
MANIFEST: Final = "manifest.json"
FAILED_REJECTS: Final = "rejects-of-failed-load.jsonl"
"""Kept beside the bundles when a load turned too many records away, until the next load."""

MAX_REJECTS: Final = 1000
"""Records that a load may turn away unless the caller says otherwise."""

_BATCH: Final = 8192
_TEMPORARY: Final = ".loading-"
_RESERVED: Final = frozenset(
    {"claims", "links", "decisions", "tags", "registry", "changes", "gone", "orphaned"}
)
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,63}\Z")


@dataclass(frozen=True)
class Input:
    """One file that was loaded: its relative name, SHA-256 and size in bytes."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Warnings:
    """Suspicious but loadable records of one kind: how many, and the first few."""

    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What a bundle holds and where it came from.

    Attributes:
        source: the name under which it replaces what was loaded before.
        graph: IRI of the source's graph.
        graphs: quads in each named graph, by IRI.
        release: the source's release; "" if not known.
        counts: what the loader counted, by name.
        rejects: records turned away, by reason.
        sha256: of ``quads.nq``.
    """

    source: str
    graph: str
    title: str
    publisher: str
    licence: str
    attribution: str
    release: str
    inputs: tuple[Input, ...]
    graphs: Mapping[str, int]
    quads: int
    sha256: str
    counts: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, Warnings] = field(default_factory=dict)
    rejects: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk; ``folder`` is named by its id."""

    folder: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """The id: a hash of all that the bundle says."""
        return self.folder.name

    @property
    def source(self) -> str:
        """The name under which it replaces what was loaded before."""
        return self.manifest.source

    @property
    def quads(self) -> Path:
        """The file of N-Quads."""
        return self.folder / QUADS

    @property
    def rejects(self) -> Path:
        """The file of rejects, one JSON object a line."""
        return self.folder / REJECTS


def read_bundle(folder: Path) -> Bundle:
    """The bundle in a folder.

    Raises: LoadError if it is not whole.
    """
    try:
        stated = orjson.loads((folder / MANIFEST).read_bytes())
        stated["inputs"] = tuple(Input(**entry) for entry in stated["inputs"])
        stated["warnings"] = {
            kind: Warnings(w["count"], tuple(w["examples"]))
            for kind, w in stated["warnings"].items()
        }
        return Bundle(folder, Manifest(**stated))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LoadError(f"{folder}: not a whole bundle ({error}). Load its source again.") from None


def source_name(loader: Loader, options: Mapping[str, str]) -> str:
    """The name under which a load stands: the option ``name``, else the loader's own.

    Raises: LoadError if the name cannot be used.
    """
    name = options.get("name", loader.name)
    if name == loader.name:
        return name
    if not _NAME.match(name):
        raise LoadError(
            f"Option name={name[:80]!r}: use small letters, digits and hyphens, a letter first."
        )
    if name in _RESERVED or name in registry.names():
        raise LoadError(f"Option name={name!r}: that name is taken. Choose another.")
    return name


def write_bundle(
    loader: Loader,
    paths: Sequence[Path],
    folder: Path,
    *,
    iris: Minter | None = None,
    release: str = "",
    options: Mapping[str, str] | None = None,
    licence: str = "",
    max_rejects: int | None = MAX_REJECTS,
    progress: Callable[[int], None] | None = None,
) -> Bundle:
    """The bundle of one load, written below ``folder`` (``DATA/bundles/<source>``).

    ``progress`` takes the number of input bytes read since it was last called; ``max_rejects``
    None means any number; ``licence`` is the IRI of the licence of just these files.

    Raises: LoadError, with nothing changed; TooManyRejects, whose message names the file in which
    the rejects were kept.
    """
    options = dict(options or {})
    source = source_name(loader, options)
    run = Run(iris=iris or Minter(), release=release, options=options)
    if progress is not None:
        run.progress = progress
    before = _stamps(paths)
    inputs = tuple(_hashed(path, name) for path, name in sorted(files(paths), key=itemgetter(1)))
    graph = iri(run.iris.graph(source))

    def quads() -> Iterator[Quad]:
        for s, p, o in loader.read(paths, run):
            yield s, p, o, graph
        if _stamps(paths) != before:
            raise LoadError("An input changed while it was read. Load it again.")

    return write_quads_bundle(
        source,
        quads(),
        folder,
        run=run,
        title=loader.title,
        publisher=loader.publisher,
        licence=licence or loader.licence,
        attribution=loader.attribution,
        inputs=inputs,
        max_rejects=max_rejects,
    )


def write_quads_bundle(
    source: str,
    quads: Iterable[Quad],
    folder: Path,
    *,
    run: Run,
    title: str,
    publisher: str = "",
    licence: str = "",
    attribution: str = "",
    inputs: Sequence[Input] = (),
    max_rejects: int | None = MAX_REJECTS,
    may_be_empty: bool = False,
) -> Bundle:
    """The bundle of any quads, of one graph or several; the core of ``write_bundle``.

    What ``run`` has counted, warned of and been told as its release when the quads are exhausted
    goes into the manifest; its reject sink is the bundle's.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _temporary(folder) as temporary:
            with (temporary / REJECTS).open("wb") as stream:
                rejects = _Rejects(stream, max_rejects, folder / FAILED_REJECTS)
                run.sink = rejects
                graphs, digest = _write_quads(quads, temporary / QUADS)
                _flush(stream)
            if not graphs and not may_be_empty:
                raise LoadError(_nothing(source, rejects.by_reason))
            manifest = Manifest(
                source=source,
                graph=run.iris.graph(source),
                title=title,
                publisher=publisher,
                licence=licence,
                attribution=attribution,
                release=run.release,
                inputs=tuple(inputs),
                graphs={graph[1:-1]: graphs[graph] for graph in sorted(graphs)},
                quads=graphs.total(),
                sha256=digest,
                counts=dict(sorted(run.counts.items())),
                warnings={
                    kind: Warnings(count, tuple(run.examples.get(kind, ())))
                    for kind, count in sorted(run.warnings.items())
                },
                rejects=dict(sorted(rejects.by_reason.items())),
            )
            made = _sealed(manifest, temporary, folder)
            (folder / FAILED_REJECTS).unlink(missing_ok=True)
        return Bundle(made, manifest)
    except OSError as error:
        raise LoadError(_said(error, folder)) from error


def derive_bundle(
    bundle: Bundle, lines: Iterable[bytes], folder: Path, *, told: Callable[[str], bool]
) -> Bundle:
    """The bundle with these lines of N-Quads instead of its own, written below ``folder``.

    What it says in words of records (rejects, examples of warnings) stays where ``told`` is true;
    a file's name that is not to be told gives way to its hash.
    Raises: LoadError, with nothing changed.
    """
    try:
        with _temporary(folder) as temporary:
            with bundle.rejects.open("rb") as old, (temporary / REJECTS).open("wb") as stream:
                stream.writelines(line for line in old if told(line.decode(errors="replace")))
                _flush(stream)
            graphs, digest = _write_lines(lines, temporary / QUADS)
            manifest = replace(
                bundle.manifest,
                inputs=tuple(
                    one if told(one.name) else replace(one, name=one.sha256[:20])
                    for one in bundle.manifest.inputs
                ),
                graphs={graph: graphs[graph] for graph in bundle.manifest.graphs},
                quads=graphs.total(),
                sha256=digest,
                warnings={
                    kind: replace(one, examples=tuple(filter(told, one.examples)))
                    for kind, one in bundle.manifest.warnings.items()
                },
            )
            made = _sealed(manifest, temporary, folder)
        return Bundle(made, manifest)
    except OSError as error:
        raise LoadError(_said(error, folder)) from error


def _sealed(manifest: Manifest, temporary: Path, folder: Path) -> Path:
    """The bundle's folder in its place, named by all that it says."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode(errors="replace")
    with (temporary / MANIFEST).open("wb") as stream:
        stream.write(text)
        _flush(stream)
    target = folder / hashlib.sha256(text).hexdigest()[:20]
    _put_in_place(temporary, target)
    return target


def _nothing(source: str, by_reason: Counter[str]) -> str:
    if by_reason:
        return f"{source}: nothing could be loaded, every record was turned away: {_sum(by_reason)}"
    return f"{source}: there is nothing to load in it."


def _said(error: OSError, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk that holds {folder} is full. Nothing was changed; make room and load again."
        )
    place = error.filename or folder
    return f"{place}: {error.strerror or error}. Nothing was changed."


def _write_quads(quads: Iterable[Quad], file: Path) -> tuple[Counter[str], str]:
    """Quads by graph, and the SHA-256 of the file."""
    graphs: Counter[str] = Counter()
    digest = hashlib.sha256()
    stream_of = iter(quads)
    with file.open("wb", buffering=0) as raw:
        while batch := list(islice(stream_of, _BATCH)):
            text = "".join([f"{s} {p} {o} {g} .\n" for s, p, o, g in batch]).encode()
            graphs.update(map(itemgetter(3), batch))
            digest.update(text)
            _write_all(raw, text)
        _flush(raw)
    return graphs, digest.hexdigest()


def _write_lines(lines: Iterable[bytes], file: Path) -> tuple[Counter[str], str]:
    """Lines by graph, and the SHA-256 of the file."""
    graphs: Counter[str] = Counter()
    digest = hashlib.sha256()
    with file.open("wb") as stream:
        for line in lines:
            graphs[line[line.rindex(b"<") + 1 : line.rindex(b">")].decode()] += 1
            digest.update(line)
            stream.write(line)
        _flush(stream)
    return graphs, digest.hexdigest()


def _write_all(raw: IO[bytes], text: bytes) -> None:
    written = raw.write(text)
    while written < len(text):
        text = text[written:]
        written = raw.write(text)


def _flush(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


class _Rejects:
    """The sink of rejects: writes them, counts them by reason, stops the load past the limit."""

    def __init__(self, stream: IO[bytes], limit: int | None, kept: Path) -> None:
        self.by_reason: Counter[str] = Counter()
        self._stream = stream
        self._limit = limit
        self._kept = kept
        self._count = 0

    def __call__(self, reject: Reject) -> None:
        line = json.dumps(asdict(reject), ensure_ascii=False) + "\n"
        self._stream.write(line.encode(errors="replace"))
        self._count += 1
        self.by_reason[reject.reason] += 1
        if self._limit is not None and self._count > self._limit:
            self._stream.flush()
            shutil.copyfile(self._stream.name, self._kept)
            raise TooManyRejects(
                f"More than {self._limit} records were turned away: {_sum(self.by_reason)} "
                f"They are listed in {self._kept}. Mend the input, or allow more with "
                "--max-rejects. Nothing was changed."
            )


def _sum(by_reason: Counter[str]) -> str:
    most = [f"{count} × {reason}" for reason, count in by_reason.most_common(5)]
    more = len(by_reason) - len(most)
    return "; ".join(most) + (f"; and {more} other reasons." if more else ".")


def _stamps(paths: Sequence[Path]) -> list[tuple[str, int, int]]:
    return [
        (name, stamp.st_size, stamp.st_mtime_ns)
        for path, name in files(paths)
        for stamp in (path.stat(),)
    ]


def _hashed(path: Path, name: str) -> Input:
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            return Input(name, digest, stream.tell())
    except OSError as error:
        raise LoadError(f"{path}: cannot be read: {error.strerror}.") from None


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    """A folder of this process alone: locked while it is used, gone after unless it was renamed."""
    with _locked(folder):
        _clear_abandoned(folder)
        path = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder))
        handle = os.open(path, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        path.chmod(0o755)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(handle)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _clear_abandoned(folder: Path) -> None:
    """Remove what killed loads left behind: temporary folders that no process holds locked."""
    for path in folder.glob(f"{_TEMPORARY}*"):
        with suppress(OSError):
            handle = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(handle)


def _put_in_place(temporary: Path, target: Path) -> None:
    """Rename the finished folder; a whole bundle of the same id that stands there is kept."""
    _sync_folder(temporary)
    try:
        temporary.rename(target)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        if not _alike(temporary, target):
            aside = temporary.with_name(temporary.name + "-damaged")
            target.rename(aside)
            temporary.rename(target)
            shutil.rmtree(aside, ignore_errors=True)
    _sync_folder(target.parent)


def _alike(one: Path, other: Path) -> bool:
    try:
        return all(
            _hashed(one / name, name) == _hashed(other / name, name)
            for name in (QUADS, REJECTS, MANIFEST)
        )
    except LoadError:
        return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
