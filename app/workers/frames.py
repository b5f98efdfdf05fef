"""What goes over the socket between a worker and who started it: length-prefixed frames.

A frame is one letter, its length in four bytes (big-endian), and so many bytes.

=====  ==========================================================================
``C``  call: ``{"method": …, "payload": {…}}``, the only frame that a worker receives
``S``  the service stands and takes calls
``R``  result: any JSON value; ends the call
``H``  head of a stream: a JSON object
``D``  a piece of a stream
``E``  end of a stream; ends the call
``X``  error: ``{"error": name, "fields": {…}}``; ends the call
=====  ==========================================================================
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from app import errors
from app.errors import PolkuError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]

HEADER = struct.Struct("!cI")
"""Letter and length."""

LARGEST = 2**28
"""Bytes of the largest frame that is taken; a larger one means that the other side is broken."""

FAILED = "Failed"
"""Name that any error has which is not one of ours: its text stays in the log."""


@dataclass(frozen=True)
class Stream:
    """What a service's method returns to answer in pieces.

    ``head`` is sent when the first piece is there, so that an early failure is still an error.
    """

    head: JsonObject
    pieces: Iterator[bytes]


@dataclass(frozen=True)
class Push:
    """As ``Stream``, for what writes its pieces itself: ``push`` is given the function to call."""

    head: JsonObject
    push: Callable[[Callable[[bytes], None]], None]


def frame(kind: bytes, content: bytes = b"") -> bytes:
    r"""A frame as it goes over the socket.

    >>> frame(b"E")
    b'E\x00\x00\x00\x00'
    """
    return HEADER.pack(kind, len(content)) + content


def json_frame(kind: bytes, value: object) -> bytes:
    """A frame whose content is JSON.

    Raises: TypeError if the value is not JSON.
    """
    return frame(kind, orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))


def error_frame(error: BaseException) -> bytes:
    """An error that travels: ours with all its fields, any other as a failure without a word."""
    if isinstance(error, PolkuError) and type(error).__name__ in _KINDS:
        fields = {name: _plain(value) for name, value in vars(error).items()}
        return json_frame(b"X", {"error": type(error).__name__, "fields": fields})
    return json_frame(b"X", {"error": FAILED, "fields": {}})


def error_of(content: bytes) -> PolkuError:
    """The error that an error frame carries, as it was raised over there."""
    said = orjson.loads(content)
    kind = _KINDS.get(said["error"])
    if kind is None:
        return PolkuError("Something failed inside the service. The log says what.")
    error = kind.__new__(kind)
    for name, value in said["fields"].items():
        setattr(error, name, tuple(value) if isinstance(value, list) else value)
    error.args = (error.detail,)
    return error


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


_KINDS: dict[str, type[PolkuError]] = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, PolkuError)
}
