"""Which store it is: its three endpoints, its vendor, and by what right it is asked."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import httpx

from app.errors import BadParameter
from app.graph.remote.vendors import Vendor, vendors
from app.settings import Settings


@dataclass(frozen=True)
class Store:
    """A SPARQL 1.1 engine. Secrets are no part of it: each process reads them from its environment.

    Attributes:
        query: endpoint of queries.
        update: endpoint of updates.
        graphs: endpoint of the Graph Store Protocol, indirect.
        vendor: name of its row in the table of vendors.
        base: where minted IRIs begin.
    """

    query: str
    update: str
    graphs: str
    vendor: str
    base: str

    @property
    def ways(self) -> Vendor:
        """What its vendor does otherwise."""
        return vendors()[self.vendor]

    @property
    def host(self) -> str:
        """What it is called in messages: never with a password."""
        return httpx.URL(self.query).netloc.decode()


def store_of(settings: Settings) -> Store | None:
    """The store that the settings name; None where the graph lies in the data folder.

    Raises: BadParameter for a vendor that is not in the table.
    """
    if not settings.store:
        return None
    if settings.store_vendor not in vendors():
        raise BadParameter(
            "store_vendor",
            f"POLKU_STORE_VENDOR: {settings.store_vendor[:40]!r} is not known. "
            f"Known: {', '.join(vendors())}.",
        )
    ways, address = vendors()[settings.store_vendor], settings.store.rstrip("/")
    return Store(
        settings.store_query or f"{address}{ways.query}",
        settings.store_update or f"{address}{ways.update}",
        settings.store_graphs or f"{address}{ways.graphs}",
        settings.store_vendor,
        settings.base,
    )


def authorisation(settings: Settings) -> httpx.Auth | None:
    """How requests to the store are signed: a token, else a user and a password, else not."""
    if settings.store_token:
        return _Bearer(settings.store_token.get_secret_value())
    if settings.store_user:
        return httpx.BasicAuth(settings.store_user, settings.store_password.get_secret_value())
    return None


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
