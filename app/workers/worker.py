"""One process that can be killed, seen from the event loop that started it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from typing import Any, Final

import orjson

from app.errors import LimitReached, Overflowed, PolkuError
from app.workers.channel import Channel, Frame, Oversized
from app.workers.frames import Json, JsonObject, error_of, json_frame
from app.workers.limits import over_memory

logger = logging.getLogger(__name__)

START_SECONDS: Final = 60.0
"""Longest time that a service may take to stand, unless the caller says otherwise."""

SECONDS_SETTING: Final = "query_seconds"
"""The setting that a wall-clock limit is named after unless a call says otherwise."""

_TAIL = 4096
_OUT_OF_MEMORY = (b"memory allocation", b"bad_alloc")


class Answer:
    """A streamed answer: its head, then its pieces by ``async for``; close it if left early.

    Of one that came at once ``content`` is all of it, and there is nothing to close.
    """

    content: bytes | None = None

    def __init__(
        self,
        head: dict[str, Json],
        pieces: AsyncIterator[bytes],
        closed: Callable[[], Coroutine[Any, Any, None]],
        *,
        ended: asyncio.Event | None = None,
    ) -> None:
        self.head = head
        self.ended = ended or asyncio.Event()
        """Set when somebody else ends the answer, whatever of it is still on its way."""
        self._pieces = pieces
        self._closed = closed
        self._open = True

    @classmethod
    def of(cls, head: dict[str, Json], content: bytes) -> Answer:
        """An answer that is all there."""
        answer = cls(head, _one(content), _nothing)
        answer.content = content
        return answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces."""
        return self

    async def __anext__(self) -> bytes:
        """The next piece."""
        try:
            return await anext(self._pieces)
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Ends the answer; a worker that had more to say is killed, its successor stands ready."""
        if self._open:
            self._open = False
            await self._closed()


async def _one(content: bytes) -> AsyncIterator[bytes]:
    if content:
        yield content


async def _nothing() -> None:
    return None


class Worker:
    """One process that hosts a service and answers one call at a time."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        channel: Channel,
        memory_mb: int | None,
    ) -> None:
        self.ready = True
        """Whether it can take a call: it stands, and no call is unfinished."""
        self._process = process
        self._channel = channel
        self._clock: asyncio.TimerHandle | None = None
        self._memory_mb = memory_mb
        self._tail = b""
        self._out_of_memory = False
        self._ended: PolkuError | None = None
        self.killed = False
        """Whether somebody has killed the process: whatever it still says, it is no good."""
        self.broken = False
        """Whether a call cost it its life: no one's leaving, and nobody who ended the call."""
        self._log = asyncio.create_task(self._forward())

    @classmethod
    async def start(
        cls,
        target: str,
        config: JsonObject,
        *,
        memory_mb: int | None = None,
        start_seconds: float = START_SECONDS,
    ) -> Worker:
        """A worker whose service stands.

        Raises: what the factory raised; PolkuError if the process died or took too long.
        """
        ours, theirs = socket.socketpair()
        process = None
        try:
            ours.setblocking(False)
            process = await asyncio.create_subprocess_exec(
                *_command(target, config, theirs.fileno(), memory_mb),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            )
            loop = asyncio.get_running_loop()
            _, channel = await loop.create_unix_connection(Channel, sock=ours)
        except BaseException:
            ours.close()
            if process is not None:
                await _reap(process)
            raise
        finally:
            theirs.close()
        worker = cls(process, channel, memory_mb)
        try:
            async with asyncio.timeout(start_seconds):
                kind, content = await worker._receive()
            if kind != b"S":
                raise error_of(content)
        except TimeoutError:
            await worker.close()
            raise PolkuError(f"A process did not start within {start_seconds:.0f} s.") from None
        except BaseException:
            await worker.close()
            raise
        return worker

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    async def call(
        self,
        method: str,
        payload: JsonObject,
        timeout: float | None = None,
        *,
        limit: str = SECONDS_SETTING,
    ) -> Json:
        """The method's result.

        Raises: LimitReached past ``timeout`` seconds (named ``limit``) or the memory budget;
        PolkuError as the method raised it. Cancelled or past a limit, the worker is killed.
        """
        with self._unfinished():
            try:
                self._start_clock(timeout, limit)
                self._send(method, payload)
                kind, content = await self._receive()
            finally:
                self._stop_clock()
            if kind != b"R":
                raise PolkuError(f"{method} answers in pieces; ask for a stream.")
            self.ready = not self.killed
        result: Json = orjson.loads(content)
        return result

    async def stream(
        self,
        method: str,
        payload: JsonObject,
        timeout: float | None = None,
        *,
        limit: str = SECONDS_SETTING,
    ) -> Answer:
        """The method's streamed answer; its first piece is there when this returns.

        The time limit is one for the whole answer, whoever is slow.
        Raises: as ``call``; later failures are raised by the iteration.
        """
        try:
            with self._unfinished():
                self._start_clock(timeout, limit)
                self._send(method, payload)
                kind, content = await self._receive()
                if kind != b"H":
                    raise PolkuError(f"{method} answers in one piece; call it.")
                head: dict[str, Json] = orjson.loads(content)
                begun = self._at_hand()
        except BaseException:
            self._stop_clock()
            raise
        if begun and begun[-1][0] == b"E":
            self._end_answer()
            return Answer.of(head, b"".join(content for _, content in begun))

        async def pieces() -> AsyncIterator[bytes]:
            frames = iter(begun)
            try:
                while True:
                    with self._unfinished():
                        kind, content = next(frames, None) or await self._receive()
                        if kind == b"E":
                            self._end_answer()
                            return
                    if content:
                        yield content
            finally:
                self._stop_clock()

        async def closed() -> None:
            self._stop_clock()
            if not self.ready:
                await self.close()

        return Answer(head, pieces(), closed)

    def kill(self) -> None:
        """Kills the process now; ``close`` waits until nothing of it is left."""
        self.ready, self.killed = False, True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def end(self, error: PolkuError) -> None:
        """Kills the process now; the call that it is at fails with the error."""
        self._ended = error
        self.kill()

    async def close(self) -> None:
        """Kills the process and waits until nothing of it is left: no zombie, no descriptor."""
        self.kill()
        await self._channel.close()
        await self._process.wait()
        await self._log

    @contextlib.contextmanager
    def _unfinished(self) -> Iterator[None]:
        """Holds the worker unready; kills it if the block is cancelled."""
        self.ready = False
        try:
            yield
        except (PolkuError, GeneratorExit):
            raise
        except BaseException:
            self.kill()
            raise

    def _start_clock(self, seconds: float | None, limit: str) -> None:
        """Ends the call when so many seconds have passed, unless the clock is stopped before."""
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self._clock = loop.call_later(seconds, self._overrun, seconds, limit)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _overrun(self, seconds: float, limit: str) -> None:
        self._clock = None
        if self.killed:
            return  # for another reason, which whoever waits is told
        self.broken = True
        self.end(
            LimitReached(
                limit, seconds, f"It took longer than {seconds:g} s, the limit here ({limit})."
            )
        )
        self._channel.fail()  # however long it takes the process to die

    def _end_answer(self) -> None:
        """Nothing more comes of the call: the worker can take another."""
        self._stop_clock()
        self.ready = not self.killed

    def _send(self, method: str, payload: JsonObject) -> None:
        self._channel.write(json_frame(b"C", {"method": method, "payload": payload}))

    def _at_hand(self) -> Sequence[Frame]:
        """The frames of a stream that have come already, but for an error."""
        found = []
        while self._channel.next_is(b"D", b"E") and (frame := self._channel.at_hand()):
            found.append(frame)
        return found

    async def _receive(self) -> Frame:
        """The next frame; an error frame is raised, and leaves the worker ready again."""
        try:
            kind, content = await self._channel.take()
        except Oversized:
            self.broken = True
            self.kill()
            raise PolkuError("A process answered with more than can be taken.") from None
        except ConnectionError:
            raise await self._cause_of_death() from None
        if kind == b"X":
            error = error_of(content)
            # After a failed allocation nothing in the process can be trusted.
            self.broken |= isinstance(error, LimitReached) and error.status == 507
            self.ready = not (self.broken or self.killed)
            raise error
        return kind, content

    async def _cause_of_death(self) -> PolkuError:
        """Why the process died, as an error; only a failed allocation is over the memory limit."""
        self.ready = False
        if self._ended is not None:
            return self._ended
        self.broken |= not self.killed
        with contextlib.suppress(ProcessLookupError):
            # Its end of the socket is closed, so it is dead or dying; a stuck one is not waited for.
            if self._process.returncode is None:
                await asyncio.wait_for(asyncio.shield(self._process.wait()), 5)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._log), 1)
        status = self._process.returncode
        if status == -signal.SIGABRT and self._out_of_memory:
            return over_memory(self._memory_mb or 0)
        logger.error("worker died", extra={"pid": self.pid, "status": status})
        if status in (-signal.SIGSEGV, -signal.SIGBUS):
            return Overflowed("A process of the service died. The log says how; try again.")
        return PolkuError("A process of the service died. The log says how; try again.")

    async def _forward(self) -> None:
        """Passes what the process prints on to the log, and remembers the end of it."""
        output = self._process.stdout
        if output is None:
            raise RuntimeError("the worker's output is no pipe")
        while chunk := await output.read(_TAIL):
            seen = self._tail + chunk  # the words may be parted, and a long backtrace follows them
            self._out_of_memory |= any(words in seen for words in _OUT_OF_MEMORY)
            self._tail = seen[-_TAIL:]
            for line in chunk.decode("utf-8", "replace").splitlines():
                logger.warning("%s", line, extra={"pid": self.pid})


async def _reap(process: asyncio.subprocess.Process) -> None:
    """Ends a process of which nothing is needed any more."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    if process.stdout is not None:
        await process.stdout.read()
    await process.wait()


def _command(target: str, config: JsonObject, descriptor: int, memory_mb: int | None) -> list[str]:
    budget = [str(memory_mb)] if memory_mb else []
    return [
        sys.executable,
        "-P",  # the current folder is no place to import from
        "-m",
        "app.workers.child",
        str(descriptor),
        target,
        orjson.dumps(config).decode(),
        *budget,
    ]
