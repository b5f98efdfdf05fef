"""``polku train-tagger``: the tagger's vectors and ranker, made anew."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import data_option


@click.command("train-tagger")
@click.argument("texts", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--sentences",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="CSV of sentences with skills (columns sentence, skills), to learn from as well.",
)
@click.option(
    "--short",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="CSV of other sentences with skills: how short texts are ranked is learned from them.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write the tagger into; POLKU_TAGGER then names it.",
)
@click.option(
    "--vectors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Vectors to keep (vectors.en.npz of a tagger); only judged texts are learned from.",
)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    default=None,
    help="Steps of training; fewer are quicker and worse.",
)
@data_option
def train_tagger(
    texts: Path,
    sentences: Path | None,
    short: Path | None,
    out: Path,
    vectors: Path | None,
    steps: int | None,
    data: Path,
) -> None:
    """Train the tagger on the graph's ESCO and works, and on judged TEXTS (JSON Lines)."""
    from rich.console import Console
    from rich.table import Table

    from app.cli.progress import progress
    from app.tagging import trainer, training

    with progress() as shown:
        made = trainer.train_tagger(
            data,
            texts,
            out,
            sentences=sentences,
            short=short,
            kept=vectors,
            steps=steps or training.STEPS,
            progress=shown,
        )
    console = Console()
    table = Table("text", "nDCG@10", "tail", "calibration error", title="By cross-validation")
    for kind, figures in made.figures.items():
        table.add_row(kind, *(f"{figures[name]:.3f}" for name in ("ndcg", "tail", "ece")))
    console.print(table)
    for name, figure in made.short.items():
        console.print(f"{figure:>9.3f} {name} of sentences", highlight=False)
    for name, count in made.read.items():
        console.print(f"{count:>9,} {name}", highlight=False)
    for path in made.files:
        console.print(f"wrote {path}", highlight=False, soft_wrap=True)
    console.print(f"Use it: POLKU_TAGGER={out} polku tag", highlight=False, soft_wrap=True)
