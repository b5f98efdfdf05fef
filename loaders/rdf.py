"""RDF of any origin: Turtle, TriG, N-Triples, N-Quads, RDF/XML, JSON-LD.

Publisher, licence: the user's own. Format: told by the file's suffix, also gzipped, in a zip
archive or a folder. Named graph: every statement goes to ``graph/rdf``, or to ``graph/<name>``
with the option ``name``; graphs that the file names are not kept.

Blank nodes get IRIs (RDF 1.1 Concepts, 3.5), the same for the same file every time.

Known gaps: JSON-LD with a remote context is refused, since nothing is fetched; it is held whole.
RDF 1.2 triple terms are rejected. Blank nodes of a Turtle, TriG or RDF/XML file are remembered
while it is read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

import pyoxigraph as ox

from loaders.base import Loader, Run
from loaders.errors import LoadError, RecordError
from loaders.files import CHUNK, Member, json_value, members
from ontology.ntriples import Term, Triple, iri

if TYPE_CHECKING:
    from typing_extensions import Buffer

FORMATS: Final[Mapping[str, ox.RdfFormat]] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".turtle": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
}
"""The format that a file's suffix tells."""
_BY_LINES: Final = frozenset({ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS})

_DEEPEST_XML: Final = 200
"""Elements within elements: the parser's time grows with the square of the depth."""
_LONGEST_ENTITY: Final = 200
"""Characters of an XML entity; vocabularies abbreviate namespaces with them, bombs are longer."""
_DEEPEST_TRIPLE_TERM: Final = 100
"""Triple terms within triple terms: the parser recurses, and some thousands end the process."""
_TRIPLE_TERM: Final = re.compile(rb"<<|>>|\n")


def read(paths: Sequence[Path], run: Run) -> Iterator[Triple]:
    """Every statement of every file, in the files' order."""
    found = False
    for number, member in enumerate(members(paths, run)):
        format_ = FORMATS.get(PurePosixPath(member.stem).suffix.lower())
        if format_ is None:
            run.warn("file passed over: no suffix of RDF", member.name)
            continue
        found = True
        yield from _statements(member, format_, _skolem(run, number, member, format_), run)
    if not found:
        raise LoadError(
            f"{', '.join(path.name for path in paths)}: no file of RDF. "
            f"Its suffix tells its format: {', '.join(FORMATS)}."
        )


def _statements(
    member: Member, format_: ox.RdfFormat, skolem: Callable[[str], Term], run: Run
) -> Iterator[Triple]:
    named: dict[str, Term] = {}
    for quad in quads(member, format_):
        subject, object_ = quad.subject, quad.object
        if isinstance(subject, ox.Triple) or isinstance(object_, ox.Triple):
            fault = RecordError("object", "an RDF 1.2 triple term", "State it as RDF 1.1.")
            run.reject(f"{member.name}: {str(quad)[:160]}", fault)
            continue
        predicate = quad.predicate.value
        if predicate not in named:
            if len(named) > 10_000:
                named.clear()
            named[predicate] = Term(str(quad.predicate))
        run.counts["statements"] += 1
        yield (
            skolem(subject.value) if isinstance(subject, ox.BlankNode) else Term(str(subject)),
            named[predicate],
            skolem(object_.value) if isinstance(object_, ox.BlankNode) else Term(str(object_)),
        )


def quads(member: Member, format_: ox.RdfFormat) -> Iterator[ox.Quad]:
    """Every statement of a file.

    Raises: LoadError where the file is none of its format, or is a bomb.
    """
    parsed = _parsed(member, format_)
    while True:
        try:
            quad = next(parsed, None)
        except SyntaxError as error:
            raise LoadError(_said(member, error)) from None
        except OSError as error:
            raise LoadError(f"{member.name}: cannot be read: {error}.") from None
        if quad is None:
            return
        yield quad


def _parsed(member: Member, format_: ox.RdfFormat) -> Iterator[ox.Quad]:
    if format_ == ox.RdfFormat.JSON_LD:
        data = member.read()
        _refuse_remote_contexts(member.name, data)
        return ox.parse(data, format=format_)
    chunks = within_bounds(member.name, member.chunks(), format_)
    return ox.parse(io.BufferedReader(_Stream(chunks), CHUNK), format=format_)


