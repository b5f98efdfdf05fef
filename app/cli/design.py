"""``polku credential design``: which courses together make a micro-credential."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.options import data_option

if TYPE_CHECKING:
    from rich.console import RenderableType

_SKILLS = 6
_OVERLAPS = 5


@click.command(
    epilog='Example: polku credential design --to "data scientist" --ects 5-15 --language en'
)
@click.option(
    "--to",
    "names",
    multiple=True,
    required=True,
    help="Occupation or skill: its IRI or exact label; work or skill group: its IRI.",
)
@click.option("--ects", default="5-15", show_default=True, help="ECTS credits, as 5-15 or 10.")
@click.option(
    "--courses",
    type=click.IntRange(1, 12),
    default=4,
    show_default=True,
    help="Courses at most.",
)
@click.option(
    "--university", "universities", multiple=True, help="University (aalto, oulu, tampere, vaasa)."
)
@click.option("--network", is_flag=True, help="Courses of several universities in one proposal.")
@click.option("--language", "languages", multiple=True, help="Language of teaching (fi, sv, en).")
@click.option("--mixed-languages", is_flag=True, help="Courses without a common language.")
@click.option("--same-level", is_flag=True, help="All courses are of one EQF level.")
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=click.Choice(("6", "7", "8")),
    help="EQF level, by the level of studies.",
)
@click.option("--require", multiple=True, help="A course by its code or IRI: it must be in.")
@click.option("--exclude", multiple=True, help="A course by its code or IRI: it must not be in.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), default=None,
              help="Least confidence of evidence; the published threshold if left out.")  # fmt: skip
@click.option(
    "--proposals",
    type=click.IntRange(1, 10),
    default=3,
    show_default=True,
    help="How many different proposals.",
)
@click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True,
    help="Language of labels and words.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@data_option
def design(
    names: Sequence[str],
    ects: str,
    courses: int,
    universities: Sequence[str],
    network: bool,
    languages: Sequence[str],
    mixed_languages: bool,
    same_level: bool,
    levels: Sequence[str],
    require: Sequence[str],
    exclude: Sequence[str],
    min_confidence: float | None,
    proposals: int,
    lang: str,
    as_json: bool,
    data: Path,
) -> None:
    """Propose courses that together make a micro-credential covering what is wanted.

    Each proposal says which course gives each skill, what it asks for at the door, when it can be
    taken, what it would lack to be offered, what it overlaps with and counts towards.
    """
    import orjson

    from app.cli.names import course_iri, resolve_target
    from app.graph import index_folder, open_graph
    from app.paths.service import Service as Paths
    from app.planning.request import span
    from app.planning.service import Service
    from app.search.service import Service as Search

    limits: dict[str, Any] = {
        "ects": span(ects, "--ects"),
        "courses": courses,
        "together": "network" if network else "university",
        "universities": list(universities),
        "languages": list(languages),
        "sameLanguage": not mixed_languages,
        "sameLevel": same_level,
        "levels": [int(one) for one in levels],
    }
    with open_graph(data) as graph:
        index = index_folder(data, graph.generation)
        search = Search(graph, index)
        limits["require"] = [course_iri(search, one, "--require") for one in require]
        limits["exclude"] = [course_iri(search, one, "--exclude") for one in exclude]
        question = {
            "to": resolve_target(graph, search, names),
            "limits": limits,
            "proposals": proposals,
            "lang": lang,
            "timeLimit": 10,
            **({} if min_confidence is None else {"minConfidence": min_confidence}),
        }
        answer = Service(Paths(graph, index)).design(question)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        _show(answer, lang)
    if not answer["proposals"]:
        sys.exit(1)


def _show(answer: Mapping[str, Any], lang: str) -> None:
    """Prints every proposal."""
    from rich.console import Console

    from app.cli.route import WIDTH

    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    for number, one in enumerate(answer["proposals"], 1):
        console.print(*_proposal(number, one, answer, lang), sep="\n")
    console.print(*_between(answer["between"], lang), sep="\n")


def _proposal(
    number: int, one: Mapping[str, Any], answer: Mapping[str, Any], lang: str
) -> list[RenderableType]:
    from rich.panel import Panel
    from rich.text import Text

    from app.credentials.words import STATES
    from app.planning.told import covers, proof
    from app.planning.words import of

    said = of(lang)
    title = said["proposal"].format(n=number, courses=len(one["courses"]), ects=f"{one['ects']:g}")
    eqf = one["level"]["eqf"]
    facts = [
        covers(one, answer, lang),
        said["eqf_none"] if eqf is None else said["eqf"].format(n=eqf),
        f"{said['languages']}: {', '.join(one['languages']) or said['no_language']}",
        f"{said['readiness']}: {STATES[one['readiness']['state']][lang]}",
    ]
    return [
        Panel(Text("\n".join(facts)), title=Text(title), border_style="green"),
        _courses(one, said),
        _told(said["entry"], _entries(one, said) or [said["entry_none"]]),
        _told(said["teaching"], _teaching(one["teaching"], said)),
        _lacks(one["readiness"], said, lang),
        _overlaps(one, said, lang),
        _told(said["stacking"], _stacking(one["stacking"], lang) or [said["stacking_none"]]),
        Text(said[proof(one["certificate"])] + "\n", style="dim"),
    ]


def _courses(one: Mapping[str, Any], said: Mapping[str, str]) -> RenderableType:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column(said["course"], no_wrap=True, style="cyan")
    table.add_column(said["skills"], overflow="fold")
    table.add_column(said["credits"], justify="right")
    for course in one["courses"]:
        best = sorted(course["develops"], key=lambda skill: -skill["confidence"])
        skills = ", ".join(
            f"{escape(skill['label'])} [dim]{skill['confidence']:.2f}[/dim]"
            for skill in best[:_SKILLS]
        )
        more = f", {said['more'].format(n=len(best) - _SKILLS)}" if len(best) > _SKILLS else ""
        about = f"{'/'.join(course['language'])}, {course['university']}"
        table.add_row(
            escape(course["code"]),
            f"[bold]{escape(course['name'])}[/bold] [dim]({escape(about)})[/dim]\n{skills}{more}",
            f"{course['ects']:g}",
        )
    return table


def _told(heading: str, lines: Sequence[str]) -> RenderableType:
    from rich.text import Text

    text = Text(heading, style="bold")
    for line in lines:
        text.append(f"\n  {line}", style="not bold")
    return text


def _entries(one: Mapping[str, Any], said: Mapping[str, str]) -> list[str]:
    codes = {each["course"]: each["code"] for each in one["courses"]}
    lines = []
    for entry in one["entryRequirements"]:
        options = [f"{each['code']} {each['name']}" for each in entry["anyOf"]]
        if entry["unknown"] or not options:
            options.append(said["unknown"].format(n=max(1, entry["unknown"])))
        by = ", ".join(codes[name] for name in entry["askedBy"])
        lines.append(
            f"{said[entry['strength']]}: {said['or'].join(options)} ({said['asked_by'].format(by=by)})"
        )
    return lines


def _teaching(teaching: Mapping[str, Any], said: Mapping[str, str]) -> list[str]:
    if not teaching["stretches"]:
        return [said["no_span"]]
    lines = [said["span"].format(n=teaching["periods"])]
    for one in teaching["stretches"]:
        courses = ", ".join(f"{each['code']} ({each['period']['name']})" for each in one["courses"])
        lines.append(f"{one['start']} – {one['end']}: {courses}")
    return lines


def _lacks(readiness: Mapping[str, Any], said: Mapping[str, str], lang: str) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from app.credentials.words import STATUS
    from app.planning.told import advice, lacking

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    for _ in range(3):
        table.add_column(overflow="fold")
    colours = {"inferred": "yellow"}
    for one in lacking(readiness):
        status = Text(STATUS[one["status"]][lang], style=colours.get(one["status"], "red"))
        table.add_row(status, Text(one["label"]), Text(advice(one), style="dim"))
    return Group(Text(said["readiness"], style="bold"), table)


def _overlaps(one: Mapping[str, Any], said: Mapping[str, str], lang: str) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from app.planning.words import KIND, RELATION

    heading = Text(said["overlaps"], style="bold")
    if not one["overlaps"]:
        return Group(heading, Text(f"  {said['overlaps_none']}"))
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    table.add_column(said["whole"], overflow="fold")
    table.add_column(said["shared"], overflow="fold")
    for name in ("share", "of_other", "jaccard"):
        table.add_column(said[name], justify="right")
    for each in one["overlaps"][:_OVERLAPS]:
        kind, relation = KIND[each["kind"]][lang], RELATION[each["relation"]][lang]
        table.add_row(
            Text(f"{each['name']} ({kind}): {relation}"),
            Text(", ".join(course["code"] for course in each["courses"])),
            f"{each['share']:.0%}",
            f"{each['shareOfOther']:.0%}",
            f"{each['jaccard']:.2f}",
        )
    return Group(heading, table)


def _stacking(stacking: Mapping[str, Any], lang: str) -> list[str]:
    from app.planning.told import counted

    return [f"{one['name']}: {counted(one, lang)}" for one in stacking["countsTowards"]]


def _between(pairs: Sequence[Mapping[str, Any]], lang: str) -> list[RenderableType]:
    from app.planning.words import of

    if not pairs:
        return []
    said = of(lang)
    lines = [
        f"{one['of']}, {one['and']}: {len(one['courses'])} {said['shared'].lower()}, "
        f"{said['jaccard']} {one['jaccard']:.2f}"
        for one in pairs
    ]
    return [_told(said["between"], lines)]
