"""``/{type}/{path}``: every IRI that is minted here resolves, to RDF or to a page by Accept."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api import negotiation
from app.api.context import Context, context
from app.api.exports import said_by_settings, single
from app.api.language import Language
from app.api.page import page
from app.api.results import JSON, Solutions, Term
from app.api.sparql import RDF_FORMATS, answered, schema_of
from app.errors import NotFound
from app.exports.registry import known
from app.graph.media import CSV, negotiate
from ontology import terms
from ontology.ntriples import iri, text
from queries import engine

TYPES = (
    "course",
    "offering",
    "period",
    "research",
    "subject",
    "credential",
    "module",
    "organisation",
    "person",
    "claim",
    "decision",
    "run",
    "graph",
)
"""The types of what is minted, each the first segment of its IRIs' paths."""

EXAMPLES = {
    "course": "aalto/SAMPLE-DS202",
    "credential": "aalto/SAMPLE-MC-DATA",
    "graph": "sample",
    "organisation": "020hwjq30",
    "research": "doi/10.5555%2Fpolku-sample-16",
}

_HTML = "text/html"
_OFFERED = (_HTML, *RDF_FORMATS.values())
_SHOWN = 500
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"says": "Statements", "said": "Referred to by", "data": "As data", "property": "Property",
           "value": "Value", "more": "There is more; ask for RDF or use SPARQL."},
    "fi": {"says": "Väittämät", "said": "Tähän viittaavat", "data": "Datana", "property": "Ominaisuus",
           "value": "Arvo", "more": "Lisää on: pyydä RDF tai kysy SPARQLilla."},
    "sv": {"says": "Påståenden", "said": "Hänvisningar hit", "data": "Som data", "property": "Egenskap",
           "value": "Värde", "more": "Det finns mer: be om RDF eller fråga med SPARQL."},
}  # fmt: skip
_TITLES = (terms.skos.prefLabel, terms.dcterms.title, terms.as_.name)

router = APIRouter(tags=["things"])


def _routes() -> None:
    for kind in TYPES:
        router.add_api_route(
            f"/{kind}/{{path:path}}",
            thing,
            methods=["GET"],
            name=kind,
            operation_id=f"thing_{kind}",
            summary=f"A {kind} by its IRI",
            response_model=None,
            openapi_extra={
                "parameters": [
                    {
                        "name": "path",
                        "in": "path",
                        "required": True,
                        "description": f"What follows {kind}/ in the thing's IRI, encoded as there.",
                        "schema": {"type": "string", "minLength": 1, "maxLength": 1000},
                        "example": EXAMPLES.get(kind, "none"),
                    }
                ]
            },
            responses={
                200: {
                    "description": "What the graph says of it.",
                    "content": {media: {"schema": schema_of(media)} for media in _answers(kind)},
                },
                404: {"description": "The graph says nothing of it."},
            },
        )


def _answers(kind: str) -> tuple[str, ...]:
    """Media types in which a thing of the kind may be answered."""
    profiled = (JSON, CSV) if kind in ("course", "credential") else ()
    return (*_OFFERED, *profiled)


async def thing(
    request: Request,
    lang: Language,
    format: str | None = None,
    profile: Annotated[
        str | None,
        Query(
            max_length=40,
            description="A course or micro-credential in the format of others: see /exports.",
        ),
    ] = None,
    suggested: Annotated[
        bool,
        Query(description="With profile: also skills that a machine suggests."),
    ] = False,
) -> Response:
    """What the graph says of a thing that this installation minted: a page, RDF, or a profile."""
    here = context(request)
    name = _iri(request, here.settings.base)
    if profile is not None:
        return await _profiled(request, here, name, known(profile), suggested)
    accept = request.headers.get("accept")
    media = (
        negotiation.named(format, {**RDF_FORMATS, "html": _HTML})
        if format
        else negotiate(accept, _OFFERED)
    )
    tag = negotiation.etag(here.generation, name, lang, media)
    headers = {
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "no-cache",
        "ETag": tag,
        "Polku-Generation": here.generation,
    }
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    subject = iri(name)
    says = await here.solve(engine("api-statements").bind({"thing": subject}))
    if not says.rows:
        raise NotFound(f"The graph says nothing of {name[:500]}.")
    if media != _HTML:
        query = engine("api-description").bind({"thing": subject})
        return await answered(request, query, media, headers, strict=False)
    said = await here.solve(engine("api-references").bind({"thing": subject}))
    labels = await _labels(here, says, said, lang)
    body = _body(Shown(name, says, said, labels, lang, request.url.path))
    title = _title(says, lang) or labels.get(name) or name
    return page(title, body, lang, path=request.url.path, headers=headers)


async def _profiled(
    request: Request, here: Context, name: str, profile: str, suggested: bool
) -> Response:
    """The thing in a format of others."""
    told = said_by_settings(here, profile)
    tag = negotiation.etag(here.generation, name, profile, str(suggested), told)
    headers = {
        "Cache-Control": "no-cache",
        "ETag": tag,
        "Polku-Generation": here.generation,
        "Link": '</exports/dcat>; rel="describedby"',
    }
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    says = await here.solve(engine("api-statements").bind({"thing": iri(name)}))
    if not says.rows:
        raise NotFound(f"The graph says nothing of {name[:500]}.")
    answer = await single(here, name, profile, suggested=suggested)
    answer.headers.update(headers)
    return answer


