"""The table of vendors: what each engine does otherwise, read from ``vendors.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

_TABLE = Path(__file__).parent / "vendors.toml"


@dataclass(frozen=True)
class Vendor:
    """One engine's ways; the table's head says what each of them means."""

    query: str
    update: str
    graphs: str
    tested: bool
    union: Mapping[str, str] = field(default_factory=dict)
    strict: Mapping[str, str] | None = None
    seconds: str = ""
    gzip: bool = False
    load: Mapping[str, str] = field(default_factory=dict)
    most: int = 0
    cut: str = ""
    ask: str = "boolean"
    rewrite: tuple[tuple[bytes, bytes], ...] = ()
    own: tuple[str, ...] = ()


@cache
def vendors() -> Mapping[str, Vendor]:
    """Every vendor by the name that POLKU_STORE_VENDOR gives it."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return MappingProxyType({name: _vendor(row) for name, row in table.items()})


def _vendor(row: dict[str, object]) -> Vendor:
    pairs = row.pop("rewrite", [])
    own = row.pop("own", [])
    if not isinstance(pairs, list) or not isinstance(own, list):
        raise TypeError("rewrite and own are lists")
    rewrite = tuple((str(old).encode(), str(new).encode()) for old, new in pairs)
    return Vendor(**row, rewrite=rewrite, own=tuple(own))  # type: ignore[arg-type]  # a test reads every row
