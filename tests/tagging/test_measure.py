from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tagging.habits import Judged, learn
from app.tagging.measure import calibration_error, ndcg, reliability


def test_ndcg_is_that_of_the_definition() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    gained = 3 / math.log2(2) + 7 / math.log2(4)
    ideal = 7 / math.log2(2) + 3 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(["b", "unjudged", "a"], grades) == pytest.approx(gained / ideal)
    assert ndcg([], grades) == 0
    assert ndcg(["a"], {}) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=50))
def test_the_reliability_table_holds_every_suggestion_once(rows: list[tuple[float, bool]]) -> None:
    confidences, held = [c for c, _ in rows], [h for _, h in rows]
    assert sum(row.count for row in reliability(confidences, held)) == len(rows)
    assert 0 <= calibration_error(confidences, held) <= 1


def test_a_habit_takes_the_words_that_set_its_texts_apart() -> None:
    deep = frozenset({"deep"})
    texts = [
        *(Judged(frozenset({"neural", "network", "study", f"n{n}"}), deep) for n in range(4)),
        *(Judged(frozenset({"grammar", "study", f"g{n}"}), frozenset({"words"})) for n in range(4)),
        Judged(frozenset({"study"}), frozenset({"once"})),
    ]
    habits = learn(texts)
    assert habits.keys() == {"deep", "words"}
    assert habits["deep"].texts == 4
    assert habits["deep"].stems.keys() == {"neural", "network"}
