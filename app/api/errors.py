"""Refusals that only HTTP knows; the rest of the tree is in ``app/errors.py``.

PolkuError
├── Unauthorized      401  no token, or one that is not valid
├── Gone              410  a generation that is not kept, a page of one that is left behind
├── Unsupported       415  a body of a media type that the route does not read
└── BadBody           400  a body that is not what its media type says
"""

from __future__ import annotations

from app.errors import PolkuError


class Unauthorized(PolkuError):
    """No token, or one that is not valid."""

    status = 401
    title = "A valid token is needed"


class Gone(PolkuError):
    """A generation that is not kept any more, or a page of an answer that belongs to one."""

    status = 410
    title = "The graph has changed since"


class Unsupported(PolkuError):
    """A body of a media type that the route does not read."""

    status = 415
    title = "The body's media type is not read here"


class BadBody(PolkuError):
    """A body that is not what its media type says."""

    status = 400
    title = "The body cannot be read"
