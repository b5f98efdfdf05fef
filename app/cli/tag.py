"""``polku tag``: suggestions for everything that has none yet."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import data_option


@click.command()
@click.option("--source", default=None, help="Only what came from this source.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=None,
    help="Least confidence at which a suggestion also stands as a plain triple.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=None,
    help="Processes; all cores if left out.",
)
@data_option
def tag(source: str | None, threshold: float | None, processes: int | None, data: Path) -> None:
    """Suggest skills for courses, micro-credentials and works, and publish the suggestions."""
    from app.cli.progress import progress
    from app.cli.publishing import publish_bundles
    from app.cli.report import print_load_report
    from app.cli.warm import make_indexes
    from app.graph.remote.deliver import fetch
    from app.settings import Settings
    from app.tagging.batch import tag as tag_graph

    settings = Settings(data=data)
    with progress() as shown:
        fetch(settings)
        bundle = tag_graph(
            data, source=source, threshold=threshold, processes=processes, progress=shown
        )
        # Millions of quads, each made by one constructor that tests hold to the shapes;
        # `polku check` asks the shapes all the same.
        generation = publish_bundles(settings, [bundle], shown, checked=False)
        shown.stage("Making indexes")
        make_indexes(data, generation.id)
    print_load_report(bundle, generation)
