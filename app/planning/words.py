"""Words of a proposal in the languages that people read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Words = Mapping[str, Mapping[str, str]]

PAGE: Words = MappingProxyType(
    {
        "title": {
            "en": "Design a micro-credential",
            "fi": "Suunnittele pieni osaamiskokonaisuus",
            "sv": "Planera en liten kompetenshelhet",
        },
        "lead": {
            "en": "Which existing courses together teach what is in demand, what they would lack to "
            "be offered, and what they have in common with what exists.",
            "fi": "Mitkä nykyiset opintojaksot yhdessä opettavat kysytyt taidot, mitä niiltä "
            "puuttuu tarjottavaksi ja mitä niillä on yhteistä olemassa olevien kokonaisuuksien kanssa.",
            "sv": "Vilka befintliga kurser tillsammans lär ut det som efterfrågas, vad de saknar "
            "för att erbjudas och vad de har gemensamt med det som redan finns.",
        },
        "ask": {"en": "What is wanted", "fi": "Mitä halutaan", "sv": "Vad som önskas"},
        "to": {
            "en": "An occupation or a skill, by its exact name; or the IRI of one, of a research "
            "result or of a skill group",
            "fi": "Ammatin tai taidon täsmällinen nimi; tai ammatin, taidon, tutkimustuloksen tai "
            "taitoryhmän IRI",
            "sv": "Ett yrke eller en kompetens med exakt namn; eller IRI för ett yrke, en "
            "kompetens, ett forskningsresultat eller en kompetensgrupp",
        },
        "ects": {"en": "ECTS credits, as 5-15", "fi": "Opintopisteet, esim. 5-15",
                 "sv": "Studiepoäng, t.ex. 5-15"},
        "courses": {"en": "Courses at most", "fi": "Opintojaksoja enintään",
                    "sv": "Kurser högst"},
        "university": {"en": "University", "fi": "Yliopisto", "sv": "Universitet"},
        "language": {"en": "Language of teaching", "fi": "Opetuskieli", "sv": "Undervisningsspråk"},
        "level": {"en": "EQF level", "fi": "EQF-taso", "sv": "EQF-nivå"},
        "any": {"en": "any", "fi": "mikä tahansa", "sv": "vilken som helst"},
        "together": {"en": "Courses of one proposal", "fi": "Yhden ehdotuksen opintojaksot",
                     "sv": "Kurserna i ett förslag"},
        "one_university": {"en": "of one university", "fi": "yhdestä yliopistosta",
                           "sv": "från ett universitet"},
        "network": {"en": "of the whole network", "fi": "koko verkostosta",
                    "sv": "från hela nätverket"},
        "submit": {"en": "Propose", "fi": "Ehdota", "sv": "Föreslå"},
        "refused": {"en": "That cannot be answered", "fi": "Tähän ei voi vastata",
                    "sv": "Det går inte att svara på"},
        "proposal": {"en": "Proposal {n}: {ects} ECTS, courses: {courses}",
                     "fi": "Ehdotus {n}: {ects} op, opintojaksoja: {courses}",
                     "sv": "Förslag {n}: {ects} sp, antal kurser: {courses}"},
        "covers": {
            "en": "Covers {covered} of {all} skills, {coverage} of their weight ({evidence} weighed "
            "by how sure that is); partly {partly} more.",
            "fi": "Kattaa {covered} taitoa {all} taidosta, {coverage} niiden painosta ({evidence}, "
            "kun varmuus otetaan huomioon); osittain lisäksi {partly}.",
            "sv": "Täcker {covered} av {all} kompetenser, {coverage} av deras vikt ({evidence} vägt "
            "efter säkerhet); delvis {partly} till.",
        },
        "course": {"en": "Course", "fi": "Opintojakso", "sv": "Kurs"},
        "credits": {"en": "ECTS", "fi": "Op", "sv": "Sp"},
        "languages": {"en": "Languages", "fi": "Kielet", "sv": "Språk"},
        "skills": {"en": "Skills that it gives, and how surely",
                   "fi": "Taidot, joita se antaa, ja kuinka varmasti",
                   "sv": "Kompetenser som den ger, och hur säkert"},
        "table": {"en": "The courses", "fi": "Opintojaksot", "sv": "Kurserna"},
        "eqf": {"en": "EQF level {n}, inferred from the levels of studies",
                "fi": "EQF-taso {n}, päätelty opintojen tasoista",
                "sv": "EQF-nivå {n}, härledd ur studienivåerna"},
        "eqf_none": {"en": "The courses are not all of one EQF level",
                     "fi": "Opintojaksot eivät ole samalla EQF-tasolla",
                     "sv": "Kurserna är inte alla på samma EQF-nivå"},
        "no_language": {"en": "No language is common to all courses",
                        "fi": "Opintojaksoilla ei ole yhteistä kieltä",
                        "sv": "Kurserna har inget gemensamt språk"},
        "entry": {"en": "Entry requirements", "fi": "Pääsyvaatimukset", "sv": "Förkunskapskrav"},
        "entry_none": {"en": "None that the graph states.", "fi": "Ei graafissa mainittuja.",
                       "sv": "Inga som grafen anger."},
        "compulsory": {"en": "required", "fi": "vaaditaan", "sv": "krävs"},
        "recommended": {"en": "recommended", "fi": "suositellaan", "sv": "rekommenderas"},
        "asked_by": {"en": "for {by}", "fi": "opintojaksoa {by} varten", "sv": "för {by}"},
        "or": {"en": " or ", "fi": " tai ", "sv": " eller "},
        "unknown": {"en": "{n} that the graph does not know", "fi": "{n}, joita graafi ei tunne",
                    "sv": "{n} som grafen inte känner"},
        "teaching": {"en": "Teaching", "fi": "Opetus", "sv": "Undervisning"},
        "span": {"en": "Periods needed for all courses, at least: {n}",
                 "fi": "Periodeja kaikkiin opintojaksoihin vähintään: {n}",
                 "sv": "Perioder för alla kurser, minst: {n}"},
        "no_span": {"en": "The courses find no place together in the periods looked at.",
                    "fi": "Opintojaksot eivät mahdu yhdessä tarkasteltuihin periodeihin.",
                    "sv": "Kurserna ryms inte tillsammans i de granskade perioderna."},
        "readiness": {"en": "What it would lack to be offered",
                      "fi": "Mitä siltä puuttuisi tarjottavaksi",
                      "sv": "Vad den skulle sakna för att erbjudas"},
        "element": {"en": "Element", "fi": "Tieto", "sv": "Uppgift"},
        "status": {"en": "Status", "fi": "Tila", "sv": "Läge"},
        "what": {"en": "Value, or what to do", "fi": "Arvo tai mitä tehdä",
                 "sv": "Värde, eller vad som ska göras"},
        "overlaps": {"en": "Overlaps with what exists", "fi": "Päällekkäisyydet nykyisten kanssa",
                     "sv": "Överlappar det som finns"},
        "overlaps_none": {"en": "None of note.", "fi": "Ei mainittavia.",
                          "sv": "Inga nämnvärda."},
        "whole": {"en": "Exists", "fi": "Nykyinen kokonaisuus", "sv": "Befintlig helhet"},
        "shared": {"en": "Shared courses", "fi": "Yhteiset opintojaksot", "sv": "Gemensamma kurser"},
        "share": {"en": "Of our credits", "fi": "Meidän pisteistämme", "sv": "Av våra poäng"},
        "of_other": {"en": "Of its credits", "fi": "Sen pisteistä", "sv": "Av dess poäng"},
        "jaccard": {"en": "Skills alike (Jaccard)", "fi": "Samat taidot (Jaccard)",
                    "sv": "Samma kompetenser (Jaccard)"},
        "stacking": {"en": "What its credits count towards, as the graph says",
                     "fi": "Mihin sen pisteet voi lukea, graafin mukaan",
                     "sv": "Vad dess poäng räknas in i, enligt grafen"},
        "stacking_none": {"en": "The graph says nothing of it.", "fi": "Graafi ei kerro siitä.",
                          "sv": "Grafen säger inget om det."},
        "counts": {"en": "{ects} ECTS: {why}", "fi": "{ects} op: {why}", "sv": "{ects} sp: {why}"},
        "consistsOf": {"en": "{n} of its courses are part of it",
                       "fi": "{n} sen opintojaksoista kuuluu siihen",
                       "sv": "{n} av dess kurser ingår i den"},
        "stacksInto": {"en": "through {through}, which stacks into it",
                       "fi": "kautta {through}, joka hyväksytään sen osaksi",
                       "sv": "genom {through}, som godtas som en del av den"},
        "until": {"en": "until {day}", "fi": "{day} asti", "sv": "till {day}"},
        "between": {"en": "The proposals beside one another", "fi": "Ehdotukset rinnakkain",
                    "sv": "Förslagen bredvid varandra"},
        "pair": {"en": "Proposals", "fi": "Ehdotukset", "sv": "Förslag"},
        "partly": {"en": "Partly covered", "fi": "Osittain katetut", "sv": "Delvis täckta"},
        "missing": {"en": "Missing", "fi": "Puuttuvat", "sv": "Saknas"},
        "more": {"en": "and {n} more", "fi": "ja {n} muuta", "sv": "och {n} till"},
        "proved": {"en": "Proved best, checked independently.",
                   "fi": "Todistetusti paras, tarkistettu erikseen.",
                   "sv": "Bevisat bäst, oberoende kontrollerat."},
        "unproved": {"en": "Not proved best: the time was over.",
                     "fi": "Ei todistetusti paras: aika loppui.",
                     "sv": "Inte bevisat bäst: tiden tog slut."},
        "failed": {"en": "The independent check found a fault; do not rely on it.",
                   "fi": "Erillinen tarkistus löysi virheen; älä luota tähän.",
                   "sv": "Den oberoende kontrollen fann ett fel; lita inte på detta."},
        "data": {"en": "As data", "fi": "Datana", "sv": "Som data"},
    }
)  # fmt: skip
"""Word of the page and of the table → language → words."""

RELATION: Words = MappingProxyType(
    {
        "same": {"en": "the same courses", "fi": "samat opintojaksot", "sv": "samma kurser"},
        "contains": {"en": "contained in the proposal", "fi": "sisältyy ehdotukseen",
                     "sv": "ingår i förslaget"},
        "containedIn": {"en": "contains the proposal", "fi": "sisältää ehdotuksen",
                        "sv": "innehåller förslaget"},
        "overlaps": {"en": "shares courses", "fi": "yhteisiä opintojaksoja",
                     "sv": "delar kurser"},
        "similar": {"en": "similar skills, other courses",
                    "fi": "samankaltaiset taidot, eri opintojaksot",
                    "sv": "liknande kompetenser, andra kurser"},
    }
)  # fmt: skip
"""How a whole stands to a proposal → language → words."""

KIND: Words = MappingProxyType(
    {
        "microCredential": {"en": "micro-credential", "fi": "pieni osaamiskokonaisuus",
                            "sv": "liten kompetenshelhet"},
        "module": {"en": "study module", "fi": "opintokokonaisuus", "sv": "studiehelhet"},
        "other": {"en": "whole of courses", "fi": "kokonaisuus", "sv": "helhet"},
    }
)  # fmt: skip
"""Kind of a whole → language → word."""


def of(lang: str) -> Mapping[str, str]:
    """The words of the page in a language."""
    return {name: said[lang] for name, said in PAGE.items()}
