"""Credentials: what their formats' schemas and shapes ask for, what they say, and of whom."""

from __future__ import annotations

import base64
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import orjson
import pytest
from pyshacl import validate
from rdflib import Graph

from app.credentials.profiles import profile
from app.errors import BadParameter, Forbidden, NotFound, PolkuError, TooLarge
from app.exports.formats import Lacking
from app.issuing import keys
from app.issuing.errors import NotEnough
from app.issuing.integrity import Invalid, verify
from app.issuing.issue import FORMATS
from app.issuing.issuer import Issuer
from app.issuing.linked import OPEN_BADGES, canonical
from app.issuing.request import MOST_BYTES, parse
from tests.credentials.offerings import COMPLETE, IRI, SKILL
from tests.issuing.independent import ask
from tests.issuing.made import ISSUER, KEY, NOW, PERSON, credential, issued, request

SHAPES = ("EDC-generic-no-cv.ttl", "EDC-generic-full.ttl")
real = pytest.mark.real_data
every = pytest.mark.parametrize("form", sorted(FORMATS))


def badge_schema(real_data: Path) -> jsonschema_rs.Validator:
    file = real_data / "schemas/openbadges/achievementcredential.schema.json"
    return jsonschema_rs.validator_for(json.loads(file.read_text()), validate_formats=True)


def shacl(real_data: Path, document: dict[str, Any]) -> str:
    """What ELM's own EDC shapes say against the credential; "" if nothing."""
    shapes = Graph()
    for name in SHAPES:
        shapes.parse(real_data / "vocabularies/elm/ap/edc" / name)
    # Its pattern of addresses is written for Java, which Python's engine cannot read.
    for triple in list(shapes.triples((None, None, None))):
        if str(triple[1]).endswith("#pattern") and "(?i)" in str(triple[2]):
            shapes.remove(triple)
    lines = canonical({name: one for name, one in document.items() if name != "proof"})
    conforms, _, said = validate(
        Graph().parse(data=lines.decode(), format="nt"), shacl_graph=shapes
    )
    return "" if conforms else str(said)


@real
def test_a_badge_fits_the_published_schema_signed_or_not(real_data: Path) -> None:
    schema = badge_schema(real_data)
    for made in (
        credential("openBadges"),
        credential("openBadges", Issuer()),
        credential("openBadges", recipient={"name": "Aino"}, grade=None, validUntil=None),
    ):
        assert [str(error)[:300] for error in schema.iter_errors(made)] == []
    del made["credentialSubject"]
    assert not schema.is_valid(made)


@real
def test_an_elm_credential_conforms_to_elm_s_own_shapes(real_data: Path) -> None:
    made = credential("elm")
    assert shacl(real_data, made) == ""
    assert shacl(real_data, credential("elm", lang="fi", recipient={"name": "A"}, grade=None)) == ""
    del made["issuer"]["eIDASIdentifier"]
    assert "legal identifier" in shacl(real_data, made)


@real
def test_our_context_of_badges_says_what_the_published_one_says(real_data: Path) -> None:
    file = real_data / "schemas/openbadges/context-3.0.2.json"
    made = credential("openBadges")
    # 3.0.3 has a term for the language, and one of another IRI, more than 3.0.2.
    del made["credentialSubject"]["achievement"]["inLanguage"]
    address = OPEN_BADGES.replace("3.0.3", "3.0.2")
    older = {**made, "@context": [made["@context"][0], address]}
    told = canonical(older, {address: orjson.loads(file.read_bytes())}).decode()
    assert "html#achievement-0>" in told
    assert canonical(made).decode() == told.replace("html#achievement-0>", "html#achievement>")


@pytest.mark.usefixtures("verifier")
def test_the_published_contexts_make_the_same_quads_of_both_formats() -> None:
    documents = [credential(form) for form in sorted(FORMATS)]
    for ours, theirs in zip(documents, ask(task="quads", documents=documents), strict=True):
        assert canonical(ours).decode() == theirs


@pytest.mark.usefixtures("verifier")
def test_another_implementation_verifies_both_formats_and_refuses_what_was_changed() -> None:
    documents = [credential(form) for form in sorted(FORMATS)]
    tampered = deepcopy(documents)
    tampered[0]["credentialSubject"]["hasClaim"]["title"]["en"] += "!"
    tampered[1]["validUntil"] = "2099-01-01T00:00:00Z"
    answers = ask(task="verify", documents=[*documents, *tampered])
    assert answers[:2] == [{"verified": True}] * 2
    for one, changed in zip(answers[2:], tampered, strict=True):
        assert not one["verified"] and "signature" in one["why"]
        with pytest.raises(Invalid):
            verify(changed, NOW)


