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
        "modes": {
            "en": "How learners take part in its offerings, as the graph knows them.",
            "fi": "Miten sen toteutuksiin osallistutaan, graafin mukaan.",
            "sv": "Hur man deltar i dess genomföranden, enligt grafen.",
        },
        "skills": {
            "en": "The skills that the courses it consists of develop.",
            "fi": "Taidot, joita siihen kuuluvat opintojaksot kehittävät.",
            "sv": "De kompetenser som kurserna som ingår utvecklar.",
        },
        "outcomesTexts": {
            "en": "The learning outcomes of the courses it consists of.",
            "fi": "Siihen kuuluvien opintojaksojen osaamistavoitteet.",
            "sv": "Lärandemålen för de kurser som ingår.",
        },
        "assessments": {
            "en": "How the courses it consists of are assessed.",
            "fi": "Miten siihen kuuluvat opintojaksot arvioidaan.",
            "sv": "Hur kurserna som ingår bedöms.",
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

STATES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ready": {
            "en": "Ready today",
            "fi": "Valmis tänään",
            "sv": "Klar i dag",
        },
        "inferable": {
            "en": "Ready once what is inferred is accepted",
            "fi": "Valmis, kun päätellyt tiedot hyväksytään",
            "sv": "Klar när det härledda godkänns",
        },
        "lacking": {
            "en": "Lacks a mandatory element",
            "fi": "Pakollisia tietoja puuttuu",
            "sv": "Obligatoriska uppgifter saknas",
        },
    }
)
"""State of an offering → language → words."""

READINESS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "title": {
            "en": "Ready to be micro-credentials?",
            "fi": "Valmiina pieniksi osaamiskokonaisuuksiksi?",
            "sv": "Redo att bli små kompetenshelheter?",
        },
        "lead": {
            "en": "Which courses could be offered as micro-credentials today, and what each lacks.",
            "fi": "Mitkä opintojaksot voisi tarjota pieninä osaamiskokonaisuuksina jo tänään, "
            "ja mitä kultakin puuttuu.",
            "sv": "Vilka kurser som kunde erbjudas som små kompetenshelheter redan i dag, "
            "och vad som saknas i var och en.",
        },
        "profile": {"en": "Profile", "fi": "Profiili", "sv": "Profil"},
        "summary": {"en": "Summary", "fi": "Yhteenveto", "sv": "Sammandrag"},
        "offerings": {"en": "Courses", "fi": "Opintojaksoja", "sv": "Kurser"},
        "number": {"en": "Number", "fi": "Määrä", "sv": "Antal"},
        "by_lacks": {
            "en": "By how many mandatory elements lack",
            "fi": "Puuttuvien pakollisten tietojen määrän mukaan",
            "sv": "Enligt hur många obligatoriska uppgifter som saknas",
        },
        "lacks_number": {
            "en": "Elements that lack",
            "fi": "Puuttuvia tietoja",
            "sv": "Uppgifter som saknas",
        },
        "after_inferring": {
            "en": "Courses, what is inferred accepted",
            "fi": "Opintojaksoja, kun päätelty hyväksytään",
            "sv": "Kurser, när det härledda godkänns",
        },
        "today": {"en": "Courses today", "fi": "Opintojaksoja tänään", "sv": "Kurser i dag"},
        "most_lacked": {
            "en": "What lacks most often",
            "fi": "Mitä puuttuu useimmin",
            "sv": "Vad som oftast saknas",
        },
        "element": {"en": "Element", "fi": "Tieto", "sv": "Uppgift"},
        "requirement": {"en": "Requirement", "fi": "Velvoittavuus", "sv": "Krav"},
        "mandatory": {"en": "mandatory", "fi": "pakollinen", "sv": "obligatorisk"},
        "recommended": {"en": "recommended", "fi": "suositeltava", "sv": "rekommenderad"},
        "filters": {"en": "Choose", "fi": "Rajaa", "sv": "Välj"},
        "state": {"en": "State", "fi": "Tila", "sv": "Läge"},
        "lacks": {"en": "What lacks", "fi": "Mitä puuttuu", "sv": "Vad som saknas"},
        "university": {"en": "University", "fi": "Yliopisto", "sv": "Universitet"},
        "all": {"en": "all", "fi": "kaikki", "sv": "alla"},
        "list": {"en": "The courses", "fi": "Opintojaksot", "sv": "Kurserna"},
        "shown": {
            "en": "{first}–{last} of {all}",
            "fi": "{first}–{last} / {all}",
            "sv": "{first}–{last} av {all}",
        },
        "none": {
            "en": "No course is so.",
            "fi": "Yksikään opintojakso ei ole sellainen.",
            "sv": "Ingen kurs är sådan.",
        },
        "code": {"en": "Code", "fi": "Tunnus", "sv": "Kod"},
        "name": {"en": "Name", "fi": "Nimi", "sv": "Namn"},
        "credits": {"en": "ECTS", "fi": "Op", "sv": "Sp"},
        "next": {"en": "Next page", "fi": "Seuraava sivu", "sv": "Nästa sida"},
        "first": {"en": "First page", "fi": "Ensimmäinen sivu", "sv": "Första sidan"},
        "data": {"en": "As data", "fi": "Datana", "sv": "Som data"},
        "lacks_none": {"en": "nothing", "fi": "ei mitään", "sv": "inget"},
    }
)
"""Word of the page of readiness → language → words."""
