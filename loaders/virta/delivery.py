"""Publications as universities deliver them to VIRTA, in the form of Research.fi's JSON.

The form: ``Julkaisut`` with a ``Julkaisu`` for each publication, in the namespace
``urn:mace:funet.fi:julkaisut/2015/03/01`` or none, and the JSON in which VIRTA's service gives
the same elements. Source: VIRTA's own service and its fixture, github.com/CSCfi/virta_jtp_api.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from loaders.elements import local
from loaders.jsonparts import as_list, as_object
from loaders.virta.codes import NAMES
from loaders.works.work import one_line

REMOVED: Final = "-1"
"""The status of a publication that its university took back."""

_OPEN: Final = {"1": "1", "2": "1"}
"""The older code of open access: an open channel, or a hybrid one; 0 stood for no answer too."""


def is_delivery(record: Mapping[str, object]) -> bool:
    """Whether a JSON record is in the delivery's form."""
    return "JulkaisunNimi" in record or "JulkaisunOrgTunnus" in record


def tree(element: etree._Element) -> object:
    """An element as JSON: a text, or an object of its elements; what is repeated is a list."""
    if not len(element):
        return one_line(element.text)
    inner: dict[str, object] = {}
    for child in element:
        name = local(child)
        if name in inner:
            inner[name] = [*as_list(inner[name]), tree(child)]
        elif name:
            inner[name] = tree(child)
    return inner


def publication(delivered: Mapping[str, object]) -> Mapping[str, object]:
    """A delivered publication in the form of Research.fi's JSON, as far as it is loaded."""
    own = _said(delivered, "OrganisaatioTunnus")
    at_home = _said(delivered, "JulkaisunOrgTunnus")
    given = f"{own}:{at_home}" if own and at_home else ""
    return {
        "id": _said(delivered, "JulkaisunTunnus") or given,
        "name": _said(delivered, "JulkaisunNimi"),
        "publicationYear": _said(delivered, "JulkaisuVuosi"),
        "authorsText": _said(delivered, "TekijatiedotTeksti"),
        "authors": [
            {
                "firstNames": _said(one, "Etunimet"),
                "lastName": _said(one, "Sukunimi"),
                "orcid": _said(one, "ORCID"),
                "organizations": [{"id": own}],
            }
            for one in _objects(delivered, "Tekijat", "Tekija")
        ],
        "organizations": [{"id": own, "nameFi": NAMES.get(own, "")}],
        "type": {"code": _said(delivered, "JulkaisutyyppiKoodi")},
        "thesisType": {"code": _said(delivered, "OpinnayteKoodi")},
        "peerReviewed": {"code": _said(delivered, "VertaisarvioituKytkin")},
        "openAccess": {
            "code": _said(delivered, "AvoinSaatavuusKytkin")
            or _OPEN.get(_said(delivered, "AvoinSaatavuusKoodi"), "")
        },
        "license": {"code": _said(delivered, "LisenssiKoodi")},
        "language": {"code": _said(delivered, "JulkaisunKieliKoodi")},
        "doi": _said(delivered, "DOI"),
        "doiHandle": _said(delivered, "PysyvaOsoiteTeksti"),
        "keywords": [{"value": one} for one in _texts(delivered, "Avainsanat", "AvainsanaTeksti")],
        "fieldsOfScience": [
            {"code": one} for one in _texts(delivered, "TieteenalaKoodit", "TieteenalaKoodi")
        ],
        "status": {"code": _said(delivered, "JulkaisunTilaKoodi")},
    }


def _text(value: object) -> str:
    """A text, a number, or what an element with attributes says (``content``)."""
    if isinstance(value, dict):
        value = value.get("content")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return one_line(value)


def _said(delivered: Mapping[str, object], name: str) -> str:
    found = as_list(delivered.get(name))
    return _text(found[0]) if found else ""


def _inside(delivered: Mapping[str, object], name: str, inner: str) -> list[object]:
    return as_list(as_object(delivered.get(name)).get(inner))


def _objects(
    delivered: Mapping[str, object], name: str, inner: str
) -> Iterator[Mapping[str, object]]:
    return (as_object(one) for one in _inside(delivered, name, inner))


def _texts(delivered: Mapping[str, object], name: str, inner: str) -> Iterator[str]:
    return (_text(one) for one in _inside(delivered, name, inner))
