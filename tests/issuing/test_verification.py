"""Credentials as people verify them, and the command line around it."""

from __future__ import annotations

import json
import random
import stat
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from app.credentials.document import walk
from app.errors import BadParameter, PolkuError, TooLarge, Unreadable
from app.issuing import keys, multibase
from app.issuing.integrity import signed
from app.issuing.issue import FORMATS
from app.issuing.issuer import Issuer
from app.issuing.verification import MOST_BYTES, read, verified
from tests.conftest import polku
from tests.credentials.offerings import COMPLETE
from tests.issuing.made import KEY, NOW, PERSON, credential
from tests.issuing.test_integrity import MINIMAL, PUBLIC, SECRET

WEB = "did:web:example.org"
ODD: list[Any] = [
    None, True, -1, 1e300, "", "a:b", "http://a b", [], {}, [None], {"@value": {"a": 1}},
    {"@id": 5}, {"@type": "@json", "@value": {}}, {"@value": "a", "@language": "!!"},
    {"@value": "a", "@type": "http://["}, {"en": 5}, {"@list": [{"@set": [1]}]},
    {"@context": None}, {"@import": "x"}, {"x": {"@id": "@type", "@container": "@index"}},
]  # fmt: skip
"""Values that are wrong in most places."""


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_credential_holds_in_its_time_and_not_outside_of_it(form: str) -> None:
    made = credential(form)
    assert verified(made, NOW).holds
    assert verified(made, NOW).issuer == KEY.public.did
    assert not verified(made, NOW).defines
    assert "valid from 2024-06-01" in verified(made, NOW - timedelta(seconds=1)).why
    assert "valid until 2124-06-01" in verified(made, datetime(2124, 6, 1, 12, tzinfo=UTC)).why


def test_terms_that_a_credential_defines_itself_are_told() -> None:
    made, own = credential("openBadges"), keys.from_multibase(SECRET)
    for changed in (
        signed(MINIMAL, own, own.public.method, NOW),
        {**made, "@context": [*made["@context"], {"title": "https://schema.org/name"}]},
        {**made, "issuer": {**made["issuer"], "@context": {"title": "https://schema.org/name"}}},
    ):
        assert verified(changed, NOW).holds
        assert verified(changed, NOW).defines


def test_whatever_is_read_is_judged_or_refused_in_words() -> None:
    documents = [credential(form) for form in sorted(FORMATS)]
    at = random.Random(20_271_102)
    for _ in range(150):
        made = deepcopy(at.choice(documents))
        places = [value for value, _ in walk(made) if isinstance(value, dict | list) and value]
        for _ in range(2):
            place = at.choice(places)
            odd = deepcopy(at.choice(ODD))
            if isinstance(place, dict):
                place[at.choice([*place, "@id", "@context", "@value", "x"])] = odd
            else:
                place[at.randrange(len(place))] = odd
        try:
            verified(made, NOW)
        except PolkuError as refused:
            assert refused.detail


def test_one_who_signs_in_another_s_name_is_found_out() -> None:
    stranger = keys.made()
    made = signed(MINIMAL, stranger, stranger.public.method, NOW)
    verdict = verified(made, NOW)
    assert "but" in verdict.why and stranger.public.did in verdict.why
    # Nor does it help to be told the stranger's key: the credential names another did:key.
    assert not verified(made, NOW, stranger.public).holds
    assert (
        "nobody answers"
        in verified(signed({**MINIMAL, "issuer": []}, KEY, KEY.public.method, NOW), NOW).why
    )


def test_an_issuer_that_is_no_did_key_is_verified_by_its_key() -> None:
    made = credential("openBadges", Issuer(KEY, f"{WEB}#key-1"))
    assert made["issuer"]["id"] == WEB
    assert "name the issuer's key" in verified(made, NOW).why
    assert verified(made, NOW, KEY.public).holds
    assert not verified(made, NOW, keys.made().public).holds


def test_what_is_no_credential_is_told_in_words() -> None:
    for content, error in (
        (b"{", Unreadable),
        (b"[]", Unreadable),
        (b'{"a":' * 40 + b"1" + b"}" * 40, Unreadable),
        (b" " * (MOST_BYTES + 1), TooLarge),
    ):
        with pytest.raises(error):
            read(content)
    assert read(json.dumps({"credential": MINIMAL, "signed": True}).encode()) == MINIMAL
    assert "no proof" in verified(read(b"{}"), NOW).why


