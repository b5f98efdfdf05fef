"""Rows of a CSV file or of a workbook's sheet, as text, with where each stands."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Final, NamedTuple

from loaders.base import Run
from loaders.errors import LoadError, RecordError
from loaders.files import LIMITS, Limits, csv_rows, lines, member

_WORKBOOK_BYTES: Final = 512 << 20
_COLUMNS: Final = 1000


class Row(NamedTuple):
    """A row: where it stands, for messages, and its fields in the order of the header."""

    where: str
    values: list[str]


def is_workbook(path: Path) -> bool:
    """Whether a file is an Office Open XML workbook, told by what it holds."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def table(path: Path, run: Run, *, sheet: str, delimiter: str) -> Iterator[Row]:
    """The header and then the rows of a table; rows that hold nothing are passed over.

    Raises: LoadError if there is no header, or a column's name stands twice.
    """
    rows = _sheet_rows(path, sheet, run) if is_workbook(path) else _csv(path, run, delimiter)
    first = next(rows, None)
    if first is None:
        raise LoadError(f"{path.name}: empty; the first row names the columns.")
    header = [name.strip() for name in first.values]
    while header and not header[-1]:
        header.pop()
    twice = {name for name in header if name and header.count(name) > 1}
    if twice:
        raise LoadError(f"{path.name}: two columns are named {sorted(twice)[0]!r}. Rename one.")
    yield Row(first.where, header)
    width = len(header)
    for row in rows:
        values = row.values
        if not any(value.strip() for value in values):
            continue
        if len(values) > width and any(value.strip() for value in values[width:]):
            fault = RecordError(
                "", "more fields than columns", f"{len(values)} where the header has {width}."
            )
            run.reject(row.where, fault)
            continue
        yield Row(row.where, values[:width] + [""] * (width - len(values)))


def _csv(path: Path, run: Run, delimiter: str) -> Iterator[Row]:
    source = member(path, run)
    if not delimiter:
        # Spreadsheets of Finnish and Swedish locale write semicolons.
        first = next(lines(member(path, Run())), None)
        head = (first.data or b"") if first else b""
        delimiter = max((",", ";", "\t"), key=lambda sign: head.count(sign.encode()))
    for row in csv_rows(source, run, delimiter=delimiter):
        yield Row(f"{path.name} line {row.line}", row.values)


def _sheet_rows(path: Path, sheet: str, run: Run, limits: Limits = LIMITS) -> Iterator[Row]:
    from openpyxl import load_workbook

    _check_size(path, limits)
    run.progress(path.stat().st_size)
    try:
        with warnings.catch_warnings():
            # It warns of styles and extensions, none of which is data.
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise LoadError(f"{path.name}: not a whole workbook ({_short(error)}).") from None
    try:
        if sheet and sheet not in book.sheetnames:
            raise LoadError(
                f"{path.name}: no sheet {sheet!r}. Sheets: {', '.join(book.sheetnames)}."
            )
        chosen = book[sheet] if sheet else book.worksheets[0]
        where = f"{path.name} / {chosen.title}"
        number = 0
        rows = chosen.iter_rows(values_only=True, max_col=_COLUMNS)
        while True:
            number += 1
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    values = next(rows, None)
            except Exception as error:
                raise LoadError(
                    f"{where} row {number}: the workbook is damaged ({_short(error)})."
                ) from None
            if values is None:
                return
            yield Row(f"{where} row {number}", [_text(value) for value in values])
    finally:
        book.close()


def _check_size(path: Path, limits: Limits) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > _WORKBOOK_BYTES or size > max(limits.ratio * path.stat().st_size, 1 << 20):
        raise LoadError(
            f"{path.name}: {size:,} bytes when unpacked; that is refused as a bomb. "
            "Save the sheet as CSV."
        )


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:120]}"


def _text(value: object) -> str:
    """A sheet's value as a planner would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
