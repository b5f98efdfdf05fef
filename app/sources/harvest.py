"""A live source brought into files, page by page; a process that dies is gone on from.

Every page lies whole on the disk before the next is asked for, and the state beside names how
far the list has come. Loaders read the files as they read saved ones.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from app.graph import files
from app.sources import kept, oai
from app.sources.addresses import shown
from app.sources.errors import Expired, SourceError, TooLarge
from app.sources.http import Client, status_of
from app.sources.kept import Kept, List
from app.sources.place import Place
from app.sources.steps import Asked, Step
from app.sources.walks import WALKS, Walk, stepped

WHOLE_DAYS: Final = 7
"""After so many days a repository that forgets its deletions is asked for everything again."""

MOST_LISTS: Final = 100
"""Lists of changes after which everything is asked for again, so that files do not pile up."""

_BROKEN_ATTEMPTS: Final = 3
_MOST_ANEW: Final = 2
_TYPES: Final = {
    "application/ld+json": ".jsonld",
    "application/n-quads": ".nq",
    "application/n-triples": ".nt",
    "application/rdf+xml": ".rdf",
    "application/trig": ".trig",
    "text/turtle": ".ttl",
}


@dataclass(frozen=True)
class Harvest:
    """What came of a source.

    Attributes:
        paths: files and folders to load, in order.
        records: how many records this run fetched; 0 for a file.
        pages: how many pages or files this run fetched.
        changed: whether anything came that was not there before.
    """

    paths: tuple[Path, ...]
    records: int
    pages: int
    changed: bool


def harvest(
    place: Place,
    folder: Path,
    client: Client,
    say: Callable[[str], None] = lambda _: None,
    *,
    anew: bool = False,
) -> Harvest:
    """The files that hold the source as it is now; ``anew`` asks for everything again.

    Raises: SourceError, with all whole pages kept; Busy if another process fetches it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    detail = f"Another process is fetching {shown(place.asked.url)}. Try again when it is done."
    with files.locked(folder / "fetch.lock", wait_seconds=0, detail=detail):
        state = kept.read(folder, place.name)
        if anew:
            state = replace(state, open=None, etag="", modified="")
        if not place.walk:
            return _file(place, folder, client, state)
        return _Fetch(place, folder, client, say, state).all(anew=anew)


