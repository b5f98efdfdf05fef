"""Groups of one ESCO release are replaced by those of their codes, where the codes tell it."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from loaders.base import Reject, Run
from loaders.by_code import RENAMED, as_table, of_package, paired
from loaders.errors import LoadError
from loaders.replacements import read
from tests.loaders.releases import SKILL, release


def told(old: Path, new: Path) -> list[tuple[str, str, str]]:
    """The end of each IRI that is gone, of the one that replaces it, and the note."""
    pairings = paired(of_package(old, Run()), of_package(new, Run()))
    return [
        (
            one.old.iri.removeprefix(SKILL),
            one.new.iri.removeprefix(SKILL) if one.new else "",
            one.note,
        )
        for one in pairings
    ]


def test_a_group_is_replaced_by_the_one_of_its_code(tmp_path: Path) -> None:
    old = release(tmp_path / "old", ("S1", "S1", "handling"), ("kept", "S2", "kept"))
    new = release(tmp_path / "new", ("aaa", "S1", "Handling"), ("kept", "S2", "kept"))
    assert told(old, new) == [("S1", "aaa", "")]


def test_a_code_that_stands_for_several_groups_moves_nothing(tmp_path: Path) -> None:
    twice_before = (("S1", "S1", "handling"), ("other", "S1", "lifting"), ("S2", "S2", "sorting"))
    old = release(tmp_path / "old", *twice_before)
    new = release(tmp_path / "new", ("a", "S1", "handling"), ("b", "S2", "x"), ("c", "S2", "y"))
    several = "several groups have its code"
    assert told(old, new) == [("S1", "", several), ("other", "", several), ("S2", "", several)]


def test_a_code_that_went_to_another_group_moves_nothing(tmp_path: Path) -> None:
    old = release(tmp_path / "old", ("S1", "S1", "handling"), ("moved", "S2", "sorting"))
    new = release(tmp_path / "new", ("moved", "S1", "sorting"))
    assert told(old, new) == [("S1", "", "its code was given to another group of the old release")]


def test_what_has_no_code_or_no_heir_is_told(tmp_path: Path) -> None:
    old = release(
        tmp_path / "old",
        ("S1", "S1", "handling"),
        ("none", "", "nothing"),
        skills=[("went", "", "a skill")],
    )
    new = release(tmp_path / "new", ("none-too", "", "nothing"))
    assert sorted(told(old, new)) == [
        ("S1", "", "no group has its code"),
        ("none", "", "it has no code"),
        ("went", "", "only groups keep their codes"),
    ]


def test_a_group_that_became_a_skill_under_its_iri_is_not_gone(tmp_path: Path) -> None:
    old = release(tmp_path / "old", ("became", "S1", "safety"))
    new = release(tmp_path / "new", ("aaa", "S1", "x"), skills=[("became", "", "safety")])
    assert told(old, new) == []


def test_another_name_is_a_reason_to_look_in_a_language_that_both_have(tmp_path: Path) -> None:
    old = release(tmp_path / "old", ("S1", "S1", "climbing"))
    new = release(tmp_path / "new", ("aaa", "S1", "positioning tools"))
    assert told(old, new) == [("S1", "aaa", RENAMED)]
    finnish = release(tmp_path / "finnish", ("aaa", "S1", "työkalut"), language="fi")
    assert told(old, finnish) == [("S1", "aaa", "")]


def test_two_languages_describe_one_group_and_not_two(tmp_path: Path) -> None:
    old = release(tmp_path / "old", ("S1", "S1", "handling"))
    release(old, ("S1", "S1", "käsittely"), language="fi")
    assert told(old, release(tmp_path / "new", ("aaa", "S1", "handling"))) == [("S1", "aaa", "")]


def test_a_folder_of_two_releases_is_refused(tmp_path: Path) -> None:
    release(tmp_path / "both", ("S1", "S1", "handling"))
    release(tmp_path / "both" / "v2", ("S1", "S1", "handling"))
    with pytest.raises(LoadError, match="one release of ESCO at a time"):
        of_package(tmp_path / "both", Run())


def test_a_package_without_concepts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broaderRelationsSkillPillar.csv").write_text("conceptUri\n")
    with pytest.raises(LoadError, match=r"skillGroups_<language>\.csv and skills"):
        of_package(tmp_path, Run())


def test_a_broken_row_is_turned_away_and_the_rest_is_read(tmp_path: Path) -> None:
    old = release(tmp_path / "old", ("S1", "S1", "handling"))
    with (old / "skillGroups_en.csv").open("a") as stream:
        stream.write("too,few\n")
    rejects: list[Reject] = []
    assert f"{SKILL}S1" in of_package(old, Run(sink=rejects.append))
    assert [(one.record, one.reason) for one in rejects] == [
        ("old/skillGroups_en.csv line 3", "wrong number of fields")
    ]


def test_the_table_says_the_same_as_the_package_and_no_formula(tmp_path: Path) -> None:
    old = release(tmp_path / "old", ("S1", "S1", "=1+1"), ("S2", "S2", "gone"))
    new = of_package(release(tmp_path / "new", ("aaa", "S1", "handling")), Run())
    table = tmp_path / "replacements.csv"
    table.write_text(as_table(paired(of_package(old, Run()), new)), encoding="utf-8")
    assert list(read(table, new, Run())) == list(read(old, new, Run()))
    assert "'=1+1" in table.read_text(encoding="utf-8")


def cells(release: Path, part: str) -> list[dict[str, str]]:
    """The rows of a part of a real package, read without Polku's own reader."""
    (package,) = release.glob("*- en -*.zip")
    before = csv.field_size_limit(1 << 24)
    try:
        with zipfile.ZipFile(package) as archive:
            (name,) = (one for one in archive.namelist() if Path(one).name == f"{part}_en.csv")
            return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
    finally:
        csv.field_size_limit(before)


@pytest.mark.real_data
def test_410_groups_of_v1_1_0_are_replaced_by_their_codes_in_v1_1_1(real_data: Path) -> None:
    older, newer = real_data / "esco" / "v1.1.0", real_data / "esco" / "v1.1.1"
    before = {row["conceptUri"]: row["code"] for row in cells(older, "skillGroups")}
    after = {row["conceptUri"]: row["code"] for row in cells(newer, "skillGroups")}
    skills = {row["conceptUri"] for row in cells(newer, "skills")}
    changed = before.keys() - after.keys()
    assert (len(before), len(changed), len(changed & skills)) == (643, 423, 5)
    pairings = list(paired(of_package(older, Run()), of_package(newer, Run())))
    groups = [one for one in pairings if one.old.part == "skillGroups"]
    assert {one.old.iri for one in groups} == changed - skills
    replaced = {one.old.iri: one.new.iri for one in groups if one.new}
    assert len(replaced) == len(set(replaced.values())) == 410
    assert all(before[old] == after[new] != "" for old, new in replaced.items())
    left = {before[one.old.iri] for one in groups if one.new is None}
    assert len(left) == 8
    assert not left & set(after.values())
    assert sum(one.note == RENAMED for one in groups) == 14
    assert [one.old.label for one in pairings if one not in groups] == ["therapeutic radiographer"]
