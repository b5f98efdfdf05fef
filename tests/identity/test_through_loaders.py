"""One thing in several sources, loaded by their loaders, has one entity; two things have two."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import polku
from app.graph import generations, open_graph
from app.graph.generations import Generation
from app.graph.identity import MATCHED
from app.graph.publish import publish
from app.identity.explained import Explained, explain
from app.identity.run import match_graph
from app.settings import Settings
from loaders.bundle import Bundle, write_bundle
from loaders.registry import loader
from ontology import terms
from ontology.ntriples import iri
from tests.api.conftest import serving
from tests.graph.bundles import IRIS
from tests.graph.identified import Silent
from tests.loaders.loading import GOLDEN

RECORDS = Path(__file__).parent / "records"
ORCID, ROR = "0000-0002-1825-0097", "03yrm5c26"
FILES = {
    "arxiv": "arxiv.jsonl",
    "crossref": "crossref.jsonl",
    "openalex": "openalex.jsonl",
    "oai-pmh": "pure.xml",
    "rdf": "people.ttl",
    "sisu": "sisu.json",
    "kouta": "kouta.json",
}

PREPRINT = IRIS.research("arxiv", "2601.00001")
PREPRINT_DOI = IRIS.research("doi", "10.48550/arxiv.2601.00001")
ARTICLE = IRIS.research("doi", "10.9990/routes.1")
IN_PURE = IRIS.research("oai", "oai:pure.example.org:openaire_cris_publications/2")
STONES = IRIS.research("doi", "10.9990/stones.1")
BEARS = IRIS.research("arxiv", "2601.00002")
AINO, BO = IRIS.person("orcid", ORCID), IRIS.person("openalex", "A9900000012")
AINO_AT_HOME, NAMESAKE = "https://people.example.org/aino", "https://people.example.org/other"
FORESTS, FORESTS_AT_HOME = IRIS.organisation(ROR), "https://people.example.org/forests"
TAMPERE = IRIS.organisation("033003e23")
PATHS, PATHS_OPEN = IRIS.course("tampere", "DEMO.101"), IRIS.course("tampere", "DEMO-101")
LIGHT = IRIS.course("tampere", "DEMO.102")

THINGS: dict[str, list[set[str]]] = {
    terms.ResearchOutput: [{PREPRINT, PREPRINT_DOI, ARTICLE, IN_PURE}, {STONES}, {BEARS}],
    terms.Course: [{PATHS, PATHS_OPEN}, {LIGHT}],
    terms.schema.Person: [{AINO, AINO_AT_HOME}, {BO}, {NAMESAKE}],
    terms.elm.Organisation: [{FORESTS, FORESTS_AT_HOME}, {TAMPERE}],
}
"""What there is of each class, as the IRIs that the sources give it."""


def load(data: Path, **files: Path) -> Generation:
    """The generation of these files, each read by the loader of its name."""
    bundles = {}
    for name, file in files.items():
        source = name.replace("_", "-")
        bundles[source] = write_bundle(loader(source), [file], data / "bundles" / source, iris=IRIS)
    return publish(data, bundles)


def match(data: Path) -> Bundle:
    """The matches of what is loaded, published."""
    bundle = match_graph(data, Silent(), iris=IRIS)
    publish(data, {"matches": bundle}, iris=IRIS)
    return bundle


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with all sources, matched."""
    data = tmp_path_factory.mktemp("identity") / "data"
    load(data, **{name.replace("-", "_"): RECORDS / file for name, file in FILES.items()})
    match(data)
    return data


@pytest.fixture
def data(matched: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(matched, tmp_path / "data"))


def groups(data: Path, kind: str) -> list[set[str]]:
    """The things of a class, as ``GROUP BY ?entity`` groups them."""
    query = (
        'SELECT ?entity (GROUP_CONCAT(DISTINCT STR(?thing); separator=" ") AS ?things) '
        f"{{ ?thing a <{kind}> ; <{terms.entity}> ?entity }} GROUP BY ?entity"
    )
    with open_graph(data) as graph:
        return [set(str(things).split()) for _, things in graph.select(query)]


