"""Static vectors: kept in whole numbers, summed into texts, tied to what was learned with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import GraphError
from app.tagging import index, parameters, store, vectors
from app.tagging.engine import Engine
from app.tagging.memory import Memory, Remembered, from_json
from app.tagging.port import Kind, Part, TextToTag
from app.tagging.vectors import Vectors
from tests.tagging.small import lexicon

STEMS = ("linear", "algebra", "matrix", "budget", "vision")


def _vectors(seed: int = 1) -> Vectors:
    table = np.random.default_rng(seed).normal(size=(len(STEMS), 8)).astype(np.float32)
    return Vectors("en", {stem: row for row, stem in enumerate(STEMS)}, table, f"seed{seed}")


def test_what_is_written_is_read_back_to_within_half_a_step(tmp_path: Path) -> None:
    made = _vectors()
    vectors.write(tmp_path / "v.npz", STEMS, made.table)
    back = vectors.read(tmp_path / "v.npz", "en")
    assert back.rows == made.rows
    step = np.abs(made.table).max(axis=1, keepdims=True) / 127
    assert (np.abs(back.table - made.table) <= step * 0.51).all()


def test_the_same_vectors_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        vectors.write(tmp_path / name, STEMS, _vectors().table)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive at all"])
def test_a_file_that_is_not_whole_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vectors.en.npz"
    path.write_bytes(content)
    with pytest.raises(GraphError, match=r"vectors\.en\.npz"):
        vectors.read(path, "en")


@given(st.lists(st.lists(st.integers(0, len(STEMS) - 1), max_size=6), min_size=1, max_size=5))
def test_a_bag_is_the_sum_of_its_stems_brought_to_length_one(bags: list[list[int]]) -> None:
    made = _vectors()
    found = made.sums(bags)
    for row, bag in zip(found, bags, strict=True):
        plain = sum((made.table[one] for one in bag), np.zeros(8, np.float32))
        length = float(np.linalg.norm(plain))
        expected = plain / length if length > 1e-6 else plain
        assert np.allclose(row, expected, atol=1e-5)


def test_a_skill_lies_where_its_names_lie() -> None:
    made = _vectors()
    built = index.build(lexicon(), "en", made)
    assert built.vectors == made.digest
    algebra = built.vector_names[0]  # "linear algebra", "matrix algebra"
    preferred = vectors.unit(made.table[[0, 1]].sum(axis=0)[None])[0]
    other = vectors.unit(made.table[[2, 1]].sum(axis=0)[None])[0]
    assert np.allclose(algebra, vectors.unit((preferred + other)[None])[0], atol=1e-3)
    assert not built.vector_names[4].any()  # "SPARK": no stem of it has a vector


def test_without_vectors_texts_are_tagged_by_words_alone() -> None:
    engine = Engine(store.build(lexicon(), {}))
    text = TextToTag((Part("text", "We solve linear programming models."),), Kind.WORK, "en")
    assert engine.suggest([text])[0][0].label == "mathematical programming"


def test_an_index_made_with_other_vectors_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = store.build(lexicon(), {"en": _vectors(1)})
    (tmp_path / "tagging").mkdir()
    store._write(made, tmp_path / "tagging")
    monkeypatch.setattr(store, "shipped", lambda _: _vectors(1))
    kept = store._load(tmp_path / "tagging")
    assert kept is not None
    assert kept.by_language["en"].vectors == "seed1"
    monkeypatch.setattr(store, "shipped", lambda _: _vectors(2))
    assert store._load(tmp_path / "tagging") is None


def test_numbers_learned_with_other_vectors_are_refused(tmp_path: Path) -> None:
    shipped, _ = parameters.load()
    path = tmp_path / "parameters.json"
    path.write_bytes(replace(shipped, vectors="others").to_json())
    with pytest.raises(GraphError, match="polku train-tagger"):
        parameters.load(path)


def test_a_remembered_text_comes_back_from_json_as_it_went() -> None:
    text = Remembered(vectors.unit(_vectors().table)[0], {"b": 2, "a": 3})
    once = from_json(text.to_json())
    assert from_json(once.to_json()).to_json() == once.to_json()
    assert np.allclose(once.vector, text.vector, atol=0.02)


def test_the_nearest_judged_text_speaks_loudest_and_strangers_hardly() -> None:
    east, north, up = np.eye(3, dtype=np.float32)
    memory = Memory(
        [Remembered(east, {"a": 3}), Remembered(north, {"b": 3})], {"a": 0, "b": 1, "c": 2}
    )
    assert memory.skills.tolist() == [0, 1]
    votes, nearest = memory.ask(east)
    assert votes[0] > 0.9 > 0.1 > votes[1]
    assert nearest.tolist() == [1.0, 0.0]
    assert memory.ask(up)[0].max() < 0.05
    assert memory.ask(east, without=0)[0][0] == 0
    assert not memory.ask(np.zeros(3, np.float32))[0].any()
