"""The tagger's answers on real texts, kept to be held against those of other code.

``python -m benchmarks.answers keep FILE`` writes what the tagger says of 2,000 texts of the graph
in POLKU_DATA (1,600 works and 400 courses, drawn with a seed); ``… compare FILE`` says how far
the code at hand differs from what was kept, and returns 1 if an order or a confidence of the first
ten does by more than a millionth.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import orjson

from app.graph import index_folder, open_graph
from app.settings import Settings
from app.tagging import parameters
from app.tagging.engine import Engine
from app.tagging.port import TextToTag
from app.tagging.store import opened
from app.tagging.things import COURSE, WORK, all_of, texts

DRAWN = ((WORK, 1600), (COURSE, 400))
SEED = 20261125
LIMIT = 10
TOGETHER = 16
NEAR = 1e-6


def drawn(data: Path) -> tuple[Engine, list[TextToTag]]:
    """The engine of a data folder's graph, without decisions, and the texts that were drawn."""
    with open_graph(data) as graph:
        engine = Engine(opened(graph, index_folder(data, graph.generation)))
        chance = random.Random(SEED)
        found = []
        for sort, count in DRAWN:
            everything = sorted(all_of(graph, sort))
            some = sorted(chance.sample(everything, min(count, len(everything))))
            found += [text for _, text in texts(graph, sort, some, engine.languages)]
    return engine, found


def answers(engine: Engine, said: Sequence[TextToTag]) -> Iterator[Mapping[str, object]]:
    """For each text its first suggestions, with confidences that are not rounded."""
    ranker, _ = parameters.load()
    for first in range(0, len(said), TOGETHER):
        some = said[first : first + TOGETHER]
        suggested = engine.suggest(some, LIMIT)
        for text, found, mine in zip(some, engine.candidates(some), suggested, strict=True):
            exact = ranker.confidence(found.features, text.kind, by_vectors=True)
            order = np.lexsort((found.skills, -exact))[:LIMIT]
            yield {
                "text": text.hash(),
                "skills": [one.skill for one in mine],
                "exact": exact[order].tolist(),
                "reasons": [
                    [one.because, [[span.start, span.end] for span in one.evidence]] for one in mine
                ],
            }


def main() -> int:
    """0 if answers were kept, or are as they were."""
    what, file = sys.argv[1], Path(sys.argv[2])
    engine, said = drawn(Settings().data)
    began = time.process_time()
    now = list(answers(engine, said))
    print(f"{len(now)} texts, {(time.process_time() - began) * 1000 / len(now):.2f} ms each")
    if what == "keep":
        file.write_bytes(b"\n".join(map(orjson.dumps, now)))
        return 0
    kept = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    orders = reasons = 0
    furthest = 0.0
    for old, new in zip(kept, map(orjson.loads, map(orjson.dumps, now)), strict=True):
        assert old["text"] == new["text"]
        gap = max((abs(a - b) for a, b in zip(old["exact"], new["exact"], strict=True)), default=0)
        furthest = max(furthest, gap)
        orders += old["skills"] != new["skills"]
        reasons += old["reasons"] != new["reasons"]
    print(f"other order: {orders} texts; furthest confidence: {furthest:.2e}; "
          f"other reasons or evidence: {reasons} texts")  # fmt: skip
    return int(orders > 0 or furthest > NEAR)


if __name__ == "__main__":
    raise SystemExit(main())
