"""Answers of live sources, each to a file: politely, within bounds, whole or not at all.

A host's name is resolved once for each request and its addresses are checked; the connection
goes to the address that was checked, so that a name which changes in between leads nowhere.
Redirects are followed by hand, each checked like the first address. No proxy, ``.netrc`` or
cookie of the surroundings is used.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Final
from urllib.parse import SplitResult, urljoin

import httpx
import tenacity

from app.sources.addresses import checked, resolved, shown
from app.sources.errors import Refused, SourceError, TooLarge, Unwell
from app.sources.keys import Key
from app.sources.manners import Manners, retry_after

_REDIRECTS: Final = frozenset([301, 302, 303, 307, 308])
_MOST_REDIRECTS: Final = 5
_AGAIN: Final = frozenset([408, 425, 429, 500, 502, 503, 504])
"""Statuses after which the same is asked again."""

_CHUNK: Final = 1 << 16
_SAID: Final = 300
"""Bytes of a refusal that are shown."""

_CREDENTIAL_STATUS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True)
class Answer:
    """What came: its status, its headers by small names, its size in bytes."""

    status: int
    headers: Mapping[str, str]
    size: int


class _Pinned(httpx.BaseTransport):
    """Connects to the address that was checked, and to each host by connections of its own."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._hosts: dict[tuple[str, int], httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        transport = self._hosts.setdefault(
            (host, port), httpx.HTTPTransport(http2=False, trust_env=False)
        )
        # The certificate is still asked for, and held against, the host's own name.
        request.extensions = {**request.extensions, "sni_hostname": host}
        *others, last = resolved(host, port, private=self._private)
        for address in others:
            with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return self._at(address, request, transport)
        return self._at(last, request, transport)

    def _at(
        self, address: str, request: httpx.Request, transport: httpx.HTTPTransport
    ) -> httpx.Response:
        request.url = request.url.copy_with(host=f"[{address}]" if ":" in address else address)
        return transport.handle_request(request)

    def close(self) -> None:
        for transport in self._hosts.values():
            transport.close()


