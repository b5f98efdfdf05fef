"""Words of a report in the languages that people read, beside those of the profiles."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

BECAUSE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "credits": {
            "en": "The credits of the courses that it consists of, added up.",
            "fi": "Siihen kuuluvien opintojaksojen opintopisteet yhteensä.",
            "sv": "Studiepoängen för de kurser som ingår, sammanräknade.",
        },
        "studyLevel": {
            "en": "The EQF level of the degree to which its study level belongs.",
            "fi": "Sen tutkinnon EQF-taso, johon sen opintojen taso kuuluu.",
            "sv": "EQF-nivån för den examen som dess studienivå hör till.",
        },
        "studyLevels": {
            "en": "The EQF level of the degree to which the study level of its courses belongs.",
            "fi": "Sen tutkinnon EQF-taso, johon sen opintojaksojen taso kuuluu.",
            "sv": "EQF-nivån för den examen som kursernas studienivå hör till.",
        },
        "university": {
            "en": "The university of all the courses that it consists of.",
            "fi": "Kaikkien siihen kuuluvien opintojaksojen yliopisto.",
            "sv": "Universitetet för alla kurser som ingår.",
        },
        "country": {
            "en": "The country of the awarding body.",
            "fi": "Myöntävän organisaation maa.",
            "sv": "Det utfärdande organets land.",
        },
        "skills": {
            "en": "The skills that the courses it consists of develop.",
            "fi": "Taidot, joita siihen kuuluvat opintojaksot kehittävät.",
            "sv": "De kompetenser som kurserna som ingår utvecklar.",
        },
        "outcomes": {
            "en": "Skills that the learning outcomes speak of, most certain first.",
            "fi": "Taidot, joista osaamistavoitteet puhuvat, varmin ensin.",
            "sv": "Kompetenser som lärandemålen talar om, den säkraste först.",
        },
    }
)
"""Reason → language → words."""

STATUS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "present": {"en": "present", "fi": "kunnossa", "sv": "finns"},
        "inferred": {"en": "inferred", "fi": "päätelty", "sv": "härledd"},
        "missing": {"en": "missing", "fi": "puuttuu", "sv": "saknas"},
        "wrong": {"en": "wrong", "fi": "väärin", "sv": "fel"},
        "atIssuing": {"en": "at issuing", "fi": "myönnettäessä", "sv": "vid utfärdandet"},
    }
)
"""Status → language → word."""

REQUIREMENT: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "mandatory": {"en": "Mandatory", "fi": "Pakolliset", "sv": "Obligatoriska"},
        "recommended": {"en": "Recommended", "fi": "Suositellut", "sv": "Rekommenderade"},
    }
)
"""Requirement → language → heading of its score."""
