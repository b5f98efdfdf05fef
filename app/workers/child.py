"""The worker's side: ``python -m app.workers.child FD MODULE:FACTORY CONFIG [MEMORY_MB]``.

Makes the service, says that it stands, then answers calls one after another until the socket
closes. Dies with whoever started it.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import select
import signal
import socket
import sys
import threading
import traceback

import orjson

from app.workers.frames import HEADER, LARGEST, Push, Stream, error_frame, frame, json_frame
from app.workers.limits import limit_memory, over_memory

_LARGE = 2**15
"""Bytes of a piece that is sent at once."""


def main(arguments: list[str]) -> int:
    """The exit status of a worker."""
    descriptor, target, config = arguments[:3]
    memory_mb = int(arguments[3]) if len(arguments) > 3 else 0
    connection = socket.socket(fileno=int(descriptor))
    connection.setblocking(True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us to handle
    _die_with_parent(connection)
    try:
        service = _make(target, config)
        if memory_mb:
            limit_memory(memory_mb)
    except BaseException as error:
        _log(error)
        connection.sendall(error_frame(error))
        return 1
    connection.sendall(frame(b"S"))
    while (call := _receive(connection)) is not None:
        _answer(connection, service, call, memory_mb)
    return 0


def _make(target: str, config: str) -> object:
    module, _, factory = target.partition(":")
    return getattr(importlib.import_module(module), factory)(orjson.loads(config))


def _answer(connection: socket.socket, service: object, call: bytes, memory_mb: int) -> None:
    try:
        asked = orjson.loads(call)
        method = asked["method"]
        if method.startswith("_"):
            raise AttributeError(method)
        result = getattr(service, method)(asked["payload"])
        if isinstance(result, Stream | Push):
            _send_stream(connection, result)
        else:
            connection.sendall(json_frame(b"R", result))
    except (BrokenPipeError, ConnectionResetError):
        raise SystemExit(0) from None
    except MemoryError:
        connection.sendall(error_frame(over_memory(memory_mb)))
    except BaseException as error:
        sent = error_frame(error)
        if b'"Failed"' in sent[:40]:
            _log(error)
        connection.sendall(sent)


def _send_stream(connection: socket.socket, stream: Stream | Push) -> None:
    # What fails before the first piece is still an error: the head waits for it. Who pushes sends
    # large pieces but for the last, which goes out with the end: one waking of the other side.
    unsent = json_frame(b"H", stream.head)
    least = _LARGE if isinstance(stream, Push) else 0

    def send(piece: bytes) -> None:
        nonlocal unsent
        unsent += HEADER.pack(b"D", len(piece)) + piece
        if len(piece) >= least:
            connection.sendall(unsent)
            unsent = b""

    if isinstance(stream, Push):
        stream.push(send)
    else:
        for piece in stream.pieces:
            send(piece)
    connection.sendall(unsent + frame(b"E"))


def _receive(connection: socket.socket) -> bytes | None:
    """The content of the next call; None when the other side is gone."""
    header = _read(connection, HEADER.size)
    if header is None:
        return None
    kind, length = HEADER.unpack(header)
    if kind != b"C" or length > LARGEST:
        raise SystemExit(f"unexpected frame {kind!r} of {length} bytes")
    return _read(connection, length)


def _read(connection: socket.socket, length: int) -> bytes | None:
    buffer = bytearray(length)
    view = memoryview(buffer)
    filled = 0
    while filled < length:
        try:
            got = connection.recv_into(view[filled:])
        except ConnectionResetError:
            return None
        if not got:
            return None
        filled += got
    return bytes(buffer)


def _die_with_parent(connection: socket.socket) -> None:
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)
    poll = select.poll()
    poll.register(connection.fileno(), 0)  # only a hang-up is reported

    def watch() -> None:
        while True:
            if any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll()):
                os._exit(0)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _log(error: BaseException) -> None:
    traceback.print_exception(error, file=sys.stderr)
    sys.stderr.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
