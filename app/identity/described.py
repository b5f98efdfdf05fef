"""Matches by description: works whose title, authors and year say the same. Pure.

Works are compared that share a key; a key that many works have says nothing. No two works of one
source are matched, since the source tells them apart; of two candidates that cannot be told
apart neither joins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from app.graph.classes import Edge, Sureness, classes, pair
from app.identity.match import Match, match
from app.identity.records import Work
from app.identity.similar import compare
from app.identity.thresholds import AMBIGUOUS, BLOCK, JOIN, KEEP

Scored = tuple[float, str, int, int]
"""A score, why, and the numbers of two works."""


def works(
    records: Sequence[Work],
    known: Iterable[Match] = (),
    advance: Callable[[int], None] = lambda _: None,
) -> list[Match]:
    """The matches of works by what they say, beside those that are ``known`` by identifiers.

    ``advance`` takes the number of pairs compared since it was last called.
    """
    groups = _Groups(records, known)
    scored: list[Scored] = []
    for number, (one, other) in enumerate(candidates(records), 1):
        if not number % 4096:
            advance(4096)
        if groups.may_join(one, other):
            likeness = compare(records[one], records[other])
            if likeness.score >= KEEP:
                scored.append((likeness.score, likeness.because, one, other))
    return list(_chosen(records, groups, scored))


def candidates(records: Sequence[Work]) -> Iterator[tuple[int, int]]:
    """Pairs of works of different sources that share a key, each once."""
    df = Counter(word for work in records for title in work.words for word in set(title.split()))
    blocks: dict[str, list[int]] = {}
    for number, work in enumerate(records):
        for key in keys(work, df):
            blocks.setdefault(key, []).append(number)
    seen: set[int] = set()
    size = len(records)
    for block in blocks.values():
        if not 1 < len(block) <= BLOCK:
            continue
        for one, other in combinations(block, 2):
            both = one * size + other
            if both not in seen:
                seen.add(both)
                if not records[one].sources & records[other].sources:
                    yield one, other


def keys(work: Work, df: Mapping[str, int]) -> Iterator[str]:
    """What a work is known by among others: its title, its rare words, its first authors."""
    for title in work.words:
        words = title.split()
        yield "".join(words)
        yield "> " + " ".join(words[:4])
        if len(words) > 5:
            yield "< " + " ".join(words[-4:])
        # A word that no other work has is of no use: it may be mistyped.
        shared = {word for word in words if df[word] > 1 and len(word) > 2}
        rare = sorted(shared, key=lambda word: (df[word], word))[:4]
        for one, other in combinations(rare, 2):
            yield f"& {min(one, other)} {max(one, other)}"
        for family, _ in work.people[:2]:
            for word in rare[:3]:
                yield f"@ {family} {word}"


class _Groups:
    """Which works are one already, and which sources have described each."""

    def __init__(self, records: Sequence[Work], known: Iterable[Match]) -> None:
        self._root = {work.iri: work.iri for work in records}
        sources = {work.iri: work.sources for work in records}
        edges = (
            Edge(one.about, one.other, Sureness.IDENTIFIER, one.score) for one in known if one.joins
        )
        for all_ in set(classes(edges).values()):
            head = min(all_)
            for one in all_:
                self._root[one] = head
            sources[head] = frozenset().union(*(sources.get(one, frozenset()) for one in all_))
        self._records = records
        self._sources = sources

    def head(self, number: int) -> str:
        one = self._records[number].iri
        while self._root[one] != one:
            one = self._root[one]
        return one

    def may_join(self, one: int, other: int) -> bool:
        """Whether no source has described both as works of their own."""
        mine, theirs = self.head(one), self.head(other)
        return mine != theirs and not self._sources[mine] & self._sources[theirs]

    def join(self, one: int, other: int) -> None:
        mine, theirs = sorted((self.head(one), self.head(other)))
        self._root[theirs] = mine
        self._sources[mine] = self._sources[mine] | self._sources[theirs]


def _chosen(records: Sequence[Work], groups: _Groups, scored: list[Scored]) -> Iterator[Match]:
    """The best first; a second candidate of one source is for a person to decide on."""
    scored.sort(key=lambda one: (-one[0], pair(records[one[2]].iri, records[one[3]].iri)))
    rivals: dict[tuple[int, str], list[tuple[float, int]]] = {}
    for score, _, one, other in scored:
        for me, them in ((one, other), (other, one)):
            for source in records[them].sources:
                rivals.setdefault((me, source), []).append((score, them))
    for score, because, one, other in scored:
        joins = score >= JOIN
        said = because
        if joins and _rivalled(records, groups, rivals, score, one, other):
            joins, said = False, f"{because} Another work of the same source is as alike."
        if joins and not groups.may_join(one, other):
            if groups.head(one) == groups.head(other):
                joins = True
            else:
                joins, said = False, f"{because} A better match of the same source was found."
        elif joins:
            groups.join(one, other)
        capped = score if joins else min(score, JOIN - 0.01)
        yield match(records[one].iri, records[other].iri, "description", capped, said)


def _rivalled(
    records: Sequence[Work],
    groups: _Groups,
    rivals: Mapping[tuple[int, str], list[tuple[float, int]]],
    score: float,
    one: int,
    other: int,
) -> bool:
    for me, them in ((one, other), (other, one)):
        for source in records[them].sources:
            for theirs, rival in rivals[me, source]:
                if theirs > score - AMBIGUOUS and groups.head(rival) != groups.head(them):
                    return True
    return False
