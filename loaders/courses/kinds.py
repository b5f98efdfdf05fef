"""What kind of unit a course is, told by what universities call theses, seminars and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ontology import terms
from ontology.terms import Iri


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern that finds what any of the patterns finds, whatever the case."""
    return re.compile("|".join(patterns), re.IGNORECASE)


_KINDS: Final = (
    (
        terms.Examination,
        any_of(
            r"\.kyps\Z",
            r"\b(?:maturity|oral|writing|written) test\b",
            r"kypsyysnäyte",
            r"mognadsprov",
            r"kielen ko(?:e|keen)\b",
            r"\b(?:kirjallinen|suullinen) koe\b",
        ),
    ),
    (
        terms.Seminar,
        any_of(
            r"\b(?:thesis|doctoral|research|progress|paper|MA) seminar",
            r"opinnäyteseminaari|gradiseminaari|graduseminaari|tutkijaseminaari|tohtoriseminaari",
            r"forskarseminarium|doktorandseminarium",
        ),
    ),
    (
        terms.Thesis,
        any_of(
            r"\.(?:kand|bsc|bscthes|thes|msc|mscthes|dip)\Z",
            r"\A(?:\w+ )?(?:bachelor|master|doctoral|licentiate|diploma)(?:['’]?s)? thesis\b",
            r"\A(?:\w+ ){0,3}(?:kandidaatintyö|diplomityö|pro gradu|opinnäyte(?:työ)?)\b",
            r"\A(?:kandidatarbete|examensarbete|diplomarbete|lärdomsprov)\b",
        ),
    ),
    (
        terms.Internship,
        any_of(
            r"\.(?:harj|trai)\Z",
            r"\A(?:\w+ ){0,2}(?:internship|traineeship|practical training)\b",
            r"\A(?:\w+ )?(?:työ)?harjoittelu\b",
            r"\A(?:\w+ )?(?:arbets)?praktik\b",
        ),
    ),
    (
        terms.Orientation,
        any_of(
            r"\borientation to (?:\w+ )?studies\b",
            r"\A(?:introduction to (?:university |doctoral )?studies|studying at)\b",
            r"\Aintroduction course for (?:bachelor|master|doctoral)['’]?s?['’]? students\b",
            r"\Aprogram(?:me)? introduction\b",
            r"\Aorientaatio \w*opintoihin|\Aorientaatio\b.*opintoihin|\Ajohdatus opiskeluun",
            r"\Aorientering i studierna",
        ),
    ),
    (
        terms.IndependentWork,
        any_of(
            r"\b(?:research|special|individual) assignment\b",
            r"\A(?:independent|individual|multidisciplinary) research projects?\b",
            r"\A(?:independent projects?|research projects?) (?:in|on)\b",
            r"\A(?:\w+ )?competence portfolio\b|\Aportfolio in\b",
            r"\A(?:international )?student tutoring\b",
            r"\berikoistyöt?\b|\btutkimustehtävä\b|\Aopiskelijatuutorointi\b",
            r"\bspecialarbeten?\b",
        ),
    ),
)
_FOR_A_PROGRAMME: Final = any_of(
    r"\ball (?:new )?students (?:enrolled )?(?:in|of) the (?:\w+ )?program",
    r"\bfields of the \w+ (?:BSc|MSc|bachelor['’]?s?|master['’]?s?) program",
)
"""In a course's own text: it introduces the students of one programme to it."""


def unit_kind(
    code: str, titles: Iterable[str], types: Iterable[str], texts: Iterable[str] = ()
) -> Iri:
    """What kind of unit a course is: by its code's ending, its titles, its realisations, its texts.

    >>> unit_kind("X-E1", ["Master's Thesis Seminar"], []) == terms.Seminar
    True
    >>> unit_kind("X-E2", ["Experiment 1", "Koe 1"], []) == terms.OrdinaryCourse
    True
    """
    told = (code, *titles)
    for kind, pattern in _KINDS:
        if any(pattern.search(one) for one in told):
            return kind
    if any(one.startswith("thesis") for one in types):
        return terms.Thesis
    if any(_FOR_A_PROGRAMME.search(one) for one in texts):
        return terms.Orientation
    return terms.OrdinaryCourse
