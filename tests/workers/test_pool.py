from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from app.errors import BadQuery, Busy, Ended, LimitReached, Overflowed, PolkuError, TooMuch
from app.workers import Answer, Buckets, Json, Pool, Share, Ticket

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
        async with asyncio.timeout(30):  # a new process may need longer than the queue's time
            while True:
                with contextlib.suppress(Busy):
                    assert await pool.call("echo", {})
                    break

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


async def until(done: Callable[[], bool]) -> None:
    """Waits until something is so."""
    async with asyncio.timeout(60):
        while not done():
            await asyncio.sleep(0.01)


async def read(pool: Pool, key: str, order: list[str], pause: float = 0.0) -> None:
    ticket = Ticket(key)
    answer = await pool.stream("numbers", {"count": 1, "pause": pause}, ticket=ticket)
    order.append(key)
    async for _ in answer:
        pass


def test_a_client_with_one_call_is_not_kept_waiting_by_one_with_many() -> None:
    async def run() -> None:
        order: list[str] = []
        async with Pool(SERVICE, {}, 1, queue_seconds=60, spares=0) as pool:
            async with pool.lease(Ticket("a")):
                many = [asyncio.create_task(read(pool, "a", order)) for _ in range(5)]
                await until(lambda: pool.waiting == 5)
                one = asyncio.create_task(read(pool, "b", order))
                await until(lambda: pool.waiting == 6)
            await asyncio.gather(*many, one)
        assert order.index("b") <= 1

    asyncio.run(run())


def test_a_client_at_its_share_leaves_the_other_workers_free() -> None:
    async def run() -> None:
        share = Share(running=1, waiting=1)
        async with Pool(SERVICE, {}, 2, queue_seconds=60, share=share) as pool:
            async with pool.lease(Ticket("a")):
                waiting = asyncio.create_task(read(pool, "a", []))
                await until(lambda: pool.waiting == 1)
                with pytest.raises(TooMuch):
                    await pool.stream("numbers", {"count": 1}, ticket=Ticket("a"))
                await read(pool, "b", [])
                assert pool.waiting == 1
            await waiting
        assert pool.waiting == pool.running == 0

    asyncio.run(run())


def test_a_call_at_work_is_ended_by_its_ticket_and_the_next_is_answered() -> None:
    async def work(pool: Pool) -> None:
        ticket = Ticket("a")
        assert not ticket.end(Ended("before it began"))
        endless = {"count": 10, "pause": 600}
        call = asyncio.create_task(pool.stream("numbers", endless, ticket=ticket))
        await until(lambda: ticket.state == "running")
        assert ticket.end(Ended("enough"))
        with pytest.raises(Ended, match="enough"):
            await call
        assert ticket.state == "over" and ticket.ended.is_set()
        assert not ticket.end(Ended("twice"))
        assert await pool.call("echo", {})

    with_pool(work)


def test_a_stream_is_ended_by_its_ticket_in_the_midst() -> None:
    async def work(pool: Pool) -> None:
        ticket = Ticket("a")
        answer = await pool.stream("numbers", {"count": 10**6, "pause": 0.01}, ticket=ticket)
        with pytest.raises(Ended):
            async for number in answer:
                if number == b"3\n":
                    ticket.end(Ended("enough"))
        assert await pool.call("echo", {})

    with_pool(work)


def test_a_waiting_call_is_ended_by_its_ticket() -> None:
    async def work(pool: Pool) -> None:
        async with pool.lease():
            ticket = Ticket("a")
            call = asyncio.create_task(pool.stream("numbers", {"count": 1}, ticket=ticket))
            await until(lambda: ticket.state == "waiting")
            assert ticket.end(Ended("enough"))
            with pytest.raises(Ended):
                await call
            assert pool.waiting == 0
        assert await pool.call("echo", {})

    with_pool(work)


def test_the_ticket_of_a_finished_call_ends_nobody_else_s() -> None:
    async def work(pool: Pool) -> None:
        ticket = Ticket("a")
        async for _ in await pool.stream("numbers", {"count": 1}, ticket=ticket):
            pass
        async with pool.lease() as worker:
            assert not ticket.end(Ended("late"))
            assert await worker.call("echo", {})

    with_pool(work)


