"""What the index reads of a graph, and what it keeps of it."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest

from app.graph.embedded import EmbeddedGraph
from app.paths import codes, index
from app.paths.model import Course, PrerequisiteGroup, Status
from app.paths.remembered import FILE
from ontology import terms
from tests.paths.catalogue import course, skill


def test_courses_carry_what_the_graph_states(network: EmbeddedGraph) -> None:
    facts = index.read(network)
    one = facts.courses[course("CS-2")]
    assert (one.code, one.university, one.ects, one.level) == ("CS-2", "aalto", 500, "basic")
    assert one.languages == {"en"}
    assert [(e.skill, e.confidence, e.status) for e in one.develops] == [
        (skill("databases"), 1.0, Status.ACCEPTED),
        (skill("sql"), 0.8, Status.SUGGESTED),
        (skill("use-databases"), 0.6, Status.SUGGESTED),
    ]
    assert one.offerings[0].start == date(2025, 10, 20)
    assert one.substitutes == (course("CS-5"),)
    assert facts.threshold == 0.4
    assert facts.occupations == 3
    assert facts.skills[skill("statistics")].demand == 3


def test_unknown_members_of_a_group_are_dropped_and_counted(network: EmbeddedGraph) -> None:
    facts = index.read(network)
    (group,) = facts.courses[course("CS-3")].groups
    assert (group.members, group.unknown, group.compulsory) == ((course("CS-1"),), 1, False)
    whats = {what: count for what, count, _ in facts.notes}
    assert whats["prerequisite that is no known course"] == 2
    assert whats["prerequisite group with no known course, not binding"] == 1


def test_what_was_read_is_kept_and_read_again_to_the_same_facts(
    network: EmbeddedGraph, folder: Path
) -> None:
    first = index.read(network, folder)
    assert (folder / FILE).exists()
    assert index.read(network, folder) == first == index.read(network)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"content": "other", "touched": [], "rows": {}}']
)
def test_a_kept_index_that_cannot_be_used_is_read_anew(
    network: EmbeddedGraph, folder: Path, content: bytes
) -> None:
    folder.mkdir()
    (folder / FILE).write_bytes(content)
    assert index.read(network, folder) == index.read(network)


def test_a_folder_that_cannot_be_written_to_is_no_harm(
    network: EmbeddedGraph, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with caplog.at_level(logging.WARNING):
        assert index.read(network, blocked).courses
    assert "path index not kept" in caplog.messages


@pytest.mark.parametrize(
    ("status", "stated", "decided", "sure"),
    [
        (terms.Suggested, "0.36", False, 0.36),
        (terms.Suggested, None, False, 0.0),
        (terms.Suggested, "nan", False, 0.0),
        (terms.Suggested, "7", False, 0.0),
        (terms.Accepted, None, False, 1.0),
        (terms.Accepted, "0.8", False, 0.8),
        (terms.Suggested, "0.36", True, 1.0),
    ],
)
def test_confidence_follows_who_said_it(
    status: str, stated: str | None, decided: bool, sure: float
) -> None:
    assert index.confidence(status, stated, decided=decided) == sure


def test_only_courses_in_a_cycle_are_never_reached() -> None:
    def asks(name: str, *members: str) -> Course:
        groups = (PrerequisiteGroup("g", members, compulsory=True),) if members else ()
        return Course(name, name, "aalto", 500, groups=groups)

    courses = [asks("a"), asks("b", "a", "c"), asks("c", "d"), asks("d", "c"), asks("e", "d")]
    assert index.never(courses) == ["c", "d", "e"]


def test_codes_are_the_notations_of_the_vocabulary() -> None:
    notations: dict[str, str] = {}
    for file in (Path(index.__file__).parents[2] / "ontology").glob("*.ttl"):
        name = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("polku:"):
                name = line.split()[0].removeprefix("polku:")
            elif 'skos:notation "' in line:
                notations[name] = line.split('"')[1]
    for table in (codes.LEVELS, codes.KINDS, codes.MODES, codes.AUDIENCES, codes.WORK_TYPES):
        for iri, code in table.items():
            assert notations[iri.rsplit("#", 1)[-1]] == code
    for iri, step in codes.SKILL_LEVELS.items():
        assert notations[iri.rsplit("#", 1)[-1]] == str(step)
    assert codes.WHO.keys() == set(codes.AUDIENCES.values())
