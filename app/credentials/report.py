"""Readiness: what an offering states of a profile, what can be inferred, what lacks or is wrong.

One offering or a whole catalogue is held against the profiles by the same code: every check is
run once over a graph that may describe many offerings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.credentials.document import Stated
from app.credentials.infer import Fact, Proposal, Suggestion, proposals
from app.credentials.profiles import PROFILES, Element, ProfileName, profile, tells_absence
from app.graph.small import GRAPH, Small
from ontology.ntriples import Term

LANGUAGES = ("en", "fi", "sv")
"""Languages that the profiles speak."""

AT_ISSUING = "at issuing"

Status = Literal["present", "inferred", "missing", "wrong", "atIssuing"]
"""What is to be said of one element of one offering."""

_MOST_VALUES = 10


@dataclass
class Lack:
    """What is wrong with one element: messages by language, and the values they speak of."""

    absent: bool = False
    wrong: bool = False
    messages: list[Mapping[str, str]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """One element of one offering: its status, what lacks, and what it could state instead."""

    element: Element
    status: Status
    lack: Lack
    proposal: Proposal | None = None


_NOTHING = Lack()


def verdicts(
    name: ProfileName, graph: Small, offered: Mapping[Term, Sequence[Proposal]]
) -> dict[Term, list[Verdict]]:
    """For each offering that the graph describes, a verdict on every element of the profile.

    ``offered``: the offerings, and what each could state.
    """
    found: dict[Term, list[Verdict]] = {about: [] for about in offered}
    better = list(_better(graph, offered))
    for element in profile(name).elements:
        for about, verdict in _element(element, graph, better, offered):
            found[about].append(verdict)
    return found


def report(
    stated: Stated,
    lang: str,
    *,
    wanted: Sequence[ProfileName] = PROFILES,
    known: Iterable[Fact] = (),
    suggested: Sequence[Suggestion] = (),
) -> dict[str, object]:
    """The report on an offering: for each profile a score and every element.

    ``lang`` is one of the profiles' languages, else English stands in. ``known`` is what the
    graph says of the offering and its courses, ``suggested`` what tagging reads in the outcomes.
    """
    shown = lang if lang in LANGUAGES else "en"
    about = stated.about
    offered = {about: list(proposals(stated, known, suggested))}
    return {
        "about": about[1:-1] if about.startswith("<") else None,
        "lang": shown,
        "profiles": [
            _told_of(name, verdicts(name, stated.graph, offered)[about], shown) for name in wanted
        ],
    }


def _better(graph: Small, offered: Mapping[Term, Sequence[Proposal]]) -> Iterator[Small]:
    """The graph with the first proposal of every offering, with the second of each, and so on."""
    for number in range(max(map(len, offered.values()), default=0)):
        made = graph.copy()
        made.add(
            triple
            for several in offered.values()
            if number < len(several)
            for triple in several[number].triples
        )
        yield made


def _element(
    element: Element,
    graph: Small,
    better: Sequence[Small],
    offered: Mapping[Term, Sequence[Proposal]],
) -> Iterator[tuple[Term, Verdict]]:
    """Every offering's verdict on one element: the first proposal that would do is named."""
    if element.requirement == AT_ISSUING:
        yield from ((about, Verdict(element, "atIssuing", _NOTHING)) for about in offered)
        return
    lacks = _lacks(element, graph)
    waiting: dict[Term, Lack] = {}
    for about in offered:
        lack = lacks.get(about, _NOTHING)
        if lack.absent:
            waiting[about] = lack
        else:
            yield about, Verdict(element, "wrong" if lack.wrong else "present", lack)
    for number, made in enumerate(better):
        left = _lacks(element, made) if waiting else {}
        for about in [one for one in waiting if number < len(offered[one])]:
            still = left.get(about, _NOTHING)
            if not still.absent:
                lack = waiting.pop(about)
                proposal = offered[about][number]
                if still.wrong:
                    yield about, Verdict(element, "wrong", still, proposal)
                else:
                    yield about, Verdict(element, "inferred", lack, proposal)
    yield from ((about, Verdict(element, "missing", lack)) for about, lack in waiting.items())


def _lacks(element: Element, graph: Small) -> dict[Term, Lack]:
    """What the element's checks say of each thing; of a wrong one only what is wrong."""
    missing: dict[Term, Lack] = {}
    wrong: dict[Term, Lack] = {}
    for check in element.checks:
        for row in graph.solutions(check.over(GRAPH)):
            value = row.get("value")
            absent = tells_absence(check, valued=value is not None)
            lack = (missing if absent else wrong).setdefault(row["focus"].term, Lack())
            lack.absent, lack.wrong = absent, not absent
            if check.messages not in lack.messages:
                lack.messages.append(check.messages)
            if value is not None:
                lack.values.append(value.lexical[:500])
    return missing | wrong


def _told_of(name: ProfileName, held: Sequence[Verdict], lang: str) -> dict[str, object]:
    entries = [_entry(verdict, lang) for verdict in held]
    return {
        "profile": name,
        "title": profile(name).titles[lang],
        "score": {
            requirement: _score([one for one in entries if one["requirement"] == requirement])
            for requirement in ("mandatory", "recommended")
        },
        "elements": entries,
    }


def _score(entries: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """How many are stated as they should be; what is inferred is counted apart."""
    states = [one["status"] for one in entries]
    present = states.count("present")
    return {
        "present": present,
        "inferred": states.count("inferred"),
        "missing": states.count("missing"),
        "wrong": states.count("wrong"),
        "of": len(states),
        "share": round(present / len(states), 3) if states else 1.0,
    }


def _entry(verdict: Verdict, lang: str) -> dict[str, object]:
    """One element of the report."""
    element, proposal = verdict.element, verdict.proposal
    issued = element.requirement == AT_ISSUING
    entry: dict[str, object] = {
        "element": element.name,
        "label": element.labels[lang],
        "requirement": "atIssuing" if issued else element.requirement,
        "status": verdict.status,
    }
    if issued:
        return entry | {"hint": element.hints[lang]}
    if proposal is not None:
        entry["inferred"] = {
            "values": list(proposal.values),
            "from": list(proposal.sources),
            "because": proposal.because[lang],
        }
    return entry | _told(verdict.lack, element, lang)


def _told(lack: Lack, element: Element, lang: str) -> dict[str, object]:
    """The message, the values that are wrong, and how to mend it; nothing where nothing is due."""
    if not lack.messages:
        return {}
    said = list(dict.fromkeys(one[lang] for one in lack.messages))
    told: dict[str, object] = {"message": " ".join(said), "hint": element.hints[lang]}
    if lack.values:
        told["values"] = list(dict.fromkeys(lack.values))[:_MOST_VALUES]
    return told
