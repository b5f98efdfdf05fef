"""What matching a whole graph costs, and publishing with entities beside without.

``python -m benchmarks.entities DATA`` prints a table. DATA is a copy of a graph that holds arXiv's
preprints: it is changed. First its own sources are matched, then with a twin of each preprint in a
source of its own, which bears the identifier of the first. Each step is a process; its processor
seconds and most memory are the system's, the start of Python included. "Without" leaves out the
derivation of entities and nothing else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from app.graph import generations, publish
from app.graph.matches import SOURCE
from app.identity.run import match_graph
from loaders.base import Run
from loaders.bundle import Bundle, Quad, read_bundle, write_quads_bundle
from ontology.iris import Minter
from ontology.ntriples import Term

TWINS: Final = "twins"


class Silent:
    def stage(self, name: str, total: int | None = None) -> None: ...
    def advance(self, amount: int) -> None: ...


def bundle_of(data: Path, source: str) -> Bundle:
    """The bundle that the current generation has of a source."""
    current = generations.current(data)
    if current is None:
        raise SystemExit(f"{data} holds no graph.")
    return read_bundle(generations.bundles_folder(data, source) / current.bundles[source])


def twins(data: Path, mark: str) -> Bundle:
    """Every preprint once more, under another IRI and in another graph; ``mark`` ends a title."""
    iris = Minter()

    def quads() -> Iterator[Quad]:
        ours, theirs = iris.graph("arxiv"), iris.graph(TWINS)
        with bundle_of(data, "arxiv").quads.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if "/subject/" in line.split(" ", 1)[0]:
                    continue
                line = line.replace("/research/arxiv/", "/research/openalex/")
                line = line.replace(f"<{ours}>", f"<{theirs}>")
                subject, name, rest = line.split(" ", 2)
                value, _, graph = rest.rstrip(" .\n").rpartition(" ")
                if mark and not number % 1000 and name.endswith("/title>"):
                    value = value.replace('"@', f' {mark}"@')
                yield Term(subject), Term(name), Term(value), Term(graph)

    return write_quads_bundle(
        TWINS, quads(), data / "bundles" / TWINS, run=Run(iris=iris, release=mark), title="Twins"
    )


def matches(data: Path) -> None:
    """Finds matches and writes their bundle."""
    match_graph(data, Silent(), iris=Minter())


def published(data: Path, source: str, *, derived: bool) -> None:
    """Publishes the newest bundle of a source that is there."""
    folder = max((data / "bundles" / source).iterdir(), key=lambda one: one.stat().st_mtime)
    if not derived:
        publish._identify = lambda *_, **__: None
    publish.publish(data, {source: read_bundle(folder)}, checked=False)


STEPS: Final[dict[str, Callable[..., object]]] = {
    "match": matches,
    "twins": lambda data: twins(data, ""),
    "again": lambda data: twins(data, "again"),
    "publish": lambda data, source=TWINS: published(data, source, derived=True),
    "publish-without": lambda data, source=TWINS: published(data, source, derived=False),
}


def step(data: Path, *named: str) -> tuple[float, float]:
    """Processor seconds and most memory in MB of a step in a process of its own."""
    child = os.spawnv(  # noqa: S606 - this very program
        os.P_NOWAIT,
        sys.executable,
        [sys.executable, "-m", "benchmarks.entities", str(data), *named],
    )
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(named)} failed.")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> int:
    """0; the table is printed, or one step done for it."""
    data, *named = sys.argv[1:]
    if named:
        STEPS[named[0]](Path(data), *named[1:])
        return 0
    folder = Path(data)
    print("| step | processor s | most memory MB |\n|---|---:|---:|", flush=True)

    def shown(what: str, *named: str) -> None:
        seconds, megabytes = step(folder, *named)
        print(f"| {what} | {seconds:.1f} | {megabytes:,.0f} |", flush=True)

    def back() -> None:
        """To the generation before: each publication begins from the same one."""
        current = generations.current(folder)
        if current is not None:
            generations.rollback(folder, current.parent)

    shown("matching the graph as it is", "match")
    shown("publishing these matches", "publish", SOURCE)
    step(folder, "twins")
    shown("publishing a source of as many works, without entities", "publish-without")
    back()
    shown("the same with entities", "publish")
    shown("matching works and twins", "match")
    shown("publishing these matches, without entities", "publish-without", SOURCE)
    back()
    shown("the same with entities", "publish", SOURCE)
    step(folder, "again")
    shown("publishing the source anew, one title in a thousand changed, without", "publish-without")
    back()
    shown("the same with entities", "publish")
    return 0


if __name__ == "__main__":
    sys.exit(main())
