"""Tables of a planner's own: CSV files and workbooks, by a YAML mapping.

Publisher, licence: the user's own. Format: CSV in UTF-8 (comma, semicolon or tab) or Office
Open XML workbooks; the mapping is the option ``mapping``, else ``<file>.yaml`` beside each file.
``docs/table.md`` is the manual.
Named graph: ``graph/table``, or ``graph/<name>`` with the option ``name``.

A row that says something wrong is rejected whole, with its row and column. Skills that a table
states stand as plain triples and as accepted claims.

Known gaps: one row is one thing; what a course has several of (offerings, ways in) stands in
columns side by side or in a table of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from loaders.base import Loader, Run
from loaders.errors import LoadError, RecordError
from loaders.files import files
from loaders.tables.cells import View, check_columns
from loaders.tables.kinds import Load, row_triples
from loaders.tables.mapping import Mapped, Table, read_mapping
from loaders.tables.rows import table as table_rows
from loaders.tables.skills import Skills, read_skills
from ontology.ntriples import Triple

_TABLES: Final = (".csv", ".tsv", ".txt", ".csv.gz", ".xlsx", ".xlsm")


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of every row of the tables."""
    chosen = [
        path for path, _ in files(paths) if path in paths or path.name.lower().endswith(_TABLES)
    ]
    if not chosen:
        raise LoadError(
            f"{', '.join(path.name for path in paths)}: no table in it ({', '.join(_TABLES)})."
        )
    mappings = [_mapping(path, run) for path in chosen]
    load = Load(run, run.options.get("name", "table"), _skills(mappings, run))
    for path, (_, mapping) in zip(chosen, mappings, strict=True):
        for table in _tables(path, mapping):
            yield from _read_table(path, table, load)


def _read_table(path: Path, table: Table, load: Load) -> Iterator[Triple]:
    rows = table_rows(path, load.run, sheet=table.sheet, delimiter=table.delimiter)
    header = next(rows).values
    check_columns(path.name, table.columns, header)
    index = {name: at for at, name in enumerate(header)}
    for where, values in rows:
        try:
            triples = row_triples(table, View(index, values), load)
        except RecordError as error:
            load.run.reject(where, error)
        else:
            yield from triples


def _mapping(path: Path, run: Run) -> tuple[Path, Mapped]:
    stated = run.options.get("mapping", "")
    beside = [path.with_name(path.name + ".yaml"), path.with_suffix(".yaml")]
    for candidate in [Path(stated)] if stated else beside:
        if stated or candidate.is_file():
            return candidate, read_mapping(candidate)
    raise LoadError(
        f"{path.name}: no mapping. Name one with --mapping, or write {beside[0].name} beside it; "
        "docs/table.md shows how."
    )


def _tables(path: Path, mapping: Mapped) -> tuple[Table, ...]:
    found = mapping.tables.get(path.name) or mapping.tables.get("")
    if found is None:
        raise LoadError(
            f"{path.name}: the mapping says nothing of this file. "
            f"It maps: {', '.join(mapping.tables)}."
        )
    return found


def _skills(mappings: Sequence[tuple[Path, Mapped]], run: Run) -> Skills:
    """The labels of skills that a mapping names, the first; else those of the option ``skills``."""
    for file, mapping in mappings:
        if mapping.skills:
            return read_skills(file.parent / mapping.skills)
    if loaded := run.options.get("skills", ""):
        return read_skills(Path(loaded))
    return Skills()


LOADER: Final = Loader(
    name="table",
    title="Tables",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
