"""The list of people who asked to be forgotten, kept so that nothing brings them back.

``DATA/forgotten.jsonl`` has a line for each forgetting: when, why, and keyed hashes of what names
the person (identifiers; each work with a name on it; the names alone). It is no directory: whoever
holds it can test a guess, and read no one. A second line with the same id says that it is done.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import BadParameter, GraphError
from app.graph import files
from app.graph.people import ORCID, Names, Person, key
from app.workers.frames import JsonObject

FILE: Final = "forgotten.jsonl"

_KINDS: Final = ("orcid", "iri", "name", "said")
_MOST_BYTES: Final = 2**28
_WORDS_OF_A_NAME: Final = range(2, 6)


@dataclass(frozen=True)
class Entry:
    """One forgetting.

    Attributes:
        id: random; says nothing of the person.
        at: when, in ISO 8601 UTC.
        reason: as it was stated; holds no name.
        salt: the key of the hashes, in hexadecimal.
        hashes: of ORCID iDs, IRIs, names on works, and names, by kind.
        done: whether the graph, its bundles and the log are clear of the person.
    """

    id: str
    at: str
    reason: str
    salt: str
    hashes: Mapping[str, Sequence[str]]
    done: bool = False


def entries(data: Path) -> list[Entry]:
    """Every forgetting in a data folder, oldest first.

    Raises: GraphError if the list is damaged: nothing may be loaded past it.
    """
    return read(data / FILE)


def read(file: Path) -> list[Entry]:
    """Every forgetting in a list, oldest first; none where there is no file.

    Raises: GraphError if it is damaged.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise GraphError(f"{file} is larger than any list of the forgotten.")
        content = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise GraphError(f"{file} cannot be read: {type(error).__name__}.") from error
    found: dict[str, Entry] = {}
    for number, line in enumerate(content.splitlines(), 1):
        try:
            record = json.loads(line)
            if "done" in record:
                name = str(record["done"])
                found[name] = _done(found[name])
                continue
            bytes.fromhex(record["salt"])
            hashes = {kind: tuple(map(str, record["hashes"].get(kind, ()))) for kind in _KINDS}
            found[str(record["id"])] = Entry(
                str(record["id"]), str(record["at"]), str(record["reason"]),
                str(record["salt"]), hashes,
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError):
            raise GraphError(
                f"{file}, line {number}, is damaged. Restore it from a backup: it keeps those who "
                "asked to be forgotten from coming back."
            ) from None
    return list(found.values())


def write(data: Path, listed: Iterable[Entry]) -> None:
    """Replaces the list of a data folder, durably; called by whoever holds the write lock."""
    lines = []
    for one in listed:
        record = {"id": one.id, "at": one.at, "reason": one.reason, "salt": one.salt}
        hashes = {kind: list(found) for kind, found in one.hashes.items() if found}
        lines.append(json.dumps(record | {"hashes": hashes}))
        if one.done:
            lines.append(json.dumps({"done": one.id}))
    files.replace(data / FILE, "".join(f"{line}\n" for line in lines).encode(), mode=0o600)


def joined(*lists: Sequence[Entry]) -> list[Entry]:
    """The entries of several lists, each once; done only where every list that has it says so."""
    found: dict[str, Entry] = {}
    for one in (entry for listed in lists for entry in listed):
        known = found.get(one.id)
        found[one.id] = one if known is None or known.done else known
    return list(found.values())


def entry(person: Person, at: str, reason: str, listed: Sequence[Entry]) -> Entry | None:
    """What has to be added to a list for a person; None if it stands there already.

    Raises: BadParameter if the reason is long, or names the person.
    """
    words = " ".join(reason.split())
    if len(words) > 200:
        raise BadParameter("--reason", "A reason of at most 200 characters is due.")
    if ORCID.search(words.encode()) or any(key(name) in key(words) for name in person.said):
        raise BadParameter("--reason", "The reason names the person; the list must not.")
    known = Recogniser(listed)
    hashed = {
        "orcid": [one for one in person.orcids if not known.orcid(one.encode())],
        "iri": [one for one in person.iris if not known.iri(one.encode())],
        "name": [_on(work, said) for work, said in person.names if not known.name(work, said)],
        "said": [key(name) for name in person.said if not known.said(key(name))],
    }
    if not any(hashed.values()):
        return None
    salt = listed[0].salt if listed else secrets.token_hex(32)
    hashes = {
        kind: sorted({_hash(salt, kind, one) for one in values}) for kind, values in hashed.items()
    }
    return Entry(secrets.token_hex(6), at, words, salt, hashes)


