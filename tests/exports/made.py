"""A course and a micro-credential that state everything that a format could hold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.exports.facts import Body, Facts, Part, Promise, Skill, Source, Teaching, Way
from ontology import terms

ESCO = Source(
    "https://w3id.org/polku/graph/esco",
    {"en": "ESCO"},
    licence="http://data.europa.eu/eli/dec/2011/833/oj",
    rights="This service uses the ESCO classification of the European Commission.",
)
CATALOGUE = Source(
    "https://w3id.org/polku/graph/aalto", {"en": "Courses"}, publisher="Aalto University"
)
SKILL = Skill(
    "http://data.europa.eu/esco/skill/3a2d5b45-56e4-4f5a-a55a-4a4a65afdc43",
    {"en": "utilise machine learning", "fi": "hyödyntää koneoppimista"},
)
AALTO = Body(
    "https://w3id.org/polku/organisation/020hwjq30",
    "aalto",
    {"en": "Aalto University", "fi": "Aalto-yliopisto"},
    "020hwjq30",
    "FIN",
)

COURSE = Facts(
    iri="https://w3id.org/polku/course/aalto/DEMO-1",
    is_credential=False,
    code="DEMO-1",
    titles={"en": "Paths & graphs", "fi": "Polut ja verkot"},
    body=AALTO,
    credits=(Decimal(3), Decimal("5.5")),
    study_level=terms.AdvancedStudies,
    languages=["en", "fi"],
    outcomes={"en": "Finds a path.\nWalks it.", "fi": "Löytää polun.\nKulkee sen."},
    content={"en": "Paths in graphs.", "fi": "Polkuja verkoissa."},
    prerequisites={"en": "A lamp."},
    workload={"en": "135 h"},
    hours="PT135H",
    assessment={"en": "An examination."},
    quality={"en": "The university’s audit."},
    supervision={"en": "Identity cards are checked."},
    skills=[SKILL],
    requires=[replace(SKILL, labels={})],
    url="https://example.org/demo-1",
    teachings=[
        Teaching(
            "https://w3id.org/polku/offering/demo/1",
            "1",
            "2027-01-11",
            "2027-04-09",
            "2026-11-01",
            "2026-12-31",
            terms.Online,
            ["en"],
        ),
        Teaching("https://w3id.org/polku/offering/demo/2", "2", "2027-09-06", mode=terms.OnSite),
    ],
    ways=[
        Way(terms.OpenUniversity, Decimal("82.50"), "EUR", "2026-12-31", "https://example.org/in")
    ],
    sources=[CATALOGUE, ESCO],
)

CREDENTIAL = Facts(
    iri="https://w3id.org/polku/credential/aalto/DEMO-MC",
    is_credential=True,
    code="DEMO-MC",
    titles={"en": "Walker of paths", "fi": "Polkujen kulkija", "sv": "Stigvandrare"},
    body=AALTO,
    credits=(Decimal(10), Decimal(10)),
    eqf=7,
    languages=["en"],
    outcomes={"en": "Walks any path."},
    assessment={"en": "A portfolio."},
    quality={"en": "The university’s audit."},
    modes=[terms.Blended],
    skills=[SKILL],
    url="https://example.org/demo-mc",
    parts=[Part(COURSE.iri, COURSE.code, COURSE.titles)],
    promises=[Promise(AALTO.iri, "https://example.org/degree", "2030-12-31")],
    sources=[CATALOGUE, ESCO],
)
