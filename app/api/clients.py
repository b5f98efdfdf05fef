"""Who asks: the token's holder, else the address that the request came from.

A proxy's word on the address counts where the server trusts the proxy (uvicorn's
``forwarded_allow_ips``, the machine itself by default).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.security import Role, TokenStore, bearer


@dataclass(frozen=True)
class Client:
    """One client: its name in lists, and whether its use is bounded by a bucket."""

    key: str
    bounded: bool = True


SERVICE: Final = Client("service", bounded=False)
"""The service itself, asking once for all."""


@lru_cache(maxsize=4096)
def of_address(address: str) -> Client:
    """The client at an address; of IPv6 the first 64 bits, which is what one subscriber is given.

    >>> of_address("2001:db8::1:2:3:4").key, of_address("::ffff:192.0.2.7").key
    ('address:2001:db8::/64', 'address:192.0.2.7')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return Client("address:unknown")
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return Client(f"address:{found.ipv4_mapped}")
        # An address with a scope (fe80::1%eth0) has none in its network.
        return Client(f"address:{ip_network((int(found), 64), strict=False)}")
    return Client(f"address:{found}")


class Clients:
    """ASGI middleware: ``state.client`` of every request is who asks."""

    def __init__(self, app: ASGIApp, tokens: TokenStore) -> None:
        self.app = app
        self.tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request, its client known."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["client"] = await self._client(scope)
        await self.app(scope, receive, send)

    async def _client(self, scope: Scope) -> Client:
        known = any(name == b"authorization" for name, _ in scope["headers"])
        token = bearer(Headers(scope=scope)) if known else ""
        # A token that is not valid makes nobody another client.
        held = await run_in_threadpool(self.tokens.holder, token) if token else None
        if held is not None:
            identifier, role = held
            return Client(f"token:{identifier}", bounded=role < Role.admin)
        address = scope.get("client")
        return of_address(address[0] if address else "")
