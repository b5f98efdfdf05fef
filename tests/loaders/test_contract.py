"""What every loader promises, whatever its source: tried on each one's golden input."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse

from app.graph.check import findings
from loaders import registry
from loaders.base import Reject, Run
from loaders.bundle import MANIFEST, QUADS, REJECTS, Bundle, write_bundle
from loaders.errors import LoadError
from ontology import terms
from tests.loaders.loading import (
    GOLDEN,
    bytes_below,
    copied,
    golden_inputs,
    golden_lines,
    options,
    single_files,
)

ROOT = Path(registry.__file__).parents[1]
EVERY = pytest.mark.parametrize("name", registry.names())

THINGS = {
    terms.Course,
    terms.MicroCredential,
    terms.ResearchOutput,
    terms.esco.Skill,
    terms.esco.Occupation,
}


def bundle(name: str, folder: Path) -> Bundle:
    return write_bundle(registry.loader(name), golden_inputs(name), folder, options=options(name))


def quads(made: Bundle) -> Iterator[Quad]:
    for quad in parse(path=made.quads, format=RdfFormat.N_QUADS):
        assert isinstance(quad, Quad)
        yield quad


def test_no_loader_is_imported_before_it_is_asked_for() -> None:
    script = (
        "import sys\nfrom loaders import registry\nregistry.names()\n"
        "print([m for m in sys.modules if m in map(registry.module, registry.names())])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_an_unknown_source_is_told_the_known_ones() -> None:
    with pytest.raises(LoadError, match=r"Unknown source 'esko'\. Known: aalto, arxiv, .*esco"):
        registry.loader("esko")


@EVERY
def test_a_loader_has_its_name_and_a_data_sheet(name: str) -> None:
    loader = registry.loader(name)
    assert loader.name == name
    assert loader.title
    sheet = sys.modules[registry.module(name)].__doc__ or ""
    for fact in ("Publisher", "icence", "Format", f"graph/{name}", "Known gaps"):
        assert fact in sheet or (fact == "icence" and "Reuse" in sheet), fact


@EVERY
def test_a_reload_in_another_process_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from tests.loaders.test_contract import bundle\n"
        "bundle(sys.argv[1], Path(sys.argv[2]))\n"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", script, name, tmp_path / seed],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
    made = bundle(name, tmp_path / "here")
    here = bytes_below(tmp_path / "here")
    assert set(here) == {f"{made.id}/{file}" for file in (QUADS, REJECTS, MANIFEST)}
    assert bytes_below(tmp_path / "1") == bytes_below(tmp_path / "2") == here


@EVERY
def test_the_golden_input_gives_the_golden_triples(name: str) -> None:
    file = GOLDEN / f"{name}.nt"
    assert file.is_file(), f"Write it: python -m tests.loaders.write_golden {name}"
    assert golden_lines(name, Run()) == file.read_text(encoding="utf-8").splitlines()


@EVERY
def test_every_line_of_a_bundle_is_a_quad_of_the_source_s_graph(name: str, tmp_path: Path) -> None:
    made = bundle(name, tmp_path)
    graphs = Counter(quad.graph_name for quad in quads(made))
    assert graphs == {NamedNode(made.manifest.graph): made.manifest.quads}


@EVERY
def test_no_loader_makes_blank_nodes(name: str, tmp_path: Path) -> None:
    for quad in quads(bundle(name, tmp_path)):
        assert not isinstance(quad.subject, BlankNode)
        assert not isinstance(quad.object, BlankNode)


@EVERY
def test_every_thing_has_exactly_one_entity(name: str, tmp_path: Path) -> None:
    things, entities = set(), Counter[object]()
    for quad in quads(bundle(name, tmp_path)):
        if quad.predicate.value == terms.rdf.type and isinstance(quad.object, NamedNode):
            if quad.object.value in THINGS:
                things.add(quad.subject)
        elif quad.predicate.value == terms.entity:
            entities[quad.subject] += 1
    assert {thing: entities[thing] for thing in things} == dict.fromkeys(things, 1)


@EVERY
def test_every_property_is_in_the_ontology(name: str, tmp_path: Path) -> None:
    known = {value for value in vars(terms).values() if isinstance(value, str)}
    for prefix in vars(terms).values():
        if isinstance(prefix, type):
            known |= {value for value in vars(prefix).values() if isinstance(value, str)}
    used = {quad.predicate.value for quad in quads(bundle(name, tmp_path))}
    lists = {terms.rdf.type.replace("type", part) for part in ("first", "rest")}
    assert used - known - (lists if name == "rdf" else set()) == set()


@EVERY
def test_no_text_is_empty_or_has_no_place_in_a_form(name: str, tmp_path: Path) -> None:
    for quad in quads(bundle(name, tmp_path)):
        if isinstance(quad.object, Literal):
            assert quad.object.value.strip(), quad


@EVERY
def test_the_golden_input_breaks_no_shape(name: str, tmp_path: Path) -> None:
    made = bundle(name, tmp_path)
    store = Store()
    store.bulk_load(path=made.quads, format=RdfFormat.N_QUADS)
    # ESCO is loaded before all else: what is stated to be a skill is one.
    a, skill = NamedNode(terms.rdf.type), NamedNode(terms.esco.Skill)
    for relation in (terms.develops, terms.requires, terms.studies, terms.certifies):
        for quad in list(store.quads_for_pattern(None, NamedNode(relation), None)):
            assert isinstance(quad.object, NamedNode)
            store.add(Quad(quad.object, a, skill, NamedNode("http://example.org/esco")))
    found = findings(store, made.manifest.graphs)
    assert [finding for finding in found if finding.severity == "Violation"] == []


def read_all(name: str, paths: list[Path]) -> tuple[int, list[Reject]]:
    """How many triples came, and the rejects; a LoadError is an answer, anything else a fault."""
    rejects: list[Reject] = []
    run = Run(sink=rejects.append, options=options(name))
    try:
        return sum(1 for _ in registry.loader(name).read(paths, run)), rejects
    except LoadError as error:
        assert str(error)
        return 0, rejects


@EVERY
@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\0" * 1000, b"{", b"<", b"a,b\n1\n", b"\xff\xfea\0"]
)
def test_an_input_that_is_none_of_its_kind_is_told_or_rejected(
    name: str, data: bytes, tmp_path: Path
) -> None:
    for file in single_files(copied(name, tmp_path / "count")):
        paths = copied(name, tmp_path / "in")
        spoilt = next(f for f in single_files(paths) if f.name == file.name)
        spoilt.write_bytes(data)
        read_all(name, paths)


@EVERY
def test_an_input_of_nothing_loads_nothing(name: str, tmp_path: Path) -> None:
    paths = copied(name, tmp_path / "in")
    for file in single_files(paths):
        file.write_bytes(b"")
    with pytest.raises(LoadError):
        write_bundle(registry.loader(name), paths, tmp_path / "out", options=options(name))
    assert not list((tmp_path / "out").glob("*"))


@EVERY
@pytest.mark.parametrize("path", ["missing", "empty folder"])
def test_a_path_that_holds_nothing_says_so(name: str, path: str, tmp_path: Path) -> None:
    if path == "empty folder":
        (tmp_path / path).mkdir()
    with pytest.raises(LoadError, match=path):
        list(registry.loader(name).read([tmp_path / path], Run(options=options(name))))


def grown(name: str, folder: Path, times: int) -> list[Path]:
    """The golden input with the records of its files ``times`` over."""
    paths = copied(name, folder)
    for file in single_files(paths):
        lines = file.read_bytes().splitlines(keepends=True)
        if file.suffix in (".jsonl", ".nt", ".nq"):
            file.write_bytes(b"".join(lines) * times)
        elif file.suffix == ".csv":
            file.write_bytes(lines[0] + b"".join(lines[1:]) * times)
    return paths


def peak(name: str, paths: list[Path]) -> int:
    tracemalloc.start()
    try:
        read_all_quietly(name, paths)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def read_all_quietly(name: str, paths: list[Path]) -> None:
    for _ in registry.loader(name).read(paths, Run(options=options(name))):
        pass


@EVERY
def test_memory_does_not_grow_with_the_number_of_records(name: str, tmp_path: Path) -> None:
    # A loader may remember a name of each record, never the record.
    few, many = grown(name, tmp_path / "few", 20), grown(name, tmp_path / "many", 400)
    read_all_quietly(name, few)
    assert peak(name, many) < peak(name, few) + (8 << 20)
