"""Tagging: our order and confidence beside simple peers, and texts a second.

``python -m benchmarks.tagging [works]`` needs POLKU_REAL_DATA; ``… sentences`` measures sentences
of advertisements alone, on the graph in POLKU_DATA. Every figure of ours is by
cross-validation over whole texts, nothing is measured on what it was learned from.
"""

from __future__ import annotations

import csv
import gzip
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from app.graph import index_folder, open_graph
from app.graph.publish import publish
from app.settings import Settings
from app.tagging import decided, fit, lexicon
from app.tagging.batch import tag
from app.tagging.engine import Engine
from app.tagging.lexicon import PREFERRED, Lexicon
from app.tagging.measure import calibration_error, precision, reliability
from app.tagging.port import Kind, Part, TextToTag
from app.tagging.store import Indexes, opened
from app.tagging.text import read, stop_stems
from loaders import arxiv, esco
from loaders.bundle import write_bundle
from ontology import terms

KINDS = ((Kind.COURSE, "courses"), (Kind.WORK, "research"))

Terms = Callable[[str], Sequence[str]]


def char_grams(text: str) -> list[str]:
    """Character n-grams of 3 to 5 within words, as is usual for short labels."""
    words = [f" {word.written.lower()} " for word in read(text, "en").words]
    return [w[i : i + n] for w in words for n in (3, 4, 5) for i in range(len(w) - n + 1)]


def stems(text: str) -> list[str]:
    """Content stems."""
    stops = stop_stems("en")
    return [word.stem for word in read(text, "en").words if word.stem not in stops]


