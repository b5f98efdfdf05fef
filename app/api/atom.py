"""An Atom feed, written: pure, from entries to bytes.

Source: RFC 4287, The Atom Syndication Format; RFC 5005, section 3, for the link to the next page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

MEDIA_TYPE: Final = "application/atom+xml"

_NS = "http://www.w3.org/2005/Atom"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One entry: ``category`` is a term's IRI and its label."""

    id: str
    title: str
    language: str
    updated: str
    link: str
    summary: str
    category: tuple[str, str]


@dataclass(frozen=True)
class Feed:
    """A feed, or a page of it."""

    id: str
    title: str
    language: str
    updated: str
    author: str
    self: str
    next: str | None
    entries: Sequence[Entry]


def write(feed: Feed) -> bytes:
    """The feed as a document of Atom."""
    root = etree.Element(f"{{{_NS}}}feed", nsmap={None: _NS})  # type: ignore[dict-item]  # lxml's way
    root.set(_XML_LANG, feed.language)
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", feed.updated)
    _text(_add(root, "author"), "name", feed.author)
    _link(root, "self", feed.self, MEDIA_TYPE)
    if feed.next:
        _link(root, "next", feed.next, MEDIA_TYPE)
    for one in feed.entries:
        entry = _add(root, "entry")
        if one.language:
            entry.set(_XML_LANG, one.language)
        _text(entry, "id", one.id)
        _text(entry, "title", one.title)
        _text(entry, "updated", one.updated)
        _link(entry, "alternate", one.link, None)
        term, label = one.category
        category = _add(entry, "category")
        category.set("term", _clean(term))
        category.set("label", _clean(label))
        _text(entry, "summary", one.summary)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_NS}}}{name}")


def _text(parent: etree._Element, name: str, value: str) -> None:
    _add(parent, name).text = _clean(value)


def _link(parent: etree._Element, relation: str, href: str, media: str | None) -> None:
    link = _add(parent, "link")
    link.set("rel", relation)
    link.set("href", _clean(href))
    if media:
        link.set("type", media)


def _clean(value: str) -> str:
    """The text without characters that no XML document can hold."""
    return _NOT_IN_XML.sub("\ufffd", value)