@every
def test_a_credential_is_signed_by_the_issuer_and_says_when_it_is_valid(form: str) -> None:
    made = credential(form)
    assert verify(made, NOW) == KEY.public
    assert made["issuer"]["id"] == KEY.public.did
    assert made["validFrom"] == "2024-06-01T12:00:00Z"
    assert made["validUntil"] == "2124-06-01T12:00:00Z"
    assert made["id"] != credential(form)["id"]


@every
def test_without_a_key_it_is_not_signed_and_names_the_university_itself(form: str) -> None:
    made = issued(form, Issuer(legal_id="x"))
    assert not made.is_signed
    assert "proof" not in made.credential
    assert made.credential["issuer"]["id"] == "https://ror.org/020hwjq30"


def test_a_badge_holds_the_achievement_and_no_address_in_clear() -> None:
    made = credential("openBadges")
    subject = made["credentialSubject"]
    assert subject["id"] == PERSON["id"]
    assert subject["creditsEarned"] == 5
    assert subject["result"][0]["value"] == "5/5"
    assert subject["achievement"]["id"] == IRI
    assert SKILL in [one["targetUrl"] for one in subject["achievement"]["alignment"]]
    assert len(subject["identifier"]) == 4
    hashed = next(one for one in subject["identifier"] if one["identityType"] == "emailAddress")
    digest = hashlib.sha256((PERSON["email"] + hashed["salt"]).encode()).hexdigest()
    assert hashed["identityHash"] == f"sha256${digest}"
    whole = orjson.dumps(made).decode()
    assert PERSON["email"] not in whole and "1999" not in whole
    assert "Aino Example" in whole


def test_whole_numbers_are_written_as_such() -> None:
    whole = orjson.dumps(credential("openBadges")).decode()
    assert '"creditsEarned":5,' in whole and '"creditsAvailable":5,' in whole
    half = orjson.dumps(credential("openBadges", offering=lacking(workload={"ects": 2.5}))).decode()
    assert '"creditsEarned":2.5,' in half and '"creditsAvailable":2.5,' in half


def test_a_badge_says_also_what_its_format_has_no_field_for() -> None:
    achievement = credential("openBadges", lang="sv")["credentialSubject"]["achievement"]
    narrative = achievement["criteria"]["narrative"]
    for said in ("FIN", "PT135H", "online", "The university’s audit.", "identity cards"):
        assert said in narrative
    assert "Kvalitetssäkring: The university’s audit." in narrative


def test_an_elm_credential_holds_the_person_the_claim_and_a_picture_of_both() -> None:
    made = credential("elm", lang="fi")
    person = made["credentialSubject"]
    assert person["fullName"] == {"fi": "Aino Example"}
    assert person["contactPoint"]["emailAddress"]["id"] == "mailto:aino@example.org"
    claim = person["hasClaim"]
    assert claim["title"]["fi"] == "Kyselyt työssä"
    assert claim["creditReceived"]["point"] == "5"
    assert claim["provenBy"]["grade"]["noteLiteral"] == {"fi": "5/5"}
    assert claim["specifiedBy"]["educationLevel"]["id"].endswith("/eqf/7")
    detail = made["displayParameter"]["individualDisplay"]["displayDetail"]
    drawn = ElementTree.fromstring(base64.b64decode(detail["image"]["content"]))  # noqa: S314 - ours
    words = " ".join(drawn.itertext())
    for shown in ("Kyselyt työssä", "Aino Example", "Aalto-yliopisto", "5 ECTS", "2024-06-01"):
        assert shown in words


def test_an_elm_credential_asks_for_the_issuer_s_legal_identifier() -> None:
    with pytest.raises(Lacking, match="POLKU_ISSUER_LEGAL_ID"):
        credential("elm", Issuer(KEY, KEY.public.method))


def lacking(**more: Any) -> dict[str, Any]:
    return {key: one for key, one in COMPLETE.items() if key not in more} | {
        key: one for key, one in more.items() if one is not None
    }


@every
def test_an_offering_that_lacks_something_is_refused_with_what_to_do(form: str) -> None:
    offering = lacking(qualityAssurance=None, country=None, workload={"duration": "P60M"})
    with pytest.raises(NotEnough) as refused:
        credential(form, offering=offering)
    told = dict(refused.value.errors)
    assert list(told) == ["/offering/country", "/offering/workload", "/offering/qualityAssurance"]
    assert "FIN" in told["/offering/country"]
    assert "sixty months" in told["/offering/workload"]
    assert all(gap.hint for gap in refused.value.gaps)


