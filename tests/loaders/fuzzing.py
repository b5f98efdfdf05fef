"""Golden inputs in which any one part is something else, or any bytes are damaged."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import RdfFormat, parse

from loaders.base import Reject, Run
from loaders.errors import LoadError
from loaders.registry import loader
from tests.loaders.loading import copied, options, single_files

ODD = (
    "10.1000/ä<b>", "https://x", "http://[", "P60M", "2026-13-45", "en", "\ud800", " ", "a\x00b",
    "https://ror.org/011zjcv36", "0000-0002-1825-0097", "<p>&#x110000;</p>", "x" * 5000,
)  # fmt: skip
TEXTS = st.text(max_size=30) | st.sampled_from(ODD)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
_SIGNS = st.text("{}\\\"'$%@,=#~<>.;^[]ab \n", max_size=40)


def places(value: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Paths of all parts of a JSON value."""
    yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from places(part, (*path, number))


def put(value: object, path: tuple[object, ...], new: object) -> object:
    """The value with another part at a path."""
    if not path:
        return new
    changed = copy.copy(value)
    assert isinstance(changed, dict | list)
    changed[path[0]] = put(changed[path[0]], path[1:], new)  # type: ignore[call-overload]
    return changed


def _json(data: st.DataObject, whole: bytes) -> bytes:
    value = json.loads(whole)
    path = data.draw(st.sampled_from(list(places(value))))
    return json.dumps(put(value, path, data.draw(VALUES))).encode()


def _json_lines(data: st.DataObject, whole: bytes) -> bytes:
    lines = whole.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = _json(data, lines[at])
    return b"\n".join(lines)


def _xml(data: st.DataObject, whole: bytes) -> bytes:
    root = etree.fromstring(whole)
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    chosen = data.draw(st.sampled_from(elements))
    kind = data.draw(st.sampled_from(["text", "name", "attribute", "twice", "gone"]))
    said = "".join(c for c in data.draw(TEXTS) if c >= " " and not "\ud800" <= c <= "\udfff")
    said = said.replace("\ufffe", "").replace("\uffff", "")
    parent = chosen.getparent()
    if kind == "text":
        chosen.text = said
    elif kind == "name":
        chosen.tag = data.draw(st.sampled_from([one.tag for one in elements]))
    elif kind == "attribute":
        for name in list(chosen.attrib) or ["id"]:
            chosen.set(name, said)
    elif parent is not None and kind == "twice":
        parent.append(copy.deepcopy(chosen))
    elif parent is not None:
        parent.remove(chosen)
    return etree.tostring(root)


def _table(data: st.DataObject, whole: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(whole.decode(), newline="")))
    row = rows[data.draw(st.integers(0, len(rows) - 1))]
    kind = data.draw(st.sampled_from(["cell", "more", "fewer"]))
    if kind == "cell":
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(TEXTS)
    elif kind == "more":
        row.append(data.draw(TEXTS))
    else:
        row.pop()
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(errors="surrogatepass")


def _lines(data: st.DataObject, whole: bytes) -> bytes:
    """One line with something else after its first sign: of references, Turtle, pages."""
    lines = whole.decode().splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    sign = next((sign for sign in ("=", "-", " ") if sign in lines[at]), " ")
    lines[at] = f"{lines[at].partition(sign)[0]}{sign} {data.draw(_SIGNS | TEXTS)}"
    return "\n".join(lines).encode(errors="surrogatepass")


_STRUCTURES: Mapping[str, Callable[[st.DataObject, bytes], bytes]] = {
    ".csv": _table,
    ".json": _json,
    ".jsonld": _json,
    ".jsonl": _json_lines,
    ".xml": _xml,
}


def another_part(data: st.DataObject, source: str, folder: Path) -> list[Path]:
    """The golden input with one part of one file something else, the file whole of its kind."""
    paths = copied(source, folder)
    file = data.draw(st.sampled_from(single_files(paths)))
    change = _STRUCTURES.get(file.suffix, _lines)
    file.write_bytes(change(data, file.read_bytes()))
    return paths


def damaged(data: st.DataObject, source: str, folder: Path) -> list[Path]:
    """The golden input with the bytes of one file cut, flipped, moved, or a gzip cut short."""
    paths = copied(source, folder)
    file = data.draw(st.sampled_from(single_files(paths)))
    whole = bytearray(file.read_bytes())
    kind = data.draw(st.sampled_from(["cut", "flip", "insert", "move", "gzip"]))
    at = data.draw(st.integers(0, len(whole) - 1))
    if kind == "cut":
        whole = whole[:at]
    elif kind == "flip":
        whole[at] ^= data.draw(st.integers(1, 255))
    elif kind == "insert":
        whole[at:at] = data.draw(st.binary(min_size=1, max_size=20))
    elif kind == "move":
        piece = whole[at : at + data.draw(st.integers(1, 200))]
        to = data.draw(st.integers(0, len(whole) - 1))
        whole[to:to] = piece
    else:
        packed = gzip.compress(bytes(whole))
        whole = bytearray(packed[: at % len(packed)])
    file.write_bytes(whole)
    return paths


def holds(source: str, paths: list[Path]) -> None:
    """Loads the input: every line is N-Triples, and a fault is told or rejected, in full."""
    rejects: list[Reject] = []
    run = Run(sink=rejects.append, options=options(source))
    try:
        lines = [f"{s} {p} {o} ." for s, p, o in loader(source).read(paths, run)]
    except LoadError as error:
        assert str(error)
        return
    for one in rejects:
        assert one.record, one
        assert one.reason, one
        assert one.hint, one
    content = "\n".join(lines).encode()
    assert sum(1 for _ in parse(content, format=RdfFormat.N_TRIPLES)) == len(lines)
