"""``/queries``: every curated query is a route of its own, as its header describes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api import cursors, language, negotiation, results
from app.api.context import Context, context
from app.api.log import query_hash
from app.api.results import JSON, Solutions
from app.errors import BadParameter
from app.graph import media
from ontology.ntriples import Term, integer
from queries import Need, Parameter, ParameterError, Query, Type

_MEDIA = tuple(results.FORMATS.values())
_OWN = ("limit", "cursor", "format")


def router(catalogue: Mapping[str, Query]) -> APIRouter:
    """A route for each query of the catalogue, and one that lists them."""
    made = APIRouter(prefix="/queries", tags=["queries"])

    @made.get("", summary="The curated queries", response_model=None)
    async def listing() -> Mapping[str, object]:
        """Name, summary, question and parameters of each."""
        return {"queries": [described(query) for query in catalogue.values()]}

    for query in catalogue.values():
        _add(made, query)
    return made


def _add(made: APIRouter, query: Query) -> None:
    async def answer(request: Request) -> Response:
        return await _answer(request, query)

    made.add_api_route(
        f"/{query.name}",
        answer,
        methods=["GET"],
        name=query.name,
        summary=query.summary,
        description=f"{query.header.question}\n\n{query.header.description}",
        operation_id=f"query_{query.name.replace('-', '_')}",
        response_model=None,
        openapi_extra=_openapi(query),
        tags=["queries"],
    )


def described(query: Query) -> dict[str, object]:
    """What a listing says of a query."""
    return {
        "name": query.name,
        "href": f"/queries/{query.name}",
        "summary": query.summary,
        "question": query.header.question,
        "tags": list(query.header.tags),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type.value,
                "required": parameter.required,
                "description": parameter.description,
                **({"default": parameter.default} if parameter.default is not None else {}),
                **({"example": parameter.example} if parameter.example is not None else {}),
            }
            for parameter in query.parameters.values()
        ],
        "returns": [
            {"name": one.name, "type": one.type.value, "description": one.description}
            for one in query.returns
        ],
    }


async def _answer(request: Request, query: Query) -> Response:
    """One page of the query's answer."""
    here = context(request)
    # Of the query as it ships: what someone asks it about may be personal.
    request.state.query_hash = query_hash(query.text)
    given = _given(request, query)
    if "format" in given:
        chosen = negotiation.named(given["format"], results.FORMATS)
    else:
        chosen = media.negotiate(request.headers.get("accept"), _MEDIA)
    values = _values(request, query, given)
    limit = _limit(query, given)
    key = _key(query, values)
    offset = cursors.offset(given.get("cursor"), here.generation, key)
    tag = negotiation.etag(here.generation, query.name, key, str(limit), str(offset), chosen)
    headers = {
        "ETag": tag,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "no-cache",
        "Polku-Generation": here.generation,
    }
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    paging: dict[str, Term] = (
        {"limit": integer(limit + 1), "offset": integer(offset)} if query.page else {}
    )
    solutions = await here.solve_kept(query.bind({**values, **paging}))
    missing = await _missing(here, query)
    following = None
    if query.page and len(solutions.rows) > limit:
        cursor = cursors.cursor(solutions.generation, key, offset + limit)
        following = f"{request.url.path}?{urlencode({**given, 'cursor': cursor})}"
        solutions = Solutions(solutions.variables, solutions.rows[:limit], solutions.generation)
        headers["Link"] = f'<{following}>; rel="next"'
    if missing:
        headers["Polku-Missing-Data"] = ", ".join(need.name for need in missing)
    if chosen == JSON:
        content = _json(query, solutions, missing, following)
    else:
        content = results.WRITERS[chosen](solutions)
    charset = "; charset=utf-8" if chosen.startswith("text/") else ""
    return Response(content, headers=headers | {"Content-Type": chosen + charset})


def _json(query: Query, solutions: Solutions, missing: list[Need], following: str | None) -> bytes:
    answer: dict[str, object] = {
        "query": query.name,
        "results": results.rows(solutions),
        "generation": solutions.generation,
        "missing": [{"needs": need.name, "detail": need.says} for need in missing],
    }
    if following:
        answer["next"] = following
    return orjson.dumps(answer)


async def _missing(here: Context, query: Query) -> list[Need]:
    """What the query needs and the graph has none of."""
    return [need for need in query.needs if not await here.holds(query.check(need))]


def _given(request: Request, query: Query) -> dict[str, str]:
    """The parameters of the request.

    Raises: BadParameter for one that the query does not have, or that is given twice.
    """
    own = _OWN if query.page else ("format",)
    known = (*query.parameters, *own, *(() if "lang" in query.parameters else ("lang",)))
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise BadParameter(
                name[:100],
                f"{query.name} has no parameter {name[:100]!r}. It has: {', '.join(known)}.",
            )
        if name in given:
            raise BadParameter(name, f"{name} is given more than once.")
        given[name] = value
    return given


