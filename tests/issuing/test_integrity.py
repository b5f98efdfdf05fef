"""Proofs: the W3C's own example byte for byte, and another implementation in both directions."""

from __future__ import annotations

import hashlib
import random
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import TooLarge, Unreadable
from app.issuing import keys, linked
from app.issuing.integrity import Invalid, hashed, signed, verify
from app.issuing.linked import CREDENTIALS, canonical
from tests.issuing.independent import ask

NOW = datetime(2027, 1, 2, tzinfo=UTC)

# Source: W3C, Data Integrity EdDSA Cryptosuites 1.0, appendix B.1 (Representation:
# eddsa-rdfc-2022). © W3C, Software and Document licence.
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"  # noqa: S105 - published
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
EXAMPLES = {
    "https://www.w3.org/ns/credentials/examples/v2": {
        "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
    }
}
ALUMNI: dict[str, Any] = {
    "@context": [CREDENTIALS, "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
METHOD = f"https://vc.example/issuers/5678#{PUBLIC}"
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
PROOF_HASH = "4c4d3890a157f8d611b13c265c2c22f39aa0a567c7c7dd9ba3e45cd579784eeb"
DOCUMENT_HASH = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
PROOF_VALUE = (
    "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9"
)

KEY = keys.from_multibase(SECRET)
MINIMAL: dict[str, Any] = {
    "@context": [CREDENTIALS, {"score": "https://example.org/score"}],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc34",
    "type": ["VerifiableCredential"],
    "issuer": KEY.public.did,
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:abcdefgh",
        "name": 'Pöllö 🦉 "\\\t\u0001\u007f',
        # Not 1e-7: the other implementation takes it for the whole number 0.
        "score": [10.0, 2.5, 0.05, 1e21, 123456789, -3, True],
    },
}


def test_the_example_of_the_w3c_is_signed_byte_for_byte() -> None:
    made = signed(ALUMNI, KEY, METHOD, CREATED, EXAMPLES)
    assert KEY.public.multibase == PUBLIC
    (proof,) = made["proof"]
    assert hashed(ALUMNI, proof, EXAMPLES).hex() == PROOF_HASH + DOCUMENT_HASH
    assert proof["proofValue"] == PROOF_VALUE
    assert verify(made, NOW, KEY.public, EXAMPLES) == KEY.public


def test_the_context_of_credentials_is_the_one_whose_digest_the_w3c_publishes() -> None:
    file = Path(linked.__file__).parent / "contexts" / linked.BUNDLED[CREDENTIALS]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert digest == "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"


def changed(value: Any, at: random.Random) -> Any:
    """The document with one text, number or name in it changed."""
    made = deepcopy(value)
    node, steps = made, 0
    while True:
        key = at.choice(sorted(node, key=str) if isinstance(node, dict) else range(len(node)))
        child = node[key]
        steps += 1
        if isinstance(child, dict | list) and child:
            node = child
        elif isinstance(child, bool):
            node[key] = not child
            return made
        elif isinstance(child, int | float):
            node[key] = child * 2 + 1
            return made
        elif isinstance(child, str):
            letter = at.randrange(len(child))
            node[key] = (
                child[:letter] + ("a" if child[letter] != "a" else "b") + child[letter + 1 :]
            )
            return made


@given(st.integers(min_value=0, max_value=10**9))
def test_whatever_is_changed_after_signing_is_found(seed: int) -> None:
    whole = signed(MINIMAL, KEY, KEY.public.method, CREATED)
    tampered = changed(whole, random.Random(seed))
    with pytest.raises((Invalid, Unreadable)):
        verify(tampered, NOW)
        # Two documents that say the same are one: the proof holds as long as the quads do.
        if canonical({**tampered, "proof": []}) == canonical({**whole, "proof": []}):
            raise Invalid


def test_what_no_context_defines_is_refused_and_not_left_unsigned() -> None:
    for held in (
        {**MINIMAL, "nickname": "Owl"},
        {**MINIMAL, "credentialSubject": {"id": "relative", "name": "Owl"}},
        {**MINIMAL, "type": ["VerifiableCredential", "Relative"]},
        {**MINIMAL, "_:nameless": "Owl"},
        {**MINIMAL, "@container": "Owl"},
        {**MINIMAL, "score": {"@value": "1", "@direction": "ltr"}},
        {**MINIMAL, "@context": [CREDENTIALS, {"note": "@index"}], "note": "Owl"},
        {**MINIMAL, "@context": [CREDENTIALS, {"score": None}], "score": 1},
        {**MINIMAL, "@context": [CREDENTIALS, "https://example.org/other"]},
        {**MINIMAL, "@context": [CREDENTIALS, {"name": "https://example.org/another-name"}]},
    ):
        with pytest.raises(Unreadable):
            signed(held, KEY, KEY.public.method, CREATED)


def test_a_refusal_does_not_repeat_what_the_document_holds() -> None:
    held = {**MINIMAL, "validFrom": {"@value": "Aino Example", "@language": 7}}
    with pytest.raises(Unreadable) as refused:
        signed(held, KEY, KEY.public.method, CREATED)
    assert "Aino" not in str(refused.value)
    assert "Aino" not in str(refused.value.__cause__)


def nameless(pairs: list[tuple[int, int]]) -> dict[str, Any]:
    """A credential whose subjects are nameless and know each other."""
    return {
        "@context": [
            CREDENTIALS,
            {"knows": {"@id": "https://example.org/knows", "@type": "@id"}},
        ],
        "type": "VerifiableCredential",
        "credentialSubject": [{"id": f"_:n{one}", "knows": f"_:n{other}"} for one, other in pairs],
    }


@pytest.mark.parametrize(
    "pairs",
    [
        [(hub, 10 * (hub + 1) + n) for hub in (0, 1) for n in range(6)],
        [(one, 6 + other) for one in range(6) for other in range(6)],
        [(one, (one + 1) % 300) for one in range(300)],
        [(one, other) for one in range(7) for other in range(7) if one != other],
    ],
    ids=["two stars", "two by two", "ring", "all with all"],
)
def test_a_document_made_to_take_forever_is_refused_at_once(pairs: list[tuple[int, int]]) -> None:
    with pytest.raises(TooLarge, match="alike"):
        canonical(nameless(pairs))


def test_nameless_things_that_can_be_told_apart_are_many() -> None:
    held = nameless([])
    held["credentialSubject"] = [
        {"name": f"Owl {number}", "knows": {"name": "Lake", "knows": {"name": f"{number}"}}}
        for number in range(200)
    ]
    assert canonical(held).count(b"c14n") > 600


@pytest.mark.parametrize(
    ("proof", "why"),
    [
        ({"cryptosuite": "eddsa-jcs-2022"}, "cryptosuite"),
        ({"proofPurpose": "authentication"}, "proofPurpose"),
        ({"expires": "2026-01-01T00:00:00Z"}, "expired"),
        ({"created": "yesterday"}, "created"),
        ({"verificationMethod": METHOD}, "no did:key"),
        ({"verificationMethod": "did:key:zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9"}, "another kind"),
        ({"verificationMethod": keys.made().public.method}, "changed"),
        ({"proofValue": "z"}, "64 bytes"),
        ({"proofValue": "u0OI"}, "base58btc"),
        ({"previousProof": "urn:x"}, "leans"),
    ],
)
def test_a_proof_that_does_not_hold_is_refused_with_its_reason(
    proof: dict[str, str], why: str
) -> None:
    made = signed(MINIMAL, KEY, KEY.public.method, CREATED)
    made["proof"] = [{**made["proof"][0], **proof}]
    with pytest.raises(Invalid, match=why):
        verify(made, NOW)


def test_a_document_without_a_proof_or_with_a_second_bad_one_is_refused() -> None:
    made = signed(MINIMAL, KEY, KEY.public.method, CREATED)
    for proofs in (
        None,
        [],
        [*made["proof"], {**made["proof"][0], "created": "2023-01-01T00:00:00Z"}],
    ):
        with pytest.raises(Invalid):
            verify({**made, "proof": proofs}, NOW)
    with pytest.raises(Invalid, match="not with"):
        verify(made, NOW, keys.made().public)


@pytest.mark.usefixtures("verifier")
def test_another_implementation_accepts_ours_and_we_accept_its_own() -> None:
    made = signed(MINIMAL, KEY, KEY.public.method, CREATED)
    tampered = deepcopy(made)
    tampered["credentialSubject"]["score"][0] = 11
    good, bad = ask(task="verify", documents=[made, tampered])
    assert good == {"verified": True}
    assert not bad["verified"] and "signature" in bad["why"]
    theirs = ask(
        task="issue",
        document=MINIMAL,
        secret={
            "type": "Multikey",
            "id": KEY.public.method,
            "controller": KEY.public.did,
            "publicKeyMultibase": PUBLIC,
            "secretKeyMultibase": SECRET,
        },
    )
    assert verify(theirs, NOW) == KEY.public
    theirs["credentialSubject"]["name"] += "!"
    with pytest.raises(Invalid):
        verify(theirs, NOW)


@pytest.mark.usefixtures("verifier")
def test_anything_else_in_json_ld_is_signed_with_the_context_of_data_integrity() -> None:
    held = {
        "@context": ["https://w3id.org/security/data-integrity/v2", MINIMAL["@context"][1]],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc35",
        "score": 5,
    }
    made = signed(held, KEY, KEY.public.method, CREATED)
    assert verify(made, NOW) == KEY.public
    assert ask(task="quads", documents=[made]) == [canonical(made).decode()]


def datasets(count: int) -> list[str]:
    """Small graphs in which nameless things are hard to tell apart, and some with odd texts."""
    at = random.Random(20_271_101)
    made = []
    for _ in range(count):
        nodes = [f"_:n{number}" for number in range(at.randint(1, 6))]
        lines = set()
        for _ in range(at.randint(1, 12)):
            graph = at.choice(["", f" {at.choice(nodes)}", " <http://x/g>"])
            value = at.choice([*nodes, "<http://x/o>", '"a\\u0007\\t\\"ä"@en', '"1"^^<http://x/d>'])
            lines.add(f"{at.choice(nodes)} <http://x/{at.choice('pq')}> {value}{graph} .\n")
        made.append("".join(sorted(lines)))
    return made


@pytest.mark.usefixtures("verifier")
def test_canonical_quads_are_those_of_another_implementation() -> None:
    asked = datasets(400)
    for dataset, expected in zip(asked, ask(task="canonize", datasets=asked), strict=True):
        held = ox.Dataset(ox.parse(dataset, format=ox.RdfFormat.N_QUADS))
        held.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        assert "".join(sorted(f"{quad} .\n" for quad in held)) == expected, dataset


def test_a_credential_is_the_same_however_its_json_is_laid_out() -> None:
    made = signed(MINIMAL, KEY, KEY.public.method, CREATED)
    turned = orjson.loads(orjson.dumps(dict(reversed(made.items())), option=orjson.OPT_INDENT_2))
    assert verify(turned, NOW) == KEY.public