class Client:
    """Asks sources; to be used as a context.

    ``say`` takes what people should know meanwhile: that a source asks for a pause.

    Attributes:
        repeats: how often something was asked for again.
    """

    def __init__(
        self,
        manners: Manners,
        key: Key | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        for name in ("httpx", "httpcore"):
            # They log whole addresses, in which a key may stand.
            logging.getLogger(name).setLevel(logging.WARNING)
        self.manners = manners
        self._key = key
        self._say = say
        self.repeats = 0
        self._web = httpx.Client(
            transport=_Pinned(private=manners.private),
            timeout=manners.seconds,
            headers={"User-Agent": manners.agent, "Accept-Encoding": "gzip"},
            trust_env=False,
        )

    def __enter__(self) -> Client:
        """The client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close its connections."""
        self._web.close()

    def get(
        self,
        url: str,
        into: Path,
        *,
        most: int,
        seconds: float,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer, of status 200 with its body whole in ``into``, or of status 304.

        Whatever may pass is asked again, after pauses that grow and vary, or that the source
        asks for. Raises: SourceError.
        """
        asking = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(Unwell),
            stop=tenacity.stop_after_attempt(self.manners.attempts),
            wait=self._pause,
            before_sleep=self._tell,
            reraise=True,
        )
        try:
            return asking(self._once, url, into, most, seconds, dict(headers or {}))
        except Unwell as error:
            raise SourceError(
                f"{error} It was asked {self.manners.attempts} times. What came so far is kept: "
                "run the same command again later."
            ) from None

    def pause(self, attempt: int) -> float:
        """Seconds to wait after an attempt, from 1: doubled each time, any share of it."""
        grown = tenacity.wait_random_exponential(
            multiplier=self.manners.first_pause, max=self.manners.longest_pause
        )
        state = tenacity.RetryCallState(tenacity.Retrying(), None, (), {})
        state.attempt_number = attempt
        return grown(state)

    def rest(self, attempt: int) -> None:
        """Wait as long as after an attempt that failed."""
        time.sleep(self.pause(attempt))

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.pause if isinstance(error, Unwell) else None
        if asked is None:
            return self.pause(state.attempt_number)
        # Never sooner than was asked for, and not all at the same moment.
        return asked + min(self.pause(1), 1.0)

    def _tell(self, state: tenacity.RetryCallState) -> None:
        self.repeats += 1
        error = state.outcome.exception() if state.outcome else None
        self._say(f"{error} Asking again in {state.upcoming_sleep:.0f} s.")

    def _once(
        self, url: str, into: Path, most: int, seconds: float, headers: dict[str, str]
    ) -> Answer:
        deadline = time.monotonic() + seconds
        first, place = checked(url), url
        for _ in range(_MOST_REDIRECTS + 1):
            parts = checked(place)
            try:
                request = self._request(place, headers, with_key=_alike(first, parts))
                with contextlib.closing(self._web.send(request, stream=True)) as response:
                    if response.status_code not in _REDIRECTS:
                        return self._taken(response, place, into, most, deadline)
                    place = _redirect(response, place, parts)
            except (httpx.TransportError, httpx.DecodingError) as error:
                raise Unwell(f"{shown(place)}: {_said(error)}.") from None
            except (httpx.InvalidURL, httpx.HTTPError) as error:
                raise SourceError(f"{shown(place)}: {_said(error)}.") from None
        raise Refused(f"{shown(url)}: more than {_MOST_REDIRECTS} redirects. Check the address.")

    def _request(self, url: str, headers: dict[str, str], *, with_key: bool) -> httpx.Request:
        request = self._web.build_request("GET", url, headers=headers)
        if self._key is not None and with_key:
            if self._key.header:
                request.headers[self._key.header] = self._key.value
            else:
                request.url = request.url.copy_set_param(self._key.parameter, self._key.value)
        return request

    def _taken(
        self, response: httpx.Response, url: str, into: Path, most: int, deadline: float
    ) -> Answer:
        status = response.status_code
        if status == HTTPStatus.NOT_MODIFIED:
            return Answer(status, dict(response.headers), 0)
        if status in _AGAIN:
            raise self._unwell(response, url)
        if response.headers.get("content-encoding", "identity").strip().lower() not in (
            "identity",
            "gzip",
            "",
        ):
            raise SourceError(f"{shown(url)}: packed in a way that was not asked for.")
        if status != HTTPStatus.OK:
            raise _RefusalError(status, shown(url), _words(response))
        size = 0
        with into.open("wb") as stream:
            for piece in response.iter_bytes(_CHUNK):
                size += len(piece)
                if size > most:
                    raise TooLarge(
                        f"{shown(url)}: an answer of more than {most:,} bytes. "
                        "Ask for smaller pages, or raise POLKU_FETCH_PAGE_MB or POLKU_FETCH_MB."
                    )
                if time.monotonic() > deadline:
                    raise Unwell(f"{shown(url)}: its answer came too slowly, {size:,} bytes of it.")
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        return Answer(status, dict(response.headers), size)

    def _unwell(self, response: httpx.Response, url: str) -> SourceError:
        asked = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC))
        said = f"{shown(url)} answered {_status(response.status_code)}."
        if asked is not None and asked > self.manners.longest_pause:
            return SourceError(
                f"{said} It asks to be left alone for {asked:,.0f} s, more than "
                f"POLKU_FETCH_LONGEST_PAUSE_SECONDS ({self.manners.longest_pause:g}). "
                "What came so far is kept: run the same command again after that."
            )
        return Unwell(said, asked)


class _RefusalError(SourceError):
    """A status that will not pass by itself."""

    def __init__(self, status: int, url: str, words: str) -> None:
        remedy = (
            "Name the environment variable that holds its key with --key."
            if status in _CREDENTIAL_STATUS
            else "Check the address and what is asked for."
        )
        super().__init__(f"{url} answered {_status(status)}{words}. {remedy}")
        self.status = status


def status_of(error: SourceError) -> int:
    """The status of the answer that the error tells of; 0 if it is of something else."""
    return error.status if isinstance(error, _RefusalError) else 0


def _redirect(response: httpx.Response, url: str, parts: SplitResult) -> str:
    """Where a redirect leads: the same scheme, or from http to https."""
    stated = str(response.headers.get("location", ""))
    try:
        target = urljoin(url, stated)
    except ValueError:
        raise Refused(f"{shown(url)} redirects to {stated[:200]!r}, which is no address.") from None
    to = checked(target)
    if to.scheme != parts.scheme and to.scheme != "https":
        raise Refused(
            f"{shown(url)} redirects to {shown(target)}, which is not encrypted. "
            "Check the address at the source."
        )
    return target


def _alike(one: SplitResult, other: SplitResult) -> bool:
    """Whether two addresses are of one host, so that what is told to one the other may know."""
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _words(response: httpx.Response) -> str:
    """The beginning of what a refusal says, in signs that a terminal can show; "" if nothing."""
    said = b""
    with contextlib.suppress(httpx.HTTPError):
        pieces: Iterator[bytes] = response.iter_bytes(_SAID)
        said = next(pieces, b"")[:_SAID]
    if said.lstrip().startswith(b"<"):
        return ""  # a page for browsers, which says no more than its status does
    text = " ".join(
        "".join(c if c.isprintable() else " " for c in said.decode(errors="replace")).split()
    )
    return f": {text.rstrip('.')}" if text else ""


def _status(status: int) -> str:
    with contextlib.suppress(ValueError):
        return f"{status} {HTTPStatus(status).phrase}"
    return str(status)


def _said(error: Exception) -> str:
    """What went wrong on the way, in the library's words; addresses are not in them."""
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
