"""One case, carried out over HTTP: None where it passes, else what is not as it should be."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import httpx
import pyoxigraph as ox

from tests.w3c import results
from tests.w3c.endpoint import Endpoint, dataset_of, named_in, parameters, using_parameters
from tests.w3c.suites import HOME, MF, RDFS, UT, Case, Dataset, Node, content

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
SD = "http://www.w3.org/ns/sparql-service-description#"
JSON = "application/sparql-results+json"
_CLEARED = re.compile(r"\b(?:CLEAR|DROP) ALL\s*;")
_LOCATION = "$LOCATION$"
_STATUS = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


def problem(case: Case, endpoint: Endpoint) -> str | None:
    """What is not as the case asks; None where all is."""
    kind = re.sub(r"1[12]$", "", case.kind)
    return _CHECKS[kind](case, endpoint)


def _syntax(case: Case, endpoint: Endpoint) -> str | None:
    text = content(case.document).decode()
    update = "Update" in case.kind
    if update:
        endpoint.changed()
        answer = endpoint.update(text)
    else:
        answer = endpoint.query(text, {}, "*/*")
    if case.kind.startswith("Positive"):
        # What was parsed but could not be done, as dropping a graph that is not there, is no error of syntax.
        parsed = answer.is_success or "The update cannot be carried out" in answer.text
        return None if parsed else _said(answer)
    return None if answer.status_code in (400, 403) else _said(answer)


def _evaluation(case: Case, endpoint: Endpoint) -> str | None:
    text = content(case.document).decode()
    held = case.data
    if held == Dataset():
        held = named_in(text, case.document)
    endpoint.hold(held, anew=False)
    expected = case.manifest.text(case.node, MF + "result")
    ending = expected.rpartition(".")[2]
    accept = {
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
        "srx": "application/sparql-results+xml",
    }
    graph = re.search(r"^\s*(CONSTRUCT|DESCRIBE)\b", text, re.I | re.M)
    asked = "application/n-triples" if graph else accept.get(ending, JSON)
    sent = f"BASE <{case.document}>\n{text}"
    answer = endpoint.query(sent, parameters(text, endpoint.named), asked)
    if answer.status_code != 200:
        return _said(answer)
    if ending == "csv":
        same = results.same_csv(content(expected), answer.content)
        return None if same else f"other solutions: {answer.text[:2000]}"
    distinct = case.manifest.text(case.node, MF + "resultCardinality").endswith("LaxCardinality")
    found: results.Answer
    if graph:
        found = results.graph(answer.content, ox.RdfFormat.N_TRIPLES)
    else:
        form = {"tsv": ox.QueryResultsFormat.TSV, "srx": ox.QueryResultsFormat.XML}
        found = results.solved(answer.content, form.get(ending, ox.QueryResultsFormat.JSON))
    if results.same(results.expected(expected), found, distinct=distinct):
        return None
    return ("another graph" if graph else "other solutions") + f": {answer.text[:2000]}"


def _update(case: Case, endpoint: Endpoint) -> str | None:
    endpoint.hold(case.data, anew=True)
    endpoint.changed()
    text = content(case.document).decode()
    using = using_parameters(text, endpoint.named)
    answer = endpoint.update(f"BASE <{case.document}>\n{text}", using)
    if not answer.is_success:
        return _said(answer)
    same = results.same(dataset_of(case.after), endpoint.dataset())
    return None if same else "another dataset"


def _requests(case: Case, endpoint: Endpoint) -> str | None:
    named = case.manifest.all(case.node, UT + "graphData")
    documents = [
        (case.manifest.text(one, RDFS + "label"), case.manifest.text(one, UT + "graph"))
        for one in named
    ]
    endpoint.hold(Dataset((), tuple(documents)), anew=True)
    endpoint.changed()
    made = ""
    for number, request in enumerate(case.manifest.items(case.action, HT + "requests"), 1):
        answer, said = _request(case, request, endpoint, made)
        if said:
            return f"request {number}: {said}"
        made = answer.headers.get("location", made)
    return None


def _request(
    case: Case, request: Node, endpoint: Endpoint, made: str
) -> tuple[httpx.Response, str | None]:
    """The answer to one request of a case, and what is not as it should be.

    ``made``: the IRI of the graph that an earlier request made.
    """
    say = case.manifest
    path = say.text(request, HT + "absolutePath")
    path = re.sub(r"^/sparql/", "/sparql", re.sub(r"^/gsp", "/graphs", path))
    path = path.replace(_LOCATION, quote(made, safe=""))
    body = say.one(request, HT + "body")
    encoding = (say.text(body, CNT + "characterEncoding") if body is not None else "") or "UTF-8"
    chars = say.text(body, CNT + "chars") if body is not None else ""
    # The service holds nothing that it could clear yet; clearing all is other cases' matter.
    chars = _CLEARED.sub("", chars)
    headers = dict(endpoint.admin)
    for header in say.items(request, HT + "headers"):
        headers[say.text(header, HT + "fieldName")] = say.text(header, HT + "fieldValue")
    answer = endpoint.client.request(
        say.text(request, HT + "methodName"), path, content=chars.encode(encoding), headers=headers
    )
    response = say.one(request, HT + "resp")
    assert response is not None
    statuses = [one.rpartition("#")[2] for one in say.texts(response, MF + "expectedStatus")]
    if not any(_is(answer.status_code, status) for status in statuses):
        return answer, _said(answer)
    wanted = say.one(response, HT + "body")
    if wanted is not None and say.text(wanted, CNT + "chars"):
        base = HOME + urlsplit(path).path
        expected = results.graph(
            say.text(wanted, CNT + "chars").encode(), ox.RdfFormat.TURTLE, base
        )
        found = results.graph(answer.content, ox.RdfFormat.TURTLE, base)
        if not results.same(expected, found):
            return answer, "another graph"
    return answer, _format(
        answer,
        say.text(response, MF + "expectedFormat"),
        say.text(response, MF + "expectedBoolean"),
    )


def _format(answer: httpx.Response, form: str, boolean: str) -> str | None:
    sent = answer.headers.get("content-type", "").partition(";")[0]
    if form == "RDF":
        return None if sent in ("text/turtle", "application/n-triples") else f"sent {sent}"
    if form in ("boolean", "tabular"):
        if sent != JSON:
            return f"sent {sent}"
        said = results.solved(answer.content, ox.QueryResultsFormat.JSON)
        if isinstance(said, bool) != (form == "boolean"):
            return f"no {form} answer"
        if boolean and said != (boolean == "true"):
            return f"answers {said}"
    return None


def _is(status: int, expected: str) -> bool:
    if found := re.fullmatch(r"StatusCode(\d)xx", expected):
        return status // 100 == int(found[1])
    return status == _STATUS[expected]


def _description(case: Case, endpoint: Endpoint) -> str | None:
    """The three statements on the service description, which the manifest makes in words."""
    answer = endpoint.client.get("/sparql", headers={"Accept": "text/turtle"})
    if answer.status_code != 200:
        return _said(answer)
    described = results.graph(answer.content, ox.RdfFormat.TURTLE)
    me = ox.NamedNode(f"{str(endpoint.client.base_url).rstrip('/')}/sparql")
    endpoints = [
        quad.object
        for quad in described.quads_for_predicate(ox.NamedNode(SD + "endpoint"))
        if quad.subject in _typed(described, "Service")
    ]
    match case.name:
        case "GET on endpoint returns RDF":
            return None if len(described) else "no RDF"
        case "Service description contains a matching sd:endpoint triple":
            return None if me in endpoints else f"endpoints {endpoints}"
        case "Service description conforms to schema":
            languages = described.quads_for_predicate(ox.NamedNode(SD + "supportedLanguage"))
            known = {SD + "SPARQL10Query", SD + "SPARQL11Query", SD + "SPARQL11Update"}
            stated = {str(quad.object)[1:-1] for quad in languages}
            return None if stated and stated <= known and len(endpoints) == 1 else "no such schema"
    return f"unknown case {case.name!r}"


def _typed(described: ox.Dataset, name: str) -> set[Node]:
    return {quad.subject for quad in described.quads_for_object(ox.NamedNode(SD + name))}


def _said(answer: httpx.Response) -> str:
    return f"status {answer.status_code}: {answer.text[:300]}"


_CHECKS: dict[str, Callable[[Case, Endpoint], str | None]] = {
    "PositiveSyntaxTest": _syntax,
    "NegativeSyntaxTest": _syntax,
    "PositiveUpdateSyntaxTest": _syntax,
    "NegativeUpdateSyntaxTest": _syntax,
    "QueryEvaluationTest": _evaluation,
    "CSVResultFormatTest": _evaluation,
    "UpdateEvaluationTest": _update,
    "ProtocolTest": _requests,
    "GraphStoreProtocolTest": _requests,
    "ServiceDescriptionTest": _description,
}
