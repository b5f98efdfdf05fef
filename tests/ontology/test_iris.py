"""IRIs are minted the same each time, never the same for different things, and always usable."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.iris import Minter, segment
from ontology.ntriples import iri

MINTER = Minter()
PARTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda one: one.strip()
)
TWO_PARTS: list[Callable[[str, str], str]] = [
    MINTER.course,
    MINTER.offering,
    MINTER.research,
    MINTER.subject,
    MINTER.credential,
    MINTER.module,
    MINTER.person,
    MINTER.run,
]
ONE_PART: list[Callable[[str], str]] = [MINTER.organisation, MINTER.decision, MINTER.graph]


@given(PARTS)
def test_a_segment_reads_back_as_what_it_names(text: str) -> None:
    assert unquote(segment(text), errors="strict") == text.strip()


@given(PARTS, PARTS)
def test_different_names_never_share_a_segment(one: str, other: str) -> None:
    assert (segment(one) == segment(other)) == (one.strip() == other.strip())


@given(PARTS)
@pytest.mark.parametrize("mint", ONE_PART, ids=lambda mint: mint.__name__)
def test_one_part_makes_an_iri_with_no_part_that_clients_resolve_away(
    mint: Callable[[str], str], text: str
) -> None:
    check(mint(text), segments=2)


@given(PARTS, PARTS)
@pytest.mark.parametrize("mint", TWO_PARTS, ids=lambda mint: mint.__name__)
def test_two_parts_make_an_iri_with_no_part_that_clients_resolve_away(
    mint: Callable[[str, str], str], one: str, two: str
) -> None:
    check(mint(one, two), segments=3)


def check(minted: str, segments: int) -> None:
    assert str(ox.NamedNode(minted)) == iri(minted)
    path = urlsplit(minted).path.removeprefix("/polku/").split("/")
    assert len(path) == segments
    assert all(part and part.strip(".") for part in path)
    assert minted.isascii()


@given(st.lists(st.tuples(PARTS, PARTS), min_size=2, max_size=2))
@pytest.mark.parametrize("mint", TWO_PARTS, ids=lambda mint: mint.__name__)
def test_different_things_never_share_an_iri(
    mint: Callable[[str, str], str], pairs: list[tuple[str, str]]
) -> None:
    one, other = ((a.strip(), b.strip()) for a, b in pairs)
    assert (mint(*one) == mint(*other)) == (one == other)


@given(PARTS, PARTS)
def test_kinds_of_things_never_share_an_iri(one: str, two: str) -> None:
    minted = [mint(one, two) for mint in TWO_PARTS] + [mint(one) for mint in ONE_PART]
    assert len(set(minted)) == len(minted)


def test_a_slash_in_a_name_does_not_make_two_parts_of_it() -> None:
    assert MINTER.research("doi", "10.1000/182") != MINTER.research("doi/10.1000", "182")
    assert MINTER.research("doi", "10.1000/182").endswith("/research/doi/10.1000%2F182")


@pytest.mark.parametrize("dots", [".", ".."])
def test_a_name_of_dots_is_encoded(dots: str) -> None:
    assert segment(dots) == "%2E" * len(dots)
    assert unquote(segment(dots)) == dots


@pytest.mark.parametrize("empty", ["", " ", "\t\n", "\u00a0"])
def test_no_iri_is_minted_of_nothing(empty: str) -> None:
    with pytest.raises(ValueError, match="every part"):
        MINTER.course("aalto", empty)
    with pytest.raises(ValueError, match="every part"):
        MINTER.course(empty, "CS-A1110")


@given(PARTS, PARTS, PARTS)
def test_a_claim_is_known_by_thing_skill_and_relation_in_their_order(
    one: str, two: str, three: str
) -> None:
    minted = MINTER.claim(one, two, three)
    assert minted == Minter().claim(one, two, three)
    assert (minted == MINTER.claim(two, one, three)) == (one == two)
    assert len(minted.rsplit("/", 1)[1]) == 24


def test_an_installation_mints_below_its_own_base() -> None:
    assert Minter("https://example.org/p/").graph("esco") == "https://example.org/p/graph/esco"


def test_parts_of_a_course_hang_below_it() -> None:
    course = MINTER.course("aalto", "CS-A1110")
    assert MINTER.prerequisite_group(course, 1) == f"{course}/prerequisite/1"
    assert MINTER.way_in(course, "openUniversity") == f"{course}/way-in/openUniversity"