def _iri(request: Request, base: str) -> str:
    """The IRI that the request's path stands for; the path as it was sent, still encoded.

    Raises: NotFound for a path that no IRI has.
    """
    raw = request.scope.get("raw_path", request.scope["path"].encode())
    # What is not allowed in an IRI arrives encoded or not at all; a client that encodes more
    # than IRIs here do is led to the same thing.
    path = quote(raw.decode("latin-1").partition("?")[0].lstrip("/"), safe="/%:@!$&'()*+,;=-._~")
    try:
        iri(base + path)
    except ValueError:
        raise NotFound("There is no such thing: its path cannot be an IRI's.") from None
    return base + path


@dataclass(frozen=True)
class Shown:
    """What a page shows."""

    name: str
    says: Solutions
    said: Solutions
    labels: Mapping[str, str]
    language: str
    path: str


async def _labels(here: Context, says: Solutions, said: Solutions, lang: str) -> Mapping[str, str]:
    """A label for each IRI on the page that has one, in the language or English."""
    iris = sorted(
        {
            term["value"]
            for rows, name in ((says.rows, "value"), (said.rows, "subject"))
            for row in rows
            if (term := row.get(name)) is not None and term["type"] == "uri"
        }
    )
    if not iris:
        return {}
    found = await here.solve(
        engine("api-labels").bind({"things": [iri(one) for one in iris], "lang": text(lang)})
    )
    return {row["thing"]["value"]: row["label"]["value"] for row in found.rows if "label" in row}


def _title(says: Solutions, lang: str) -> str:
    named = [row["value"] for row in says.rows if row["property"]["value"] in _TITLES]
    order = {lang: 0, "en": 1}
    named.sort(key=lambda term: (order.get(term.get("xml:lang", ""), 2), term["value"]))
    return named[0]["value"] if named else ""


def _body(shown: Shown) -> str:
    words = _WORDS.get(shown.language, _WORDS["en"])
    title = _title(shown.says, shown.language) or shown.name
    by_property: dict[str, list[Term]] = {}
    for row in shown.says.rows[:_SHOWN]:
        by_property.setdefault(row["property"]["value"], []).append(row["value"])
    by_reference: dict[str, list[Term]] = {}
    for row in shown.said.rows[:_SHOWN]:
        by_reference.setdefault(row["property"]["value"], []).append(row["subject"])
    formats = "".join(
        f"<li><a rel='alternate' type='{media}' href='{html.escape(shown.path, quote=True)}"
        f"?format={name}'>{name}</a></li>"
        for name, media in RDF_FORMATS.items()
    )
    parts = [
        f"<h1>{html.escape(title)}</h1><p><code>{html.escape(shown.name)}</code></p>",
        _table(words["says"], by_property, shown, words),
    ]
    if by_reference:
        parts.append(_table(words["said"], by_reference, shown, words))
    if max(len(shown.says.rows), len(shown.said.rows)) >= _SHOWN:
        parts.append(f"<p>{words['more']}</p>")
    parts.append(f"<nav aria-label='{words['data']}'><ul>{formats}</ul></nav>")
    return "".join(parts)


def _table(
    caption: str, rows: Mapping[str, Sequence[Term]], shown: Shown, words: Mapping[str, str]
) -> str:
    lines = "".join(
        f"<tr><th scope='row'><a href='{html.escape(_href(name, shown), quote=True)}'>"
        f"{html.escape(_local(name))}</a></th><td><ul>{_values(values, shown)}</ul></td></tr>"
        for name, values in sorted(rows.items(), key=lambda one: _local(one[0]))
    )
    return (
        f"<table><caption>{caption}</caption><thead><tr><th scope='col'>{words['property']}</th>"
        f"<th scope='col'>{words['value']}</th></tr></thead><tbody>{lines}</tbody></table>"
    )


def _values(values: Iterable[Term], shown: Shown) -> str:
    return "".join(f"<li>{_value(term, shown)}</li>" for term in values)


def _value(term: Term, shown: Shown) -> str:
    value = term["value"]
    if term["type"] == "uri":
        label = html.escape(shown.labels.get(value) or value)
        return f"<a href='{html.escape(_href(value, shown), quote=True)}'>{label}</a>"
    if "xml:lang" in term:
        tag = html.escape(term["xml:lang"], quote=True)
        return f"<span lang='{tag}'>{html.escape(value)}</span> <span class='language'>{tag}</span>"
    return html.escape(value)


def _href(value: str, shown: Shown) -> str:
    """Where a link leads: to this very service for what it minted; nowhere for odd schemes."""
    base = shown.name[: len(shown.name) - len(shown.path.lstrip("/"))]
    if base and value.startswith(base) and "#" not in value:
        return "/" + value[len(base) :]
    return value if value.startswith(("http://", "https://")) else "#"


def _local(name: str) -> str:
    """The last part of a property's IRI.

    >>> _local("http://www.w3.org/2004/02/skos/core#prefLabel")
    'prefLabel'
    """
    return name.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or name


_routes()