def test_what_is_accepted_is_inferred_or_said_to_be_missing() -> None:
    offering = lacking(qualityAssurance=None, country=None, level=None, studyLevel="advanced")
    accept = ["inferred", "qualityAssurance"]
    made = issued("openBadges", offering=offering, accept=accept)
    assert made.lacks == ("qualityAssurance",)
    assert made.credential["description"] == "Not stated by the offering: Quality assurance."
    achievement = made.credential["credentialSubject"]["achievement"]
    assert "EQF level 7" in [one["targetName"] for one in achievement["alignment"]]
    note = credential("elm", offering=offering, accept=accept)["credentialSubject"]["hasClaim"]
    assert note["additionalNote"]["noteLiteral"]["en"] == made.credential["description"]


def test_what_is_wrong_is_never_accepted() -> None:
    with pytest.raises(NotEnough):
        credential(
            "openBadges",
            offering=lacking(workload={"duration": "P60M"}),
            accept=["workload", "inferred"],
        )


def test_an_offering_without_an_iri_gets_one() -> None:
    made = credential("openBadges", offering=lacking(iri=None))["credentialSubject"]["achievement"]
    assert made["id"].startswith("urn:uuid:")
    assert "humanCode" not in made


@pytest.mark.parametrize("name", ["_:x", "https://example.org/{x}", "https://example.org/a b", "x"])
def test_an_odd_name_of_an_offering_is_replaced_or_refused(name: str) -> None:
    vocabulary = "https://w3id.org/polku/ns#"
    offering = {"@context": {"@vocab": vocabulary}, "@id": name, "@type": "Course"}
    every = [one.name for one in profile("eu").elements]
    with pytest.raises(PolkuError) as refused:
        credential("openBadges", offering=offering, accept=every)
    assert refused.value.detail
    titled = {
        **offering,
        "http://purl.org/dc/terms/title": {"@value": "Owls", "@language": "en"},
        "university": {"@id": "https://w3id.org/polku/organisation/020hwjq30"},
    }
    if name == "_:x":
        made = credential("openBadges", offering=titled, accept=every)
        assert made["credentialSubject"]["achievement"]["id"].startswith("urn:uuid:")


def test_a_key_that_speaks_for_one_body_issues_nothing_of_another() -> None:
    bound = Issuer(KEY, KEY.public.method, body="oulu")
    with pytest.raises(Forbidden, match="oulu"):
        credential("openBadges", bound)
    assert credential("openBadges", Issuer(KEY, KEY.public.method, body="aalto"))


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"recipient": {}}, "/recipient"),
        ({"recipient": {"id": "Aino Secret"}}, "/recipient/id"),
        ({"recipient": {"email": "Aino Secret"}}, "/recipient/email"),
        ({"recipient": {"name": "Aino Secret" * 100}}, "/recipient/name"),
        ({"recipient": {"name": ["Aino Secret"]}}, "/recipient/name"),
        ({"recipient": "Aino Secret"}, "/recipient"),
        ({"recipient": {"dateOfBirth": "Aino Secret"}}, "/recipient/dateOfBirth"),
        (
            {"recipient": {"identifier": [{"identityHash": "Aino Secret", "identityType": "x"}]}},
            "/recipient/identifier/0/identityType",
        ),
        ({"format": "pdf"}, "/format"),
        ({"issued": "2024-06-01T12:00:00"}, "/issued"),
        ({"validUntil": "2020-01-01T00:00:00Z"}, "body"),
        ({"accept": ["nonsense"]}, "/accept"),
        ({"offering": "no iri"}, "/offering"),
        ({"offering": {"level": 9}}, "/offering/level"),
        ({"offering": {"titel": {}}}, "/offering/titel"),
    ],
)
def test_a_request_that_cannot_be_is_refused_by_its_pointer_without_repeating_it(
    more: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(BadParameter) as refused:
        credential("openBadges", **more)
    assert refused.value.param == pointer
    assert "Secret" not in refused.value.detail


def test_an_offering_that_the_graph_does_not_know_is_not_found() -> None:
    with pytest.raises(NotFound):
        credential("openBadges", offering="https://example.org/unknown")


def test_a_request_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        parse(b" " * (MOST_BYTES + 1))


def test_many_are_issued_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(credential, ["openBadges", "elm"] * 12))
    assert {verify(one, NOW) for one in made} == {KEY.public}
    assert len({one["id"] for one in made}) == 24


def test_a_credential_is_verified_only_in_its_issuer_s_name() -> None:
    made = credential("openBadges")
    other = keys.made()
    with pytest.raises(Invalid):
        verify(made, NOW, other.public)
    assert verify(made, NOW, ISSUER.key.public if ISSUER.key else None)
    assert request("elm")["format"] == "elm"
