"""Requests to the store: queries whose answers stream, updates, graphs sent from files.

Source: SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/; SPARQL 1.1 Graph Store HTTP
Protocol, https://www.w3.org/TR/sparql11-http-rdf-update/.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, cast

import httpx
import orjson
import pyoxigraph as ox

from app.errors import BadParameter, BadQuery, Busy, GraphError, StoreSilent
from app.graph import media
from app.graph.lexer import Kind, tokens
from app.graph.remote.store import Store, authorisation
from app.settings import Settings

_CONNECT_SECONDS: Final = 10.0
_PIECE: Final = 2**16
_SAID: Final = 2000
_HASH: Final = r"\u0023"
_ACCEPT = {True: media.N_TRIPLES, False: media.JSON}


class Connection:
    """One process's way to the store; its requests go one after another."""

    def __init__(self, store: Store, settings: Settings | None = None, seconds: float = 60) -> None:
        self.store = store
        self._http = httpx.Client(
            auth=authorisation(settings or Settings()),
            timeout=httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds)),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Ends the connection."""
        self._http.close()

    def query(
        self,
        text: str,
        kind: Kind,
        *,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
        strict: bool = False,
        own_dataset: bool = False,
        seconds: float = 0,
    ) -> ox.QuerySolutions | ox.QueryBoolean | Iterator[ox.Triple]:
        """The answer to a query, read as it comes.

        ``default`` and ``named``: the protocol's dataset. Without one, and without the query's
        ``own_dataset``, the default graph is the union of all graphs, or if ``strict`` the
        unnamed one.
        Raises: BadQuery if the store refuses it, here or as the answer is read; Busy if it does
        not answer; GraphError if it may not be asked, or cuts the answer short.
        """
        ways = self.store.ways
        form: list[tuple[str, str]] = [("query", plain(text))]
        if default or named:
            form += [("default-graph-uri", one) for one in default]
            form += [("named-graph-uri", one) for one in named]
        elif not own_dataset:
            form += (self._strict() if strict else ways.union).items()
        if seconds and ways.seconds:
            form.append((ways.seconds, str(max(1, round(seconds)))))
        response = self._sent(
            "POST",
            self.store.query,
            headers={"Accept": _ACCEPT[kind.gives_graph]},
            data=_multi(form),
            refused=BadQuery,
        )
        if ways.cut and ways.cut in response.headers:
            response.close()
            raise GraphError(
                f"The store at {self.store.host} cuts answers at {response.headers[ways.cut][:40]} "
                f"rows ({ways.cut}). Lift that limit in the engine: Polku has its own (query_rows)."
            )
        body = cast(IO[bytes], _Body(response, self.store))
        try:
            if kind.gives_graph:
                return (one.triple for one in ox.parse(body, ox.RdfFormat.N_TRIPLES))
            if kind is Kind.ASK:
                return _boolean(body.read(-1), ways.ask)
            answer = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError, KeyError, TypeError) as error:
            raise _unreadable(self.store, error) from error
        if isinstance(answer, ox.QueryBoolean):
            raise _unreadable(self.store, "a SELECT is answered with a boolean")
        return answer

    def solutions(self, query: str) -> ox.QuerySolutions:
        """The solutions of a SELECT of our own, over the union of all graphs."""
        answer = self.query(query, Kind.SELECT)
        if not isinstance(answer, ox.QuerySolutions):
            raise _unreadable(self.store, "a SELECT without solutions")
        return answer

    def ask(self, query: str) -> bool:
        """The answer to an ASK of our own, over the union of all graphs."""
        return bool(self.query(query, Kind.ASK))

    def update(self, text: str) -> None:
        """Carries out an update; when this returns the store has confirmed it.

        Raises: BadQuery if the store refuses it; Busy; GraphError.
        """
        self._whole("POST", self.store.update, data={"update": text}, refused=BadQuery)

    def put(self, graph: str, file: Path, *, piecewise: bool = False) -> None:
        """Makes a named graph what the file says, compressed if its name ends in ``.gz``.

        The file is never whole in memory. ``piecewise``: nor in the engine's, if it has a way to
        do without one transaction. An engine that cannot take so much at once gets the file in
        parts, of which all but the first are added. Until this returns, and if it fails, the graph
        may be a part. Raises: Busy; GraphError, also for blank nodes that would come in parts.
        """
        ways = self.store.ways
        headers = {"Content-Type": media.N_TRIPLES}
        if file.suffix == ".gz":
            headers["Content-Encoding"] = "gzip"
        method = "PUT"
        for start, end in _parts(graph, file, ways.most):
            self._whole(
                method,
                self.store.graphs,
                params={"graph": graph, **(ways.load if piecewise else {})},
                headers={**headers, "Content-Length": str(end - start)},
                content=_between(file, start, end),
                timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            )
            method = "POST"

    def send(self, method: str, graph: str | None, content: bytes = b"") -> None:
        """A small graph's PUT or POST in N-Triples, or its DELETE; None is the unnamed graph."""
        params = {"default": ""} if graph is None else {"graph": graph}
        headers = {} if method == "DELETE" else {"Content-Type": media.N_TRIPLES}
        gone = (404,) if method == "DELETE" else ()
        self._whole(
            method,
            self.store.graphs,
            params=params,
            headers=headers,
            content=content or None,
            ignored=gone,
        )

    def _strict(self) -> Mapping[str, str]:
        if self.store.ways.strict is None:
            raise BadParameter(
                "default",
                f"The graph is on {self.store.vendor}, whose unnamed graph cannot be asked alone. "
                "Name a graph.",
            )
        return self.store.ways.strict

    def _whole(self, method: str, url: str, **options: Any) -> None:
        response = self._sent(method, url, **options)
        with _failing(self.store):
            response.read()

    def _sent(
        self,
        method: str,
        url: str,
        *,
        refused: type[BadQuery] | None = None,
        ignored: Sequence[int] = (),
        timeout: httpx.Timeout | None = None,
        **options: Any,
    ) -> httpx.Response:
        """The answer to a request, as soon as its head is there; what is no success is raised."""
        extra: dict[str, Any] = {} if timeout is None else {"timeout": timeout}
        with _failing(self.store):
            request = self._http.build_request(method, url, **options, **extra)
            response = self._http.send(request, stream=True)
            if response.is_success or response.status_code in ignored:
                return response
            said = b""
            with contextlib.closing(response):
                for piece in response.iter_bytes(_SAID):
                    said += piece
                    if len(said) >= _SAID:
                        break
        raise _refusal(self.store, response.status_code, _text(said), refused)


