"""Bundles and stores cleared of the people who asked to be forgotten."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from app.graph import matches
from app.graph.forgotten import Recogniser, names_of
from app.graph.people import Found, Names, find, may_name, says, without
from loaders.bundle import FAILED_REJECTS, Bundle, derive_bundle

_BLOCK = 2**20


def _silent(_: int) -> None:
    return None


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

    def kept() -> Iterator[bytes]:
        return without(lines(one.quads), wanted, found)

    # What is left of a match with someone would tell that there was one.
    left = matches.whole(kept) if one.source == matches.SOURCE else kept()
    return derive_bundle(one, left, one.folder.parent, told=told)


def rejects_of_failed_loads(bundles: Path, known: Recogniser) -> None:
    """Removes the lists that failed loads left, where they name someone."""
    for file in bundles.glob(f"*/{FAILED_REJECTS}"):
        if any(known.named_in(line.decode(errors="replace")) for line in lines(file)):
            file.unlink()


def store(source: ox.Store, file: Path, wanted: Names) -> Found:
    """What a store says of them; the file holds all its quads, for which it may be there already."""
    if not file.exists():
        source.dump(str(file), ox.RdfFormat.N_QUADS)
    return find(suspects(file, wanted), wanted)


def names_any(file: Path, wanted: Names, found: Found) -> bool:
    """Whether a file of N-Quads, in which that was found, names any of them."""
    if found.lines:
        return True
    return any(says(line, wanted, found) for line in suspects(file, wanted))


def suspects(file: Path, wanted: Names, read: Callable[[int], None] = _silent) -> Iterator[bytes]:
    """The lines of a file in blocks of which some line may name anyone wanted, in their order.

    The line before each such block is among them: loaders state an author's name, then who that
    is. ``read`` takes the number of bytes read since its last call.
    """
    before = b""
    for block in _blocks(file):
        read(len(block))
        if may_name(block, wanted):
            if before:
                yield before
            yield from _split(block)
            before = b""
        else:
            before = block[block.rfind(b"\n", 0, -1) + 1 :]


def copy(file: Path, to: IO[bytes], wanted: Names, found: Found) -> None:
    """Writes the lines of a file that say nothing of the people wanted."""
    for block in _blocks(file):
        if may_name(block, wanted):
            to.writelines(without(_split(block), wanted, found))
        else:
            to.write(block)


def _blocks(file: Path) -> Iterator[bytes]:
    """The content of a file in pieces that end with a line."""
    rest = b""
    with file.open("rb") as stream:
        while piece := stream.read(_BLOCK):
            end = piece.rfind(b"\n") + 1
            if end:
                yield rest + piece[:end]
                rest = piece[end:]
            else:
                rest += piece
    if rest:
        yield rest


def _split(block: bytes) -> Iterator[bytes]:
    """The lines of a block, each with its end."""
    return iter(BytesIO(block))


def lines(file: Path) -> Iterator[bytes]:
    """The lines of a file."""
    with file.open("rb") as stream:
        yield from stream
