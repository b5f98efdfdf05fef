"""Whatever is sent, the answer is one that the API describes, and the service goes on.

Bounded: a few examples for each route; every one is replayed by its seed.
"""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from app.api.application import create_app
from app.settings import Settings
from tests.api.conftest import Service

EXAMPLES = 3
WRONG_TYPES = ("text/plain", "application/xml", "multipart/form-data", "", "application/json;x")


@schemathesis.serializer(
    "application/n-triples", "application/sparql-query", "application/sparql-update"
)
def as_text(_: object, value: object) -> bytes:
    """What is sent where the description says text of a media type unknown to the tool."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi()).exclude(
    path_regex="^/(metrics|health|ready)$"
)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_every_route_answers_as_it_is_described(
    case: schemathesis.Case[Any], service: Service
) -> None:
    response = case.call(base_url=service.url, timeout=30)
    assert response.status_code != 500, response.text
    case.validate_response(
        response,
        checks=[not_a_server_error, content_type_conformance, response_schema_conformance],
        excluded_checks=[] if response.status_code != 503 else [not_a_server_error],
    )


def test_every_route_refuses_media_types_that_it_does_not_read(service: Service) -> None:
    described = service.client.get("/openapi.json").json()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            if "requestBody" not in operation:
                continue
            for wrong in WRONG_TYPES:
                answer = service.client.request(
                    method,
                    path,
                    params={"graph": "http://e.x/g"} if path == "/graphs" else None,
                    content=b"\x00\xff{]",
                    headers={"Content-Type": wrong, **service.bearer("admin")},
                )
                assert answer.status_code in (400, 415, 422), f"{method} {path} {wrong}"
                service.problem(answer, answer.status_code)
