"""An offering as Kouta has it: a koulutus, its toteutukset, or both in one list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.credentials.names import EQF
from app.credentials.reading import NOBODY, UNTOLD, Read, Said, StandIns, country, lenient
from loaders import kouta
from loaders.base import Run
from loaders.courses.course import Course, Words
from loaders.courses.linked import text
from loaders.jsonparts import as_list, as_object, as_objects
from ontology import terms
from ontology.ntriples import iri

_BESIDE_NAME: Final = frozenset(
    ["externalId", "koulutusOid", "koulutustyyppi", "metadata", "tarjoajat", "tila"]
)
_ABROAD: Final = frozenset(["kunta_198", "kunta_199", "kunta_200"])
"""Codes of ``kunta`` that name no municipality of Finland: none, not known, abroad."""


def is_record(thing: Mapping[str, object]) -> bool:
    """Whether it is a record of Kouta, or a page of its search index.

    >>> is_record({"nimi": {"fi": "Polut"}, "tila": "tallennettu"}), is_record({"title": {}})
    (True, False)
    """
    inner = as_object(thing.get("_source")) or thing
    hits = as_object(thing.get("hits")).get("hits")
    return isinstance(hits, list) or ("nimi" in inner and bool(_BESIDE_NAME & inner.keys()))


def read(document: object) -> Iterator[Read]:
    """The courses and modules in the document, published or not, each training before its teaching.

    A draft is what a check is for, and a module that is not marked as a micro-credential may
    become one.
    Raises: RecordError where one says nothing of itself.
    """
    run = Run()
    outer = [one for one in as_list(document) if isinstance(one, dict)]
    records = [one for each in outer for _, one in kouta.opened("document", each, run)]
    records = [one for one in records if kouta.kind(one) in kouta.KINDS]
    records.sort(key=lambda one: bool(one.get("koulutusOid")))
    catalogue, words = kouta.known(records), Words()
    nobody = {"tarjoajat": [{"oid": NOBODY, "nimi": {"en": UNTOLD}}]}
    stand_ins: StandIns = {
        "/nimi": ({"nimi": {"en": UNTOLD}}, [terms.dcterms.title]),
        "/tarjoajat": (nobody, [terms.university]),
        "/oid": ({"externalId": UNTOLD}, [terms.code]),
    }

    def parse(one: Mapping[str, Any]) -> Course:
        return kouta.parse(one, catalogue, words)

    for record in records:
        course, untold = lenient(parse, record, stand_ins)
        yield Read(course, tuple(_more(record)), untold)


def _more(record: Mapping[str, object]) -> Iterator[Said]:
    """The EQF level, and Finland where a municipality of it is named."""
    for level in as_objects(record.get("eqf")):
        digit = kouta.number_of(level).lstrip("0")
        if digit in tuple("12345678"):
            yield terms.level, iri(f"{EQF}{digit}")
    places = [as_object(one.get("paikkakunta")) for one in as_objects(record.get("tarjoajat"))]
    codes = {text(one.get("koodiUri")).partition("#")[0] for one in places}
    if any(code.startswith("kunta_") and code not in _ABROAD for code in codes):
        yield from country("FI")
