"""Every graph has a licence, and one that is not open stays out of what is handed on as a whole."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import orjson
import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from app.api.application import create_app
from app.cli import polku
from app.errors import BadParameter, GraphError, NotFound
from app.exports.catalogue import every
from app.graph import generations, open_graph, rights
from app.graph.backup import backup, restore
from app.graph.licences import all_rights, state
from app.graph.publish import publish
from app.settings import Settings
from loaders.base import Run
from loaders.bundle import Bundle, write_quads_bundle
from ontology import licences, terms
from ontology.ntriples import Triple, iri, text, typed
from tests.graph.bundles import IRIS

OPEN = "https://creativecommons.org/licenses/by/4.0/"
CLOSED = "https://creativecommons.org/licenses/by-nc/4.0/"
AALTO, OULU = IRIS.graph("aalto"), IRIS.graph("oulu")


def course(university: str, code: str) -> list[Triple]:
    me = iri(IRIS.course(university, code))
    return [
        (me, iri(terms.rdf.type), iri(terms.Course)),
        (me, iri(terms.university), iri(IRIS.organisation(university))),
        (me, iri(terms.dcterms.title), text(f"Course {code}", "en")),
        (me, iri(terms.skos.notation), text(code)),
        (me, iri(terms.ectsMin), typed("5", terms.xsd.decimal)),
        (me, iri(terms.ectsMax), typed("5", terms.xsd.decimal)),
    ]


def loaded(data: Path, source: str, code: str, licence: str) -> Bundle:
    graph = iri(IRIS.graph(source))
    return write_quads_bundle(
        source, [(*triple, graph) for triple in course(source, code)], data / "bundles" / source,
        run=Run(iris=IRIS), title=source, licence=licence,
    )  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A catalogue under an open licence, and one without any."""
    folder = tmp_path / "data"
    made = (loaded(folder, "aalto", "A-1", OPEN), loaded(folder, "oulu", "O-1", ""))
    publish(folder, {one.source: one for one in made}, checked=False)
    return folder


def exported(data: Path) -> set[str]:
    with open_graph(data) as graph:
        return {one.code for one in every(graph)}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(polku, list(arguments))


def test_every_graph_carries_a_licence_and_says_whether_it_is_public(data: Path) -> None:
    with open_graph(data) as graph:
        without = graph.select(
            f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} "
            f"MINUS {{ ?g <{terms.dcterms.license}> ?l ; <{licences.ACCESS_RIGHTS}> ?a }} }}"
        )
        assert list(without) == []
        assert graph.ask(f"ASK {{ <{AALTO}> <{terms.dcterms.license}> <{OPEN}> }}")
        assert graph.ask(
            f"ASK {{ <{OULU}> <{terms.dcterms.license}> <{licences.NOT_EVALUATED}> ; "
            f"<{licences.ACCESS_RIGHTS}> <{licences.NON_PUBLIC}> }}"
        )


def test_only_openly_licensed_courses_are_exported_and_the_rest_is_counted(data: Path) -> None:
    assert exported(data) == {"A-1"}
    out = run("export", "csv", "--data", str(data))
    assert "A-1" in out.stdout
    assert "O-1" not in out.stdout
    assert "1 left out: their graphs are not openly licensed" in out.stderr


@pytest.mark.parametrize(
    ("licence", "open_"),
    [
        (OPEN, True),
        ("http://creativecommons.org/publicdomain/zero/1.0/", True),
        ("http://data.europa.eu/eli/dec/2011/833/oj", True),
        ("https://creativecommons.org/licenses/by-sa/4.0", True),
        ("https://www.apache.org/licenses/LICENSE-2.0", True),
        (CLOSED, False),
        ("https://creativecommons.org/licenses/by-nd/4.0/", False),
        ("https://e.org/creativecommons.org/licenses/by/4.0/", False),
        ("https://creativecommons.org.e.org/licenses/by/4.0/", False),
        ("https://creativecommons.org/licenses/by/4.0/\nx", False),
        (licences.NOT_EVALUATED, False),
        ("", False),
    ],
)
def test_which_licences_are_open(licence: str, open_: bool) -> None:
    assert licences.is_open(licence) is open_


