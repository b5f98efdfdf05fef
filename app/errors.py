"""Everything that Polku says no with; each is translated once, at the border.

PolkuError
├── BadParameter      422  a value that cannot be
├── Refused           422  something that cannot be, for several reasons at once
├── BadQuery          400  malformed SPARQL, with line and column
├── Unreadable        400  a document that is not what its media type says
├── BrokenShapes      422  data that its shapes forbid: which shapes, and where
├── Forbidden         403  the query or the caller may not do that
├── NotFound          404  no such thing
├── NotAcceptable     406  no representation that the client takes
├── TooLarge          413  a request over a size limit
├── TooMuch           429  one client's share is used up; retry after some seconds
├── Busy              503  no worker free in time; retry after some seconds
│   └── StoreSilent   503  the engine that holds the graph does not answer, or is busy itself
├── NotHosted         501  an engine that this process does not run
├── Ended             503  who runs the service ended the query
├── LimitReached      504 or 507  a limit on time, memory, rows or bytes was hit
├── ServiceFailed     502 or 504  another service, asked with SERVICE, did not answer as it should
├── Overflowed        500  a process died of what it was given
└── GraphError        500  the data folder is not as it should be: says what to do
"""

from __future__ import annotations

from collections.abc import Sequence


class PolkuError(Exception):
    """A refusal that a person can act on.

    Attributes:
        status: the HTTP status it becomes.
        title: the same words for every such refusal.
        detail: what happened this time, and what to do next.
    """

    status = 500
    title = "Something went wrong"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class BadParameter(PolkuError):
    """A value that cannot be: which parameter (a JSON pointer or a name), and what would do."""

    status = 422
    title = "A parameter cannot be used"

    def __init__(self, param: str, detail: str) -> None:
        super().__init__(detail)
        self.param = param


class Refused(PolkuError):
    """Something that cannot be, for several reasons: ``errors`` are pairs of a pointer and why."""

    status = 422

    def __init__(self, detail: str, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(detail)
        self.errors = tuple(errors)


class BadQuery(PolkuError):
    """Malformed SPARQL; line and column count from 1, 0 if unknown."""

    status = 400
    title = "The query cannot be parsed"

    def __init__(self, detail: str, line: int = 0, column: int = 0) -> None:
        super().__init__(detail)
        self.line = line
        self.column = column


class Unreadable(PolkuError):
    """A document that is not what its media type says: the detail says where it breaks off."""

    status = 400
    title = "The document cannot be read"


class BrokenShapes(PolkuError):
    """Data that its shapes forbid; the detail lists shapes and places, nothing was published."""

    status = 422
    title = "The data breaks its shapes"


class Forbidden(PolkuError):
    """The query or the caller may not do that."""

    status = 403
    title = "Not allowed"


class NotFound(PolkuError):
    """There is no such thing."""

    status = 404
    title = "Not found"


class NotAcceptable(PolkuError):
    """No representation that the client takes; ``offered`` are the media types there are."""

    status = 406
    title = "No representation in an accepted media type"

    def __init__(self, detail: str, offered: Sequence[str]) -> None:
        super().__init__(detail)
        self.offered = tuple(offered)


class TooLarge(PolkuError):
    """A request over a size limit."""

    status = 413
    title = "The request is too large"


class TooMuch(PolkuError):
    """One client's share is used up: which limit, its value, ``retry_after`` in whole seconds."""

    status = 429
    title = "Your share of the service is used up"

    def __init__(self, limit: str, value: float, detail: str, retry_after: int = 1) -> None:
        super().__init__(detail)
        self.limit = limit
        self.value = value
        self.retry_after = retry_after


class NotHosted(PolkuError):
    """What this process leaves to others: the detail says which setting, and where to ask."""

    status = 501
    title = "This process does not answer that"


class Ended(PolkuError):
    """Who runs the service ended the query."""

    status = 503
    title = "The query was ended"


class Busy(PolkuError):
    """No worker became free in time; ``retry_after`` in whole seconds."""

    status = 503
    title = "The service is busy"

    def __init__(self, detail: str, retry_after: int = 1) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class StoreSilent(Busy):
    """The engine that holds the graph does not answer, or is busy itself."""

    title = "The store does not answer"


class LimitReached(PolkuError):
    """A limit was hit: ``limit`` is its setting's name (``query_seconds``), ``value`` its value."""

    status = 504
    title = "A limit was reached"

    def __init__(self, limit: str, value: float, detail: str) -> None:
        super().__init__(detail)
        self.limit = limit
        self.value = value
        self.status = 507 if "bytes_of_memory" in limit or "memory" in limit else 504


class ServiceFailed(PolkuError):
    """Another service that a query asks with SERVICE did not answer as it should.

    ``service`` is its IRI; ``limit`` the setting that its answer went past, "" if it is none.
    """

    status = 502
    title = "Another service did not answer as it should"

    def __init__(self, service: str, detail: str, limit: str = "", value: float = 0) -> None:
        super().__init__(detail)
        self.service = service
        self.limit = limit
        self.value = value
        self.status = 504 if limit else 502


class Overflowed(PolkuError):
    """A process died of what it was given: most likely its stack overflowed."""


class GraphError(PolkuError):
    """The data folder is not as it should be; the detail says what to do."""

    status = 500
    title = "The graph cannot be read"