def test_a_client_is_charged_the_seconds_that_it_held_a_worker() -> None:
    async def run() -> None:
        buckets = Buckets(100, 0.001)
        async with Pool(SERVICE, {}, 1, buckets=buckets) as pool:
            await read(pool, "a", [], pause=0.3)
            with pytest.raises(LimitReached):
                endless = {"count": 1, "pause": 600}
                await pool.stream("numbers", endless, 0.5, ticket=Ticket("b"))
        assert buckets.used("a") >= 0.29
        assert buckets.used("b") >= 0.49
        assert buckets.used("c") == 0

    asyncio.run(run())


def test_a_worker_that_comes_as_the_queue_time_runs_out_is_not_lost() -> None:
    async def work(pool: Pool) -> None:
        for _ in range(60):
            call = asyncio.create_task(pool.call("sleep", {"seconds": 0.02}))
            await asyncio.sleep(0)
            with contextlib.suppress(Busy):
                await pool.call("echo", {})
            await call
        await until(lambda: pool.running == 0)
        assert await pool.call("echo", {})

    with_pool(work, queue_seconds=0.02)


def test_a_memory_abort_is_known_however_long_its_backtrace_is() -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(LimitReached) as caught:
            await pool.call("abort_with_a_long_backtrace", {})
        assert caught.value.status == 507

    with_pool(work)


def test_an_overflow_of_the_stack_is_told_from_other_deaths() -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(Overflowed):
            await pool.call("die", {"signal": int(signal.SIGSEGV)})
        with pytest.raises(PolkuError) as caught:
            await pool.call("die", {})
        assert not isinstance(caught.value, Overflowed)

    with_pool(work)


ENDLESS: dict[str, Json] = {"count": 10, "pause": 600}
"""Never sends a piece."""

FLOOD: dict[str, Json] = {"pieces": 10**9}
"""Sends for ever."""


@contextlib.asynccontextmanager
async def lanes(size: int, *, seconds: float = 0.2, spares: int = 1) -> AsyncIterator[Pool]:
    """A pool in which a call is long after ``seconds``."""
    async with Pool(
        SERVICE, {}, size, queue_seconds=60, spares=spares, short_seconds=seconds, in_place=True
    ) as pool:
        yield pool


@contextlib.asynccontextmanager
async def endless(pool: Pool, *keys: str) -> AsyncIterator[list[asyncio.Task[Answer]]]:
    """One call for each key that never ends, until the block does."""
    calls = [
        asyncio.create_task(pool.stream("numbers", ENDLESS, ticket=Ticket(key))) for key in keys
    ]
    try:
        yield calls
    finally:
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


@pytest.mark.parametrize("size", [2, 3])
def test_short_calls_are_answered_while_endless_ones_of_many_clients_run(size: int) -> None:
    async def run() -> None:
        async with lanes(size) as pool, endless(pool, *"abcdefgh") as calls:
            for _ in range(10):
                await read(pool, "ordinary", [])
            await until(lambda: pool.long == size - 1)
            await read(pool, "ordinary", [])
            assert not any(call.done() for call in calls)
        await until(lambda: pool.running == pool.waiting == pool.long == 0)

    asyncio.run(run())


def test_a_call_that_gave_its_worker_back_is_answered_when_there_is_room() -> None:
    async def run() -> None:
        async with lanes(2) as pool:
            async with endless(pool, "a"):
                await until(lambda: pool.long == 1)
                order: list[str] = []
                ticket = Ticket("b")
                call = asyncio.create_task(
                    pool.stream("numbers", {"count": 2, "pause": 1}, ticket=ticket)
                )
                await until(lambda: ticket.long and ticket.state == "waiting")
                await read(pool, "c", order)
                assert order == ["c"]
            pieces = [piece async for piece in await call]
            assert pieces == [b"0\n", b"1\n"]
            assert pool.running == pool.waiting == pool.long == 0

    asyncio.run(run())


def test_a_call_that_waits_to_begin_again_is_ended_by_its_ticket() -> None:
    async def run() -> None:
        async with lanes(2) as pool, endless(pool, "a"):
            await until(lambda: pool.long == 1)
            ticket = Ticket("b")
            call = asyncio.create_task(pool.stream("numbers", ENDLESS, ticket=ticket))
            await until(lambda: ticket.long and ticket.state == "waiting")
            assert ticket.end(Ended("enough"))
            with pytest.raises(Ended):
                await call
            assert pool.waiting == 0

    asyncio.run(run())


