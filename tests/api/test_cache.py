"""Answers that are kept to be given again, and reading of earlier generations."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.cache import PART, Cache, Key, key_of
from app.api.log import Metrics
from app.errors import LimitReached
from app.graph.lexer import inspect
from app.settings import Settings
from app.workers import Answer
from tests.api.conftest import Service, serving
from tests.api.test_fair_use import asking, client, end_all, running, until
from tests.api.test_sparql import ENDLESS, SLOW, TYPES

MIB = 2**20
PEOPLE = "http://e.x/graph/cache"


def cache(megabytes: int = 1, current: str = "1") -> Cache:
    return Cache(megabytes, Metrics(), lambda: current)


def key(name: str, generation: str = "1") -> Key:
    return key_of(generation, name)


def answer(*pieces: bytes, fails: bool = False) -> Answer:
    async def given_out() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
        if fails:
            raise LimitReached("query_rows", 1, "too many")

    async def closed() -> None:
        return None

    return Answer({}, given_out(), closed)


def taken(one: Answer, most: int | None = None) -> bytes:
    async def read() -> bytes:
        seen = b""
        try:
            async for piece in one:
                seen += piece
                if most is not None and len(seen) >= most:
                    break
        except LimitReached:
            pass
        await one.aclose()
        return seen

    return anyio.run(read)


def looked_up(service: Service) -> tuple[int, int]:
    """Hits and misses so far."""
    lines = service.client.get("/metrics").text.splitlines()
    counts = {line.split()[0]: float(line.split()[1]) for line in lines if line[0] != "#"}
    names = [f'polku_cache_answers_total{{outcome="{name}"}}' for name in ("hit", "miss")]
    return int(counts.get(names[0], 0)), int(counts.get(names[1], 0))


def insert(service: Service, value: int) -> str:
    update = f"INSERT DATA {{ GRAPH <{PEOPLE}> {{ <a:s> <a:value> {value} }} }}"
    done = service.client.post("/sparql", data={"update": update}, headers=service.bearer("admin"))
    assert done.status_code == 204
    return done.headers["polku-generation"]


VALUES = f"SELECT ?o {{ GRAPH <{PEOPLE}> {{ <a:s> <a:value> ?o }} }} ORDER BY ?o"


def values(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return answer.text.split()[1:]


# The cache by itself.


def test_a_whole_answer_is_kept_and_one_that_fails_or_is_left_is_not() -> None:
    kept = cache()
    assert taken(kept.keeping(key("whole"), answer(b"a", b"b"))) == b"ab"
    assert kept.get(key("whole")) == b"ab"
    assert taken(kept.keeping(key("cut"), answer(b"a", fails=True))) == b"a"
    assert taken(kept.keeping(key("left"), answer(b"a", b"b")), most=1) == b"a"
    assert (kept.get(key("cut")), kept.get(key("left")), len(kept)) == (None, None, 1)


def test_what_was_used_last_stays_within_the_bound() -> None:
    kept = cache()
    part = bytes(MIB // PART - 512)
    for number in range(PART):
        kept.keep(key(str(number)), part)
    assert (kept.size, len(kept)) == (MIB, PART)
    assert kept.get(key("0")) is not None
    kept.keep(key("one more"), b"")
    assert kept.get(key("1")) is None
    assert kept.get(key("0")) is not None
    assert kept.size <= MIB


def test_an_answer_over_the_bound_is_given_and_not_kept() -> None:
    kept = cache()
    large = bytes(kept.largest // 2 + 1)
    assert len(taken(kept.keeping(key("large"), answer(large, large, b"")))) > kept.largest
    assert len(kept) == 0 == kept.size
    off = cache(0)
    assert taken(off.keeping(key("any"), answer(b"a"))) == b"a"
    assert len(off) == 0


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, MIB // PART + 9)), max_size=60))
def test_the_bytes_are_those_of_what_is_kept(kept_in_turn: list[tuple[int, int]]) -> None:
    kept = cache()
    for name, size in kept_in_turn:
        kept.keep(key(str(name)), bytes(size))
        held = [kept.get(key(str(one))) for one in range(31)]
        sizes = [len(one) + 512 for one in held if one is not None]
        assert (kept.size, len(kept)) == (sum(sizes), len(sizes))
        assert kept.size <= MIB


def test_entries_go_with_their_generation() -> None:
    generation = ["1"]
    kept = Cache(1, Metrics(), lambda: generation[0])
    kept.keep(key("a", "1"), b"old")
    generation[0] = "2"
    assert kept.get(key("a", "1")) is None
    assert kept.size == 0
    kept.keep(key("a", "1"), b"late")
    assert len(kept) == 0, "an answer that ended after the graph moved on is not kept"


@given(st.lists(st.lists(st.text())), st.lists(st.lists(st.text())))
def test_two_questions_share_a_key_only_if_they_are_one(
    one: list[list[str]], other: list[list[str]]
) -> None:
    assert (key_of("1", *one) == key_of("1", *other)) == (one == other)


@pytest.mark.parametrize(
    ("query", "varies"),
    [
        ("SELECT (NOW() AS ?n) {}", True),
        ("SELECT (rand() AS ?n) {}", True),
        ("SELECT (1+1NOW() AS ?n) {}", True),
        ("SELECT (STRUUID() AS ?n) {}", True),
        ("SELECT (UUID() AS ?n) {}", True),
        ("SELECT ?now { ?now ?rand 'NOW()' } # UUID()", False),
    ],
)
def test_what_is_another_each_time_is_known(query: str, varies: bool) -> None:
    assert inspect(query).varies == varies


# Over HTTP.


@pytest.fixture(scope="module")
def one(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of these tests' own, whose counts are theirs."""
    import shutil

    folder = tmp_path_factory.mktemp("cached") / "data"
    shutil.copytree(sample, folder)
    with serving(Settings(data=folder, keep_generations=2)) as running_service:
        yield running_service


