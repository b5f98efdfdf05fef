"""A route as people read it on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

SHOWN = 12
"""Skills shown of a long list."""

BEYOND = 3
"""Works shown of those beyond a route."""

WIDTH = 110
"""Columns where there is no terminal to ask."""

REASONS = {
    "noCourse": "no course develops it",
    "overBudget": "its courses do not fit the limits",
    "prerequisite": "a prerequisite does not fit the limits",
    "filteredOut": "its courses are filtered out",
}
"""What each reason for a missing skill says to a person."""


def print_answer(answer: Mapping[str, Any], labels: Mapping[str, str]) -> None:
    """Print every route of an answer of ``POST /paths`` on standard output.

    ``labels`` names the skills that the answer gives by IRI alone.
    """
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    routes: Sequence[Mapping[str, Any]] = answer["routes"]
    for number, route in enumerate(routes):
        title = "Route" if number == 0 else f"Alternative {number}"
        if apart := route.get("difference"):
            title += (
                f": without {apart['leavesOut']} of {apart['of']} courses, {apart['adds']} others"
            )
        console.print(*_route(title, route, answer, labels), sep="\n")
    for entry in answer.get("relax") or []:
        console.print(_relax(entry))
    if answer.get("choices"):
        console.print(_choices(answer["choices"]))
    if answer.get("pareto"):
        console.print(_pareto(answer["pareto"]))
    for entry in answer.get("whyNot") or []:
        console.print(_why_not(entry))
    for note in answer.get("notes") or []:
        console.print(f"[dim]{escape(str(note))}[/dim]")


def _route(
    title: str, route: Mapping[str, Any], answer: Mapping[str, Any], labels: Mapping[str, str]
) -> list[RenderableType]:
    steps: Sequence[Mapping[str, Any]] = route["steps"]
    if not steps:
        return [
            Panel(
                Text("No course fits: " + _certificate(route)), title=title, border_style="yellow"
            )
        ]
    head = (
        f"[bold]{len(steps)} courses, {route['ects']:g} ECTS[/bold], "
        f"finished {route['finish']}, covering [bold]{route['coverage']:.0%}[/bold] "
        f"of the target's weight ({len(route['covered'])} of {len(answer['target'])} skills)"
    )
    parts: list[RenderableType] = [
        Panel(head, title=title, border_style="green"),
        _steps(steps),
        _tree(steps),
    ]
    if route["credentials"]:
        parts.append(_credentials(route["credentials"]))
    if route["partly"]:
        rows = [
            (skill.get("label") or skill["skill"], labels.get(skill["by"], skill["by"]))
            for skill in route["partly"]
        ]
        parts.append(_skills("Partly covered, and by which broader or sibling skill", rows))
    if route["missing"]:
        rows = [
            (skill.get("label") or skill["skill"], REASONS.get(skill["reason"], skill["reason"]))
            for skill in route["missing"]
        ]
        parts.append(_skills("Missing, and why", rows))
    if route["works"]:
        parts.append(_works("Newest research on the route's skills", route["works"], labels))
    if route["beyond"]["works"]:
        title = "Newest research beyond the route"
        parts.append(_works(title, route["beyond"]["works"][:BEYOND], labels))
    if route["publishers"]:
        parts.append(_publishers(route["publishers"], labels))
    parts.append(Text(_certificate(route), style="dim"))
    return parts


def _steps(steps: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("Period", no_wrap=True)
    table.add_column("Course", no_wrap=True, style="cyan")
    table.add_column("Name and skills it develops", overflow="fold")
    table.add_column("ECTS", justify="right")
    table.add_column("Way in", overflow="fold")
    last = None
    for step in steps:
        period = step["period"]
        name = f"{period['name']}\n[dim]{period['start']} –\n{period['end']}\n{period['offering']}[/dim]"
        skills = ", ".join(
            f"{escape(skill.get('label') or skill['skill'])} [dim]{skill['confidence']:.2f}[/dim]"
            for skill in step["develops"]
        )
        table.add_row(
            name if name != last else "",
            escape(step["code"]),
            f"[bold]{escape(step['name'])}[/bold] [dim]({'/'.join(step['language'])}, {escape(step['university'])})[/dim]\n{skills}",
            f"{step['ects']:g}",
            escape(_way_in(step["wayIn"])),
        )
        last = name
    return table


def _way_in(way: Mapping[str, Any]) -> str:
    """Who may come that way, what it costs at most, until when and where one applies."""
    fee = way["fee"]
    if way["kind"] == "unknown" and fee is None:
        return "unknown"
    said = [way["kind"], "fee unknown" if fee is None else f"{fee['max']:g} {fee['currency']}"]
    said += [f"apply by {way['applyBy']}"] if way["applyBy"] else []
    said += [way["link"]] if way["link"] else []
    return "\n".join(said)


def _tree(steps: Sequence[Mapping[str, Any]]) -> RenderableType:
    """What builds on what, each course under the last of those that it asks for."""
    tree = Tree(Text("What builds on what", style="bold"), guide_style="dim")
    branches: dict[str, Tree] = {}
    for step in steps:
        # Steps stand in the order of the route, so that a course follows what it asks for.
        before = [name for name in branches if name in step["after"]]
        above = branches[before[-1]] if before else tree
        named = f"[cyan]{escape(step['code'])}[/cyan] {escape(step['name'])}"
        others = len(before) - 1
        also = f" [dim](and {others} more before it)[/dim]" if others > 0 else ""
        because = escape(step["because"])
        branches[step["course"]] = above.add(f"{named}{also}\n[dim]{because}[/dim]")
    return Group(tree, Text())


def _credentials(credentials: Sequence[Mapping[str, Any]]) -> RenderableType:
    lines = [Text("Micro-credentials that the route earns", style="bold")]
    for one in credentials:
        into = ", ".join(one["stacksInto"])
        lines.append(Text(f"{one['name']}" + (f", a part of {into}" if into else "")))
    return Group(*lines, Text())


def _relax(entry: Mapping[str, Any]) -> RenderableType:
    limits = " and ".join(entry["relax"])
    if "course" in entry:
        return Text(f"{entry['course']} is kept out by {limits}")
    return Text(f"There is a route without {limits}")


def _pareto(front: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in ("ECTS", "Covered", "Weighed by evidence", "Finished", "Courses"):
        table.add_column(name, justify="right")
    for one in front:
        table.add_row(
            f"{one['ects']:g}",
            f"{one['coverage']:.0%}",
            f"{one['evidence']:.0%}",
            one["finish"] or "–",
            str(len(one["courses"])),
        )
    return Group(Text("More or less of it", style="bold"), table)


def _skills(title: str, rows: Sequence[tuple[str, str]]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    table.add_column(style="yellow", overflow="fold")
    table.add_column(style="dim", overflow="fold")
    for label, said in rows[:SHOWN]:
        table.add_row(escape(label), escape(said))
    more = f" (the weightiest {SHOWN} of {len(rows)})" if len(rows) > SHOWN else ""
    return Group(Text(f"{title}{more}", style="bold"), table, Text())


def _works(
    title: str, works: Sequence[Mapping[str, Any]], labels: Mapping[str, str]
) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(style="dim", overflow="fold")
    for work in works:
        skills = ", ".join(labels.get(skill, skill) for skill in work["skills"])
        link = work.get("doi") or work.get("link") or work["work"]
        kind = " (student thesis)" if work["studentThesis"] else ""
        words = f"{escape(work['title'])}{kind}\n[dim]{escape(skills)}[/dim]"
        table.add_row(str(work["published"]), words, escape(link))
    return Group(Text(title, style="bold"), table, Text())


def _publishers(
    publishers: Sequence[Mapping[str, Any]], labels: Mapping[str, str]
) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    for style in (None, "dim", "dim"):
        table.add_column(style=style, overflow="fold")
    for one in publishers:
        skills = ", ".join(labels.get(skill, skill) for skill in one["skills"])
        said = f"{one['kind']}, {one['university']}, {one['works']} works, newest {one['newest']}"
        table.add_row(escape(one["name"]), escape(said), escape(skills))
    title = "Who in the network publishes on the route's skills"
    return Group(Text(title, style="bold"), table, Text())


def _choices(choices: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in ("Choice", "Courses", "ECTS", "Covered", "Finished", "Universities"):
        table.add_column(name)
    for one in choices:
        same = " (the route above)" if one["same"] else ""
        table.add_row(
            f"{one['preset']}{same}",
            str(len(one["courses"])),
            f"{one['ects']:g}",
            f"{one['coverage']:.0%}",
            one["finish"] or "–",
            escape(", ".join(one["universities"])),
        )
    return Group(Text("Other choices", style="bold"), table)


def _certificate(route: Mapping[str, Any]) -> str:
    certificate = route["certificate"]
    gap = "unknown" if certificate["gap"] is None else f"{certificate['gap']:.1%}"
    checked = "checked independently" if certificate["checked"] else "NOT confirmed by the checker"
    return (
        f"{certificate['status']}: objective {certificate['objective']}, bound {certificate['bound']}, "
        f"gap {gap}, {certificate['candidates']} candidate courses, "
        f"{certificate['cuts']} cuts, {certificate['seconds']:.3f} s, {checked}"
    )


def _why_not(entry: Mapping[str, Any]) -> RenderableType:
    price = entry.get("price")
    limits = " and ".join(entry.get("limits") or ())
    if price:
        said = f"would cost {price}"
    elif limits:
        said = f"would need another {limits}"
    else:
        said = "stands on no route, whatever limit is given up"
    return Text(f"{entry['course']}: {said}")
