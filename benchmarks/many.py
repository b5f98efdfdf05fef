"""A million works of OpenAlex, made by seed: whether memory stays flat, and at what pace.

``python -m benchmarks.many [WORKS]`` prints a table; it needs no real data, but some 8 GB of disk
for a while. The works lie in gzipped parts in a folder, as the snapshot's do; their words are no
language, their people and institutions are drawn from pools as unevenly as real ones.
"""

from __future__ import annotations

import gzip
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from benchmarks.loaders import load, row
from benchmarks.sources import orcid_of

WORKS: Final = 1_000_000
SEED: Final = 7
PART: Final = 50_000
BOUND_MIB: Final = 300
_SYLLABLES: Final = ["ka", "la", "mi", "nu", "po", "ro", "si", "ta", "ve", "yl", "ää", "tö"]
_ROR: Final = ("020hwjq30", "03yj89h83", "033003e23", "03769b225", "040af2s02", "05vghhr25")


def words(rng: random.Random) -> list[str]:
    """A vocabulary of 5,000 words that mean nothing."""
    return ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(5_000)]


def works(count: int, seed: int = SEED) -> Iterator[dict[str, object]]:
    """The works, the same for the same seed; each has an abstract, three authors in the mean."""
    rng = random.Random(seed)
    vocabulary = words(rng)
    for number in range(1, count + 1):
        said = rng.choices(vocabulary, k=rng.randint(60, 180))
        index: dict[str, list[int]] = {}
        for place, word in enumerate(said):
            index.setdefault(word, []).append(place)
        topic = int(rng.paretovariate(1.1)) % 4_516
        yield {
            "id": f"https://openalex.org/W{number}",
            "doi": f"https://doi.org/10.9999/seed.{number}" if number % 5 else None,
            "title": " ".join(said[:10]).capitalize(),
            "publication_date": f"{rng.randint(1990, 2026)}-{rng.randint(1, 12):02}-01",
            "language": "en",
            "type": "article",
            "open_access": {"is_oa": rng.random() < 0.5},
            "primary_location": {"landing_page_url": f"https://example.org/{number}"},
            "authorships": [_authorship(rng) for _ in range(min(30, int(rng.paretovariate(1.5)) + 1))],
            "topics": [{"id": f"https://openalex.org/T{10_000 + topic}", "display_name": f"Topic {topic}"}],
            "abstract_inverted_index": index,
            "updated_date": "2026-06-01T00:00:00",
        }  # fmt: skip


def _authorship(rng: random.Random) -> dict[str, object]:
    person = int(rng.random() ** 2 * 800_000)
    ror = rng.choice(_ROR)
    return {
        "author": {
            "id": f"https://openalex.org/A{person}",
            "display_name": f"Author {person}",
            "orcid": f"https://orcid.org/{orcid_of(person)}" if person % 2 else None,
        },
        "institutions": [
            {
                "id": f"https://openalex.org/I{_ROR.index(ror)}",
                "display_name": f"University {_ROR.index(ror)}",
                "ror": f"https://ror.org/{ror}",
            }
        ],
    }


def written(count: int, folder: Path, seed: int = SEED) -> Path:
    """The folder with the works in gzipped parts."""
    made = works(count, seed)
    for part in range(-(-count // PART)):
        with gzip.open(folder / f"part_{part:03}.gz", "wb", 1) as out:
            for _, work in zip(range(PART), made, strict=False):
                out.write(orjson.dumps(work) + b"\n")
    return folder


def main(count: int) -> int:
    """0; 1 if the load took more memory than its bound."""
    print(
        f"Works made by seed {SEED}; one load in a process of its own. "
        f"Memory is to stay below {BOUND_MIB} MiB whatever their number.\n\n"
        "| load | quads | wall s | processor s | quads / processor s | floor s | peak MiB |\n"
        "|---|---|---|---|---|---|---|"
    )
    most = 0.0
    for number in (count // 10, count):
        with tempfile.TemporaryDirectory() as scratch:
            measure = load("openalex", [written(number, Path(scratch))], repeats=1)
            print(row(f"OpenAlex, {number:,} works", measure), flush=True)
            most = max(most, measure.mib)
    return int(most > BOUND_MIB)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else WORKS))
