"""A route as a picture: a Mermaid flowchart, periods as boxes, arrows from prerequisites.

Source: https://mermaid.js.org/syntax/flowchart.html.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.paths.render.words import number, word

_SPECIAL = str.maketrans({c: f"#{ord(c)};" for c in '"#;<>&`\\()[]{}|*_~'} | {"\n": " "})
"""What means something to Mermaid or to HTML, as character references in Mermaid's own form."""


def mermaid(answer: Mapping[str, Any], language: str) -> str:
    """The best route as the source of a Mermaid flowchart, steps in the order of the route."""
    steps = answer["routes"][0]["steps"] if answer["routes"] else []
    return "\n".join(_lines(steps, language)) + "\n"


def _lines(steps: Sequence[Mapping[str, Any]], language: str) -> Iterator[str]:
    yield "flowchart LR"
    if not steps:
        yield f'  none["{_text(word("empty", language))}"]'
        return
    by_period: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, step in enumerate(steps):
        by_period[step["period"]["start"], step["period"]["name"]].append(place)
    for box, ((_, name), places) in enumerate(sorted(by_period.items())):
        yield f'  subgraph p{box}["{_text(name)}"]'
        for place in places:
            step = steps[place]
            credits = f"{number(step['ects'])} {word('credits', language)}"
            yield (
                f'    c{place}["{_text(step["code"])}<br/>{_text(step["name"])}'
                f'<br/>{_text(credits)}"]'
            )
        yield "  end"
    # Periods stand in their order, whether a prerequisite joins them or not.
    for box in range(len(by_period) - 1):
        yield f"  p{box} ~~~ p{box + 1}"
    number_of = {step["course"]: place for place, step in enumerate(steps)}
    for place, step in enumerate(steps):
        for earlier in step["after"]:
            if earlier in number_of:
                yield f"  c{number_of[earlier]} --> c{place}"


def _text(words: str) -> str:
    return " ".join(words.translate(_SPECIAL).split())
