"""Whether what a load would read is what was loaded last: by hashes of all that goes into it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from app.graph import files as disk
from loaders.errors import LoadError
from loaders.files import files

_FORMAT: Final = 1
_FILE: Final = "loaded.json"
_FRESH_NS: Final = 2_000_000_000
"""A file changed so shortly before it was hashed may change again under the same stamp."""

Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Loaded:
    """What was loaded last.

    Attributes:
        signature: of all that went into it.
        bundle: id of the bundle that came of it.
        hashes: of its files, by path.
        things: how many things of each kind it has.
    """

    signature: str = ""
    bundle: str = ""
    hashes: Mapping[str, tuple[Stamp, str]] = field(default_factory=dict)
    things: Mapping[str, int] = field(default_factory=dict)


def read(folder: Path) -> Loaded:
    """What was loaded last; nothing where nothing is known, so that it is loaded again."""
    try:
        record = orjson.loads((folder / _FILE).read_bytes())
        if record["format"] != _FORMAT:
            return Loaded()
        hashes = {
            str(path): ((int(a), int(b), int(c)), str(digest))
            for path, ((a, b, c), digest) in record["hashes"].items()
        }
        things = {str(kind): int(many) for kind, many in record["things"].items()}
        return Loaded(str(record["signature"]), str(record["bundle"]), hashes, things)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Loaded()


def write(folder: Path, loaded: Loaded) -> None:
    """Remembers it, durably."""
    folder.mkdir(parents=True, exist_ok=True)
    record = {
        "format": _FORMAT,
        "signature": loaded.signature,
        "bundle": loaded.bundle,
        "hashes": loaded.hashes,
        "things": loaded.things,
    }
    disk.replace(folder / _FILE, orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")


def hashed(
    paths: Sequence[Path], known: Mapping[str, tuple[Stamp, str]]
) -> tuple[list[tuple[str, str]], dict[str, tuple[Stamp, str]]]:
    """Name and SHA-256 of every file, and what is to be known of them the next time.

    A file whose size, time and inode are as they were known is not read again.
    Raises: LoadError for a file that is not there or cannot be read.
    """
    found: list[tuple[str, str]] = []
    next_time: dict[str, tuple[Stamp, str]] = {}
    for path, name in files(paths):
        try:
            stat = path.stat()
            stamp = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
            place = str(path.resolve())
            before = known.get(place)
            if before is not None and before[0] == stamp:
                digest = before[1]
            else:
                with path.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise LoadError(f"{path}: cannot be read: {error.strerror}.") from None
        if time.time_ns() - stat.st_mtime_ns > _FRESH_NS:
            next_time[place] = (stamp, digest)
        found.append((name, digest))
    return sorted(found), next_time


def signature(*parts: object) -> str:
    """A hash of all that goes into a load."""
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()