def test_a_second_reading_is_the_same_to_the_byte_and_counted(one: Service) -> None:
    hits, misses = looked_up(one)
    first, second = one.sparql(TYPES), one.sparql(TYPES)
    assert looked_up(one) == (hits + 1, misses + 1)
    assert first.content == second.content
    dated = {"date"}
    assert {**first.headers}.keys() == {**second.headers}.keys()
    assert all(
        second.headers[name] == value for name, value in first.headers.items() if name not in dated
    )
    not_modified = one.client.get(
        "/sparql",
        params={"query": TYPES},
        headers={"Accept": "text/csv", "If-None-Match": second.headers["etag"]},
    )
    assert not_modified.status_code == 304
    assert looked_up(one) == (hits + 1, misses + 1)


def test_another_media_type_dataset_or_host_is_another_answer(one: Service) -> None:
    query = "SELECT (STR(<x>) AS ?x) (COUNT(*) AS ?n) { ?s ?p ?o }"
    graph = {"default-graph-uri": "http://e.x/none"}
    for _ in range(3):
        asked = [
            one.sparql(query),
            one.sparql(query, "text/tab-separated-values"),
            one.sparql(query, "text/csv", **graph),
            one.client.get(
                "/sparql", params={"query": query}, headers={"Accept": "text/csv", "Host": "e.x"}
            ),
        ]
        assert len({answer.text for answer in asked}) == 4
        assert "http://e.x/x" in asked[3].text
    assert "http://e.x/x" not in one.sparql(query).text


def test_two_hosts_in_one_request_name_no_answer_for_others(one: Service) -> None:
    query = "SELECT (STR(<y>) AS ?x) {}"
    mine = urlsplit(one.url)
    for hosts in (["evil.e.x", mine.netloc], [mine.netloc, "evil.e.x"]):
        lines = [f"GET /sparql?query={quote(query)} HTTP/1.1", "Accept: text/csv"]
        lines += [*(f"Host: {host}" for host in hosts), "Connection: close", "", ""]
        with socket.create_connection((mine.hostname or "", mine.port or 0)) as raw:
            raw.sendall("\r\n".join(lines).encode())
            while raw.recv(65536):
                pass
    assert one.sparql(query).text.split()[1] == f"{one.url}/y"


