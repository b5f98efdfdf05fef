from __future__ import annotations

import pytest

from app.errors import TooMuch
from app.workers import Buckets
from app.workers.buckets import MOST_CLIENTS


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_client_over_its_burst_is_refused_until_enough_is_given_back() -> None:
    clock = Clock()
    buckets = Buckets(10, 0.5, clock=clock)
    buckets.charge("a", 9.9)
    buckets.admit("a")
    buckets.charge("a", 2.1)
    with pytest.raises(TooMuch) as caught:
        buckets.admit("a")
    refused = caught.value
    assert (refused.limit, refused.value, refused.retry_after) == ("client_burst_seconds", 10, 4)
    assert "client_burst_seconds" in refused.detail
    clock.now += refused.retry_after + 0.01
    buckets.admit("a")


def test_what_one_client_uses_is_charged_to_no_other() -> None:
    buckets = Buckets(1, 1, clock=Clock())
    buckets.charge("a", 5)
    buckets.admit("b")
    with pytest.raises(TooMuch):
        buckets.admit("a")


def test_an_endless_row_of_clients_takes_bounded_memory_and_frees_no_heavy_one() -> None:
    clock = Clock()
    buckets = Buckets(10, 0.001, clock=clock)
    buckets.charge("heavy", 1_000)
    for number in range(3 * MOST_CLIENTS):
        buckets.charge(f"client {number}", 0.5)
    assert len(buckets) <= MOST_CLIENTS
    with pytest.raises(TooMuch):
        buckets.admit("heavy")


def test_who_paused_long_enough_is_forgotten_first() -> None:
    clock = Clock()
    buckets = Buckets(10, 1, clock=clock)
    for number in range(MOST_CLIENTS):
        buckets.charge(f"client {number}", 1)
    clock.now += 2
    buckets.charge("new", 1)
    assert len(buckets) == 1
