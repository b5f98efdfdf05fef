"""Short texts: a closer look, a ranker of their own, and when a text is taken for one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tagging import fit, fit_short, grams, parameters
from app.tagging.engine import Engine
from app.tagging.kinds import SHORT, guess_short, is_short
from app.tagging.naming import Named
from app.tagging.port import Kind, Part, TextToTag
from app.tagging.short import SHORT_FEATURES, WINDOWS, _windows, after_the_longer
from app.tagging.store import build
from app.tagging.training import Sentence
from tests.tagging.small import lexicon, skill

INDEXES = build(lexicon())
SENTENCES = [
    Sentence("You know linear algebra and manage budgets", (0, 12)),
    Sentence("matrix algebra or computer vision", (0, 10)),
    Sentence("Our team plans budgets", (12,)),
    Sentence("We are nice", ()),
    Sentence("Swift and SPARK", (3, 4)),
] * 3


def text(said: str, kind: Kind = Kind.OTHER, name: str = "text") -> TextToTag:
    return TextToTag((Part(name, said),), kind, "en")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("javascript reactjs java", Kind.OTHER),
        ("You will learn from our team and can work with students.", Kind.OTHER),
        ("We are looking for a nurse with a novel mind", Kind.OTHER),
        ("Students can explain how markets fail.", Kind.COURSE),
        ("In this course you build robots.", Kind.COURSE),
        ("We propose a robot that sees.", Kind.WORK),
        ("Opiskelija osaa laskea.", Kind.COURSE),
    ],
)
def test_a_short_text_is_a_course_or_a_work_only_if_it_calls_itself_one(
    said: str, kind: Kind
) -> None:
    assert guess_short(said) is kind


def test_short_is_what_has_neither_title_nor_kind_nor_many_words() -> None:
    assert is_short(text("word " * SHORT))
    assert not is_short(text("word " * (SHORT + 1)))
    assert not is_short(text("word", Kind.COURSE))
    assert not is_short(text("word", name="title"))


@given(st.integers(1, 20))
def test_windows_are_all_runs_of_their_sizes(words: int) -> None:
    every = {(a, b) for a in range(words) for b in range(a + 1, words + 1)}
    wanted = {(a, b) for a, b in every if b - a in WINDOWS or (b - a == words <= max(WINDOWS))}
    assert set(_windows(words)) == wanted


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_texts_are_rows_of_length_one_or_empty(texts: list[str]) -> None:
    counts = grams.rows([grams.counted(said, "en") for said in texts])
    made = grams.weighted(counts, grams.idf(9, np.zeros(grams.NUMBERS, np.int64)))
    lengths = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
    assert all(abs(length - 1) < 1e-4 or length == 0 for length in lengths)


def test_words_that_share_letters_come_near_where_stems_do_not() -> None:
    index = INDEXES.by_language["en"]
    asked = grams.weighted(grams.rows([grams.counted("mathematic", "en")]), index.gram_idf)
    likeness = (asked @ index.grams).toarray()[0]
    assert INDEXES.skills[int(likeness.argmax())] == skill("12")


def test_only_short_texts_get_a_closer_look_and_the_ranker_of_short_texts() -> None:
    learned, _ = fit_short.learn(INDEXES, SENTENCES, {skill("13"): 4})
    engine = Engine(INDEXES, fit.blank(learned))
    short, long = engine.candidates([text("manage budgets"), text("manage budgets " * SHORT)])
    assert short.short is not None
    assert short.short.shape == (len(short.skills), len(SHORT_FEATURES))
    assert long.short is None
    (first, *_) = engine.suggest([text("We manage budgets")])[0]
    assert first.skill == skill("13")
    assert first.evidence[0].text == "manage budgets"


def test_a_list_of_names_in_lower_case_proposes_them_and_no_part_of_a_name_does() -> None:
    learned, _ = fit_short.learn(INDEXES, SENTENCES, {})
    engine = Engine(INDEXES, fit.blank(learned))
    found = {one.skill for one in engine.suggest([text("swift, spark")], 15)[0]}
    assert {skill("04"), skill("05")} <= found
    assert skill("07") not in {one.skill for one in engine.suggest([text("vision")], 15)[0]}


def test_what_an_advertisement_demands_is_what_it_is_about() -> None:
    learned, _ = fit_short.learn(INDEXES, SENTENCES, {})
    engine = Engine(INDEXES, fit.blank(learned))
    said = "Good knowledge of linear algebra is required."
    reasons = {one.skill: one.because for one in engine.suggest([text(said)])[0]}
    assert reasons[skill("01")].startswith("names “linear algebra”")


def test_the_same_sentences_teach_the_same_and_come_back_from_a_file() -> None:
    first, figures = fit_short.learn(INDEXES, SENTENCES, {skill("13"): 4})
    again, _ = fit_short.learn(INDEXES, SENTENCES, {skill("13"): 4})
    written = fit.blank(first).to_json()
    assert written == fit.blank(again).to_json()
    assert parameters.from_json(written).to_json() == written
    assert {"rp@5", "ece", "unseen rp@5", "unseen ece"} == figures.keys()


def test_sentences_are_counted_by_the_skills_that_they_bear() -> None:
    assert fit_short.often(INDEXES, SENTENCES)[skill("01")] == 6


def test_no_skill_is_surer_than_one_whose_longer_name_its_own_stands_in() -> None:
    skills = np.asarray([2, 5, 8], np.int64)
    sure = np.asarray([0.3, 0.9, 0.8])
    longer, inside = Named(0, 2, 4, 6, nested=False), Named(1, 5, 5, 6, nested=True)
    elsewhere = Named(2, 8, 9, 10, nested=False)
    found = after_the_longer(sure, skills, {2: [longer], 5: [inside], 8: [elsewhere]})
    assert found[1] < found[0] == 0.3
    assert found[2] == 0.8
    again = Named(1, 5, 7, 8, nested=False)
    alone = after_the_longer(sure, skills, {2: [longer], 5: [inside, again], 8: [elsewhere]})
    assert alone.tolist() == sure.tolist()


def test_what_a_short_text_names_is_at_least_as_sure_as_in_a_long_one() -> None:
    learned, _ = fit_short.learn(INDEXES, [Sentence("linear algebra", (12,))] * 9, {})
    shipped, _ = parameters.load()
    confidences = []
    for own in (shipped, replace(shipped, short=learned)):
        found = Engine(INDEXES, own).suggest([text("linear algebra", Kind.OTHER)], 15)[0]
        confidences.append({one.skill: one.confidence for one in found}[skill("01")])
    long = Engine(INDEXES, replace(shipped, short=None)).suggest([text("linear algebra")], 15)[0]
    least = {one.skill: one.confidence for one in long}[skill("01")]
    assert min(confidences) >= least
