"""Which title of a course a realisation's name holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.titles import best, title


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Knots 1, Lecture", "Knots 1"),
        ("Solmut 1, Luento-opetus", "Solmut 1"),
        ("Knutar 1, Föreläsning", "Knutar 1"),
        ("Knots 1, Exam", "Knots 1"),
        ("Knots 1, (H01 Contact) Lecture", "Knots 1"),
        ("Knots 1, (H07 ENG Contact integr.) Lecture (Zoom)", "Knots 1"),
        ("Knots 1 (o,w), Lecture (for students of ropes, sails and knots)", "Knots 1 (o,w)"),
        ("Knots 1, Online teaching, Sep-Oct, Open uni", "Knots 1"),
        ("Solmut 1, Monimuoto-opetus, Avoin yo", "Solmut 1"),
        ("Knutar 1, Nätundervisning, Öppna Uni", "Knutar 1"),
        ("Knots 1, Written Exam for Direct Examinees, 1st period", "Knots 1"),
        ("Solmut 1, Suoraan tenttiin osallistuvien suullinen tentti, 3. periodi", "Solmut 1"),
        ("Knots 1, Retake exam for autumn 2025 course", "Knots 1"),
        ("Solmut 1, Kesän kurssin uusintatentti, Avoin yo", "Solmut 1"),
        ("Knots 1 (summer course), Summer course", "Knots 1"),
        ("Solmut 1, H04 (kuvataidekasvatus)", "Solmut 1"),
        ("(P02) Knots 1, Lecture", "Knots 1"),
        ("Knots 1 (H04), Lecture", "Knots 1"),
        ("Knots 1 V02, Lecture", "Knots 1"),
        ("Knots 1 (3 cr), Lecture", "Knots 1"),
        ("Knots (SCI), Lecture", "Knots (SCI)"),
        ("Knots, Ropes, and Sails, Lecture", "Knots, Ropes, and Sails"),
        ("Knots (Ropes, never closed, Lecture", "Knots (Ropes, never closed"),
        ("Knots, Lecture Course", "Knots, Lecture Course"),
        ("KNT-A1110 Knots 1, Lecture", "Knots 1"),
        ("Föreläsning", ""),
        ("Tentamen", ""),
        ("Nätundervisning, Öppna Uni", ""),
        ("Skriftligt arbete", ""),
        ("", ""),
    ],
)
def test_a_title_loses_its_realisations_endings(name: str, expected: str) -> None:
    assert title(name, "KNT-A1110") == expected


def test_the_title_that_most_realisations_state_is_best() -> None:
    assert best({"Knots": 3, "Knots for sailors": 1}) == "Knots"
    assert best({"Studio, Rope": 1, "Studio, Sail": 1, "Studio, Mast": 1}) == "Studio"
    assert best({"Rope": 1, "Mast": 1}) == "Mast"
    assert best({}) == ""


@given(st.text(), st.text(max_size=12))
def test_any_name_has_one_title_and_the_title_keeps_it(name: str, code: str) -> None:
    found = title(name, code)
    assert found == title(name, code)
    assert found == found.strip()
    assert len(found) <= len(name)


@given(st.dictionaries(st.text(min_size=1), st.integers(1, 9), max_size=6))
def test_the_best_title_does_not_depend_on_order(titles: dict[str, int]) -> None:
    assert best(titles) == best(dict(reversed(titles.items())))
