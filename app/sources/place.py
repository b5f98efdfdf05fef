"""A live source as it was asked for: what kind of list, at which address, by whose key."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.errors import BadParameter
from app.sources.addresses import checked
from app.sources.http import Key
from app.sources.steps import Asked
from app.sources.walks import WALKS

_COUNTED = re.compile(r"([A-Za-z_][\w.\[\]-]{0,63})=(\d{1,9})\+(\d{1,6})\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?\Z")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}\Z")


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


def key(
    variable: str, header: str, parameter: str, environment: Mapping[str, str] = os.environ
) -> Key | None:
    """The credential that an environment variable holds; None where none is named.

    Raises: BadParameter if the variable is not set, or it is not said where it goes.
    """
    if not variable:
        if header or parameter:
            raise BadParameter("key", "Name the environment variable that holds the key.")
        return None
    if header and parameter:
        raise BadParameter("key-header", "A key goes into a header or a parameter, not into both.")
    value = environment.get(variable, "")
    if not value or not value.isascii() or not value.isprintable():
        raise BadParameter("key", f"The environment variable {variable[:80]} holds no key. Set it.")
    if parameter:
        return Key("", parameter, value)
    name = header or "Authorization"
    if not _HEADER.match(name):
        raise BadParameter("key-header", f"{name[:80]!r} is no header's name.")
    bearer = name.lower() == "authorization" and " " not in value
    return Key(name, "", f"Bearer {value}" if bearer else value)


def folder_of(data: Path, source: str, one: Place) -> Path:
    """Where what comes of a live source is kept."""
    return data / "sources" / source / one.name