class _Fetch:
    """One run that fetches the pages of a list."""

    def __init__(
        self, place: Place, folder: Path, client: Client, say: Callable[[str], None], state: Kept
    ) -> None:
        self._place, self._folder, self._client, self._say = place, folder, client, say
        self._walk: Walk = WALKS[place.walk]
        self._state = state
        self._pages = self._records = 0

    def all(self, *, anew: bool) -> Harvest:
        begun = self._begun(anew)
        for left in reversed(range(_MOST_ANEW + 1)):
            try:
                done = self._list(begun)
                break
            except Expired as error:
                if not left:
                    raise SourceError(
                        f"{self._url}: {error}, again and again. Ask for less: a set, or a span "
                        "of days with --from and --until."
                    ) from None
                self._say(f"{self._url}: {error}; the list is fetched anew from its beginning.")
                begun = self._new(begun.since, changes=_is_changes(begun))
        return self._finish(done)

    @property
    def _url(self) -> str:
        return shown(self._place.asked.url)

    def _begun(self, anew: bool) -> List:
        """The list to go on with, or a new one: of what changed, where that is enough."""
        opened = self._state.open
        if opened is not None:
            self._say(f"{self._url}: going on after page {opened.pages}.")
            return replace(opened, doubtful=True)
        if anew or not self._walk.lists or not self._state.lists or self._place.asked.until:
            return self._new(self._place.asked.since)
        identity = self._identity()
        first, last = self._state.lists[0], self._state.lists[-1]
        if (
            not last.answered
            or len(self._state.lists) > MOST_LISTS
            or (not identity.keeps_deletions and _is_old(first.answered))
        ):
            return self._new(self._place.asked.since)
        return self._new(oai.since(last.answered, identity), changes=True)

    def _identity(self) -> oai.Identity:
        into = self._folder / ".identify.part"
        url = oai.identify(self._place.asked)
        self._get(url, into, 0)
        try:
            return oai.identity(into.read_bytes())
        except SourceError as error:
            raise SourceError(f"{self._url}: {error}.") from None
        finally:
            into.unlink(missing_ok=True)

    def _new(self, since: str, *, changes: bool = False) -> List:
        if self._state.open is not None:
            # Before its pages go: whoever comes after a crash must not go on behind them.
            self._state = replace(self._state, open=None)
            kept.write(self._folder, self._state)
        taken = [one.name for one in self._state.lists]
        number = max((int(name.partition("-")[0]) for name in taken), default=0) + 1
        name = f"{number:06d}-{'changes' if changes else 'all'}"
        shutil.rmtree(self._folder / name, ignore_errors=True)
        (self._folder / name).mkdir()
        return List(name, since)

    def _list(self, begun: List) -> List:
        """The whole list, each page kept as it comes."""
        asked = replace(self._place.asked, since=begun.since)
        done = begun
        url: str | None = begun.following or self._walk.first(asked)
        while url is not None:
            page, repeats = done.pages + 1, self._client.repeats
            step, size = self._page(asked, done, url, page)
            repeated = self._client.repeats > repeats
            if step.following == url and not step.may_repeat:
                raise SourceError(
                    f"{self._url}, page {page}: it names itself as the next page. "
                    "Tell the source's publisher; what came so far is kept."
                )
            done = replace(
                done,
                answered=done.answered or step.answered,
                pages=page if step.records else done.pages,
                records=done.records + step.records,
                size=done.size + size,
                following=step.following or "",
                doubtful=done.doubtful or repeated,
            )
            self._pages += bool(step.records)
            self._records += step.records
            if step.following is not None:
                self._state = replace(self._state, open=done)
                kept.write(self._folder, self._state)
            elif step.total is not None and done.records < step.total:
                self._short(done, step.total)
            url = step.following
        return done

    def _short(self, done: List, total: int) -> None:
        """What to do of a list that has fewer records than its source says."""
        said = f"{done.records:,} records came of {total:,} that it states"
        if done.doubtful:
            # Some services keep the place of a list themselves: a page may be lost between two.
            raise Expired(said)
        self._say(f"{self._url}: {said}.")

    def _page(self, asked: Asked, done: List, url: str, number: int) -> tuple[Step, int]:
        """What a page says, once it is whole on the disk, and its bytes."""
        folder = self._folder / done.name
        into = folder / f".{number:06d}.part"
        for left in reversed(range(_BROKEN_ATTEMPTS)):
            size = self._get(url, into, done.size, goes_on=number > 1)
            try:
                step = stepped(self._walk, asked, url, into.read_bytes())
                break
            except Expired:
                into.unlink()
                raise
            except SourceError as error:
                if not left:
                    broken = folder / f".broken-{number:06d}{self._walk.suffix}"
                    into.replace(broken)
                    raise SourceError(
                        f"{self._url}, page {number} (after {done.records:,} records): {error}. "
                        f"It was asked {_BROKEN_ATTEMPTS} times and is kept as {broken}. The "
                        f"{done.pages} pages before it are kept: run the same command again to go "
                        "on with this page, or tell the source's publisher."
                    ) from None
                self._client.rest(1)
        if step.records:
            into.replace(folder / f"{number:06d}{self._walk.suffix}")
            files.sync(folder)
        else:
            into.unlink()
        return step, size

    def _get(self, url: str, into: Path, so_far: int, *, goes_on: bool = False) -> int:
        manners = self._client.manners
        left = manners.all_bytes - so_far
        try:
            return self._client.get(
                url,
                into,
                most=max(0, min(manners.page_bytes, left)),
                seconds=manners.page_seconds,
                headers={"Accept": self._walk.accept},
            ).size
        except TooLarge:
            if left < manners.page_bytes:
                raise TooLarge(
                    f"{self._url}: more than {manners.all_bytes:,} bytes in all. "
                    "Ask for less, or raise POLKU_FETCH_MB."
                ) from None
            raise
        except SourceError as error:
            if goes_on and status_of(error) in (400, 404, 410):
                raise Expired(f"its place in the list is no longer known ({error})") from None
            raise

    def _finish(self, done: List) -> Harvest:
        """The list kept as whole, beside those before it or, of all records, in their place."""
        lists = self._state.lists
        if not _is_changes(done):
            lists = (done,)
        elif done.pages:
            lists = (*lists, done)
        elif done.answered and lists:
            # Nothing changed: the next list is asked for from this moment on.
            lists = (*lists[:-1], replace(lists[-1], answered=done.answered))
        self._state = replace(self._state, lists=lists, open=None)
        kept.write(self._folder, self._state)
        names = {one.name for one in lists}
        for path in self._folder.iterdir():
            if path.is_dir() and path.name not in names:
                shutil.rmtree(path, ignore_errors=True)
        paths = tuple(self._folder / one.name for one in lists if one.pages)
        if not paths:
            raise SourceError(
                f"{self._url}: it has no record that was asked for. Check from, until and set."
            )
        return Harvest(paths, self._records, self._pages, done.name in names)


