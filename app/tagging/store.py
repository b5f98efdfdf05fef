"""Where indexes are kept: made once for an ESCO content, shared by the generations that hold it.

``<index folder of a generation>/tagging/`` holds ``lexicon.json`` (skills, hierarchy) and one
``<language>.npz`` for each language of labels. A generation with the same ESCO content links the
files of an earlier one; they go with the last folder that holds them.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import orjson

from app.graph.port import Graph
from app.tagging import index as indexes
from app.tagging import lexicon as lexicons
from app.tagging.index import FORMAT, Index
from app.tagging.lexicon import Lexicon
from app.tagging.neighbours import Hierarchy, Neighbours
from app.tagging.vectors import Vectors, shipped

logger = logging.getLogger(__name__)

_LEXICON = "lexicon.json"


@dataclass(frozen=True)
class Indexes:
    """All that tagging knows of an ESCO content.

    Attributes:
        skills: IRIs by number.
        hierarchy: neighbours of skills.
        by_language: an index for each language of labels, the best covered first.
        fingerprint: of the lexicon that they were made of.
        vectors: by language, the static vectors that the indexes were made with.
    """

    skills: Sequence[str]
    hierarchy: Hierarchy
    by_language: Mapping[str, Index]
    fingerprint: str
    vectors: Mapping[str, Vectors] = field(default_factory=dict)


def build(lexicon: Lexicon, vectors: Mapping[str, Vectors] | None = None) -> Indexes:
    """Indexes of a lexicon, in memory; with the vectors that ship unless others are given."""
    if vectors is None:
        vectors = _shipped(lexicon.languages)
    return Indexes(
        tuple(lexicon.skills),
        Hierarchy.of(lexicon),
        {
            language: indexes.build(lexicon, language, vectors.get(language))
            for language in lexicon.languages
        },
        lexicon.fingerprint(),
        vectors,
    )


def _shipped(languages: Iterable[str]) -> Mapping[str, Vectors]:
    found = ((language, shipped(language)) for language in languages)
    return {language: vectors for language, vectors in found if vectors is not None}


def opened(graph: Graph, folder: Path | None) -> Indexes:
    """The indexes of a generation: from its folder, from a sibling's, or made and kept there."""
    if folder is None:
        return build(lexicons.read(graph))
    own = folder / "tagging"
    found = _load(own)
    if found is not None:
        return found
    lexicon = lexicons.read(graph)
    fingerprint = lexicon.fingerprint()
    for sibling in sorted(folder.parent.glob(f"*/tagging/{_LEXICON}"), reverse=True):
        if _fingerprint(sibling) == fingerprint and (found := _load(sibling.parent)) is not None:
            _put(own, lambda target, source=sibling.parent: _link(source, target))  # type: ignore[misc]
            return found
    began = time.monotonic()
    made = build(lexicon)
    _put(own, lambda target: _write(made, target))
    logger.info(
        "tagging index built",
        extra={"skills": len(made.skills), "languages": len(made.by_language),
               "seconds": round(time.monotonic() - began, 1)},
    )  # fmt: skip
    return made


def _write(made: Indexes, folder: Path) -> None:
    for language, index in made.by_language.items():
        indexes.save(index, folder / f"{language}.npz")
    hierarchy = made.hierarchy
    content = {
        "format": FORMAT,
        "fingerprint": made.fingerprint,
        "languages": list(made.by_language),
        "skills": made.skills,
        "broader": _pairs(hierarchy.broader),
        "related": _pairs(hierarchy.related),
        "knowledge": np.flatnonzero(hierarchy.knowledge).tolist(),
        "transversal": np.flatnonzero(hierarchy.transversal).tolist(),
        "teaching": np.flatnonzero(hierarchy.teaching).tolist(),
    }
    (folder / _LEXICON).write_bytes(orjson.dumps(content))


def _pairs(neighbours: Neighbours) -> list[list[int]]:
    counts = np.diff(neighbours.first)
    ones = np.repeat(np.arange(len(counts)), counts).tolist()
    return [[one, other] for one, other in zip(ones, neighbours.others.tolist(), strict=True)]


def _load(folder: Path) -> Indexes | None:
    """The indexes in a folder; None where it has none that this version can read."""
    try:
        stated = orjson.loads((folder / _LEXICON).read_bytes())
        if stated["format"] != FORMAT:
            return None
        size = len(stated["skills"])
        flags = {}
        for name in ("knowledge", "transversal", "teaching"):
            flags[name] = np.zeros(size, np.bool_)
            flags[name][np.asarray(stated[name], np.int64)] = True
        broader = [(low, high) for low, high in stated["broader"]]
        related = [(one, other) for one, other in stated["related"]]
        by_language = {
            language: indexes.load(folder / f"{language}.npz") for language in stated["languages"]
        }
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None
    whole = {language: index for language, index in by_language.items() if index is not None}
    if len(whole) != len(by_language):
        return None
    vectors = _shipped(whole)
    for language, index in whole.items():  # made with vectors that have been trained anew since
        if index.vectors != (vectors[language].digest if language in vectors else ""):
            return None
    return Indexes(
        tuple(stated["skills"]),
        Hierarchy(
            broader=Neighbours.between(broader, size),
            narrower=Neighbours.between(((high, low) for low, high in broader), size),
            related=Neighbours.between(related, size),
            knowledge=flags["knowledge"].astype(np.float32),
            transversal=flags["transversal"].astype(np.float32),
            teaching=flags["teaching"],
        ),
        whole,
        stated["fingerprint"],
        vectors,
    )


def _fingerprint(path: Path) -> str:
    try:
        return str(orjson.loads(path.read_bytes())["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _link(source: Path, target: Path) -> None:
    for path in source.iterdir():
        try:
            os.link(path, target / path.name)
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(path, target / path.name)


def _put(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder whole or not at all; an index that cannot be kept is made again next time."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".tagging-", dir=folder.parent))
        try:
            fill(temporary)
            if folder.exists():  # of another format, or damaged
                shutil.rmtree(folder, ignore_errors=True)
            temporary.rename(folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        logger.warning("tagging index not kept", extra={"reason": error.strerror})
