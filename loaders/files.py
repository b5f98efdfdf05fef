"""Safe, streaming opening of what a user hands in: files, gzip, zip archives and folders.

Everything here assumes hostile input. What is opened is told by its first bytes, never by its
suffix alone; nothing is unpacked to disk; every stream is bounded (``Limits``), so that memory
stays flat and an archive that is a bomb is refused. A fault of a whole file is a ``LoadError``
that names the file and the place; a fault of one record is rejected and the reading goes on.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

import orjson

from loaders.base import Run
from loaders.errors import LoadError, RecordError

CHUNK: Final = 1 << 20
"""Bytes that are held of a stream at a time."""

_MIB: Final = 1 << 20
_RATIO_FROM: Final = 100 * _MIB
"""Decompressed bytes from which the ratio is watched: small files may compress very well."""


@dataclass(frozen=True)
class Limits:
    """Bounds on what one input may demand.

    Attributes:
        decompressed_bytes: of one stream, after decompression.
        ratio: decompressed over compressed bytes; real text stays below 100, a bomb near 1,000.
        members: files in one archive or folder.
        line_bytes: one line, one CSV field, one JSON record.
        document_bytes: a file that must be held whole (a JSON document, a mapping, a workbook).
    """

    decompressed_bytes: int = 256 << 30
    ratio: int = 300
    members: int = 100_000
    line_bytes: int = 16 * _MIB
    document_bytes: int = 64 * _MIB


LIMITS: Final = Limits()


class Member(NamedTuple):
    """One stream of bytes in what the user handed in.

    Attributes:
        name: for messages and manifests: ``works.jsonl.gz``, ``esco.zip/skills_en.csv``; relative.
        stem: the file's own name without folders, archive and ``.gz``: ``skills_en.csv``.
        chunks: opens it and gives its decompressed bytes, piece by piece.
    """

    name: str
    stem: str
    chunks: Callable[[], Iterator[bytes]]

    def read(self, limits: Limits = LIMITS) -> bytes:
        """All bytes of a document that must be held whole; LoadError if it is too large."""
        pieces, size = [], 0
        for piece in self.chunks():
            size += len(piece)
            if size > limits.document_bytes:
                raise LoadError(
                    f"{self.name}: larger than {limits.document_bytes // _MIB} MiB, "
                    "the most that is read in one piece. Split it, or use a line-based format."
                )
            pieces.append(piece)
        return b"".join(pieces)


def total_bytes(paths: Sequence[Path]) -> int:
    """Bytes on disk of all the inputs: what the progress of a load counts up to."""
    return sum(path.stat().st_size for path, _ in files(paths))


def files(paths: Sequence[Path], limits: Limits = LIMITS) -> Iterator[tuple[Path, str]]:
    """Every regular file in ``paths`` with its relative name; folders are walked in order.

    Hidden files and linked folders are left out. Raises LoadError for a path that is not there
    or is no file.
    """
    for path in paths:
        if path.is_dir():
            found = 0
            for file in _walk(path):
                found += 1
                if found > limits.members:
                    raise LoadError(f"{path.name}: more than {limits.members:,} files in it.")
                yield file, (PurePosixPath(path.name) / file.relative_to(path)).as_posix()
            if not found:
                raise LoadError(f"{path}: the folder holds no file.")
        else:
            _check_regular(path)
            yield path, path.name


def _walk(folder: Path) -> Iterator[Path]:
    for parent, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            file = Path(parent) / name
            if not name.startswith(".") and file.is_file():
                yield file


def _check_regular(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise LoadError(f"{path}: there is no such file. Check the path.") from None
    except OSError as error:
        raise LoadError(f"{path}: cannot be opened: {error.strerror}.") from None
    if not stat.S_ISREG(mode):
        raise LoadError(f"{path}: not a regular file. Save the data to a file first.")


def members(paths: Sequence[Path], run: Run, limits: Limits = LIMITS) -> Iterator[Member]:
    """Every stream in ``paths``: plain files, gzip unwrapped, zip archives member by member.

    Reports compressed bytes to ``run.progress`` as they are read.
    """
    for path, name in files(paths, limits):
        if _head(path, 4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
            yield from _zip_members(path, name, run, limits)
        else:
            yield Member(name, _stem(name), _opener(path, name, run, limits))


def member(path: Path, run: Run, limits: Limits = LIMITS) -> Member:
    """The stream of one file, gzip unwrapped; an archive is not looked into."""
    _check_regular(path)
    return Member(path.name, _stem(path.name), _opener(path, path.name, run, limits))


def _stem(name: str) -> str:
    own = PurePosixPath(name).name
    return own[:-3] if own.lower().endswith(".gz") else own


def _head(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        raise LoadError(f"{path}: cannot be read: {error.strerror}.") from None


def _opener(path: Path, name: str, run: Run, limits: Limits) -> Callable[[], Iterator[bytes]]:
    def chunks() -> Iterator[bytes]:
        return _decoded(_raw(path, name, run.progress), name, limits)

    return chunks


def _raw(path: Path, name: str, progress: Callable[[int], None]) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while piece := stream.read(CHUNK):
                progress(len(piece))
                yield piece
    except OSError as error:
        raise LoadError(f"{name}: cannot be read: {error.strerror}.") from None


_OTHER_PACKINGS: Final = (
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"PK\x03\x04", "zip"),
)


def _decoded(raw: Iterator[bytes], name: str, limits: Limits) -> Iterator[bytes]:
    """The stream itself, or what its gzip holds; refuses packings that are not read."""
    first = b""
    for piece in raw:
        first += piece
        if len(first) >= 6:
            break
    for magic, packing in _OTHER_PACKINGS:
        if first.startswith(magic):
            raise LoadError(f"{name}: packed with {packing}. Unpack it and load what it holds.")
    if first.startswith(b"\x1f\x8b"):
        yield from _gunzip(first, raw, name, limits)
        return
    read = 0
    while first:
        read += len(first)
        if read > limits.decompressed_bytes:
            raise LoadError(f"{name}: more than {limits.decompressed_bytes:,} bytes.")
        yield first
        first = next(raw, b"")


def _gunzip(first: bytes, raw: Iterator[bytes], name: str, limits: Limits) -> Iterator[bytes]:
    """What a gzip file of one or several members holds."""
    engine = zlib.decompressobj(31)
    packed, unpacked, data, open_member = 0, 0, first, True
    while data:
        packed += len(data)
        while data:
            if not open_member:
                engine, open_member = zlib.decompressobj(31), True
            try:
                piece = engine.decompress(data, CHUNK)
            except zlib.error as error:
                raise LoadError(
                    f"{name}: the gzip data is damaged after {unpacked:,} decompressed bytes "
                    f"({error}). Fetch the file again."
                ) from None
            unpacked += len(piece)
            if unpacked > limits.decompressed_bytes or (
                unpacked > _RATIO_FROM and unpacked > limits.ratio * packed
            ):
                raise LoadError(_bomb(name, unpacked, packed, limits))
            if piece:
                yield piece
            if engine.eof:
                open_member = False
                # Tape blocks pad a gzip file with zeros, which gunzip too passes over.
                data = engine.unused_data.lstrip(b"\0")
            else:
                data = engine.unconsumed_tail
        data = next(raw, b"")
    if open_member:
        raise LoadError(
            f"{name}: the gzip file ends too early, after {packed:,} bytes that hold "
            f"{unpacked:,} decompressed. Fetch the file again."
        )


def _bomb(name: str, unpacked: int, packed: int, limits: Limits) -> str:
    return (
        f"{name}: {packed:,} compressed bytes grow beyond {unpacked:,}; more than "
        f"{limits.ratio} times or {limits.decompressed_bytes:,} bytes is refused as a bomb."
    )


def _zip_members(path: Path, name: str, run: Run, limits: Limits) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError) as error:
        raise LoadError(
            f"{name}: not a whole zip file ({_words(error)}). Fetch the file again."
        ) from None
    if len(entries) > limits.members:
        raise LoadError(f"{name}: more than {limits.members:,} members.")
    if sum(entry.compress_size for entry in entries) > path.stat().st_size:
        raise LoadError(f"{name}: its members overlap, as those of a zip bomb do.")
    seen: set[str] = set()
    for entry in sorted(entries, key=lambda entry: entry.filename):
        inner = PurePosixPath(entry.filename.replace("\\", "/"))
        if inner.is_absolute() or ".." in inner.parts:
            raise LoadError(f"{name}: member {entry.filename[:200]!r} points outside the archive.")
        if entry.is_dir() or any(p.startswith((".", "__MACOSX")) for p in inner.parts):
            continue
        if stat.S_ISLNK(entry.external_attr >> 16):
            continue
        if entry.filename in seen:
            raise LoadError(f"{name}: two members are named {entry.filename[:200]!r}.")
        seen.add(entry.filename)
        full = f"{name}/{inner.as_posix()}"
        if entry.flag_bits & 1:
            raise LoadError(f"{full}: encrypted. Unpack it with its password first.")
        if entry.file_size > limits.decompressed_bytes or (
            entry.file_size > _RATIO_FROM
            and entry.file_size > limits.ratio * max(entry.compress_size, 1)
        ):
            raise LoadError(_bomb(full, entry.file_size, entry.compress_size, limits))
        yield Member(full, _stem(full), _zip_opener(path, full, entry, run, limits))


def _zip_opener(
    path: Path, name: str, entry: zipfile.ZipInfo, run: Run, limits: Limits
) -> Callable[[], Iterator[bytes]]:
    def raw() -> Iterator[bytes]:
        read = reported = 0
        try:
            with zipfile.ZipFile(path) as archive, archive.open(entry) as stream:
                while piece := stream.read(CHUNK):
                    read += len(piece)
                    packed = entry.compress_size * read // max(entry.file_size, 1)
                    run.progress(packed - reported)
                    reported = packed
                    yield piece
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
        ) as error:
            raise LoadError(
                f"{name}: damaged after {read:,} decompressed bytes ({_words(error)}). "
                "Fetch the file again."
            ) from None

    def chunks() -> Iterator[bytes]:
        return _decoded(raw(), name, limits)

    return chunks


def _words(error: Exception) -> str:
    """What an error of the zip library says; some say nothing."""
    return str(error)[:200] or type(error).__name__


class Line(NamedTuple):
    """One line: its number, from 1, and its bytes without the end; None if too long to keep."""

    number: int
    data: bytes | None


class _TooLong(NamedTuple):
    """A line that was passed over: how many bytes and double quotes it had."""

    size: int
    quotes: int


def lines(source: Member, limits: Limits = LIMITS) -> Iterator[Line]:
    """Lines of a stream; ends are LF or CRLF, a byte order mark is dropped.

    A line over ``limits.line_bytes`` is passed over in flat memory. Raises LoadError for UTF-16.
    """
    number = 0
    for block in _blocks(source, limits):
        if isinstance(block, _TooLong):
            number += 1
            yield Line(number, None)
            continue
        parts = block.split(b"\n")
        if not parts[-1]:
            parts.pop()
        for part in parts:
            number += 1
            yield Line(number, part)


def _blocks(source: Member, limits: Limits) -> Iterator[bytes | _TooLong]:
    """The stream in blocks of whole lines, CRLF as LF; a line over the limit apart, not kept."""
    carry = b""
    size = quotes = 0
    for piece in _without_mark(source.chunks(), source.name):
        if size:
            end = piece.find(b"\n")
            stop = end if end >= 0 else len(piece)
            size, quotes = size + stop, quotes + piece.count(b'"', 0, stop)
            if end < 0:
                continue
            yield _TooLong(size, quotes)
            size, piece = 0, piece[end + 1 :]
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield from _within(carry + piece[:cut], limits)
            carry = piece[cut:]
        else:
            carry += piece
        if len(carry) > limits.line_bytes:
            size, quotes, carry = len(carry), carry.count(b'"'), b""
    if size:
        yield _TooLong(size, quotes)
    elif carry:
        yield from _within(carry.removesuffix(b"\r"), limits)


def _within(block: bytes, limits: Limits) -> Iterator[bytes | _TooLong]:
    """The block, without the lines in it that are too long."""
    if b"\r\n" in block:
        block = block.replace(b"\r\n", b"\n")
    if len(block) <= limits.line_bytes:
        yield block
        return
    for line in block.removesuffix(b"\n").split(b"\n"):
        if len(line) > limits.line_bytes:
            yield _TooLong(len(line), line.count(b'"'))
        else:
            yield line + b"\n"


def _without_mark(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    first = b""
    for piece in chunks:
        first += piece
        if len(first) >= 3:
            break
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LoadError(f"{name}: UTF-16 text. Save it as UTF-8.")
    yield first.removeprefix(b"\xef\xbb\xbf")
    yield from chunks


def json_records(
    paths: Sequence[Path], run: Run, *, inside: str | None = None, limits: Limits = LIMITS
) -> Iterator[tuple[str, dict[str, object]]]:
    """Records of JSON Lines, JSON arrays or single JSON objects, each with where it stands.

    ``inside`` names the key under which a single object holds an array of records, as a page of
    an API does. A record that is no JSON object is rejected; an input with no record at all is a
    LoadError. ``where`` is ``works.jsonl.gz line 3`` or ``works.json record 3``.
    """
    found = False
    for source in members(paths, run, limits):
        for where, data in _json_texts(source, run, limits):
            found = True
            yield from _records_of(where, data, run, inside)
    if not found and not run.counts["rejected"]:
        raise LoadError(f"{', '.join(path.name for path in paths)}: empty, there is no record.")


def json_records_of(
    source: Member, run: Run, *, inside: str | None = None, limits: Limits = LIMITS
) -> Iterator[tuple[str, dict[str, object]]]:
    """Records of one stream as ``json_records`` gives them; none is no fault here."""
    for where, data in _json_texts(source, run, limits):
        yield from _records_of(where, data, run, inside)


def _records_of(
    where: str, data: bytes, run: Run, inside: str | None
) -> Iterator[tuple[str, dict[str, object]]]:
    try:
        records = _unwrapped(json_value(data), inside)
    except RecordError as error:
        run.reject(where, error)
        return
    for number, record in enumerate(records, 1):
        place = where if len(records) == 1 else f"{where} item {number}"
        if isinstance(record, dict):
            yield place, record
        else:
            run.reject(place, RecordError("", "not a JSON object", "Each record is one {…}."))


def opening(source: Member) -> tuple[bytes, Member]:
    """The first bytes of a stream that are no white space, and the stream, to be read once."""
    chunks = source.chunks()
    first = next(chunks, b"")
    bare = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    return bare[:64], source._replace(chunks=lambda: itertools.chain([first], chunks))


def _unwrapped(value: object, inside: str | None) -> list[object]:
    if inside is not None and isinstance(value, dict):
        items = value.get(inside)
        if isinstance(items, list):
            return items
    return [value]


def json_value(data: bytes) -> object:
    """What a JSON text says.

    Raises: RecordError if it is not JSON in UTF-8, or nested deeper than 1,000.
    """
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return _explain(data, error)
    return value


def _explain(data: bytes, error: orjson.JSONDecodeError) -> object:
    """The value of a JSON text that only orjson refuses, or the RecordError that says why."""
    try:
        text = data.decode()
    except UnicodeDecodeError as fault:
        raise RecordError(
            "", "not UTF-8", f"Byte {fault.start + 1} of the record is wrong. Save it as UTF-8."
        ) from None
    if "depth limit" in str(error) or "recursion" in str(error):
        raise RecordError("", "nested too deep", "At most 1,000 levels are read.") from None
    if "surrogate" in str(error):
        # Half a character, escaped: other programs write it, and it is mended when it is stored.
        try:
            value: object = json.loads(text)
        except (ValueError, RecursionError):
            pass
        else:
            return value
    raise RecordError("", "not JSON", f"{error.msg} at character {error.pos + 1}.") from None


def _json_texts(source: Member, run: Run, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Each record's text: by structure in an array or one object, else by lines."""
    stream = lines(source, limits)
    # A first line that is no whole value and a second that is none either: one object, laid out.
    head: list[Line] = []
    for line in stream:
        if line.data is None or line.data.strip():
            head.append(line)
        if len(head) == 2:
            break
    if not head:
        return
    opening = (head[0].data or b"").lstrip()[:1]
    if opening == b"[":
        yield from _array_texts(source, limits)
    elif opening == b"{" and not any(_is_whole(line) for line in head):
        yield source.name, source.read(limits)
    else:
        yield from _line_texts(source.name, itertools.chain(head, stream), run, limits)