def test_an_answer_that_has_begun_goes_on_beyond_the_long_ones_and_short_calls_too() -> None:
    async def run() -> None:
        async with lanes(2) as pool:
            answers = [await pool.stream("flood", FLOOD, ticket=Ticket(key)) for key in "ab"]
            await until(lambda: pool.long == 2)
            await read(pool, "ordinary", [])
            for answer in answers:
                assert await anext(answer)
                await answer.aclose()
            assert pool.long == 0

    asyncio.run(run())


def test_the_worker_that_came_for_an_answer_beyond_goes_when_it_is_over() -> None:
    async def run() -> None:
        async with lanes(2) as pool:
            much: dict[str, Json] = {"pieces": 500}
            answers = [await pool.stream("flood", much, ticket=Ticket(key)) for key in "ab"]
            await until(lambda: pool.long == 2 and pool.processes == 4)
            for answer in answers:
                assert len([piece async for piece in answer]) == 500
            await until(lambda: pool.processes == 3)
            await read(pool, "ordinary", [])

    asyncio.run(run())


def test_too_many_answers_on_their_way_are_cut_off() -> None:
    async def run() -> None:
        async with lanes(2, seconds=0.5) as pool:
            answers = []
            for key in "abc":  # one long one, and two beyond
                answers.append(await pool.stream("flood", FLOOD, ticket=Ticket(key)))
                await until(lambda: pool.long == len(answers))
            last = await pool.stream("flood", FLOOD, ticket=Ticket("d"))
            with pytest.raises(Busy):
                async for _ in last:
                    pass
            await read(pool, "ordinary", [])
            for answer in answers:
                await answer.aclose()

    asyncio.run(run())


def test_a_client_whose_call_was_long_begins_as_long() -> None:
    async def run() -> None:
        async with lanes(2) as pool:
            await read(pool, "a", [], pause=0.6)
            async with endless(pool, "other"):
                await until(lambda: pool.long == 1)
                ticket = Ticket("a")
                call = asyncio.create_task(pool.stream("numbers", {"count": 1}, ticket=ticket))
                await until(lambda: ticket.state == "waiting")
                await read(pool, "b", [])
                assert ticket.state == "waiting"
            async for _ in await call:
                pass

    asyncio.run(run())


@pytest.mark.parametrize("leaves", ["before its answer", "in its answer"])
def test_a_client_that_leaves_early_is_still_taken_for_short(leaves: str) -> None:
    async def run() -> None:
        async with lanes(2, seconds=30) as pool:
            if leaves == "in its answer":
                answer = await pool.stream("flood", FLOOD, ticket=Ticket("a"))
                await anext(answer)
                await answer.aclose()
            else:
                async with endless(pool, "a"):
                    await until(lambda: pool.running == 1)
            ticket = Ticket("a")
            answer = await pool.stream("numbers", {"count": 1}, ticket=ticket)
            assert not ticket.long
            await answer.aclose()

    asyncio.run(run())


def test_a_client_that_cost_a_worker_its_life_begins_as_long() -> None:
    async def run() -> None:
        async with lanes(2, seconds=30) as pool:
            with pytest.raises(PolkuError):
                await pool.stream("die", {}, ticket=Ticket("a"))
            ticket = Ticket("a")
            answer = await pool.stream("numbers", {"count": 1}, ticket=ticket)
            assert ticket.long
            await answer.aclose()

    asyncio.run(run())


def test_one_reader_alone_answers_what_runs_for_long() -> None:
    async def run() -> None:
        async with lanes(1, seconds=0.05, spares=0) as pool:
            for _ in range(3):
                await read(pool, "a", [], pause=0.3)
            assert pool.running == pool.long == 0

    asyncio.run(run())


def test_two_readers_without_a_spare_answer_what_runs_for_long() -> None:
    async def run() -> None:
        async with lanes(2, seconds=0.05, spares=0) as pool:
            await asyncio.gather(*(read(pool, key, [], pause=0.3) for key in "abcd"))
            assert pool.running == pool.waiting == pool.long == 0

    asyncio.run(run())


def test_a_pool_that_closes_leaves_no_call_waiting_to_begin_again() -> None:
    async def run() -> None:
        async with lanes(2) as pool:
            calls = [
                asyncio.create_task(pool.stream("numbers", ENDLESS, ticket=Ticket(key)))
                for key in "abcd"
            ]
            await until(lambda: pool.long == 1 and pool.waiting >= 1)
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(result, PolkuError) for result in results)

    asyncio.run(run())
