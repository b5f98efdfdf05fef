"""What changed from one generation to another, held against a comparison of plain sets."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from app.cli import polku
from app.errors import NotFound
from app.graph import lines
from app.graph.diff import CHANGES, Groups, compare, diff
from app.graph.embedded import open_store
from app.graph.generations import Generation, current
from app.graph.kinds import kind
from app.graph.lines import by_subject, differing
from app.graph.publish import publish
from app.graph.writer import Writer
from ontology import terms
from ontology.ntriples import Triple, iri, text
from tests.graph.bundles import COURSE, IRIS, SKILL, bundle_of, labels, quads_bundle, suggestion

TYPE = ox.NamedNode(terms.rdf.type)
GRAPHS = ("", "https://e.org/graph/a", "https://e.org/graph/b")

_subjects = st.sampled_from(
    [*(ox.NamedNode(f"https://e.org/{name}") for name in "abcd"), ox.BlankNode("b0")]
)
_statements = st.one_of(
    st.tuples(
        _subjects,
        st.just(TYPE),
        st.sampled_from(
            [ox.NamedNode(c) for c in (terms.Course, terms.esco.Skill, terms.skos.Concept)]
        ),
    ),
    st.tuples(
        _subjects,
        st.sampled_from([ox.NamedNode(terms.dcterms.title), ox.NamedNode("https://e.org/p")]),
        st.one_of(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=4).map(ox.Literal),
            _subjects,
        ),
    ),
)
_worlds = st.lists(st.tuples(_statements, st.sampled_from(GRAPHS)), max_size=12)


def store_of(world: Any) -> ox.Store:
    store = ox.Store()
    for (subject, prop, value), graph in world:
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        store.add(ox.Quad(subject, prop, value, name))
    return store


def counts(groups: Groups) -> Counter[tuple[str, str, str]]:
    """Graph, class and change → how many things."""
    return Counter(
        {
            (*key, change): group[change].count
            for key, group in groups.items()
            for change in CHANGES
            if group[change].count
        }
    )


def by_sets(old: ox.Store, new: ox.Store) -> Counter[tuple[str, str, str]]:
    """The same, counted from plain sets of quads."""

    def what(store: ox.Store, subject: Any) -> str:
        return kind(
            str(one.object.value)
            for one in store
            if one.subject == subject
            and one.predicate == TYPE
            and isinstance(one.object, ox.NamedNode)
        )

    found: Counter[tuple[str, str, str]] = Counter()
    for graph in GRAPHS:
        said: dict[Any, tuple[set[Any], set[Any]]] = defaultdict(lambda: (set(), set()))
        for side, store in enumerate((old, new)):
            for quad in store:
                name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
                if name == graph:
                    said[quad.subject][side].add((quad.predicate, quad.object))
        for subject, (before, after) in said.items():
            if before != after:
                change = "changed" if before and after else "added" if after else "removed"
                found[graph, what(new, subject) or what(old, subject), change] += 1
    return found


@given(_worlds, _worlds, st.sampled_from([1, 3, lines.PART]))
def test_what_changed_is_what_sets_of_quads_say(before: Any, after: Any, part: int) -> None:
    old, new = store_of(before), store_of(after)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "PART", part)
        groups = compare(old, new, GRAPHS, limit=100)
    assert counts(groups) == by_sets(old, new)
    for group in groups.values():
        for change in CHANGES:
            named = [thing.iri for thing in group[change].things]
            assert named == sorted(named)
            assert len(named) == group[change].count
        for thing in group["changed"].things:
            assert thing.properties
            for one in thing.properties:
                assert not set(one.removed) & set(one.added)


@given(_worlds)
def test_a_graph_does_not_differ_from_itself(world: Any) -> None:
    assert compare(store_of(world), store_of(list(reversed(world))), GRAPHS) == {}


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=30),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=30),
    st.sampled_from([1, 4, 1000]),
)
def test_lines_that_differ_are_found_in_parts_of_any_size(
    before: list[tuple[int, int]], after: list[tuple[int, int]], part: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "PART", part)
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            files = []
            for name, said in (("old", before), ("new", after)):
                files.append(Path(folder) / name)
                files[-1].write_text("".join(f"<s{s}> <p> <o{o}> .\n" for s, o in said))
            found = {
                one.subject: (set(one.old), set(one.new))
                for one in by_subject(*differing(files[0], files[1]))
            }
    expected = {
        f"<s{subject}>".encode(): (
            {
                f"<s{s}> <p> <o{o}> .\n".encode()
                for s, o in set(before) - set(after)
                if s == subject
            },
            {
                f"<s{s}> <p> <o{o}> .\n".encode()
                for s, o in set(after) - set(before)
                if s == subject
            },
        )
        for subject, _ in set(before) ^ set(after)
    }
    assert found == expected


def course(code: str, title: str) -> list[Triple]:
    subject = iri(IRIS.course("aalto", code))
    return [
        (subject, iri(terms.rdf.type), iri(terms.Course)),
        (subject, iri(terms.code), text(code)),
        (subject, iri(terms.dcterms.title), text(title, "en")),
    ]


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, str, str]:
    """A data folder in which a catalogue was loaded twice, and its two generations."""
    first = publish(
        tmp_path,
        {"aalto": bundle_of(tmp_path, "aalto", [*course("A", "Algebra"), *course("B", "Logic")])},
        checked=False,
    )
    second = publish(
        tmp_path,
        {"aalto": bundle_of(tmp_path, "aalto", [*course("A", "Algebra 1"), *course("C", "Sets")])},
        checked=False,
    )
    return tmp_path, first.id, second.id


def answered(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(polku, ["diff", *arguments, "--data", str(data)])


def test_the_command_names_what_changed_and_in_what(two: tuple[Path, str, str]) -> None:
    data, old, new = two
    result = answered(data, old, new)
    assert result.exit_code == 0, result.output
    for said in ("aalto", "course", "C Sets", "B Logic", "Algebra → Algebra 1"):
        assert said in result.stdout
    assert "registry" not in result.stdout


def test_the_answer_as_json_says_the_same(two: tuple[Path, str, str]) -> None:
    data, old, new = two
    answer = json.loads(answered(data, old, new, "--json").stdout)
    assert answer["total"] == {"added": 1, "changed": 1, "removed": 1}
    (group,) = answer["groups"]
    assert (group["graph"], group["name"]) == (IRIS.graph("aalto"), "course")
    (changed,) = group["changed"]["things"]
    assert changed["iri"] == IRIS.course("aalto", "A")
    assert changed["properties"] == [
        {
            "property": terms.dcterms.title,
            "removed": ['"Algebra"@en'],
            "added": ['"Algebra 1"@en'],
        }
    ]


def test_backwards_what_was_added_was_removed(two: tuple[Path, str, str]) -> None:
    data, old, new = two
    answer = json.loads(answered(data, new, old, "--json").stdout)
    assert answer["groups"][0]["added"]["things"][0]["label"] == "B Logic"


def test_no_more_things_are_named_than_asked_for_and_all_are_counted(tmp_path: Path) -> None:
    first = publish(tmp_path, {"aalto": bundle_of(tmp_path, "aalto", labels(2))}, checked=False)
    second = publish(tmp_path, {"aalto": bundle_of(tmp_path, "aalto", labels(9))}, checked=False)
    ((_, group),) = diff(first, second, limit=3).groups.items()
    assert group["added"].count == 7
    assert [one.iri for one in group["added"].things] == [f"https://example.org/{n}" for n in "234"]
    shown = answered(tmp_path, first.id, second.id, "--limit", "3")
    assert "and 4 more added" in shown.stdout


def test_what_people_write_and_decide_shows_as_well(tmp_path: Path) -> None:
    first = publish(tmp_path, {"tags": quads_bundle(tmp_path, "tags", suggestion())}, checked=False)
    update = "INSERT DATA { GRAPH <https://e.org/mine> { <https://e.org/s> <https://e.org/p> 1 } }"
    Writer(tmp_path).edit([{"kind": "update", "text": update}])
    second = current(tmp_path)
    assert second is not None
    groups = diff(first, second).groups
    assert list(groups) == [("https://e.org/mine", "")]


def test_after_decisions_only_graphs_with_claims_are_read_and_nothing_is_missed(
    tmp_path: Path,
) -> None:
    courses = bundle_of(tmp_path, "x", course("CS-A1110", "Programming"))
    skill = (iri(SKILL), iri(terms.rdf.type), iri(terms.esco.Skill))
    skills = bundle_of(tmp_path, "skills", [skill])
    tags = quads_bundle(tmp_path, "tags", suggestion())
    publish(tmp_path, {"x": courses, "skills": skills, "tags": tags}, checked=False)

    def decided(verdict: str) -> Generation:
        edit = {"kind": "decide", "about": COURSE, "skill": SKILL, "role": "curator"}
        _, (outcome,) = Writer(tmp_path).edit([{**edit, "verdict": verdict}])
        assert outcome.error is None
        generation = current(tmp_path)
        assert generation is not None
        return generation

    first, second = decided("accept"), decided("reject")
    stages: list[str] = []
    groups = diff(first, second, stage=stages.append).groups
    stores = open_store(first), open_store(second)
    all_of_them = [IRIS.graph(name) for name in ("x", "skills", "claims", "links", "decisions")]
    assert groups == compare(*stores, all_of_them) and groups
    assert not [one for one in stages if "Comparing x " in one or "skills" in one]
    assert "Comparing claims (2 of 4)" in stages


def test_a_claim_is_named_by_what_it_says(tmp_path: Path) -> None:
    first = publish(
        tmp_path, {"x": bundle_of(tmp_path, "x", course("CS-A1110", "Programming"))}, checked=False
    )
    second = publish(
        tmp_path, {"tags": quads_bundle(tmp_path, "tags", suggestion())}, checked=False
    )
    groups = diff(first, second).groups
    (claim,) = groups[IRIS.graph("claims"), terms.Claim]["added"].things
    assert claim.label.startswith("CS-A1110 Programming develops http://data.europa.eu/esco/skill/")
    (linked,) = groups[IRIS.graph("links"), terms.Course]["added"].things
    assert linked.iri == COURSE


def test_a_generation_or_graph_that_is_not_there_is_refused_with_what_is(
    two: tuple[Path, str, str],
) -> None:
    data, old, new = two
    result = answered(data, old, "000009-abcdef")
    assert isinstance(result.exception, NotFound)
    assert old in str(result.exception)
    other = answered(data, old, new, "--graph", "https://e.org/none")
    assert isinstance(other.exception, NotFound)
    assert IRIS.graph("aalto") in str(other.exception)
