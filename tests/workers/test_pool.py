from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.errors import BadQuery, Busy, LimitReached, PolkuError
from app.workers import Json, Pool

SERVICE = "tests.workers.services:make"


def with_pool(
    work: Callable[[Pool], Awaitable[None]],
    size: int = 1,
    *,
    queue_seconds: float = 10.0,
    in_place: bool = False,
) -> None:
    async def run() -> None:
        pool = Pool(
            SERVICE, {"name": "first"}, size, queue_seconds=queue_seconds, in_place=in_place
        )
        async with pool:
            await work(pool)

    asyncio.run(run())


def field(answer: Json, name: str) -> Json:
    assert isinstance(answer, dict)
    return answer[name]


def test_calls_that_come_together_are_all_answered() -> None:
    async def work(pool: Pool) -> None:
        answers = await asyncio.gather(*(pool.call("echo", {"n": n}) for n in range(50)))
        assert [field(answer, "n") for answer in answers] == list(range(50))

    with_pool(work, 2)


def test_a_full_pool_is_busy_after_its_queue_time() -> None:
    async def work(pool: Pool) -> None:
        long = asyncio.create_task(pool.call("sleep", {"seconds": 60}))
        await asyncio.sleep(0.05)
        with pytest.raises(Busy) as caught:
            await pool.call("echo", {})
        assert caught.value.retry_after >= 1
        long.cancel()
        await asyncio.gather(long, return_exceptions=True)
        assert await pool.call("echo", {})

    with_pool(work, queue_seconds=0.2)


def test_calls_go_on_after_a_kill_a_crash_and_a_memory_abort() -> None:
    async def work(pool: Pool) -> None:
        for _ in range(2):
            with pytest.raises(LimitReached):
                await pool.call("sleep", {"seconds": 60}, 0.1)
            with pytest.raises(PolkuError):
                await pool.call("die", {})
            with pytest.raises(LimitReached):
                await pool.call("abort_like_the_allocator", {})
            assert await pool.call("echo", {})

    with_pool(work)


def test_a_cancelled_client_frees_its_worker() -> None:
    async def work(pool: Pool) -> None:
        call = asyncio.create_task(pool.call("sleep", {"seconds": 600}))
        await asyncio.sleep(0.1)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert await pool.call("echo", {})

    with_pool(work)


def test_a_waiting_client_that_leaves_takes_no_worker_with_it() -> None:
    async def work(pool: Pool) -> None:
        long = asyncio.create_task(pool.call("sleep", {"seconds": 0.3}))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(pool.call("echo", {})) for _ in range(5)]
        await asyncio.sleep(0.05)
        for task in waiting:
            task.cancel()
        await asyncio.gather(long, *waiting, return_exceptions=True)
        assert pool.waiting == 0
        assert await pool.call("echo", {})

    with_pool(work)


def test_an_unread_stream_frees_its_worker_when_closed() -> None:
    async def work(pool: Pool) -> None:
        for _ in range(3):
            answer = await pool.stream("flood", {"pieces": 10**6})
            await answer.aclose()
        assert await pool.call("echo", {})

    with_pool(work)


def test_a_finished_stream_gives_its_worker_back_alive() -> None:
    async def work(pool: Pool) -> None:
        pids = set()
        for _ in range(4):
            answer = await pool.stream("numbers", {"count": 3})
            assert b"".join([piece async for piece in answer]) == b"0\n1\n2\n"
            pids.add(field(await pool.call("echo", {}), "pid"))
        assert len(pids) <= 2

    with_pool(work)


@pytest.mark.parametrize("in_place", [True, False])
def test_after_a_switch_every_answer_is_of_the_new_config(in_place: bool) -> None:
    async def work(pool: Pool) -> None:
        running = asyncio.create_task(pool.call("sleep", {"seconds": 0.3}))
        await asyncio.sleep(0.05)
        await pool.switch({"name": "second"})
        answers = [field(await pool.call("echo", {}), "config") for _ in range(6)]
        assert answers == ["second"] * 6
        assert await running == "awake"
        again = await asyncio.gather(*(pool.call("echo", {}) for _ in range(6)))
        assert {field(answer, "config") for answer in again} == {"second"}

    with_pool(work, 2, in_place=in_place)


def test_calls_during_switches_are_all_answered() -> None:
    async def work(pool: Pool) -> None:
        async def ask() -> None:
            for _ in range(30):
                assert field(await pool.call("echo", {}), "config") is not None

        async def switch() -> None:
            for number in range(5):
                await pool.switch({"name": f"number {number}"})

        await asyncio.gather(ask(), ask(), ask(), switch())
        assert field(await pool.call("echo", {}), "config") == "number 4"

    with_pool(work, 2, in_place=True)


def test_a_switch_that_fails_leaves_the_old_workers() -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(BadQuery):
            await pool.switch({"broken": True})
        assert field(await pool.call("echo", {}), "config") == "first"

    with_pool(work)


def test_a_closed_pool_refuses_and_leaves_nobody_waiting() -> None:
    async def run() -> None:
        pool = await Pool(SERVICE, {}, 1).start()
        long = asyncio.create_task(pool.call("sleep", {"seconds": 600}))
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(pool.call("echo", {}))
        await asyncio.sleep(0.05)
        await pool.close()
        results = await asyncio.gather(long, waiting, return_exceptions=True)
        assert all(isinstance(result, PolkuError) for result in results)
        with pytest.raises(Busy):
            await pool.call("echo", {})

    asyncio.run(run())


def test_a_pool_whose_service_cannot_start_says_why() -> None:
    async def run() -> None:
        with pytest.raises(BadQuery):
            await Pool(SERVICE, {"broken": True}, 2).start()

    asyncio.run(run())
