from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workers.channel import Channel, Oversized
from app.workers.frames import HEADER, LARGEST, frame


def with_channel(work: Callable[[Channel, socket.socket], Awaitable[None]]) -> None:
    async def run() -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        loop = asyncio.get_running_loop()
        _, channel = await loop.create_unix_connection(Channel, sock=ours)
        try:
            await work(channel, theirs)
        finally:
            await channel.close()
            theirs.close()

    asyncio.run(run())


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=40), min_size=1), st.lists(st.integers(1, 50), min_size=1))
def test_frames_come_whole_wherever_the_bytes_are_parted(
    contents: list[bytes], parts: list[int]
) -> None:
    async def run() -> None:
        channel = Channel()
        sent = b"".join(frame(b"D", content) for content in contents)
        number = 0
        while sent:
            size = parts[number % len(parts)]
            channel.data_received(sent[:size])
            sent, number = sent[size:], number + 1
        assert [await channel.take() for _ in contents] == [(b"D", one) for one in contents]
        assert channel.at_hand() is None

    asyncio.run(run())


def test_who_waits_is_told_when_the_worker_is_gone_and_what_came_before_is_there() -> None:
    async def work(channel: Channel, theirs: socket.socket) -> None:
        theirs.send(frame(b"H", b"{}") + frame(b"D", b"half")[:-1])
        theirs.close()
        assert await channel.take() == (b"H", b"{}")
        with pytest.raises(ConnectionError):
            await channel.take()
        channel.write(b"into nothing")

    with_channel(work)


def test_who_waits_is_told_when_the_worker_is_given_up() -> None:
    async def work(channel: Channel, _: socket.socket) -> None:
        waiting = asyncio.create_task(channel.take())
        await asyncio.sleep(0)
        channel.fail()
        with pytest.raises(ConnectionError):
            await waiting

    with_channel(work)


def test_a_frame_too_large_to_take_is_known_by_its_head() -> None:
    async def work(channel: Channel, theirs: socket.socket) -> None:
        theirs.send(HEADER.pack(b"D", LARGEST + 1))
        with pytest.raises(Oversized):
            await channel.take()

    with_channel(work)


def test_a_worker_waits_while_nobody_takes_what_it_sends() -> None:
    async def work(channel: Channel, theirs: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        piece = frame(b"D", b"x" * 2**16)
        sending = asyncio.create_task(loop.sock_sendall(theirs, piece * 64))
        await asyncio.sleep(0.2)
        assert not sending.done()  # 4 MiB, of which some stand in the socket's own buffers
        for _ in range(64):
            assert await channel.take() == (b"D", b"x" * 2**16)
        await sending

    with_channel(work)
