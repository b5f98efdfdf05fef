"""What is built to exhaust or to spy, given to every loader: refused at once, nothing told of."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from loaders import registry
from loaders.base import Reject, Run
from loaders.errors import LoadError
from tests.loaders.loading import copied, options, single_files

EVERY = pytest.mark.parametrize("source", registry.names())

LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (number, b"&l%d;" % (number - 1) * 10) for number in range(1, 10)
)
HOSTILE = {
    "a billion laughs": b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b"]><x>&l9;</x>",
    "deep JSON": b"[" * 50_000,
    "deep JSON objects": b'{"a":' * 50_000,
    "deep JSON, closed": b"[" * 20_000 + b"]" * 20_000,
    "deep XML": b"<a>" * 50_000,
    "deep XML, closed": b"<a>" * 20_000 + b"</a>" * 20_000,
}
OWN_WORDS = "known to nobody but this file"


def told(source: str, paths: list[Path]) -> str:
    """What is said of an input of which nothing may load."""
    rejects: list[Reject] = []
    run = Run(sink=rejects.append, options=options(source))
    try:
        loaded = sum(1 for _ in registry.loader(source).read(paths, run))
    except LoadError as error:
        return str(error)
    assert not loaded
    # A page of HTML without courses is no fault: there is nothing in it to load.
    assert rejects or source == "schema-org"
    return " ".join(f"{one.record} {one.reason} {one.hint}" for one in rejects)


def spoilt(source: str, folder: Path, content: bytes) -> list[Path]:
    """The golden input with all of its files' bytes replaced."""
    paths = copied(source, folder)
    for file in single_files(paths):
        file.write_bytes(content)
    return paths


@EVERY
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_grows_when_it_is_read_is_refused(source: str, kind: str, tmp_path: Path) -> None:
    said = told(source, spoilt(source, tmp_path, HOSTILE[kind]))
    assert said or source == "schema-org"


@EVERY
def test_no_entity_of_another_file_is_read(source: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(OWN_WORDS)
    spy = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]><x>&s;</x>'.encode()
    assert OWN_WORDS not in told(source, spoilt(source, tmp_path / "in", spy))


@pytest.fixture(scope="session")
def gzip_bomb() -> bytes:
    """Some 100 KiB that hold 110 MiB."""
    return gzip.compress(bytes(110 << 20), 1)


@EVERY
def test_a_gzip_bomb_is_refused(source: str, gzip_bomb: bytes, tmp_path: Path) -> None:
    assert told(source, spoilt(source, tmp_path, gzip_bomb))


@pytest.fixture(scope="session")
def zip_bomb() -> bytes:
    """Some 100 KiB that hold 101 MiB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("a", bytes(101 << 20))
    return packed.getvalue()


@EVERY
def test_a_zip_bomb_is_refused(source: str, zip_bomb: bytes, tmp_path: Path) -> None:
    assert told(source, spoilt(source, tmp_path, zip_bomb))