class Recogniser:
    """Tells whether a name or an identifier is on the list.

    ``glance``: whether lines of a graph may name any of them, if that can be told at once.
    """

    def __init__(
        self, listed: Sequence[Entry], glance: Callable[[bytes], bool] | None = None
    ) -> None:
        self.glance = glance
        self._known: dict[str, dict[str, set[str]]] = {kind: {} for kind in _KINDS}
        for one in listed:
            for kind in _KINDS:
                if found := one.hashes.get(kind):
                    self._known[kind].setdefault(one.salt, set()).update(found)
        self.empty = not any(self._known.values())
        self.any_iri, self.any_name = bool(self._known["iri"]), bool(self._known["name"])
        self.orcid: Callable[[bytes], bool] = functools.lru_cache(2**16)(self._orcid)
        self.iri: Callable[[bytes], bool] = functools.lru_cache(2**16)(self._iri)

    def name(self, work: str, said: str) -> bool:
        """Whether the name stands for a forgotten author of the work."""
        return self._has("name", _on(work, said))

    def said(self, words: str) -> bool:
        """Whether the words, folded, are a name of someone forgotten."""
        return self._has("said", words)

    def named_in(self, text: str) -> bool:
        """Whether a text holds an identifier or a name of someone forgotten."""
        content = text.encode(errors="replace")
        if any(self.orcid(found.group()) for found in ORCID.finditer(content)):
            return True
        if self.any_iri and any(self.iri(found) for found in _IRIS.findall(content)):
            return True
        if not self._known["said"]:
            return False
        words = key(text).split()
        return any(
            self.said(" ".join(words[at : at + count]))
            for at in range(len(words))
            for count in _WORDS_OF_A_NAME
        )

    def _orcid(self, found: bytes) -> bool:
        plain = found.decode("ascii", "replace").replace("-", "").upper()
        return self._has("orcid", "-".join(plain[at : at + 4] for at in range(0, 16, 4)))

    def _iri(self, found: bytes) -> bool:
        return self._has("iri", found.decode(errors="replace"))

    def _has(self, kind: str, value: str) -> bool:
        return any(_hash(salt, kind, value) in has for salt, has in self._known[kind].items())


_IRIS = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def names_of(known: Recogniser) -> Names:
    """What to look for in a graph: identifiers, and names on works."""
    return Names(known.orcid, known.iri if known.any_iri else None, known.name, known.glance)


def _done(one: Entry) -> Entry:
    return Entry(one.id, one.at, one.reason, one.salt, one.hashes, done=True)


def done(data: Path) -> bool:
    """Whether every forgetting in a data folder is done."""
    return all(one.done for one in entries(data))


def redacted(edit: JsonObject, known: Recogniser) -> JsonObject:
    """An edit as the log may keep it: itself, or what is left of one that names someone forgotten.

    A decision stays, without its comment; of any other edit its kind alone.
    """
    if known.empty or not known.named_in(json.dumps(edit, ensure_ascii=False)):
        return edit
    if edit.get("kind") != "decide":
        return {"kind": edit.get("kind"), "forgotten": True}
    plain = {name: one for name, one in edit.items() if name != "comment"}
    if known.named_in(json.dumps(plain, ensure_ascii=False)):
        return {"kind": "decide", "forgotten": True}
    return plain


def finished(listed: Iterable[Entry]) -> list[Entry]:
    """The same entries, all of them done."""
    return [_done(one) for one in listed]


def _on(work: str, said: str) -> str:
    return f"{work}\n{key(said)}"


def _hash(salt: str, kind: str, value: str) -> str:
    keyed = hashlib.blake2b(f"{kind}\n{value}".encode(errors="replace"), key=bytes.fromhex(salt),
                            digest_size=16)  # fmt: skip
    return keyed.hexdigest()
