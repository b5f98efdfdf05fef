"""Training: the slope is the loss's own, the loss falls, and the same input gives the same file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import pytest
from click.testing import CliRunner

from app.cli import polku
from app.errors import BadParameter
from app.tagging import labelled, training
from app.tagging.training import Sentence
from tests.tagging import small
from tests.tagging.small import lexicon, skill

WORKS = [
    training.stemmed(f"Vision for machines {n}", "We study vision. Cameras see matrices.", "en")
    for n in range(20)
]
SENTENCES = [
    Sentence("You solve problems of matrices and vectors.", (0,)),
    Sentence("Plan and monitor the budget.", (12,)),
]


def _corpus() -> training.Corpus:
    return training.corpus(lexicon(), "en", SENTENCES, WORKS)


def test_every_stem_of_the_vocabulary_occurs_and_every_bag_names_known_rows() -> None:
    made = _corpus()
    assert "vision" in made.stems
    assert all(made.times > 0)
    assert max(row for bag in made.preferred for row in bag) < len(made.stems)
    assert len(made.sentences) == 2
    assert len(made.works) == 20


def test_the_slope_is_that_of_the_loss() -> None:
    random = np.random.default_rng(3)
    table = random.normal(size=(6, 4)).astype(np.float32)
    one, other = [[0, 1], [2], [3, 3, 4]], [[1, 2], [4, 5], [0]]
    about = np.asarray([0, 1, 1])
    slope = training.gradient(table, one, other, about)
    for row, column in np.ndindex(*table.shape):
        ends = []
        for step in (1e-3, -1e-3):
            moved = table.copy()
            moved[row, column] += step
            ends.append(training.loss(moved, one, other, about))
        measured = (ends[0] - ends[1]) / 2e-3
        assert slope[row, column] == pytest.approx(measured, rel=0.05, abs=0.02)


def test_training_brings_together_what_belongs_together() -> None:
    made = _corpus()
    pairs = [bag for bag in made.preferred if bag], [bag for bag in made.described if bag]
    about = np.arange(len(pairs[0]))
    before = training.start(made, 8)
    after = training.train(made, steps=60, dimensions=8)
    assert training.loss(after, *pairs, about) < training.loss(before, *pairs, about)


def test_the_same_corpus_gives_the_same_vectors() -> None:
    one, two = (training.train(_corpus(), steps=5, dimensions=8) for _ in range(2))
    assert (one == two).all()


def _table(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["sentence,skills", *rows]), encoding="utf-8")
    return path


def test_sentences_name_skills_by_label_or_iri(tmp_path: Path) -> None:
    path = _table(
        tmp_path / "s.csv",
        "Solve systems.,\"['Linear Algebra', 'unknown to ESCO']\"",
        f'Budget.,"[""{skill("13")}""]"',
        "Nothing.,[]",
    )
    assert labelled.sentences(path, lexicon(), "en") == [
        Sentence("Solve systems.", (0,)),
        Sentence("Budget.", (12,)),
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (("x,not a list",), "line 2"),
        (("x,[1]",), "line 2"),
        (('x,"__import__(""os"")"',), "line 2"),
    ],
)
def test_a_row_that_is_no_list_is_refused_by_its_line(
    tmp_path: Path, rows: tuple[str, ...], told: str
) -> None:
    with pytest.raises(BadParameter, match=told):
        labelled.sentences(_table(tmp_path / "s.csv", *rows), lexicon(), "en")


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadParameter, match="columns sentence and skills"):
        labelled.sentences(path, lexicon(), "en")


def test_the_command_writes_a_tagger_that_polku_tag_then_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, out, judged = tmp_path / "data", tmp_path / "tagger", tmp_path / "judged.jsonl"
    small.load(data, "esco", "works")
    judged.write_bytes(
        b"\n".join(
            orjson.dumps(
                {"id": str(n), "kind": kind, "title": said, "text": f"{said} and matrices",
                 "skills": [{"skill": skill(code), "grade": 3}]}
            )
            for n, (kind, said, code) in enumerate(
                [("course", "linear algebra", "01"), ("research", "computer vision", "11")] * 6
            )
        )
    )  # fmt: skip
    said = tmp_path / "short.csv"
    sentences = [("manage budgets", "['manage budgets']"), ("we are nice", "['UNK']")] * 5
    said.write_text(
        "sentence,skills\n" + "".join(f'{one},"{skills}"\n' for one, skills in sentences)
    )
    arguments = [
        "train-tagger",
        str(judged),
        "--out",
        str(out),
        "--steps",
        "3",
        "--data",
        str(data),
    ]
    done = CliRunner().invoke(polku, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "nDCG@10" in done.output
    assert {path.name for path in out.iterdir()} == {"parameters.json", "vectors.en.npz"}

    from app.tagging import parameters, vectors

    monkeypatch.setenv("POLKU_TAGGER", str(out))
    vectors.shipped.cache_clear()
    try:
        own, _ = parameters.load()
        found = vectors.shipped("en")
        assert found is not None
        assert own.vectors == found.digest

        again = tmp_path / "again"
        arguments = ["train-tagger", str(judged), "--out", str(again), "--data", str(data)]
        arguments += ["--vectors", str(out / "vectors.en.npz"), "--short", str(said)]
        done = CliRunner().invoke(polku, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        refitted, _ = parameters.load(again / "parameters.json")
        assert refitted.by_vectors.to_json() == own.by_vectors.to_json()
        assert own.short is None
        assert refitted.short is not None
        assert (again / "vectors.en.npz").read_bytes() == (out / "vectors.en.npz").read_bytes()
    finally:
        monkeypatch.delenv("POLKU_TAGGER")
        vectors.shipped.cache_clear()


def test_too_few_judged_texts_are_refused(tmp_path: Path) -> None:
    from app.tagging.trainer import train_tagger

    class Silent:
        def stage(self, name: str, total: int | None = None) -> None:
            pass

        def advance(self, amount: int) -> None:
            pass

    judged = tmp_path / "judged.jsonl"
    judged.write_bytes(b"")
    with pytest.raises(BadParameter, match="fewer than 5"):
        train_tagger(tmp_path, judged, tmp_path / "out", progress=Silent())
