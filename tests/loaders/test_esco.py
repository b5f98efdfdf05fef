"""What the ESCO loader makes of the packages that the Commission ships."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, parse

from loaders.base import Reject, Run
from loaders.bundle import write_bundle
from loaders.errors import LoadError
from loaders.esco import LOADER
from loaders.vocabularies.hierarchy import ancestors
from ontology import terms
from ontology.ntriples import Term

GOLDEN = Path(__file__).parent / "golden"
ESCO = "http://data.europa.eu/esco"
NEUTRAL = (
    "broaderRelationsOccPillar.csv",
    "broaderRelationsSkillPillar.csv",
    "occupationSkillRelations.csv",
    "skillSkillRelations.csv",
)


def lines_of(*paths: Path, run: Run | None = None) -> list[str]:
    return [f"{s} {p} {o} ." for s, p, o in LOADER.read(paths, run or Run())]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOLDEN / "esco", tmp_path / "esco"))


def zipped(files: list[Path], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return path


def rewrite(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_the_golden_package_gives_the_golden_triples(package: Path) -> None:
    assert lines_of(package) == (GOLDEN / "esco.nt").read_text().splitlines()


def test_two_zips_as_v1_1_ships_them_give_the_same_triples(package: Path, tmp_path: Path) -> None:
    stem = "ESCO dataset - v1.1.1 - classification - "
    neutral = zipped([package / name for name in NEUTRAL], tmp_path / f"{stem} - csv.zip")
    english = zipped(
        [file for file in package.iterdir() if file.name not in NEUTRAL],
        tmp_path / f"{stem}en - csv.zip",
    )
    run = Run()
    found = lines_of(english, neutral, run=run)
    assert found == lines_of(neutral, english)
    assert found == (GOLDEN / "esco.nt").read_text().splitlines()
    assert run.release == "1.1.1"


def test_a_package_as_v1_2_ships_it_gives_the_same_triples(package: Path) -> None:
    for name in NEUTRAL:
        (package / name).rename(package / name.replace(".csv", "_en.csv"))
    # v1.2 states labels in the relation files too.
    file = package / "broaderRelationsOccPillar_en.csv"
    rows = [line.split(",") for line in file.read_text().splitlines()]
    file.write_text("".join(f"{a},{b},label,{c},{d},label\n" for a, b, c, d in rows))
    rewrite(file, "conceptUri,label,", "conceptUri,conceptLabel,")
    shutil.copy(file, package / "broaderRelationsOccPillar_fi.csv")
    (package / "greenShareOcc_en.csv").write_text("conceptType,conceptUri,code\n")
    (package / "dictionary_en.csv").write_text("filename,data header\n")
    run = Run()
    assert lines_of(package, run=run) == (GOLDEN / "esco.nt").read_text().splitlines()
    assert run.counts["relation files passed over: another language repeats them"] == 1
    assert not any("passed over" in kind for kind in run.warnings)


def test_alternative_labels_apart_by_bars_are_told_apart(package: Path) -> None:
    rewrite(package / "occupations_en.csv", '"seaman\nseawoman"', "seaman | seawoman")
    assert lines_of(package) == (GOLDEN / "esco.nt").read_text().splitlines()


def test_what_is_turned_away_says_why(package: Path) -> None:
    rejects: list[Reject] = []
    run = Run(sink=rejects.append)
    lines_of(package, run=run)
    assert Counter(reject.reason for reject in rejects) == {
        "not an IRI": 1,
        "wrong number of fields": 1,
        "broaderUri names a concept that is in no file": 1,
        "broader than itself": 1,
        "occupationUri names a concept that is in no file": 1,
        "unknown kind of relation": 1,
    }
    assert rejects[0].record == "esco/skills_en.csv line 15"
    assert run.counts["skills left out: obsolete"] == 1
    assert run.counts["relations left out: a concept is not released"] == 2


def test_an_obsolete_concept_is_nowhere_in_the_graph(package: Path) -> None:
    assert not [line for line in lines_of(package) if "old-4" in line]


def test_skill_types_come_from_the_skills_and_not_from_the_relations(package: Path) -> None:
    rewrite(package / "occupationSkillRelations.csv", "knowledge", "skill/competence")
    assert lines_of(package) == (GOLDEN / "esco.nt").read_text().splitlines()


def test_no_label_of_a_concept_stands_in_two_roles(package: Path) -> None:
    stated: Counter[tuple[str, str]] = Counter()
    for line in lines_of(package):
        subject, predicate, value = line.split(" ", 2)
        if "Label" in predicate:
            stated[subject, value] += 1
    assert max(stated.values()) == 1


def test_a_concept_that_is_described_twice_is_described_once(package: Path) -> None:
    file = package / "skills_en.csv"
    row = f"KnowledgeSkillCompetence,{ESCO}/skill/sail-3,knowledge,transversal,sails,,,released,,,,,\n"
    file.write_text(file.read_text() + row)
    run = Run()
    found = lines_of(package, run=run)
    assert found == (GOLDEN / "esco.nt").read_text().splitlines()
    assert run.warnings["concept described twice, the first is taken"] == 1


def test_a_cycle_of_broader_concepts_ends_and_is_warned_of(package: Path) -> None:
    file = package / "broaderRelationsSkillPillar.csv"
    row = f"SkillGroup,{ESCO}/skill/group-2,KnowledgeSkillCompetence,{ESCO}/skill/knot-1\n"
    file.write_text(file.read_text() + row)
    run = Run()
    above = [line for line in lines_of(package, run=run) if terms.skos.broaderTransitive in line]
    assert not [line for line in above if line.split()[0] == line.split()[2]]
    assert run.warnings["concept is broader than itself in a cycle"] == 3


concepts = st.sampled_from([Term(f"<http://x/{n}>") for n in range(6)])


@settings(deadline=None)
@given(st.dictionaries(concepts, st.dictionaries(concepts, st.none(), max_size=3), max_size=6))
def test_ancestors_are_all_that_can_be_reached(broader: dict[Term, dict[Term, None]]) -> None:
    reached = {(a, b) for a, above in broader.items() for b in above}
    for _ in range(6):
        reached |= {(a, c) for a, b in reached for x, c in reached if b == x}
    for concept in broader:
        found = ancestors(concept, broader)
        assert len(found) == len(set(found))
        assert set(found) == {b for a, b in reached if a == concept}


@pytest.mark.parametrize(
    ("keep", "message"),
    [
        (("broader", "occupationSkill", "skillSkill"), "relations but no concepts in it"),
        (("skill", "occ", "ISCO"), r"missing\. Give the packages"),
        (("skills_en", "occupations", "skillGroups", "ISCO"), "concepts but no relations in it"),
        (("conceptSchemes",), "no concepts in it"),
        (("readme",), "no ESCO CSV package"),
    ],
)
def test_half_a_package_says_what_is_missing(
    package: Path, keep: tuple[str, ...], message: str
) -> None:
    (package / "readme.txt").write_text("nothing")
    for file in package.iterdir():
        if not file.name.startswith(keep):
            file.unlink()
    with pytest.raises(LoadError, match=message):
        lines_of(package)


def test_an_unknown_language_names_the_file_and_the_languages(package: Path) -> None:
    (package / "skills_fi.csv").rename(package / "skills_xx.csv")
    with pytest.raises(LoadError, match=r"skills_xx\.csv: unknown language 'xx'.* fi .* sv "):
        lines_of(package)


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("skills_en.csv", "reuseLevel"),
        ("occupations_en.csv", "conceptUri"),
        ("occupationSkillRelations.csv", "skillUri"),
        ("broaderRelationsOccPillar.csv", "broaderUri"),
        ("conceptSchemes_en.csv", "hasTopConcept"),
    ],
)
def test_a_missing_column_names_the_file_and_the_columns_there_are(
    package: Path, file: str, column: str
) -> None:
    rewrite(package / file, column, "somethingElse")
    with pytest.raises(LoadError, match=rf"{file}: no column '{column}'\. It has: .*somethingElse"):
        lines_of(package)


def test_an_empty_file_says_so(package: Path) -> None:
    (package / "skills_en.csv").write_text("")
    with pytest.raises(LoadError, match=r"skills_en\.csv: empty"):
        lines_of(package)


def test_files_of_two_releases_are_not_mixed(package: Path, tmp_path: Path) -> None:
    other = tmp_path / "ESCO dataset - v1.1.0 - classification - fi - csv"
    other.mkdir()
    (package / "skills_fi.csv").rename(other / "skills_fi.csv")
    renamed = package.rename(tmp_path / "ESCO dataset - v1.1.1 - classification - en - csv")
    with pytest.raises(LoadError, match=r"Files of several ESCO releases: v1\.1\.0: .*v1\.1\.1"):
        lines_of(renamed, other)


def test_the_release_as_stated_wins_and_a_difference_is_warned_of(
    package: Path, tmp_path: Path
) -> None:
    renamed = package.rename(tmp_path / "ESCO dataset - v1.1.1 - classification - en - csv")
    run = Run(release="v1.2.0")
    lines_of(renamed, run=run)
    assert run.release == "1.2.0"
    assert run.warnings["release as stated is not the one in the files' names"] == 1


def zips(real_data: Path, release: str) -> list[Path]:
    return sorted((real_data / "esco" / release).glob("*.zip"))


@pytest.mark.real_data
def test_the_real_v1_1_1_is_loaded_whole(real_data: Path, tmp_path: Path) -> None:
    made = write_bundle(LOADER, zips(real_data, "v1.1.1"), tmp_path)
    assert made.manifest.release == "1.1.1"
    assert {name: made.manifest.counts[name] for name in made.manifest.counts} == {
        "skills": 13_896,
        "occupations": 3_007,
        "skillGroups": 640,
        "ISCOGroups": 619,
        "concept schemes": 19,
        "broader relations": 20_656 + 3_617 - 8,
        "occupation–skill relations": 123_855 - 67,
        "skill–skill relations": 5_899,
        "rejected": 75,
    }
    assert made.manifest.rejects == {
        "occupationUri names a concept that is in no file": 67,
        "conceptUri names a concept that is in no file": 8,
    }
    assert not made.manifest.warnings
    predicates: Counter[str] = Counter()
    green = 0
    for quad in parse(path=made.quads, format=RdfFormat.N_QUADS):
        predicates[quad.predicate.value] += 1
        green += quad.predicate.value == terms.skos.inScheme and quad.object == NamedNode(
            f"{ESCO}/concept-scheme/green"
        )
    assert green == 570
    assert predicates[terms.esco.skillType] == 13_890
    assert predicates[terms.skos.broader] == 24_265
    assert predicates[terms.skos.prefLabel] == 13_896 + 3_007 + 640 + 619 + 19
    assert predicates[terms.esco.relatedEssentialSkill] == 65_082
    assert predicates[terms.esco.relatedOptionalSkill] == 64_605


@pytest.mark.real_data
def test_the_real_v1_1_0_is_loaded_whole(real_data: Path, tmp_path: Path) -> None:
    made = write_bundle(LOADER, zips(real_data, "v1.1.0"), tmp_path)
    assert made.manifest.release == "1.1.0"
    assert made.manifest.counts["skills"] == 13_891
    assert made.manifest.counts["occupations"] == 3_008
    assert not made.manifest.rejects


@pytest.mark.real_data
def test_one_real_zip_alone_says_which_is_missing(real_data: Path, tmp_path: Path) -> None:
    neutral, english = zips(real_data, "v1.1.1")
    with pytest.raises(LoadError, match="relations but no concepts"):
        write_bundle(LOADER, [neutral], tmp_path)
    with pytest.raises(LoadError, match="concepts but no relations"):
        write_bundle(LOADER, [english], tmp_path)


@pytest.mark.real_data
def test_two_real_releases_at_once_are_refused(real_data: Path, tmp_path: Path) -> None:
    both = zips(real_data, "v1.1.0") + zips(real_data, "v1.1.1")
    with pytest.raises(LoadError, match="several ESCO releases"):
        write_bundle(LOADER, both, tmp_path)
