"""Matches by identifier: things of which sources state one identifier. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from app.graph.classes import representative
from app.identity import identifiers, similar
from app.identity.match import Match, match
from app.identity.records import Course, Work
from app.identity.thresholds import CONTESTED, TITLES_ALIKE

_Thing = TypeVar("_Thing")


def works(records: Iterable[Work]) -> Iterator[Match]:
    """The matches of works that bear one identifier.

    Each is a match with the representative of all of them. An identifier that one source gives to
    several works joins only those whose titles are alike: a DOI of proceedings is not each
    paper's. Nor does any join works with unlike titles and no author in common: a person decides.
    """
    groups: dict[identifiers.Identifier, list[Work]] = {}
    for work in records:
        for identifier in work.identifiers:
            groups.setdefault(identifier, []).append(work)
    found: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for (scheme, name), group in sorted(groups.items()):
        if len(group) < 2:
            continue
        by_iri = {work.iri: work for work in group}
        hub = by_iri[representative(by_iri)]
        given = Counter(source for work in group for source in work.sources)
        contested = max(given.values()) > 1
        for work in group:
            if work is hub:
                continue
            said = f"Both bear the {identifiers.NAMES[scheme]} {name}"
            alike = similar.best_title(work, hub)
            score = 1.0
            if contested:
                score = 0.95 if alike >= TITLES_ALIKE else CONTESTED
                said += f"; one source gives it to several works; titles alike {alike:.2f}"
            elif alike < TITLES_ALIKE and not similar.authors(work.people, hub.people)[0]:
                score = CONTESTED
                said += f"; but their titles are unlike ({alike:.2f}) and they share no author"
            pair = (min(work.iri, hub.iri), max(work.iri, hub.iri))
            found.setdefault(pair, []).append((score, said))
    for (one, other), reasons in found.items():
        score = max(reasons)[0]
        said = ". ".join(dict.fromkeys(reason for _, reason in reasons))
        yield match(one, other, "identifier", score, f"{said}.")


def by_key(stated: Mapping[str, Sequence[str]], what: str) -> Iterator[Match]:
    """The matches of persons or organisations of which one identifier is stated."""
    for identifier, things in sorted(stated.items()):
        hub = representative(things)
        for thing in sorted(set(things) - {hub}):
            yield match(thing, hub, "identifier", 1.0, f"Both bear the {what} {identifier}.")


def courses(
    records: Sequence[Course], code_of: Callable[[Course], str], what: str
) -> Iterator[Match]:
    """The matches of courses of one university with one code, or one identifier of a source's."""
    groups: dict[tuple[str, str, str], list[Course]] = {}
    for course in records:
        if not course.university:
            continue
        if code := code_of(course):
            groups.setdefault((course.university, "code", code), []).append(course)
        for identifier in course.identifiers:
            groups.setdefault((course.university, "identifier", identifier), []).append(course)
    for (_, kind, name), group in sorted(groups.items()):
        if len(group) < 2:
            continue
        by_iri = {course.iri: course for course in group}
        hub = by_iri[representative(by_iri)]
        for course in by_iri.values():
            # A source that has both under codes of their own means two things by them.
            if course is hub or (kind == "code" and course.sources & hub.sources):
                continue
            said = (
                f"One university has both {what}s under the code {course.code}, written "
                f"{hub.code} by another source."
                if kind == "code"
                else f"Sources of one university state {name} of both {what}s."
            )
            yield match(course.iri, hub.iri, "identifier", 1.0, said)
