"""``polku credential check --all``: a whole catalogue against the profiles."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from app.credentials.profiles import ProfileName
    from app.credentials.readiness import Summary

Form = Literal["table", "csv", "json"]
FORMS: tuple[Form, ...] = ("table", "csv", "json")

_MOST = 10


def check_all(
    data: Path,
    universities: Sequence[str],
    wanted: Sequence[ProfileName],
    lang: str,
    form: Form,
) -> None:
    """Holds every course of the graph against the profiles and prints what lacks."""
    import orjson

    from app.cli.progress import progress
    from app.credentials.answer import counted
    from app.credentials.readiness import KINDS, assessed, summary, things
    from app.credentials.table import lines
    from app.graph import open_graph
    from app.graph.catalogue import organisations

    chosen = organisations(universities)
    with open_graph(data) as graph, progress() as shown:
        shown.stage("find courses")
        found = things(graph, KINDS, chosen)
        shown.stage("hold them against the profiles", len(found))
        rows = list(assessed(graph, found, wanted=wanted, progress=shown.advance))
        generation = graph.generation
    if form == "csv":
        sys.stdout.writelines(lines(rows, wanted, lang))
        return
    summaries = {name: summary(rows, name) for name in wanted}
    if form == "table":
        _show(summaries, lang)
        return
    answer = {
        "generation": generation,
        "profiles": {name: counted(one, name, lang) for name, one in summaries.items()},
        "offerings": rows,
    }
    sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2) + b"\n")


def _show(summaries: dict[ProfileName, Summary], lang: str) -> None:
    """Prints for each profile how many are ready and what lacks most often."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from app.credentials.profiles import profile
    from app.credentials.words import READINESS, STATES, STATUS

    console = Console()
    words = {name: said[lang] for name, said in READINESS.items()}
    for name, one in summaries.items():
        held = profile(name)
        labels = {element.name: element.labels[lang] for element in held.elements}
        console.print(Text(held.titles[lang], style="bold"))
        counts = Table(box=None, show_header=False, pad_edge=False)
        counts.add_column()
        counts.add_column(justify="right")
        counts.add_row(words["offerings"], f"{one.offerings:,}")
        for state, number in one.states.items():
            counts.add_row(STATES[state][lang], f"{number:,}")
        console.print(counts)
        by_lacks = Table(box=None, pad_edge=False, title=words["by_lacks"], title_justify="left")
        for column in ("lacks_number", "today", "after_inferring"):
            by_lacks.add_column(words[column], justify="right")
        for lacks in sorted({*one.by_lacks, *one.by_lacks_now}):
            now, after = one.by_lacks_now.get(lacks, 0), one.by_lacks.get(lacks, 0)
            by_lacks.add_row(str(lacks), f"{now:,}", f"{after:,}")
        console.print(by_lacks)
        lacked = Table(box=None, pad_edge=False, title=words["most_lacked"], title_justify="left")
        for column in (words["element"], words["requirement"]):
            lacked.add_column(column)
        for status in ("missing", "wrong", "inferred"):
            lacked.add_column(STATUS[status][lang], justify="right")
        for each in one.lacked[:_MOST]:
            numbers = (f"{count:,}" for count in (each.missing, each.wrong, each.inferred))
            lacked.add_row(labels[each.element], words[each.requirement], *numbers)
        console.print(lacked)
        console.print()
