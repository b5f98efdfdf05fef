"""Sample data: a small graph for a first look, built without any input.

Publisher: the project itself; parts of ESCO and ISCED-F, the European Commission; of YSO, the
National Library of Finland. Licence: Apache-2.0; the vocabularies' parts, theirs. Format: the official forms of its sources, so that the
same loaders read it; ``README.md`` beside says what it holds.
Named graphs: ``graph/sample-esco``, ``graph/sample-isced``, ``graph/sample-yso``,
``graph/sample``, ``graph/sample-works``; each of them says ``polku:sample true``.

Known gaps: labels of ESCO and ISCED-F in English alone; courses, works, units and people are invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from loaders import esco, isced, openalex, table, yso
from loaders.base import Loader, Run
from loaders.bundle import Bundle, write_bundle
from loaders.errors import LoadError
from loaders.files import csv_rows, member
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import Triple, boolean, iri

FOLDER: Final = Path(__file__).parent

_LICENCE: Final = "https://www.apache.org/licenses/LICENSE-2.0"
_TABLES: Final = ("periods.csv", "courses.csv", "offerings.csv", "ways-in.csv", "credentials.csv")
_WORKS: Final = ("works.jsonl", "skills.csv", "subjects.csv")

Read = Callable[[Sequence[Path], Run], Iterator[Triple]]


def _marked(name: str, read: Read) -> Read:
    """The same reading, whose graph says that it is a sample."""

    def marked(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
        yield iri(run.iris.graph(name)), iri(terms.sample), boolean(True)
        yield from read(paths, run)

    return marked


def _works(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Works as OpenAlex gives them; their skills and subjects, which tables beside state."""
    works, skills, subjects = paths
    yield from openalex.read([works], run)
    for work, skill in _pairs(skills, run):
        yield from _stated(run.iris, work, skill)
        run.counts["skills stated"] += 1
    for work, concept in _pairs(subjects, run):
        yield iri(work), iri(terms.dcterms.subject), iri(concept)
        run.counts["subjects stated"] += 1


def _pairs(file: Path, run: Run) -> Iterator[tuple[str, str]]:
    """The works of a table, and what each row says of one."""
    for row in csv_rows(member(file, run), run):
        if row.line > 1:
            doi, value, _ = row.values
            yield run.iris.research("doi", doi), value


def _stated(iris: Minter, work: str, skill: str) -> Iterator[Triple]:
    """A skill that a work is stated to study: the plain triple, and the claim, accepted."""
    claim = iri(iris.claim(work, skill, terms.studies))
    yield iri(work), iri(terms.studies), iri(skill)
    yield claim, iri(terms.rdf.type), iri(terms.Claim)
    yield claim, iri(terms.about), iri(work)
    yield claim, iri(terms.skill), iri(skill)
    yield claim, iri(terms.relation), iri(terms.studies)
    yield claim, iri(terms.status), iri(terms.Accepted)


ESCO: Final[Loader] = replace(
    esco.LOADER,
    title="Sample: a part of ESCO v1.1.1",
    read=_marked("sample-esco", esco.LOADER.read),
)
ISCED: Final[Loader] = replace(
    isced.LOADER,
    title="Sample: a part of ISCED-F 2013",
    read=_marked("sample-isced", isced.LOADER.read),
)
YSO: Final[Loader] = replace(
    yso.LOADER,
    title="Sample: a part of YSO",
    read=_marked("sample-yso", yso.LOADER.read),
)
COURSES: Final[Loader] = replace(
    table.LOADER,
    title="Sample: invented courses and micro-credentials of four universities",
    publisher="Polku",
    licence=_LICENCE,
    read=_marked("sample", table.LOADER.read),
)
WORKS: Final[Loader] = replace(
    openalex.LOADER,
    title="Sample: invented research outputs",
    publisher="Polku",
    licence=_LICENCE,
    read=_marked("sample-works", _works),
)


def bundles(folder: Path, iris: Minter) -> list[Bundle]:
    """The bundles of the sample, each written below ``folder/<source>``.

    Raises: LoadError if they cannot be written.
    """
    concepts = _bundle(ESCO, "sample-esco", [FOLDER / "esco"], folder, iris, release="1.1.1")
    courses = _bundle(
        COURSES,
        "sample",
        [FOLDER / "courses" / name for name in _TABLES],
        folder,
        iris,
        mapping=str(FOLDER / "courses" / "mapping.yaml"),
        # The tables name skills by label, as a planner would.
        skills=str(concepts.quads),
    )
    works = [FOLDER / "works" / name for name in _WORKS]
    vocabularies = FOLDER / "vocabularies"
    return [
        concepts,
        _bundle(ISCED, "sample-isced", [vocabularies / "isced"], folder, iris),
        _bundle(YSO, "sample-yso", [vocabularies / "yso"], folder, iris),
        courses,
        _bundle(WORKS, "sample-works", works, folder, iris),
    ]


def _bundle(
    loader: Loader,
    name: str,
    paths: Sequence[Path],
    folder: Path,
    iris: Minter,
    release: str = "",
    **options: str,
) -> Bundle:
    bundle = write_bundle(
        loader,
        paths,
        folder / name,
        iris=iris,
        release=release,
        options={"name": name, **options},
        max_rejects=0,
    )
    if bundle.manifest.warnings:
        raise LoadError(f"The sample {name!r} is not sound: {', '.join(bundle.manifest.warnings)}.")
    return bundle