class TfIdf:
    """Plain TF-IDF and cosine: the peer that anyone builds first."""

    def __init__(self, documents: Sequence[str], terms: Terms) -> None:
        self._terms = terms
        self._numbers: dict[str, int] = {}
        counts = [self._count(document, grow=True) for document in documents]
        matrix = self._matrix(counts)
        frequency = np.bincount(matrix.indices, minlength=len(self._numbers))
        self._idf = np.log((1 + len(documents)) / (1 + frequency)) + 1
        self._documents = self._weighted(matrix).T.tocsr()

    def _count(self, text: str, *, grow: bool = False) -> dict[int, float]:
        counts: dict[int, float] = {}
        for term in self._terms(text):
            number = self._numbers.get(term)
            if number is None and grow:
                number = self._numbers[term] = len(self._numbers)
            if number is not None:
                counts[number] = counts.get(number, 0.0) + 1.0
        return counts

    def _matrix(self, counts: Sequence[dict[int, float]]) -> sp.csr_matrix:
        rows = [row for row, count in enumerate(counts) for _ in count]
        columns = [number for count in counts for number in count]
        values = [value for count in counts for value in count.values()]
        return sp.csr_matrix((values, (rows, columns)), shape=(len(counts), len(self._numbers)))

    def _weighted(self, matrix: sp.csr_matrix) -> sp.csr_matrix:
        damped = matrix.copy()
        damped.data = 1 + np.log(damped.data)
        weighted = sp.csr_matrix(damped @ sp.diags(self._idf))
        norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        return sp.csr_matrix(sp.diags(1 / np.maximum(norms, 1e-9)) @ weighted)

    def best(self, texts: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """For each document, its likeness to the text that is most like it."""
        found = self._weighted(self._matrix([self._count(text) for text in texts]))
        return np.asarray((found @ self._documents).max(axis=0).toarray()).ravel()


def peers(words: Lexicon, texts: Sequence[fit.Example]) -> Iterator[tuple[str, list[fit.Outcome]]]:
    """Each peer with its outcomes."""
    labels = [""] * len(words.skills)
    described = [""] * len(words.skills)
    for label in words.labels:
        if label.kind == PREFERRED:
            labels[label.skill] = label.text
    for description in words.descriptions:
        described[description.skill] = description.text
    char = TfIdf(labels, char_grams)
    word = TfIdf([f"{a} {b}" for a, b in zip(labels, described, strict=True)], stems)

    def sentences(text: str) -> list[str]:
        reading = read(text, "en")
        return [text[s.start : s.end] for s in reading.sentences]

    for name, index, parts in (
        ("char TF-IDF on labels, best sentence", char, sentences),
        ("word TF-IDF on label + description", word, lambda text: [text]),
    ):
        outcomes = []
        for example in texts:
            scores = index.best(parts(example.text.text))
            order = np.argsort(-scores, kind="stable")[:40]
            outcomes.append(
                fit.Outcome(example, [words.skills[i] for i in order], [0.0] * len(order))
            )
        yield name, outcomes


def resident(pid: int | str) -> float:
    """MiB that a process holds now; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Stages:
    """Seconds of each stage of a run, and the most memory seen while it went on."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.done: dict[str, int] = {}
        self._name, self._began = "", time.monotonic()
        self._seen = 0
        self.own = self.worker = 0.0

    def stage(self, name: str, total: int | None = None) -> None:
        """Begin a stage."""
        self.end()
        self._name, self._began = name, time.monotonic()
        self.done[name] = total or 0

    def advance(self, amount: int) -> None:
        """Look at memory now and then."""
        self._seen += amount
        if self._seen >= 500:
            self._seen = 0
            self.own = max(self.own, resident("self"))
            for child in multiprocessing.active_children():
                self.worker = max(self.worker, resident(child.pid or 0))

    def end(self) -> None:
        """End the current stage."""
        if self._name:
            self.seconds[self._name] = time.monotonic() - self._began


def main() -> int:
    """0 once the tables are printed."""
    real = Path(os.environ.get("POLKU_REAL_DATA", ""))
    if not (real / "tagging").is_dir():
        print("POLKU_REAL_DATA names no folder of real data.", file=sys.stderr)
        return 1
    if sys.argv[1:] == ["sentences"]:
        with open_graph(Settings().data) as graph:
            words = lexicon.read(graph)
            indexes = opened(graph, None)
        advertisements(real, words, Engine(indexes))
        return 0
    works = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        sample = data / "arxiv.jsonl"
        with gzip.open(real / "research" / "arxiv-abstracts.jsonl.gz") as lines:
            sample.write_bytes(b"".join(islice(lines, works)))
        packages = sorted((real / "esco" / "v1.1.1").glob("*.zip"))
        publish(
            data,
            {
                "esco": write_bundle(esco.LOADER, packages, data / "bundles" / "esco"),
                "arxiv": write_bundle(arxiv.LOADER, [sample], data / "bundles" / "arxiv"),
            },
            checked=False,
        )
        with open_graph(data) as graph:
            generation = graph.generation
        quality(graph_folder=data, real=real, generation=generation)
        speed(data)
    return 0


def quality(*, graph_folder: Path, real: Path, generation: str) -> None:
    """Print the table of systems and the table of reliability."""
    with open_graph(graph_folder, generation) as graph:
        indexes = opened(graph, index_folder(graph_folder, generation))
        words = lexicon.read(graph)
    texts = fit.examples(real / "tagging" / "texts-dev.jsonl")
    tail = fit.commonest(texts)
    print(
        "nDCG@10 (gain 2^grade − 1, unjudged 0) on 40 courses and 60 abstracts; ours by five-fold"
    )
    print(
        "cross-validation over whole texts. Tail: without the 25 skills most often judged 2 or 3."
    )
    print("ECE: expected calibration error of the first ten suggestions, ten ranges.\n")
    print("| system | courses, all / tail | research, all / tail | ECE courses / research |")
    print("|---|---|---|---|")
    for name, outcomes in peers(words, texts):
        _row(name, outcomes, tail, calibrated=False)
    for name, how in fit.VARIANTS.items():
        if how:
            _row(f"ours, {name}", fit.cross_validate(indexes, texts, limit=40, **how), tail)
    ours = fit.cross_validate(indexes, texts, limit=40)
    _row("**ours**", ours, tail)
    for kind, name in KINDS:
        pairs = [
            pair
            for outcome in ours
            if outcome.example.text.kind == kind
            for pair in list(zip(outcome.confidences, outcome.held, strict=True))[:10]
        ]
        print(f"\n| confidence, {name} | suggestions | promised | judged to apply |")
        print("|---|---|---|---|")
        for row in reliability([c for c, _ in pairs], [h for _, h in pairs]):
            print(
                f"| {row.low:.1f}–{row.high:.1f} | {row.count} | {row.confidence:.2f} "
                f"| {row.held:.2f} |"
            )
    replay(indexes, texts, tail)
    advertisements(real, words, Engine(indexes))


DECISIONS = (0, 10, 50, 200)


def replay(indexes: Indexes, texts: Sequence[fit.Example], tail: frozenset[str]) -> None:
    """Print what people's decisions teach: judged texts of other folds, decided one after another.

    The ranker is learned from the other folds; its memory and habits are then taken away, and
    given back as single decisions on what it suggests: accept or reject for each of ten
    suggestions, and missing for the two best skills among those that it left out.
    """
    print(
        "\n| decisions, each on one skill of one text | courses, all / tail | research, all / tail |"
    )
    print("|---|---|---|")
    fold_of = fit.folds(texts)
    outcomes: dict[int, list[fit.Outcome]] = {count: [] for count in DECISIONS}
    for fold in range(fit.FOLDS):
        train = [text for text, of in zip(texts, fold_of, strict=True) if of != fold]
        test = [text for text, of in zip(texts, fold_of, strict=True) if of == fold]
        learned = replace(fit.fit(indexes, train), habits={}, memory={})
        for kind, _ in KINDS:
            of_kind = [text for text in train if text.text.kind == kind]
            suggested = Engine(indexes, learned).suggest([text.text for text in of_kind], 10)
            said = [
                (text, skill, grade)
                for text, ten in zip(of_kind, suggested, strict=True)
                for skill, grade in verdicts(text, [one.skill for one in ten])
            ]
            for count in DECISIONS:
                engine = Engine(indexes, learned, decided=gathered(said[:count]))
                wanted = [text for text in test if text.text.kind == kind]
                answers = engine.suggest([text.text for text in wanted], 40)
                outcomes[count] += [
                    fit.Outcome(text, [one.skill for one in some], [one.confidence for one in some])
                    for text, some in zip(wanted, answers, strict=True)
                ]
    for count in DECISIONS:
        course, work = (fit.figures(outcomes[count], kind, tail) for kind, _ in KINDS)
        print(
            f"| {count} | {course['ndcg']:.2f} / {course['tail']:.2f} "
            f"| {work['ndcg']:.2f} / {work['tail']:.2f} |"
        )


def verdicts(text: fit.Example, ten: Sequence[str]) -> list[tuple[str, int]]:
    """What a judge would decide of ten suggestions, with the grades that decisions stand for."""
    applies = decided.GRADES[terms.Accept]
    said = [(skill, applies if text.grades.get(skill, 0) >= applies else 0) for skill in ten]
    left = sorted(
        (skill for skill, grade in text.grades.items() if grade >= applies and skill not in ten),
        key=lambda skill: (-text.grades[skill], skill),
    )
    return said + [(skill, decided.GRADES[terms.Missing]) for skill in left[:2]]


def gathered(said: Sequence[tuple[fit.Example, str, int]]) -> list[decided.Decided]:
    """Decisions by the text that they are about."""
    grades: dict[str, dict[str, int]] = {}
    texts = {text.id: text for text, _, _ in said}
    for text, skill, grade in said:
        grades.setdefault(text.id, {})[skill] = grade
    return [decided.Decided(name, texts[name].text, of) for name, of in grades.items()]


def advertisements(real: Path, words: Lexicon, engine: Engine) -> None:
    """Print how well sentences of job advertisements find their skills, of all that ESCO has.

    Nothing of them was learned from. RP@k is precision at k, or at as many as there are skills;
    ECE the expected calibration error of the first ten suggestions.
    """
    labels = {label.text.lower(): label for label in words.labels if label.kind == PREFERRED}
    plain = [""] * len(words.skills)
    for label in labels.values():
        plain[label.skill] = label.text
    char = TfIdf(plain, char_grams)
    print(
        "\n| sentences of job advertisements (validation), MRR / RP@5 / RP@10, ECE | TECH | HOUSE |"
    )
    print("|---|---|---|")
    rows: dict[str, list[str]] = {"char TF-IDF on labels": [], "**ours**": []}
    for name in ("tech", "house"):
        wanted: dict[str, set[str]] = {}
        path = real / "tagging" / "job-ads-validation" / f"{name}_validation_annotations.csv"
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found = labels.get(row["label"].strip().lower())
                if found is not None:
                    wanted.setdefault(row["sentence"], set()).add(words.skills[found.skill])
        by_char, by_ours = [], []
        sure: list[tuple[float, bool]] = []
        for sentence, skills in wanted.items():
            order = np.argsort(-char.best([sentence]), kind="stable")[:1000]
            by_char.append(([words.skills[i] for i in order], skills))
            text = TextToTag((Part("text", sentence),), Kind.OTHER, "en")
            suggested = engine.suggest([text], 1000)[0]
            by_ours.append(([suggestion.skill for suggestion in suggested], skills))
            sure += [(one.confidence, one.skill in skills) for one in suggested[:10]]
        for system, answers in zip(rows, (by_char, by_ours), strict=True):
            figures = (reciprocal_rank(answers), *(precision(answers, k) for k in (5, 10)))
            cell = " / ".join(f"{100 * figure:.1f}" for figure in figures)
            if answers is by_ours:
                cell += f", {calibration_error([c for c, _ in sure], [h for _, h in sure]):.3f}"
            rows[system].append(cell)
    for system, cells in rows.items():
        print(f"| {system} | {' | '.join(cells)} |")


Answers = Sequence[tuple[Sequence[str], set[str]]]


def reciprocal_rank(answers: Answers) -> float:
    """The mean of 1/place of the first right answer; 0 where there is none."""
    return float(
        np.mean(
            [
                next((1 / (n + 1) for n, skill in enumerate(ranked) if skill in right), 0.0)
                for ranked, right in answers
            ]
        )
    )


def _row(
    name: str, outcomes: Sequence[fit.Outcome], tail: frozenset[str], *, calibrated: bool = True
) -> None:
    course, work = (fit.figures(outcomes, kind, tail) for kind, _ in KINDS)
    ece = f"{course['ece']:.3f} / {work['ece']:.3f}" if calibrated else "—"
    print(
        f"| {name} | {course['ndcg']:.2f} / {course['tail']:.2f} "
        f"| {work['ndcg']:.2f} / {work['tail']:.2f} | {ece} |"
    )


def speed(data: Path) -> None:
    """Print how fast a graph is tagged, and one text in a warm service."""
    stages = Stages()
    tag(data, progress=stages)
    stages.end()
    count = stages.done["Tagging"]
    again = Stages()
    tag(data, progress=again)
    again.end()
    with open_graph(data) as graph:
        began = time.perf_counter()
        engine = Engine(opened(graph, index_folder(data, graph.generation)))
        ready = time.perf_counter() - began
    texts = [
        example.text
        for example in fit.examples(
            Path(os.environ["POLKU_REAL_DATA"]) / "tagging" / "texts-dev.jsonl"
        )
    ]
    engine.suggest(texts)
    took = []
    for text in texts:
        began = time.perf_counter()
        engine.suggest([text])
        took.append(time.perf_counter() - began)
    print("\n| what | figure |")
    print("|---|---|")
    print(f"| abstracts tagged, all cores | {count} in {stages.seconds['Tagging']:.1f} s |")
    print(f"| texts a second, processes started and index opened included | "
          f"{count / stages.seconds['Tagging']:.0f} |")  # fmt: skip
    print(f"| the same again, nothing new | {sum(again.seconds.values()):.1f} s |")
    print(f"| one text, warm: p50 / p95 | {np.percentile(took, 50) * 1000:.1f} / "
          f"{np.percentile(took, 95) * 1000:.1f} ms |")  # fmt: skip
    print(f"| tagger ready from its kept index | {ready:.2f} s |")
    print(
        f"| memory while tagging: the process that reads and writes / a worker "
        f"| {stages.own:.0f} / {stages.worker:.0f} MiB |"
    )


if __name__ == "__main__":
    raise SystemExit(main())
