"""Addresses that the service itself may fetch from."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def is_endpoint(url: str) -> bool:
    """Whether it is the address of something that answers over HTTP, and holds no secret.

    >>> is_endpoint("https://example.org/sparql"), is_endpoint("https://me:pw@example.org/sparql")
    (True, False)
    """
    parts = _parts(url)
    return parts is not None and parts.scheme in ("http", "https")


def is_safe(url: str) -> bool:
    """Whether something that is trusted may be fetched from an address: https, or this machine itself."""
    parts = _parts(url)
    if parts is None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _parts(url: str) -> SplitResult | None:
    """The parts of an address of a host, without user and fragment; None if it is none."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    plain = url.isascii() and url.isprintable() and not set(url) & set(' <>"{}|\\^`')
    if not plain or not host or "@" in parts.netloc or parts.fragment:
        return None
    return parts
