"""All sources of a description brought up to date: only what changed is loaded.

Each source goes its own way to a bundle; one that fails does not stop the others. Bundles of
what changed are published together, in one generation, or one by one where together they fail.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, Protocol

from app.errors import BadParameter, Busy, PolkuError
from app.graph import files
from app.graph.generations import Generation, bundles_folder, current
from app.graph.generations import all as all_generations
from app.settings import Settings
from app.sources import signature
from app.sources.changes import Changes, Counts, compare
from app.sources.description import Description, Source
from app.sources.inputs import Wanted, inputs
from app.sources.keys import key
from app.sources.manners import manners
from app.sources.options import options
from loaders.bundle import Bundle, read_bundle, source_name, write_bundle
from loaders.errors import LoadError
from loaders.files import total_bytes
from loaders.registry import loader
from ontology.iris import Minter

State = Literal["loaded", "unchanged", "failed", "skipped"]
STATES: Final[tuple[State, ...]] = ("loaded", "unchanged", "failed", "skipped")
COUNTED: Final = ("added", "changed", "removed", "unchanged")
"""What reports count, in their order."""

Publish = Callable[[Sequence[Bundle]], Generation]


class Shown(Protocol):
    """Where long work reports."""

    def stage(self, name: str, total: int | None = None) -> None: ...  # noqa: D102
    def advance(self, amount: int) -> None: ...  # noqa: D102


@dataclass(frozen=True)
class Outcome:
    """What became of one source.

    Attributes:
        state: loaded (or, in a dry run, would be), unchanged, failed, or skipped as disabled.
        changes: what the new release has that the old had not.
        rejected: how many records were turned away.
        message: why it failed.
        bundle: id of its bundle; "" if it has none.
    """

    name: str
    loader: str
    state: State
    schedule: str = ""
    release: str = ""
    changes: Changes = field(default_factory=Changes)
    rejected: int = 0
    message: str = ""
    bundle: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Matched:
    """What became of matching what sources hold; ``counts`` are those of matches."""

    state: Literal["matched", "unchanged", "failed"]
    counts: Counts = field(default_factory=Counts)
    message: str = ""


@dataclass(frozen=True)
class Synced:
    """What became of all sources, and of what follows from them.

    Attributes:
        outcomes: of each source.
        generation: the last one published; None if none was.
        matched: of matching; None where it was not asked for.
    """

    outcomes: tuple[Outcome, ...]
    generation: Generation | None
    matched: Matched | None = None


@dataclass(frozen=True)
class _Ready:
    """A source's new bundle, and what to remember once it is published."""

    bundle: Bundle
    loaded: signature.Loaded


def sync(
    description: Description,
    folder: Path,
    settings: Settings,
    publish: Publish,
    shown: Shown,
    *,
    only: Sequence[str] = (),
    dry_run: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Synced:
    """What became of each source; paths of the description begin at ``folder``.

    Raises: BadParameter for a name in ``only`` that is none; Busy if another sync runs.
    """
    for name in only:
        if name not in description.source:
            known = ", ".join(description.source)
            raise BadParameter("--only", f"There is no source {name[:80]!r}. Known: {known}.")
    with contextlib.ExitStack() as stack:
        root = settings.data / "sources"
        root.mkdir(parents=True, exist_ok=True)
        stack.enter_context(
            files.locked(
                root / "sync.lock",
                wait_seconds=0,
                detail=f"Another polku sync is at work on {settings.data}. Try again later.",
            )
        )
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="polku-dry-run-"))
        run = _Run(folder, settings, shown, say, Path(scratch) if dry_run else None)
        chosen = {n: s for n, s in description.source.items() if not only or n in only}
        # Tables name skills by ESCO's labels: ESCO comes first.
        order = sorted(chosen, key=lambda name: (chosen[name].loader or name) != "esco")
        outcomes = {name: run.one(name, chosen[name]) for name in order}
        generation = None if dry_run else _published(run, publish, outcomes)
        return Synced(tuple(outcomes[name] for name in chosen), generation)


