"""Access tokens of an issuer: a real one on this machine, which signs, serves keys and rotates."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from app.addresses import is_safe
from app.api.errors import Unauthorized
from app.api.jwks import FLOOR_SECONDS, FRESH_SECONDS, MOST_BYTES, STALE_SECONDS, Keys
from app.api.oidc import MOST_CHARACTERS, Bearers, Oidc
from app.api.security import Role
from app.errors import Busy
from app.settings import Settings
from tests.api.conftest import Service, serving

AUDIENCE = "https://polku.example.org"
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass
class Issuer:
    """A running issuer: what it serves, and how often it was asked."""

    url: str = ""
    keys: dict[str, tuple[str, Private]] = field(default_factory=dict)
    asked: int = 0
    jwks: Callable[[], bytes] | None = None
    redirect: str = ""
    discovery: dict[str, str] = field(default_factory=dict)

    def add(self, kid: str, algorithm: str = "RS256") -> None:
        """A new key."""
        made: Private
        if algorithm.startswith(("RS", "PS")):
            made = rsa.generate_private_key(65537, 2048)
        elif algorithm == "EdDSA":
            made = ed25519.Ed25519PrivateKey.generate()
        else:
            made = ec.generate_private_key(ec.SECP256R1())
        self.keys[kid] = (algorithm, made)

    def listed(self) -> bytes:
        """The key set."""
        return json.dumps({"keys": [self.public(kid) for kid in self.keys]}).encode()

    def public(self, kid: str) -> dict[str, Any]:
        algorithm, key = self.keys[kid]
        made: dict[str, Any] = json.loads(
            jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key())
        )
        made.pop("key_ops", None)
        return made | {"kid": kid, "use": "sig", "alg": algorithm}

    def claims(self, **changed: object) -> dict[str, Any]:
        now = int(time.time())
        plain = {"iss": self.url, "aud": AUDIENCE, "sub": "jane", "iat": now, "exp": now + 300,
                 "roles": ["polku-researcher"]}  # fmt: skip
        return {name: one for name, one in {**plain, **changed}.items() if one is not None}

    def token(self, kid: str = "one", head: dict[str, Any] | None = None, **changed: object) -> str:
        """A token signed with the key."""
        algorithm, key = self.keys[kid]
        return jwt.encode(self.claims(**changed), key, algorithm, {"kid": kid, **(head or {})})


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked += 1
            if made.redirect:
                self.send_response(302)
                self.send_header("Location", made.redirect)
                self.end_headers()
                return
            if self.path == "/.well-known/openid-configuration":
                document = {"issuer": made.url, "jwks_uri": f"{made.url}/keys"} | made.discovery
                content = json.dumps(document).encode()
            else:
                content = made.jwks() if made.jwks else made.listed()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    made.add("one")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def settings(issuer: Issuer, **more: Any) -> Settings:
    return Settings(oidc_issuer=issuer.url, oidc_audience=AUDIENCE, **more)


@pytest.fixture
def oidc(issuer: Issuer, clock: Clock) -> Oidc:
    return Oidc(settings(issuer), Keys(issuer.url, clock=clock))


def refused(oidc: Oidc, token: str, why: str) -> None:
    with pytest.raises(Unauthorized, match=why):
        oidc.holder(token)


def test_a_token_gives_the_role_of_its_claim_and_names_no_one(oidc: Oidc, issuer: Issuer) -> None:
    who, role = oidc.holder(issuer.token())
    assert role is Role.researcher
    assert "jane" not in who
    assert oidc.holder(issuer.token())[0] == who
    assert oidc.holder(issuer.token(sub="john"))[0] != who


@pytest.mark.parametrize(
    ("claim", "value", "role"),
    [
        ("roles", ["polku-curator", "polku-reader", "other"], Role.curator),
        ("roles", None, Role.reader),
        ("roles", ["admin"], Role.reader),
        ("roles", [["polku-admin"], 1, None], Role.reader),
        ("scope", "openid polku-admin", Role.admin),
        ("realm_access.roles", {"roles": ["polku-admin"]}, Role.admin),
        ("realm_access.roles", ["polku-admin"], Role.reader),
    ],
)
def test_roles_come_from_the_claim_that_is_set(
    issuer: Issuer, claim: str, value: object, role: Role
) -> None:
    oidc = Oidc(settings(issuer, oidc_roles_claim=claim))
    stated: dict[str, Any] = {claim.split(".")[0]: value}
    assert oidc.holder(issuer.token(**stated))[1] is role


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "EdDSA"])
def test_other_signatures_by_a_private_key_are_taken(
    oidc: Oidc, issuer: Issuer, algorithm: str
) -> None:
    issuer.add("two", algorithm)
    assert oidc.holder(issuer.token("two"))[1] is Role.researcher


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "not valid"),
        ({"nbf": 2**32}, "not valid yet"),
        ({"aud": "https://other.example.org"}, "another audience"),
        ({"aud": None}, "not valid"),
        ({"iss": "https://other.example.org"}, "another issuer"),
        ({"iss": None}, "not valid"),
        ({"sub": None}, "not valid"),
    ],
)
def test_claims_that_do_not_hold_are_refused(
    oidc: Oidc, issuer: Issuer, changed: dict[str, Any], why: str
) -> None:
    refused(oidc, issuer.token(**changed), why)


def test_a_clock_a_little_off_is_forgiven(oidc: Oidc, issuer: Issuer) -> None:
    now = int(time.time())
    oidc.holder(issuer.token(exp=now - 15, nbf=now + 15))
    refused(oidc, issuer.token(exp=now - 120), "expired")


def _piece(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def test_unsigned_tokens_and_shared_secrets_are_refused(oidc: Oidc, issuer: Issuer) -> None:
    """Among them the public key taken for a secret: the confusion of algorithms."""
    for algorithm in ("none", "None", "", None, "HS256", ["RS256"]):
        head = _piece({"alg": algorithm, "kid": "one", "typ": "JWT"})
        body = f"{head}.{_piece(issuer.claims())}"
        public = (
            issuer.keys["one"][1]
            .public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        mac = hmac.new(public, body.encode(), hashlib.sha256).digest()
        for signature in ("", base64.urlsafe_b64encode(mac).rstrip(b"=").decode()):
            with pytest.raises(Unauthorized):
                oidc.holder(f"{body}.{signature}")
    assert issuer.asked == 0, "nothing is fetched for them"


def test_a_key_serves_its_own_algorithm_alone(oidc: Oidc, issuer: Issuer) -> None:
    key = issuer.keys["one"][1]
    refused(oidc, jwt.encode(issuer.claims(), key, "RS512", {"kid": "one"}), "does not have")
    issuer.add("two", "ES256")
    other = issuer.keys["two"][1]
    refused(oidc, jwt.encode(issuer.claims(), other, "ES256", {"kid": "one"}), "does not have")


def test_another_issuer_s_signature_and_changed_claims_are_refused(
    oidc: Oidc, issuer: Issuer
) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    refused(oidc, jwt.encode(issuer.claims(), stranger, "RS256", {"kid": "one"}), "not valid")
    head, _, signature = issuer.token().split(".")
    refused(oidc, f"{head}.{_piece(issuer.claims(roles=['polku-admin']))}.{signature}", "not valid")


def test_keys_in_the_token_itself_are_not_believed(oidc: Oidc, issuer: Issuer) -> None:
    mine = Issuer(url=issuer.url)
    mine.add("one")
    head = {"jwk": mine.public("one"), "jku": "http://127.0.0.1:1/keys"}
    refused(oidc, mine.token(head=head), "not valid")
    refused(oidc, issuer.token(head={"crit": ["b64"], "b64": True}), "no JSON Web Token|plain")
    refused(oidc, issuer.token(head={"typ": "logout+jwt"}), "plain")


def test_huge_and_broken_tokens_are_refused_before_anything_is_fetched(
    oidc: Oidc, issuer: Issuer
) -> None:
    refused(oidc, issuer.token(more="x" * MOST_CHARACTERS), "longer")
    deep = base64.urlsafe_b64encode(b"[" * 5_000).rstrip(b"=").decode()
    for token in ("a.b.c", "..", f"{deep}.{deep}.x", "é.é.é", "\x00.\x00.\x00"):
        refused(oidc, token, "no JSON Web Token")
    assert issuer.asked == 0


def test_keys_are_kept_and_fetched_anew_when_one_is_new(
    oidc: Oidc, issuer: Issuer, clock: Clock
) -> None:
    for _ in range(5):
        oidc.holder(issuer.token())
    assert issuer.asked == 2, "discovery and keys, once"
    clock.now += FLOOR_SECONDS + 1
    issuer.add("two")
    del_token = issuer.token("one")
    del issuer.keys["one"]
    assert oidc.holder(issuer.token("two"))[1] is Role.researcher
    refused(oidc, del_token, "does not have")


def test_unknown_keys_do_not_make_us_ask_again_and_again(
    oidc: Oidc, issuer: Issuer, clock: Clock
) -> None:
    oidc.holder(issuer.token())
    for number in range(50):
        refused(oidc, issuer.token(head={"kid": f"made up {number}"}), "does not have")
    assert issuer.asked == 2
    clock.now += FLOOR_SECONDS + 1
    for number in range(50):
        refused(oidc, issuer.token(head={"kid": f"made up {number}"}), "does not have")
    assert issuer.asked == 4


def test_a_key_that_was_taken_back_is_not_believed_after_an_hour(
    oidc: Oidc, issuer: Issuer, clock: Clock
) -> None:
    token = issuer.token()
    oidc.holder(token)
    issuer.add("two")
    del issuer.keys["one"]
    clock.now += FRESH_SECONDS + 1
    refused(oidc, token, "does not have")


def broken() -> bytes:
    return b"<html>down</html>"


def test_an_issuer_that_is_down_leaves_known_keys_for_a_day(
    oidc: Oidc, issuer: Issuer, clock: Clock
) -> None:
    oidc.holder(issuer.token())
    issuer.jwks = broken
    clock.now += FRESH_SECONDS + 1
    assert oidc.holder(issuer.token())[1] is Role.researcher
    clock.now += STALE_SECONDS
    with pytest.raises(Busy, match="keys"):
        oidc.holder(issuer.token())


def private(issuer: Issuer) -> bytes:
    algorithm, key = issuer.keys["one"]
    made = json.loads(jwt.get_algorithm_by_name(algorithm).to_jwk(key))
    return json.dumps({"keys": [made | {"kid": "one"}]}).encode()


@pytest.mark.parametrize(
    "jwks",
    [
        lambda _: broken(),
        lambda _: b"[]",
        lambda _: b'{"keys": 1}',
        lambda _: b'{"keys": []}',
        lambda _: b"[" * 100_000,
        lambda issuer: issuer.listed() + b" " * MOST_BYTES,
        lambda issuer: json.dumps({"keys": [issuer.public("one")] * 65}).encode(),
        lambda issuer: json.dumps({"keys": [issuer.public("one") | {"use": "enc"}]}).encode(),
        lambda _: b'{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "one"}]}',
        lambda _: b'{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "one"}]}',
        private,
    ],
)  # fmt: skip
def test_key_sets_that_cannot_be_used_are_not(
    oidc: Oidc, issuer: Issuer, jwks: Callable[[Issuer], bytes]
) -> None:
    issuer.jwks = lambda: jwks(issuer)
    with pytest.raises(Busy, match="keys"):
        oidc.holder(issuer.token())


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://other.example.org"},
        {"jwks_uri": "http://example.org/keys"},
        {"jwks_uri": "https://127.0.0.1/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://127.0.0.1:1/keys"},
    ],
)
def test_keys_are_fetched_from_the_issuer_alone(
    oidc: Oidc, issuer: Issuer, discovery: dict[str, str]
) -> None:
    issuer.discovery = discovery
    with pytest.raises(Busy, match="keys"):
        oidc.holder(issuer.token())
    assert issuer.asked == 1


def test_no_redirect_is_followed(oidc: Oidc, issuer: Issuer) -> None:
    issuer.redirect = f"{issuer.url}/elsewhere"
    with pytest.raises(Busy, match="keys"):
        oidc.holder(issuer.token())
    assert issuer.asked == 1


def test_addresses_of_issuers() -> None:
    assert is_safe("https://id.example.org/realm")
    assert is_safe("http://127.0.0.1:8080")
    for address in ("http://id.example.org", "ftp://127.0.0.1", "https://a:b@e.org", "https://",
                    "http://127.0.0.1.e.org", "http://localhost@e.org", "//e.org", "x"):  # fmt: skip
        assert not is_safe(address), address


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://id.example.org", "oidc_audience": AUDIENCE},
        {"oidc_issuer": "https://id.example.org"},
        {
            "oidc_issuer": "https://id.example.org",
            "oidc_audience": "a",
            "oidc_jwks": "http://e.org",
        },
        {"oidc_roles": {"boss": "king"}},
    ],
)
def test_settings_that_would_let_anyone_in_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="oidc"):
        Settings(**wrong)


def test_api_tokens_go_on_beside_the_issuer_s(issuer: Issuer, tmp_path: Path) -> None:
    bearers = Bearers(settings(issuer, data=tmp_path))
    assert bearers.any()
    assert bearers.role(bearers.create("curator")) is Role.curator
    assert bearers.role(issuer.token()) is Role.researcher
    assert bearers.holder(issuer.token(exp=1)) is None
    assert bearers.role("unknown") is None


def test_the_service_takes_them(issuer: Issuer, data: Path) -> None:
    chosen = settings(issuer, data=data)
    with serving(chosen, tokens=False) as service:
        client: Service = service

        def update(token: str) -> int:
            done = client.client.post(
                "/sparql",
                data={"update": "INSERT DATA { <http://e.x/a> <http://e.x/b> 1 }"},
                headers={"Authorization": f"Bearer {token}"},
            )
            if done.status_code >= 400:
                client.problem(done, done.status_code)
            return done.status_code

        assert update(issuer.token(roles=["polku-admin"])) == 204
        assert update(issuer.token()) == 403
        assert update(issuer.token(roles=["polku-admin"], exp=1)) == 401
        assert update("a.b.c") == 401
        running = client.client.get(
            "/sparql/running",
            headers={"Authorization": f"Bearer {issuer.token(roles=['polku-admin'])}"},
        )
        assert running.status_code == 200
        assert "jane" not in running.text
