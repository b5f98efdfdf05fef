"""Bundles and stores cleared of the people who asked to be forgotten."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from app.graph.forgotten import Recogniser, names_of
from app.graph.people import Found, Names, find, may_name, without
from loaders.bundle import FAILED_REJECTS, Bundle, derive_bundle

_BLOCK = 2**18


def bundle(one: Bundle, known: Recogniser) -> Bundle:
    """The bundle without them, beside the old one, which is gone; itself if it names none.

    Raises: LoadError if the disk is full; nothing is changed then.
    """
    made = derived(one, known)
    if made.folder != one.folder:
        shutil.rmtree(one.folder)
    return made


def derived(one: Bundle, known: Recogniser) -> Bundle:
    """The bundle without them, beside the old one; itself if it names none.

    Raises: LoadError if the disk is full; nothing is changed then.
    """
    wanted = names_of(known)
    found = find(suspects(one.quads, wanted), wanted)

    def told(text: str) -> bool:
        return not known.named_in(text)

    words = [*(file.name for file in one.manifest.inputs)]
    words += [example for kind in one.manifest.warnings.values() for example in kind.examples]
    if (
        all(map(told, words))
        and all(told(line.decode(errors="replace")) for line in lines(one.rejects))
        and not names_any(one.quads, wanted, found)
    ):
        return one
    return derive_bundle(
        one, without(lines(one.quads), wanted, found), one.folder.parent, told=told
    )


def rejects_of_failed_loads(bundles: Path, known: Recogniser) -> None:
    """Removes the lists that failed loads left, where they name someone."""
    for file in bundles.glob(f"*/{FAILED_REJECTS}"):
        if any(known.named_in(line.decode(errors="replace")) for line in lines(file)):
            file.unlink()


def store(source: ox.Store, file: Path, wanted: Names) -> Found:
    """What a store says of them; the file holds all its quads."""
    source.dump(str(file), ox.RdfFormat.N_QUADS)
    return find(suspects(file, wanted), wanted)


def names_any(file: Path, wanted: Names, found: Found) -> bool:
    """Whether a file of N-Quads, in which that was found, names any of them."""
    if found.lines:
        return True
    kept = sum(1 for _ in without(suspects(file, wanted), wanted, found))
    return kept < sum(1 for _ in suspects(file, wanted))


def suspects(file: Path, wanted: Names) -> Iterator[bytes]:
    """The lines of a file in blocks of which some line may name anyone wanted, in their order."""
    with file.open("rb") as stream:
        while block := stream.readlines(_BLOCK):
            if may_name(b"".join(block), wanted):
                yield from block


def lines(file: Path) -> Iterator[bytes]:
    """The lines of a file."""
    with file.open("rb") as stream:
        yield from stream
