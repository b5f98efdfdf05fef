from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.tagging.memory import LIKELY, Memory, Remembered
from app.tagging.near import decided_otherwise, moved
from tests.tagging.test_memory import HERE, NUMBER, toward

THERE = toward(0, 1, 0)
JUDGED = [Remembered(toward(1, 1, 1), {"b": 3})]
SKILLS = np.asarray(sorted(NUMBER.values()), np.int64)

vectors = st.tuples(*[st.floats(-1, 1, width=32)] * 3).filter(lambda v: max(map(abs, v)) > 0.01)


def memory(*decided: Remembered) -> Memory:
    return Memory([*JUDGED, *decided], NUMBER)


def test_a_decision_moves_the_texts_like_the_decided_one_alone() -> None:
    after = memory(Remembered(HERE, {"a": 2}, whole=False))
    texts = np.asarray([HERE, toward(1, 0.1, 0), THERE, toward(-1, 0, 0)])
    assert moved(memory(), after, SKILLS, texts).tolist() == [True, True, False, False]
    assert not moved(after, after, SKILLS, texts).any()


@given(st.lists(vectors, min_size=1, max_size=6), vectors, st.integers(0, 3))
def test_a_text_is_moved_exactly_if_a_vote_asked_one_by_one_is(
    texts: list[tuple[float, ...]], decided: tuple[float, ...], grade: int
) -> None:
    before = memory()
    after = memory(Remembered(toward(*decided), {"a": grade}, whole=False))
    asked = np.asarray([toward(*text) for text in texts])
    for vector, found in zip(asked, moved(before, after, SKILLS, asked), strict=True):
        gaps = [abs(vote(after, vector, skill) - vote(before, vector, skill)) for skill in NUMBER]
        if abs(max(gaps) - LIKELY) > 1e-5:
            assert found == (max(gaps) > LIKELY)


def vote(of: Memory, vector: np.ndarray[tuple[int], np.dtype[np.float32]], skill: str) -> float:
    votes, _ = of.ask(vector)
    known = of.skills.tolist()
    return float(votes[known.index(NUMBER[skill])]) if NUMBER[skill] in known else 0.0


def test_only_skills_whose_decisions_changed_are_asked_about() -> None:
    one = Remembered(HERE, {"a": 2, "b": 0}, whole=False).to_json()
    other = Remembered(HERE, {"a": 2, "b": 1}, whole=False).to_json()
    assert decided_otherwise([one], [one]) == frozenset()
    assert decided_otherwise([one], [other]) == {"b"}
    assert decided_otherwise([], [one]) == {"a", "b"}
