"""``/metrics`` and the access log: what costs most, what is stopped, how old the graph is."""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from app.api.log import query_hash
from app.api.slowest import FADES, KNOWN, SHOWN, Slowest
from app.settings import Settings
from queries import catalogue
from tests.api.conftest import COURSE, Service, serving
from tests.api.test_sparql import SLOW

CURATED = "skills-of-course"
Measured = dict[tuple[str, frozenset[tuple[str, str]]], float]


def measured(text: str) -> Measured:
    """Each value by its name and labels, as Prometheus reads it."""
    return {
        (one.name, frozenset(one.labels.items())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def value(service: Service, name: str, **labels: str) -> float:
    told = measured(service.client.get("/metrics").text)
    return told.get((name, frozenset(labels.items())), 0.0)


@pytest.fixture(scope="module")
def own(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that nothing else asks, on a folder of its own."""
    folder = tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(sample, folder)
    with serving(Settings(data=folder, readers=2, query_seconds=2)) as service:
        yield service


# Over HTTP.


def test_seconds_are_told_by_query_hash(own: Service) -> None:
    query = "SELECT (41 + 1 AS ?known_by_its_hash) {}"
    for _ in range(3):  # from a reader, from the cache, from the cache
        assert own.sparql(query).status_code == 200
    known = query_hash(query)
    assert value(own, "polku_query_seconds_count", hash=known) == 3
    assert value(own, "polku_query_seconds_bucket", hash=known, le="+Inf") == 3
    assert 0 < value(own, "polku_query_seconds_sum", hash=known) < 60


def test_what_is_refused_costs_nothing_and_is_not_told(own: Service) -> None:
    query = "SELECT nothing that can be read"
    assert own.sparql(query).status_code == 400
    assert value(own, "polku_query_seconds_count", hash=query_hash(query)) == 0


def test_a_query_that_a_limit_killed_is_told_with_its_seconds_and_its_limit(own: Service) -> None:
    before = value(own, "polku_queries_stopped_total", limit="query_seconds")
    own.problem(own.sparql(SLOW), 504)
    assert value(own, "polku_queries_stopped_total", limit="query_seconds") == before + 1
    assert value(own, "polku_query_seconds_sum", hash=query_hash(SLOW)) >= 2
    assert value(own, "polku_queries", state="running") == 0


def test_a_curated_query_is_kept_and_known_by_its_text_alone(
    own: Service, caplog: pytest.LogCaptureFixture
) -> None:
    asked = {"course": COURSE}
    hits = value(own, "polku_cache_answers_total", outcome="hit")
    with caplog.at_level("INFO", "app.api.access"):
        first = own.client.get(f"/queries/{CURATED}", params=asked)
        again = own.client.get(f"/queries/{CURATED}", params=asked)
    assert first.status_code == 200, first.text
    assert first.content == again.content and first.json()["results"]
    assert value(own, "polku_cache_answers_total", outcome="hit") == hits + 1
    known = query_hash(catalogue()[CURATED].text)
    assert value(own, "polku_query_seconds_count", hash=known) == 2
    logged = [one.__dict__ for one in caplog.records if one.name == "app.api.access"]
    told = [one for one in logged if one["route"] == f"/queries/{CURATED}"]
    assert [one["query_hash"] for one in told] == [known, known]


def test_the_age_of_the_generation_grows(own: Service) -> None:
    first = value(own, "polku_generation_age_seconds")
    assert 0 < first < 3600
    assert value(own, "polku_generation_age_seconds") > first


# The bound.


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def shown(slowest: Slowest) -> set[str]:
    registry = CollectorRegistry()
    registry.register(slowest)
    told = generate_latest(registry).decode()
    return set(re.findall(r'_count\{hash="([^"]*)"\}', told))


def test_a_flood_of_queries_neither_fills_memory_nor_hides_what_costs_most() -> None:
    slowest = Slowest((0.1, 1.0), _Clock())
    for number in range(10 * KNOWN):
        slowest.observe(f"once-{number}", 0.01)
        if number % 40 == 0:
            slowest.observe("often", 0.009)
        if number == 2 * KNOWN:
            slowest.observe("slow", 30)
    assert len(slowest) <= 2 * KNOWN
    told = shown(slowest)
    assert len(told) == SHOWN
    assert {"often", "slow"} <= told


def test_what_cost_much_long_ago_makes_room() -> None:
    clock = _Clock()
    slowest = Slowest((1.0,), clock)
    for number in range(SHOWN):
        slowest.observe(f"old-{number}", 60)
    slowest.observe("new", 1)
    assert "new" not in shown(slowest)
    clock.now = 10 * FADES
    slowest.observe("newer", 1)
    assert "newer" in shown(slowest)


def test_buckets_hold_what_was_at_most_their_bound_and_values_only_grow() -> None:
    clock = _Clock()
    slowest = Slowest((1.0, 2.0), clock)
    for seconds in (0.5, 1.0, 1.5, 9.0):
        slowest.observe("a", seconds)
    clock.now = FADES
    registry = CollectorRegistry()
    registry.register(slowest)
    told = measured(generate_latest(registry).decode())
    of = {
        dict(labels)["le"]: found
        for (name, labels), found in told.items()
        if name == "polku_query_seconds_bucket"
    }
    assert of == {"1.0": 2, "2.0": 3, "+Inf": 4}
    assert math.isclose(told["polku_query_seconds_sum", frozenset({("hash", "a")})], 12.0)
