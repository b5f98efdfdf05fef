"""``polku credential``: is an offering ready, which courses make one, and achieved ones."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.design import design
from app.cli.issuing import issue, key, verify
from app.cli.options import data_option
from app.cli.readiness import FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.credentials.document import Stated
    from app.credentials.elm_profiles import ElmProfile
    from app.credentials.infer import Fact, Suggestion
    from app.graph.embedded import EmbeddedGraph

_FORMATS = ("json", "jsonld", "ttl", "xml", "html", "rdf", "trig", "nt", "nq")


@click.group()
def credential() -> None:
    """Check the offering of a micro-credential, or design one; issue and verify achieved ones."""


for _command in (design, issue, verify, key):
    credential.add_command(_command)


@credential.command(
    epilog="Examples: polku credential check offering.json --lang fi; "
    "polku credential check --all --university aalto --format csv"
)
@click.argument("file", required=False)
@click.option("--all", "catalogue", is_flag=True, help="Every course of the graph, not a file.")
@click.option(
    "--university",
    "universities",
    multiple=True,
    help="With --all: only this university’s, by its code or IRI.",
)
@click.option(
    "--profile",
    "wanted",
    multiple=True,
    type=click.Choice(("eu", "fi", "elm-loq", "elm-edc")),
    help="A profile to hold it against; eu and fi if left out. elm-…: ELM’s own shapes as "
    "published, which POLKU_ELM_SHAPES names.",
)
@click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True,
    help="Language of labels and messages.",
)  # fmt: skip
@click.option(
    "--format",
    "form",
    type=click.Choice((*_FORMATS, *(one for one in FORMS if one not in _FORMATS))),
    help="What FILE is; else the end of its name says. With --all how to print: table, csv, json.",
)
@click.option("--tag", is_flag=True, help="Propose skills from the text of the learning outcomes.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@data_option
def check(
    file: str | None,
    catalogue: bool,
    universities: tuple[str, ...],
    wanted: tuple[Any, ...],
    lang: str,
    form: str | None,
    tag: bool,
    as_json: bool,
    data: Path,
) -> None:
    """Hold the offering in FILE (- reads standard input) against the profiles, element by element.

    FILE is our JSON, ELM (JSON-LD or XML), an Open Badge, schema.org (JSON-LD or a page), OEAPI,
    Kouta, or RDF of our terms. What its courses say is looked up in the graph, if there is one.
    With --all instead of FILE every course of the graph is held against them.
    """
    if catalogue:
        _all(file, universities, wanted, lang, form or ("json" if as_json else "table"), data)
    elif universities:
        raise click.UsageError("--university goes with --all: a file is one offering.")
    elif file is None:
        raise click.UsageError("Name a FILE, or say --all for every course of the graph.")
    else:
        _one(file, wanted, lang, form, tag, as_json, data)


def _all(
    file: str | None,
    universities: tuple[str, ...],
    wanted: tuple[Any, ...],
    lang: str,
    form: str,
    data: Path,
) -> None:
    from app.cli.readiness import check_all
    from app.credentials.profiles import PROFILES

    if file is not None:
        raise click.UsageError(f"--all checks every course of the graph: leave out {file}.")
    if any(one.startswith("elm-") for one in wanted):
        raise click.UsageError("ELM’s own shapes are asked of a document: name a FILE, not --all.")
    printed = next((one for one in FORMS if one == form), None)
    if printed is None:
        raise click.UsageError(f"With --all, --format is one of {', '.join(FORMS)}.")
    check_all(data, universities, wanted or PROFILES, lang, printed)


def _one(
    file: str,
    wanted: tuple[Any, ...],
    lang: str,
    form: str | None,
    tag: bool,
    as_json: bool,
    data: Path,
) -> None:
    from app.credentials.document import SUFFIXES, most_bytes, read
    from app.credentials.elm_profiles import ELM_PROFILES
    from app.credentials.profiles import PROFILES
    from app.credentials.report import report
    from app.errors import BadParameter
    from app.graph import open_graph
    from app.graph.generations import current

    if form is not None and form not in _FORMATS:
        raise click.UsageError(f"--format {form} goes with --all; a file is {'|'.join(_FORMATS)}.")
    suffix = f".{form}" if form else Path(file).suffix.lower()
    if suffix not in SUFFIXES:
        raise BadParameter(
            "FILE",
            f"{file} does not end in {', '.join(SUFFIXES)}: say --format {'|'.join(_FORMATS)}.",
        )
    media = SUFFIXES[suffix]
    if file == "-":
        content = sys.stdin.buffer.read(most_bytes(media) + 1)
    else:
        with Path(file).open("rb") as opened:
            content = opened.read(most_bytes(media) + 1)
    shaped = [one for one in ELM_PROFILES if one in wanted]
    ours = [one for one in PROFILES if one in wanted] if wanted else list(PROFILES)
    conformance = _conformance(content, media, lang, shaped)
    if not ours:
        answer: dict[str, Any] = {"about": None, "lang": lang, "profiles": []}
        _print(answer | {"conformance": conformance}, lang, as_json=as_json)
        return
    stated = read(content, media)
    known: list[Fact] = []
    suggested: list[Suggestion] = []
    if tag or current(data) is not None:
        with open_graph(data) as graph:
            known = _facts(graph, stated)
            suggested = _suggested(graph, data, stated, lang) if tag else []
    answer = report(stated, lang, wanted=ours, known=known, suggested=suggested)
    if shaped:
        answer["conformance"] = conformance
    _print(answer, lang, as_json=as_json)


def _conformance(
    content: bytes, media: str, lang: str, wanted: Sequence[ElmProfile]
) -> list[dict[str, Any]]:
    """What ELM's own shapes say; whoever asked may interrupt it."""
    from app.credentials.document import most_bytes
    from app.credentials.elm_profiles import NO_SHAPES, check
    from app.errors import BadParameter, TooLarge
    from app.settings import Settings

    if not wanted:
        return []
    folder = Settings().elm_shapes
    if folder is None:
        raise BadParameter("--profile", NO_SHAPES)
    if len(content) > most_bytes(media):
        raise TooLarge(f"The document is over {most_bytes(media) // 2**10} KiB.")
    return [check(content, media, one, folder, lang) for one in wanted]


