"""What becomes of deliveries, edits and people where the way to the store fails or others write."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import Busy
from app.graph.embedded import EmbeddedGraph
from app.graph.publish import publish
from app.graph.remote.bodies import config_of
from app.graph.remote.deliver import deliver, fetch
from app.graph.remote.graph import RemoteGraph
from app.graph.remote.http import Connection
from app.graph.remote.state import state
from app.graph.remote.store import store_of
from app.graph.remote.writer import RemoteWriter
from app.settings import Settings
from app.workers.frames import Json
from ontology.iris import Minter
from tests.engines import running
from tests.engines.relay import Relay, relayed
from tests.graph.bundles import bundle_of, labels
from tests.graph.remote.conftest import folder, published
from tests.graph.test_forget import JANE, SECRETS, crossref

MINE = "https://e.org/mine"
ALL = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


@pytest.fixture(scope="module")
def engine() -> Iterator[tuple[str, Path]]:
    """The address of an Oxigraph server, and a folder."""
    with folder() as root, running("oxigraph", Path(root) / "engine") as url:
        yield url, Path(root)


@pytest.fixture
def settings(engine: tuple[str, Path], tmp_path: Path) -> Settings:
    """The sample graph in a data folder, and the server that it is to be delivered to: empty."""
    made = Settings(data=tmp_path / "data", store=engine[0], store_vendor="oxigraph")
    published(made.data)
    with contextlib.closing(connection(made)) as way:
        way.update("CLEAR ALL")
    return made


@pytest.fixture
def relay(settings: Settings) -> Iterator[Relay]:
    """A way to the server that can be cut."""
    with relayed(settings.store) as made:
        yield made


@pytest.fixture
def remote(settings: Settings, relay: Relay) -> Settings:
    """The same settings, by that way."""
    return settings.model_copy(update={"store": relay.url})


def connection(settings: Settings) -> Connection:
    store = store_of(settings)
    assert store is not None
    return Connection(store, settings, 10)


def named(settings: Settings) -> str | None:
    """The generation that the store names."""
    with contextlib.closing(connection(settings)) as way:
        found = state(way)
    return found.generation if found else None


def both(settings: Settings) -> tuple[set[object], set[object]]:
    """How many triples each graph has: in the folder, and on the store."""
    store = store_of(settings)
    assert store is not None
    with (
        contextlib.closing(RemoteGraph(store, settings)) as remote,
        EmbeddedGraph(settings.data) as embedded,
    ):
        return set(embedded.select(ALL)), set(remote.select(ALL))


def edit(settings: Settings, **edit: Json) -> Json:
    """The outcome of an edit at a replica, which has no graph in its folder."""
    store = store_of(settings)
    assert store is not None
    replica = settings.data.parent / "replica"
    replica.mkdir(exist_ok=True)
    writer = RemoteWriter({"data": str(replica), **config_of(store)})
    with contextlib.closing(writer._connection):
        answer = writer.apply({"edits": [edit]})
    assert isinstance(answer, dict)
    outcomes = answer["outcomes"]
    assert isinstance(outcomes, list)
    (outcome,) = outcomes
    return outcome


def inserted(settings: Settings, value: int) -> None:
    text = f"INSERT DATA {{ GRAPH <{MINE}> {{ <a:s> <a:p> {value} }} }}"
    outcome = edit(settings, kind="update", text=text)
    assert isinstance(outcome, dict) and "error" not in outcome, outcome


def mine(settings: Settings) -> set[str]:
    """What people wrote on the store."""
    asked = f"SELECT ?o WHERE {{ GRAPH <{MINE}> {{ ?s ?p ?o }} }}"
    with contextlib.closing(connection(settings)) as way:
        return {row["o"].value for row in way.solutions(asked)}


def polku(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command, with the store in its environment."""
    environment = {**os.environ, "POLKU_STORE": settings.store, "POLKU_STORE_VENDOR": "oxigraph"}
    code = "from app.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments, "--data", str(settings.data)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )


class _Cutting:
    """Told of each graph that is sent; at the fourth it cuts the way, in the middle of the PUT."""

    def __init__(self, relay: Relay) -> None:
        self.sent: list[str] = []
        self._relay = relay

    def __call__(self, graph: str, _: int) -> None:
        self.sent.append(graph)
        if len(self.sent) == 4:
            self._relay.cut(after=400)


