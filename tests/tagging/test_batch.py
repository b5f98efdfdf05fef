from __future__ import annotations

import hashlib
import multiprocessing
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from app.errors import BadParameter, GraphError
from app.graph import open_graph
from app.graph.publish import publish
from app.graph.writer import Writer
from app.tagging import batch
from app.tagging.batch import tag
from app.tagging.engine import Engine, Tagged
from app.tagging.port import TextToTag
from loaders.bundle import Bundle
from ontology import terms
from ontology.iris import Minter
from tests.tagging.small import COURSES, load, skill

IRIS = Minter()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    load(tmp_path, "esco", "courses", "works", "credentials")
    return tmp_path


def lines(bundle: Bundle) -> list[str]:
    return bundle.quads.read_text(encoding="utf-8").splitlines()


def claims(bundle: Bundle) -> dict[str, dict[str, str]]:
    """Claims by IRI: objects by property, as N-Quads write them."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for line in lines(bundle):
        subject, predicate, rest = line.split(" ", 2)
        object_, graph = rest.rsplit(" ", 2)[:2]
        if graph == f"<{IRIS.graph('claims')}>" and "/claim/" in subject:
            found[subject][predicate[1:-1]] = object_
    return found


def confidence(claim: dict[str, str]) -> Decimal:
    """The confidence that a claim states."""
    return Decimal(claim[terms.confidence].split('"')[1])


def links(bundle: Bundle) -> set[tuple[str, str, str]]:
    graph = f"<{IRIS.graph('links')}> ."
    split = (line.removesuffix(graph).split() for line in lines(bundle) if line.endswith(graph))
    return {(s[1:-1], p[1:-1], o[1:-1]) for s, p, o in split}


def test_courses_credentials_and_works_get_claims_and_plain_triples(data: Path) -> None:
    bundle = tag(data)
    course, work = IRIS.course("aalto", "A-1"), IRIS.research("arxiv", "w1")
    credential = IRIS.credential("aalto", "MC-1")
    assert {
        (course, terms.suggestedDevelops, skill("01")),
        (work, terms.suggestedStudies, skill("11")),
        (credential, terms.suggestedCertifies, skill("13")),
    } <= links(bundle)
    claim = claims(bundle)[f"<{IRIS.claim(work, skill('11'), terms.studies)}>"]
    assert claim[terms.rdf.type] == f"<{terms.Claim}>"
    assert claim[terms.status] == f"<{terms.Suggested}>"
    assert claim[terms.relation] == f"<{terms.studies}>"
    text = "Vision for machines\n\nWe study computer vision and linear programming."
    start = int(claim[terms.evidenceStart].split('"')[1])
    end = int(claim[terms.evidenceEnd].split('"')[1])
    assert text[start:end] == "computer vision"
    assert claim[terms.evidenceText] == '"computer vision"'
    assert claim[terms.textHash] == f'"{hashlib.sha256(text.encode()).hexdigest()}"'
    run = claim[terms.prov.wasGeneratedBy]
    assert f"{run} <{terms.rdf.type}> <{terms.TaggingRun}>" in bundle.quads.read_text()


def test_what_was_tagged_can_be_published_and_keeps_the_shapes(data: Path) -> None:
    bundle = tag(data)
    publish(data, {bundle.source: bundle})
    with open_graph(data) as graph:
        assert graph.ask(f"ASK {{ ?course <{terms.suggestedDevelops}> <{skill('01')}> }}")


def test_only_what_reaches_the_threshold_is_a_plain_triple(data: Path) -> None:
    surest = max(map(confidence, claims(tag(data)).values()))
    bundle = tag(data, threshold=float(surest))
    sure = {
        (claim[terms.about], claim[terms.skill])
        for claim in claims(bundle).values()
        if confidence(claim) >= surest
    }
    assert {(f"<{s}>", f"<{o}>") for s, _, o in links(bundle)} == sure
    assert sure
    assert len(sure) < len(claims(bundle))


def test_a_threshold_below_what_is_stored_is_refused(data: Path) -> None:
    with pytest.raises(BadParameter, match=r"from 0\.1 to 1"):
        tag(data, threshold=0.05)


def test_the_same_graph_gives_the_same_bundle_remembered_or_not(data: Path) -> None:
    first = tag(data)
    content = first.quads.read_bytes()
    remembered = tag(data)
    assert (remembered.id, remembered.quads.read_bytes()) == (first.id, content)
    for path in (data / "index" / "tagging").iterdir():
        path.unlink()
    assert tag(data).id == first.id


def test_several_processes_give_the_same_bundle_as_one(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = tag(data, processes=1)
    for path in (data / "index" / "tagging").iterdir():
        path.unlink()
    monkeypatch.setattr(batch, "_SMALL", 0)
    monkeypatch.setattr(batch, "_CHUNK", 1)
    assert tag(data, processes=2).id == one.id


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are read from here on."""
    read: list[str] = []
    tagged = Engine.tagged

    def counting(
        self: Engine, texts: Sequence[TextToTag], limit: int = 10, least: float = 0.0
    ) -> list[Tagged]:
        read.extend(text.text for text in texts)
        return tagged(self, texts, limit, least)

    monkeypatch.setattr(Engine, "tagged", counting)
    return read


