"""A JSON-LD document as canonical N-Quads: what is signed and hashed.

Contexts are those that ship (``contexts/``); none is ever fetched. What a context does not define
would not be in the quads, and so not be signed: a document that holds such a thing is refused.
Source: W3C, RDF Dataset Canonicalization (RDFC-1.0); JSON-LD 1.1 API, object to RDF conversion.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import permutations
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, Final

import orjson
import pyoxigraph as ox
from pyld import jsonld

from app.errors import TooLarge, Unreadable
from ontology.ntriples import iri

CREDENTIALS: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
BUNDLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        CREDENTIALS: "credentials-v2.json",
        "https://w3id.org/security/data-integrity/v2": "data-integrity-v2.json",
        OPEN_BADGES: "openbadges-3.0.json",
    }
)
"""The contexts that ship: address → file. Where each is from: ``contexts/README.md``."""

MOST_STATEMENTS: Final = 5_000
"""Statements of one credential: ours have some hundred."""

MOST_ALIKE: Final = 5
"""Nameless neighbours of one thing that look the same: they are tried in every order."""

MOST_TOGETHER: Final = 8
"""Nameless things that hang together and each look like another: orders multiply along them."""

MOST_UNCLEAR: Final = 50
"""Nameless things in all that look like another and hang on such a one.

Within these three bounds the worst graphs that were found take seconds; past them, for ever.
"""

_one_at_a_time = Lock()
"""PyLD remembers contexts for all who ask, in a cache that is not made for threads."""

Document = Mapping[str, Any]
"""A JSON object."""

_FOLDER: Final = Path(__file__).parent / "contexts"
_NOWHERE: Final = "https://relative.invalid/"
"""What relative IRIs are resolved against, to be found out: a credential has no place of its own."""

_KEYWORDS: Final = frozenset({"@context", "@id", "@type", "@value", "@language", "@list", "@set"})
"""Keywords in a document; what stands under others may be ignored, and so not be signed."""

_NOT_IN_QUADS: Final = frozenset({"@index", "@direction"})

_LARGE: Final = 10**21
"""From here on a JSON number is a double, whole or not (JSON-LD 1.1 API, section 8.6)."""


@cache
def context(address: str) -> Document:
    """The bundled context of this address. Raises: Unreadable if none is bundled."""
    if address not in BUNDLED:
        raise Unreadable(
            f"The document names the context {address[:200]!r}; none is fetched. "
            f"Known: {', '.join(BUNDLED)}; any other is to be written out in the document."
        )
    made: Document = orjson.loads((_FOLDER / BUNDLED[address]).read_bytes())
    return made


def canonical(document: Document, known: Mapping[str, Document] = MappingProxyType({})) -> bytes:
    """The document's canonical N-Quads.

    ``known``: contexts beside those that ship, by address.
    Raises: Unreadable if it is no JSON-LD, names an unknown context or holds what none defines;
    TooLarge if it states too much, or what takes too long to put in order.
    """
    lines = _quads(document, known)
    try:
        dataset = ox.Dataset(ox.parse(lines, format=ox.RdfFormat.N_QUADS))
    except SyntaxError:
        raise Unreadable("The document holds a language or a datatype that is none.") from None
    if len(dataset) > MOST_STATEMENTS:
        raise TooLarge(f"The document states more than {MOST_STATEMENTS} things.")
    _check_order(dataset)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    # Code point order is UTF-8's byte order.
    return b"".join(sorted(f"{_line(quad)}\n".encode() for quad in dataset))


def _line(quad: ox.Quad) -> str:
    return f"{quad} ."


def _quads(document: Document, known: Mapping[str, Document]) -> bytes:
    _check_keys(document)
    dropped: list[str | None] = []
    options = {
        "documentLoader": _loader(known),
        "base": _NOWHERE,
        "processingMode": "json-ld-1.1",
    }
    try:
        with _one_at_a_time:
            expanded = jsonld.expand(dict(document), options, on_property_dropped=dropped.append)
            if dropped:
                names = ", ".join(sorted({str(one)[:60] for one in dropped})[:10])
                raise Unreadable(
                    f"No context of the document defines {names}: it would not be signed."
                )
            _check(expanded)
            lines: str = jsonld.to_rdf(expanded, {**options, "format": "application/n-quads"})
    except jsonld.JsonLdError as error:
        refused = _refusal(error)
        if refused is not None:
            raise refused from None
        # Its own words may repeat what the document holds: a code alone does not.
        raise Unreadable(f"The document is not JSON-LD: {error.code or error.type}.") from None
    except RecursionError:
        raise Unreadable("The document nests too deeply.") from None
    except (TypeError, ValueError, LookupError, AttributeError, Warning):
        # It takes some values for others than they are, and some documents try just that.
        raise Unreadable("The document is not JSON-LD: a value is of the wrong kind.") from None
    return lines.encode()


def _refusal(error: BaseException | None) -> Unreadable | None:
    """Our own refusal that the error wraps, if it does: a context that is not known."""
    while error is not None and not isinstance(error, Unreadable):
        error = error.__cause__ or error.__context__
    return error


def _loader(known: Mapping[str, Document]) -> Callable[[str, object], dict[str, object]]:
    def load(address: str, _: object) -> dict[str, object]:
        document = known.get(address) or context(address)
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": address,
            "document": document,
        }

    return load


def _check_keys(document: object) -> None:
    """Raises: Unreadable for a keyword that a credential has no use for."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            odd = [key for key in value if key.startswith("@") and key not in _KEYWORDS]
            if odd:
                raise Unreadable(f"The document holds {odd[0][:40]}: it would not be signed.")
            waiting += (one for key, one in value.items() if key != "@context")
        elif isinstance(value, list):
            waiting += value