def test_an_admin_can_let_a_graph_out_and_take_it_back(data: Path) -> None:
    assert state(data, OULU, public=True).licence == licences.NOT_EVALUATED
    assert exported(data) == {"A-1", "O-1"}
    state(data, OULU, public=False)
    state(data, AALTO, licence=CLOSED)
    assert exported(data) == set()
    state(data, OULU, licence=OPEN)
    assert exported(data) == {"O-1"}


def test_what_was_said_outlives_loads_and_a_restore(data: Path, tmp_path: Path) -> None:
    state(data, OULU, public=True)
    publish(data, {"oulu": loaded(data, "oulu", "O-2", "")}, checked=False)
    assert exported(data) == {"A-1", "O-2"}
    backup(data, tmp_path / "saved.tar")
    restore(tmp_path / "saved.tar", tmp_path / "again")
    assert exported(tmp_path / "again") == {"A-1", "O-2"}
    publish(tmp_path / "again", {"oulu": loaded(tmp_path / "again", "oulu", "O-3", "")},
            checked=False)  # fmt: skip
    assert exported(tmp_path / "again") == {"A-1", "O-3"}


def test_stating_a_licence_makes_no_index_stale(data: Path) -> None:
    before = generations.current(data)
    state(data, OULU, public=True)
    after = generations.current(data)
    assert before and after
    assert (after.content, after.bundles) == (before.content, before.bundles)
    assert after.id != before.id


def test_the_commands_say_what_holds(data: Path) -> None:
    listed = run("graph", "list", "--data", str(data)).stdout.splitlines()
    assert f"public\t{AALTO}\t{OPEN}" in listed
    assert f"withheld\t{OULU}\t{licences.NOT_EVALUATED}" in listed
    done = run("graph", "licence", OULU, OPEN, "--data", str(data))
    assert done.stdout == f"public\t{OULU}\t{OPEN}\n"
    assert run("graph", "licence", OULU, "--data", str(data)).exit_code == 2
    assert all_rights(data)[OULU].public


def test_wrong_calls_change_nothing(data: Path) -> None:
    with pytest.raises(NotFound):
        state(data, "https://e.org/none", public=True)
    with pytest.raises(BadParameter):
        state(data, OULU, licence="no iri")
    assert not (data / rights.FILE).exists()


def test_a_damaged_statement_lets_nothing_out(data: Path) -> None:
    (data / rights.FILE).write_text("{")
    with pytest.raises(GraphError, match="damaged"):
        publish(data, {"oulu": loaded(data, "oulu", "O-2", "")}, checked=False)


def test_over_http_dumps_hold_public_graphs_alone_and_sparql_answers_from_all(data: Path) -> None:
    async def asked() -> dict[str, httpx.Response]:
        app = create_app(Settings(data=data, readers=1))
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://here.test"
            ) as client:
                paths = ("/exports/csv", "/exports/dcat", "/.well-known/void",
                         "/course/oulu/O-1?profile=csv")  # fmt: skip
                found = {path: await client.get(path) for path in paths}
                query = f"ASK {{ <{IRIS.course('oulu', 'O-1')}> ?p ?o }}"
                found["ask"] = await client.get("/sparql", params={"query": query},
                                                headers={"Accept": "text/csv"})  # fmt: skip
                return found

    found = asyncio.run(asked())
    assert "A-1" in found["/exports/csv"].text
    assert "O-1" not in found["/exports/csv"].text
    datasets = orjson.loads(found["/exports/dcat"].content)["dataset"]
    assert [one["id"] for one in datasets] == [AALTO]
    assert datasets[0]["license"] == OPEN
    subsets = {
        quad.object.value
        for quad in ox.parse(found["/.well-known/void"].content, ox.RdfFormat.TURTLE)
        if quad.predicate.value.endswith("#subset") and isinstance(quad.object, ox.NamedNode)
    }
    assert subsets == {AALTO}
    assert "states no licence" in found["/course/oulu/O-1?profile=csv"].text
    assert found["ask"].text.strip() == "true"
