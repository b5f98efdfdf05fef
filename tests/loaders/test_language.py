"""Which language a text is said to be in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.language import NO_LANGUAGE, Detector, _words_only

DETECTOR = Detector()


@pytest.mark.parametrize(
    ("text", "slot", "expected"),
    [
        ("After the course the student can tie ten common knots.", "fi", "en"),
        ("After the course the student can tie ten common knots.", "sv", "en"),
        ("Kurssin jälkeen opiskelija osaa solmia kymmenen solmua.", "sv", "fi"),
        ("Kurssin jälkeen opiskelija osaa solmia kymmenen solmua.", "en", "fi"),
        ("Efter kursen kan studenten knyta tio vanliga knutar.", "fi", "sv"),
        ("Efter kursen kan studenten knyta tio vanliga knutar.", "", "sv"),
        ("Quantum Circuits", "fi", "en"),
        ("Ohjelmointi 1", "fi", "fi"),
        ("Programmering 1", "sv", "sv"),
        ("See syllabus", "fi", "en"),
        ("Rapport", "sv", "sv"),
        ("24+24 (4+4), 133,5 h, 5 cr", "fi", NO_LANGUAGE),
        ("MS-A01XX", "en", NO_LANGUAGE),
        ("CS-A1110, CS-A1120", "sv", NO_LANGUAGE),
        ("", "fi", NO_LANGUAGE),
    ],
)
def test_the_text_tells_its_language_and_not_the_slot(text: str, slot: str, expected: str) -> None:
    assert DETECTOR.language(text, slot) == expected


def test_answers_are_forgotten_so_that_memory_stays_flat() -> None:
    small = Detector(most=2)
    for number in ("one", "two", "three", "four"):
        assert small.language(f"the number {number} is a number in English words", "fi") == "en"
    assert len(small._answers) == 2


@given(st.text(max_size=200), st.sampled_from(["", "fi", "sv", "en"]))
def test_any_text_has_a_language_or_none(text: str, slot: str) -> None:
    assert DETECTOR.language(text, slot) in {"fi", "sv", "en", NO_LANGUAGE}


_PLAINLY = re.compile(
    r"https?:\S+|www\.\S+|\S*@\S*"
    r"|[^\W\d_]*(?:[-.][A-Z]{0,2})?\d[\w.,/-]*"
    r"|\b[A-Z]{2,6}(?:[-/][A-Z]{2,6})*\b|[\d_]+"
)
"""What is no word, in one expression: exact, and three times as slow as the three in use."""


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.text("aäB1@.-/_, \n", max_size=8)
        | st.sampled_from(["ENG/COE-C1002", "http://a", "www.b", "CS-A1", "a@b", "ÄÄ-1", "MS-C"]),
        max_size=8,
    ).map("".join)
)
def test_what_is_no_word_is_left_out_as_one_plain_expression_would(head: str) -> None:
    assert _words_only(head) == _PLAINLY.sub(" ", head)