def test_an_answer_that_was_streamed_is_given_again_whole(one: Service) -> None:
    query = "SELECT * { ?s ?p ?o } LIMIT 3000"
    first, second, third = (one.sparql(query) for _ in range(3))
    assert first.headers["transfer-encoding"] == "chunked"
    assert len(first.content) == int(second.headers["content-length"]) > 2**16
    assert first.content == second.content == third.content
    head = one.client.head("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert (head.status_code, head.content) == (200, b"")


def test_what_is_kept_is_not_told_apart_by_who_asks(one: Service) -> None:
    first = one.sparql(TYPES)
    for headers in (one.bearer("admin"), {"Authorization": "Bearer nonsense"}):
        told = {"Accept": "text/csv", **headers}
        answer = one.client.get("/sparql", params={"query": TYPES}, headers=told)
        assert answer.content == first.content


def test_a_query_that_gives_another_answer_each_time_does(one: Service) -> None:
    query = "SELECT (STRUUID() AS ?id) {}"
    assert one.sparql(query).text != one.sparql(query).text


def test_errors_are_not_kept(one: Service) -> None:
    hits, _ = looked_up(one)
    for _ in range(2):
        one.problem(one.sparql("SELECT (nonsense() AS ?x) {}"), 400)
    assert looked_up(one)[0] == hits


def test_an_edit_is_seen_at_once(one: Service) -> None:
    insert(one, 1)
    assert values(one.sparql(VALUES)) == values(one.sparql(VALUES)) == ["1"]
    insert(one, 2)
    assert values(one.sparql(VALUES)) == ["1", "2"]


def test_a_kept_answer_needs_no_reader(data: Path) -> None:
    settings = Settings(data=data, readers=1, queue_seconds=0.2)
    with serving(settings) as service, client(service, "127.0.0.9") as other:
        first = service.sparql(TYPES)
        with asking(lambda: other.get("/sparql", params={"query": SLOW})):
            until(lambda: bool(running(service)))
            assert service.sparql(TYPES).content == first.content
            service.problem(service.sparql(f"{TYPES} # anew"), 503)
            end_all(service)


def test_who_has_used_its_share_is_given_what_is_kept_and_nothing_anew(data: Path) -> None:
    settings = Settings(data=data, client_burst_seconds=1e-6, client_refill=1e-9)
    with serving(settings) as service:
        first = service.sparql(TYPES)
        assert first.status_code == 200
        assert service.sparql(TYPES).content == first.content
        service.problem(service.sparql(f"{TYPES} # anew"), 429)


def test_equal_queries_at_once_and_edits_between_never_mix(data: Path) -> None:
    """Each answer is that of the generation that it names: as many values as edits it holds."""
    with serving(Settings(data=data, readers=3, keep_generations=50)) as service:
        held = {insert(service, 0): 1}
        over = threading.Event()

        def read(_: int) -> list[tuple[str, list[str]]]:
            with httpx.Client(base_url=service.url, timeout=60) as caller:
                seen = []
                while not over.is_set():
                    got = caller.get(
                        "/sparql", params={"query": VALUES}, headers={"Accept": "text/csv"}
                    )
                    seen.append((got.headers["polku-generation"], values(got)))
                return seen

        with ThreadPoolExecutor(4) as threads:
            reading = [threads.submit(read, number) for number in range(4)]
            for value in range(1, 9):
                held[insert(service, value)] = value + 1
            over.set()
            seen = [one for future in reading for one in future.result()]
        assert len({generation for generation, _ in seen}) > 1
        for generation, found in seen:
            assert found == [str(value) for value in range(held[generation])]
        assert looked_up(service)[0] > 0


def test_a_query_that_is_cut_or_left_leaves_nothing_behind(data: Path) -> None:
    settings = Settings(data=data, readers=2, query_seconds=1.5, query_rows=200_000)
    cut = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 400000"
    with serving(settings) as service:
        for _ in range(2):
            service.problem(service.sparql(SLOW), 504)
            with (
                pytest.raises(httpx.RemoteProtocolError),
                service.client.stream("GET", "/sparql", params={"query": cut}) as begun,
            ):
                begun.read()
        with service.client.stream("GET", "/sparql", params={"query": ENDLESS}) as begun:
            next(begun.iter_raw())
        until(lambda: not running(service))
        hits, _ = looked_up(service)
        assert hits == 0
        whole = "SELECT * { ?a ?b ?c } LIMIT 100"
        assert service.sparql(whole).content == service.sparql(whole).content
        assert looked_up(service)[0] == 1


# Earlier generations.


def test_a_kept_generation_is_read_as_it_was(one: Service) -> None:
    one.client.delete("/graphs", params={"graph": PEOPLE}, headers=one.bearer("curator"))
    first = insert(one, 10)
    second = insert(one, 11)
    now, before = one.sparql(VALUES), one.sparql(VALUES, generation=first)
    assert (values(now), values(before)) == (["10", "11"], ["10"])
    assert before.headers["polku-generation"] == first
    assert before.headers["etag"].startswith(f'"{first}-')
    assert values(one.sparql(VALUES, generation=second)) == ["10", "11"]
    posted = one.client.post(
        "/sparql", data={"query": VALUES, "generation": first}, headers={"Accept": "text/csv"}
    )
    assert values(posted) == ["10"]
    unchanged = one.client.get(
        "/sparql",
        params={"query": VALUES, "generation": first},
        headers={"Accept": "text/csv", "If-None-Match": before.headers["etag"]},
    )
    assert unchanged.status_code == 304
    lines = {"Accept": "application/n-triples"}
    graph = one.client.get("/graphs", params={"graph": PEOPLE, "generation": first}, headers=lines)
    assert len(graph.text.splitlines()) == 1
    for _ in range(8):  # whichever reader answers, it is back on the current generation
        assert values(one.sparql(f"{VALUES} # {_}")) == ["10", "11"]


def test_a_generation_that_is_not_kept_says_what_to_do(one: Service) -> None:
    gone = insert(one, 20)
    current = [insert(one, value) for value in range(21, 25)][-1]
    for answer in (
        one.sparql(VALUES, generation=gone),
        one.client.get("/graphs", params={"graph": PEOPLE, "generation": gone}),
    ):
        problem = one.problem(answer, 410)
        assert current in problem["detail"] and "keep_generations" in problem["detail"]
    for none in ("nonsense", "999999-abcdef", "../../CURRENT", "000001-\x00", "٣"):
        assert current in one.problem(one.sparql(VALUES, generation=none), 404)["detail"]
    twice = one.client.get(f"/sparql?query=ASK%20%7B%7D&generation={gone}&generation={gone}")
    one.problem(twice, 422)
    update = {"update": "CLEAR DEFAULT", "generation": current}
    one.problem(one.client.post("/sparql", data=update, headers=one.bearer("admin")), 400)


def test_readings_of_many_generations_at_once_never_mix(data: Path) -> None:
    with serving(Settings(data=data, readers=3, keep_generations=20)) as service:
        held = {insert(service, value): value + 1 for value in range(5)}

        def read(number: int) -> tuple[str, list[str]]:
            generation = list(held)[number % 5]
            return generation, values(service.sparql(VALUES, generation=generation))

        with ThreadPoolExecutor(8) as threads:
            for generation, found in threads.map(read, range(60)):
                assert found == [str(value) for value in range(held[generation])]
        assert values(service.sparql(VALUES)) == ["0", "1", "2", "3", "4"]