def _values(request: Request, query: Query, given: Mapping[str, str]) -> dict[str, Term]:
    """The terms of the query's parameters.

    Raises: BadParameter for one that is missing or not of its type.
    """
    values: dict[str, Term] = {}
    for parameter in query.parameters.values():
        value = given.get(parameter.name)
        if parameter.type is Type.LANGUAGE and parameter.name == "lang":
            asked = request.headers.get("accept-language")
            value = (value or language.preferred(asked)).split("-")[0] or "en"
        if value is None:
            if parameter.required:
                raise BadParameter(
                    parameter.name,
                    f"{parameter.name} is required: {parameter.description} "
                    f"For example {parameter.example}",
                )
            continue
        try:
            values[parameter.name] = parameter.term(value)
        except ParameterError as error:
            raise BadParameter(parameter.name, f"{parameter.name} {error.reason}.") from None
    return values


def _limit(query: Query, given: Mapping[str, str]) -> int:
    if query.page is None:
        return 0
    text = given.get("limit", str(query.page.default))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= query.page.most:
        raise BadParameter("limit", f"limit is a whole number from 1 to {query.page.most}.")
    return int(text)


def _key(query: Query, values: Mapping[str, Term]) -> str:
    """A hash of the question, whatever the page."""
    question = "\n".join((query.text, *(f"{name}={values[name]}" for name in sorted(values))))
    return cursors.key(question)


# OpenAPI.

_SCHEMAS: Mapping[Type, Mapping[str, Any]] = {
    Type.IRI: {"type": "string", "format": "iri", "maxLength": 2000},
    Type.STRING: {"type": "string", "maxLength": 2000},
    Type.INTEGER: {"type": "integer"},
    Type.DECIMAL: {"type": "number"},
    Type.DATE: {"type": "string", "format": "date"},
    Type.LANGUAGE: {"type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"},
    Type.BOOLEAN: {"type": "boolean"},
}


def _openapi(query: Query) -> dict[str, Any]:
    parameters = [_parameter(parameter) for parameter in query.parameters.values()]
    if query.page:
        parameters += [
            {
                "name": "limit",
                "in": "query",
                "description": "How many results come at once.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": query.page.most,
                    "default": query.page.default,
                },
            },
            {
                "name": "cursor",
                "in": "query",
                "description": "Where to go on: from `next` of the page before.",
                "schema": {"type": "string", "maxLength": 500},
            },
        ]
    parameters.append(
        {
            "name": "format",
            "in": "query",
            "description": "The representation; otherwise Accept says.",
            "schema": {"type": "string", "enum": list(results.FORMATS)},
        }
    )
    row = {
        "type": "object",
        "properties": {
            column.name: {
                "type": [_SCHEMAS[column.type]["type"], "null"],
                "description": column.description,
            }
            for column in query.returns
        },
    }
    page = {
        "type": "object",
        "required": ["query", "results", "generation", "missing"],
        "properties": {
            "query": {"type": "string"},
            "results": {"type": "array", "items": row},
            "generation": {"type": "string"},
            "missing": {
                "type": "array",
                "description": "What the answer rests on and the graph has none of.",
                "items": {
                    "type": "object",
                    "properties": {"needs": {"type": "string"}, "detail": {"type": "string"}},
                },
            },
            "next": {"type": "string", "description": "The next page, if there is one."},
        },
    }
    content: dict[str, Any] = {JSON: {"schema": page}, media.JSON: {}}
    content |= {
        media.CSV: {"schema": {"type": "string"}},
        media.TSV: {"schema": {"type": "string"}},
    }
    return {
        "parameters": parameters,
        "responses": {
            "200": {"description": "One page of the answer.", "content": content},
            "304": {"description": "The client has this answer already."},
            "406": {"$ref": "#/components/responses/Problem"},
            "410": {"$ref": "#/components/responses/Problem"},
            "422": {"$ref": "#/components/responses/Problem"},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = dict(_SCHEMAS[parameter.type])
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if parameter.type in (Type.INTEGER, Type.DECIMAL):
        for bound, name in ((parameter.least, "minimum"), (parameter.most, "maximum")):
            if bound is not None:
                schema[name] = float(str(bound))
    if parameter.default is not None:
        numeric = parameter.type in (Type.INTEGER, Type.DECIMAL)
        schema["default"] = float(parameter.default) if numeric else parameter.default
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
    }
    if parameter.example is not None:
        described["example"] = parameter.example
    return described
