"""Services that misbehave in every way a worker must survive."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import NoReturn

from app.errors import BadQuery, NotAcceptable
from app.workers import Json, JsonObject, Stream


class Service:
    def __init__(self, config: JsonObject) -> None:
        self.config = config
        self.calls = 0

    def echo(self, payload: JsonObject) -> Json:
        self.calls += 1
        return {**payload, "config": self.config.get("name"), "pid": os.getpid()}

    def switch(self, config: JsonObject) -> Json:
        self.config = config
        return None

    def sleep(self, payload: JsonObject) -> Json:
        time.sleep(float(str(payload["seconds"])))
        return "awake"

    def refuse(self, payload: JsonObject) -> NoReturn:
        raise BadQuery(str(payload["detail"]), line=3, column=7)

    def offer(self, _: JsonObject) -> NoReturn:
        raise NotAcceptable("No.", offered=("text/turtle", "text/csv"))

    def leak(self, _: JsonObject) -> NoReturn:
        raise KeyError("the secret is 42")

    def die(self, payload: JsonObject) -> NoReturn:
        os.kill(os.getpid(), int(str(payload.get("signal", signal.SIGKILL))))
        time.sleep(10)
        raise AssertionError

    def abort_like_the_allocator(self, _: JsonObject) -> NoReturn:
        sys.stderr.write("memory allocation of 123456 bytes failed\n")
        sys.stderr.flush()
        os.abort()

    def abort_with_a_long_backtrace(self, _: JsonObject) -> NoReturn:
        sys.stderr.write("memory allocation of 123456 bytes failed\n" + "  frame\n" * 5_000)
        sys.stderr.flush()
        os.abort()

    def grow(self, payload: JsonObject) -> Json:
        return len(bytearray(int(str(payload["mb"])) * 2**20))

    def numbers(self, payload: JsonObject) -> Stream:
        count, pause = int(str(payload["count"])), float(str(payload.get("pause", 0)))

        def pieces() -> Iterator[bytes]:
            for number in range(count):
                if number == payload.get("fail_at"):
                    raise BadQuery(f"failed at {number}")
                if number == payload.get("die_at"):
                    os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(pause)
                yield f"{number}\n".encode()

        return Stream({"count": count}, pieces())

    def flood(self, payload: JsonObject) -> Stream:
        piece = b"x" * 65536
        return Stream({}, (piece for _ in range(int(str(payload["pieces"])))))

    def print_(self, payload: JsonObject) -> Json:
        print(payload["words"])  # noqa: T201 - a service must not be able to spoil our stdout
        return None


def make(config: JsonObject) -> Service:
    if config.get("broken"):
        raise BadQuery("the factory refuses")
    if config.get("bug"):
        raise ZeroDivisionError("the secret is 42")
    return Service(config)
