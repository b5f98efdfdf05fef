"""Safe, streaming reading of XML: records of a file, one element at a time.

Everything here assumes hostile input. Nothing is fetched, entities of a document's own are
refused, depth and sizes are libxml2's own bounds (256 elements within elements, 10 MB in one
text); of a file only the present record is held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from lxml import etree

from loaders.errors import LoadError
from loaders.files import LIMITS, Limits, Member

XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_MIB: Final = 1 << 20


def elements(
    source: Member, names: Collection[str], limits: Limits = LIMITS
) -> Iterator[etree._Element]:
    """The outermost elements with these local names, in the file's order; each is emptied after.

    Raises: LoadError where the file is no whole XML, declares entities, or has a record that is
        too large.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    held, depth, checked = 0, 0, False
    try:
        for chunk in source.chunks():
            held += len(chunk)
            if held > limits.document_bytes:
                raise LoadError(
                    f"{source.name}: a record of more than {limits.document_bytes // _MIB} MiB."
                )
            parser.feed(chunk)
            for event, element in parser.read_events():
                if not isinstance(element, etree._Element):
                    continue
                if not checked:
                    checked = True
                    _refuse_entities(source.name, element)
                depth += 1 if event == "start" else -1
                if event == "end" and not depth:
                    held = 0
                    yield element
                    _forget(element)
        # At the end what is missing is told; a file without a record is fed until here.
        parser.close()
    except etree.LxmlError as error:
        raise LoadError(f"{source.name}: {_said(error)}. Fetch the file again.") from None


def careful() -> etree.XMLParser:
    """A parser that resolves no entity, opens no connection and keeps to libxml2's limits."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def document(source: Member, limits: Limits = LIMITS) -> etree._Element:
    """The root of a document that is held whole.

    Raises: LoadError where it is no whole XML, declares entities, or is too large.
    """
    try:
        root = etree.fromstring(source.read(limits), careful())
    except (etree.LxmlError, ValueError) as error:
        raise LoadError(f"{source.name}: {_said(error)}. Fetch the file again.") from None
    _refuse_entities(source.name, root)
    return root


def _refuse_entities(name: str, element: etree._Element) -> None:
    declared = element.getroottree().docinfo.internalDTD
    # lxml's type stubs do not know that a DTD lists its entities.
    if declared is not None and any(True for _ in declared.iterentities()):  # type: ignore[attr-defined]
        raise LoadError(f"{name}: it declares entities, which are refused. Write them out.")


def _forget(element: etree._Element) -> None:
    """Empties an element and drops those before it, so that memory stays flat."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".") or "not XML"


def local(element: etree._Element) -> str:
    """An element's name without its namespace; "" of what is no element.

    >>> local(etree.fromstring('<dc:title xmlns:dc="urn:dc">T</dc:title>'))
    'title'
    """
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """An element's namespace; "" if it has none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: etree._Element | None, *path: str) -> Iterator[etree._Element]:
    """Elements at the end of a path of local names, whatever their namespace.

    >>> a = etree.fromstring("<a><b><c>1</c></b><b><c>2</c></b></a>")
    >>> [said(c) for c in children(a, "b", "c")]
    ['1', '2']
    """
    if element is None:
        return
    for child in element:
        if local(child) == path[0]:
            if len(path) == 1:
                yield child
            else:
                yield from children(child, *path[1:])


def first(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element at the end of a path; None if there is none."""
    return next(children(element, *path), None)


def said(element: etree._Element | None, *path: str) -> str:
    """The text of an element, or of the first at the end of a path, on one line; "" if none."""
    found = first(element, *path) if path else element
    if found is None:
        return ""
    return " ".join("".join(map(str, found.itertext(with_tail=False))).split())


def attribute(element: etree._Element | None, name: str) -> str:
    """An attribute on one line; "" if there is none."""
    return " ".join(str(element.get(name, "")).split()) if element is not None else ""


def language(element: etree._Element) -> str:
    """What ``xml:lang`` or ``lang`` says of an element itself; "" if nothing."""
    return attribute(element, f"{XML}lang") or attribute(element, "lang")


def scripts(source: Member, kind: str, limits: Limits = LIMITS) -> list[str]:
    """What the scripts of a media type in a page of HTML hold; pages are mended as browsers do.

    Raises: LoadError where the page is too large.
    """
    parser = etree.HTMLParser(no_network=True, huge_tree=False, recover=True, encoding="utf-8")
    try:
        root = etree.fromstring(source.read(limits) or b"<html/>", parser)
    except (etree.LxmlError, ValueError):
        root = None
    found = [] if root is None else root.iter("script")
    return [
        "".join(map(str, one.itertext()))
        for one in found
        if attribute(one, "type").partition(";")[0].strip().lower() == kind
    ]
