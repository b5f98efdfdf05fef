"""The goals of the tagger on real judged texts, by cross-validation."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.graph import open_graph
from app.graph.publish import publish
from app.tagging import fit, parameters
from app.tagging.batch import THRESHOLD
from app.tagging.engine import Engine
from app.tagging.port import Kind, Part, TextToTag
from app.tagging.store import Indexes, build, opened
from app.tagging.vectors import folder
from loaders import esco
from loaders.bundle import write_bundle
from tests.tagging.small import lexicon, skill


def test_the_shipped_numbers_are_what_the_fit_writes_back() -> None:
    shipped, _ = parameters.load()
    assert parameters.from_json(shipped.to_json()).to_json() == shipped.to_json()
    assert (folder() / parameters.NAME).read_bytes() == shipped.to_json()


def test_learning_from_the_same_texts_gives_the_same_numbers() -> None:
    indexes = build(lexicon())
    texts = [
        fit.Example(
            str(number),
            TextToTag((Part("title", said), Part("text", said)), kind, "en"),
            {skill(code): 3},
        )
        for number, (said, code, kind) in enumerate(
            [
                ("linear algebra", "01", Kind.COURSE),
                ("matrix algebra and more", "01", Kind.COURSE),
                ("manage budgets", "13", Kind.WORK),
                ("computer vision", "11", Kind.WORK),
            ]
            * 2
        )
    ]
    assert fit.fit(indexes, texts).to_json() == fit.fit(indexes, texts).to_json()


@pytest.fixture(scope="module")
def indexes(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Indexes:
    data = tmp_path_factory.mktemp("esco")
    packages = sorted((real_data / "esco" / "v1.1.1").glob("*.zip"))
    bundle = write_bundle(esco.LOADER, packages, data / "bundles" / "esco")
    publish(data, {"esco": bundle}, checked=False)
    return opened(open_graph(data), None)


@pytest.mark.real_data
@pytest.mark.timeout(1200)
def test_confidence_and_order_reach_their_goals_on_texts_not_learned_from(
    indexes: Indexes, real_data: Path
) -> None:
    texts = fit.examples(real_data / "tagging" / "texts-dev.jsonl")
    tail = fit.commonest(texts)
    outcomes = fit.cross_validate(indexes, texts, limit=40)
    courses = fit.figures(outcomes, Kind.COURSE, tail)
    works = fit.figures(outcomes, Kind.WORK, tail)
    assert courses["ndcg"] >= 0.35
    assert courses["ece"] <= 0.1
    assert works["ndcg"] >= 0.4
    assert works["ece"] <= 0.1


ELSEWHERE = (
    (
        "Salt intake and blood pressure in older adults",
        "We followed older adults with hypertension for two years. Patients who ate less salt had "
        "lower blood pressure. Nurses advised patients on nutrition in primary care.",
    ),
    (
        "Peasant land tenure in medieval Häme",
        "Drawing on tax registers and court records, this article examines how peasants held land. "
        "We argue that inheritance customs shaped villages.",
    ),
    (
        "Boreal forest soil carbon after clear-cutting",
        "Soil carbon was measured in spruce stands for ten years after harvest. Carbon losses were "
        "largest in drained peatland. Forest management should retain trees.",
    ),
)


@pytest.mark.real_data
def test_what_is_common_in_judged_texts_does_not_spread_to_other_fields(indexes: Indexes) -> None:
    engine = Engine(indexes)
    for title, abstract in ELSEWHERE:
        text = TextToTag((Part("title", title), Part("abstract", abstract)), Kind.WORK, "en")
        sure = {found.label for found in engine.suggest([text])[0] if found.confidence >= THRESHOLD}
        assert not sure & {"deep learning", "machine learning", "algorithms", "computer vision"}
