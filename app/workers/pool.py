"""Several workers alike: leased one call at a time, replaced when killed, renewed together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from app.errors import Busy, PolkuError
from app.workers.buckets import Buckets
from app.workers.frames import Json, JsonObject
from app.workers.lanes import Fate, Lanes
from app.workers.queue import FairQueue, Share, Ticket
from app.workers.worker import SECONDS_SETTING, START_SECONDS, Answer, Worker

logger = logging.getLogger(__name__)

_SWITCH_SECONDS = 30.0
_LONGEST_PAUSE = 5.0
_ASIDE = -1
"""The version of a worker that serves another config for one call."""


class _Outlived(PolkuError):  # noqa: N818 - named as its siblings in errors.py
    """A call that had sent nothing made room for short ones: it begins again."""


class Pool:
    """``size`` workers that answer at once, and a spare that is warm when one is killed.

    Waiting calls are served fairly: see ``queue.py``. A call's ticket says whose it is; without
    one all calls are one client's, in the order in which they came. ``share`` bounds what one
    client has here at once, and ``buckets`` are charged what it uses. A call that has run for
    ``short_seconds`` leaves one worker to shorter ones: see ``lanes.py``. ``in_place`` True: the
    service has a method ``switch`` that takes a new config, so that following a change needs no
    new process.
    """

    def __init__(
        self,
        target: str,
        config: JsonObject,
        size: int,
        *,
        memory_mb: int | None = None,
        queue_seconds: float = 5.0,
        in_place: bool = False,
        spares: int = 1,
        start_seconds: float = START_SECONDS,
        share: Share | None = None,
        buckets: Buckets | None = None,
        short_seconds: float | None = None,
    ) -> None:
        self.config = config
        self.size = size
        self._target = target
        self._memory_mb = memory_mb
        self._queue_seconds = queue_seconds
        self._in_place = in_place
        self._start_seconds = start_seconds
        self._full = size + spares
        self._idle: deque[Worker] = deque()
        self._queue = FairQueue(share, buckets.used) if buckets else FairQueue(share)
        self._buckets = buckets
        self._lanes = Lanes(size, short_seconds)
        self._leased: dict[Worker, Ticket] = {}
        self._timers: dict[Worker, asyncio.TimerHandle] = {}
        self._version = 0
        self._version_of: dict[Worker, int] = {}
        self._coming = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False
        self._switching = asyncio.Lock()

    async def start(self) -> Pool:
        """The pool, warm; its spares come while it works.

        Raises: what the service's factory raises.
        """
        started = await asyncio.gather(
            *(self._new(self.config, self._version) for _ in range(self.size)),
            return_exceptions=True,
        )
        workers = [one for one in started if isinstance(one, Worker)]
        failed = [one for one in started if isinstance(one, BaseException)]
        if failed:
            await asyncio.gather(*(worker.close() for worker in workers))
            raise failed[0]
        self._idle.extend(workers)
        self._fill_up()
        return self

    async def __aenter__(self) -> Pool:
        """The pool, warm."""
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        """Closes the pool."""
        await self.close()

    @property
    def waiting(self) -> int:
        """How many calls wait for a worker."""
        return len(self._queue)

    @property
    def running(self) -> int:
        """How many calls are at work."""
        return len(self._leased)

    @property
    def processes(self) -> int:
        """How many workers there are, free or at work."""
        return len(self._version_of)

    @property
    def long(self) -> int:
        """How many calls are at work that are no short ones any more."""
        return self._lanes.long

    @contextlib.asynccontextmanager
    async def lease(self, ticket: Ticket | None = None) -> AsyncIterator[Worker]:
        """A worker of one's own for the block.

        Raises: Busy if none becomes free within the pool's ``queue_seconds``; TooMuch if the
        client has as many calls waiting as it may.
        """
        ticket = ticket or Ticket()
        ticket.answering = True  # what the block does cannot begin again
        worker = await self._take(ticket)
        try:
            yield worker
        finally:
            self._give_back(worker)

    async def call(
        self,
        method: str,
        payload: JsonObject,
        timeout: float | None = None,
        *,
        limit: str = SECONDS_SETTING,
    ) -> Json:
        """The method's result from any worker. Raises: Busy, and as ``Worker.call``."""
        async with self.lease() as worker:
            return await worker.call(method, payload, timeout, limit=limit)

    async def stream(
        self,
        method: str,
        payload: JsonObject,
        timeout: float | None = None,
        *,
        limit: str = SECONDS_SETTING,
        ticket: Ticket | None = None,
        config: JsonObject | None = None,
    ) -> Answer:
        """The method's streamed answer; the worker is leased until it ends or is closed.

        ``config``: what the worker serves for this call, where the pool changes workers in place.
        Raises: Busy, TooMuch, and as ``Worker.stream``; what the ticket is ended with.
        """
        ticket = ticket or Ticket()
        while True:
            worker = await self._take(ticket)
            try:
                if config is not None:
                    await self._set(worker, config, limit)
                answer = await worker.stream(method, payload, timeout, limit=limit)
                if ticket.outlived and not ticket.ended.is_set():  # as its answer began
                    raise _Outlived("It has run for long.")
            except _Outlived:
                self._give_back(worker)
                ticket.long, ticket.outlived = True, False
            except BaseException:
                self._give_back(worker)
                raise
            else:
                ticket.answering = True
                break
        if answer.content is not None:
            self._give_back(worker)
            return answer

        async def closed() -> None:
            try:
                await answer.aclose()
            finally:
                self._give_back(worker)

        return Answer(answer.head, answer, closed)

    async def switch(self, config: JsonObject) -> None:
        """Makes every worker serve the new config; running calls finish on the old one.

        New workers are warm before the old ones go.
        Raises: what the service's factory raises; the old workers then stay.
        """
        async with self._switching:
            if config == self.config or self._closed:
                return
            if self._in_place:
                await self._switch_in_place(config)
            else:
                await self._switch_processes(config)

    async def close(self) -> None:
        """Kills every worker and waits until nothing of them is left."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for ticket in self._queue.drain():
            ticket.end(Busy("The service is stopping."))
        workers = [*self._version_of]
        self._idle.clear()
        self._version_of.clear()
        await asyncio.gather(*(worker.close() for worker in workers), *self._endings)

    # Leasing.

    async def _take(self, ticket: Ticket) -> Worker:
        if self._closed:
            raise Busy("The service is stopping.")
        if self._queue.may_run(ticket.key) and self._has_room(ticket):
            worker = self._idle.popleft()
            self._put_to_work(ticket, worker)
            return worker
        ticket.long = self._lanes.is_long(ticket)  # no less so when its probation is over
        future: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        ticket.future = future
        self._queue.add(ticket)
        try:
            async with asyncio.timeout(self._queue_seconds):
                return await future
        except TimeoutError:
            if ticket.worker is not None:
                self._give_back(ticket.worker)  # it came as the time ran out
            raise Busy(
                f"All {self.size} processes are at work, or as many as one client may have, and "
                f"none became free within {self._queue_seconds:g} s. Try again.",
                retry_after=max(1, round(self._queue_seconds)),
            ) from None
        except BaseException:
            if ticket.worker is not None:
                self._give_back(ticket.worker)  # it came as we were cancelled
            raise
        finally:
            ticket.future = None
            self._queue.remove(ticket)

    async def _set(self, worker: Worker, config: JsonObject, limit: str) -> None:
        """Makes a leased worker serve a config; given back, it is brought to the pool's again."""
        if config != self.config or self._version_of.get(worker) != self._version:
            self._version_of[worker] = _ASIDE
            await worker.call("switch", config, _SWITCH_SECONDS, limit=limit)

    def _has_room(self, ticket: Ticket) -> bool:
        """Whether the call may have the worker that is next."""
        for worker in [worker for worker in self._idle if not worker.ready]:
            self._idle.remove(worker)
            self._replace(worker)
        return self._lanes.has_room(ticket, len(self._idle))

    def _put_to_work(self, ticket: Ticket, worker: Worker) -> None:
        self._leased[worker] = ticket
        self._queue.begin(ticket.key)
        self._lanes.begin(ticket)
        ticket.begin(worker)
        seconds = self._lanes.short_seconds
        if seconds is not None and not ticket.long:
            loop = asyncio.get_running_loop()
            self._timers[worker] = loop.call_later(seconds, self._outlived, worker)

    def _outlived(self, worker: Worker) -> None:
        """Makes a call that has run for ``short_seconds`` a long one, or takes its worker."""
        ticket = self._leased.get(worker)
        if ticket is None or self._closed or worker.killed:
            return
        fate = self._lanes.outlived(ticket)
        if fate is Fate.WAITS:
            ticket.outlived = True
            worker.end(_Outlived("It has run for long."))
        elif fate is Fate.ENDS:
            worker.end(Busy("Too many long answers are on their way. Ask for less, or later."))
        else:
            self._fill_up()
            self._serve_waiting()

    def _give_back(self, worker: Worker) -> None:
        ticket = self._leased.pop(worker, None)
        if ticket is not None:
            if timer := self._timers.pop(worker, None):
                timer.cancel()
            self._queue.end(ticket.key)
            self._lanes.end(ticket, killed=worker.broken)
            seconds = ticket.over()
            if self._buckets is not None:
                self._buckets.charge(ticket.key, seconds)
        if self._closed:
            return
        if not worker.ready:
            self._replace(worker)
        elif self._version_of.get(worker) == self._version:
            self._stand_ready(worker)
        elif self._in_place:
            self._spawn(self._renew(worker))
        else:
            self._retire(worker)
        self._serve_waiting()

    def _serve_waiting(self) -> None:
        while (ticket := self._next_waiting()) is not None:
            worker = self._idle.popleft()
            future = ticket.future
            self._put_to_work(ticket, worker)
            if future is not None:
                future.set_result(worker)

    def _next_waiting(self) -> Ticket | None:
        """The call whose turn it is, if it still waits for a worker."""
        while (ticket := self._queue.next(self._has_room)) is not None:
            if ticket.future is not None and not ticket.future.done():
                return ticket
        return None

    # Replacing.

    async def _new(self, config: JsonObject, version: int) -> Worker:
        worker = await Worker.start(
            self._target, config, memory_mb=self._memory_mb, start_seconds=self._start_seconds
        )
        self._version_of[worker] = version
        return worker

    def _replace(self, worker: Worker) -> None:
        self._retire(worker)
        self._fill_up()

    def _retire(self, worker: Worker) -> None:
        self._version_of.pop(worker, None)
        worker.kill()
        self._spawn(worker.close(), self._endings)

    def _stand_ready(self, worker: Worker) -> None:
        """Makes it one of those that are free, or lets it go if there are more than needed."""
        if self._missing < 0:
            self._retire(worker)
        else:
            self._idle.append(worker)

    @property
    def _missing(self) -> int:
        """How many workers there are too few; below nought, too many."""
        if self._in_place:  # the others are brought to this version
            current = len(self._version_of)
        else:
            current = sum(1 for version in self._version_of.values() if version == self._version)
        return self._full + self._lanes.beyond - current

    def _fill_up(self) -> None:
        for _ in range(self._missing - self._coming):
            self._coming += 1
            self._spawn(self._bring_one())

    async def _bring_one(self) -> None:
        pause = 0.1
        try:
            while not self._closed:
                version = self._version
                try:
                    worker = await self._new(self.config, version)
                except PolkuError:
                    logger.exception("a worker could not be started")
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)
                    continue
                if version == self._version:
                    self._stand_ready(worker)
                    break
                self._retire(worker)
        finally:
            self._coming -= 1
        self._serve_waiting()

    # Following a change.

    async def _switch_processes(self, config: JsonObject) -> None:
        version = self._version + 1
        fresh: list[Worker] = []
        try:
            for _ in range(self._full):  # one by one, so that the old ones keep the processors
                fresh.append(await self._new(config, version))
        except BaseException:
            for worker in fresh:
                self._retire(worker)
            raise
        old, self._idle = self._idle, deque(fresh)
        self.config, self._version = config, version
        for worker in old:
            self._retire(worker)
        self._serve_waiting()

    async def _switch_in_place(self, config: JsonObject) -> None:
        self.config = config
        self._version += 1
        while stale := [w for w in self._idle if self._version_of.get(w) != self._version]:
            worker = stale[0]
            self._idle.remove(worker)
            await self._renew(worker)

    async def _renew(self, worker: Worker) -> None:
        """Brings one worker to the pool's config, or a new one in its place."""
        while worker.ready and (version := self._version) != self._version_of.get(worker):
            try:
                await worker.call("switch", self.config, _SWITCH_SECONDS)
            except PolkuError:
                logger.exception("a worker could not follow a change")
                worker.kill()
            except asyncio.CancelledError:
                self._retire(worker)
                raise
            else:
                self._version_of[worker] = version
        if worker.ready:
            self._stand_ready(worker)
        else:
            self._replace(worker)
        self._serve_waiting()

    def _spawn(
        self, work: Coroutine[Any, Any, None], among: set[asyncio.Task[None]] | None = None
    ) -> None:
        tasks = self._tasks if among is None else among
        task = asyncio.get_running_loop().create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