def _is_changes(one: List) -> bool:
    return one.name.endswith("-changes")


def _is_old(answered: str) -> bool:
    try:
        began = datetime.fromisoformat(answered)
    except ValueError:
        return True
    return datetime.now(UTC) - began > timedelta(days=WHOLE_DAYS)


def _file(place: Place, folder: Path, client: Client, state: Kept) -> Harvest:
    """One file; asked for only if it changed since it was fetched last."""
    before = folder / "files" / state.file if state.file else None
    there = before is not None and before.is_file()
    conditions = {"If-None-Match": state.etag, "If-Modified-Since": state.modified}
    headers = {
        "Accept": "application/json, application/xml;q=0.9, */*;q=0.8",
        **{name: value for name, value in conditions.items() if value and there},
    }
    into = folder / ".file.part"
    answer = client.get(
        place.asked.url,
        into,
        most=client.manners.all_bytes,
        seconds=client.manners.file_seconds,
        headers=headers,
    )
    if answer.status == 304 and before is not None and there:
        return Harvest((before,), 0, 0, changed=False)
    if answer.status == 304 or not answer.size:
        raise SourceError(f"{shown(place.asked.url)} answered with nothing. Check its address.")
    with into.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    name = file_name(place.asked.url, answer.headers.get("content-type", ""))
    target = folder / "files" / name
    changed = not there or digest != state.sha256 or before != target
    if changed:
        target.parent.mkdir(exist_ok=True)
        into.replace(target)
        files.sync(target.parent)
    else:
        into.unlink()
    state = replace(
        state,
        file=name,
        sha256=digest,
        etag=answer.headers.get("etag", ""),
        modified=answer.headers.get("last-modified", ""),
    )
    kept.write(folder, state)
    return Harvest((target,), 0, 1, changed)


def file_name(url: str, media_type: str) -> str:
    """A safe name for the file at an address, with the ending that its media type asks for.

    >>> file_name("https://example.org/export/works", "text/turtle; charset=utf-8")
    'works.ttl'
    >>> file_name("https://example.org/../..%2Fetc%2Fpasswd", "")
    'etc_passwd'
    """
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", last).strip("._-")[-100:] or "data"
    if "." not in safe:
        kind = media_type.partition(";")[0].strip().lower()
        safe += _TYPES.get(kind) or mimetypes.guess_extension(kind) or ""
    return safe
