"""Readiness: what an offering states of a profile, what can be inferred, what lacks or is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.credentials.document import Stated
from app.credentials.infer import Fact, Proposal, Suggestion, proposals
from app.credentials.profiles import PROFILES, Element, ProfileName, profile, tells_absence
from app.graph.small import GRAPH, Small
from ontology.ntriples import Term

LANGUAGES = ("en", "fi", "sv")
"""Languages that the profiles speak."""

AT_ISSUING = "at issuing"

_MOST_VALUES = 10


@dataclass
class _Lack:
    """What is wrong with one element: messages by language, and the values they speak of."""

    absent: bool = False
    wrong: bool = False
    messages: list[Mapping[str, str]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


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
    graph says of the courses, ``suggested`` what tagging reads in the outcomes.
    """
    shown = lang if lang in LANGUAGES else "en"
    offered = list(proposals(stated, known, suggested))
    about = stated.about
    return {
        "about": about[1:-1] if about.startswith("<") else None,
        "lang": shown,
        "profiles": [_held_against(name, stated, offered, shown) for name in wanted],
    }


def _held_against(
    name: ProfileName, stated: Stated, offered: Sequence[Proposal], lang: str
) -> dict[str, object]:
    held = profile(name)
    entries = [_entry(element, stated, offered, lang) for element in held.elements]
    return {
        "profile": name,
        "title": held.titles[lang],
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


def _entry(
    element: Element, stated: Stated, offered: Sequence[Proposal], lang: str
) -> dict[str, object]:
    """One element of the report."""
    entry: dict[str, object] = {
        "element": element.name,
        "label": element.labels[lang],
        "requirement": "atIssuing" if element.requirement == AT_ISSUING else element.requirement,
    }
    if element.requirement == AT_ISSUING:
        return entry | {"status": "atIssuing", "hint": element.hints[lang]}
    lack = _lack(element, stated.graph, stated.about)
    if lack.wrong or not lack.absent:
        status = "wrong" if lack.wrong else "present"
        return entry | {"status": status} | _told(lack, element, lang)
    for proposal in offered:
        better = stated.graph.copy()
        better.add(proposal.triples)
        left = _lack(element, better, stated.about)
        if left.absent:
            continue
        entry |= {
            "status": "wrong" if left.wrong else "inferred",
            "inferred": {
                "values": list(proposal.values),
                "from": list(proposal.sources),
                "because": proposal.because[lang],
            },
        }
        return entry | _told(left if left.wrong else lack, element, lang)
    return entry | {"status": "missing"} | _told(lack, element, lang)


def _told(lack: _Lack, element: Element, lang: str) -> dict[str, object]:
    """The message, the values that are wrong, and how to mend it; nothing where nothing is due."""
    if not lack.messages:
        return {}
    said = list(dict.fromkeys(one[lang] for one in lack.messages))
    told: dict[str, object] = {"message": " ".join(said), "hint": element.hints[lang]}
    if lack.values:
        told["values"] = list(dict.fromkeys(lack.values))[:_MOST_VALUES]
    return told


def _lack(element: Element, graph: Small, about: Term) -> _Lack:
    """What the element's checks say of the offering; of a wrong one only what is wrong."""
    missing, wrong = _Lack(), _Lack()
    for check in element.checks:
        for row in graph.solutions(check.over(GRAPH)):
            if row["focus"].term != about:
                continue
            value = row.get("value")
            absent = tells_absence(check, valued=value is not None)
            lack = missing if absent else wrong
            lack.absent, lack.wrong = absent, not absent
            if check.messages not in lack.messages:
                lack.messages.append(check.messages)
            if value is not None:
                lack.values.append(value.lexical[:500])
    return wrong if wrong.wrong else missing
