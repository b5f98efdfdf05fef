"""Which concepts are replaced by which, in the three forms in which people have it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from loaders.base import Run
from loaders.by_code import Concept
from loaders.errors import LoadError
from loaders.esco import LOADER
from loaders.replacements import read
from ontology import terms

GOLDEN = Path(__file__).parent / "golden" / "esco"
OLD, NEW = "http://data.europa.eu/esco/skill/old", "http://data.europa.eu/esco/skill/new"


def pairs(file: Path, *concepts: Concept, run: Run | None = None) -> list[tuple[str, str]]:
    return list(read(file, {one.iri: one for one in concepts}, run or Run()))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("names", [("oldUri", "newUri"), ("Concept URI", "Replaced by")])
def test_a_table_says_it_in_two_columns(
    tmp_path: Path, delimiter: str, names: tuple[str, str]
) -> None:
    file = tmp_path / "delta.csv"
    rows = [(names[0], "note", names[1]), (OLD, "x", NEW), (NEW, "still there", "")]
    file.write_text("".join(delimiter.join(row) + "\n" for row in rows))
    assert pairs(file) == [(OLD, NEW)]


def test_rdf_says_it_with_is_replaced_by(tmp_path: Path) -> None:
    file = tmp_path / "delta.nt"
    file.write_text(f"<{OLD}> <{terms.dcterms.isReplacedBy}> <{NEW}> .\n<{OLD}> <a:p> <{NEW}> .\n")
    assert pairs(file) == [(OLD, NEW)]


def test_an_earlier_package_says_it_by_the_codes_of_groups(tmp_path: Path) -> None:
    went, kept = f"{OLD}-went", f"{NEW}-kept"
    (tmp_path / "skillGroups_en.csv").write_text(
        "conceptUri,preferredLabel,code\n"
        f"{OLD},a group,S1.2\n{kept},unchanged,S1.3\n{went},gone,S1.4\n"
    )
    run = Run()
    now = [Concept(NEW, "skillGroups", "S1.2", {"en": "b"}), Concept(kept, "skillGroups", "S1.3")]
    assert pairs(tmp_path, *now, run=run) == [(OLD, NEW)]
    assert run.examples == {
        "group of the earlier release has another name now": ["S1.2 a group: b"],
        "group of the earlier release is replaced by none": ["S1.4 gone: no group has its code"],
    }


def test_a_file_that_says_nothing_of_it_is_refused_with_what_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "delta.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(LoadError, match="oldUri"):
        pairs(file)


def test_only_what_is_gone_is_replaced_and_only_by_what_is_there(tmp_path: Path) -> None:
    package = Path(shutil.copytree(GOLDEN, tmp_path / "esco"))
    loaded = [s[1:-1] for s, p, o in LOADER.read([package], Run()) if o == f"<{terms.esco.Skill}>"]
    there, other = loaded[0], loaded[1]
    file = tmp_path / "delta.csv"
    file.write_text(f"oldUri,newUri\n{OLD},{there}\n{other},{there}\n{NEW},{OLD}\n")
    run = Run(options={"replacements": str(file)})
    stated = f"<{terms.dcterms.isReplacedBy}>"
    found = [(s, o) for s, p, o in LOADER.read([package], run) if p == stated]
    assert found == [(f"<{OLD}>", f"<{there}>")]
    assert run.counts["replacements"] == 1
    assert sum(kind.startswith("replace") for kind in run.warnings) == 2
