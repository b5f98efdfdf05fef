"""Generations: the immutable states of the graph, and which of them is current.

``DATA/generations/<id>/`` holds one state: ``store/`` (never written again) and
``generation.json``. ``DATA/CURRENT`` names the one that is read; replacing that file is the
only moment at which the graph changes. A reader holds a shared lock on ``generation.json``, so
that a generation in use is never swept away.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.errors import GraphError, NotFound
from app.graph import files, forgotten

FORMAT = 1
"""Version of ``generation.json``; a newer one is refused, never guessed at."""

_ID = re.compile(r"\d{6,}-[0-9a-f]{6}\Z")
_OPENING = ".opening-"
_BUILDING = ".building-"
_REMOVED = ".removed-"
_ORPHAN_SECONDS = 24 * 3600.0
"""Age from which a bundle that nothing names is taken for a leftover of a load that failed."""


@dataclass(frozen=True)
class Load:
    """One time that a source was loaded: an event that outlives its data.

    Attributes:
        source: the source's name.
        bundle: id of the bundle that was published.
        release: the source's release; "" if not stated.
        generation: id of the generation that showed it first.
        generated: when it was published, in ISO 8601 UTC.
        invalidated: when another load replaced it; "" while it stands.
    """

    source: str
    bundle: str
    release: str
    generation: str
    generated: str
    invalidated: str = ""


@dataclass(frozen=True)
class Finding:
    """One shape that something in the graph does not keep, and does not have to.

    Attributes:
        shape: IRI of the shape.
        severity: "Violation", "Warning" or "Info".
        message: what is asked for, in English.
        graph: IRI of the graph that was checked.
        count: how many times; ``MOST`` of ``check.py`` means that or more.
        examples: the first few focus nodes, each with the value in question if there is one.
    """

    shape: str
    severity: str
    message: str
    graph: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Generation:
    """One immutable state of the graph.

    Attributes:
        id: sorts by age; no two states of any installation share one.
        parent: the state it was made from; "" for the first.
        created: when, in ISO 8601 UTC.
        reason: what made it: "load esco", "edit", …
        bundles: the bundle id in it of each source.
        graphs: for each source, the graphs that its bundle fills, with their numbers of quads.
        edits: sequence number of the last logged edit that it holds.
        base: where minted IRIs begin.
        loads: every load since the first, oldest first.
        findings: what the last check of each source's graphs found, short of a violation.
        content: id of the generation from which this one differs in decisions at most; what is
            built without regard to decisions serves every generation of one content.
        folder: where it lies.
        merged: whether the files of its store were merged since the last load.
        noted: whether what its sources state of identity was noted; the first ones' was not.
    """

    id: str
    parent: str
    created: str
    reason: str
    bundles: Mapping[str, str]
    graphs: Mapping[str, Mapping[str, int]]
    edits: int
    base: str
    folder: Path = field(compare=False)
    content: str
    loads: tuple[Load, ...] = ()
    findings: tuple[Finding, ...] = ()
    merged: bool = False
    noted: bool = False

    @property
    def store(self) -> Path:
        """The folder of the store itself."""
        return self.folder / "store"

    @property
    def number(self) -> int:
        """Position in the line of generations, from 1."""
        return int(self.id.split("-")[0])

    def owner(self, graph: str) -> str | None:
        """The source whose bundle fills the graph, if one does."""
        return next((source for source, graphs in self.graphs.items() if graph in graphs), None)

    def to_json(self) -> bytes:
        """The content of ``generation.json``."""
        record = {
            "format": FORMAT,
            "id": self.id,
            "parent": self.parent,
            "created": self.created,
            "reason": self.reason,
            "bundles": dict(self.bundles),
            "graphs": {source: dict(graphs) for source, graphs in self.graphs.items()},
            "edits": self.edits,
            "content": self.content,
            "merged": self.merged,
            "noted": self.noted,
            "base": self.base,
            "loads": [asdict(load) for load in self.loads],
            "findings": [asdict(finding) for finding in self.findings],
        }
        return json.dumps(record, indent=1, sort_keys=True).encode() + b"\n"


def generations_folder(data: Path) -> Path:
    """Where the generations of a data folder lie."""
    return data / "generations"


def index_folder(data: Path, generation: str) -> Path:
    """Where the indexes of a generation lie, and of all others of its content.

    They are swept away with the last of them. Raises: NotFound or GraphError as ``read`` does.
    """
    return data / "index" / read(data, generation).content


def bundles_folder(data: Path, source: str) -> Path:
    """Where the bundles of a source lie."""
    return data / "bundles" / source


def current_id(data: Path) -> str:
    """Id of the current generation.

    Raises: GraphError if the folder holds no graph, or its pointer is damaged.
    """
    try:
        name = (data / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise GraphError(
            f"There is no graph in {data}. Load one first: polku load esco PATH, or polku demo."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise GraphError(f"{data / 'CURRENT'} cannot be read: {_reason(error)}.") from error
    if not _ID.match(name):
        raise GraphError(
            f"{data / 'CURRENT'} names no generation. "
            "Choose one of `polku generations` with `polku rollback GENERATION`."
        )
    return name


def current(data: Path) -> Generation | None:
    """The generation that is read now; None if nothing was ever published in the folder.

    Raises: GraphError if the folder is damaged.
    """
    if not (data / "CURRENT").exists():
        return None
    generation = current_id(data)
    try:
        return read(data, generation)
    except NotFound:
        raise _lost(data, generation) from None


def read(data: Path, generation: str) -> Generation:
    """The generation of that id.

    Raises: NotFound if it is not (or no longer) kept, GraphError if it is damaged.
    """
    folder = generations_folder(data) / generation
    if not _ID.match(generation) or not folder.is_dir():
        kept = ", ".join(one.id for one in all(data)) or "none"
        raise NotFound(f"No generation {generation[:60]!r} is kept. Kept: {kept}.")
    return _read(folder)


def all(data: Path) -> list[Generation]:
    """Every generation that is kept, oldest first; damaged ones left out."""
    root = generations_folder(data)
    if not root.is_dir():
        return []
    found = []
    for folder in root.iterdir():
        if _ID.match(folder.name):
            with contextlib.suppress(GraphError):
                found.append(_read(folder))
    return sorted(found, key=lambda one: one.number)


def rollback(data: Path, generation: str, *, wait_seconds: float = 600.0) -> Generation:
    """The generation of that id, which is current from now on, exactly as it was.

    Later generations stay until they are swept, so that a rollback can be taken back.
    Raises: NotFound if it is not kept, Busy if another process goes on writing, GraphError if a
    person is about to be forgotten.
    """
    with write_lock(data, wait_seconds=wait_seconds):
        if not forgotten.done(data):
            raise GraphError(
                "A forgetting was interrupted, and this generation may name the person. "
                "Finish it first: polku person finish."
            )
        chosen = read(data, generation)
        point_to(data, chosen)
        return chosen


def write_lock(data: Path, *, wait_seconds: float) -> AbstractContextManager[None]:
    """The lock that whoever changes the graph holds; one at a time on a data folder."""
    data.mkdir(parents=True, exist_ok=True)
    return files.locked(
        data / "writer.lock",
        wait_seconds=wait_seconds,
        detail=f"Another process is changing the graph in {data}. Try again when it is done.",
    )


@contextlib.contextmanager
def holding(data: Path, generation: str | None = None) -> Iterator[Generation]:
    """A generation that is not swept away while the block runs.

    Raises: NotFound or GraphError as ``read`` and ``current`` do.
    """
    chosen, descriptor = hold(data, generation)
    try:
        yield chosen
    finally:
        os.close(descriptor)


def hold(data: Path, generation: str | None = None) -> tuple[Generation, int]:
    """A generation and the open file descriptor that keeps it from being swept away."""
    while True:
        wanted = generation or current_id(data)
        try:
            chosen = read(data, wanted)
            descriptor = os.open(chosen.folder / "generation.json", os.O_RDONLY | os.O_CLOEXEC)
        except (NotFound, FileNotFoundError):
            if generation is None and current_id(data) != wanted:
                continue  # a newer one came meanwhile, and this one was swept
            if generation is None:
                raise _lost(data, wanted) from None
            raise NotFound(f"Generation {wanted} is no longer kept.") from None
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if (chosen.folder / "generation.json").exists():
            return chosen, descriptor
        os.close(descriptor)  # swept between opening and locking


# Writing. What follows is called only by whoever holds the write lock.


def new_id(data: Path) -> str:
    """An id after every id that the folder has seen."""
    root = generations_folder(data)
    seen = [int(path.name.split("-")[0]) for path in root.glob("*-*") if _ID.match(path.name)]
    with contextlib.suppress(GraphError):
        seen.append(int(current_id(data).split("-")[0]))
    return f"{max(seen, default=0) + 1:06d}-{secrets.token_hex(3)}"


@contextlib.contextmanager
def building(data: Path) -> Iterator[Path]:
    """An unpublished folder to build a generation in; gone again unless it was published.

    It is locked while it is built, so that another writer does not take it for a leftover.
    """
    root = generations_folder(data)
    root.mkdir(parents=True, exist_ok=True)
    name = f"{os.getpid()}-{secrets.token_hex(6)}"
    opening, folder = root / f"{_OPENING}{name}", root / f"{_BUILDING}{name}"
    opening.mkdir()
    descriptor = os.open(opening, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        opening.rename(folder)
        yield folder
    finally:
        if folder.exists():
            shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def publish_folder(data: Path, generation: Generation, folder: Path) -> Generation:
    """The generation, published: durable on disk, then named by ``CURRENT``.

    The store has brought its own files to the disk when it was flushed; what is left are the
    entries of the folders.
    """
    files.replace(folder / "generation.json", generation.to_json())
    files.sync(folder / "store")
    folder.rename(generation.folder)
    files.sync(generations_folder(data))
    point_to(data, generation)
    return generation


def point_to(data: Path, generation: Generation) -> None:
    """Makes ``CURRENT`` name the generation, durably."""
    files.replace(data / "CURRENT", f"{generation.id}\n".encode())


def clean(data: Path) -> None:
    """Removes what crashed writers left, and nothing that a living one builds."""
    root = generations_folder(data)
    for path in root.iterdir() if root.is_dir() else ():
        if path.name.startswith(_REMOVED) or (
            path.name.startswith((_BUILDING, _OPENING)) and _abandoned(path)
        ):
            shutil.rmtree(path, ignore_errors=True)
    for path in data.glob(".CURRENT.*.new"):
        path.unlink(missing_ok=True)


def _abandoned(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        if folder.name.startswith(_OPENING) and time.time() - folder.stat().st_mtime < 60:
            return False  # its maker is about to lock it
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        finally:
            os.close(descriptor)
    return False


def sweep(data: Path, keep: int) -> list[Path]:
    """Takes away generations past the ``keep`` newest, and the bundles that none kept names.

    The last state before each of the ``keep`` latest loads is kept as well, so that a few edits
    do not push the way back out of reach. One that a reader holds stays until it lets go. The
    folders that come back are out of sight and only cost room: remove them with ``discard``.
    """
    kept = all(data)
    wanted = retained(kept, keep, current_id(data))
    removed = []
    discarded = []
    root = generations_folder(data)
    for generation in kept:
        if generation.id not in wanted and _let_go(generation):
            hidden = root / f"{_REMOVED}{generation.id}"
            generation.folder.rename(hidden)
            discarded.append(hidden)
            removed.append(generation)
    remaining = [one for one in kept if one not in removed]
    return discarded + _unneeded(data, remaining, removed)


def withdraw(data: Path, chosen: Iterable[Generation]) -> list[Path]:
    """Takes generations away at once, also those that a reader holds, and what they alone name.

    Whoever has one open reads it to the end. The folders that come back are out of sight and only
    cost room: remove them with ``discard``.
    """
    removed = list(chosen)
    discarded = []
    for generation in removed:
        hidden = generations_folder(data) / f"{_REMOVED}{generation.id}"
        generation.folder.rename(hidden)
        discarded.append(hidden)
    return discarded + _unneeded(data, all(data), removed)


def _unneeded(data: Path, remaining: list[Generation], removed: list[Generation]) -> list[Path]:
    """Indexes and bundles that no remaining generation names."""
    named = {pair for one in remaining for pair in one.bundles.items()}
    released = {pair for one in removed for pair in one.bundles.items()}
    indexes = _unnamed_indexes(data, {one.content for one in remaining})
    return indexes + _unnamed_bundles(data, named, released)


def discard(folders: Iterable[Path]) -> None:
    """Removes folders for good."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def retained(generations: list[Generation], keep: int, current_generation: str) -> set[str]:
    """Ids worth keeping: the newest, the current one, and the last before each recent load."""
    wanted = {one.id for one in generations[-keep:]} | {current_generation}
    before_loads = [
        earlier.id
        for earlier, later in itertools.pairwise(generations)
        if earlier.bundles != later.bundles
    ]
    return wanted | set(before_loads[-keep:])


