"""The rights in graphs as who runs the service states them, kept in ``DATA/licences.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from app.errors import BadParameter, GraphError
from app.graph import files
from ontology import licences
from ontology.ntriples import iri

FILE: Final = "licences.json"


@dataclass(frozen=True)
class Rights:
    """A graph's licence (an IRI), and whether the graph may be handed on as a whole."""

    licence: str
    public: bool

    @classmethod
    def under(cls, licence: str) -> Rights:
        """What a source's licence means; "" if it states none."""
        return cls(licence or licences.NOT_EVALUATED, licences.is_open(licence))

    @property
    def access(self) -> str:
        """IRI of the access rights."""
        return licences.PUBLIC if self.public else licences.NON_PUBLIC


def check_iri(licence: str, field: str, where: str = "") -> None:
    """Raises: BadParameter, of a field, where the licence is no IRI."""
    try:
        iri(licence)
    except ValueError:
        raise BadParameter(field, f"{where}{licence[:200]!r} is no IRI of a licence.") from None


def stated(data: Path) -> dict[str, Rights]:
    """Graph → what was stated of it; it wins over what its source says.

    Raises: GraphError if the file is damaged: no graph may go out on a guess.
    """
    file = data / FILE
    try:
        record = json.loads(file.read_bytes())
        return {
            str(graph): Rights(str(one["licence"]), one["public"] is True)
            for graph, one in record.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise GraphError(
            f"{file} is damaged. Restore it from a backup, or remove it and state the licences "
            "anew: polku graph licence."
        ) from None


def write(data: Path, rights: Mapping[str, Rights]) -> None:
    """Replaces what is stated, durably; called by whoever holds the write lock."""
    record = {graph: asdict(one) for graph, one in sorted(rights.items())}
    files.replace(data / FILE, json.dumps(record, indent=1).encode() + b"\n")
