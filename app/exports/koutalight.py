"""KoutaLight: what Opintopolku takes of a training that Kouta's own model does not know.

Source: the fields of ``PUT /koutan-tietomallista-poikkeavat-koulutukset/``; its published schema
could not be had. It has no place for credits, level or prerequisites.
"""

from __future__ import annotations

from typing import Any, Final

from app.exports.facts import Facts, Texts
from app.exports.formats import Document, Format, Lacking
from loaders.kouta import UNIVERSITY_OIDS
from ontology import terms

NAME: Final = "koutalight"

_SPOKEN: Final = ("fi", "sv", "en")
_OIDS: Final = {code: oid for oid, code in UNIVERSITY_OIDS.items()}
"""Oids of universities of the network, as far as they are known; a setting names others."""
_LANGUAGES: Final = {"fi": "1", "sv": "2", "en": "4"}
_MODES: Final[dict[str, str]] = {terms.OnSite: "1", terms.Blended: "2", terms.Online: "3"}


def write(facts: Facts) -> Document:
    """The body of a PUT, published in every language in which both name and description stand.

    Raises: Lacking where there is no such language, or the organisation has no known oid.
    """
    described = _described(facts)
    spoken = [tag for tag in _SPOKEN if tag in facts.titles and tag in described]
    if not spoken:
        raise Lacking(NAME, facts.iri, "a name and a description in one language of fi, sv, en")
    made: dict[str, Any] = {
        "externalId": facts.code,
        "kielivalinta": spoken,
        "tila": "julkaistu",
        "nimi": {tag: facts.titles[tag] for tag in spoken},
        "kuvaus": {tag: described[tag] for tag in spoken},
        "tarjoajat": [_oid(facts)],
    }
    more: dict[str, Any] = {
        "osaaminenUrit": [one.iri for one in facts.skills],
        "opetuskielet": [
            f"oppilaitoksenopetuskieli_{_LANGUAGES[tag]}#2"
            for tag in facts.all_languages
            if tag in _LANGUAGES
        ],
        "opetustavat": [
            f"opetuspaikkakk_{_MODES[one]}#1" for one in facts.all_modes if one in _MODES
        ],
    }
    fees = [one.fee for one in facts.ways if one.fee is not None]
    if fees:
        more["isMaksullinen"] = max(fees) > 0
    days = [one for one in facts.teachings if one.enrolment_start]
    if days:
        soonest = max(days, key=lambda one: one.enrolment_start)
        more["hakuaika"] = {"alkaa": f"{soonest.enrolment_start}T00:00"}
        if soonest.enrolment_end:
            more["hakuaika"]["paattyy"] = f"{soonest.enrolment_end}T23:59"
    return made | {name: value for name, value in more.items() if value not in ([], {})}


def _described(facts: Facts) -> Texts:
    """What it is about; where that is not said, what is learnt."""
    return {**facts.outcomes, **facts.content}


def _oid(facts: Facts) -> str:
    if facts.body is not None:
        code = facts.body.code
        own = code if code.startswith("1.2.246.562.") else ""
        if oid := facts.body.oid or _OIDS.get(code, own):
            return oid
    raise Lacking(
        NAME,
        facts.iri,
        "an organisation whose oid in Opintopolku is known (POLKU_KOUTA_OIDS may name it)",
    )


FORMAT: Final = Format(NAME, "KoutaLight", "application/json", write)
