"""OAI-PMH: works of repositories and research information systems, as their responses hold them.

Publisher: the repository (Aaltodoc, Trepo, OuluREPO, Osuva, a Pure portal …). Licence: the
repository's; metadata of the Finnish universities' repositories may be used freely, abstracts
stay their authors'.
Access: anonymous; the responses of a harvest, saved page by page to one folder.
Format: responses of OAI-PMH 2.0 to ListRecords and GetRecord, with metadata in ``oai_dc``,
``mods`` or ``oai_cerif_openaire``; each also gzipped.
Named graph: ``graph/oai-pmh``, or ``graph/<name>`` with the option ``name``: one for each
repository.

A work is named by its DOI, else by its identifier in the repository; of records with the same
identifier the one with the newest datestamp is loaded, and if that one is a deletion, none. Of
several records with one DOI the first is loaded. Authors are persons by ORCID iD (``mods``,
CERIF), affiliations organisations by ROR, a thesis is of the network's university that is named
exactly as its publisher.

Left out and counted: deleted records, journals and proceedings, and CERIF's persons, projects,
patents, equipment and so on.
Known gaps: CERIF 1.1 to 1.2 only; of products without a date of publication nothing is loaded;
funding and relations are not loaded, of subjects those that state the IRI of a concept of YSO or of
the Finnish fields of science alone. Errors of the protocol stop the load, for a page
is missing then; ``noRecordsMatch`` is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from lxml import etree

from loaders.base import Loader, Run
from loaders.elements import attribute, children, elements, first, local, said
from loaders.errors import LoadError, RecordError
from loaders.files import Member, members
from loaders.oai import cerif, dublin_core, mods
from loaders.oai.kinds import is_container
from loaders.oai.record import Record
from loaders.works.reading import Source, works
from loaders.works.triples import Mapper
from loaders.works.work import Work, issued
from ontology.ntriples import Triple

_FORMATS: Final[Mapping[str, Callable[[Record, etree._Element], Work]]] = {
    "dc": dublin_core.work,
    "mods": mods.work,
    **dict.fromkeys(cerif.WORKS, cerif.work),
}
_OTHER_KINDS: Final = frozenset(
    ["Equipment", "Event", "Funding", "OrgUnit", "Patent", "Person", "Project", "Service"]
)
_NAMES: Final = ("record", "error", "resumptionToken")


def records(paths: Sequence[Path], run: Run) -> Iterator[tuple[str, Record]]:
    """Every record with where it stands.

    Raises: LoadError for an error that a repository answered with.
    """
    found = False
    pages, going_on = 0, 0
    for source in members(paths, run):
        number = 0
        for element in elements(source, _NAMES):
            if local(element) == "record":
                number += 1
                yield f"{source.name} record {number}", _record(element)
            elif local(element) == "resumptionToken":
                going_on += bool(said(element))
            else:
                _check_error(source, element)
                found = True
        pages += bool(number)
        found = found or number > 0
    if not found:
        raise LoadError(
            f"{', '.join(path.name for path in paths)}: no record in it. "
            "Expected responses of OAI-PMH to ListRecords or GetRecord."
        )
    if pages and going_on >= pages:
        run.warn("the harvest has no last page: each one names a next", f"{pages} pages")


def _record(element: etree._Element) -> Record:
    header = first(element, "header")
    stamp = issued(said(header, "datestamp"))
    roots = [root for metadata in children(element, "metadata") for root in metadata]
    return Record(
        said(header, "identifier"),
        stamp if len(stamp) == 10 else "",
        attribute(header, "status") == "deleted",
        roots[0] if roots else None,
    )


def _check_error(source: Member, element: etree._Element) -> None:
    code = attribute(element, "code")
    if code != "noRecordsMatch":
        raise LoadError(
            f"{source.name}: the repository answered {code[:80] or 'an error'!r}: "
            f"{said(element)[:200]}. Harvest this page again."
        )


def known(record: Record) -> tuple[str, str]:
    """Name and day of a record.

    Raises: RecordError if it has no identifier.
    """
    if not record.identifier:
        raise RecordError("header/identifier", "no identifier", "Each record of OAI-PMH has one.")
    return record.identifier, record.day


def left_out(record: Record) -> str:
    """Why a record is not loaded, as the report counts it; "" if it is."""
    if record.deleted:
        return "deleted records left out"
    if record.metadata is None:
        return ""
    if local(record.metadata) in _OTHER_KINDS:
        return "records that are no works left out"
    if is_container(said(one) for one in children(record.metadata, "Type")):
        return "journals and proceedings left out"
    return ""


def parse(record: Record) -> Work:
    """The record as a work.

    Raises: RecordError if its format is not read, or it has no title or date.
    """
    if record.metadata is None:
        raise RecordError("metadata", "no metadata", "Neither deleted nor described.")
    read_format = _FORMATS.get(local(record.metadata))
    if read_format is None:
        raise RecordError(
            "metadata",
            "a metadata format that is not read",
            f"{local(record.metadata)[:80]!r}. Harvest oai_dc, mods or oai_cerif_openaire.",
        )
    return read_format(record, record.metadata)


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Triples of all works that stand, in the order of the files."""
    source = Source(lambda run: records(paths, run), known, left_out, parse, once=True)
    return works(source, run, Mapper(run))


LOADER: Final = Loader(
    name="oai-pmh",
    title="Works of repositories",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