class _Run:
    """One run: what is ready to be published, by source."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        shown: Shown,
        say: Callable[[str], None],
        scratch: Path | None,
    ) -> None:
        self.folder, self.settings, self.shown, self.say = folder, settings, shown, say
        self.scratch = scratch
        self.data = settings.data
        self.generation = current(settings.data)
        self.ready: dict[str, _Ready] = {}

    def one(self, name: str, source: Source) -> Outcome:
        """What becomes of a source, short of publishing it."""
        begun = time.monotonic()
        outcome = Outcome(name, source.loader or name, "skipped", source.schedule, source.release)
        if source.enabled:
            try:
                outcome = self._brought(outcome, source)
            except (LoadError, PolkuError, OSError) as error:
                outcome = replace(outcome, state="failed", message=said(error))
        return replace(outcome, seconds=round(time.monotonic() - begun, 3))

    def _brought(self, outcome: Outcome, source: Source) -> Outcome:
        name = outcome.name
        chosen = loader(outcome.loader)
        mapping = self.folder / source.mapping if source.mapping else None
        replacements = self.folder / source.replacements if source.replacements else None
        told = options(
            outcome.loader,
            mapping=mapping,
            replacements=replacements,
            name=name if name != outcome.loader else "",
            university=source.university,
            esco=self._bundle("esco"),
        )
        source_name(chosen, told)
        paths = self._inputs(outcome, source)
        remembered = signature.read(self.data / "sources" / name)
        beside = [
            file
            for file in [one for one in (mapping, replacements) if one]
            + [path.with_name(path.name + ".yaml") for path in paths if outcome.loader == "table"]
            if file.is_file()
        ]
        hashes, known = signature.hashed([*paths, *beside], remembered.hashes)
        own = signature.signature(
            importlib.metadata.version("polku"),
            self.settings.base,
            {**told, "licence": source.licence} if source.licence else dict(told),
            source.release,
            hashes,
        )
        before = self._bundle(name)
        loaded = signature.Loaded(own, before.id if before else "", known, remembered.things)
        if before and (remembered.signature, remembered.bundle) == (own, before.id):
            if known != remembered.hashes and self.scratch is None:
                signature.write(self.data / "sources" / name, loaded)
            stand = {kind: Counts(unchanged=many) for kind, many in remembered.things.items()}
            return _described(outcome, before, "unchanged", Changes(stand))
        self.shown.stage(f"Reading {name}", total_bytes(paths))
        bundle = write_bundle(
            chosen,
            paths,
            self.scratch / name if self.scratch else bundles_folder(self.data, name),
            iris=Minter(self.settings.base),
            release=source.release,
            options=told,
            licence=source.licence,
            max_rejects=source.max_rejects,
            progress=self.shown.advance,
        )
        self.shown.stage(f"Comparing {name}")
        changes = compare(lines(before), lines(bundle))
        loaded = replace(loaded, things={k: n.present for k, n in changes.kinds.items()})
        if before and not changes.any and _said_alike(before, bundle):
            if self.scratch is None:
                signature.write(self.data / "sources" / name, loaded)
                self._drop(bundle)
            return _described(outcome, before, "unchanged", changes)
        self.ready[name] = _Ready(bundle, replace(loaded, bundle=bundle.id))
        return _described(outcome, bundle, "loaded", changes)

    def _inputs(self, outcome: Outcome, source: Source) -> tuple[Path, ...]:
        if source.urls:
            self.shown.stage(f"Fetching {outcome.name}")
        return inputs(
            self.data,
            outcome.name,
            outcome.loader,
            [*(str(self.folder / path) for path in source.paths), *source.urls],
            wanted=Wanted(source.since, source.until, source.set_, source.prefix, source.pages),
            manners=manners(self.settings),
            key=key(source.key, source.key_header, source.key_parameter, os.environ),
            say=self.say,
        )

    def _bundle(self, name: str) -> Bundle | None:
        """The source's bundle: the one that is ready, else the published one, if there is any."""
        if name in self.ready:
            return self.ready[name].bundle
        if self.generation is None or name not in self.generation.bundles:
            return None
        return read_bundle(bundles_folder(self.data, name) / self.generation.bundles[name])

    def _drop(self, bundle: Bundle) -> None:
        """Removes a bundle that says what the published one says, unless it is in use."""
        kept = {one.bundles.get(bundle.source) for one in all_generations(self.data)}
        if bundle.id not in kept:
            shutil.rmtree(bundle.folder, ignore_errors=True)

    def publish(self, publish: Publish, names: Sequence[str]) -> Generation:
        """The generation that holds these sources' bundles, which are remembered as loaded."""
        generation = publish([self.ready[name].bundle for name in names])
        for name in names:
            signature.write(self.data / "sources" / name, self.ready[name].loaded)
        return generation


