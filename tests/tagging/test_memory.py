from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.tagging.memory import GAIN, Floats, Memory, Remembered, from_json

NUMBER = {"a": 3, "b": 5, "c": 8}


def toward(*places: float) -> Floats:
    vector = np.asarray(places, np.float32)
    return vector / np.float32(np.linalg.norm(vector))


HERE = toward(1, 0, 0)


def vote(memory: Memory, skill: str) -> float:
    votes, _ = memory.ask(HERE)
    return float(votes[memory.skills.tolist().index(NUMBER[skill])])


def test_a_text_judged_whole_says_of_every_skill_whether_it_applies() -> None:
    alone = Memory([Remembered(HERE, {"a": 3})], NUMBER)
    beside = Memory([Remembered(HERE, {"a": 3}), Remembered(HERE, {"b": 3})], NUMBER)
    assert vote(beside, "a") < vote(alone, "a")


def test_a_decision_on_one_skill_says_nothing_of_others() -> None:
    alone = Memory([Remembered(HERE, {"a": 3})], NUMBER)
    beside = Memory([Remembered(HERE, {"a": 3}), Remembered(HERE, {"b": 3}, whole=False)], NUMBER)
    assert vote(beside, "a") == vote(alone, "a")
    assert vote(beside, "b") > 0


def test_a_rejection_lowers_the_vote_of_its_skill_alone() -> None:
    judged = [Remembered(HERE, {"a": 3, "b": 3})]
    before = Memory(judged, NUMBER)
    after = Memory([*judged, Remembered(HERE, {"a": 0}, whole=False)], NUMBER)
    assert vote(after, "a") < vote(before, "a")
    assert vote(after, "b") == vote(before, "b")


def test_skills_that_single_decisions_named_are_proposed_near_them_alone() -> None:
    memory = Memory(
        [Remembered(HERE, {"a": 3}), Remembered(HERE, {"b": 3, "c": 0}, whole=False)], NUMBER
    )
    near, _ = memory.ask(HERE)
    far, _ = memory.ask(toward(-1, 0.1, 0))
    assert memory.proposed(near).tolist() == [3, 5]
    assert memory.proposed(far).tolist() == [3]


def test_nothing_remembered_proposes_nothing() -> None:
    memory = Memory([], NUMBER)
    votes, nearest = memory.ask(HERE)
    assert len(votes) == len(nearest) == len(memory.proposed(votes)) == 0


@given(
    st.lists(
        st.tuples(st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)), st.booleans()),
        max_size=6,
    )
)
def test_votes_stay_between_nothing_and_the_greatest_gain(
    texts: list[tuple[dict[str, int], bool]],
) -> None:
    remembered = [Remembered(HERE, grades, whole) for grades, whole in texts]
    memory = Memory(remembered, NUMBER)
    votes, _ = memory.ask(HERE)
    assert ((votes >= 0) & (votes <= GAIN[3])).all()


def test_what_is_kept_comes_back() -> None:
    for whole in (True, False):
        kept = Remembered(toward(1, 2, 3), {"b": 0, "a": 2}, whole).to_json()
        assert from_json(kept).to_json() == kept
        assert from_json(kept).whole is whole
