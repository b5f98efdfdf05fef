"""The formats there are; to add one, write a file with a ``FORMAT`` in it and name it here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.errors import BadParameter
from app.exports import dcat, elm, koutalight, oeapi, openbadges, schema_org, table
from app.exports.formats import Format

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        module.FORMAT.name: module.FORMAT
        for module in (elm, schema_org, openbadges, oeapi, koutalight)
    }
)
"""Formats of single things, by name."""

PROFILES = (*FORMATS, table.NAME)
"""What a thing, or all of them, may be asked as."""

CATALOGUES = (*PROFILES, dcat.NAME)
"""What the whole graph may be asked as."""


def known(name: str, names: tuple[str, ...] = PROFILES) -> str:
    """The name. Raises: BadParameter, with the names there are, for another."""
    if name not in names:
        raise BadParameter(
            "profile", f"There is no profile {name[:40]!r}. Known: {', '.join(names)}."
        )
    return name
