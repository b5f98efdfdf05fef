"""Makes the tagger's two files anew: static vectors, then all that judged texts teach.

``vectors.<language>.npz`` comes from the graph's ESCO and works and from labelled sentences;
``parameters.json`` from judged texts read with these vectors.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from app.errors import BadParameter, GraphError
from app.graph import open_graph
from app.graph.port import Graph
from app.tagging import decided as decisions
from app.tagging import fit, fit_short, labelled, lexicon, training, vectors
from app.tagging.parameters import NAME
from app.tagging.port import Kind
from app.tagging.store import build
from app.tagging.things import WORK, all_of, texts

LANGUAGE = "en"
"""The language in which there are judged texts; others are tagged by words alone."""


class Progress(Protocol):
    """Where a run reports."""

    def stage(self, name: str, total: int | None = None) -> None: ...  # noqa: D102
    def advance(self, amount: int) -> None: ...  # noqa: D102


@dataclass(frozen=True)
class Trained:
    """What was made.

    Attributes:
        files: the files written.
        read: how much of each sort was learned from.
        figures: by kind of text, figures by cross-validation over whole judged texts.
        short: figures by cross-validation over sentences; empty if none were learned from.
    """

    files: Sequence[Path]
    read: Mapping[str, int]
    figures: Mapping[str, Mapping[str, float]]
    short: Mapping[str, float]


def train_tagger(
    data: Path,
    judged: Path,
    out: Path,
    *,
    sentences: Path | None = None,
    short: Path | None = None,
    kept: Path | None = None,
    steps: int = training.STEPS,
    progress: Progress,
) -> Trained:
    """The files made of a data folder's graph, judged texts and labelled sentences.

    With ``kept``, a file of vectors, none are trained: only judged texts are learned from, which
    takes a minute instead of ten. From the labelled sentences of ``short`` it is learned how short
    texts are ranked; they must be others than ``sentences``, which vectors were trained on.

    Raises: GraphError if the graph holds no ESCO in English; BadParameter for a file that is not
    what it should be.
    """
    examples = fit.examples(judged)
    if len({example.text.kind for example in examples}) == 0 or len(examples) < fit.FOLDS:
        raise BadParameter("texts", f"{judged.name} holds fewer than {fit.FOLDS} judged texts.")
    progress.stage("Reading words")
    path = out / f"vectors.{LANGUAGE}.npz"
    out.mkdir(parents=True, exist_ok=True)
    read: dict[str, int] = {}
    with open_graph(data) as graph:
        words = lexicon.read(graph)
        decided = [
            fit.Example(one.about, one.text, one.grades, whole=False)
            for one in decisions.read(graph, words.languages)
            if one.text.language == LANGUAGE
        ]
        if LANGUAGE not in words.languages:
            raise GraphError("The graph holds no ESCO in English. Load it: polku load esco FILES.")
        if kept is not None:
            vectors.read(kept, LANGUAGE)
            content = kept.read_bytes()
        said = labelled.sentences(sentences, words, LANGUAGE) if sentences else []
        asked = labelled.sentences(short, words, LANGUAGE, bare=True) if short else []
        if short and sum(bool(sentence.skills) for sentence in asked) < fit.FOLDS:
            raise BadParameter(
                "short", f"{short.name} holds fewer than {fit.FOLDS} sentences that bear a skill."
            )
        if kept is None:
            works = sorted(all_of(graph, WORK))
            progress.stage("Reading works", len(works))
            learned = training.corpus(words, LANGUAGE, said, _stemmed(graph, works, progress))
    if kept is not None:
        path.write_bytes(content)
    else:
        progress.stage("Training vectors", steps)
        table = training.train(learned, steps=steps, advance=progress.advance)
        vectors.write(path, learned.stems, table)
        read = {
            "stems": len(learned.stems),
            "skills": len(words.skills),
            "sentences": len(learned.sentences),
            "works": len(learned.works),
            "occupations": len(learned.occupations),
            "steps": steps,
        }
    progress.stage("Making indexes")
    indexes = build(words, {LANGUAGE: vectors.read(path, LANGUAGE)})
    progress.stage("Learning from judged texts")
    tail = fit.commonest(examples)
    measured: dict[str, dict[str, dict[str, float]]] = {}
    for name, how in fit.VARIANTS.items():
        outcomes = fit.cross_validate(indexes, examples, limit=40, decided=decided, **how)
        measured[name] = {
            kind.value: fit.figures(outcomes, kind, tail) for kind in (Kind.COURSE, Kind.WORK)
        }
    parameters = fit.fit(indexes, [*examples, *decided])
    by_sentence: dict[str, float] = {}
    if asked:
        progress.stage("Learning from short texts")
        learned_short, by_sentence = fit_short.learn(indexes, asked, fit_short.often(indexes, said))
        parameters = replace(parameters, short=learned_short)
    made = {**parameters.made, "esco": indexes.fingerprint, "vectors": read or "kept",
            "cross-validation": {**measured, "short texts": by_sentence}}  # fmt: skip
    (out / NAME).write_bytes(replace(parameters, made=made).to_json())
    read = {
        **read,
        "judged texts": len(examples),
        "texts with decisions": len(decided),
        "short texts": len(asked),
    }
    return Trained((path, out / NAME), read, measured["whole"], by_sentence)


def _stemmed(
    graph: Graph,
    works: Sequence[str],
    progress: Progress,
) -> Iterator[training.Stemmed]:
    """The stems of works that are in the language, read on all cores."""
    spoken = (
        (text.parts[0].text, text.parts[1].text)
        for _, text in texts(graph, WORK, works, (LANGUAGE,))
        if text.language == LANGUAGE and len(text.parts) > 1
    )
    with multiprocessing.get_context("spawn").Pool() as pool:
        for stems in pool.imap(_stems, spoken, 64):
            progress.advance(1)
            yield stems


def _stems(said: tuple[str, str]) -> training.Stemmed:
    return training.stemmed(*said, LANGUAGE)
