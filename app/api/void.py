"""``/.well-known/void``: what the graph holds, for machines that come by.

Source: Describing Linked Datasets with the VoID Vocabulary, https://www.w3.org/TR/void/.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api import negotiation
from app.api.context import Context, context, root
from app.api.results import Solutions
from app.graph import media
from ontology import licences, terms
from ontology.iris import Minter
from ontology.ntriples import Triple, integer, iri, text
from queries import catalogue, engine

router = APIRouter(tags=["service"])

_VOID = "http://rdfs.org/ns/void#"
_HERE = "http://here.invalid/"
"""What stands for the service's own address until it is known."""

_a = iri(terms.rdf.type)


@router.get(
    "/.well-known/void",
    summary="What the graph holds",
    response_model=None,
    responses={
        200: {
            "description": "A VoID description.",
            "content": {
                name: {"schema": {"type": "string"}} for name in (media.TURTLE, media.N_TRIPLES)
            },
        }
    },
)
async def void(request: Request) -> Response:
    """Named graphs with sizes and licences, classes and properties with counts, examples."""
    here = context(request)
    chosen = media.negotiate(request.headers.get("accept"), (media.TURTLE, media.N_TRIPLES))
    where = root(request)
    tag = negotiation.etag(here.generation, "void", chosen, where)
    headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    # Made once, whatever the service is called; N-Triples is Turtle too.
    content = await here.once("void", _description)
    return Response(
        content.replace(_HERE, where),
        headers=headers | {"Content-Type": f"{chosen}; charset=utf-8"},
    )


async def _description(here: Context) -> str:
    graphs, classes, properties = [
        await here.solve(engine(name).bind({}))
        for name in ("api-graphs-void", "api-class-partitions", "api-property-partitions")
    ]
    triples = _triples(Minter(here.settings.base), graphs, classes, properties)
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples)


def _triples(
    iris: Minter, graphs: Solutions, classes: Solutions, properties: Solutions
) -> Iterator[Triple]:
    """The description's triples: pure, so that it is the same for the same graph."""
    me = iri(f"{_HERE}.well-known/void#dataset")
    yield me, _a, iri(_VOID + "Dataset")
    yield me, iri(terms.dcterms.title), text("Polku: research, skills, courses, credentials", "en")
    yield me, iri(_VOID + "sparqlEndpoint"), iri(f"{_HERE}sparql")
    yield me, iri(_VOID + "uriSpace"), text(iris.base)
    for name in ("core", "skills", "research", "learning", "credentials", "claims"):
        yield me, iri(_VOID + "vocabulary"), iri(f"https://w3id.org/polku/ns/{name}")
    for query in catalogue().values():
        yield me, iri(terms.rdfs.seeAlso), iri(f"{_HERE}queries/{query.name}")
    for row in graphs.rows:
        access, licence = (
            row[name]["value"] if name in row else "" for name in ("access", "licence")
        )
        if not (access == licences.PUBLIC if access else licences.is_open(licence)):
            continue
        graph = iri(row["graph"]["value"])
        yield me, iri(_VOID + "subset"), graph
        yield graph, _a, iri(_VOID + "Dataset")
        yield graph, iri(_VOID + "triples"), integer(int(row["triples"]["value"]))
        if "title" in row:
            yield graph, iri(terms.dcterms.title), text(row["title"]["value"], "en")
        if "licence" in row:
            yield graph, iri(terms.dcterms.license), iri(row["licence"]["value"])
        if "publisher" in row:
            yield graph, iri(terms.dc.publisher), text(row["publisher"]["value"])
        if "rights" in row:
            yield graph, iri(terms.dcterms.rights), text(row["rights"]["value"], "en")
    total = 0
    for number, row in enumerate(properties.rows, 1):
        part = iri(f"{_HERE}.well-known/void#property-{number}")
        count = int(row["triples"]["value"])
        total += count
        yield me, iri(_VOID + "propertyPartition"), part
        yield part, iri(_VOID + "property"), iri(row["property"]["value"])
        yield part, iri(_VOID + "triples"), integer(count)
    yield me, iri(_VOID + "triples"), integer(total)
    for number, row in enumerate(classes.rows, 1):
        if row["class"]["type"] != "uri":
            continue
        part = iri(f"{_HERE}.well-known/void#class-{number}")
        yield me, iri(_VOID + "classPartition"), part
        yield part, iri(_VOID + "class"), iri(row["class"]["value"])
        yield part, iri(_VOID + "entities"), integer(int(row["entities"]["value"]))
        if row["example"]["type"] == "uri":
            yield me, iri(_VOID + "exampleResource"), iri(row["example"]["value"])
