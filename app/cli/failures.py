"""Failures as people read them: what went wrong and what to do, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def explained() -> Iterator[None]:
    """Turn refusals into a message on stderr and an exit code: 1 failed, 2 wrong call."""
    try:
        yield
    except BrokenPipeError:
        # The reader of our output went away (`polku query … | head`): not a failure of ours.
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        click.echo("Interrupted. The published graph is as it was.", err=True)
        sys.exit(130)
    except Exception as error:
        code = _explain(error)
        if code is None:
            raise
        sys.exit(code)


def _explain(error: Exception) -> int | None:
    """The exit code after printing the message; None for an error that is a bug of ours."""
    from app.errors import BadParameter, PolkuError, Refused
    from loaders.errors import LoadError

    match error:
        case BadParameter():
            message, code = f"{error.param}: {error.detail}", 2
        case Refused():
            reasons = [f"  {pointer}  {why}" for pointer, why in error.errors]
            message, code = "\n".join([error.detail, *reasons]), 1
        case PolkuError():
            message, code = error.detail, 1
        case LoadError():
            message, code = str(error), 1
        case OSError() if error.filename or error.strerror:
            message = ": ".join(str(p) for p in (error.filename, error.strerror) if p)
            code = 1
        case _:
            return None
    click.echo(click.style("Error: ", fg="red", bold=True) + message, err=True)
    return code
