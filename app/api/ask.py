"""One question to another SPARQL service, of which nothing is trusted.

Its host's name is resolved once, its addresses are checked, and the connection goes to the one
that was checked, by TLS for the name. Redirects are not followed, packed answers not unpacked.
Source: SPARQL 1.1 Protocol, section 2.1.2 "query via POST with URL-encoded parameters".
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

import httpx
import orjson

from app.errors import ServiceFailed
from app.graph import media
from app.settings import Settings
from app.sources.addresses import LookUp, resolved, system
from app.sources.errors import SourceError
from app.sources.manners import agent

_CHUNK: Final = 1 << 16
_GLANCE: Final = 1 << 18
"""Bytes of an answer up to which it is looked at here, as SILENT knows no answer that is broken."""


class Asker:
    """Asks other services; ``look_up`` gives a host's IP addresses."""

    def __init__(
        self, settings: Settings, look_up: LookUp = system, tls: ssl.SSLContext | None = None
    ) -> None:
        self._private = settings.service_private
        self._agent = agent(settings.contact)
        self._look_up = look_up
        self._tls = tls or ssl.create_default_context()

    async def ask(self, service: str, query: bytes, most: int) -> bytes | None:
        """The service's results in JSON; None if they have more than ``most`` bytes.

        Raises: ServiceFailed.
        """
        try:
            url = httpx.URL(service)
            port = url.port or (443 if url.scheme == "https" else 80)
            addresses = await asyncio.to_thread(
                resolved,
                url.host,
                port,
                private=self._private,
                setting="POLKU_SERVICE_PRIVATE",
                look_up=self._look_up,
            )
            async with contextlib.AsyncExitStack() as stack:
                response = await self._first(stack, service, url, addresses, query)
                return await _taken(service, response, most)
        except SourceError as error:
            raise ServiceFailed(service, f"<{service}> is not asked: {error}") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            said = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
            raise ServiceFailed(service, f"<{service}> did not answer: {said}.") from None

    async def _first(
        self,
        stack: contextlib.AsyncExitStack,
        service: str,
        url: httpx.URL,
        addresses: tuple[str, ...],
        query: bytes,
    ) -> httpx.Response:
        """The answer from the first of the addresses that takes a connection."""
        transport = await stack.enter_async_context(
            httpx.AsyncHTTPTransport(verify=self._tls, http2=False, trust_env=False)
        )
        *others, last = addresses
        for address in others:
            with contextlib.suppress(httpx.ConnectError):
                return await self._at(stack, transport, address, service, url, query)
        return await self._at(stack, transport, last, service, url, query)

    async def _at(
        self,
        stack: contextlib.AsyncExitStack,
        transport: httpx.AsyncHTTPTransport,
        address: str,
        service: str,
        url: httpx.URL,
        query: bytes,
    ) -> httpx.Response:
        request = httpx.Request(
            "POST",
            service,
            content=urlencode({"query": query}).encode(),
            headers={
                "Accept": media.JSON,
                "Accept-Encoding": "identity",
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": self._agent,
            },
            # The certificate is asked for, and held against, the host's own name.
            extensions={"sni_hostname": url.host},
        )
        request.url = url.copy_with(host=f"[{address}]" if ":" in address else address)
        response = await transport.handle_async_request(request)
        stack.push_async_callback(response.aclose)
        return response


async def _taken(service: str, response: httpx.Response, most: int) -> bytes | None:
    """The body, if the answer is one of results. Raises: ServiceFailed."""
    status = response.status_code
    if response.has_redirect_location:
        raise ServiceFailed(service, f"<{service}> redirects, which is not followed.")
    if status != HTTPStatus.OK:
        raise ServiceFailed(service, f"<{service}> answered with status {status}.")
    stated = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated != media.JSON:
        raise ServiceFailed(
            service,
            f"<{service}> answered with {stated[:100] or 'no type'!r}; {media.JSON} is due.",
        )
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise ServiceFailed(service, f"<{service}> packed its answer, which was not asked for.")
    content = bytearray()
    async for piece in response.aiter_raw(_CHUNK):
        content += piece
        if len(content) > most:
            return None
    if len(content) <= _GLANCE and not _are_results(bytes(content)):
        raise ServiceFailed(service, f"What <{service}> answered is no result of a query.")
    return bytes(content)


def _are_results(content: bytes) -> bool:
    """Whether it is what its type says, at a glance: the engine reads the rest.

    >>> _are_results(b'{"head": {}, "boolean": true}'), _are_results(b'{"head": {}}')
    (True, False)
    """
    try:
        said = orjson.loads(content)
    except ValueError:
        return False
    if not isinstance(said, dict) or not isinstance(said.get("head"), dict):
        return False
    results = said.get("results")
    solutions = isinstance(results, dict) and isinstance(results.get("bindings"), list)
    return solutions or isinstance(said.get("boolean"), bool)
