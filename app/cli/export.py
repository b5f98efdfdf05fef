"""``polku export``: all courses and micro-credentials in the format of others."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import data_option

if TYPE_CHECKING:
    from app.exports.facts import Facts
    from app.graph.embedded import EmbeddedGraph

_CLOSED = "an open licence"
_NAMES = ("elm", "schema-org", "openbadges", "oeapi", "koutalight", "csv", "dcat")


@click.command(epilog="Example: polku export elm --university aalto -o aalto.jsonld")
@click.argument("profile", type=click.Choice(_NAMES))
@click.option(
    "--university", "universities", multiple=True,
    help="Only this university’s, by its code or IRI.",
)  # fmt: skip
@click.option(
    "--suggested",
    is_flag=True,
    help="Also skills that the tagger suggests and nobody has accepted.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; standard output if left out.",
)  # fmt: skip
@data_option
def export(
    profile: str,
    universities: tuple[str, ...],
    suggested: bool,
    output: Path | None,
    data: Path,
) -> None:
    """Write every course and micro-credential as PROFILE; dcat: the catalogue of the data sets.

    What lacks something that the format asks for is left out and counted.
    """
    from app.graph import open_graph

    with open_graph(data) as graph:
        if profile == "dcat":
            _written(_datasets(graph), output)
            return
        left: Counter[str] = Counter()
        said: dict[str, None] = {}
        _written(_catalogue(graph, profile, universities, suggested, left, said), output)
    if closed := left.pop(_CLOSED, 0):
        sys.stderr.write(
            f"{closed:,} left out: their graphs are not openly licensed. If you may hand them on: "
            "polku graph licence IRI --public\n"
        )
    for lacks, number in sorted(left.items()):
        sys.stderr.write(f"{number:,} left out: {profile} asks for {lacks}\n")
    for notice in said:
        sys.stderr.write(f"{notice}\n")


def _catalogue(
    graph: EmbeddedGraph,
    profile: str,
    universities: Sequence[str],
    suggested: bool,
    left: Counter[str],
    said: dict[str, None],
) -> Iterator[bytes]:
    """The pieces, with progress; ``left`` counts what is left out, ``said`` takes the notices."""
    from app.cli.progress import progress
    from app.exports.catalogue import every, pieces
    from app.exports.facts import notices
    from app.graph.catalogue import organisations
    from app.settings import Settings

    def noted(many: Iterable[Facts]) -> Iterator[Facts]:
        for one in many:
            said.update(dict.fromkeys(notices(one)))
            yield one

    with progress() as shown:
        many = every(
            graph,
            organisations(universities),
            suggested=suggested,
            oids=Settings().kouta_oids,
            begun=lambda number: shown.stage(f"export {profile}", number),
            progress=shown.advance,
            kept_back=lambda number: left.update({_CLOSED: number}) if number else None,
        )
        yield from pieces(profile, noted(many), lambda error: left.update([error.lacks]))


def _datasets(graph: EmbeddedGraph) -> Iterator[bytes]:
    import orjson

    from app.exports import dcat
    from app.exports.read import datasets, datasets_query
    from ontology.iris import BASE

    found = datasets(graph.solutions(datasets_query()))
    yield (
        orjson.dumps(
            dcat.write([one for one in found.values() if one.is_public], BASE),
            option=orjson.OPT_INDENT_2,
        )
        + b"\n"
    )


def _written(content: Iterator[bytes], output: Path | None) -> None:
    """Writes the pieces; a file is there whole or not at all."""
    if output is None:
        sys.stdout.buffer.writelines(content)
        return
    part = output.with_name(f".{output.name}.part")
    try:
        with part.open("wb") as opened:
            opened.writelines(content)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