@pytest.mark.parametrize("at_once", [50_000, 0])
def test_a_first_delivery_that_is_cut_names_nothing_and_goes_on_where_it_was(
    remote: Settings, relay: Relay, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("app.graph.remote.deliver._AT_ONCE", at_once)
    cutting = _Cutting(relay)
    with pytest.raises(Busy) as refusal:
        deliver(remote, progress=cutting)
    assert "polku deliver" in refusal.value.detail
    assert "names generation none" in refusal.value.detail
    relay.mend()
    assert named(remote) is None
    again: list[str] = []
    done = deliver(remote, progress=lambda graph, _: again.append(graph))
    assert done is not None and named(remote) == done.generation
    assert cutting.sent[-1] in again
    ours, theirs = both(remote)
    assert ours == theirs


def test_a_later_delivery_that_is_cut_leaves_the_old_name_and_sends_only_what_is_missing(
    remote: Settings, relay: Relay
) -> None:
    first = deliver(remote)
    assert first is not None
    names = [f"more-{number}" for number in range(5)]
    bundles = [bundle_of(remote.data / "in", name, labels(20)) for name in names]
    publish(remote.data, {one.source: one for one in bundles}, checked=False)
    cutting = _Cutting(relay)
    with pytest.raises(Busy) as refusal:
        deliver(remote, progress=cutting)
    assert f"still names generation {first.generation}" in refusal.value.detail
    relay.mend()
    assert named(remote) == first.generation
    assert f"generation {first.generation}" in refusal.value.detail

    done = polku(remote, "deliver")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert named(remote) == done.stdout.strip() != first.generation
    sent = int(done.stderr.rpartition(" graphs,")[0].split()[-1])
    assert 0 < sent < len(bundles) + 1
    ours, theirs = both(remote)
    assert ours == theirs


@pytest.mark.parametrize("command", [("deliver",), ("serve", "--port", "0")])
def test_a_command_says_that_the_store_is_dead_and_what_to_do(
    remote: Settings, relay: Relay, command: tuple[str, ...]
) -> None:
    relay.cut()
    answer = polku(remote, *command)
    assert answer.returncode != 0
    assert "does not answer" in answer.stderr
    assert "POLKU_STORE" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_load_to_a_dead_store_changes_nothing(remote: Settings, relay: Relay) -> None:
    relay.cut()
    before = (remote.data / "CURRENT").read_text()
    file = remote.data.parent / "a.ttl"
    file.write_text('<https://e.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "a" .')
    answer = polku(remote, "load", "rdf", str(file), "--name", "dead")
    assert answer.returncode == 1
    assert "does not answer" in answer.stderr and "Traceback" not in answer.stderr
    assert (remote.data / "CURRENT").read_text() == before


def test_an_edit_made_while_a_load_is_delivered_is_not_lost(settings: Settings) -> None:
    deliver(settings)
    inserted(settings, 1)
    fetch(settings)
    bundle = bundle_of(settings.data / "in", "more", labels(20))
    publish(settings.data, {"more": bundle}, checked=False)

    def meanwhile(_: str, __: int) -> None:
        inserted(settings, 2)

    deliver(settings, progress=meanwhile)
    assert mine(settings) == {"1", "2"}
    # The next load takes it into the folder, and people's removals too.
    edit(settings, kind="update", text=f"DELETE DATA {{ GRAPH <{MINE}> {{ <a:s> <a:p> 1 }} }}")
    fetch(settings)
    deliver(settings)
    assert mine(settings) == {"2"}
    ours, theirs = both(settings)
    assert ours == theirs


def test_who_is_forgotten_is_gone_from_the_store(settings: Settings) -> None:
    publish(settings.data, {"crossref": crossref(settings.data / "in")}, checked=False)
    deliver(settings)
    iri = Minter().person("orcid", JANE)
    text = f"INSERT DATA {{ GRAPH <{MINE}> {{ <a:list> <a:has> <{iri}> ; <a:says> 1 }} }}"
    edit(settings, kind="update", text=text)

    def told() -> str:
        with contextlib.closing(connection(settings)) as way:
            rows = way.solutions("SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }")
            return "\n".join(f"{one['s']} {one['p']} {one['o']}" for one in rows)

    assert JANE in told()
    done = polku(settings, "person", "forget", f"https://orcid.org/{JANE}", "--yes")
    assert done.returncode == 0, done.stderr
    after = told()
    assert not [one for one in SECRETS if one in after]
    assert mine(settings) == {"1"}