def _print(answer: dict[str, Any], lang: str, *, as_json: bool) -> None:
    import orjson

    if as_json:
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        _show(answer, lang)
        for one in answer.get("conformance", ()):
            _show_conformance(one)


def _facts(graph: EmbeddedGraph, stated: Stated) -> list[Fact]:
    from app.credentials.infer import Fact, described, facts_query

    things = described(stated)
    if not things:
        return []
    return [
        Fact(row["thing"].lexical, row["property"].lexical, row["value"].lexical)
        for row in graph.solutions(facts_query(things))
    ]


def _suggested(graph: EmbeddedGraph, data: Path, stated: Stated, lang: str) -> list[Suggestion]:
    from app.credentials.infer import Suggestion, outcomes
    from app.graph import index_folder
    from app.tagging.service import Service

    words = outcomes(stated, lang)
    if not words:
        return []
    service = Service(graph, index_folder(data, graph.generation))
    found = service.suggest({"text": words, "kind": "course", "limit": 10})
    return [Suggestion(one["skill"], one["confidence"]) for one in found["suggestions"]]


def _show(answer: dict[str, Any], lang: str) -> None:
    """Prints a table for each profile."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from app.credentials.words import REQUIREMENT, STATUS

    colours = {"present": "green", "inferred": "yellow", "missing": "red", "wrong": "bold red"}
    console = Console()
    for held in answer["profiles"]:
        console.print(Text(held["title"], style="bold"))
        for requirement, score in held["score"].items():
            heading = REQUIREMENT[requirement][lang]
            console.print(
                Text(f"{heading}: {score['present']}/{score['of']} ({score['share']:.0%})")
            )
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_column(overflow="fold")
        for one in held["elements"]:
            status = Text(STATUS[one["status"]][lang], style=colours.get(one["status"], "dim"))
            table.add_row(status, Text(one["label"]), Text(_why(one)))
        console.print(table)
        console.print()


def _show_conformance(one: dict[str, Any]) -> None:
    """Prints what ELM's shapes say, a line a result."""
    from rich.console import Console
    from rich.text import Text

    console = Console()
    console.print(Text(one["title"], style="bold"))
    console.print(Text(one["summary"], style="green" if one["conforms"] else "red"))
    for result in one["results"]:
        where = " ".join(result[name] for name in ("focus", "path", "value") if name in result)
        console.print(Text(f"{result['severity']}: {where}: {result.get('message', '')}"))
    if one["found"] > len(one["results"]):
        console.print(Text(f"… {one['found'] - len(one['results']):,} more"))
    for left in one["notChecked"]:
        console.print(Text(f"Not checked: {left}", style="dim"))


def _why(one: dict[str, Any]) -> str:
    """What is to be said of an element beside its status."""
    if "inferred" in one:
        values = ", ".join(one["inferred"]["values"])
        return f"{values}. {one['inferred']['because']} {one['hint']}"
    said = " ".join(part for part in (one.get("message"), one.get("hint")) if part)
    return f"{', '.join(one['values'])}: {said}" if "values" in one else said
