"""The vocabulary's pages say what the Turtle says, and lead where they say."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from ontology import FOLDER, MODULES
from ontology.iris import BASE, Minter
from ontology.pages import PAGES, render

DOCS = FOLDER.parent / "docs"
WRITTEN = [PAGES / "alignment.md", DOCS / "iris.md"]
_LINK = re.compile(r"\]\((?!<|https?:)([^)#]*)(?:#([^)]*))?\)")


@pytest.mark.parametrize(
    ("path", "text"), render().items(), ids=lambda one: getattr(one, "name", "")
)
def test_a_generated_page_has_not_drifted(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run python -m ontology.pages"


def test_every_module_has_a_page() -> None:
    assert {path.stem for path in render()} == {*MODULES, "README"}


def anchors(path: Path) -> set[str]:
    """Fragments of a page's headings as Markdown renderers make them."""
    found: dict[str, int] = {}
    names = set()
    for heading in re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        times = found.get(anchor, 0)
        found[anchor] = times + 1
        names.add(f"{anchor}-{times}" if times else anchor)
    return names


@pytest.mark.parametrize("path", [*render(), *WRITTEN], ids=lambda path: path.name)
def test_every_link_within_the_project_leads_somewhere(path: Path) -> None:
    broken = []
    for target, fragment in _LINK.findall(path.read_text(encoding="utf-8")):
        file = (path.parent / target).resolve() if target else path
        if not file.is_file() or (fragment and fragment not in anchors(file)):
            broken.append(f"{target}#{fragment}")
    assert broken == []


def test_the_iri_page_tells_of_every_kind_that_is_minted() -> None:
    page = (DOCS / "iris.md").read_text(encoding="utf-8")
    minted = {name for name, _ in inspect.getmembers(Minter, inspect.isfunction) if name[0] != "_"}
    assert set(re.findall(r"\| `(\w+)` \|$", page, re.M)) == minted


def test_the_iri_pages_examples_are_what_is_minted() -> None:
    page = (DOCS / "iris.md").read_text(encoding="utf-8")
    mint = Minter()
    course = mint.course("aalto", "CS-A1110")
    examples = [
        course,
        mint.prerequisite_group(course, 1),
        mint.way_in(course, "openUniversity"),
        mint.offering("aalto", "aalto-CUR-176017-3094534"),
        mint.period("aalto", "2026-2027", "I"),
        mint.credential("oulu", "MC-1"),
        mint.research("doi", "10.1000/182"),
        mint.subject("arxiv", "cs.DB"),
        mint.subject_scheme("arxiv"),
        mint.organisation("020hwjq30"),
        mint.person("orcid", "0000-0002-1825-0097"),
        mint.graph("esco"),
    ]
    assert [iri for iri in examples if f"`{iri.removeprefix(BASE)}`" not in page] == []
