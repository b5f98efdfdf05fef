"""What the tests of live sources share: manners for tests, a harvest, and what a loader reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.sources.harvest import Harvest, harvest
from app.sources.http import Client
from app.sources.keys import Key
from app.sources.manners import Manners
from app.sources.place import place
from tests.loaders.loading import lines_of, objects

QUICK = Manners("Polku/test (mailto:test@example.org)", 5.0, first_pause=0.01, private=True)
TITLE = "http://purl.org/dc/terms/title"


def fetch(
    loader: str,
    url: str,
    folder: Path,
    *,
    manners: Manners = QUICK,
    key: Key | None = None,
    said: list[str] | None = None,
    anew: bool = False,
    **asked: str,
) -> Harvest:
    told: list[str] = [] if said is None else said
    with Client(manners, key, told.append) as client:
        return harvest(place(loader, url, **asked), folder, client, told.append, anew=anew)


def titles(loader: str, paths: Sequence[Path]) -> list[str]:
    """Titles of all works that the loader makes of the files, sorted."""
    return sorted(one.split('"')[1] for one in objects(lines_of(loader, *paths), TITLE))


def strict(**changed: object) -> Manners:
    return replace(QUICK, **changed)  # type: ignore[arg-type]  # values of a test's own
