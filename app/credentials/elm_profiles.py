"""ELM's own profiles as published: what their SHACL says of a document of ELM.

Source: European Learning Model 3, application profiles for learning opportunities (LOQ) and for
European Digital Credentials (EDC), https://github.com/european-commission-empl/European-Learning-Model.
Their files are not ours: a setting names the folder. A document comes from a stranger and the
shapes' patterns may be slow on it: call this in a process that may be killed.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import orjson
import pyoxigraph as ox

from app.credentials.document import HTML, JSON, XML, check_contexts, json_document
from app.errors import BadParameter, GraphError, PolkuError, Unreadable
from app.graph.media import JSON_LD
from app.graph.small import statements
from loaders.elm import unsigned
from loaders.errors import RecordError
from loaders.jsonparts import as_list

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

ElmProfile = Literal["elm-loq", "elm-edc"]
ELM_PROFILES: tuple[ElmProfile, ...] = get_args(ElmProfile)

NO_SHAPES: Final = (
    "This installation has no shapes of ELM: they are not part of Polku. Let POLKU_ELM_SHAPES name a "
    "copy of https://github.com/european-commission-empl/European-Learning-Model."
)
"""What is said where no folder is set."""

MOST_RESULTS: Final = 200
"""Results that are reported; all are counted."""

TITLES: Final[Mapping[ElmProfile, str]] = MappingProxyType(
    {
        "elm-loq": "European Learning Model: learning opportunities and qualifications (LOQ)",
        "elm-edc": "European Learning Model: European Digital Credentials (EDC)",
    }
)

SUMMARY: Final[Mapping[bool, Mapping[str, str]]] = MappingProxyType(
    {
        True: {
            "en": "It conforms to ELM’s own profile. That is not what Annex I of the Council "
            "Recommendation asks for: ELM does not ask for workload, level, assessment, form of "
            "participation or quality assurance. The profile eu does.",
            "fi": "Se on ELM:n oman profiilin mukainen. Se ei vielä täytä neuvoston suosituksen "
            "liitettä I: ELM ei vaadi työmäärää, tasoa, arviointia, osallistumistapaa eikä "
            "laadunvarmistusta. Niitä kysyy profiili eu.",
            "sv": "Det följer ELM:s egen profil. Det är inte det som bilaga I till rådets "
            "rekommendation kräver: ELM kräver inte arbetsinsats, nivå, bedömning, form av "
            "deltagande eller kvalitetssäkring. Det gör profilen eu.",
        },
        False: {
            "en": "It does not conform to ELM’s own profile; the results say where, as the "
            "published shapes put it. What Annex I asks for is another question: profile eu.",
            "fi": "Se ei ole ELM:n oman profiilin mukainen; tulokset kertovat missä, julkaistujen "
            "muotojen sanoin. Liitteen I vaatimukset ovat toinen kysymys: profiili eu.",
            "sv": "Det följer inte ELM:s egen profil; resultaten säger var, med de publicerade "
            "formernas ord. Vad bilaga I kräver är en annan fråga: profilen eu.",
        },
    }
)
"""Whether it conforms → language → what that means."""

_LOQ: Final = ("ap/loq/LOQ-constraints.ttl", "ap/loq/LOQ-constraints-mdr.ttl")
_GENERIC: Final = ("ap/edc/EDC-generic-no-cv.ttl", "ap/edc/EDC-generic-full.ttl")
_EDC: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "edc-generic-no-cv": _GENERIC[:1],
        "edc-generic-full": _GENERIC,
        "edc-accredited": (*_GENERIC, "ap/edc/EDC-accredited.ttl"),
        "edc-converted": (*_GENERIC, "ap/edc/EDC-converted.ttl"),
        "edc-issued-by-mandate": (*_GENERIC, "ap/edc/EDC-issuedByMandate.ttl"),
        "edc-diploma-supplement": (
            *_GENERIC,
            "ap/edc/EDC-accredited.ttl",
            "ap/edc/EDC-diplomaSupplement.ttl",
        ),
    }
)
"""Name of the schema that a credential says it follows → files, with those that they import."""
_CONTEXT: Final = "ap/edc/edc-ap-context.jsonld"
_EDC_CONTEXT: Final = re.compile(r"https?://data\.europa\.eu/snb/model/context/edc-ap/?\Z")
_VC_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"

_CRED: Final = "https://www.w3.org/2018/credentials#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TERMS_OF_CREDENTIALS: Final[Mapping[str, object]] = {
    "id": "@id",
    "type": "@type",
    **{name: _CRED + name for name in ("VerifiableCredential", "VerifiablePresentation")},
    **{
        name: {"@id": _CRED + name, "@type": "@id"}
        for name in (
            *("credentialSchema", "credentialStatus", "credentialSubject", "evidence", "holder"),
            *("issuer", "refreshService", "termsOfUse", "verifiableCredential"),
        )
    },
    **{
        name: {"@id": _CRED + name, "@type": f"{_XSD}dateTime"}
        for name in ("expirationDate", "issuanceDate", "issued", "validFrom", "validUntil")
    },
}
"""What credentials of the W3C's data model 1.1 name, as far as ELM's profile asks for it."""

_SCHEMAS: Final = re.compile(r"/(edc-[a-z-]+)[/#]?\Z")
_SH: Final = "http://www.w3.org/ns/shacl#"


@dataclass(frozen=True)
class Shapes:
    """Published shapes as they are used; ``left_out``: patterns that Python cannot read."""

    graph: Graph
    files: tuple[str, ...]
    left_out: tuple[str, ...]


def check(content: bytes, media: str, name: ElmProfile, folder: Path, lang: str) -> dict[str, Any]:
    """The report on a document of ELM in RDF: whether it conforms, and where it does not.

    Messages are those of the shapes. Raises: BadParameter, Unreadable, TooLarge; GraphError where
    the folder holds no shapes.
    """
    triples = [ox.Triple(*quad.triple) for quad in _statements(content, media, folder)]
    shapes = _shapes(folder, _files(name, triples))
    conforms, results = _validated(triples, shapes)
    return {
        "profile": name,
        "title": TITLES[name],
        "conforms": conforms,
        "summary": SUMMARY[conforms].get(lang, SUMMARY[conforms]["en"]),
        "found": len(results),
        "results": results[:MOST_RESULTS],
        "shapes": list(shapes.files),
        "notChecked": list(shapes.left_out),
    }


def _statements(content: bytes, media: str, folder: Path) -> Iterator[ox.Quad]:
    if media in (XML, HTML):
        raise BadParameter(
            "profile", "ELM’s profiles speak of RDF: send JSON-LD or Turtle of ELM, not this."
        )
    if media not in (JSON, JSON_LD):
        return statements(content, media)
    document = json_document(content)
    check_contexts(document)
    return statements(orjson.dumps(_with_contexts(document, folder)), JSON_LD)


def _with_contexts(document: object, folder: Path) -> object:
    """The document as one that stands alone: its signature off, its known contexts written out."""
    if not isinstance(document, dict):
        raise BadParameter("body", "ELM’s profiles take one JSON-LD document, an object.")
    try:
        inner = unsigned(document)
    except RecordError as error:
        raise Unreadable(f"The signed document cannot be read: {error.reason}.") from None
    if isinstance(inner, dict) and isinstance(inner.get("credential"), dict):
        inner = inner["credential"]
    if not isinstance(inner, dict):
        raise BadParameter("body", "The signed document is no JSON object.")
    check_contexts(inner)
    stated = inner.get("@context", [_VC_CONTEXT, "http://data.europa.eu/snb/model/context/edc-ap"])
    contexts = [_written_out(one, folder) for one in as_list(stated)]
    return {**inner, "@context": contexts}


def _written_out(context: object, folder: Path) -> object:
    if context == _VC_CONTEXT:
        return _TERMS_OF_CREDENTIALS
    if isinstance(context, str) and _EDC_CONTEXT.match(context):
        try:
            found: object = orjson.loads(_read(folder, _CONTEXT))
        except orjson.JSONDecodeError:
            raise GraphError(f"{folder / _CONTEXT} is no JSON: fetch it again.") from None
        return found["@context"] if isinstance(found, dict) and "@context" in found else found
    return context


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise GraphError(
            f"{folder / name} cannot be read ({error.strerror}). POLKU_ELM_SHAPES names a copy of "
            "the European Learning Model’s repository, with its folder ap."
        ) from None


def _files(name: ElmProfile, triples: list[ox.Triple]) -> tuple[str, ...]:
    """The files of the profile; of a credential's those of the schema that it says it follows."""
    if name == "elm-loq":
        return _LOQ
    for triple in triples:
        if triple.predicate.value == f"{_CRED}credentialSchema":
            found = _SCHEMAS.search(getattr(triple.object, "value", ""))
            if found and found[1] in _EDC:
                return _EDC[found[1]]
    return _GENERIC


