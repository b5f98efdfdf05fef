"""Which concepts of an earlier ESCO release have been replaced by which: what claims move along.

Three forms are read, told apart by what is in the file:

- a table (CSV) with a column of old IRIs and one of new ones, as delta reports have them;
- RDF with ``dcterms:isReplacedBy``;
- the earlier release's own package: groups keep their codes from release to release while their
  IRIs change, so that a group is replaced by the one of its code. Skills have no codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from loaders.base import Run
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

GROUPS: Final = ("skillGroups", "ISCOGroups")
"""Parts of a package whose concepts have codes that last."""

_PART: Final = re.compile(r"(?P<part>skillGroups|ISCOGroups)(?:_[A-Za-z-]+)?\.csv\Z", re.I)
_RDF_SUFFIXES: Final = (".ttl", ".turtle", ".nt", ".nq", ".trig", ".rdf", ".owl", ".xml", ".jsonld")
_BETWEEN: Final = re.compile(r"[\s,;|]+")


def read(file: Path, codes: Mapping[tuple[str, str], str], run: Run) -> Iterator[tuple[str, str]]:
    """Pairs of an old IRI and the one that replaces it, in the file's order.

    ``codes``: part and code of each group of the release that is being loaded → its IRI.
    Raises: LoadError if the file is none of the three forms.
    """
    found = list(members([file], Run()))
    parts = [(match["part"].lower(), one) for one in found if (match := _PART.search(one.stem))]
    if parts:
        for part, member in parts:
            yield from _by_code(part, member, codes, run)
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
    part: str, member: Member, codes: Mapping[tuple[str, str], str], run: Run
) -> Iterator[tuple[str, str]]:
    rows = csv_rows(member, run)
    first = next(rows, None)
    header = [name.strip() for name in (first.values if first else ())]
    if not {"conceptUri", "code"} <= set(header):
        raise LoadError(f"{member.name}: no column conceptUri or code. {_WANTED}")
    concept, code = header.index("conceptUri"), header.index("code")
    for row in rows:
        if len(row.values) != len(header):
            fault = RecordError("", "wrong number of fields", f"The header has {len(header)}.")
            run.reject(f"{member.name} line {row.line}", fault)
            continue
        old, new = row.values[concept], codes.get((part, row.values[code].strip()))
        if new is not None and new != old:
            yield old, new


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
