from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tagging.masks import masked
from app.tagging.text import _BRITISH, _MAYBE_BRITISH, detect, read, stemmer


@given(st.text(max_size=400), st.sampled_from(["en", "fi", "sv", "xx"]))
def test_words_and_sentences_are_cut_out_of_the_text_as_given(text: str, language: str) -> None:
    reading = read(text, language)
    assert all(text[word.start : word.end] == word.written for word in reading.words)
    assert [number for s in reading.sentences for number in range(s.first, s.last)] == list(
        range(len(reading.words))
    )
    for number, sentence in enumerate(reading.sentences):
        words = reading.words[sentence.first : sentence.last]
        assert (words[0].start, words[-1].end) == (sentence.start, sentence.end)
        assert {word.sentence for word in words} == {number}
    assert len(masked(reading)) == len(reading.words)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One thing. Another thing.", 2),
        ("Apply methods, e.g. linear programming, to systems.", 1),
        ("Design of steel systems.Analyse bolted joints", 2),
        ("• one\n• two\n• three", 3),
        ("ASP.NET and Node.js", 1),
        ("<p>Skills</p><p>Methods</p>", 2),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: int) -> None:
    assert len(read(text, "en").sentences) == sentences


def test_markup_is_no_word() -> None:
    words = [word.written for word in read("<p class='x'>a master&#39;s <b>thesis</b>", "en").words]
    assert words == ["a", "master", "s", "thesis"]


def test_a_list_without_full_stops_is_cut_into_sentences_of_bounded_length() -> None:
    assert len(read("word " * 1000, "en").sentences) > 10


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("optimisation", "optimization"),
        ("analyse", "analyze"),
        ("analysis", "analyzing"),
        ("modelling", "modeling"),
        ("behaviour", "behavior"),
        ("centre", "center"),
        ("programme", "program"),
    ],
)
def test_british_and_american_spelling_are_one_word(british: str, american: str) -> None:
    assert stemmer("en")(british) == stemmer("en")(american)


def test_inflected_finnish_and_swedish_words_meet_their_base_form() -> None:
    assert stemmer("fi")("menetelmien") == stemmer("fi")("menetelmät")
    assert stemmer("sv")("metoderna") == stemmer("sv")("metoder")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The student can use the methods of statistics", "en"),
        ("Opiskelija osaa käyttää menetelmiä ja ymmärtää, miten ne on tehty", "fi"),
        ("Studenten kan använda metoder och förstår vad det är som krävs", "sv"),
        ("MATLAB Simulink", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_a_text_is_heard_from_its_function_words(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("text", "heard", "silent"),
    [
        ("Linear algebra is not covered, but statistics is.", {"statistics"}, {"algebra"}),
        ("We work without supervision, using graphs.", {"graphs"}, {"supervision"}),
        ("Prior knowledge of calculus is required. Learn topology.", {"topology"}, {"calculus"}),
        ("Attendance at lectures is compulsory. Learn topology.", {"topology"}, {"lectures"}),
        ("This is not only about physics.", {"physics"}, set()),
    ],
)
def test_what_is_denied_demanded_or_practical_is_no_evidence(
    text: str, heard: set[str], silent: set[str]
) -> None:
    reading = read(text, "en")
    kept = {
        word.written
        for word, hidden in zip(reading.words, masked(reading), strict=True)
        if not hidden
    }
    assert heard <= kept
    assert not silent & kept


_SPELLINGS = "|".join(
    pattern.pattern.removeprefix("^").removesuffix("$").replace(r"\w*", "[a-z]{0,3}")
    for pattern, _ in _BRITISH
)


@given(st.from_regex(rf"[a-z]{{0,6}}(?:{_SPELLINGS})[a-z]{{0,3}}", fullmatch=True))
def test_whoever_has_two_spellings_is_looked_at_for_them(word: str) -> None:
    if any(pattern.search(word) for pattern, _ in _BRITISH):
        assert _MAYBE_BRITISH.search(word)


def test_a_word_has_one_stem_however_its_letters_are_written() -> None:
    stem = stemmer("en")
    assert {stem(word) for word in ("Programmes", "PROGRAMMES", "programmes", "program")} == {
        "program"
    }
