from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import BadQuery, LimitReached, NotAcceptable, PolkuError
from app.workers import Json, Worker
from app.workers.frames import error_frame, error_of

SERVICE = "tests.workers.services:make"


def with_worker(work: Callable[[Worker], Awaitable[None]], *, memory_mb: int | None = None) -> None:
    async def run() -> None:
        worker = await Worker.start(SERVICE, {"name": "first"}, memory_mb=memory_mb)
        try:
            await work(worker)
        finally:
            await worker.close()

    asyncio.run(run())


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_call_is_answered() -> None:
    async def work(worker: Worker) -> None:
        answer = await worker.call("echo", {"å": [1, None, {"b": 2.5}]})
        assert answer == {"å": [1, None, {"b": 2.5}], "config": "first", "pid": worker.pid}

    with_worker(work)


def test_our_errors_travel_as_themselves() -> None:
    async def work(worker: Worker) -> None:
        with pytest.raises(BadQuery) as caught:
            await worker.call("refuse", {"detail": "no WHERE"})
        assert (caught.value.detail, caught.value.line, caught.value.column) == ("no WHERE", 3, 7)
        with pytest.raises(NotAcceptable) as other:
            await worker.call("offer", {})
        assert other.value.offered == ("text/turtle", "text/csv")
        assert worker.ready
        assert await worker.call("echo", {})

    with_worker(work)


def test_the_text_of_a_foreign_error_stays_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def work(worker: Worker) -> None:
        with pytest.raises(PolkuError) as caught:
            await worker.call("leak", {})
        assert "42" not in str(vars(caught.value)) + str(caught.value)
        assert await worker.call("echo", {})

    with caplog.at_level(logging.WARNING):
        with_worker(work)
    assert "the secret is 42" in caplog.text


def test_private_methods_cannot_be_called() -> None:
    async def work(worker: Worker) -> None:
        with pytest.raises(PolkuError):
            await worker.call("__init__", {})

    with_worker(work)


def test_a_call_past_its_time_is_killed_and_named() -> None:
    async def work(worker: Worker) -> None:
        with pytest.raises(LimitReached) as caught:
            await worker.call("sleep", {"seconds": 60}, 0.2, limit="path_seconds")
        assert (caught.value.limit, caught.value.value) == ("path_seconds", 0.2)
        assert caught.value.status == 504
        assert not worker.ready

    with_worker(work)


