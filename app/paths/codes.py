"""The short codes that requests and answers use for concepts of the vocabulary.

Source: the ``skos:notation`` of each concept in ``ontology/``; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ontology import terms

LEVELS: Mapping[str, str] = MappingProxyType(
    {
        terms.BasicStudies: "basic",
        terms.IntermediateStudies: "intermediate",
        terms.AdvancedStudies: "advanced",
        terms.PostgraduateStudies: "postgraduate",
        terms.OtherStudies: "other",
    }
)
"""Study level → code."""

OUTCOME_LEVELS: Mapping[str, int] = MappingProxyType(
    {"basic": 1, "intermediate": 2, "advanced": 3, "postgraduate": 4}
)
"""Code of a study level → the skill level that a course of it is taken to reach; else 1."""

SKILL_LEVELS: Mapping[str, int] = MappingProxyType(
    {
        terms.SkillLevel1: 1,
        terms.SkillLevel2: 2,
        terms.SkillLevel3: 3,
        terms.SkillLevel4: 4,
    }
)
"""Skill level → step."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        terms.OrdinaryCourse: "course",
        terms.Thesis: "thesis",
        terms.Seminar: "seminar",
        terms.Examination: "examination",
        terms.Internship: "internship",
        terms.Orientation: "orientation",
        terms.IndependentWork: "independentWork",
    }
)
"""Kind of unit → code."""

MODES: Mapping[str, str] = MappingProxyType(
    {
        terms.OnSite: "onsite",
        terms.Online: "online",
        terms.Blended: "blended",
        terms.ProjectWork: "project",
    }
)
"""Mode of participation → code."""

AUDIENCES: Mapping[str, str] = MappingProxyType(
    {
        terms.OpenUniversity: "openUniversity",
        terms.FITechLearners: "fitech",
        terms.MoocLearners: "mooc",
        terms.NonDegree: "nonDegree",
        terms.CrossInstitutional: "crossInstitutional",
        terms.DegreeStudents: "degree",
        terms.UnknownAudience: "unknown",
    }
)
"""Audience → code, in the order in which a learner from outside would choose a way in."""

PROVED = frozenset({"openUniversity", "fitech", "mooc", "nonDegree", "crossInstitutional"})
"""Audiences whose way in is open to people from outside the university's own degrees."""

WHO: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "openUniversity": {
            "en": "anyone, through the open university",
            "fi": "kuka tahansa, avoimen yliopiston kautta",
            "sv": "vem som helst, via öppna universitetet",
        },
        "fitech": {
            "en": "anyone, through the FITech network",
            "fi": "kuka tahansa, FITech-verkoston kautta",
            "sv": "vem som helst, via nätverket FITech",
        },
        "mooc": {
            "en": "anyone, as an open online course",
            "fi": "kuka tahansa, avoimena verkkokurssina",
            "sv": "vem som helst, som öppen nätkurs",
        },
        "nonDegree": {
            "en": "people with a separate right to study",
            "fi": "erillisen opinto-oikeuden saaneet",
            "sv": "personer med särskild studierätt",
        },
        "crossInstitutional": {
            "en": "degree students of another university, by agreement",
            "fi": "toisen yliopiston tutkinto-opiskelijat sopimuksen mukaan",
            "sv": "examensstuderande vid ett annat universitet, enligt avtal",
        },
        "degree": {
            "en": "the university’s own degree students",
            "fi": "yliopiston omat tutkinto-opiskelijat",
            "sv": "universitetets egna examensstuderande",
        },
        "unknown": {
            "en": "not stated: ask the university",
            "fi": "ei tiedossa: kysy yliopistolta",
            "sv": "uppgift saknas: fråga universitetet",
        },
    }
)
"""Code of an audience → who gets in that way, by language."""

WORK_TYPES: Mapping[str, str] = MappingProxyType(
    {
        terms.Article: "article",
        terms.Preprint: "preprint",
        terms.Book: "book",
        terms.Chapter: "chapter",
        terms.DataSet: "dataset",
        terms.Software: "software",
        terms.DoctoralThesis: "doctoral-thesis",
        terms.StudentThesis: "student-thesis",
        terms.OtherWork: "other",
    }
)
"""Work type → code."""

_LANGUAGES = (
    "en ENG, fi FIN, sv SWE, de DEU, fr FRA, es SPA, it ITA, pt POR, nl NLD, da DAN, no NOR, "
    "nb NOB, nn NNO, is ISL, et EST, lv LAV, lt LIT, pl POL, cs CES, sk SLK, sl SLV, hu HUN, "
    "ro RON, bg BUL, el ELL, hr HRV, mt MLT, ga GLE, ru RUS, uk UKR, se SME, zh ZHO, ja JPN, "
    "ko KOR, ar ARA, tr TUR, la LAT"
)

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        f"http://publications.europa.eu/resource/authority/language/{name}": code
        for code, name in (pair.split() for pair in _LANGUAGES.split(", "))
    }
)
"""EU language authority IRI → two-letter code (ISO 639-1)."""


def language(iri: str) -> str:
    """The two-letter code of a language of the EU's authority table, else its own code.

    >>> language("http://publications.europa.eu/resource/authority/language/FIN")
    'fi'
    """
    return LANGUAGES.get(iri) or iri.rsplit("/", 1)[-1].lower()
