"""Which calls may begin: short ones always soon, long ones on all workers but one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.workers import Ticket
from app.workers.lanes import (
    FIRST_PROBATION,
    LONGEST_PROBATION,
    MOST_CLIENTS,
    Fate,
    Lanes,
    Probations,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def long(key: str = "") -> Ticket:
    ticket = Ticket(key)
    ticket.long = True
    return ticket


def at_work(lanes: Lanes, ticket: Ticket) -> Ticket:
    lanes.begin(ticket)
    return ticket


def test_long_calls_leave_one_worker_to_short_ones() -> None:
    lanes = Lanes(3, 0.5)
    for _ in range(2):
        assert lanes.has_room(long(), 3)
        lanes.begin(long())
    assert not lanes.has_room(long(), 3)
    assert lanes.has_room(Ticket(), 1)


def test_a_long_call_never_takes_the_last_ready_worker_unless_a_short_one_is_at_work() -> None:
    lanes = Lanes(3, 0.5)
    assert not lanes.has_room(long(), 1)
    lanes.begin(Ticket())
    assert lanes.has_room(long(), 1)


def test_short_calls_may_have_every_worker_while_no_long_one_is_at_work() -> None:
    lanes = Lanes(3, 0.5)
    for _ in range(3):
        assert lanes.has_room(Ticket(), 1)
        lanes.begin(Ticket())
    assert not lanes.has_room(Ticket(), 1)


def test_one_worker_takes_every_call_as_it_comes() -> None:
    lanes = Lanes(1, 0.5)
    assert lanes.short_seconds is None
    assert lanes.has_room(long(), 1)
    ticket = at_work(lanes, Ticket("a"))
    assert not lanes.has_room(Ticket(), 1)
    lanes.end(ticket, killed=True)
    assert not lanes.is_long(Ticket("a"))
    assert lanes.has_room(Ticket("a"), 1)


def test_of_two_workers_one_takes_a_long_call() -> None:
    lanes = Lanes(2, 0.5)
    assert lanes.has_room(long(), 2)
    lanes.begin(long())
    assert not lanes.has_room(long(), 2)
    assert lanes.has_room(Ticket(), 1)


def test_a_call_that_outlives_the_short_ones_stays_while_there_is_room_for_long_ones() -> None:
    lanes = Lanes(3, 0.5)
    fates = [lanes.outlived(at_work(lanes, Ticket())) for _ in range(3)]
    assert fates == [Fate.STAYS, Fate.STAYS, Fate.WAITS]
    assert (lanes.short, lanes.long) == (1, 2)


def test_an_answer_that_has_begun_goes_on_beyond_the_count_until_there_are_too_many() -> None:
    lanes = Lanes(3, 0.5)
    fates = []
    for _ in range(6):
        ticket = at_work(lanes, Ticket())
        ticket.answering = True
        fates.append(lanes.outlived(ticket))
    assert fates == [Fate.STAYS] * 5 + [Fate.ENDS]
    assert lanes.beyond == 3
    assert not lanes.has_room(Ticket(), 1)  # the one that is cut off is still there


def test_a_client_whose_call_was_long_begins_as_long_for_a_while() -> None:
    clock = Clock()
    lanes = Lanes(3, 0.5, clock=clock)
    ticket = at_work(lanes, Ticket("a"))
    assert lanes.outlived(ticket) is Fate.STAYS
    lanes.end(ticket, killed=False)
    assert lanes.is_long(Ticket("a"))
    assert not lanes.is_long(Ticket("b"))
    assert not lanes.is_long(Ticket("a", bounded=False))
    clock.now += FIRST_PROBATION + 1
    assert not lanes.is_long(Ticket("a"))


def test_a_call_that_was_short_to_its_end_leaves_no_trace_unless_it_cost_a_worker() -> None:
    lanes = Lanes(3, 0.5)
    lanes.end(at_work(lanes, Ticket("a")), killed=False)
    assert not lanes.is_long(Ticket("a"))
    lanes.end(at_work(lanes, Ticket("b")), killed=True)
    assert lanes.is_long(Ticket("b"))


def test_a_call_that_gave_its_worker_back_and_ran_again_counts_once() -> None:
    clock = Clock()
    lanes = Lanes(2, 0.5, clock=clock)
    lanes.begin(long("other"))
    ticket = at_work(lanes, Ticket("a"))
    assert lanes.outlived(ticket) is Fate.WAITS
    ticket.outlived = True
    lanes.end(ticket, killed=False)
    ticket.long, ticket.outlived = True, False
    clock.now += FIRST_PROBATION - 1
    lanes.end(at_work(lanes, ticket), killed=False)
    clock.now += FIRST_PROBATION - 1
    assert lanes.is_long(Ticket("a"))  # it began anew
    clock.now += 2
    assert not lanes.is_long(Ticket("a"))  # and was no longer


def test_each_probation_is_twice_as_long_up_to_the_longest_and_is_forgotten_in_time() -> None:
    clock = Clock()
    probations = Probations(clock)
    lengths = []
    for _ in range(8):
        probations.add("a")
        began = clock.now
        while "a" in probations:
            clock.now += 1
        lengths.append(clock.now - began)
    assert lengths == [15, 30, 60, 120, 240, 480, LONGEST_PROBATION, LONGEST_PROBATION]
    clock.now += LONGEST_PROBATION
    probations.add("a")
    clock.now += FIRST_PROBATION
    assert "a" not in probations


def test_of_many_clients_only_so_many_are_remembered() -> None:
    clock = Clock()
    probations = Probations(clock)
    for number in range(MOST_CLIENTS + 1):
        clock.now += 0.0001
        probations.add(str(number))
    assert len(probations) <= MOST_CLIENTS
    assert str(MOST_CLIENTS) in probations
    assert "0" not in probations


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["short", "long", "streams", "outlived", "over", "killed", "time"]),
        st.integers(0, 4),
    ),
    max_size=60,
)


@given(size=st.integers(1, 5), steps=STEPS)
def test_whatever_comes_the_counts_hold_and_a_short_call_finds_room(
    size: int, steps: list[tuple[str, int]]
) -> None:
    clock = Clock()
    lanes = Lanes(size, 0.5, clock=clock)
    running: list[Ticket] = []
    for step, which in steps:
        ready = size + 1 + lanes.beyond - len(running)
        one = running[which % len(running)] if running else None
        if step in ("short", "long"):
            ticket = Ticket(str(which))
            ticket.long = step == "long" and size > 1
            if lanes.has_room(ticket, ready):
                assert ready > 0
                lanes.begin(ticket)
                running.append(ticket)
                assert not ticket.long or lanes.long <= size - 1
        elif step == "time":
            clock.now += 20
        elif one is not None and step == "streams":
            one.answering = True
        elif one is not None and step == "outlived" and not one.long and size > 1:
            if lanes.outlived(one) is not Fate.STAYS:
                one.outlived = True
                lanes.end(one, killed=False)
                running.remove(one)
        elif one is not None and step in ("over", "killed"):
            lanes.end(one, killed=step == "killed")
            running.remove(one)
        assert lanes.long == sum(one.long for one in running)
        assert lanes.short == len(running) - lanes.long
        assert lanes.beyond <= size
        if not lanes.short:
            free = size + 1 + lanes.beyond - len(running)
            assert lanes.has_room(Ticket("a stranger"), free)
    for ticket in running:
        lanes.end(ticket, killed=False)
    assert lanes.short == lanes.long == lanes.beyond == 0
