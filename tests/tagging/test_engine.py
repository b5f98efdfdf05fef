from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tagging.engine import Engine
from app.tagging.lexicon import Label, Lexicon
from app.tagging.port import Kind, Part, Suggestion, Tagger, TextToTag
from app.tagging.store import build
from tests.tagging.small import lexicon, skill

ENGINE = Engine(build(lexicon()))


def suggest(text: str, kind: Kind = Kind.OTHER, language: str = "en") -> list[Suggestion]:
    return ENGINE.suggest([TextToTag((Part("text", text),), kind, language)], limit=20)[0]


def named(text: str, kind: Kind = Kind.OTHER, language: str = "en") -> set[str]:
    """Codes of the skills that a text is said to name."""
    return {
        found.skill.rsplit("/", 1)[-1]
        for found in suggest(text, kind, language)
        if found.because.startswith("names") and "next to it" not in found.because
    }


def test_the_engine_keeps_to_the_port() -> None:
    tagger: Tagger = ENGINE
    assert tagger.model.startswith("vectors-")


def test_an_alternative_label_is_evidence_and_is_called_so() -> None:
    text = "We solve linear programming models."
    first = suggest(text)[0]
    assert first.skill == skill("02")
    assert first.label == "mathematical programming"
    assert first.because == "names “linear programming”, an alternative label"
    assert [(span.start, span.end, span.text) for span in first.evidence] == [
        (9, 27, "linear programming")
    ]


def test_inflection_spelling_and_hyphens_do_not_hide_a_label() -> None:
    assert "02" in named("Mathematical optimization of plants")
    assert "13" in named("Budget-management for projects")
    assert "01" in named("Linear algebras are fun")


def test_a_label_with_a_word_that_every_course_says_is_named_all_the_same() -> None:
    assert "15" in named("They optimise energy use in buildings.")


@pytest.mark.parametrize(
    ("text", "code", "is_named"),
    [
        ("Swift is a language: coding, compiling and algorithms for software.", "04", True),
        ("a swift reaction of the software: coding, compiling and algorithms", "04", False),
        ("Swift is the name of a bird.", "04", False),
        ("We verify software and its code in SPARK.", "05", True),
        ("We run software and its code on Apache Spark.", "05", False),
        ("Statistical software, coding and algorithms in R.", "06", True),
        ("The radius r of statistical software, coding and algorithms.", "06", False),
        ("Vitamin R is sold in shops.", "06", False),
        ("We write software in R.", "06", True),
        ("Vision of the future", "07", False),
        ("Havok Vision in games", "07", True),
    ],
)
def test_names_that_are_common_words_need_their_case_and_company(
    text: str, code: str, is_named: bool
) -> None:
    assert (code in named(text)) is is_named


def test_a_name_is_never_suggested_for_a_part_of_it() -> None:
    assert skill("07") not in {found.skill for found in suggest("computer vision and games")}


def test_unknown_words_that_look_like_skills_name_none() -> None:
    found = suggest("Rust and Go with Spark meet the standards.")
    assert all(not one.because.startswith("names") for one in found)
    assert all(one.confidence < 0.5 for one in found)


def test_what_teachers_do_is_no_outcome_of_a_course() -> None:
    text = "Students learn how we teach mathematics and assess students."
    codes = {found.skill for found in suggest(text, Kind.COURSE)}
    assert not codes & {skill("08"), skill("09")}
    assert skill("12") in codes


def test_a_course_about_teaching_may_develop_what_teachers_do() -> None:
    text = TextToTag(
        (Part("title", "Mathematics for teachers"), Part("outcomes", "You teach mathematics.")),
        Kind.COURSE,
        "en",
    )
    assert skill("08") in {found.skill for found in ENGINE.suggest([text])[0]}


def test_a_denied_skill_is_not_suggested_as_named() -> None:
    assert named("Linear programming is not covered.") == set()
    assert named("No knowledge of linear algebra is needed.") == set()


def test_a_text_in_a_language_without_labels_gives_only_what_it_names() -> None:
    text = "Opiskelija osaa käyttää Havok Vision -moottoria ja ymmärtää, miten se on tehty"
    found = suggest(text, language="fi")
    assert [one.skill for one in found] == [skill("07")]


def test_labels_of_any_loaded_language_are_used_for_texts_in_it() -> None:
    english = lexicon()
    finnish = Lexicon(
        english.skills,
        [*english.labels, Label(0, "fi", 0, "lineaarialgebra"), Label(1, "fi", 0, "optimointi")],
        english.descriptions,
        english.knowledge,
        english.transversal,
    )
    engine = Engine(build(finnish))
    text = "Opiskelija osaa lineaarialgebran menetelmät ja ymmärtää, miten ne on tehty."
    first = engine.suggest([TextToTag((Part("text", text),))])[0][0]
    assert (first.skill, first.label, first.language) == (skill("01"), "lineaarialgebra", "fi")
    assert first.evidence[0].text == "lineaarialgebran"


def test_a_broader_skill_is_explained_by_the_narrower_one_that_is_named() -> None:
    found = {one.skill: one for one in suggest("Linear algebra for everyone.")}
    assert found[skill("12")].because == "names “linear algebra”, a skill next to it in ESCO"


def test_suggestions_without_a_name_show_the_sentence_that_speaks_for_them() -> None:
    text = "Nothing here. Methods that identify factors of risk in plants. Nothing there."
    found = {one.skill: one for one in suggest(text)}
    one = found[skill("14")]
    assert one.evidence[0].text == "Methods that identify factors of risk in plants"
    assert "risk" in one.because


HOSTILE = [
    "a" * 100_000,
    "a " * 50_000,
    "linear programming " * 5_000,
    "\x00\x00linear\x00algebra\x00",
    "\u202eargebla raenil\u202c linear algebra",
    "🦀🚀" * 1000 + " linear algebra",
    "(((((" * 5000,
    "<p>" * 5000,
    "e\u0301" * 5000,
    "\ud800 linear algebra",
    "not " * 5000,
    ". " * 20_000,
    " " * 100_000,
    "",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_do_no_harm(text: str) -> None:
    check(text, suggest(text))


def check(text: str, found: list[Suggestion]) -> None:
    assert len({one.skill for one in found}) == len(found)
    confidences = [one.confidence for one in found]
    assert confidences == sorted(confidences, reverse=True)
    for one in found:
        assert 0 <= one.confidence <= 1
        assert one.evidence
        assert one.because
        for span in one.evidence:
            assert text[span.start : span.end] == span.text != ""


LINE = """linear programming algebra Swift not R vision computer teach mathematics budgets .
, risk energy optimisation without quality standards 🦀 nonlinear"""
WORDS = st.sampled_from([*LINE.split(), "\n"])


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=60), st.sampled_from(list(Kind)))
def test_evidence_is_always_cut_out_of_the_text_and_answers_never_change(
    words: list[str], kind: Kind
) -> None:
    text = " ".join(words)
    found = suggest(text, kind)
    check(text, found)
    assert suggest(text, kind) == found


def test_texts_do_not_influence_each_other() -> None:
    texts = [
        TextToTag((Part("text", text),), Kind.WORK, "en")
        for text in ("linear algebra", "", "manage budgets", "Swift") * 10
    ]
    together = ENGINE.suggest(texts)
    assert together == [ENGINE.suggest([text])[0] for text in texts]


def test_a_graph_without_labels_suggests_nothing() -> None:
    empty = Engine(build(Lexicon([], [], [], [], [])))
    assert empty.suggest([TextToTag((Part("text", "linear algebra"),))]) == [[]]