def pem(key: Any, password: bytes | None = None) -> bytes:
    content: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption(),
    )
    return content


def test_a_key_is_read_in_every_form_and_others_are_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "key"
    multikey = {"type": "Multikey", "secretKeyMultibase": SECRET}
    for content in (
        keys.from_multibase(SECRET).pem(),
        SECRET.encode() + b"\n",
        json.dumps(multikey).encode(),
        json.dumps({**multikey, "publicKeyMultibase": PUBLIC}).encode(),
    ):
        file.write_bytes(content)
        file.chmod(0o600)
        assert keys.load(file, "--key").public.multibase == PUBLIC
    for content, why in (
        (pem(ec.generate_private_key(ec.SECP256R1())), "another kind"),
        (pem(ed25519.Ed25519PrivateKey.generate(), b"word"), "encrypted"),
        (json.dumps({**multikey, "publicKeyMultibase": "z6Mk"}).encode(), "another key's"),
        (multibase.encode(b"\x80\x26short").encode(), "not an Ed25519 key"),
        (PUBLIC.encode(), "not an Ed25519 key"),
        (b"\xff\xfe", "not text"),
        (b"x" * 20_000, "too large"),
    ):
        file.write_bytes(content)
        with pytest.raises(BadParameter, match=why):
            keys.load(file, "--key")


def test_a_key_is_not_shown_and_never_replaced(tmp_path: Path) -> None:
    key = keys.from_multibase(SECRET)
    assert SECRET not in repr(key) and PUBLIC in repr(key)
    keys.write(key, tmp_path / "key")
    with pytest.raises(BadParameter, match="never replaced"):
        keys.write(keys.made(), tmp_path / "key")


def test_a_key_is_made_a_credential_issued_and_verified_on_the_command_line(tmp_path: Path) -> None:
    key, out = tmp_path / "issuer.pem", tmp_path / "credential.json"
    made = polku("credential", "key", str(key))
    assert made.returncode == 0, made.stderr
    did = made.stdout.strip()
    assert did.startswith("did:key:z6Mk")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    offering, recipient = tmp_path / "offering.json", tmp_path / "recipient.json"
    offering.write_text(json.dumps(COMPLETE), encoding="utf-8")
    recipient.write_text(json.dumps(PERSON), encoding="utf-8")
    asked = ["credential", "issue", str(offering), "--to", str(recipient)]
    nowhere = ["--data", str(tmp_path / "none")]
    run = polku(
        *asked, *nowhere, "--format", "elm", "--legal-id", "VATFI-00000000",
        "--key", str(key), "--grade", "5", "--out", str(out),
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout == "" and f"Signed by {did}" in run.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    for arguments in ([], ["--key", did]):
        held = polku("credential", "verify", str(out), *arguments)
        assert held.returncode == 0, held.stdout
        assert did in held.stdout
    tampered = deepcopy(json.loads(out.read_text(encoding="utf-8")))
    tampered["credentialSubject"]["hasClaim"]["provenBy"]["grade"]["noteLiteral"]["en"] = "1"
    out.write_text(json.dumps(tampered), encoding="utf-8")
    held = polku("credential", "verify", str(out))
    assert held.returncode == 1 and "changed after it was signed" in held.stdout


def test_the_command_line_says_what_lacks_and_that_nothing_is_signed(tmp_path: Path) -> None:
    offering, recipient = tmp_path / "offering.json", tmp_path / "recipient.json"
    short = {name: one for name, one in COMPLETE.items() if name != "qualityAssurance"}
    offering.write_text(json.dumps(short), encoding="utf-8")
    recipient.write_text('{"name": "Aino Example"}', encoding="utf-8")
    asked = [
        "credential", "issue", str(offering), "--to", str(recipient), "--format", "openBadges",
        "--data", str(tmp_path / "none"),
    ]  # fmt: skip
    run = polku(*asked)
    assert run.returncode == 1
    assert "/offering/qualityAssurance" in run.stderr and "Traceback" not in run.stderr
    run = polku(*asked, "--accept", "qualityAssurance")
    assert run.returncode == 0, run.stderr
    assert "Not stated by the offering: qualityAssurance" in run.stderr
    assert "not signed" in run.stderr
    assert "proof" not in json.loads(run.stdout)