def _shapes(folder: Path, files: tuple[str, ...]) -> Shapes:
    """The published shapes, but for patterns in another dialect than Python's."""
    from rdflib import Graph, URIRef

    graph = Graph()
    for name in files:
        try:
            graph.parse(data=_read(folder, name), format="turtle")
        except SyntaxError as error:
            raise GraphError(f"{folder / name} is no Turtle: {str(error)[:200]}") from None
    left_out = []
    for triple in list(graph.triples((None, URIRef(f"{_SH}pattern"), None))):
        try:
            with warnings.catch_warnings(action="error"):
                re.compile(str(triple[2]))
        except (re.error, Warning):
            graph.remove(triple)
            left_out.append(f"sh:pattern {str(triple[2])[:200]}")
    return Shapes(graph, files, tuple(sorted(left_out)))


def _validated(triples: list[ox.Triple], shapes: Shapes) -> tuple[bool, list[dict[str, Any]]]:
    from pyshacl import validate
    from pyshacl.errors import ReportableRuntimeError
    from rdflib import Graph

    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    data = Graph().parse(data=lines.decode(), format="nt")
    try:
        conforms, found, _ = validate(data, shacl_graph=shapes.graph, inplace=True)
    except ReportableRuntimeError as error:
        raise PolkuError(f"The shapes cannot be asked of this document: {error}"[:500]) from None
    return bool(conforms), _results(found)


