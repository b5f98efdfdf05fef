"""A way to an engine that tests cut: in the middle of a request, or for good until it is mended."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Relay:
    """Passes connections on to a port, byte for byte, for as long as it is whole."""

    port: int
    target: int
    _whole: threading.Event = field(default_factory=threading.Event)
    _left: int | None = None

    @property
    def url(self) -> str:
        """Where the engine seems to be."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self, *, after: int = 0) -> None:
        """Cuts every connection once so many more bytes have been passed on; none come after."""
        self._left = after
        if not after:
            self._whole.clear()

    def mend(self) -> None:
        """Passes on again."""
        self._left = None
        self._whole.set()

    def _allowed(self, data: bytes) -> bytes:
        if self._left is None:
            return data
        passed, self._left = data[: self._left], max(0, self._left - len(data))
        if not self._left:
            self._whole.clear()
        return passed

    def _pass_on(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            if not self._whole.is_set():
                return
            with socket.create_connection(("127.0.0.1", self.target)) as engine:
                other = {client: engine, engine: client}
                while self._whole.is_set():
                    for one in select.select([client, engine], [], [], 0.05)[0]:
                        data = one.recv(2**16)
                        if not data:
                            return
                        other[one].sendall(self._allowed(data) if one is client else data)


@contextlib.contextmanager
def relayed(url: str) -> Iterator[Relay]:
    """A relay to the engine at an address, whole, for as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        relay = Relay(listening.getsockname()[1], int(url.rpartition(":")[2]))
        relay.mend()

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    threading.Thread(target=relay._pass_on, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield relay
        finally:
            relay.cut()
            listening.shutdown(socket.SHUT_RDWR)
