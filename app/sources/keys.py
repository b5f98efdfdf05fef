"""Credentials of live sources: they come from the environment, and are shown nowhere."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.errors import BadParameter

_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}\Z")


@dataclass(frozen=True)
class Key:
    """A credential: where in a request it goes, and its value, which is never shown.

    Attributes:
        header: name of the header; "" for a parameter of the address.
        parameter: name of the parameter; "" for a header.
        value: what the environment held, with ``Bearer`` before it in Authorization.
    """

    header: str
    parameter: str
    value: str = field(repr=False)


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
