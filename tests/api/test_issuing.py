"""``POST /credentials/issue`` over HTTP; the room's own tests say what a credential is."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.api.issuing import IssuedCredential
from app.errors import BadParameter
from app.issuing import keys
from app.issuing.integrity import verify
from app.log import JsonLines
from app.main import configuration
from app.settings import Settings
from tests.api.conftest import Service, serving
from tests.credentials.offerings import COMPLETE

ROUTE = "/credentials/issue"
MICRO_CREDENTIAL = "https://w3id.org/polku/credential/aalto/SAMPLE-MC-DATA"
NAME = "Aino-Xylitol Näkymätön"
REQUEST: dict[str, Any] = {
    "offering": COMPLETE,
    "recipient": {"name": NAME, "email": "aino.xylitol@example.org"},
    "format": "openBadges",
}


@pytest.fixture(scope="module")
def signing(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with a key."""
    folder = tmp_path_factory.mktemp("signing")
    keys.write(keys.made(), folder / "key.pem")
    shutil.copytree(sample, folder / "data")
    settings = Settings(
        data=folder / "data", issuer_key=folder / "key.pem", issuer_legal_id="VATFI-00000000"
    )
    with serving(settings) as running:
        yield running


@pytest.mark.parametrize("form", ["openBadges", "elm"])
def test_a_curator_is_given_a_signed_credential(signing: Service, form: str) -> None:
    answer = signing.client.post(
        ROUTE, json={**REQUEST, "format": form}, headers=signing.bearer("curator")
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["polku-signed"] == "true"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    IssuedCredential.model_validate(body)
    assert body["signed"] and body["notice"] is None and body["lacks"] == []
    assert verify(body["credential"], datetime.now(UTC)).method == body["verificationMethod"]


def test_without_a_key_the_answer_says_that_it_is_not_signed(service: Service) -> None:
    answer = service.client.post(ROUTE, json=REQUEST, headers=service.bearer("admin"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["polku-signed"] == "false"
    body = answer.json()
    assert not body["signed"] and "POLKU_ISSUER_KEY" in body["notice"]
    assert body["verificationMethod"] is None and "proof" not in body["credential"]


def test_an_offering_of_the_graph_is_named_by_its_iri(signing: Service) -> None:
    asked = {**REQUEST, "offering": MICRO_CREDENTIAL}
    problem = signing.problem(
        signing.client.post(ROUTE, json=asked, headers=signing.bearer("curator")), 422
    )
    lacks = [one["pointer"].removeprefix("/offering/") for one in problem["errors"]]
    assert "qualityAssurance" in lacks
    assert all(one["detail"] for one in problem["errors"])
    answer = signing.client.post(
        ROUTE, json={**asked, "accept": ["inferred", *lacks]}, headers=signing.bearer("curator")
    )
    assert answer.status_code == 200, answer.text
    achievement = answer.json()["credential"]["credentialSubject"]["achievement"]
    assert achievement["id"] == MICRO_CREDENTIAL
    # Its skills have the names that the graph knows.
    names = [one["targetName"] for one in achievement["alignment"]]
    assert names and not any(one.startswith("http") for one in names)


def test_gaps_are_told_in_the_language_asked_for(service: Service) -> None:
    asked = {**REQUEST, "offering": {"title": {"fi": "Kyselyt"}}}
    answer = service.client.post(
        ROUTE, params={"lang": "fi"}, json=asked, headers=service.bearer("curator")
    )
    told = {one["pointer"]: one["detail"] for one in service.problem(answer, 422)["errors"]}
    assert told["/offering/workload"].startswith("Laskennallinen työmäärä: ")


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("reader", 403), ("researcher", 403)])
def test_nobody_else_issues(service: Service, role: str | None, status: int) -> None:
    headers = service.bearer(role) if role else {}
    service.problem(service.client.post(ROUTE, json=REQUEST, headers=headers), status)


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"{}", "text/plain", 415),
        (b" " * 400_000, "application/json", 413),
        (b'{"offering":' + b'{"a":' * 900, "application/json", 400),
        (
            b'{"offering":' + b'{"a":' * 50 + b"1" + b"}" * 50 + b',"recipient":{"name":"A"},'
            b'"format":"elm"}',
            "application/json",
            400,
        ),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    service: Service, content: bytes, media: str, status: int
) -> None:
    headers = {"Content-Type": media, **service.bearer("curator")}
    service.problem(service.client.post(ROUTE, content=content, headers=headers), status)


def test_the_recipient_is_neither_logged_nor_stored(
    signing: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong: list[dict[str, Any]] = [
        {},
        {"format": "elm"},
        {"format": "pdf"},
        {"offering": {}},
        {"offering": "https://example.org/unknown"},
        {"recipient": {"id": NAME}},
        {"recipient": {"name": NAME, "nickname": NAME}},
        {"recipient": {"name": NAME, "email": NAME}},
        {"offering": {**COMPLETE, "title": {"en": "\u0000"}}},
    ]
    answers = [
        signing.client.post(ROUTE, json={**REQUEST, **one}, headers=signing.bearer("curator"))
        for one in wrong
    ]
    assert [one.status_code for one in answers[:2]] == [200, 200]
    refused = [one for one in answers if one.status_code != 200]
    assert len(refused) >= 6
    said = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert ROUTE in said, "the log is heard at all"
    held = [said.encode(), *(one.content for one in refused)]
    held += [one.read_bytes() for one in signing.data.rglob("*") if one.is_file()]
    for word in ("Xylitol", "xylitol", "Näkymätön", "N\\u00e4kym"):
        assert not any(word.encode() in one for one in held), word


def key_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    file = folder / "key"
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_a_key_that_cannot_be_used_is_told_at_the_start(tmp_path: Path) -> None:
    good = keys.made()
    for content, mode, why in (
        (good.pem(), 0o640, "chmod 600"),
        (
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            0o600,
            "no private key",
        ),
        (b"secret words", 0o600, "base58btc"),
        (b'{"type": "Multikey"}', 0o600, "secretKeyMultibase"),
        (b"", 0o600, "base58btc"),
    ):
        file = key_file(tmp_path, content, mode)
        with pytest.raises(BadParameter, match=why) as refused:
            configuration(Settings(data=tmp_path, issuer_key=file))
        assert refused.value.param == "POLKU_ISSUER_KEY"
        assert "secret words" not in refused.value.detail
        file.unlink()
    with pytest.raises(BadParameter, match="No such file"):
        configuration(Settings(data=tmp_path, issuer_key=tmp_path / "none"))
    with pytest.raises(BadParameter, match="not set"):
        configuration(Settings(data=tmp_path, issuer_method="did:web:example.org#key"))
    with pytest.raises(BadParameter, match="another key"):
        configuration(
            Settings(
                data=tmp_path,
                issuer_key=key_file(tmp_path, good.pem()),
                issuer_method=keys.made().public.method,
            )
        )
