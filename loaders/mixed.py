"""Sources that come as XML and as JSON: the records of both, XML in the form of the JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from loaders.base import Run
from loaders.errors import LoadError
from loaders.files import Member, json_records_of, members, opening

Record = Mapping[str, object]


def mixed_records(
    paths: Sequence[Path],
    run: Run,
    of_xml: Callable[[Member], Iterator[tuple[str, Record]]],
    of_json: Callable[[Record], Record],
    nothing: str,
    *,
    inside: str | None = None,
) -> Iterator[tuple[str, Record]]:
    """Every record with where it stands; a file that begins with ``<`` is XML.

    ``of_json`` brings a record of the JSON into the one form; ``inside`` as of ``json_records``.
    Raises: LoadError, which says ``nothing``, where there is no record and none was rejected.
    """
    found = False
    for source in members(paths, run):
        start, source = opening(source)
        if start.startswith(b"<"):
            for where, record in of_xml(source):
                found = True
                yield where, record
            continue
        for where, record in json_records_of(source, run, inside=inside):
            found = True
            yield where, of_json(record)
    if not found and not run.counts["rejected"]:
        raise LoadError(f"{', '.join(path.name for path in paths)}: {nothing}")
