"""Identifiers are known in any dress, and what is none is not taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from loaders.identifiers import doi, orcid, ror, web_address
from loaders.once import Once
from ontology.universities import UNIVERSITIES


@pytest.mark.parametrize(
    "value", ["10.1000/A b", "11.1000/1", "10.1/1", "", "https://example.org/10.1000/1"]
)
def test_what_is_no_doi_is_none(value: str) -> None:
    assert doi(value) is None


def test_a_wrong_check_digit_is_found_in_an_orcid() -> None:
    assert orcid("0000-0001-5109-3700") == "0000-0001-5109-3700"
    assert orcid("0000-0002-1694-233x") == "0000-0002-1694-233X"
    for wrong in ("0000-0001-5109-3701", "0000-0001-5109-370", "not an orcid"):
        assert orcid(wrong) is None


def test_every_university_of_the_network_has_a_sound_ror() -> None:
    for university in UNIVERSITIES.values():
        assert ror(f"https://ror.org/{university.ror}") == university.ror
    assert ror("020hwjq31") is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_web_address_is_always_an_iri_that_the_store_takes(rest: str) -> None:
    address = web_address("https://example.org/" + rest)
    if address is not None:
        assert NamedNode(address).value == address


@pytest.mark.parametrize(
    "value", ["", "javascript:alert(1)", "example.org", "https://", "https://[x/"]
)
def test_what_is_no_web_address_is_none(value: str) -> None:
    assert web_address(value) is None


def test_things_are_remembered_within_a_bound() -> None:
    once = Once(most=2)
    assert [once(key) for key in "aabcab"] == [True, False, True, True, True, True]
