"""Asking another service: its name is resolved once, its address checked, its certificate held."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.api.ask import Asker
from app.errors import ServiceFailed
from app.settings import Settings
from tests.federation.servers import ROWS, Server, plain, serving

NAME = "remote.example"
QUERY = b"SELECT * WHERE { ?s ?p ?o . }"
PUBLIC = "192.0.9.1"
SECONDS = 2.0


class Names:
    """A resolver whose answers follow one another, the last for ever; it counts who asks."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def asked(asker: Asker, service: str) -> bytes | None:
    async def within() -> bytes | None:
        async with asyncio.timeout(SECONDS):
            return await asker.ask(service, QUERY, 10_000)

    return asyncio.run(within())


@pytest.fixture
def inner() -> Iterator[Server]:
    """A server of the inner network, which nobody may reach."""
    with serving() as server:
        server.replies["/sparql"] = plain
        yield server


def test_a_name_that_is_public_when_checked_and_private_when_asked_leads_nowhere(
    inner: Server,
) -> None:
    names = Names([PUBLIC], ["127.0.0.1"])
    port = inner.url.rpartition(":")[2]
    asker = Asker(Settings(), names)
    with pytest.raises((ServiceFailed, TimeoutError)):  # the public address is none of ours
        asked(asker, f"http://{NAME}:{port}/sparql")
    assert names.asked == [NAME], "what was checked is what is connected to"
    with pytest.raises(ServiceFailed, match=r"127\.0\.0\.1, which is no public address"):
        asked(asker, f"http://{NAME}:{port}/sparql")
    assert inner.asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        [PUBLIC, "127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["fe80::1%eth0"],
        ["0.0.0.1"],
    ],
)
def test_a_name_of_an_inner_address_is_not_asked(inner: Server, addresses: list[str]) -> None:
    port = inner.url.rpartition(":")[2]
    with pytest.raises(ServiceFailed, match="POLKU_SERVICE_PRIVATE"):
        asked(Asker(Settings(), Names(addresses)), f"http://{NAME}:{port}/sparql")
    assert inner.asked == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "[::1]"])
def test_however_this_machine_is_written_it_is_not_asked(inner: Server, host: str) -> None:
    port = inner.url.rpartition(":")[2]
    with pytest.raises(ServiceFailed):
        asked(Asker(Settings()), f"http://{host}:{port}/sparql")
    assert inner.asked == []


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, ssl.SSLContext]]:
    """A server with a certificate for ``NAME``, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    open_ = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, open_) + made.public_bytes(pem)
    )
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(file)
    trusting = ssl.create_default_context(cadata=made.public_bytes(pem).decode())
    with serving(theirs) as server:
        server.replies["/sparql"] = plain
        yield server, trusting


def test_the_address_is_asked_by_tls_for_the_name(
    certified: tuple[Server, ssl.SSLContext],
) -> None:
    server, trusting = certified
    port = server.url.rpartition(":")[2]
    names = Names(["127.0.0.1"])
    asker = Asker(Settings(service_private=True), names, trusting)
    assert asked(asker, f"https://{NAME}:{port}/sparql") == ROWS
    assert names.asked == [NAME]
    assert server.asked == [("/sparql", QUERY.decode())]


def test_a_certificate_of_another_name_or_of_nobody_s_is_refused(
    certified: tuple[Server, ssl.SSLContext],
) -> None:
    server, trusting = certified
    server.asked.clear()
    port = server.url.rpartition(":")[2]
    private = Settings(service_private=True)
    for asker, name in (
        (Asker(private, Names(["127.0.0.1"]), trusting), "other.example"),
        (Asker(private, Names(["127.0.0.1"])), NAME),
    ):
        with pytest.raises(ServiceFailed, match="certificate"):
            asked(asker, f"https://{name}:{port}/sparql")
    assert server.asked == []


@pytest.mark.parametrize(
    "service",
    ["https://me:pw@e.x/sparql", "https://me@e.x/sparql", "ftp://e.x/", "file:///etc/passwd", "e.x",
     "https://e.x/#here", "https:///sparql", "https://e.x/a b", "https://\u00e4.x/", "https://e.x:x/"],
)  # fmt: skip
def test_a_setting_that_names_no_endpoint_or_holds_a_password_is_refused(service: str) -> None:
    with pytest.raises(ValueError, match="without user, password and fragment"):
        Settings(service_allow=[service])


def test_the_setting_is_a_list_in_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POLKU_SERVICE_ALLOW", '["https://query.wikidata.org/sparql"]')
    assert Settings(data=tmp_path).service_allow == ["https://query.wikidata.org/sparql"]