def _parts(graph: str, file: Path, most: int) -> list[tuple[int, int]]:
    """Where in a file each part of at most so many lines begins and ends; one part if 0."""
    size, end, starts, blank = file.stat().st_size, 0, [0], False
    if most:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                subject, _, value = line.split(b" ", 2)
                blank |= subject.startswith(b"_:") or value.startswith(b"_:")
                end += len(line)
                if number % most == 0 and end < size:
                    starts.append(end)
    if blank and len(starts) > 1:
        raise GraphError(
            f"<{graph}> has blank nodes and more than the {most:,} triples that this engine takes "
            "at once, and blank nodes of two requests are never the same. Give them IRIs."
        )
    return list(zip(starts, [*starts[1:], size], strict=True))


def _between(file: Path, start: int, end: int) -> Iterator[bytes]:
    with file.open("rb") as opened:
        opened.seek(start)
        while start < end and (piece := opened.read(min(_PIECE, end - start))):
            start += len(piece)
            yield piece


def plain(query: str) -> str:
    r"""The query with the hash signs of its IRIs as they are, which not every engine reads escaped.

    >>> plain(r"ASK { <a:b\u0023c> ?p '\u0023' }")
    "ASK { <a:b#c> ?p '\\u0023' }"
    """
    made, copied = [], 0
    for token in tokens(query):
        if token.kind == "iri" and _HASH in token.text:
            made += [query[copied : token.start], token.text.replace(_HASH, "#")]
            copied = token.start + len(token.text)
    return "".join([*made, query[copied:]])


class _Body:
    """An answer's body as a file that is read once, from the front."""

    def __init__(self, response: httpx.Response, store: Store) -> None:
        self._store = store
        self._response = response
        self._pieces = _lines(response.iter_bytes(_PIECE), store.ways.rewrite)
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, or all there are; none at the end."""
        with _failing(self._store):
            if size < 0:
                return self._left + b"".join(self._pieces)
            while not self._left:
                piece = next(self._pieces, None)
                if piece is None:
                    self._response.close()
                    return b""
                self._left = piece
        found, self._left = self._left[:size], self._left[size:]
        return found


def _lines(pieces: Iterator[bytes], rewrite: Sequence[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """The pieces; where something is rewritten, in whole lines, so that no match is parted."""
    if not rewrite:
        yield from pieces
        return
    held = b""
    for piece in pieces:
        whole, line, held = (held + piece).rpartition(b"\n")
        yield _rewritten(whole + line, rewrite)
    yield _rewritten(held, rewrite)


def _rewritten(text: bytes, rewrite: Sequence[tuple[bytes, bytes]]) -> bytes:
    for old, new in rewrite:
        text = text.replace(old, new)
    return text


def _boolean(content: bytes, variable: str) -> ox.QueryBoolean:
    """An ASK's answer: the standard's boolean, or the one row that an engine gives instead."""
    said = orjson.loads(content)
    found = said.get("boolean")
    if found is None:
        rows = said["results"]["bindings"]
        found = bool(rows) and rows[0][variable]["value"] in ("1", "true")
    made = ox.parse_query_results(
        orjson.dumps({"head": {}, "boolean": bool(found)}), ox.QueryResultsFormat.JSON
    )
    if not isinstance(made, ox.QueryBoolean):
        raise TypeError("a boolean is a boolean")
    return made


def _multi(form: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in form:
        values.setdefault(name, []).append(value)
    return values


@contextlib.contextmanager
def _failing(store: Store) -> Iterator[None]:
    """Turns failures of the way to the store into words."""
    try:
        yield
    except httpx.HTTPError as error:
        raise StoreSilent(
            f"The store at {store.host} does not answer ({type(error).__name__}: {error}). "
            "Try again; if it goes on, see whether the engine runs and POLKU_STORE is right.",
            retry_after=5,
        ) from error


def _refusal(
    store: Store, status: int, said: str, refused: type[BadQuery] | None
) -> BadQuery | Busy | GraphError:
    where = f"The store at {store.host}"
    if status in (401, 403):
        return GraphError(
            f"{where} refuses us ({status}). Set POLKU_STORE_USER and POLKU_STORE_PASSWORD, or "
            "POLKU_STORE_TOKEN, to an account that may do this."
        )
    if status in (429, 502, 503, 504):
        return StoreSilent(f"{where} is busy ({status}): {said}", retry_after=5)
    if refused is not None and status in (400, 422, 500):
        return refused(f"{where} refuses it: {said}")
    return GraphError(f"{where} answers {status}: {said}")


def _unreadable(store: Store, error: object) -> GraphError:
    return GraphError(
        f"The store at {store.host} answers what cannot be read ({error}). "
        "Is POLKU_STORE_VENDOR right?"
    )


def _text(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split())[:500] or "without a word"