class _Stream(io.RawIOBase):
    """The chunks as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """How many of the next bytes were put into the buffer; 0 at the end."""
        room = memoryview(buffer).cast("B")
        while not self._held:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._held = memoryview(chunk)
        size = min(len(room), len(self._held))
        room[:size] = self._held[:size]
        self._held = self._held[size:]
        return size


def _skolem(run: Run, number: int, member: Member, format_: ox.RdfFormat) -> Callable[[str], Term]:
    """Blank node label → IRI.

    In the line-based formats every blank node has a label, which is hashed. Elsewhere some have
    none, and the parser's names for them are random: there the order of first mention counts.
    """
    place = f"{run.options.get('name', 'rdf')}\n{number}\n{member.name}\n"
    if format_ in _BY_LINES:
        return lambda label: iri(run.iris.genid(place + label))
    seen: dict[str, Term] = {}

    def by_order(label: str) -> Term:
        if label not in seen:
            seen[label] = iri(run.iris.genid(f"{place}{len(seen)}"))
        return seen[label]

    return by_order


def _said(member: Member, error: SyntaxError) -> str:
    where = f" line {error.lineno}, column {error.offset}" if error.lineno else ""
    reason = re.sub(r"^Parser error .*?: |\s*\(line \d+\)$", "", str(error.msg))
    hint = " Give the file a base (@base <…> .)." if "No scheme" in reason else ""
    return f"{member.name}{where}: {reason}.{hint}"


def _refuse_remote_contexts(name: str, data: bytes) -> None:
    try:
        waiting: list[object] = [json_value(data)]
    except RecordError as error:
        raise LoadError(f"{name}: {error.reason}. {error.hint}") from None
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            contexts = value.get("@context", [])
            for one in contexts if isinstance(contexts, list) else [contexts]:
                remote = one.get("@import") if isinstance(one, dict) else one
                if isinstance(remote, str):
                    raise LoadError(
                        f"{name}: it needs the remote context {remote[:200]!r}, and nothing is "
                        "fetched. Write the context's terms into the file, or convert it to "
                        "Turtle."
                    )
            waiting += value.values()


def within_bounds(name: str, chunks: Iterator[bytes], format_: ox.RdfFormat) -> Iterator[bytes]:
    """The same chunks of any RDF but JSON-LD; LoadError where they would end or stall the parser."""
    if format_ == ox.RdfFormat.RDF_XML:
        return _xml_within_bounds(name, chunks)
    return _terms_within_bounds(name, chunks, by_lines=format_ in _BY_LINES)


def _terms_within_bounds(name: str, chunks: Iterator[bytes], *, by_lines: bool) -> Iterator[bytes]:
    """The same chunks; LoadError where triple terms stand in triple terms too deep."""
    depth, line = 0, 1
    before = b""
    for chunk in chunks:
        # A sign may be cut in two by the chunks' border.
        joined = before + chunk
        if b"<<" in joined:
            for sign in _TRIPLE_TERM.finditer(joined):
                if sign[0] == b"\n":
                    line, depth = line + 1, 0 if by_lines else depth
                else:
                    depth = depth + 1 if sign[0] == b"<<" else max(depth - 1, 0)
                if depth > _DEEPEST_TRIPLE_TERM:
                    raise LoadError(
                        f"{name} line {line}: triple terms (<<) nested deeper than "
                        f"{_DEEPEST_TRIPLE_TERM}. State them as RDF 1.1."
                    )
        else:
            line += chunk.count(b"\n")
            if by_lines and b"\n" in chunk:
                depth = 0
        before = chunk[-1:] if chunk[-1:] in (b"<", b">") else b""
        yield chunk


def _xml_within_bounds(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks; LoadError for elements too deep and for entities that are a bomb's."""
    parser = expat.ParserCreate()
    depth = 0

    def fault(what: str) -> LoadError:
        return LoadError(
            f"{name} line {parser.CurrentLineNumber}, column {parser.CurrentColumnNumber + 1}: "
            f"{what}"
        )

    def start(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST_XML:
            raise fault(f"elements nested deeper than {_DEEPEST_XML}. Convert it to Turtle.")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(_name: str, _parameter: bool, value: str | None, *_rest: object) -> None:
        if value is None:
            raise fault("an external entity; nothing is fetched. Remove it.")
        if len(value) > _LONGEST_ENTITY or "&" in value:
            raise fault(
                f"an entity of more than {_LONGEST_ENTITY} characters or of other entities is "
                "refused as a bomb. Write it out."
            )

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = entity
    for chunk in chunks:
        try:
            parser.Parse(chunk, False)
        except expat.ExpatError as error:
            raise LoadError(
                f"{name} line {error.lineno}, column {error.offset + 1}: "
                f"{expat.ErrorString(error.code)}."
            ) from None
        yield chunk


LOADER: Final = Loader(
    name="rdf",
    title="RDF",
    publisher="",
    licence="",
    attribution="",
    read=read,
)