def _let_go(generation: Generation) -> bool:
    descriptor = os.open(generation.folder / "generation.json", os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _unnamed_indexes(data: Path, contents: set[str]) -> list[Path]:
    root = data / "index"
    return [
        folder
        for folder in (root.iterdir() if root.is_dir() else ())
        if _ID.match(folder.name) and folder.name not in contents
    ]


def _unnamed_bundles(
    data: Path, named: set[tuple[str, str]], released: set[tuple[str, str]]
) -> list[Path]:
    root = data / "bundles"
    oldest = time.time() - _ORPHAN_SECONDS
    return [
        bundle
        for source in (root.iterdir() if root.is_dir() else ())
        for bundle in (source.iterdir() if source.is_dir() else ())
        if (pair := (source.name, bundle.name)) not in named
        and not bundle.name.startswith(".")
        and bundle.is_dir()
        # A fresh bundle that nothing names is about to be published by another process.
        and (pair in released or bundle.stat().st_mtime < oldest)
    ]


def _read(folder: Path) -> Generation:
    path = folder / "generation.json"
    try:
        record = json.loads(path.read_bytes())
        if record["format"] != FORMAT:
            raise GraphError(
                f"{path} has format {record['format']}, this Polku knows {FORMAT}. "
                "Use the version that wrote it, or load the sources anew."
            )
        generation = str(record["id"])
        content = str(record.get("content", generation))
        # They name folders that are written and removed; a restored file may say anything.
        if not _ID.match(generation) or not _ID.match(content):
            raise GraphError(f"{path} is damaged: it names no generation.")
        return Generation(
            id=generation,
            parent=str(record["parent"]),
            created=str(record["created"]),
            reason=str(record["reason"]),
            bundles={str(k): str(v) for k, v in record["bundles"].items()},
            graphs={
                str(source): {str(k): int(v) for k, v in graphs.items()}
                for source, graphs in record["graphs"].items()
            },
            edits=int(record["edits"]),
            base=str(record["base"]),
            content=content,
            merged=bool(record.get("merged", False)),
            noted=bool(record.get("noted", False)),
            folder=folder,
            loads=tuple(Load(**load) for load in record["loads"]),
            findings=tuple(
                Finding(**{**finding, "examples": tuple(finding["examples"])})
                for finding in record["findings"]
            ),
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise GraphError(f"{path} cannot be read: {_reason(error)}.") from error


def _lost(data: Path, generation: str) -> GraphError:
    return GraphError(
        f"{data / 'CURRENT'} names generation {generation}, which is not there. "
        "Choose one of `polku generations` with `polku rollback GENERATION`."
    )


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
