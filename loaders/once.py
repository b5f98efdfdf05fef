"""Things that many records mention are described once, in memory that stays flat."""

from __future__ import annotations


class Once:
    """Tells whether a key is new; forgets everything after ``most`` keys and begins again.

    A thing described twice is the same triples twice, which a graph holds once: forgetting
    costs a few lines of a bundle, remembering all would cost memory with the input's size.

    >>> once = Once()
    >>> once("cs.CV"), once("cs.CV")
    (True, False)
    """

    def __init__(self, most: int = 200_000) -> None:
        self._seen: set[str] = set()
        self._most = most

    def __call__(self, key: str) -> bool:
        """Whether ``key`` is met for the first time."""
        if key in self._seen:
            return False
        if len(self._seen) >= self._most:
            self._seen.clear()
        self._seen.add(key)
        return True
