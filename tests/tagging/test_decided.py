"""People's decisions teach: real decisions in a graph, and what is suggested after them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.graph import index_folder, open_graph
from app.graph.writer import Writer
from app.tagging import decided
from app.tagging.service import Answer, Service
from ontology.iris import Minter
from tests.tagging.small import load, skill

WORK = Minter().research("arxiv", "w1")
LIKE_IT = {
    "title": "Vision of machines",
    "abstract": "We study how machines see, by linear programming.",
    "kind": "work",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    load(tmp_path, "esco", "courses", "works")
    return tmp_path


def decide(data: Path, code: str, verdict: str, about: str = WORK) -> None:
    edit = {"kind": "decide", "about": about, "skill": skill(code), "verdict": verdict}
    _, (outcome,) = Writer(data).edit([{**edit, "role": "curator"}])
    assert outcome.error is None


def suggested(data: Path) -> Answer:
    with open_graph(data) as graph:
        return Service(graph, index_folder(data, graph.generation)).suggest(
            {**LIKE_IT, "limit": 15}
        )


def confidence(answer: Answer, code: str) -> float:
    return {one["skill"]: one["confidence"] for one in answer["suggestions"]}.get(skill(code), 0.0)


@pytest.mark.parametrize("verdict", ["accept", "missing"])
def test_a_skill_that_was_accepted_is_likelier_for_the_next_text_like_it(
    data: Path, verdict: str
) -> None:
    before = suggested(data)
    decide(data, "13", verdict)
    assert confidence(suggested(data), "13") > confidence(before, "13")


def test_a_skill_that_was_refused_is_less_likely_than_had_it_been_accepted(data: Path) -> None:
    decide(data, "13", "accept")
    accepted = confidence(suggested(data), "13")
    decide(data, "13", "reject")
    assert confidence(suggested(data), "13") < accepted


def test_of_several_decisions_on_one_claim_the_last_holds(data: Path) -> None:
    for verdict in ("accept", "reject", "tooBroad"):
        decide(data, "11", verdict)
    with open_graph(data) as graph:
        (one,) = decided.read(graph, ("en",))
    assert one.about == WORK
    assert one.grades == {skill("11"): 1}


def test_decisions_on_courses_and_works_are_told_apart_by_kind(data: Path) -> None:
    decide(data, "11", "accept")
    decide(data, "01", "accept", Minter().course("aalto", "A-1"))
    with open_graph(data) as graph:
        found = decided.read(graph, ("en",))
    assert [(one.text.kind, len(one.grades)) for one in found] == [("course", 1), ("work", 1)]


def test_the_model_changes_with_every_decision_and_only_then(data: Path) -> None:
    first = suggested(data)["model"]
    decide(data, "11", "accept")
    second = suggested(data)["model"]
    assert second == suggested(data)["model"]
    decide(data, "11", "reject")
    assert len({first, second, suggested(data)["model"]}) == 3


def test_no_decision_has_no_digest() -> None:
    assert decided.digest([]) == ""
