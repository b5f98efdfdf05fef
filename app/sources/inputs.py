"""What a load reads: local files as they stand, live sources brought into files first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.sources.addresses import is_url
from app.sources.keys import Key
from app.sources.manners import Manners
from app.sources.place import folder_of, place


@dataclass(frozen=True)
class Wanted:
    """What of live sources is wanted; each is "" where nothing is said.

    Attributes:
        since, until, set_, prefix: as OAI-PMH takes them.
        counted: of a list whose pages are counted: ``page=1+1``.
    """

    since: str = ""
    until: str = ""
    set_: str = ""
    prefix: str = ""
    counted: str = ""


def inputs(
    data: Path,
    source: str,
    loader: str,
    given: Sequence[str],
    *,
    wanted: Wanted,
    manners: Manners,
    key: Key | None = None,
    anew: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Path, ...]:
    """The files and folders to load, in the order given.

    Raises: SourceError for a live source that fails; what came of it is kept.
    """
    if not any(map(is_url, given)):
        return tuple(map(Path, given))
    # The HTTP client takes half a second to import, which nothing else here needs.
    from app.sources.harvest import harvest
    from app.sources.http import Client

    found: list[Path] = []
    with Client(manners, key, say) as client:
        for one in given:
            if not is_url(one):
                found.append(Path(one))
                continue
            live = place(
                loader,
                one,
                since=wanted.since,
                until=wanted.until,
                set_=wanted.set_,
                prefix=wanted.prefix,
                counted=wanted.counted,
            )
            found.extend(harvest(live, folder_of(data, source, live), client, say, anew=anew).paths)
    return tuple(found)
