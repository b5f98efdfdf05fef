"""What is kept of one live source: which lists were fetched, and how far an open one has come.

``DATA/sources/<name>/<place>/state.json`` says it; beside it lies a folder for each list with a
file for each page. The file is replaced after every page, so that a process which dies loses
at most the page that it was fetching.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import orjson

from app.graph import files
from app.sources.errors import SourceError

_FORMAT: Final = 1
_STATE: Final = "state.json"


@dataclass(frozen=True)
class List:
    """A list of pages.

    Attributes:
        name: of its folder.
        since: from when on it was asked for; "" for all.
        answered: the source's moment of its first page; "" if it stated none.
        pages: how many are there.
        records: how many they hold.
        size: their bytes.
        following: address of the next page; "" when the list is whole.
        doubtful: whether a page was asked for twice, or the list by more than one process: a
            service that keeps the place of a list itself may have gone on in between.
    """

    name: str
    since: str = ""
    answered: str = ""
    pages: int = 0
    records: int = 0
    size: int = 0
    following: str = ""
    doubtful: bool = False


@dataclass(frozen=True)
class Kept:
    """What is kept of a source.

    Attributes:
        asked: what was asked for; something else begins anew.
        lists: whole lists, oldest first: all records, then what changed since.
        open: the list that is being fetched.
        file: name of the file, for a source that is one.
        etag, modified: by which the source tells whether that file changed.
        sha256: of that file.
    """

    asked: str
    lists: tuple[List, ...] = ()
    open: List | None = None
    file: str = ""
    etag: str = ""
    modified: str = ""
    sha256: str = ""


def read(folder: Path, asked: str) -> Kept:
    """What is kept of a source that was asked the same; nothing where it was asked else.

    Raises: SourceError if the file is damaged.
    """
    path = folder / _STATE
    try:
        record = orjson.loads(path.read_bytes())
        if record.pop("format") != _FORMAT:
            raise ValueError("another format")
        opened = record.pop("open")
        lists = tuple(List(**one) for one in record.pop("lists"))
        found = Kept(**record, lists=lists, open=List(**opened) if opened else None)
    except FileNotFoundError:
        return Kept(asked)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{path} cannot be read ({error}). Remove its folder: the source is then fetched anew."
        ) from None
    return found if found.asked == asked else Kept(asked)


def write(folder: Path, kept: Kept) -> None:
    """Keeps it; after a crash the file holds the old state or this one, whole."""
    files.replace(
        folder / _STATE,
        orjson.dumps({"format": _FORMAT, **asdict(kept)}, option=orjson.OPT_INDENT_2) + b"\n",
        mode=0o600,
    )
