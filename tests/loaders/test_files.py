"""Opening what a user hands in: whole, bounded, and clear about what is wrong."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.base import Reject, Run
from loaders.errors import LoadError
from loaders.files import (
    LIMITS,
    Member,
    csv_rows,
    files,
    json_records,
    json_value,
    lines,
    members,
    total_bytes,
)

SMALL = replace(LIMITS, line_bytes=1000, document_bytes=10_000, decompressed_bytes=200_000)


def in_memory(*chunks: bytes) -> Member:
    return Member("given.txt", "given.txt", lambda: iter(chunks))


def run_with_rejects() -> tuple[Run, list[Reject]]:
    rejects: list[Reject] = []
    return Run(sink=rejects.append), rejects


def packed(entries: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def contents(path: Path, run: Run | None = None) -> dict[str, bytes]:
    return {m.name: b"".join(m.chunks()) for m in members([path], run or Run())}


def test_a_plain_file_a_gzip_and_a_zip_give_the_same_bytes(tmp_path: Path) -> None:
    data = b"line\n" * 500_000
    plain = tmp_path / "a.txt"
    plain.write_bytes(data)
    gz = tmp_path / "a.txt.gz"
    gz.write_bytes(gzip.compress(data))
    archive = packed({"inner/a.txt": data}, tmp_path / "a.zip")
    assert contents(plain) == {"a.txt": data}
    assert contents(gz) == {"a.txt.gz": data}
    assert contents(archive) == {"a.zip/inner/a.txt": data}


def test_what_a_file_is_told_by_its_bytes_not_its_suffix(tmp_path: Path) -> None:
    liar = tmp_path / "a.txt"
    liar.write_bytes(gzip.compress(b"hello"))
    assert contents(liar) == {"a.txt": b"hello"}
    archive = packed({"b.txt": b"hi"}, tmp_path / "b.dat")
    assert contents(archive) == {"b.dat/b.txt": b"hi"}


def test_a_gzip_inside_a_zip_is_unwrapped(tmp_path: Path) -> None:
    archive = packed({"a.jsonl.gz": gzip.compress(b"{}")}, tmp_path / "a.zip")
    assert contents(archive) == {"a.zip/a.jsonl.gz": b"{}"}


def test_a_gzip_of_several_members_and_padding_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.gz"
    file.write_bytes(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 100)
    assert contents(file) == {"a.gz": b"one two"}


def test_folders_are_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a/1.txt", "c.txt", ".hidden", ".git/x", "a/.DS_Store"):
        file = tmp_path / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    assert [name for _, name in files([tmp_path / "in"])] == [
        "in/c.txt",
        "in/a/1.txt",
        "in/b/2.txt",
    ]


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text("a")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    assert [name for _, name in files([tmp_path / "in"])] == ["in/a.txt"]


def test_progress_counts_up_to_the_bytes_on_disk(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.gz").write_bytes(gzip.compress(os.urandom(3_000_000)))
    (tmp_path / "in/b.txt").write_bytes(b"x" * 2_500_000)
    packed({"c": os.urandom(2_000_000), "d": b"y" * 100}, tmp_path / "in/c.zip")
    seen = 0

    def progress(read: int) -> None:
        nonlocal seen
        assert read >= 0
        seen += read

    contents(tmp_path / "in", Run(progress=progress))
    total = total_bytes([tmp_path / "in"])
    # A zip archive's directory is read, not counted.
    assert total - 1000 < seen <= total


@pytest.mark.parametrize("cut", [5, 100, 5000, -9, -1])
def test_a_truncated_gzip_names_the_file_and_how_far_it_read(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "works.jsonl.gz"
    file.write_bytes(gzip.compress(os.urandom(20_000))[:cut])
    with pytest.raises(LoadError, match=r"works\.jsonl\.gz: the gzip file ends too early, after"):
        contents(file)


def test_a_damaged_gzip_names_the_file(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(os.urandom(20_000)))
    data[9000] ^= 0xFF
    data[-5] ^= 0xFF
    file = tmp_path / "a.gz"
    file.write_bytes(data)
    with pytest.raises(LoadError, match=r"a\.gz: the gzip data is damaged after [\d,]+"):
        contents(file)


def gzip_bomb(megabytes: int) -> bytes:
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return b"".join(engine.compress(block) for _ in range(megabytes)) + engine.flush()


def test_a_gzip_bomb_is_refused_in_flat_memory(tmp_path: Path) -> None:
    file = tmp_path / "bomb.gz"
    file.write_bytes(gzip_bomb(400))
    tracemalloc.start()
    try:
        with pytest.raises(LoadError, match=r"bomb\.gz: .* is refused as a bomb"):
            for source in members([file], Run()):
                for _ in source.chunks():
                    pass
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    archive = packed({"bomb": bytes(300 << 20)}, tmp_path / "bomb.zip")
    with pytest.raises(LoadError, match=r"bomb\.zip/bomb: .* is refused as a bomb"):
        list(members([archive], Run()))


def test_a_zip_whose_members_overlap_is_refused(tmp_path: Path) -> None:
    archive = packed({"a": os.urandom(2000), "b": b"x"}, tmp_path / "a.zip")
    data = archive.read_bytes()
    directory = data.index(b"PK\x01\x02")
    entry = data[directory : data.index(b"PK\x01\x02", directory + 4)]
    end = data.index(b"PK\x05\x06")
    count = 5
    tail = bytearray(data[end:])
    tail[8:12] = (count).to_bytes(2, "little") * 2
    tail[12:16] = (len(entry) * count).to_bytes(4, "little")
    tail[16:20] = directory.to_bytes(4, "little")
    archive.write_bytes(data[:directory] + entry * count + tail)
    with pytest.raises(LoadError, match=r"members overlap|two members are named"):
        contents(archive)


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/passwd", "a/../../b", "..\\evil"])
def test_a_zip_member_outside_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    archive = packed({name: b"x"}, tmp_path / "a.zip")
    with pytest.raises(LoadError, match=r"a\.zip: member .* points outside the archive"):
        contents(archive)


def test_an_encrypted_zip_says_so(tmp_path: Path) -> None:
    archive = packed({"a.csv": b"x"}, tmp_path / "a.zip")
    data = bytearray(archive.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(data)
    with pytest.raises(LoadError, match=r"a\.zip/a\.csv: encrypted"):
        contents(archive)


@pytest.mark.parametrize("cut", [3, 50, 2000, -30])
def test_a_truncated_zip_says_so(tmp_path: Path, cut: int) -> None:
    archive = packed({"a.csv": os.urandom(5000)}, tmp_path / "a.zip")
    archive.write_bytes(b"PK\x03\x04" + archive.read_bytes()[4:cut])
    with pytest.raises(LoadError, match=r"a\.zip: not a whole zip file"):
        contents(archive)


def test_a_damaged_zip_member_says_how_far_it_read(tmp_path: Path) -> None:
    archive = packed({"a.csv": os.urandom(50_000)}, tmp_path / "a.zip")
    data = bytearray(archive.read_bytes())
    data[30_000] ^= 0xFF
    archive.write_bytes(data)
    with pytest.raises(LoadError, match=r"a\.zip/a\.csv: damaged after [\d,]+ decompressed bytes"):
        contents(archive)


@settings(deadline=None)
@given(data=st.data())
def test_a_zip_damaged_anywhere_is_read_or_told_never_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    archive = packed(
        {"a.csv": b"a,b\n" * 50, "inner/b.csv": bytes(500)}, tmp_path_factory.mktemp("z") / "a.zip"
    )
    damaged = bytearray(archive.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        if data.draw(st.booleans()):
            damaged[at] ^= data.draw(st.integers(1, 255))
        else:
            del damaged[at : at + data.draw(st.integers(1, 20))]
        if not damaged:
            return
    archive.write_bytes(damaged)
    try:
        contents(archive)
    except LoadError as error:
        assert "a.zip" in str(error)


@pytest.mark.parametrize(
    ("magic", "packing"),
    [(b"\xfd7zXZ\x00", "xz"), (b"BZh9", "bzip2"), (b"\x28\xb5\x2f\xfd", "zstd")],
)
def test_other_packings_say_what_to_do(tmp_path: Path, magic: bytes, packing: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(magic + b"rest of it")
    with pytest.raises(LoadError, match=f"packed with {packing}. Unpack it"):
        contents(file)


def test_a_file_that_is_not_there_and_one_that_is_none_say_so(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="there is no such file"):
        contents(tmp_path / "nowhere.csv")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LoadError, match="not a regular file"):
        contents(tmp_path / "pipe")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LoadError, match="holds no file"):
        contents(tmp_path / "empty")


def chunked(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    stream = io.BytesIO(data)
    for size in sizes:
        yield stream.read(size)
    yield stream.read()


@settings(deadline=None)
@given(st.binary(max_size=300), st.lists(st.integers(1, 40), max_size=8))
def test_lines_are_alike_however_the_stream_is_cut(data: bytes, sizes: list[int]) -> None:
    data = data.removeprefix(b"\xff").removeprefix(b"\xfe").removeprefix(b"\xef\xbb\xbf")
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return
    whole = [line.data for line in lines(in_memory(data))]
    assert [line.data for line in lines(in_memory(*chunked(data, sizes)))] == whole
    expected = [part.removesuffix(b"\r") for part in data.split(b"\n")]
    assert whole == (expected if expected[-1] else expected[:-1])


def test_a_byte_order_mark_and_crlf_leave_no_trace() -> None:
    found = [line.data for line in lines(in_memory(b"\xef", b"\xbb\xbfone\r\ntwo\r\n"))]
    assert found == [b"one", b"two"]


def test_utf_16_is_refused_with_what_to_do() -> None:
    with pytest.raises(LoadError, match=r"given\.txt: UTF-16 text\. Save it as UTF-8"):
        list(lines(in_memory("x".encode("utf-16"))))


def long_line(megabytes: int) -> Iterator[bytes]:
    yield b'{"id": 1}\n{"id": "'
    for _ in range(megabytes):
        yield b"x" * (1 << 20)
    yield b'"}\n{"id": 3}\n'


def test_a_200_mb_line_is_rejected_in_flat_memory_and_the_reading_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "works.jsonl"
    with file.open("wb") as stream:
        stream.writelines(long_line(200))
    run, rejects = run_with_rejects()
    tracemalloc.start()
    try:
        found = [record["id"] for _, record in json_records([file], run)]
        assert tracemalloc.get_traced_memory()[1] < 80 << 20
    finally:
        tracemalloc.stop()
    assert found == [1, 3]
    assert [(r.record, r.reason) for r in rejects] == [("works.jsonl line 2", "line too long")]


def write(tmp_path: Path, data: bytes, name: str = "works.jsonl") -> Path:
    file = tmp_path / name
    file.write_bytes(data)
    return file


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1}\n{"a":2}\n',
        b'\n  {"a":1}\n\n{"a":2}',
        b'[{"a":1},{"a":2}]',
        b'[\n {"a":1} ,\n {\n"a":2}\n]\n',
        b'\xef\xbb\xbf{"a":1}\r\n{"a":2}\r\n',
        b'{"results":[{"a":1},{"a":2}]}',
        b'{\n"results": [\n{"a":1},\n{"a":2}]\n}',
    ],
)
def test_records_of_every_shape_of_json_are_found(tmp_path: Path, data: bytes) -> None:
    found = json_records([write(tmp_path, data)], Run(), inside="results")
    assert [record for _, record in found] == [{"a": 1}, {"a": 2}]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.text(), json_values, max_size=4), min_size=1, max_size=5))
def test_any_array_of_objects_is_cut_into_its_elements(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, object]]
) -> None:
    folder = tmp_path_factory.mktemp("json")
    for indent in (None, 1):
        data = json.dumps(records, indent=indent, ensure_ascii=False).encode()
        found = [record for _, record in json_records([write(folder, data)], Run())]
        assert found == records


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a": }', "not JSON"),
        (b"[1]x", "not JSON"),
        (b"17", "not a JSON object"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b'{"a":' * 1500 + b"1" + b"}" * 1500, "nested too deep"),
    ],
)
def test_a_bad_line_is_rejected_with_its_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    run, rejects = run_with_rejects()
    file = write(tmp_path, b'{"a":1}\n' + data + b'\n{"a":2}\n')
    assert [record for _, record in json_records([file], run)] == [{"a": 1}, {"a": 2}]
    assert [(r.record, r.reason) for r in rejects] == [("works.jsonl line 2", reason)]


def test_a_bad_first_line_does_not_spoil_the_rest(tmp_path: Path) -> None:
    run, rejects = run_with_rejects()
    file = write(tmp_path, b'{"a": \n{"a":2}\n')
    assert [record for _, record in json_records([file], run)] == [{"a": 2}]
    assert len(rejects) == 1


def test_half_a_character_that_other_programs_escape_is_read() -> None:
    assert json_value(b'{"a": "\\ud800"}') == {"a": "\ud800"}


def test_an_array_that_ends_too_early_says_after_which_record(tmp_path: Path) -> None:
    file = write(tmp_path, b'[{"a":1},{"a":2},{"a"')
    with pytest.raises(LoadError, match="the JSON array ends too early after record 2"):
        list(json_records([file], Run()))


def test_an_empty_input_says_so(tmp_path: Path) -> None:
    for data in (b"", b"\n\n", b"[]", b"  "):
        with pytest.raises(LoadError, match=r"works\.jsonl: empty"):
            list(json_records([write(tmp_path, data)], Run()))


def test_garbage_is_rejects_never_a_traceback(tmp_path: Path) -> None:
    run, rejects = run_with_rejects()
    assert list(json_records([write(tmp_path, os.urandom(20_000))], run)) == []
    assert rejects


def rows(data: bytes, run: Run | None = None) -> list[tuple[int, list[str]]]:
    return [(row.line, row.values) for row in csv_rows(in_memory(data), run or Run(), limits=SMALL)]


def test_csv_fields_may_hold_line_ends_and_rows_know_where_they_begin() -> None:
    data = b'a,b\r\n"one\r\ntwo",2\r\n\r\n"x\n\n",3\n'
    assert rows(data) == [(1, ["a", "b"]), (2, ["one\ntwo", "2"]), (5, ["x\n\n", "3"])]


cells = st.text(
    st.characters(exclude_characters="\r", exclude_categories=["Cs"]), min_size=1, max_size=10
)


@settings(deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=5))
def test_any_table_that_csv_writes_is_read_back(table: list[list[str]]) -> None:
    if table[0][0].startswith("\ufeff"):
        return
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(table)
    assert [values for _, values in rows(stream.getvalue().encode())] == table


def test_a_csv_row_that_is_not_utf_8_is_rejected_with_its_column_and_byte() -> None:
    run, rejects = run_with_rejects()
    found = rows(b"a,b\n1,2\n3,\xe4\n5,6\n", run)
    assert [values for _, values in found] == [["a", "b"], ["1", "2"], ["5", "6"]]
    assert [(r.record, r.pointer, r.reason, r.hint) for r in rejects] == [
        (
            "given.txt line 3",
            "column 2",
            "not UTF-8",
            "Byte 3 of line 3 is wrong. Save it as UTF-8.",
        )
    ]


def test_a_csv_line_that_is_too_long_is_rejected_and_the_reading_goes_on() -> None:
    run, rejects = run_with_rejects()
    found = rows(b"a\n" + b'"' + b"x" * 5000 + b'"\n' + b"b\n", run)
    assert [values for _, values in found] == [["a"], ["b"]]
    assert [r.reason for r in rejects] == ["line too long"]


@pytest.mark.parametrize(
    "data", [b'a\n"never closed\n' + b"x,y\n" * 1000, b'a\n"never closed\n' + b"x" * 5000]
)
def test_a_quote_that_is_never_closed_says_where(data: bytes) -> None:
    with pytest.raises(LoadError, match=r"given\.txt line \d+: .*never closed"):
        rows(data)


def test_the_csv_limit_of_the_process_is_left_as_it_was() -> None:
    before = csv.field_size_limit()
    rows(b"a,b\n")
    with pytest.raises(LoadError):
        rows(b'"' + b"x\n" * 2000)
    assert csv.field_size_limit() == before


def test_a_document_that_is_too_large_to_hold_says_so() -> None:
    with pytest.raises(LoadError, match=r"given\.txt: larger than"):
        in_memory(b"x" * 20_000).read(SMALL)


def test_a_stream_that_never_ends_is_bounded(tmp_path: Path) -> None:
    file = write(tmp_path, b"x" * 300_000)
    with pytest.raises(LoadError, match="more than 200,000 bytes"):
        for source in members([file], Run(), SMALL):
            list(source.chunks())
