"""Open Badges, Kouta, ELM's XML and pages of HTML are held against the profiles too."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from app.credentials.document import HTML, JSON, XML, read
from app.credentials.report import report
from app.errors import BadParameter, PolkuError, Unreadable
from app.graph.media import JSON_LD, N_TRIPLES, RDF_XML, TRIG
from ontology.ntriples import iri
from tests.credentials.test_foreign import IRI, SCHEMA_ORG, SKILL, told
from tests.loaders.fuzzing import VALUES, places, put
from tests.loaders.loading import GOLDEN

MICRO = "https://w3id.org/polku/credential/aalto/DEMO-MC"
ACHIEVEMENT: dict[str, Any] = {
    "id": "https://example.org/achievements/1",
    "type": ["Achievement"],
    "achievementType": "MicroCredential",
    "humanCode": "DEMO-MC",
    "name": "Paths",
    "inLanguage": "en",
    "description": "Paths in graphs.",
    "criteria": {
        "id": "https://example.org/demo",
        "narrative": "## Learning outcomes\n\nFinds a path.\n\n## Assessment\n\nAn exam.",
    },
    "creditsAvailable": 5,
    "creator": {
        "id": "https://ror.org/020hwjq30",
        "type": ["Profile"],
        "name": "Aalto University",
        "address": {"type": ["Address"], "addressCountryCode": "FI"},
    },
    "alignment": [
        {"type": ["Alignment"], "targetName": "a skill", "targetUrl": SKILL},
        {"type": ["Alignment"], "targetName": "7", "targetUrl": "http://data.europa.eu/snb/eqf/7"},
    ],
}
HELD = "Nobody's business"
CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential", "AchievementCredential"],
    "issuer": ACHIEVEMENT["creator"],
    "credentialSubject": {
        "id": "did:example:holder",
        "type": ["AchievementSubject"],
        "narrative": HELD,
        "achievement": {key: one for key, one in ACHIEVEMENT.items() if key != "creator"},
    },
}
ASSERTION: dict[str, Any] = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "recipient": {"type": "email", "hashed": False, "identity": HELD},
    "badge": ACHIEVEMENT | {"type": "BadgeClass"},
}
TRAINING: dict[str, Any] = {
    "oid": "1.2.246.562.13.00000000000000000003",
    "tila": "tallennettu",
    "nimi": {"fi": "Polut"},
    "eqf": [{"koodiUri": "eqf_7#1"}],
    "tarjoajat": [
        {
            "oid": "1.2.246.562.10.56753942459",
            "nimi": {"fi": "Aalto-yliopisto"},
            "paikkakunta": {"koodiUri": "kunta_049"},
        }
    ],
    "metadata": {
        "tyyppi": "kk-opintokokonaisuus",
        "isPieniOsaamiskokonaisuus": True,
        "tunniste": "DEMO-MC",
        "opintojenLaajuusNumero": 5,
        "osaamistavoitteet": {"fi": "Osaa polut."},
        "osaaminenUrit": [SKILL],
    },
}
TEACHING: dict[str, Any] = {
    "oid": "1.2.246.562.17.00000000000000000004",
    "koulutusOid": TRAINING["oid"],
    "tila": "tallennettu",
    "nimi": {"fi": "Polut, kevät 2027"},
    "tarjoajat": TRAINING["tarjoajat"],
    "metadata": {
        "tyyppi": "kk-opintokokonaisuus",
        "opetus": {"opetustapa": [{"koodiUri": "opetuspaikkakk_3#1"}]},
    },
}
PAGE = {"hits": {"hits": [{"_source": TEACHING}, {"_source": TRAINING}]}}
FORMS: Mapping[str, Any] = {
    "achievement": ACHIEVEMENT,
    "credential": CREDENTIAL,
    "assertion": ASSERTION,
    "kouta list": [TEACHING, TRAINING],
    "kouta page": PAGE,
}
ALIKE = {
    "title": "present",
    "country": "present",
    "awardingBody": "present",
    "learningOutcomes": "present",
    "workload": "present",
    "level": "present",
    "qualityAssurance": "missing",
    "outcomeSkills": "present",
    "prerequisites": "missing",
    "furtherInformation": "present",
    "credits": "present",
}
BADGE = {"assessment": "present", "participation": "missing", "nationalTitle": "missing"}
KOUTA = {"assessment": "missing", "participation": "present", "nationalTitle": "present"}


@pytest.mark.parametrize("media", [JSON, JSON_LD])
@pytest.mark.parametrize("name", FORMS)
def test_each_format_s_offering_is_reported_element_by_element(name: str, media: str) -> None:
    content = orjson.dumps(FORMS[name])
    # A credential's issuer has no place of its own but the credential.
    assert read(content, media).about == iri(MICRO)
    elements = told(content, media)
    for element, status in (ALIKE | (KOUTA if "kouta" in name else BADGE)).items():
        assert elements[element]["status"] == status, element


@pytest.mark.parametrize("name", ["credential", "assertion"])
def test_nothing_of_a_badge_s_holder_comes_into_the_graph(name: str) -> None:
    stated = read(orjson.dumps(FORMS[name]), JSON_LD)
    rows = list(stated.graph.solutions("SELECT ?s ?o WHERE { ?s ?p ?o }"))
    said = " ".join(str(term.term) for row in rows for term in row.values())
    assert MICRO in said
    assert HELD not in said and "holder" not in said


@pytest.mark.parametrize(
    ("document", "without"),
    [(ACHIEVEMENT, ["creator", "name", "humanCode", "id"]), (TRAINING, ["tarjoajat", "nimi"])],
)
def test_what_a_loader_would_turn_away_is_reported_as_missing(
    document: dict[str, Any], without: list[str]
) -> None:
    bare = {key: value for key, value in document.items() if key not in without}
    bare["tila"] = "tallennettu"
    bare.setdefault("nimi", {})
    elements = told(orjson.dumps(bare))
    assert elements["awardingBody"]["status"] == "missing"
    assert elements["title"]["status"] == "missing"
    assert read(orjson.dumps(bare), JSON_LD).about == "<urn:x-polku:offering>"


def test_what_is_none_that_is_offered_is_refused_in_words() -> None:
    degree = TRAINING | {"koulutustyyppi": "yo", "metadata": {}}
    documents: list[dict[str, Any]] = [
        ACHIEVEMENT | {"achievementType": "MasterDegree"},
        {"type": "Assertion", "badge": "https://example.org/badge"},
        degree,
        {"hits": {"hits": []}},
    ]
    for document in documents:
        with pytest.raises(BadParameter, match="no offering"):
            read(orjson.dumps(document), JSON)


def test_a_study_module_is_checked_before_it_is_marked_as_a_micro_credential() -> None:
    unmarked = copy.deepcopy(TRAINING)
    del unmarked["metadata"]["isPieniOsaamiskokonaisuus"]
    assert read(orjson.dumps(unmarked), JSON).about == iri(MICRO)


def page(*scripts: str) -> bytes:
    """A page of HTML as pages are, not quite well formed."""
    inner = "".join(f'<script type="application/ld+json">{one}</script>' for one in scripts)
    return f"<!doctype html><html><head><title>P</title><br>{inner}<body><p>Q".encode()


def test_a_page_with_schema_org_in_it_says_what_the_json_ld_says() -> None:
    course = orjson.dumps(SCHEMA_ORG).decode()
    crumbs = '{"@context": "https://schema.org", "@type": "BreadcrumbList"}'
    assert read(page(crumbs, f"<!--{course}-->"), HTML).about == iri(IRI)
    assert told(page("{", course), HTML) == told(course.encode())


@pytest.mark.parametrize(
    ("content", "refusal", "words"),
    [
        (page(), BadParameter, "no JSON-LD"),
        (b"", BadParameter, "no JSON-LD"),
        (page("{"), Unreadable, "cannot be read"),
        (
            page('{"@context": "https://schema.org", "@type": "Person"}'),
            BadParameter,
            "no offering",
        ),
        (page('{"a":' * 40 + "1" + "}" * 40), Unreadable, "levels"),
        (b"<div>" * 100_000, BadParameter, "no JSON-LD"),
    ],
)
def test_a_page_without_a_course_is_refused_in_words(
    content: bytes, refusal: type[PolkuError], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        read(content, HTML)


XML_OPPORTUNITY = (GOLDEN / "elm" / "opportunity.xml").read_bytes()
BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<Courses><learningOpportunity><title>&b;</title></learningOpportunity></Courses>"
)


@pytest.mark.parametrize(
    ("content", "refusal", "words"),
    [
        (b"", Unreadable, "document"),
        (b"<a", Unreadable, "document"),
        (b"<a/>", BadParameter, "no offering"),
        (b"text", Unreadable, "document"),
        (BOMB, Unreadable, "entities"),
        (b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>', Unreadable, "entit"),
        (b"<a>" * 300 + b"</a>" * 300, Unreadable, "document"),
        (
            b"<Courses>"
            + b"".join(
                b"<learningOpportunity><identifier>%d</identifier><title>Paths</title>"
                b"</learningOpportunity>" % number
                for number in range(1_000)
            )
            + b"</Courses>",
            BadParameter,
            "more than 200",
        ),
    ],
)
def test_xml_that_is_no_offering_or_hurts_is_refused_in_words(
    content: bytes, refusal: type[PolkuError], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        read(content, XML)


def test_elm_s_xml_is_read_as_its_json_ld_is() -> None:
    root = etree.fromstring(XML_OPPORTUNITY)
    first = next(one for one in root.iter() if str(one.tag).endswith("learningOpportunity"))
    for one in list(root.iter()):
        parent = one.getparent()
        if str(one.tag).endswith("learningOpportunity") and one is not first and parent is not None:
            parent.remove(one)
    elements = told(etree.tostring(root), XML)
    for name in ("title", "awardingBody", "learningOutcomes"):
        assert elements[name]["status"] == "present", name


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["loq.xml", "loq_withLearningAchievementSpecification.xml"])
def test_the_published_samples_of_learning_opportunities_are_read(
    real_data: Path, name: str
) -> None:
    content = (real_data / "formats/elm" / name).read_bytes()
    elements = told(content, XML)
    for element in ("title", "awardingBody", "country", "learningOutcomes", "workload"):
        assert elements[element]["status"] in ("present", "wrong"), element


@pytest.mark.real_data
def test_a_real_course_of_kouta_is_read_and_degrees_are_none(real_data: Path) -> None:
    folder = real_data / "formats/kouta"
    elements = told((folder / "koulutus-8162.json").read_bytes(), JSON)
    for name in ("title", "awardingBody", "country", "workload", "nationalTitle"):
        assert elements[name]["status"] == "present", name
    assert elements["level"]["status"] == "inferred"
    with pytest.raises(BadParameter, match="no offering"):
        read((folder / "koulutus-1293.json").read_bytes(), JSON)


def test_rdf_is_read_in_every_syntax_that_a_loader_reads() -> None:
    one = b"<urn:x:m> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/polku/ns#MicroCredential> ."
    xml = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        b'xmlns:p="https://w3id.org/polku/ns#"><p:MicroCredential rdf:about="urn:x:m"/></rdf:RDF>'
    )
    for content, media in ((one, N_TRIPLES), (b"{" + one + b"}", TRIG), (xml, RDF_XML), (xml, XML)):
        assert read(content, media).about == "<urn:x:m>"


@pytest.mark.parametrize("media", ["text/turtle", TRIG, N_TRIPLES])
def test_triple_terms_that_would_end_the_parser_are_refused(media: str) -> None:
    with pytest.raises(Unreadable, match="nested deeper"):
        read(b"<urn:a> <urn:b> " + b"<<( <urn:a> <urn:b> " * 10_000, media)


def test_entities_in_rdf_xml_are_refused_where_they_grow() -> None:
    with pytest.raises(Unreadable, match="bomb"):
        read(BOMB, RDF_XML)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_document_is_reported_on_or_refused_in_words(data: st.DataObject) -> None:
    whole = FORMS[data.draw(st.sampled_from(sorted(FORMS)))]
    changed = put(whole, data.draw(st.sampled_from(list(places(whole)))), data.draw(VALUES))
    try:
        content = orjson.dumps(changed)
    except TypeError:  # halves of surrogate pairs and large numbers do not come in JSON's bytes
        return
    with contextlib.suppress(PolkuError):
        report(read(content, JSON_LD), "en")
