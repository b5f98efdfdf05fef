"""A form with files, as ``curl -F`` and browsers send it.

Source: RFC 7578 "Returning Values from Forms: multipart/form-data"; RFC 2046, section 5.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.api.errors import BadBody
from app.errors import TooLarge

MEDIA_TYPE: Final = "multipart/form-data"
MOST_PARTS: Final = 100
_LONGEST_HEAD: Final = 4096

_BOUNDARY = re.compile(
    r""";\s*boundary=(?:"([^"\\\r\n]{1,70})"|([0-9A-Za-z'()+_,\-./:=?]{1,70}))\s*(?:;|\Z)""", re.I
)
_FILENAME = re.compile(r';\s*filename="((?:[^"\\\r\n]|\\.)*)"', re.I)


@dataclass(frozen=True)
class Part:
    """One part: its media type without parameters, empty if unstated; its file's name; its bytes."""

    media_type: str
    filename: str
    content: bytes


def parts(body: bytes, content_type: str) -> list[Part]:
    r"""The parts of a body, in order; ``content_type`` is its Content-Type header.

    Raises: BadBody for what is no such form; TooLarge past ``MOST_PARTS``.

    >>> body = b"--x\r\nContent-Type: text/turtle\r\n\r\n<a:s> <a:p> 1 .\r\n--x--\r\n"
    >>> parts(body, "multipart/form-data; boundary=x")
    [Part(media_type='text/turtle', filename='', content=b'<a:s> <a:p> 1 .')]
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise BadBody(f"{MEDIA_TYPE} is sent with its boundary: the header states none.")
    delimiter = b"\r\n--" + (found[1] or found[2]).encode("ascii", "replace")
    pieces = (b"\r\n" + body).split(delimiter, MOST_PARTS + 2)
    if len(pieces) > MOST_PARTS + 2:
        raise TooLarge(f"The form has more than {MOST_PARTS} parts; send it in several.")
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise BadBody("The form is not whole: its last boundary is missing.")
    return [_part(number, piece) for number, piece in enumerate(pieces[1:-1], 1)]


def _part(number: int, piece: bytes) -> Part:
    padding, _, rest = piece.partition(b"\r\n")
    if padding.strip(b" \t"):
        raise BadBody(f"Part {number} of the form does not begin on a line of its own.")
    # A part without headers begins with the empty line that ends them.
    head, found, content = (b"\r\n" + rest).partition(b"\r\n\r\n")
    if not found or len(head) > _LONGEST_HEAD:
        raise BadBody(
            f"Part {number} of the form has no end of its headers within {_LONGEST_HEAD} bytes."
        )
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    stated = headers.get("content-type", "").partition(";")[0].strip().lower()
    filename = _FILENAME.search(headers.get("content-disposition", ""))
    return Part(stated, filename[1] if filename else "", content)


__all__ = ["MEDIA_TYPE", "MOST_PARTS", "Part", "parts"]
