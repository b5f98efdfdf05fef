"""``polku load``: a source into a bundle, the bundle into a published generation."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from app.cli.options import data_option


@click.command(
    epilog="Examples: polku load esco 'ESCO dataset - v1.1.1 - classification - en - csv.zip'; "
    "polku load oai-pmh https://repository.example.org/oai --set theses"
)
@click.argument("source")
@click.argument("paths", nargs=-1, required=True)
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
@click.option("--licence", default="", help="IRI of the files' licence, if the source states none.")
@click.option(
    "--replacements",
    type=click.Path(path_type=Path),
    help="For `esco`: which earlier concepts are replaced by which; claims move along.",
)
@click.option("--name", default="", help="A name that keeps this load apart from others of SOURCE.")
@click.option(
    "--university",
    default="",
    help="For `peppi` and `sisu`: whose system it is, as a code or a ROR identifier.",
)
@click.option("--from", "since", default="", help="OAI-PMH: only what changed from this day on.")
@click.option("--until", default="", help="OAI-PMH: only what changed up to this day.")
@click.option("--set", "set_", default="", help="OAI-PMH: only this set.")
@click.option("--prefix", default="", help="OAI-PMH: the metadata format; oai_dc if left out.")
@click.option(
    "--pages",
    default="",
    help="An address whose pages are counted: parameter, start, step, as page=1+1.",
)
@click.option("--key", default="", help="Environment variable that holds the key of an address.")
@click.option("--key-header", default="", help="Header for the key; Authorization if left out.")
@click.option("--key-parameter", default="", help="Parameter for the key, instead of a header.")
@click.option("--anew", is_flag=True, help="Fetch everything of an address again.")
def load(
    source: str,
    paths: tuple[str, ...],
    data: Path,
    release: str,
    max_rejects: int,
    dry_run: bool,
    mapping: Path | None,
    licence: str,
    replacements: Path | None,
    name: str,
    university: str,
    since: str,
    until: str,
    set_: str,
    prefix: str,
    pages: str,
    key: str,
    key_header: str,
    key_parameter: str,
    anew: bool,
) -> None:
    """Load SOURCE from PATHS and publish a new generation.

    PATHS are files, zips, folders, or addresses of live sources, which are fetched first.
    """
    from app.cli.progress import progress
    from app.cli.publishing import publish_bundles
    from app.cli.report import print_load_report, print_orphans
    from app.cli.warm import make_indexes
    from app.graph.generations import bundles_folder, current
    from app.graph.rights import check_iri
    from app.settings import Settings
    from app.sources.addresses import is_url
    from app.sources.inputs import Wanted, inputs
    from app.sources.keys import key as key_of
    from app.sources.manners import manners
    from app.sources.options import OF_A_UNIVERSITY
    from app.sources.options import options as options_of
    from loaders.bundle import read_bundle, source_name, write_bundle
    from loaders.files import total_bytes
    from loaders.registry import loader
    from ontology.iris import Minter

    chosen = loader(source)
    if licence:
        check_iri(licence, "--licence")
    if replacements and source != "esco":
        raise click.UsageError("--replacements is for esco: other sources have no such file.")
    if university and source not in OF_A_UNIVERSITY:
        raise click.UsageError(
            f"--university is for {' and '.join(OF_A_UNIVERSITY)}: other sources say it themselves."
        )
    generation = current(data)
    esco = None
    if source == "table" and generation and "esco" in generation.bundles:
        esco = read_bundle(bundles_folder(data, "esco") / generation.bundles["esco"])
    options = options_of(
        source,
        mapping=mapping,
        replacements=replacements,
        name=name,
        university=university,
        esco=esco,
    )
    settings = Settings(data=data)
    with tempfile.TemporaryDirectory(prefix="polku-dry-run-") as scratch:
        with progress() as shown:
            name_of_graph = source_name(chosen, options)
            folder = Path(scratch) if dry_run else bundles_folder(data, name_of_graph)
            if any(map(is_url, paths)):
                shown.stage(f"Fetching {source}")
            found = inputs(
                data,
                name_of_graph,
                source,
                paths,
                wanted=Wanted(since, until, set_, prefix, pages),
                manners=manners(settings),
                key=key_of(key, key_header, key_parameter),
                anew=anew,
                say=lambda said: click.echo(said, err=True),
            )
            shown.stage(f"Reading {source}", total_bytes(found))
            bundle = write_bundle(
                chosen,
                found,
                folder,
                iris=Minter(settings.base),
                release=release,
                options=options,
                licence=licence,
                max_rejects=max_rejects,
                progress=shown.advance,
            )
            generation = None
            if not dry_run:
                generation = publish_bundles(settings, [bundle], shown)
                shown.stage("Making indexes")
                make_indexes(data, generation.id)
        print_load_report(bundle, generation)
        if generation is not None:
            print_orphans(generation)
