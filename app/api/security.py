"""Who may do what: API tokens with a role, kept as hashes.

A token is ``polku_<id>_<secret>``; the secret is 256 random bits, so that a plain SHA-256 of it
can be kept and no slow hash is needed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from app.api.errors import Unauthorized
from app.errors import BadParameter, Forbidden, NotFound
from ontology.iris import Minter

_TOKEN = re.compile(r"polku_([0-9a-f]{12})_([A-Za-z0-9_-]{43})\Z", re.ASCII)


class Role(IntEnum):
    """What a caller may do; each may do what those before it may."""

    reader = 0
    researcher = 1
    curator = 2
    admin = 3


@dataclass(frozen=True)
class Own:
    """What a researcher or teacher decides on: works that bear an ORCID, and things by IRI.

    Curators decide on everything.
    """

    orcid: str = ""
    things: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """One token as it is kept: never the token itself; times in ISO 8601, UTC."""

    id: str
    role: str
    created: str
    revoked: str | None
    own: Own | None = None


class TokenStore:
    """The tokens of one installation, in an SQLite file that is made when first written to."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self, role: str, own: Own | None = None) -> str:
        """A new token of the role; it is told this once.

        A researcher's decides on what is their ``own``, or on everything where none is given.
        Raises: BadParameter if there is no such role, or it decides on everything by itself.
        """
        if role not in Role.__members__:
            known = ", ".join(Role.__members__)
            raise BadParameter("role", f"There is no role {role[:40]!r}. Roles: {known}.")
        if own is not None and role != Role.researcher.name:
            raise BadParameter("role", f"A {role}'s token is of no one's own; say researcher.")
        identifier, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        with self._writing() as database:
            database.execute(
                "INSERT INTO token (id, hash, role, created, own) VALUES (?, ?, ?, ?, ?)",
                (identifier, _hash(secret), role, _now(), _kept(own)),
            )
        return f"polku_{identifier}_{secret}"

    def list(self) -> Sequence[Entry]:
        """Every token ever made, oldest first."""
        rows = self._read(
            "SELECT id, role, created, revoked, {own} FROM token ORDER BY created, id"
        )
        return [Entry(i, role, made, ended, _own(own)) for i, role, made, ended, own in rows]

    def revoke(self, identifier: str) -> None:
        """The token is not valid from now on; again is no error.

        Raises: NotFound if there is no such token.
        """
        with self._writing() as database:
            changed = database.execute(
                "UPDATE token SET revoked = coalesce(revoked, ?) WHERE id = ?",
                (_now(), identifier),
            )
            if not changed.rowcount:
                raise NotFound(f"There is no token {identifier[:40]!r}; `polku token list`.")

    def role(self, token: str) -> Role | None:
        """The role of a valid token; None of any other."""
        held = self.holder(token)
        return held[1] if held else None

    def holder(self, token: str) -> tuple[str, Role] | None:
        """A valid token's id and role; None of any other."""
        match = _TOKEN.match(token)
        if match is None:
            return None
        rows = self._read("SELECT hash, role, revoked FROM token WHERE id = ?", match[1])
        known, role, revoked = rows[0] if rows else ("", "reader", None)
        # Compared in constant time, and compared also where the id is unknown.
        valid = hmac.compare_digest(_hash(match[2]), known)
        return (match[1], Role[role]) if valid and revoked is None else None

    def own(self, token: str) -> Own | None:
        """What the holder of a valid token decides on; None where it is everything."""
        held = self.holder(token)
        rows = self._read("SELECT {own} FROM token WHERE id = ?", held[0]) if held else []
        return _own(rows[0][0]) if rows else None

    def any(self) -> bool:
        """Whether any token is valid."""
        return bool(self._read("SELECT 1 FROM token WHERE revoked IS NULL LIMIT 1"))

    def _read(self, statement: str, *values: str) -> Sequence[tuple[str, ...]]:
        if not self._path.exists():
            return []
        with closing(sqlite3.connect(self._path)) as database:
            try:
                column = "own" if _has_own(database) else "NULL"
                return database.execute(statement.format(own=column), values).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []
                raise

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(mode=0o600, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=10)) as database, database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS token (id TEXT PRIMARY KEY, hash TEXT NOT NULL, "
                "role TEXT NOT NULL, created TEXT NOT NULL, revoked TEXT, own TEXT)"
            )
            if not _has_own(database):
                database.execute("ALTER TABLE token ADD COLUMN own TEXT")
            yield database


def thing_of(stated: str, iris: Minter) -> str | None:
    """The IRI of a thing stated as an IRI, or of a course as UNIVERSITY/CODE; None of all else."""
    if "://" in stated:
        return stated
    university, slash, code = stated.partition("/")
    return iris.course(university, code) if slash and university and code else None


def _has_own(database: sqlite3.Connection) -> bool:
    """Whether the table has the column for what is a token's own; the first ones had none."""
    return any(row[1] == "own" for row in database.execute("PRAGMA table_info(token)"))


def _kept(own: Own | None) -> str | None:
    if own is None:
        return None
    return json.dumps({"orcid": own.orcid, "things": sorted(own.things)})


def _own(kept: str | None) -> Own | None:
    if kept is None:
        return None
    stated = json.loads(kept)
    return Own(stated["orcid"], frozenset(stated["things"]))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def bearer(headers: Headers) -> str:
    """The token that a request carries; empty if it carries none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def requires(role: Role) -> Callable[[Request], Awaitable[Role]]:
    """A dependency that lets through whoever holds the role, and tells their own.

    Raises: Unauthorized without a valid token; Forbidden with one of a lesser role, and where
    the service has no token at all, which makes it read-only.
    """

    async def dependency(request: Request) -> Role:
        return await allow(request, role)

    return dependency


async def allow(request: Request, role: Role) -> Role:
    """The caller's role, which is the one asked for or above it.

    Raises: as ``requires``.
    """
    store: TokenStore = request.app.state.tokens
    token = bearer(request.headers)
    if not token:
        if not await run_in_threadpool(store.any):
            raise Forbidden(
                "This service is read-only: it has no token. Who runs it makes one with "
                f"`polku token create --role {role.name}`."
            )
        raise Unauthorized(
            f"This needs a token of role {role.name} or above: send `Authorization: Bearer TOKEN`."
        )
    held = await run_in_threadpool(store.role, token)
    if held is None:
        raise Unauthorized("The token is unknown or revoked.")
    if held < role:
        raise Forbidden(f"This needs the role {role.name} or above; the token's is {held.name}.")
    return held
