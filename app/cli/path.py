"""``polku path``: a route on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from app.cli.options import data_option


@click.command(
    epilog='Example: polku path --to "data scientist" --ects 60 --periods 8 --language en'
)
@click.option(
    "--to",
    "targets",
    multiple=True,
    help="Occupation or skill: its IRI or exact label; work or skill group: its IRI.",
)
@click.option(
    "--like",
    type=click.Path(path_type=Path),
    default=None,
    help="A file with a route (of another learner, say), as --json wrote it: lead to its skills.",
)
@click.option("--have", multiple=True, help="A skill you have: its IRI or exact label.")
@click.option(
    "--ects",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    help="ECTS credits at most.",
)
@click.option(
    "--periods",
    type=click.IntRange(1, 60),
    default=8,
    show_default=True,
    help="Teaching periods at most.",
)
@click.option(
    "--load",
    "cap",
    type=click.FloatRange(min=0),
    default=15,
    show_default=True,
    help="ECTS credits in one period at most.",
)
@click.option("--start", default="", help="First day of the route (YYYY-MM-DD); today if left out.")
@click.option(
    "--language", "languages", multiple=True, help="Language of instruction (fi, sv, en)."
)
@click.option(
    "--university", "universities", multiple=True, help="University (aalto, oulu, tampere, vaasa)."
)
@click.option("--cost", type=click.FloatRange(min=0), help="Fees in euros at most.")
@click.option("--courses", type=click.IntRange(min=0), help="Courses at most.")
@click.option("--end", default="", help="Last day of the route (YYYY-MM-DD).")
@click.option(
    "--mode", "modes", multiple=True, help="Mode of teaching (onsite, online, blended, project)."
)
@click.option(
    "--level", "levels", multiple=True, help="Study level (basic, intermediate, advanced …)."
)
@click.option(
    "--audience", multiple=True, help="Way in that will do (degree, openUniversity, fitech …)."
)
@click.option("--micro-credentials-only", is_flag=True, help="Only courses of micro-credentials.")
@click.option("--completed", multiple=True, help="A course you have completed: its code or IRI.")
@click.option("--require", multiple=True, help="A course that must be on the route: code or IRI.")
@click.option("--exclude", multiple=True, help="A course that must not be: code or IRI.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), help="Least confidence of evidence.")
@click.option(
    "--min-surest",
    type=click.FloatRange(0, 1),
    help="Least confidence of the surest evidence that a course has for a skill wanted.",
)
@click.option("--no-cross-sector", is_flag=True, help="Leave out skills that many sectors share.")
@click.option("--pareto", is_flag=True, help="Tell what fewer credits would give.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, max=60, min_open=True),
    default=1,
    show_default=True,
    help="Seconds.",
)
@click.option(
    "--alternatives",
    type=click.IntRange(0, 5),
    default=0,
    help="Routes that really differ, besides the best.",
)
@click.option(
    "--prefer",
    type=click.Choice(["coverage", "lightest", "fastest"]),
    default=None,
    help="What counts most; coverage if left out.",
)
@click.option(
    "--preset",
    type=click.Choice(["fastest", "lightest", "oneUniversity", "english"]),
    default=None,
    help="A ready-made choice.",
)
@click.option("--choices", is_flag=True, help="Tell what each preset would give.")
@click.option("--why-not", multiple=True, help="A course code or IRI: why it is not on the route.")
@click.option("--lang", default="en", show_default=True, help="Language of labels (fi, sv, en).")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "ics", "mermaid", "jsonld", "html"]),
    default="table",
    show_default=True,
    help="A table, JSON, a calendar (iCalendar), a picture (Mermaid), RDF (JSON-LD) or a page to print.",
)
@data_option
def path(
    targets: Sequence[str],
    like: Path | None,
    have: Sequence[str],
    ects: float,
    periods: int,
    cap: float,
    start: str,
    languages: Sequence[str],
    universities: Sequence[str],
    cost: float | None,
    courses: int | None,
    end: str,
    modes: Sequence[str],
    levels: Sequence[str],
    audience: Sequence[str],
    micro_credentials_only: bool,
    completed: Sequence[str],
    require: Sequence[str],
    exclude: Sequence[str],
    min_confidence: float | None,
    min_surest: float | None,
    no_cross_sector: bool,
    pareto: bool,
    time_limit: float,
    alternatives: int,
    prefer: str | None,
    preset: str | None,
    choices: bool,
    why_not: Sequence[str],
    lang: str,
    as_json: bool,
    form: str,
    data: Path,
) -> None:
    """Find a route of courses to an occupation, to skills or to a research output."""
    if not targets and like is None:
        raise click.UsageError("Say where the route leads: --to NAME or --like FILE.")
    import orjson

    from app.cli.kept import kept_route
    from app.cli.names import course_iri, resolve_skill, resolve_target
    from app.graph import index_folder, open_graph
    from app.paths.render import FORMS, SHORT
    from app.paths.service import Service as Paths
    from app.search.service import Service as Search

    theirs = {} if like is None else {"route": kept_route(like)}
    graph = open_graph(data)
    index = index_folder(data, graph.generation)
    search = Search(graph, index)
    limits: dict[str, Any] = {
        "ects": ects,
        "periods": periods,
        "load": cap,
        "microCredentialsOnly": micro_credentials_only,
        "require": [course_iri(search, code) for code in require],
        "exclude": [course_iri(search, code) for code in exclude],
    }
    stated = {
        "start": start,
        "end": end,
        "languages": list(languages),
        "universities": list(universities),
        "modes": list(modes),
        "levels": list(levels),
        "audience": list(audience),
    }
    limits |= {name: value for name, value in stated.items() if value}
    limits |= {name: of for name, of in (("cost", cost), ("courses", courses)) if of is not None}
    request: dict[str, Any] = {
        "to": resolve_target(graph, search, targets) | theirs,
        "have": [{"skill": resolve_skill(search, name)} for name in have],
        "limits": limits,
        "choices": choices,
        "alternatives": alternatives,
        "completed": [course_iri(search, code) for code in completed],
        "minConfidence": min_confidence,
        "minSurest": min_surest,
        "crossSector": not no_cross_sector,
        "pareto": pareto,
        "timeLimit": time_limit,
        "whyNot": [course_iri(search, code) for code in why_not],
        "lang": lang,
    }
    request |= {name: of for name, of in (("prefer", prefer), ("preset", preset)) if of is not None}
    answer = Paths(graph, index).plan(request)
    if form in SHORT:
        sys.stdout.buffer.write(FORMS[SHORT[form]](answer, lang).encode())
    elif as_json or form == "json":
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        from app.cli.route import print_answer

        named = [skill["by"] for route in _routes(answer) for skill in route["partly"]]
        named += [
            skill
            for route in _routes(answer)
            for one in (*route["works"], *route["beyond"]["works"], *route["publishers"])
            for skill in one["skills"]
        ]
        labels = {iri: name["label"] for iri, name in search.labels(named, lang).items()}
        print_answer(answer, labels)
    if not any(route["steps"] for route in _routes(answer)):
        sys.exit(1)


def _routes(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    routes: list[Mapping[str, Any]] = answer["routes"]
    return routes