def described(data: Path, thing: str) -> Explained:
    with open_graph(data) as graph:
        return explain(graph, thing)


@pytest.mark.parametrize("kind", THINGS)
def test_each_thing_has_one_entity_whatever_sources_describe_it(matched: Path, kind: str) -> None:
    found = groups(matched, kind)
    assert len(found) == len(THINGS[kind])
    assert all(group in found for group in THINGS[kind])


def test_nothing_is_without_an_entity_and_nothing_has_two(matched: Path) -> None:
    kinds = " ".join(f"<{kind}>" for kind in THINGS)
    query = (
        f"SELECT ?thing (COUNT(DISTINCT ?entity) AS ?n) {{ VALUES ?kind {{ {kinds} }} "
        f"?thing a ?kind OPTIONAL {{ ?thing <{terms.entity}> ?entity }} }} GROUP BY ?thing"
    )
    with open_graph(matched) as graph:
        counted = {str(thing): str(number) for thing, number in graph.select(query)}
    assert counted.keys() == {one for all_ in THINGS.values() for group in all_ for one in group}
    assert set(counted.values()) == {"1"}


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.nt")), ids=lambda file: file.stem)
def test_a_loader_gives_an_entity_to_all_that_it_describes(file: Path) -> None:
    if file.stem == "rdf":
        return  # it says what its file says
    things, entities = set(), []
    kinds = {iri(kind) for kind in MATCHED}
    for line in file.read_text(encoding="utf-8").splitlines():
        subject, name, value = line.removesuffix(" .").split(" ", 2)
        if name == iri(terms.rdf.type) and value in kinds:
            things.add(subject)
        elif name == iri(terms.entity):
            entities.append(subject)
    assert things <= set(entities)
    assert len(entities) == len(set(entities))


@pytest.mark.parametrize(
    ("one", "other", "method", "because"),
    [
        (PREPRINT, ARTICLE, "identifier", "Both bear the DOI 10.9990/routes.1."),
        (PREPRINT, PREPRINT_DOI, "identifier", "Both bear the arXiv identifier 2601.00001."),
        (AINO, AINO_AT_HOME, "identifier", f"Both bear the ORCID iD {ORCID}."),
        (FORESTS, FORESTS_AT_HOME, "identifier", f"Both bear the ROR identifier {ROR}."),
        (
            PATHS,
            PATHS_OPEN,
            "identifier",
            "One university has both courses under the code DEMO.101, written DEMO-101",
        ),
    ],
)
def test_what_identifiers_join_says_which(
    matched: Path, one: str, other: str, method: str, because: str
) -> None:
    (reason,) = [reason for reason in described(matched, one).matches if reason.other == other]
    assert (reason.status, reason.method, reason.score) == ("accepted", method, 1.0)
    assert reason.because.startswith(because)


def test_what_is_joined_by_description_says_how_alike_and_which_run_found_it(matched: Path) -> None:
    reasons = described(matched, IN_PURE).matches
    assert {reason.method for reason in reasons} == {"description"}
    said = {reason.other: reason.because for reason in reasons}
    assert said[ARTICLE] == "Titles alike 1.00; 2 of 2 authors in common; years 2026."
    query = (
        f"SELECT ?m ?method ?version ?threshold {{ ?m a <{terms.Match}> ; "
        f"<{terms.prov.wasGeneratedBy}> ?run . ?run a <{terms.MatchRun}> ; "
        f"<{terms.matchMethod}> ?method ; <{terms.modelVersion}> ?version ; "
        f"<{terms.threshold}> ?threshold }}"
    )
    with open_graph(matched) as graph:
        rows = {str(row[0]): row[1:] for row in graph.select(query)}
        many = len(list(graph.select(f"SELECT ?m {{ ?m a <{terms.Match}> }}")))
    assert len(rows) == many, "every match names the run that made it"
    for reason in reasons:
        method, version, threshold = rows[reason.match]
        assert (method, version, float(threshold or 0)) == (terms.ByDescription, "2", 0.9)


