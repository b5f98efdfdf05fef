"""The fixed words of a rendered route, in the three languages that people read it in."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "route": {"en": "Route", "fi": "Opintopolku", "sv": "Studieväg"},
    "credits": {"en": "ECTS", "fi": "op", "sv": "sp"},
    "develops": {"en": "Develops", "fi": "Kehittää", "sv": "Utvecklar"},
    "way_in": {"en": "Way in", "fi": "Hakuväylä", "sv": "Ansökningsväg"},
    "apply": {"en": "Apply by today", "fi": "Hae viimeistään tänään", "sv": "Ansök senast i dag"},
    "expected": {
        "en": "Expected, not announced: taught in this period before.",
        "fi": "Odotettu, ei ilmoitettu: opetettu tässä periodissa aiemmin.",
        "sv": "Väntad, inte meddelad: undervisad i denna period tidigare.",
    },
    "announced": {
        "en": "Announced by the university.",
        "fi": "Yliopiston ilmoittama.",
        "sv": "Meddelad av universitetet.",
    },
    "course": {"en": "Course", "fi": "Opintojakso", "sv": "Studieavsnitt"},
    "courses": {"en": "Courses", "fi": "Opintojaksoja", "sv": "Studieavsnitt"},
    "credits_long": {"en": "ECTS credits", "fi": "Opintopisteitä", "sv": "Studiepoäng"},
    "period": {"en": "Period", "fi": "Periodi", "sv": "Period"},
    "finish": {"en": "Finished", "fi": "Valmis", "sv": "Färdig"},
    "coverage": {
        "en": "Covered of the target",
        "fi": "Katettu tavoitteesta",
        "sv": "Täckt av målet",
    },
    "skills": {"en": "skills", "fi": "osaamista", "sv": "kompetenser"},
    "as_of": {"en": "As of", "fi": "Tilanne", "sv": "Läget den"},
    "steps": {
        "en": "Courses in order",
        "fi": "Opintojaksot järjestyksessä",
        "sv": "Studieavsnitten i ordning",
    },
    "steps_caption": {
        "en": "Each course with its period, credits, skills and way in",
        "fi": "Jokaisen opintojakson periodi, opintopisteet, osaamiset ja hakuväylä",
        "sv": "Varje studieavsnitts period, poäng, kompetenser och ansökningsväg",
    },
    "apply_by": {"en": "Apply by", "fi": "Hae viimeistään", "sv": "Ansök senast"},
    "apply_here": {"en": "How to apply", "fi": "Näin haet", "sv": "Så ansöker du"},
    "fee": {"en": "Fee at most", "fi": "Maksu enintään", "sv": "Avgift högst"},
    "missing": {
        "en": "What the route does not fully cover",
        "fi": "Mitä polku ei kata kokonaan",
        "sv": "Det som vägen inte täcker helt",
    },
    "partly": {
        "en": "partly, by a near skill",
        "fi": "osittain, lähellä olevalla osaamisella",
        "sv": "delvis, genom en närliggande kompetens",
    },
    "noCourse": {
        "en": "no course develops it",
        "fi": "mikään opintojakso ei kehitä sitä",
        "sv": "inget studieavsnitt utvecklar den",
    },
    "overBudget": {
        "en": "its courses do not fit the limits",
        "fi": "sen opintojaksot eivät mahdu rajoihin",
        "sv": "dess studieavsnitt ryms inte inom gränserna",
    },
    "prerequisite": {
        "en": "a prerequisite does not fit the limits",
        "fi": "esitieto ei mahdu rajoihin",
        "sv": "en förkunskap ryms inte inom gränserna",
    },
    "filteredOut": {
        "en": "its courses are filtered out",
        "fi": "sen opintojaksot on rajattu pois",
        "sv": "dess studieavsnitt har valts bort",
    },
    "works": {
        "en": "Newest research on these skills",
        "fi": "Uusinta tutkimusta näistä osaamisista",
        "sv": "Ny forskning om dessa kompetenser",
    },
    "publishers": {
        "en": "Who publishes on them",
        "fi": "Ketkä niistä julkaisevat",
        "sv": "Vilka som publicerar om dem",
    },
    "openAccess": {"en": "open access", "fi": "avoin", "sv": "öppet tillgänglig"},
    "peerReviewed": {"en": "peer reviewed", "fi": "vertaisarvioitu", "sv": "sakkunniggranskad"},
    "proof": {"en": "How sure this is", "fi": "Kuinka varma tämä on", "sv": "Hur säkert detta är"},
    "optimal": {
        "en": "Proved: no route within the limits is better.",
        "fi": "Todistettu: rajoihin ei mahdu parempaa polkua.",
        "sv": "Bevisat: ingen bättre väg ryms inom gränserna.",
    },
    "feasible": {
        "en": "Not proved: there may be a better route.",
        "fi": "Ei todistettu: parempi polku voi olla olemassa.",
        "sv": "Inte bevisat: det kan finnas en bättre väg.",
    },
    "checked": {
        "en": "Checked by a second program.",
        "fi": "Toinen ohjelma on tarkistanut sen.",
        "sv": "Kontrollerat av ett andra program.",
    },
    "unchecked": {
        "en": "Not confirmed by the second program.",
        "fi": "Toinen ohjelma ei vahvistanut sitä.",
        "sv": "Inte bekräftat av det andra programmet.",
    },
    "type_article": {"en": "article", "fi": "artikkeli", "sv": "artikel"},
    "type_preprint": {"en": "preprint", "fi": "preprint-julkaisu", "sv": "preprint"},
    "type_book": {"en": "book", "fi": "kirja", "sv": "bok"},
    "type_chapter": {"en": "chapter", "fi": "kirjan luku", "sv": "bokkapitel"},
    "type_dataset": {"en": "data set", "fi": "tutkimusaineisto", "sv": "datamängd"},
    "type_software": {"en": "software", "fi": "ohjelmisto", "sv": "programvara"},
    "type_doctoral-thesis": {
        "en": "doctoral thesis",
        "fi": "väitöskirja",
        "sv": "doktorsavhandling",
    },
    "type_student-thesis": {"en": "student thesis", "fi": "opinnäytetyö", "sv": "examensarbete"},
    "type_other": {"en": "other work", "fi": "muu tuotos", "sv": "annat resultat"},
    "empty": {
        "en": "There is no route.",
        "fi": "Polkua ei ole.",
        "sv": "Det finns ingen studieväg.",
    },
}


def word(name: str, language: str) -> str:
    """The word in the language; in English where the language is none of the three.

    >>> word("credits", "fi"), word("credits", "sv-FI"), word("credits", "de")
    ('op', 'sp', 'ECTS')
    """
    of = WORDS[name]
    return of.get(language.split("-")[0].lower(), of["en"])


def number(value: float) -> str:
    """Credits without a needless decimal.

    >>> number(5.0), number(2.5)
    ('5', '2.5')
    """
    return f"{value:g}"
