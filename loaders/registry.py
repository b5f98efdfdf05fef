"""The loaders there are: a name and the module that holds it, imported when first asked for.

To add a source, write ``loaders/<source>.py`` with a ``LOADER`` in it and add its row here.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType

from loaders.base import Loader
from loaders.errors import LoadError

_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "aalto": "loaders.aalto",
        "arxiv": "loaders.arxiv",
        "bibtex": "loaders.bibtex",
        "crossref": "loaders.crossref",
        "datacite": "loaders.datacite",
        "elm": "loaders.elm",
        "eqf": "loaders.eqf",
        "esco": "loaders.esco",
        "fields-of-science": "loaders.fields_of_science",
        "isced": "loaders.isced",
        "kouta": "loaders.kouta",
        "oai-pmh": "loaders.oai_pmh",
        "oeapi": "loaders.oeapi",
        "openalex": "loaders.openalex",
        "openbadges": "loaders.openbadges",
        "orcid": "loaders.orcid",
        "peppi": "loaders.peppi",
        "rdf": "loaders.rdf",
        "researchfi": "loaders.researchfi",
        "ris": "loaders.ris",
        "schema-org": "loaders.schema_org",
        "sisu": "loaders.sisu",
        "table": "loaders.table",
        "yso": "loaders.yso",
    }
)


def names() -> tuple[str, ...]:
    """Names of all loaders, sorted; nothing is imported."""
    return tuple(sorted(_MODULES))


def module(name: str) -> str:
    """The module that holds the loader of that name, and its data sheet; it is not imported.

    Raises: LoadError, with the names there are, if there is none.
    """
    found = _MODULES.get(name)
    if found is None:
        raise LoadError(f"Unknown source {name[:80]!r}. Known: {', '.join(names())}.")
    return found


def loader(name: str) -> Loader:
    """The loader of that name.

    Raises: LoadError, with the names there are, if there is none.
    """
    found = importlib.import_module(module(name)).LOADER
    if not isinstance(found, Loader):
        raise TypeError(f"{module(name)}.LOADER is no Loader")
    return found