def _results(found: Graph) -> list[dict[str, Any]]:
    """The results of a SHACL report, the gravest first."""
    from rdflib import RDF, BNode, URIRef

    def one(node: Node, prop: str) -> str:
        said = found.value(node, URIRef(_SH + prop))
        # A blank node's name is another one each time.
        return "" if said is None else "[]" if isinstance(said, BNode) else str(said)

    results = []
    for node in found.subjects(RDF.type, URIRef(f"{_SH}ValidationResult")):
        messages = sorted(str(said) for said in found.objects(node, URIRef(f"{_SH}resultMessage")))
        told = {
            "severity": one(node, "resultSeverity").removeprefix(_SH),
            "focus": one(node, "focusNode"),
            "path": one(node, "resultPath"),
            "value": one(node, "value")[:500],
            "message": " ".join(messages)[:1_000],
            "shape": one(node, "sourceShape"),
            "constraint": one(node, "sourceConstraintComponent").removeprefix(_SH),
        }
        results.append({name: value for name, value in told.items() if value})
    grave = ("Violation", "Warning", "Info")
    return sorted(
        results,
        key=lambda told: (
            grave.index(told["severity"]) if told["severity"] in grave else len(grave),
            told.get("focus", ""),
            told.get("path", ""),
            told.get("message", ""),
        ),
    )