def _check(expanded: object) -> None:
    """Puts numbers as JSON has them. Raises: Unreadable for a name that no quad could hold."""
    waiting = [expanded]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            _check_names(node)
            value = node.get("@value")
            if isinstance(value, float) and value.is_integer() and abs(value) < _LARGE:
                # JSON knows one kind of number: 10.0 is 10.
                node["@value"] = int(value)
            if "@value" not in node:
                waiting += (one for key, one in node.items() if key not in ("@id", "@type"))


def _check_names(node: Mapping[str, object]) -> None:
    """Raises: Unreadable for what is in the JSON and would not be in the quads."""
    if not node.keys().isdisjoint(_NOT_IN_QUADS):
        raise Unreadable("The document holds an @index or a @direction: it would not be signed.")
    if any(key.startswith("_:") for key in node):
        raise Unreadable("The document holds a property without a name: it would not be signed.")
    for name in _names(node):
        if name.startswith("_:"):
            continue
        try:
            if name.startswith(_NOWHERE):
                raise ValueError
            iri(name)
        except ValueError:
            raise Unreadable(
                "The document names something by what is no absolute IRI: it would not be signed."
            ) from None


def _names(node: Mapping[str, object]) -> Iterator[str]:
    for key in ("@id", "@type"):
        value = node.get(key)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and one != "@json":
                yield one
    yield from (key for key in node if not key.startswith("@"))


def _check_order(dataset: ox.Dataset) -> None:
    """Raises: TooLarge for a graph that would take too long to put in order.

    A nameless thing that nothing else looks like has its name at once; the others are told apart
    by their neighbours, in every order.
    """
    seen: defaultdict[ox.BlankNode, list[str]] = defaultdict(list)
    for quad in dataset:
        for node in _nameless(quad):
            seen[node].append(_seen(quad, node))
    looks = {node: "\n".join(sorted(lines)) for node, lines in seen.items()}
    counted = Counter(looks.values())
    unclear = {node for node, look in looks.items() if counted[look] > 1}
    beside: defaultdict[ox.BlankNode, set[ox.BlankNode]] = defaultdict(set)
    alike: Counter[tuple[ox.BlankNode, str, str]] = Counter()
    for quad in dataset:
        for one, other in permutations(_nameless(quad) & unclear, 2):
            beside[one].add(other)
            alike[one, quad.predicate.value, looks[other]] += 1
    if (
        max(alike.values(), default=0) > MOST_ALIKE
        or len(beside) > MOST_UNCLEAR
        or max((len(each) for each in _together(beside)), default=0) > MOST_TOGETHER
    ):
        raise TooLarge(
            "The document holds too many nameless things that are alike and hang together: "
            "give each an id."
        )


def _together(
    beside: Mapping[ox.BlankNode, set[ox.BlankNode]],
) -> Iterator[set[ox.BlankNode]]:
    """The things by what hangs together."""
    left = set(beside)
    while left:
        waiting = [left.pop()]
        group: set[ox.BlankNode] = set()
        while waiting:
            node = waiting.pop()
            group.add(node)
            waiting += beside[node] & left
            left -= beside[node]
        yield group


def _nameless(quad: ox.Quad) -> set[ox.BlankNode]:
    parts = (quad.subject, quad.object, quad.graph_name)
    return {one for one in parts if isinstance(one, ox.BlankNode)}


def _seen(quad: ox.Quad, node: ox.BlankNode) -> str:
    """The quad as the node sees it: itself, other nameless things, and names."""
    parts = (quad.subject, quad.predicate, quad.object, quad.graph_name)
    return " ".join(
        ("_:a" if one == node else "_:z") if isinstance(one, ox.BlankNode) else str(one)
        for one in parts
    )
