"""One structured line and one measurement for each request; never what anyone asked.

Query strings and bodies are logged nowhere: what a learner has, or wants to become, is personal.
A query is logged as a hash, so that a slow one can be told from another: in SPARQL of its text, a
curated one of its text without what it was asked about.
"""

from __future__ import annotations

import hashlib
import logging
import time
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.slowest import Slowest

logger = logging.getLogger("app.api.access")

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class Metrics:
    """What Prometheus reads; every app has its own, so that tests share nothing."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "polku_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "polku_request_seconds",
            "Seconds from the request's first byte to the answer's last.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.running = Gauge(
            "polku_requests_running", "Requests being answered now.", registry=self.registry
        )
        self.cut = Counter(
            "polku_answers_cut", "Streamed answers that a limit cut off.", registry=self.registry
        )
        self.stopped = Counter(
            "polku_queries_stopped",
            "Queries and updates refused or ended, by the limit: a setting's name, `ended` by an "
            "admin, or `store`: the engine that holds the graph does not answer.",
            ("limit",),
            registry=self.registry,
        )
        self.cache = Counter(
            "polku_cache_answers",
            "Answers in SPARQL or to curated queries looked up among those kept, by outcome: hit or "
            "miss.",
            ("outcome",),
            registry=self.registry,
        )
        self.cache_bytes = Gauge(
            "polku_cache_bytes", "Bytes of the answers kept.", registry=self.registry
        )
        self.queries = Gauge(
            "polku_queries", "Queries on their way now.", ("state",), registry=self.registry
        )
        self.warm = Gauge(
            "polku_engine_warm", "Whether an engine is warm.", ("engine",), registry=self.registry
        )
        self.generation = Gauge(
            "polku_generation_number", "Number of the generation served.", registry=self.registry
        )
        self.age = Gauge(
            "polku_generation_age_seconds",
            "Seconds since the generation served was made; NaN where that is not known.",
            registry=self.registry,
        )
        self.slowest = Slowest(_SECONDS)
        self.registry.register(self.slowest)


def _refused(status: int) -> bool:
    """Whether a request was turned away; a client that went away (499) was at work."""
    return 400 <= status < 499


def query_hash(query: str) -> str:
    """What a query is known by in the log and the measurements."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class AccessLog:
    """ASGI middleware that logs and measures every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics
        self._requests = cache(metrics.requests.labels)
        self._seconds = cache(metrics.seconds.labels)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request, then tells of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 499  # nothing was answered: the client went away first
        sent = 0

        async def watching(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        self.metrics.running.inc()
        try:
            await self.app(scope, receive, watching)
        except BaseException:
            if status < 500:
                status = 499 if status == 499 else 500
            raise
        finally:
            self.metrics.running.dec()
            self._tell(scope, status, sent, time.perf_counter() - start)

    def _tell(self, scope: Scope, status: int, sent: int, seconds: float) -> None:
        state = scope.get("state", {})
        # The route as declared: the path itself may name what a person looked at.
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._requests(method, route, str(status)).inc()
        self._seconds(method, route).observe(seconds)
        if "query_hash" in state and not _refused(status):
            self.metrics.slowest.observe(state["query_hash"], seconds)
        if not logger.isEnabledFor(logging.INFO):
            return
        fields: dict[str, object] = {
            "method": method,
            "route": route,
            "status": status,
            "seconds": round(seconds, 4),
            "bytes": sent,
        }
        for name in ("generation", "query_hash"):
            if name in state:
                fields[name] = state[name]
        # As ``logger.info`` would, but for looking where this stands in the code.
        made = logger.makeRecord(
            logger.name, logging.INFO, __file__, 0, "answered", (), None, extra=fields
        )
        logger.handle(made)