def test_one_doi_on_two_plainly_different_works_joins_nothing_and_asks_a_person(
    matched: Path,
) -> None:
    (reason,) = described(matched, BEARS).matches
    assert (reason.other, reason.status, reason.method) == (STONES, "suggested", "identifier")
    assert reason.score == 0.5
    assert "titles are unlike" in reason.because and "share no author" in reason.because


def test_a_title_in_another_language_is_no_contest_where_an_author_is_shared(
    tmp_path: Path,
) -> None:
    file = tmp_path / "arxiv.jsonl"
    text = (RECORDS / "arxiv.jsonl").read_text(encoding="utf-8")
    text = text.replace("How bears sleep through the winter", "Valo kivissä virran alla")
    file.write_text(text.replace('"Muster","Carl"', '"Prueba","D."'), encoding="utf-8")
    data = tmp_path / "data"
    load(data, arxiv=file, crossref=RECORDS / "crossref.jsonl")
    match(data)
    assert {BEARS, STONES} in groups(data, terms.ResearchOutput)


def test_two_works_to_which_sources_give_one_doi_are_told_of(tmp_path: Path) -> None:
    file = tmp_path / "openalex.jsonl"
    text = (RECORDS / "openalex.jsonl").read_text(encoding="utf-8")
    file.write_text(text.replace("10.9990/routes.1", "10.9990/stones.1"), encoding="utf-8")
    data = tmp_path / "data"
    load(data, openalex=file, crossref=RECORDS / "crossref.jsonl")
    warnings = match(data).manifest.warnings
    (told,) = warnings["two titles under one identifier"].examples
    assert STONES in told and "Light on stones" in told and "Routes through" in told


def test_matching_again_publishes_nothing(data: Path) -> None:
    before = generations.current(data)
    match(data)
    assert generations.current(data) == before


def test_the_command_explains_a_thing_as_people_read_it(matched: Path) -> None:
    done = CliRunner().invoke(polku, ["match", "--explain", BEARS, "--data", str(matched)])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[:2] == [BEARS, f"  entity: {BEARS}"]
    assert "suggested" in done.output and "(by identifier, score 0.500)" in done.output
    done = CliRunner().invoke(polku, ["match", "--explain", PATHS_OPEN, "--data", str(matched)])
    assert f"  one with: {PATHS}" in done.output and "the code" in done.output


@pytest.fixture
def reject(data: Path) -> Iterator[None]:
    """A curator turns two joins down over HTTP, and accepts what no machine would."""
    with serving(Settings(data=data)) as service:
        for about, other, word in (
            (PATHS, PATHS_OPEN, "reject"),
            (AINO_AT_HOME, AINO, "reject"),
            (NAMESAKE, AINO, "accept"),
        ):
            said = {"about": about, "other": other, "decision": word}
            headers = service.bearer("curator")
            answer = service.client.post("/matches", json=said, headers=headers)
            assert answer.status_code == 201, answer.text
    yield


@pytest.mark.usefixtures("reject")
def test_what_a_curator_says_holds_after_the_next_run_and_a_reload(data: Path) -> None:
    for again in (match, lambda data: load(data, sisu=changed_titles(data))):
        assert {PATHS} in groups(data, terms.Course)
        assert {PATHS_OPEN} in groups(data, terms.Course)
        assert {AINO, NAMESAKE} in groups(data, terms.schema.Person)
        assert {AINO_AT_HOME} in groups(data, terms.schema.Person)
        (reason,) = [one for one in described(data, PATHS).matches if one.other == PATHS_OPEN]
        assert (reason.status, reason.role) == ("rejected", "curator")
        assert reason.because, "what the machine had found stays"
        again(data)
    assert {PATHS} in groups(data, terms.Course)


def changed_titles(data: Path) -> Path:
    """A newer release of Sisu's courses."""
    file = data.parent / "sisu.json"
    text = (RECORDS / "sisu.json").read_text(encoding="utf-8")
    file.write_text(text.replace("Paths in networks", "Paths in many networks"), encoding="utf-8")
    return file