def test_only_new_texts_are_read(
    data: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tag(data)
    read.clear()
    monkeypatch.setitem(COURSES, "A-4", ({"en": "Budgets"}, {"en": "You manage budgets."}))
    load(data, "courses")
    bundle = tag(data)
    assert read == ["Budgets\n\nYou manage budgets."]
    assert (IRIS.course("aalto", "A-4"), terms.suggestedDevelops, skill("13")) in links(bundle)


def decide(data: Path, about: str, code: str, verdict: str) -> None:
    edit = {"kind": "decide", "about": about, "skill": skill(code), "verdict": verdict}
    _, (outcome,) = Writer(data).edit([{**edit, "role": "curator"}])
    assert outcome.error is None


def test_after_a_decision_the_texts_that_it_moves_are_read_again_and_no_others(
    data: Path, read: list[str]
) -> None:
    tag(data)
    work = IRIS.research("arxiv", "w1")
    for verdict in ("accept", "reject"):
        decide(data, work, "13", verdict)
        read.clear()
        bundle = tag(data)
        assert [text.partition("\n")[0] for text in read] == ["Vision for machines"]
        about_it = {
            c[terms.skill] for c in claims(bundle).values() if c[terms.about] == f"<{work}>"
        }
        assert (f"<{skill('13')}>" in about_it) is (verdict == "accept")
        read.clear()
        assert tag(data).id == bundle.id
        assert read == []


def test_a_run_of_one_source_leaves_what_decisions_moved_elsewhere_to_the_next(
    data: Path, read: list[str]
) -> None:
    tag(data)
    decide(data, IRIS.research("arxiv", "w1"), "13", "accept")
    tag(data, source="courses")
    read.clear()
    tag(data)
    assert len(read) == 1


def test_a_run_cut_off_in_the_middle_of_a_line_goes_on(data: Path) -> None:
    whole = tag(data)
    (memory,) = (data / "index" / "tagging").iterdir()
    content = memory.read_bytes()
    for kept in (0, 10, len(content) // 2, len(content) - 1):
        memory.write_bytes(content[:kept])
        assert tag(data).id == whole.id
    assert sorted(memory.read_bytes().splitlines()) == sorted(content.splitlines())


def test_another_source_keeps_its_claims_when_one_is_tagged_alone(data: Path) -> None:
    everything = tag(data)
    publish(data, {everything.source: everything}, checked=False)
    alone = tag(data, source="courses", threshold=1.0)
    about = f"<{IRIS.research('arxiv', 'w1')}>"
    kept = {line for line in lines(everything) if line.startswith(about)}
    assert kept
    assert kept <= set(lines(alone))
    works = {iri for iri, claim in claims(everything).items() if claim[terms.about] == about}
    assert works <= claims(alone).keys()
    courses = [link for link in links(alone) if link[1] == terms.suggestedDevelops]
    assert courses == []


def test_an_unknown_source_is_said_so(data: Path) -> None:
    with pytest.raises(BadParameter, match="'moon'"):
        tag(data, source="moon")


def test_without_a_graph_or_without_skills_the_message_says_what_to_load(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="polku load esco"):
        tag(tmp_path)
    load(tmp_path, "courses")
    with pytest.raises(GraphError, match="polku load esco"):
        tag(tmp_path)


def test_a_worker_that_is_killed_ends_the_run_with_a_message_and_the_next_goes_on(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tag(data, processes=1)
    for path in (data / "index" / "tagging").iterdir():
        path.unlink()
    monkeypatch.setattr(batch, "_SMALL", 0)
    monkeypatch.setattr(batch, "_CHUNK", 1)

    class Killing:
        def stage(self, name: str, total: int | None = None) -> None:
            pass

        def advance(self, amount: int) -> None:  # noqa: ARG002
            for child in multiprocessing.active_children():
                child.kill()

    with pytest.raises(GraphError, match="run polku tag again"):
        tag(data, processes=1 + 1, progress=Killing())
    assert tag(data, processes=1).id == whole.id
