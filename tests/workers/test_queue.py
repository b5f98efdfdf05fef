from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import TooMuch
from app.workers import Share, Ticket
from app.workers.queue import FairQueue


def filled(queue: FairQueue, keys: str) -> FairQueue:
    for key in keys:
        queue.add(Ticket(key))
    return queue


def served(queue: FairQueue) -> str:
    order = ""
    while (ticket := queue.next()) is not None:
        order += ticket.key
    return order


def test_clients_take_turns_however_many_calls_one_of_them_sent() -> None:
    assert served(filled(FairQueue(), "aaaaabbc")) == "abcabaaa"


def test_the_calls_of_one_client_keep_their_order() -> None:
    queue = FairQueue()
    tickets = [Ticket("a") for _ in range(5)]
    for ticket in tickets:
        queue.add(ticket)
    assert [queue.next() for _ in range(5)] == tickets


def test_who_has_fewest_calls_at_work_comes_first() -> None:
    queue = filled(FairQueue(), "abc")
    for key in "aab":
        queue.begin(key)
    assert served(queue) == "cba"


def test_among_equals_who_used_less_of_late_comes_first() -> None:
    used = {"hostile": 40.0, "ordinary": 0.2, "other": 0.9}
    queue = FairQueue(used=lambda key: used[key])
    for key in used:
        queue.add(Ticket(key))
    found = [ticket.key for _ in used if (ticket := queue.next())]
    assert found == ["ordinary", "other", "hostile"]


def test_no_client_has_more_at_work_than_its_share() -> None:
    queue = filled(FairQueue(Share(running=2, waiting=9)), "aab")
    queue.begin("a")
    queue.begin("a")
    assert not queue.may_run("a")
    assert served(queue) == "b"
    queue.end("a")
    assert served(queue) == "aa"  # what is served counts only once it is begun


def test_a_client_that_waits_too_often_is_refused_and_others_are_not() -> None:
    queue = filled(FairQueue(Share(running=1, waiting=3)), "aaa")
    with pytest.raises(TooMuch) as caught:
        queue.add(Ticket("a"))
    assert (caught.value.limit, caught.value.value) == ("client_waiting", 3)
    queue.add(Ticket("b"))
    assert len(queue) == 4


def test_a_call_that_leaves_is_forgotten() -> None:
    queue = FairQueue()
    gone, other = Ticket("a"), Ticket("b")
    queue.add(gone)
    queue.add(other)
    queue.remove(gone)
    queue.remove(gone)
    assert len(queue) == 1
    assert queue.clients == 1
    assert queue.next() is other


@given(st.lists(st.sampled_from("abcdef"), max_size=60), st.integers(1, 4))
def test_whatever_comes_nobody_is_overtaken_twice_in_a_round(keys: list[str], most: int) -> None:
    queue = filled(FairQueue(Share(most, 60)), "".join(keys))
    due = Counter(keys)
    round_: set[str] = set()
    while (ticket := queue.next()) is not None:
        if ticket.key in round_:
            assert round_ >= {key for key in due if due[key]}, "someone waits who was passed by"
            round_.clear()
        round_.add(ticket.key)
        due[ticket.key] -= 1
    assert not +due
    assert len(queue) == queue.clients == 0
