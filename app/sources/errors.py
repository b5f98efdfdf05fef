"""What can go wrong with a live source.

LoadError
└── SourceError    a source did not give what was asked for: which, where, what to do
    ├── Refused    an address, a scheme or a redirect that is not followed
    ├── Unwell     the source fails now and may not in a while: asked again, then told
    ├── TooLarge   an answer, or all of them, over a bound
    └── Expired    the place in a list is no longer known: the list begins anew
"""

from __future__ import annotations

from loaders.errors import LoadError


class SourceError(LoadError):
    """A source did not give what was asked for; the message says which, where, what to do."""


class Refused(SourceError):
    """An address, a scheme or a redirect that is not followed."""


class Unwell(SourceError):
    """The source fails now and may not in a while.

    Attributes:
        pause: seconds after which it asks to be asked again; None if it says nothing.
    """

    def __init__(self, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.pause = pause


class TooLarge(SourceError):
    """An answer, or all answers of a source, over a bound."""


class Expired(SourceError):
    """The place in a list is no longer known to the source."""