def _is_whole(line: Line) -> bool:
    if line.data is None:
        return True
    try:
        json_value(line.data)
    except RecordError:
        return False
    return True


def _line_texts(
    name: str, stream: Iterable[Line], run: Run, limits: Limits
) -> Iterator[tuple[str, bytes]]:
    for line in stream:
        where = f"{name} line {line.number}"
        if line.data is None:
            run.reject(where, _too_long(limits))
        elif line.data and not line.data.isspace():
            yield where, line.data


def _too_long(limits: Limits) -> RecordError:
    return RecordError(
        "", "line too long", f"At most {limits.line_bytes // _MIB} MiB are read of one record."
    )


_STRUCTURE: Final = re.compile(rb'["{}\[\],]')
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


def _array_texts(source: Member, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """The text of each element of one JSON array, found by its brackets in flat memory."""
    chunks = _without_mark(source.chunks(), source.name)
    held = next(chunks, b"").lstrip()
    number, depth, start, at = 0, 0, 0, 0

    def broken(what: str) -> LoadError:
        return LoadError(f"{source.name}: {what} after record {number}. Fetch the file again.")

    while True:
        mark = _STRUCTURE.search(held, at)
        text = _STRING.match(held, mark.start()) if mark and mark[0] == b'"' else None
        if mark is None or (mark[0] == b'"' and text is None):
            more = next(chunks, None)
            if more is None:
                raise broken("the JSON array ends too early")
            if len(held) - start > limits.line_bytes:
                raise broken(f"more than {limits.line_bytes // _MIB} MiB in one element")
            at = (mark.start() if mark else len(held)) - start
            held, start = held[start:] + more, 0
        elif text is not None:
            at = text.end()
        elif mark[0] in b"[{":
            depth, at = depth + 1, mark.end()
            if depth == 1:
                start = at
        elif mark[0] == b"," and depth > 1:
            at = mark.end()
        else:
            if depth == 1:
                element = held[start : mark.start()]
                if not element.isspace() and element:
                    number += 1
                    yield f"{source.name} record {number}", element
                start = mark.end()
            depth, at = depth - (mark[0] != b","), mark.end()
            if depth == 0:
                if held[at:].strip() or any(piece.strip() for piece in chunks):
                    raise broken("there is more after the JSON array")
                return


class Row(NamedTuple):
    """One CSV row: the line on which it begins, from 1, and its fields."""

    line: int
    values: list[str]


def csv_rows(
    source: Member, run: Run, *, delimiter: str = ",", limits: Limits = LIMITS
) -> Iterator[Row]:
    """Rows of a CSV file, the header first; fields may hold line ends.

    A row that is not UTF-8, or is one line over the limit, is rejected and the reading goes on;
    a quote that is never closed is a LoadError.
    """
    feed = _CsvFeed(source, run, limits)
    reader = csv.reader(feed.lines(), delimiter=delimiter, strict=False)
    while True:
        feed.begun = reader.line_num
        # The csv module's limit is one for the whole process: ours holds for this row alone.
        before = csv.field_size_limit(limits.line_bytes)
        try:
            values = next(reader, None)
        except csv.Error as error:
            if "new-line" not in str(error):
                raise LoadError(
                    f"{source.name} line {feed.line}: {error}. "
                    'Is a quote (") opened before there and never closed?'
                ) from None
            fault = RecordError("", "a bare carriage return in a field", "Quote the field.")
            run.reject(f"{source.name} line {feed.line}", fault)
            feed.fault = ""
            continue
        finally:
            csv.field_size_limit(before)
        if values is None:
            return
        if feed.fault:
            column = next((n for n, v in enumerate(values, 1) if not _is_clean(v)), 0)
            fault = RecordError(f"column {column}", "not UTF-8", feed.fault)
            run.reject(f"{source.name} line {feed.line}", fault)
            feed.fault = ""
        elif values:
            yield Row(feed.line, values)


def _is_clean(value: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in value)


class _CsvFeed:
    """Feeds lines to the csv module, and knows on which line the current row began.

    Attributes:
        begun: lines that the reader had taken when the current row began.
        fault: what is wrong with the current row's bytes; "" if nothing.
    """

    def __init__(self, source: Member, run: Run, limits: Limits) -> None:
        self._source = source
        self._run = run
        self._limits = limits
        self._given = 0
        self._dropped = 0
        self.begun = 0
        self.fault = ""

    @property
    def line(self) -> int:
        """The line, from 1, on which the current row began."""
        return self.begun + self._dropped + 1

    def lines(self) -> Iterator[str]:
        """Every line with its end, a whole block decoded at once where it is UTF-8."""
        for block in _blocks(self._source, self._limits):
            if isinstance(block, _TooLong):
                self._drop(block)
                continue
            try:
                text = block.decode()
            except UnicodeDecodeError:
                yield from self._one_by_one(block)
            else:
                yield from io.StringIO(text, newline="\n")
                self._given += block.count(b"\n")

    def _one_by_one(self, block: bytes) -> Iterator[str]:
        for line in block.removesuffix(b"\n").split(b"\n"):
            self._given += 1
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                number = self._given + self._dropped
                self.fault = f"Byte {error.start + 1} of line {number} is wrong. Save it as UTF-8."
                text = line.decode(errors="surrogateescape")
            yield text + "\n"

    def _drop(self, line: _TooLong) -> None:
        """Reject a line that is a row of its own; LoadError if it is a part of one."""
        number = self._given + self._dropped + 1
        if self._given != self.begun or line.quotes % 2:
            raise LoadError(
                f"{self._source.name} line {number}: a line of {line.size:,} bytes inside a quoted "
                'field. Is a quote (") opened before there and never closed?'
            )
        self._dropped += 1
        self._run.reject(f"{self._source.name} line {number}", _too_long(self._limits))
