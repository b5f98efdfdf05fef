"""What can go wrong in a load.

LoadError            the load cannot go on: what, where, what to do
└── TooManyRejects   more records were turned away than the caller allows
RecordError          one record is bad: it is turned away, the load goes on
"""

from __future__ import annotations


class LoadError(Exception):
    """The load cannot go on; the message says what, where and what to do."""


class TooManyRejects(LoadError):
    """More records were turned away than ``--max-rejects`` allows."""


class RecordError(Exception):
    """One record is bad.

    Attributes:
        pointer: where in the record, as a JSON pointer or a column name.
        reason: what is wrong, alike for alike faults, so that reasons can be counted.
        hint: what to do about it.
    """

    def __init__(self, pointer: str, reason: str, hint: str) -> None:
        super().__init__(f"{pointer}: {reason}")
        self.pointer = pointer
        self.reason = reason
        self.hint = hint
