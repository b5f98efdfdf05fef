"""Backup and restore: one file that holds one generation, its bundles and what people wrote.

The file is a plain tar archive. Its last member lists every other with its SHA-256, so that a
backup that was cut short or changed is known before anything of it is used.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, cast

from app.errors import GraphError
from app.graph import files, forget, forgotten, generations, publish, rights
from app.graph.generations import Generation

FORMAT: Final = 1
"""Version of the archive's layout."""

_LIST = "files.json"
_MOST_FILES = 1_000_000
_LARGEST_LIST = 2**28
_ALLOWED = re.compile(
    r"CURRENT"
    r"|generations/\d{6,}-[0-9a-f]{6}/(?:generation\.json|store/[A-Za-z0-9][A-Za-z0-9._-]*)"
    r"|bundles/[a-z][a-z0-9-]*/[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9][A-Za-z0-9._-]*"
    r"|edits/\d+\.jsonl"
    rf"|{re.escape(forgotten.FILE)}|{re.escape(rights.FILE)}"
)
_NOT_STORED = {"LOCK", "LOG"}
_PIECE = 2**20


def backup(
    data: Path,
    file: Path,
    *,
    progress: Callable[[int], None] | None = None,
    wait_seconds: float = 60.0,
) -> Generation:
    """The generation that the file now holds, with its bundles and the log of edits.

    The service goes on meanwhile. ``progress`` takes the bytes written since its last call.
    Raises: GraphError if there is no graph or no room.
    """
    with generations.write_lock(data, wait_seconds=wait_seconds):
        generation, held = generations.hold(data)
        # The log only grows: what it holds now is what belongs to this generation.
        edits = [(path, path.stat().st_size) for path in sorted((data / "edits").glob("*.jsonl"))]
        if not forgotten.done(data):
            os.close(held)
            raise GraphError(
                "A forgetting was interrupted: a backup would name the person. "
                "Finish it first: polku person finish."
            )
        lists = {
            name: (data / name).read_bytes()
            for name in (forgotten.FILE, rights.FILE)
            if (data / name).exists()
        }
    temporary = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with tarfile.open(temporary, "w", format=tarfile.PAX_FORMAT) as archive:
            listed = {
                name: _add(archive, name, path, size, progress)
                for name, path, size in _members(data, generation, edits, lists)
            }
            record = {"format": FORMAT, "generation": generation.id, "files": listed}
            _add_bytes(archive, _LIST, json.dumps(record).encode())
        temporary.chmod(0o600)  # it holds the comments of people
        files.sync(temporary)
        temporary.replace(file)
        files.sync(file.absolute().parent)
    except OSError as error:
        raise publish.said(error, file.absolute().parent) from error
    finally:
        os.close(held)
        temporary.unlink(missing_ok=True)
    return generation


def restore(
    file: Path, data: Path, *, forgotten_list: Path | None = None, wait_seconds: float = 60.0
) -> Generation:
    """The generation of a backup, current in a folder that held no graph.

    Whoever is on a list of the forgotten is left out: the backup's, that of the folder, and the
    one given.
    Raises: GraphError if the folder holds one, or the file is no whole backup; nothing of it is
    used then.
    """
    with generations.write_lock(data, wait_seconds=wait_seconds):
        if (data / "CURRENT").exists() or generations.all(data):
            raise GraphError(f"{data} holds a graph already. Restore into an empty folder.")
        arriving = data / ".restoring"
        shutil.rmtree(arriving, ignore_errors=True)
        try:
            arriving.mkdir()
            wanted = _extract(file, arriving)
            generation = generations.current(arriving)
            if generation is None or generation.id != wanted:
                raise GraphError(f"{file} is no whole backup: its generation is missing.")
            for source, bundle in generation.bundles.items():
                if not generations.bundles_folder(arriving, source).joinpath(bundle).is_dir():
                    raise GraphError(
                        f"{file} is no whole backup: the bundle of {source} is missing."
                    )
            publish.confirm(generation.store)
            lists = [forgotten.entries(data), forgotten.entries(arriving)]
            listed = forgotten.joined(*lists, forgotten.read(forgotten_list or arriving / "none"))
            if listed:
                forgotten.write(arriving, listed)
                wanted = forget.apply(arriving).generation
            files.sync_tree(arriving)
            for name in (
                forgotten.FILE,
                rights.FILE,
                "edits",
                "bundles",
                "generations",
                "CURRENT",
            ):  # the pointer last
                if (arriving / name).exists():
                    _move(arriving / name, data / name)
            files.sync(data)
        except OSError as error:
            raise publish.said(error, data) from error
        finally:
            shutil.rmtree(arriving, ignore_errors=True)
        return generations.read(data, wanted)


