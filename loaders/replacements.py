"""Which concepts of an earlier ESCO release have been replaced by which: what claims move along.

Three forms are read, told apart by what is in the file:

- a table (CSV) with a column of old IRIs and one of new ones, as delta reports have them;
- RDF with ``dcterms:isReplacedBy``;
- the earlier release's own package: a group is replaced by the one of its code (``by_code.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from loaders.base import Run
from loaders.by_code import GROUPS, Concept, paired, part_of
from loaders.by_code import concepts as described
from loaders.errors import LoadError, RecordError
from loaders.files import Member, csv_rows, members
from loaders.rdf import LOADER as RDF
from ontology import terms

OLD: Final = frozenset(
    {"old", "olduri", "oldconcepturi", "replaced", "replaceduri", "deprecateduri", "concepturi",
     "uri", "from", "olduriconcept", "previousuri"}
)  # fmt: skip
"""What a column of old IRIs is called, letters alone, in lower case."""

NEW: Final = frozenset(
    {"new", "newuri", "newconcepturi", "replacedby", "isreplacedby", "replacedbyuri",
     "replacementuri", "replacement", "to", "currenturi"}
)  # fmt: skip
"""What a column of new IRIs is called, likewise."""

_RDF_SUFFIXES: Final = (".ttl", ".turtle", ".nt", ".nq", ".trig", ".rdf", ".owl", ".xml", ".jsonld")
_BETWEEN: Final = re.compile(r"[\s,;|]+")


def read(file: Path, concepts: Mapping[str, Concept], run: Run) -> Iterator[tuple[str, str]]:
    """Pairs of an old IRI and the one that replaces it, in the file's order.

    ``concepts``: those of the release that is being loaded, by their IRIs.
    Raises: LoadError if the file is none of the three forms.
    """
    found = list(members([file], Run()))
    if any(part in GROUPS for part, _ in filter(None, map(part_of, found))):
        yield from _by_code(found, concepts, run)
    elif all(one.stem.lower().endswith(_RDF_SUFFIXES) for one in found):
        yield from _stated(file, run)
    elif len(found) == 1:
        yield from _table(found[0], run)
    else:
        raise LoadError(f"{file}: {_WANTED}")


_WANTED: Final = (
    "no replacements in it. Give a CSV file with a column oldUri and a column newUri, RDF with "
    "dcterms:isReplacedBy, or the package of the earlier release, whose groups keep their codes."
)


def _by_code(
    found: Sequence[Member], new: Mapping[str, Concept], run: Run
) -> Iterator[tuple[str, str]]:
    for pairing in paired(described(found, GROUPS, run), new):
        old, replacing = pairing.old, pairing.new
        if replacing is not None:
            yield old.iri, replacing.iri
        if pairing.note:
            what = "has another name now" if replacing else "is replaced by none"
            called = replacing.label if replacing else pairing.note
            run.warn(f"group of the earlier release {what}", f"{old.code} {old.label}", called)


def _stated(file: Path, run: Run) -> Iterator[tuple[str, str]]:
    for subject, predicate, value in RDF.read([file], Run(sink=run.sink)):
        if predicate == f"<{terms.dcterms.isReplacedBy}>" and value.startswith("<"):
            yield subject[1:-1], value[1:-1]


def _table(member: Member, run: Run) -> Iterator[tuple[str, str]]:
    opening = next(iter(member.chunks()), b"")[:4096].split(b"\n", 1)[0]
    delimiter = max(",;\t", key=lambda one: opening.count(one.encode()))
    rows = csv_rows(member, run, delimiter=delimiter)
    first = next(rows, None)
    header = [re.sub(r"[^a-z]", "", name.lower()) for name in (first.values if first else ())]
    old = next((at for at, name in enumerate(header) if name in OLD), None)
    new = next((at for at, name in enumerate(header) if name in NEW), None)
    if old is None or new is None:
        raise LoadError(f"{member.name}: {_WANTED} Its columns are: {', '.join(header)[:300]}.")
    for row in rows:
        if len(row.values) <= max(old, new):
            fault = RecordError("", "wrong number of fields", f"The header has {len(header)}.")
            run.reject(f"{member.name} line {row.line}", fault)
            continue
        for value in _BETWEEN.split(row.values[new].strip()):
            if value:
                yield row.values[old].strip(), value
