"""Label search over one generation: from what a person types to things of the graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from app.errors import BadParameter
from app.graph.port import Graph
from app.search.candidates import Candidates, Found
from app.search.fold import fold, same_label
from app.search.index import KINDS, Rank, opened
from app.search.ranking import LEAST, score

LONGEST = 300
"""Characters that a question may have; the longest label of ESCO has 190."""

MOST = 100
"""Results that may be asked for."""

_FALLBACK: Mapping[str, tuple[str, ...]] = {"fi": ("en", "sv"), "sv": ("en", "fi")}
"""Where a thing has no label in a language, whose label is shown: ours are fi → en, sv → en."""


class Result(TypedDict, total=False):
    """One thing found: its label with its language, the label that matched, score from 0 to 1.

    ``code`` stands for what has one.
    """

    iri: str
    label: str
    lang: str
    matched: str
    score: float
    code: str


class Results(TypedDict):
    """Things found, the best first, and the generation they are of."""

    results: list[Result]
    generation: str


class Name(TypedDict):
    """A label with its language, "" if it has none."""

    label: str
    lang: str


class Service:
    """Label search; the index is built on first use of a generation and kept in its folder."""

    def __init__(self, graph: Graph, index_folder: Path | None = None) -> None:
        self._generation = graph.generation
        self._candidates = Candidates(opened(graph, index_folder))

    def search(self, kind: str, q: str, lang: str = "en", limit: int = 10) -> Results:
        """Things of a kind whose labels or codes answer ``q``, the best first.

        ``kind`` is skills, occupations, courses or credentials. Raises: BadParameter for another
        kind, a ``q`` over 300 characters, a ``limit`` outside 1–100.
        """
        _check_kind(kind)
        if not 1 <= limit <= MOST:
            raise BadParameter("limit", f"limit is {limit}; expected 1 to {MOST}.")
        folded = fold(_checked(q, "q"))
        best = self._best(kind, folded, lang, limit) if folded else []
        return {"results": self._results(kind, best, lang), "generation": self._generation}

    def _best(self, kind: str, folded: str, lang: str, limit: int) -> list[tuple[float, Found]]:
        reader = self._candidates
        ranked: dict[int, tuple[float, Found]] = {}
        _rank(ranked, folded, reader.beginning(kind, folded), lang)
        # What begins with the question outranks what holds its words, and that outranks any
        # typo: look no further where there is enough.
        if len(ranked) < limit:
            _rank(ranked, folded, reader.worded(kind, folded), lang)
        if len(ranked) < limit:
            _rank(ranked, folded, reader.similar(kind, folded), lang)
            _rank(ranked, folded, reader.short(kind, folded), lang)
        order = sorted(ranked.values(), key=lambda one: (-one[0], one[1].folded, one[1].thing))
        return order[:limit]

    def _results(self, kind: str, best: Sequence[tuple[float, Found]], lang: str) -> list[Result]:
        things = [found.thing for _, found in best]
        iris = self._candidates.iris(things)
        names, codes = self._names(kind, things, lang)
        results: list[Result] = []
        for points, found in best:
            name = names.get(found.thing) or {"label": found.label, "lang": found.language}
            result: Result = {
                "iri": iris[found.thing],
                "label": name["label"],
                "lang": name["lang"],
                "matched": found.label,
                "score": round(points, 4),
            }
            if found.thing in codes:
                result["code"] = codes[found.thing]
            results.append(result)
        return results

    def exact(self, kind: str, label: str) -> list[str]:
        """IRIs of the things of a kind with that very preferred label, in any language.

        Case and white space do not count, unless something is spelt just so. Raises: BadParameter
        as ``search``.
        """
        _check_kind(kind)
        folded = fold(_checked(label, "label"))
        if not folded:
            return []
        alike = [
            found
            for found in self._candidates.preferred(kind, folded)
            if same_label(found.label, label)
        ]
        just_so = [found for found in alike if found.label == label.strip()]
        things = sorted({found.thing for found in just_so or alike})
        iris = self._candidates.iris(things)
        return [iris[thing] for thing in things]

    def labels(self, iris: Sequence[str], lang: str = "en") -> dict[str, Name]:
        """The label of each thing in a language or what stands in for it; unknown ones left out."""
        by_kind: dict[str, dict[int, str]] = {}
        for thing, kind, iri in self._candidates.things(list(dict.fromkeys(iris))):
            by_kind.setdefault(kind, {})[thing] = iri
        found: dict[str, Name] = {}
        for kind, things in by_kind.items():
            names, _ = self._names(kind, list(things), lang)
            found.update((things[thing], name) for thing, name in names.items())
        return found

    def _names(
        self, kind: str, things: list[int], lang: str
    ) -> tuple[dict[int, Name], dict[int, str]]:
        names: dict[int, tuple[int, Name]] = {}
        codes: dict[int, str] = {}
        for found in self._candidates.names(kind, things):
            if found.rank == Rank.CODE:
                codes.setdefault(found.thing, found.label)
                continue
            distance = _distance(found.language, lang)
            if found.thing not in names or distance < names[found.thing][0]:
                names[found.thing] = (
                    distance,
                    {"label": found.label, "lang": found.language},
                )
        return {thing: name for thing, (_, name) in names.items()}, codes


def _rank(
    ranked: dict[int, tuple[float, Found]], folded: str, found: Iterable[Found], lang: str
) -> None:
    """Keeps each thing's best label; a label in the asked language wins among equals."""
    for one in found:
        points = score(folded, one)
        if points < LEAST:
            continue
        # Less than any two bands are apart, more than nothing.
        points -= 0.0 if one.language in (lang, "") or points >= 0.99 else 0.003
        if one.thing not in ranked or points > ranked[one.thing][0]:
            ranked[one.thing] = (points, one)


def _distance(language: str, asked: str) -> int:
    if language == asked:
        return 0
    order = _FALLBACK.get(asked, ("en",))
    return order.index(language) + 1 if language in order else len(order) + 1


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise BadParameter("kind", f"Unknown kind {kind[:40]!r}. Known: {', '.join(KINDS)}.")


def _checked(text: str, name: str) -> str:
    if len(text) > LONGEST:
        raise BadParameter(
            name, f"{name} has {len(text):,} characters; at most {LONGEST} are searched for."
        )
    return text