def _published(run: _Run, publish: Publish, outcomes: dict[str, Outcome]) -> Generation | None:
    """The generation of all that is ready; who cannot be published is told of in ``outcomes``."""
    names = list(run.ready)
    if not names:
        return None
    try:
        return run.publish(publish, names)
    except (Busy, OSError) as error:
        _fail(outcomes, names, error)
        return None
    except (LoadError, PolkuError) as error:
        if len(names) == 1:
            _fail(outcomes, names, error)
            return None
    generation = None
    for name in names:
        try:
            generation = run.publish(publish, [name])
        except (LoadError, PolkuError, OSError) as error:
            _fail(outcomes, [name], error)
    return generation


def _fail(outcomes: dict[str, Outcome], names: Sequence[str], error: Exception) -> None:
    for name in names:
        failed = replace(outcomes[name], state="failed", message=said(error))
        outcomes[name] = replace(failed, changes=Changes(), bundle="")


def _said_alike(one: Bundle, other: Bundle) -> bool:
    """Whether both say the same of themselves: release and licence."""
    mine, theirs = one.manifest, other.manifest
    return (mine.release, mine.licence) == (theirs.release, theirs.licence)


def _described(outcome: Outcome, bundle: Bundle, state: State, changes: Changes) -> Outcome:
    return replace(
        outcome,
        state=state,
        release=bundle.manifest.release,
        rejected=sum(bundle.manifest.rejects.values()),
        bundle=bundle.id,
        changes=changes,
    )


def lines(bundle: Bundle | None) -> Iterator[bytes]:
    """The lines of a bundle's N-Quads; none where there is no bundle."""
    if bundle is not None:
        with bundle.quads.open("rb") as stream:
            yield from stream


def said(error: Exception) -> str:
    """What to tell people of a failure."""
    if isinstance(error, BadParameter):
        return f"{error.param}: {error.detail}"
    if isinstance(error, PolkuError):
        return error.detail
    if isinstance(error, OSError):
        return ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
    return str(error)


def as_json(synced: Synced, *, began: str, seconds: float, dry_run: bool) -> Mapping[str, object]:
    """The report for machines."""
    return {
        "began": began,
        "seconds": seconds,
        "dryRun": dry_run,
        "generation": synced.generation.id if synced.generation else None,
        "sources": [_entry(one) for one in synced.outcomes],
        "matches": _matches(synced.matched),
    }


def _matches(one: Matched | None) -> Mapping[str, object] | None:
    if one is None:
        return None
    return {"state": one.state, **_counts(one.counts), "message": one.message}


def _counts(found: Counts) -> Mapping[str, object]:
    return {name: getattr(found, name) for name in COUNTED}


def _entry(one: Outcome) -> Mapping[str, object]:
    return {
        "name": one.name,
        "loader": one.loader,
        "state": one.state,
        "schedule": one.schedule,
        "release": one.release,
        "bundle": one.bundle,
        "seconds": one.seconds,
        **_counts(one.changes.all),
        "rejected": one.rejected,
        "kinds": {kind: _counts(found) for kind, found in one.changes.kinds.items()},
        "message": one.message,
    }
