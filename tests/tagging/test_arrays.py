from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.tagging.arrays import best_first, top

_SCORES = st.sampled_from([-1.0, 0.0, 1e-7, 0.1, 0.15, 0.2, 0.5, 0.9, 1.0]) | st.floats(
    -1, 1, width=32
)


@given(
    arrays.arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 120)), elements=_SCORES),
    st.integers(1, 9),
)
def test_the_best_of_many_rows_are_the_best_of_each_when_all_are_sorted(
    scores: np.ndarray[tuple[int, int], np.dtype[np.float32]], count: int
) -> None:
    rows, places = top(scores, count)
    for row, its in enumerate(scores):
        traced = np.flatnonzero(its > np.float32(max(0.15 * float(its.max()), 1e-6)))
        worst = sorted(its[traced].tolist())[-count:][:1]
        wanted = [place for place in traced.tolist() if its[place] >= worst[0]][: 2 * count]
        assert places[rows == row].tolist() == (traced.tolist() if len(traced) <= count else wanted)
    assert rows.tolist() == sorted(rows.tolist())


@given(st.lists(st.lists(_SCORES, max_size=12), min_size=1, max_size=5))
def test_a_place_counts_within_its_group_and_the_first_of_equals_is_before(
    groups: list[list[float]],
) -> None:
    starts = np.cumsum([0] + [len(group) for group in groups]).tolist()
    places = best_first(np.asarray([s for group in groups for s in group], np.float32), starts)
    for first, group in zip(starts[:-1], groups, strict=True):
        own = np.asarray(group, np.float32).tolist()
        order = sorted(range(len(own)), key=lambda place: (-own[place], place))
        for before, place in enumerate(order):
            assert places[first + place] == np.float32(1 / (1 + before))
