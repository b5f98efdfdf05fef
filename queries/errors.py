"""What can go wrong with a query of our own.

QueryError             the file is not a query with a header as it should be
BindingError           the values given do not fit the parameters
└── ParameterError     one value given as text is not of the parameter's type
"""

from __future__ import annotations


class QueryError(Exception):
    """A query file is not as it should be; the message names the file and what to change."""


class BindingError(ValueError):
    """The values given do not fit the query's parameters."""


class ParameterError(BindingError):
    """A value given as text cannot be one of its parameter.

    Attributes:
        parameter: the parameter's name.
        reason: what is wrong, and what would do.
    """

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter = parameter
        self.reason = reason
