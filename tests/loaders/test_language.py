"""Which language a text is said to be in."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.language import (
    _HEAD,
    _SMALL_WORDS,
    NO_LANGUAGE,
    Detector,
    _plainly,
    _second,
    _words_only,
)
from loaders.text import plain

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
        ("Principles of Accounting (A)", "fi", "en"),
        ("Animaation perusteet", "en", "fi"),
        ("Matrisräkning", "fi", "sv"),
        ("Grundkurs i diskret matematik", "fi", "sv"),
        ("Differential- och integralkalkyl 1 (TFM)", "sv", "sv"),
        ("Ranska 2", "fi", "fi"),
        # Two words that could be a name: too little to say that the slot is wrong.
        ("Quantum Circuits", "fi", "fi"),
        ("Quantum Circuits", "", "en"),
        ("Ohjelmointi 1", "fi", "fi"),
        ("Programmering 1", "sv", "sv"),
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


def test_letters_of_every_script_are_read() -> None:
    letters = [one for one in map(chr, range(sys.maxunicode + 1)) if one.isalpha()]
    assert len(letters) > 100_000
    for start in range(0, len(letters), 500):
        assert _second(" ".join(one * 2 for one in letters[start : start + 500]))


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


def test_a_small_word_belongs_to_one_language() -> None:
    english, finnish, swedish = _SMALL_WORDS.values()
    assert not english & finnish and not english & swedish and not finnish & swedish


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("After the course the student can tie ten knots and name them.", "en"),
        ("Opiskelija osaa solmia ja tuntee solmut.", "fi"),
        ("Studenten kan knyta knutar och förstår det.", "sv"),
        ("Art and design", ""),
        ("Students will read the course texts, ja opiskelija osaa ja tuntee sekä voi", ""),
        ("Opiskelija osaa ja tuntee småprat", ""),
    ],
)
def test_small_words_tell_only_what_is_plain(text: str, told: str) -> None:
    assert _plainly(text) == told


@pytest.mark.real_data
def test_small_words_say_what_the_models_say(real_data: Path) -> None:
    told = 0
    for text in _some_texts(real_data / "courses/aalto-sisu/realisations.jsonl.gz"):
        if plainly := _plainly(text):
            bare = " ".join(re.findall(r"[^\W\d_]{2,}", _words_only(text)))
            found = DETECTOR._all.detect_language_of(bare)
            assert found is not None and found.iso_code_639_1.name.lower() == plainly, text
            told += 1
    assert told > 300


def _some_texts(file: Path) -> Iterator[str]:
    """Texts of every fortieth realisation."""
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        for number, line in enumerate(stream):
            if number % 40 == 0:
                for field in json.loads(line)["summary"].values():
                    for stated in field.values() if isinstance(field, dict) else ():
                        if isinstance(stated, str):
                            yield plain(stated)[:_HEAD]
