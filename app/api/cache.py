"""Answers that are kept to be given again: whole ones, of the current generation, within bounds.

A generation never changes, so neither does the answer to a query on it. What belongs to another
than the current one is dropped as soon as that is noticed: nothing stale is ever given.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.api.log import Metrics
from app.workers import Answer

PART: Final = 16
"""One answer may take one of so many parts of the whole cache."""

_OVERHEAD: Final = 512
"""Bytes that an entry takes beside its content, at most."""

_MIB = 2**20


@dataclass(frozen=True)
class Key:
    """What an answer is known by: its generation, and a digest of all else that it depends on."""

    generation: str
    digest: bytes


def key_of(generation: str, *parts: str | Sequence[str]) -> Key:
    """The key of an answer that depends on the parts, each a text or a list of texts.

    >>> key_of("1", "ab", ["c"]) == key_of("1", "a", ["b", "c"])
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        texts = [part] if isinstance(part, str) else part
        digest.update(b"%d;" % len(texts))
        for text in texts:
            content = text.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(content))
            digest.update(content)
    return Key(generation, digest.digest())


class Cache:
    """The answers used last, in so many MiB; with none, nothing is kept.

    ``current``: the generation that is served now.
    """

    def __init__(self, megabytes: int, metrics: Metrics, current: Callable[[], str]) -> None:
        self.size = 0
        """Bytes taken."""
        self._most = megabytes * _MIB
        self._metrics = metrics
        self._current = current
        self._generation = ""
        self._kept: OrderedDict[Key, bytes] = OrderedDict()

    def __len__(self) -> int:
        """How many answers are kept."""
        return len(self._kept)

    @property
    def largest(self) -> int:
        """Bytes of the largest answer that is kept."""
        return self._most // PART

    def get(self, key: Key) -> bytes | None:
        """The answer, if it is kept."""
        self._follow()
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        self._metrics.cache.labels("miss" if found is None else "hit").inc()
        return found

    def size_of(self, key: Key) -> int | None:
        """Bytes of the answer, if it is kept."""
        self._follow()
        found = self._kept.get(key)
        return None if found is None else len(found)

    def keep(self, key: Key, content: bytes) -> None:
        """Keeps an answer, unless it is of another generation, or too large."""
        self._follow()
        if key.generation != self._generation or len(content) > self.largest:
            return
        self._drop(key)
        self._kept[key] = content
        self.size += len(content) + _OVERHEAD
        while self.size > self._most:
            self._drop(next(iter(self._kept)))
        self._metrics.cache_bytes.set(self.size)

    def keeping(self, key: Key, answer: Answer) -> Answer:
        """The same answer, which is kept once its last piece has come.

        An answer that fails, is cut off or is left before its end never gets there.
        """
        if not self._most:
            return answer

        async def pieces() -> AsyncIterator[bytes]:
            seen: list[bytes] = []
            size = 0
            async for piece in answer:
                size += len(piece)
                if size <= self.largest:
                    seen.append(piece)
                else:
                    seen.clear()
                yield piece
            if size <= self.largest:
                self.keep(key, b"".join(seen))

        return Answer(answer.head, pieces(), answer.aclose, ended=answer.ended)

    def _follow(self) -> None:
        """Drops everything if it belongs to a generation that is not served any more."""
        generation = self._current()
        if generation != self._generation:
            self._generation = generation
            self._kept.clear()
            self.size = 0
            self._metrics.cache_bytes.set(0)

    def _drop(self, key: Key) -> None:
        content = self._kept.pop(key, None)
        if content is not None:
            self.size -= len(content) + _OVERHEAD


__all__ = ["Cache", "Key", "key_of"]
