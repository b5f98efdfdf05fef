"""XML and HTML that a stranger sends, as the loaders of such files take them."""

from __future__ import annotations

from typing import Final

from lxml import etree

from app.errors import BadParameter, Unreadable
from loaders.courses.linked import from_xml
from loaders.elements import document, local, namespace, scripts
from loaders.errors import LoadError, RecordError
from loaders.files import Member
from loaders.schema_org import value_of
from ontology import terms

_RDF: Final = terms.rdf.type.removesuffix("type")


def _member(content: bytes) -> Member:
    return Member("The document", "document", lambda: iter([content]))


def element(content: bytes) -> etree._Element:
    """The root of the XML; entities of its own are refused and nothing is fetched.

    Raises: Unreadable.
    """
    try:
        return document(_member(content))
    except LoadError as error:
        raise Unreadable(str(error)) from None


def is_rdf(root: etree._Element) -> bool:
    """Whether the XML is RDF."""
    return local(root) == "RDF" and namespace(root) == _RDF


def thing(root: etree._Element) -> object:
    """The XML of the European Learning Model as its JSON-LD would have it."""
    return from_xml(root)


def values(content: bytes) -> list[object]:
    """What the JSON-LD in a page of HTML says.

    Raises: BadParameter where there is none, Unreadable where none of it is JSON.
    """
    found: list[object] = []
    broken = ""
    texts = scripts(_member(content), "application/ld+json")
    for text in texts:
        try:
            found.append(value_of(text))
        except RecordError as error:
            broken = f"{error.reason}. {error.hint}"
    if not texts:
        raise BadParameter(
            "body", 'The page holds no JSON-LD: no <script type="application/ld+json"> is in it.'
        )
    if not found:
        raise Unreadable(f"The JSON-LD in the page cannot be read: {broken}")
    return found
