"""``/ns``: the vocabulary, so that its terms' IRIs lead to what they mean."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import Response

import ontology
from app.api import negotiation
from app.api.language import Language
from app.api.page import page
from app.errors import NotFound
from app.graph import media
from ontology import terms

MODULES = ("core", "skills", "research", "learning", "credentials", "claims", "identity")
"""The modules of the vocabulary, each a file and an ontology."""

NAMESPACE = "https://w3id.org/polku/ns#"

_FORMATS = {
    media.TURTLE: ox.RdfFormat.TURTLE,
    media.N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    media.JSON_LD: ox.RdfFormat.JSON_LD,
    media.RDF_XML: ox.RdfFormat.RDF_XML,
}
_OFFERED = ("text/html", *_FORMATS)
_KINDS = {
    terms.owl.Class: "class",
    terms.owl.ObjectProperty: "property",
    terms.owl.DatatypeProperty: "property",
    terms.skos.Concept: "concept",
    terms.skos.ConceptScheme: "concept scheme",
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The vocabulary, or a module of it.",
        "content": {
            name: {"schema": {} if name.endswith("json") else {"type": "string"}}
            for name in _OFFERED
        },
    }
}

router = APIRouter(tags=["things"])


def _file(module: str) -> Path:
    return Path(ontology.__file__).parent / f"{module}.ttl"


@cache
def _version(module: str) -> str:
    """A hash of what the module says; of all modules if none is named."""
    names = (module,) if module else MODULES
    return sha256(b"".join(_file(name).read_bytes() for name in names)).hexdigest()


@cache
def triples(module: str = "") -> tuple[ox.Triple, ...]:
    """The triples of a module; of all of them if none is named."""
    if not module:
        return tuple(triple for name in MODULES for triple in triples(name))
    path = _file(module)
    return tuple(quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE))


@router.get(
    "/ns",
    summary="The vocabulary",
    response_model=None,
    responses=_RESPONSES,
    operation_id="vocabulary",
)
async def whole(request: Request, lang: Language) -> Response:
    """Every class, property and concept of Polku's own, with what it means."""
    return _answer(request, "", lang)


@router.get(
    "/ns/{module}",
    summary="A module of the vocabulary",
    response_model=None,
    responses=_RESPONSES,
    operation_id="vocabulary_module",
    openapi_extra={
        "parameters": [
            {
                "name": "module",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "enum": list(MODULES)},
                "example": MODULES[0],
            }
        ]
    },
)
async def part(request: Request, lang: Language) -> Response:
    """The classes, properties and concepts of one module."""
    module = str(request.path_params["module"])
    if module not in MODULES:
        raise NotFound(
            f"There is no module {module[:40]!r} of the vocabulary: {', '.join(MODULES)}."
        )
    return _answer(request, module, lang)


def _answer(request: Request, module: str, lang: str) -> Response:
    chosen = media.negotiate(request.headers.get("accept"), _OFFERED)
    tag = negotiation.etag("ns", module, chosen, lang, _version(module))
    headers = {"ETag": tag, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    stated = triples(module)
    if chosen in _FORMATS:
        content = ox.serialize(stated, format=_FORMATS[chosen])
        return Response(content, headers=headers, media_type=chosen)
    title = f"Polku {module or 'vocabulary'}"
    return page(
        title,
        f"<h1>{html.escape(title)}</h1>{_table(stated, lang)}",
        lang,
        path=request.url.path,
        headers=headers,
    )


def _table(stated: tuple[ox.Triple, ...], lang: str) -> str:
    kinds: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {}
    definitions: dict[str, dict[str, str]] = {}
    for triple in stated:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode):
            continue
        if isinstance(value, ox.NamedNode) and triple.predicate.value == terms.rdf.type:
            kinds[subject.value] = _KINDS.get(terms.Iri(value.value), kinds.get(subject.value, ""))
        elif isinstance(value, ox.Literal):
            texts = {terms.skos.prefLabel: labels, terms.skos.definition: definitions}.get(
                terms.Iri(triple.predicate.value)
            )
            if texts is not None:
                texts.setdefault(subject.value, {})[value.language or ""] = value.value
    rows = "".join(
        _row(name, kinds[name], labels.get(name, {}), definitions.get(name, {}), lang)
        for name in sorted(kinds)
        if name.startswith(NAMESPACE)
    )
    return (
        "<table><thead><tr><th scope='col'>Term</th><th scope='col'>Kind</th>"
        f"<th scope='col'>Meaning</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(
    name: str, kind: str, labels: Mapping[str, str], definitions: Mapping[str, str], lang: str
) -> str:
    local = html.escape(name.removeprefix(NAMESPACE), quote=True)
    label = _in(labels, lang)
    definition = _in(definitions, lang)
    return (
        f"<tr id='{local}'><th scope='row'>{local}</th><td>{kind}</td>"
        f"<td><b{label[1]}>{html.escape(label[0])}</b>. "
        f"<span{definition[1]}>{html.escape(definition[0])}</span></td></tr>"
    )


def _in(texts: Mapping[str, str], lang: str) -> tuple[str, str]:
    """The text in the language or English, and its ``lang`` attribute."""
    language = lang if lang in texts else "en"
    return texts.get(language, ""), f" lang='{html.escape(language, quote=True)}'"
