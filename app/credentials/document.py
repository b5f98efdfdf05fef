"""Reading an offering: our JSON, RDF in our terms, or a document of others as a loader reads it.

What is read comes from strangers. Its size, depth and number of statements are bounded before
anything walks over it: a parser's stack is not, and an offering is small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import orjson

from app.credentials import markup
from app.credentials.foreign import Name, format_of, offering
from app.credentials.offering import parse
from app.errors import BadParameter, TooLarge, Unreadable
from app.graph.media import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
from app.graph.small import Small
from ontology import terms
from ontology.ntriples import Term

JSON = "application/json"
XML = "application/xml"
HTML = "text/html"
MEDIA = (JSON, JSON_LD, TURTLE, XML, HTML, RDF_XML, TRIG, N_TRIPLES, N_QUADS)
"""The media types that are read."""

ALIASES: Mapping[str, str] = MappingProxyType(
    {"text/xml": XML, "application/xhtml+xml": HTML, "application/vc+ld+json": JSON_LD}
)
"""Other names of media types that are read."""

SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        ".json": JSON,
        ".jsonld": JSON_LD,
        ".ttl": TURTLE,
        ".xml": XML,
        ".html": HTML,
        ".htm": HTML,
        ".rdf": RDF_XML,
        ".trig": TRIG,
        ".nt": N_TRIPLES,
        ".nq": N_QUADS,
    }
)
"""Media types by the ends of files' names."""

MOST_BYTES = 256 * 2**10
"""Bytes of one offering: a description of many pages is a tenth of that."""

_WORDY: Mapping[str, int] = MappingProxyType({XML: 4 * MOST_BYTES, HTML: 8 * MOST_BYTES})
"""Bytes of what says the same in more of them, or says more beside it."""

MOST_DEPTH = 32
"""Levels of nesting in JSON."""

MOST_TERMS = 300
"""Definitions in a JSON-LD context: each may lean on the next, and the parser goes down them all."""

_OFFERINGS = (
    f"SELECT DISTINCT ?thing ?class WHERE {{ VALUES ?class {{ <{terms.MicroCredential}> "
    f"<{terms.Course}> }} ?thing a ?class }}"
)


@dataclass(frozen=True)
class Stated:
    """An offering as it was sent: what is stated, and of which thing."""

    graph: Small
    about: Term


def read(content: bytes, media: str) -> Stated:
    """The offering that the document describes.

    Raises: TooLarge, Unreadable; BadParameter for a value of our JSON that cannot be, and if
    there is not just one offering in it.
    """
    if len(content) > most_bytes(media):
        raise TooLarge(
            f"The document is over {most_bytes(media) // 2**10} KiB, the limit of one offering."
        )
    if media == XML:
        root = markup.element(content)
        if not markup.is_rdf(root):
            return _foreign(markup.thing(root), "elm")
        media = RDF_XML
    if media == HTML:
        return _foreign([_bounded(one) for one in markup.values(content)], "schema-org")
    if media not in (JSON, JSON_LD):
        graph = Small.read(content, media)
    else:
        document = json_document(content)
        foreign = format_of(document)
        if foreign is not None:
            return _foreign(document, foreign)
        check_contexts(document)
        if media == JSON and not (isinstance(document, dict) and "@context" in document):
            about, triples = parse(document)
            graph = Small()
            graph.add(triples)
            return Stated(graph, about)
        # Written anew: what the parser sees is what was measured, not a key said twice.
        graph = Small.read(orjson.dumps(document), JSON_LD)
    return Stated(graph, _about(graph))


def most_bytes(media: str) -> int:
    """How large a document of a media type may be."""
    return _WORDY.get(media, MOST_BYTES)


def _foreign(document: object, name: Name) -> Stated:
    about, graph = offering(document, name)
    return Stated(graph, about)


def json_document(content: bytes) -> object:
    """What JSON says, within bounds of nesting. Raises: Unreadable."""
    try:
        document: object = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"The document is not JSON: {str(error)[:300]}") from None
    return _bounded(document)


def _bounded(document: object) -> object:
    """The document, of which no part nests too deep."""
    for _, depth in walk(document):
        if depth > MOST_DEPTH:
            raise Unreadable(f"The document nests deeper than {MOST_DEPTH} levels.")
    return document


def walk(document: object) -> Iterator[tuple[object, int]]:
    """Every value in the document with its depth, whatever that is."""
    waiting: list[tuple[object, int]] = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        yield value, depth
        if isinstance(value, dict):
            waiting += ((one, depth + 1) for one in value.values())
        elif isinstance(value, list):
            waiting += ((one, depth + 1) for one in value)


def check_contexts(document: object) -> None:
    """Bounds the work of a JSON-LD parser. Raises: Unreadable, TooLarge."""
    for value, depth in walk(document):
        if depth > 1 and isinstance(value, dict) and "@context" in value:
            # Each is read anew for every node that it holds for: few bytes, long work.
            raise Unreadable("Only the document itself may have an @context, none inside it.")
    outermost = document if isinstance(document, list) else [document]
    contexts = [one.get("@context") for one in outermost if isinstance(one, dict)]
    if _terms(contexts) > MOST_TERMS + len(contexts):
        raise TooLarge(f"The @context defines more than {MOST_TERMS} terms.")


def _terms(context: object) -> int:
    """How many definitions a context holds, those of a list of contexts together."""
    if isinstance(context, list):
        return len(context) + sum(_terms(one) for one in context)
    return len(context) if isinstance(context, dict) else 0


def _about(graph: Small) -> Term:
    """The offering: the one micro-credential, else the one course."""
    found = list(graph.solutions(_OFFERINGS))
    for kind in (terms.MicroCredential, terms.Course):
        things = sorted({row["thing"].term for row in found if row["class"].lexical == kind})
        if len(things) == 1:
            return things[0]
        if things:
            raise BadParameter(
                "body",
                f"The document describes {len(things)} offerings; send one at a time.",
            )
    raise BadParameter(
        "body",
        f"The document describes no offering: nothing in it is a <{terms.MicroCredential}> "
        f"or a <{terms.Course}>.",
    )
