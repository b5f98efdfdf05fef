"""Documents of the European Learning Model: things with types that point at one another.

JSON-LD and XML say the same in two ways; both become things here, an XML element the one that
its JSON-LD would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from loaders.elements import attribute, language, local, said
from loaders.jsonparts import as_list

Thing = Mapping[str, object]

_CONTAINERS: Final = "References"
"""How the names of elements end that hold things of one type in XML."""
_MOST_THINGS: Final = 200_000


def from_xml(element: etree._Element) -> object:
    """An element as JSON-LD would have it: a text, a text by language, or a thing."""
    if reference := attribute(element, "idref"):
        return {"id": reference}
    children = [child for child in element if local(child)]
    if not children and not attribute(element, "uri") and not attribute(element, "id"):
        tag, text = language(element) or attribute(element, "language"), said(element)
        return {tag: text} if tag else text
    thing: dict[str, object] = {}
    if identifier := attribute(element, "id") or attribute(element, "uri"):
        thing["id"] = identifier
    name = local(element)
    thing["type" if not children or "type" not in map(local, children) else "elementType"] = (
        name[:1].upper() + name[1:]
    )
    for child in children:
        thing[local(child)] = [*as_list(thing.get(local(child))), from_xml(child)]
    return thing


class Document:
    """The things of one document by their ids, each as its fullest description."""

    def __init__(self, root: object) -> None:
        self.things: list[Thing] = []
        self._by_id: dict[str, Thing] = {}
        waiting: list[object] = [root]
        while waiting and len(self.things) < _MOST_THINGS:
            one = waiting.pop()
            if isinstance(one, list):
                waiting += reversed(one)
            elif isinstance(one, dict):
                self._take(one)
                waiting += reversed(list(one.values()))

    def _take(self, thing: Thing) -> None:
        self.things.append(thing)
        identifier = thing.get("id") or thing.get("@id")
        if isinstance(identifier, str):
            known = self._by_id.get(identifier)
            if known is None or len(known) < len(thing):
                self._by_id[identifier] = thing

    def of_type(self, *names: str) -> Iterator[Thing]:
        """Things of these types, each once, in the order of the document."""
        seen: set[int] = set()
        for thing in self.things:
            if types(thing) & set(names):
                full = self.whole(thing)
                if id(full) not in seen and len(full) > 2:
                    seen.add(id(full))
                    yield full

    def whole(self, thing: Thing) -> Thing:
        """The fullest description of a thing that may be a reference alone."""
        identifier = thing.get("id") or thing.get("@id")
        return self._by_id.get(identifier, thing) if isinstance(identifier, str) else thing

    def get(self, thing: Thing, *path: str) -> Iterator[Thing]:
        """Things at the end of a path of properties, described as fully as the document can."""
        for one in as_list(thing.get(path[0])):
            if isinstance(one, str) and one in self._by_id:
                one = self._by_id[one]
            if isinstance(one, dict):
                full = self.whole(one)
                if len(path) == 1:
                    yield full
                else:
                    yield from self.get(full, *path[1:])


def types(thing: Thing) -> set[str]:
    """Names of a thing's types, without prefixes."""
    stated = (
        one
        for key in ("type", "@type", "elementType")
        for one in as_list(thing.get(key))
        if isinstance(one, str)
    )
    return {one.rpartition(":")[2].rpartition("/")[2] for one in stated}


def identifier(thing: Thing) -> str:
    """A thing's id; "" if it has none."""
    stated = thing.get("id") or thing.get("@id")
    return " ".join(stated.split()) if isinstance(stated, str) else ""


def text(value: object) -> str:
    """The first text that a property has; "" if none."""
    for one in as_list(value):
        if isinstance(one, str | int | float) and not isinstance(one, bool):
            return " ".join(str(one).split())
        if isinstance(one, dict):
            return text(one.get("@value") or one.get("value") or one.get("notation"))
    return ""


def tagged(value: object) -> list[tuple[object, object]]:
    """Texts that a property has by language: ``{"en": "…"}``, one or several."""
    found: list[tuple[object, object]] = []
    for one in as_list(value):
        if isinstance(one, str):
            found.append((one, ""))
        elif isinstance(one, dict):
            if "@value" in one:
                found.append((one["@value"], one.get("@language", "")))
            else:
                found += [
                    (said_, tag)
                    for tag, texts in one.items()
                    if isinstance(tag, str) and 2 <= len(tag.partition("-")[0]) <= 3 and tag != "id"
                    for said_ in as_list(texts)
                ]
    return found