def test_a_cancelled_call_kills_its_worker() -> None:
    async def work(worker: Worker) -> None:
        call = asyncio.create_task(worker.call("sleep", {"seconds": 60}))
        await asyncio.sleep(0.1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert not worker.ready

    with_worker(work)


def test_a_dead_worker_is_an_error_and_no_limit() -> None:
    async def work(worker: Worker) -> None:
        with pytest.raises(PolkuError) as caught:
            await worker.call("die", {"signal": int(signal.SIGABRT)})
        assert caught.value.status == 500

    with_worker(work)


def test_an_aborted_allocation_is_the_memory_limit() -> None:
    async def work(worker: Worker) -> None:
        with pytest.raises(LimitReached) as caught:
            await worker.call("abort_like_the_allocator", {})
        assert caught.value.status == 507
        assert caught.value.value == 100

    with_worker(work, memory_mb=100)


@pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded on Linux")
def test_memory_past_the_budget_is_refused() -> None:
    async def work(worker: Worker) -> None:
        assert await worker.call("grow", {"mb": 50}) == 50 * 2**20
        with pytest.raises(LimitReached) as caught:
            await worker.call("grow", {"mb": 500})
        assert caught.value.status == 507
        assert not worker.ready

    with_worker(work, memory_mb=100)


def test_a_stream_gives_its_head_then_its_pieces() -> None:
    async def work(worker: Worker) -> None:
        answer = await worker.stream("numbers", {"count": 3})
        assert answer.head == {"count": 3}
        assert b"".join([piece async for piece in answer]) == b"0\n1\n2\n"
        assert worker.ready

    with_worker(work)


def test_an_early_failure_of_a_stream_is_an_error_before_the_head() -> None:
    async def work(worker: Worker) -> None:
        with pytest.raises(BadQuery):
            await worker.stream("numbers", {"count": 3, "fail_at": 0})
        assert worker.ready

    with_worker(work)


def test_a_late_failure_of_a_stream_is_raised_where_it_is_read() -> None:
    async def work(worker: Worker) -> None:
        answer = await worker.stream("numbers", {"count": 3, "fail_at": 2})
        with pytest.raises(BadQuery):
            [piece async for piece in answer]
        answer = await worker.stream("numbers", {"count": 9, "die_at": 5})
        with pytest.raises(PolkuError):
            [piece async for piece in answer]

    with_worker(work)


def test_the_time_limit_holds_for_the_whole_stream() -> None:
    async def work(worker: Worker) -> None:
        answer = await worker.stream("numbers", {"count": 1000, "pause": 0.05}, 0.5)
        with pytest.raises(LimitReached) as caught:
            [piece async for piece in answer]
        assert caught.value.value == 0.5

    with_worker(work)


def test_a_stream_left_early_kills_its_worker() -> None:
    async def work(worker: Worker) -> None:
        answer = await worker.stream("flood", {"pieces": 10**6})
        assert len(await anext(aiter(answer))) == 65536
        await answer.aclose()
        assert is_gone(worker.pid)

    with_worker(work)


def test_a_closed_worker_leaves_no_process_and_no_descriptor() -> None:
    async def run() -> None:
        warm = await Worker.start(SERVICE, {})
        await warm.close()
        before = len(list(Path("/dev/fd").iterdir()))
        for _ in range(5):
            worker = await Worker.start(SERVICE, {})
            await worker.call("echo", {})
            await worker.close()
            assert is_gone(worker.pid)
        assert len(list(Path("/dev/fd").iterdir())) == before

    asyncio.run(run())


def test_a_start_that_is_cancelled_leaves_nothing_open() -> None:
    async def cancelled_after(turns: int) -> None:
        start = asyncio.create_task(Worker.start(SERVICE, {}))
        for _ in range(turns):
            await asyncio.sleep(0)
        start.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await (await start).close()

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        for turns in range(20):
            asyncio.run(cancelled_after(turns))
        gc.collect()
    assert [str(one.message) for one in warned] == []


def test_a_factory_that_refuses_says_why() -> None:
    async def run() -> None:
        with pytest.raises(BadQuery, match="the factory refuses"):
            await Worker.start(SERVICE, {"broken": True})
        with pytest.raises(PolkuError) as caught:
            await Worker.start(SERVICE, {"bug": True})
        assert "42" not in str(caught.value)

    asyncio.run(run())


def test_a_service_cannot_spoil_the_output(capfd: pytest.CaptureFixture[str]) -> None:
    async def work(worker: Worker) -> None:
        await worker.call("print_", {"words": "spoilt"})

    with_worker(work)
    assert "spoilt" not in capfd.readouterr().out


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM])
def test_workers_die_with_whoever_started_them(stop: signal.Signals) -> None:
    program = (
        "import asyncio\n"
        "from app.workers import Worker\n"
        "async def run():\n"
        f"    worker = await Worker.start({SERVICE!r}, {{}})\n"
        "    print(worker.pid, flush=True)\n"
        "    await worker.call('sleep', {'seconds': 600})\n"
        "asyncio.run(run())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not is_gone(pid)
        parent.send_signal(stop)
        parent.wait()
    deadline = time.monotonic() + 10
    while not is_gone(pid) and not _zombie(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert is_gone(pid) or _zombie(pid)


def _zombie(pid: int) -> bool:
    """Whether a dead process only waits for its new parent, as in a container without init."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return False


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=10, deadline=None)
@given(st.lists(json_values, min_size=1, max_size=20))
def test_any_json_survives_the_way_there_and_back(values: list[Json]) -> None:
    async def work(worker: Worker) -> None:
        for value in values:
            answer = await worker.call("echo", {"value": value})
            assert isinstance(answer, dict)
            assert answer["value"] == value

    with_worker(work)


@given(st.text(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_any_error_of_ours_survives_the_way_back(detail: str, line: int, column: int) -> None:
    again = error_of(error_frame(BadQuery(detail, line, column))[5:])
    assert isinstance(again, BadQuery)
    assert (again.detail, again.line, again.column) == (detail, line, column)


def test_what_a_dead_worker_had_still_sent_makes_it_ready_no_more() -> None:
    async def work(worker: Worker) -> None:
        answer = await worker.stream("numbers", {"count": 3})
        await asyncio.sleep(0.5)  # the rest of the answer has come, and is not read yet
        worker.kill()
        with contextlib.suppress(PolkuError):
            async for _ in answer:
                pass
        assert not worker.ready
        assert not worker.broken

    with_worker(work)


def test_a_worker_tells_a_call_that_cost_its_life_from_a_client_that_left() -> None:
    async def work(worker: Worker) -> None:
        with pytest.raises(PolkuError):
            await worker.call("die", {})
        assert worker.broken

    with_worker(work)

    async def leave(worker: Worker) -> None:
        call = asyncio.create_task(worker.call("sleep", {"seconds": 60}))
        await asyncio.sleep(0.05)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert not worker.ready
        assert not worker.broken

    with_worker(leave)
