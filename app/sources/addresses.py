"""Which addresses may be asked: http and https, and of hosts the public ones alone."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from app.sources.errors import Refused, Unwell

SCHEMES: Final = ("http", "https")
_INNER: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))
"""IPv6 networks in which any IPv4 address can be written: NAT64 and 6to4."""


def is_url(said: str) -> bool:
    """Whether it is the address of a live source rather than a path.

    >>> is_url("https://example.org/oai"), is_url("works.jsonl")
    (True, False)
    """
    return said.lower().startswith(tuple(f"{scheme}://" for scheme in SCHEMES))


def shown(url: str) -> str:
    """The address as messages and reports show it: without query and user, which may be secret.

    >>> shown("https://me:pw@example.org/oai?key=secret")
    'https://example.org/oai'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def checked(url: str) -> SplitResult:
    """The parts of an address that may be asked.

    Raises: Refused if it is no address, of another scheme, or holds a user's name.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Refused(f"{url[:200]!r} is no address of the web. Check it.") from None
    if parts.scheme not in SCHEMES or not host:
        raise Refused(f"{url[:200]!r}: only http and https are asked. Save it to a file instead.")
    if "@" in parts.netloc:
        raise Refused(
            f"{shown(url)}: its address holds a user's name or password. "
            "Put it into an environment variable and name that with --key."
        )
    if not url.isascii() or not url.isprintable() or " " in url:
        raise Refused(f"{shown(url)}: percent-encode what is not ASCII in its address.")
    return parts


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet.

    >>> is_public("193.166.1.1"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif any(found in network for network in _INNER):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


LookUp = Callable[[str, int], Iterable[str]]
"""What gives a host's IP addresses; an OSError if it knows none."""


def system(host: str, port: int) -> Iterable[str]:
    """The IP addresses of a host, as the system knows them."""
    return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def resolved(
    host: str,
    port: int,
    *,
    private: bool,
    setting: str = "POLKU_FETCH_PRIVATE",
    look_up: LookUp = system,
) -> tuple[str, ...]:
    """The IP addresses at which a host is asked; what was checked is what is connected to.

    ``setting``: the one that would allow private addresses, for the message.
    Raises: Unwell if the name is not known now, Refused if any address of it is not public.
    """
    try:
        addresses = list(look_up(host, port))
    except (OSError, UnicodeError) as error:
        raise Unwell(f"{host[:200]}: its name cannot be resolved ({error}).") from None
    if not private:
        for address in addresses:
            if not is_public(address):
                raise Refused(
                    f"{host[:200]} is at {address}, which is no public address. If you mean to ask "
                    f"a server of your own network, set {setting}=true."
                )
    return tuple(dict.fromkeys(addresses))
