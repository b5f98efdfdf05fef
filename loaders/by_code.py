"""Which concepts of an earlier ESCO release are replaced by the one of their code.

Groups keep their codes from release to release while their IRIs change. Skills have no codes, and
those of occupations are given to others from release to release. A code that stands for several
groups, or was given to another group, says nothing; a group under another name may be another one.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from loaders.base import Run
from loaders.errors import LoadError, RecordError
from loaders.files import Member, csv_rows, members
from loaders.formulas import plain

GROUPS: Final = ("skillGroups", "ISCOGroups")
"""Parts of a package whose concepts have codes that last."""

PARTS: Final = (*GROUPS, "skills", "occupations")
"""Parts of a package that describe concepts."""

RENAMED: Final = "another name in the new release: check that it is the same group"

_NAME: Final = re.compile(r"(?P<part>[A-Za-z]+?)(?:_(?P<language>[A-Za-z-]+))?\.csv\Z")
_PART_OF: Final = {part.lower(): part for part in PARTS}


@dataclass(frozen=True)
class Concept:
    """A concept of one release.

    Attributes:
        iri: its IRI.
        part: the part of the package that describes it.
        code: its code, if it is a group and has one.
        labels: its preferred label by language.
    """

    iri: str
    part: str
    code: str = ""
    labels: dict[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, iri: str, part: str, cells: Mapping[str, str]) -> Concept:
        """The concept that a row of a part describes, without its labels."""
        return cls(iri, part, cells.get("code", "").strip() if part in GROUPS else "")

    @property
    def label(self) -> str:
        """Its preferred label, in English if there is one."""
        return self.labels.get("en") or next(iter(self.labels.values()), "")


@dataclass(frozen=True)
class Pairing:
    """A concept that is gone, and the one that replaces it.

    Attributes:
        old: the concept of the earlier release.
        new: the one of the new release; None if the codes tell none.
        note: why there is none, or what to look at; "" if nothing.
    """

    old: Concept
    new: Concept | None
    note: str = ""


def part_of(member: Member) -> tuple[str, str] | None:
    """The part of a package and the language, as a file's name tells; None if of no concepts."""
    name = _NAME.match(member.stem)
    part = _PART_OF.get(name["part"].lower()) if name else None
    return (part, (name["language"] or "").lower()) if name and part else None


def of_package(path: Path, run: Run) -> dict[str, Concept]:
    """The released concepts of a package, by their IRIs.

    Raises: LoadError if it has no groups or no skills: all their concepts would seem to be gone.
    """
    found = concepts(members([path], run), PARTS, run)
    missing = {"skillGroups", "skills"} - {one.part for one in found.values()}
    if missing:
        names = " and ".join(f"{part}_<language>.csv" for part in sorted(missing))
        raise LoadError(
            f"{path}: no concepts of {names} in it. Give the package of a language as ESCO's "
            'download page makes it: "ESCO dataset - v… - classification - en - csv.zip".'
        )
    return found


def concepts(found: Iterable[Member], parts: Iterable[str], run: Run) -> dict[str, Concept]:
    """The released concepts in these parts of a package, by their IRIs.

    Raises: LoadError if two files are of one part and language, as those of two releases are, or
        if one has no IRIs of concepts.
    """
    files: dict[tuple[str, str], Member] = {}
    for member in found:
        told = part_of(member)
        if told is None or told[0] not in parts:
            continue
        if told in files:
            raise LoadError(
                f"{files[told].name} and {member.name}: two files of one part and language. "
                "Give one release of ESCO at a time."
            )
        files[told] = member
    known: dict[str, Concept] = {}
    for (part, language), member in sorted(files.items()):
        for cells in _released(part, member, run):
            iri = cells["conceptUri"].strip()
            one = known.setdefault(iri, Concept.of(iri, part, cells))
            one.labels.setdefault(language, cells.get("preferredLabel", "").strip())
    return known


def _released(part: str, member: Member, run: Run) -> Iterator[Mapping[str, str]]:
    """The cells of each released concept of a file, by their columns."""
    rows = csv_rows(member, run)
    first = next(rows, None)
    header = [name.strip() for name in (first.values if first else ())]
    wanted = ("conceptUri", "code") if part in GROUPS else ("conceptUri",)
    for column in wanted:
        if column not in header:
            raise LoadError(f"{member.name}: no column {column!r}. Take the file as ESCO ships it.")
    for row in rows:
        if len(row.values) != len(header):
            fault = RecordError("", "wrong number of fields", f"The header has {len(header)}.")
            run.reject(f"{member.name} line {row.line}", fault)
            continue
        cells = dict(zip(header, row.values, strict=True))
        if cells.get("status", "released").strip() == "released":
            yield cells


def paired(old: Mapping[str, Concept], new: Mapping[str, Concept]) -> Iterator[Pairing]:
    """Each concept of the old release that the new one has not, with what replaces it if any."""
    before, after = _of_codes(old), _of_codes(new)
    for concept in old.values():
        if concept.iri in new:
            continue
        key = (concept.part, concept.code)
        heirs = after.get(key, [])
        if concept.part not in GROUPS:
            yield Pairing(concept, None, "only groups keep their codes")
        elif not concept.code:
            yield Pairing(concept, None, "it has no code")
        elif not heirs:
            yield Pairing(concept, None, "no group has its code")
        elif len(heirs) > 1 or len(before[key]) > 1:
            yield Pairing(concept, None, "several groups have its code")
        elif heirs[0].iri in old:
            yield Pairing(concept, None, "its code was given to another group of the old release")
        else:
            yield Pairing(concept, heirs[0], RENAMED if _renamed(concept, heirs[0]) else "")


def as_table(pairings: Iterable[Pairing]) -> str:
    """The pairings as a CSV table that ``--replacements`` reads and people mend."""
    written = io.StringIO(newline="")
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(("oldUri", "newUri", "code", "oldLabel", "newLabel", "note"))
    for one in pairings:
        new = one.new or Concept("", "")
        row = (one.old.iri, new.iri, one.old.code, one.old.label, new.label, one.note)
        lines.writerow([plain(field) for field in row])
    return written.getvalue()


def _of_codes(concepts: Mapping[str, Concept]) -> Mapping[tuple[str, str], list[Concept]]:
    """Part and code → the groups that have it."""
    found: defaultdict[tuple[str, str], list[Concept]] = defaultdict(list)
    for concept in concepts.values():
        if concept.code:
            found[concept.part, concept.code].append(concept)
    return found


def _renamed(old: Concept, new: Concept) -> bool:
    """Whether the two are called differently in a language that both have."""
    return any(
        old.labels[language].casefold() != new.labels[language].casefold()
        for language in old.labels.keys() & new.labels.keys()
    )
