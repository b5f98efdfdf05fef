"""Who is forgotten leaves no match behind, and what they stood for has an entity again."""

from __future__ import annotations

from pathlib import Path

from app.graph import open_graph
from app.graph.forget import forget
from app.graph.writer import Writer
from ontology import terms
from ontology.iris import BASE
from ontology.ntriples import Triple, iri
from tests.graph.bundles import IRIS
from tests.graph.identified import ARXIV, DOI, decide, entities, found, load, load_matches, work

ORCID = "0000-0002-1825-0097"
JANE = IRIS.person("orcid", ORCID)
A1, A2, A3 = (IRIS.person("openalex", name) for name in ("A1", "A2", "A3"))


def person(subject: str, entity: str = "") -> list[Triple]:
    me = iri(subject)
    said = [(me, iri(terms.rdf.type), iri(terms.schema.Person))]
    return [*said, (me, iri(terms.entity), iri(entity))] if entity else said


def test_no_match_is_left_with_one_end_and_each_thing_has_one_entity(tmp_path: Path) -> None:
    load(tmp_path, "crossref", [*person(JANE), *work(ARXIV), *work(DOI)])
    load(tmp_path, "openalex", [*person(A1), *person(A2, JANE), *person(A3)])
    pairs = [found(A1, JANE), found(ARXIV, DOI)]
    load_matches(tmp_path, pairs, alone=[JANE, A1, A3])
    Writer(tmp_path).edit([decide(A3, JANE, "accept")])
    before = entities(tmp_path)
    assert before["A1"] == before["A2"] == before["A3"] == ORCID
    forget(tmp_path, f"https://orcid.org/{ORCID}", base=BASE)
    work_entity = before[DOI.rpartition("/")[2]]
    assert entities(tmp_path) == {
        "A1": "A1",
        "A2": "A2",
        "A3": "A3",
        **{one.rpartition("/")[2]: work_entity for one in (ARXIV, DOI)},
    }
    hers = {IRIS.match(one, JANE) for one in (A1, A2, A3)}
    query = (
        f"SELECT DISTINCT ?m {{ ?m a ?k FILTER(?k IN (<{terms.Match}>, <{terms.RejectedMatch}>)) }}"
    )
    decided = f"ASK {{ ?d a <{terms.MatchDecision}> }}"
    with open_graph(tmp_path) as graph:
        assert {str(one) for (one,) in graph.select(query)} == {IRIS.match(ARXIV, DOI)}
        assert not graph.ask(decided)
    (bundle,) = (tmp_path / "bundles" / "matches").glob("*/quads.nq")
    said = bundle.read_text("utf-8")
    assert IRIS.match(ARXIV, DOI) in said
    assert not any(word in said for word in (ORCID, *hers))
    load(tmp_path, "crossref", [*person(JANE), *work(ARXIV), *work(DOI)])
    assert entities(tmp_path)["A1"] == "A1"
