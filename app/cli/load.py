"""``polku load``: a source into a bundle, the bundle into a published generation."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from app.cli.options import data_option

SOURCES_SHOWN = "esco, aalto, arxiv, openalex, crossref, datacite, bibtex, ris, oai-pmh, orcid, kouta, schema-org, oeapi, elm, openbadges, table, rdf"


@click.command(
    epilog="Example: polku load esco 'ESCO dataset - v1.1.1 - classification - en - csv.zip'"
)
@click.argument("source")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@data_option
@click.option(
    "--release", default="", help="The source's release; read from the files if left out."
)
@click.option(
    "--max-rejects",
    type=click.IntRange(min=0),
    default=1000,
    show_default=True,
    help="Turn away at most this many records; one more and nothing changes.",
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, publish nothing.")
@click.option("--mapping", type=click.Path(path_type=Path), help="For `table`: the YAML mapping.")
@click.option("--name", default="", help="A name that keeps this load apart from others of SOURCE.")
def load(
    source: str,
    paths: tuple[Path, ...],
    data: Path,
    release: str,
    max_rejects: int,
    dry_run: bool,
    mapping: Path | None,
    name: str,
) -> None:
    """Load SOURCE from PATHS (files, zips or folders) and publish a new generation."""
    from app.cli.progress import progress
    from app.cli.publishing import publish_bundles
    from app.cli.report import print_load_report
    from app.cli.warm import make_indexes
    from app.graph.generations import bundles_folder, current
    from app.settings import Settings
    from loaders.bundle import read_bundle, source_name, write_bundle
    from loaders.files import total_bytes
    from loaders.registry import loader
    from ontology.iris import Minter

    chosen = loader(source)
    options = {"mapping": str(mapping)} if mapping else {}
    if name:
        options["name"] = name
    generation = current(data)
    if source == "table" and generation and "esco" in generation.bundles:
        # Tables may name skills by label; ESCO as it was loaded says which are meant.
        loaded = read_bundle(bundles_folder(data, "esco") / generation.bundles["esco"])
        options["skills"] = str(loaded.quads)
    settings = Settings(data=data)
    with tempfile.TemporaryDirectory(prefix="polku-dry-run-") as scratch:
        with progress() as shown:
            name_of_graph = source_name(chosen, options)
            folder = Path(scratch) if dry_run else bundles_folder(data, name_of_graph)
            shown.stage(f"Reading {source}", total_bytes(paths))
            bundle = write_bundle(
                chosen,
                paths,
                folder,
                iris=Minter(settings.base),
                release=release,
                options=options,
                max_rejects=max_rejects,
                progress=shown.advance,
            )
            generation = None
            if not dry_run:
                generation = publish_bundles(settings, [bundle], shown)
                shown.stage("Making indexes")
                make_indexes(data, generation.id)
        print_load_report(bundle, generation)