def _members(
    data: Path, generation: Generation, edits: list[tuple[Path, int]], lists: dict[str, bytes]
) -> Iterator[tuple[str, Path | bytes, int]]:
    """Name in the archive, file or content, and size of every member."""
    pointer = f"{generation.id}\n".encode()
    yield "CURRENT", pointer, len(pointer)
    folders = [generation.folder] + [
        generations.bundles_folder(data, source) / bundle
        for source, bundle in sorted(generation.bundles.items())
    ]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in _NOT_STORED:
                yield path.relative_to(data).as_posix(), path, path.stat().st_size
    for path, size in edits:
        yield f"edits/{path.name}", path, size
    for name, content in lists.items():
        yield name, content, len(content)


def _add(
    archive: tarfile.TarFile,
    name: str,
    content: Path | bytes,
    size: int,
    progress: Callable[[int], None] | None,
) -> str:
    """SHA-256 of the member that was added."""
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as stream:
        hashed = _Hashed(stream)
        archive.addfile(info, cast(IO[bytes], hashed))  # it is read, nothing else
    if progress is not None:
        progress(size)
    return hashed.digest.hexdigest()


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


class _Hashed:
    """A stream that hashes what is read of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self.digest.update(piece)
        return piece


def _extract(file: Path, folder: Path) -> str:
    """Id of the generation in the archive, whose files are in the folder, each as it was."""
    found: dict[str, str] = {}
    record: dict[str, object] | None = None
    try:
        with tarfile.open(file, "r|") as archive:
            for count, member in enumerate(archive):
                if record is not None or count > _MOST_FILES:
                    raise GraphError(f"{file} is no backup of Polku: it goes on past its list.")
                if member.name == _LIST and member.isreg() and member.size <= _LARGEST_LIST:
                    record = _list(file, archive, member)
                    continue
                if not member.isreg() or not _ALLOWED.fullmatch(member.name):
                    raise GraphError(
                        f"{file} is no backup of Polku: it holds {member.name[:200]!r}."
                    )
                if member.size > shutil.disk_usage(folder).free:
                    raise OSError(28, "No space left on device")
                if member.name in found:
                    raise GraphError(f"{file} is no backup of Polku: {member.name} stands twice.")
                found[member.name] = _write(archive, member, folder / member.name)
    except tarfile.TarError as error:
        raise GraphError(f"{file} is no whole backup ({error}).") from error
    except FileNotFoundError:
        raise GraphError(f"{file}: there is no such file.") from None
    if record is None:
        raise GraphError(f"{file} is no whole backup: its list of files is missing.")
    if record["files"] != found:
        raise GraphError(f"{file} is damaged: its files are not those that it lists.")
    return str(record["generation"])


def _list(file: Path, archive: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, object]:
    stream = archive.extractfile(member)
    try:
        record = json.loads(stream.read() if stream else b"")
        if record["format"] != FORMAT:
            raise GraphError(
                f"{file} has format {record['format']}, this Polku knows {FORMAT}. "
                "Restore it with the version that wrote it."
            )
        return {"generation": record["generation"], "files": record["files"]}
    except (ValueError, KeyError, TypeError):
        raise GraphError(f"{file} is damaged: its list of files cannot be read.") from None


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> str:
    """SHA-256 of the file that was written."""
    stream = archive.extractfile(member)
    if stream is None:
        raise GraphError(f"{member.name} in the backup is no file.")
    private = member.name.startswith(("edits/", forgotten.FILE))
    path.parent.mkdir(
        mode=0o700 if path.parent.name == "edits" else 0o755, parents=True, exist_ok=True
    )
    digest = hashlib.sha256()
    with path.open("xb") as file:
        if private:
            path.chmod(0o600)
        while piece := stream.read(_PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _move(source: Path, target: Path) -> None:
    """Moves a file or folder, into a folder of that name if one stands there."""
    if target.is_dir():
        for path in source.iterdir():
            _move(path, target / path.name)
    else:
        source.rename(target)
