"""A live source as it was asked for: what kind of list, at which address."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from app.errors import BadParameter
from app.sources.addresses import checked
from app.sources.steps import Asked
from app.sources.walks import WALKS

_COUNTED = re.compile(r"([A-Za-z_][\w.\[\]-]{0,63})=(\d{1,9})\+(\d{1,6})\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?\Z")


@dataclass(frozen=True)
class Place:
    """A live source.

    Attributes:
        walk: name of its walk; "" for one file.
        asked: what is asked of it.
    """

    walk: str
    asked: Asked

    @property
    def name(self) -> str:
        """Name of its folder: a hash of all that is asked."""
        return hashlib.sha256(repr((self.walk, self.asked)).encode()).hexdigest()[:16]


def place(
    loader: str,
    url: str,
    *,
    since: str = "",
    until: str = "",
    set_: str = "",
    prefix: str = "",
    counted: str = "",
) -> Place:
    """The live source at an address, for a loader.

    Raises: Refused for an address that is not asked; BadParameter for what it cannot be asked.
    """
    checked(url)
    if counted:
        found = _COUNTED.match(counted)
        if found is None or not int(found[3]):
            raise BadParameter("pages", "Say the parameter, its start and step: page=1+1.")
        asked = Asked(url, parameter=found[1], start=int(found[2]), by=int(found[3]))
        return Place("numbered", asked)
    walk = loader if loader in WALKS else ""
    of_lists = {"from": since, "until": until, "set": set_, "prefix": prefix}
    if stated := [name for name, value in of_lists.items() if value and walk != "oai-pmh"]:
        raise BadParameter(stated[0], f"Only oai-pmh is asked by it, not {loader}.")
    for name, day in (("from", since), ("until", until)):
        if day and not _DAY.match(day):
            raise BadParameter(name, "Write a day (2026-05-04) or a moment (2026-05-04T00:00:00Z).")
    if walk in ("crossref", "openalex", "datacite") and not _is_list(url):
        walk = ""  # one work, by its own address
    return Place(walk, Asked(url, since, until, set_, prefix or "oai_dc"))


def _is_list(url: str) -> bool:
    last = checked(url).path.rstrip("/").rpartition("/")[2]
    return last in ("works", "dois")


def folder_of(data: Path, source: str, one: Place) -> Path:
    """Where what comes of a live source is kept."""
    return data / "sources" / source / one.name
