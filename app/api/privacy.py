"""``/privacy``: what the service holds of people, and what they can ask for, in three languages.

Source: Regulation (EU) 2016/679, articles 13, 14, 17 and 21.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.context import context
from app.api.language import Language
from app.api.page import page

router = APIRouter(tags=["service"])

_AUTHORITY = "https://tietosuoja.fi/en/contact-information"

_Section = tuple[str, Sequence[str]]

_TEXTS: Mapping[str, tuple[str, Sequence[_Section]]] = {
    "en": (
        "Privacy notice",
        (
            (
                "Authors of research",
                (
                    "The graph holds names of authors, their ORCID iDs or identifiers in "
                    "OpenAlex, their works and their organisations. They come from public "
                    "sources; the page “Data” names each. They are there so that a learner can "
                    "find new research on a skill, and who publishes on it.",
                    "They stay for as long as the source lists them, or until you object.",
                ),
            ),
            (
                "Those who decide on tags",
                (
                    "Of a decision the graph shows the role in which it was made, never a name "
                    "or a comment. A comment is kept in a log that only those who run the "
                    "service can read. Access tokens are kept as hashes, without names.",
                ),
            ),
            (
                "Learners and visitors",
                (
                    "What you have learnt, what you ask for and the texts that you send are used "
                    "to answer you and are not kept. The log has the kind of page, the time and "
                    "the status; no query, no body and no address. No cookies are set.",
                ),
            ),
            (
                "Your rights",
                (
                    "You can ask what is held of you, have it corrected, object to it, and have "
                    "it erased. Then your name, your identifiers and the links to your works "
                    "leave the graph and all that is kept of it; the works stay with their other "
                    "authors. A list of keyed hashes keeps later loads from bringing you back; "
                    "your name cannot be read from it.",
                    "A wrong name or work is best corrected at its source, since the next load "
                    "brings it from there.",
                    "You can also lodge a complaint with the supervisory authority:",
                ),
            ),
        ),
    ),
    "fi": (
        "Tietosuojaseloste",
        (
            (
                "Tutkimuksen tekijät",
                (
                    "Graafissa on tekijöiden nimiä, heidän ORCID-tunnisteitaan tai "
                    "OpenAlex-tunnisteitaan, teoksiaan ja organisaatioitaan. Ne ovat peräisin "
                    "julkisista lähteistä, jotka luetellaan sivulla ”Data”. Niiden avulla oppija "
                    "löytää osaamiseen liittyvää uutta tutkimusta ja sen julkaisijat.",
                    "Tiedot säilyvät niin kauan kuin lähde ilmoittaa ne tai kunnes vastustat "
                    "niiden käsittelyä.",
                ),
            ),
            (
                "Asiasanoista päättävät",
                (
                    "Päätöksestä näkyy graafissa rooli, jossa se tehtiin, ei koskaan nimeä eikä "
                    "kommenttia. Kommentti säilyy lokissa, jota vain palvelun ylläpitäjät voivat "
                    "lukea. Käyttötunnukset säilytetään tiivisteinä ilman nimiä.",
                ),
            ),
            (
                "Oppijat ja kävijät",
                (
                    "Aiemmin oppimaasi, kyselyitäsi ja lähettämiäsi tekstejä käytetään vain "
                    "vastaamiseen, eikä niitä säilytetä. Lokissa on sivun laji, aika ja "
                    "vastauksen tila, ei kyselyä, sisältöä eikä osoitetta. Evästeitä ei aseteta.",
                ),
            ),
            (
                "Oikeutesi",
                (
                    "Voit pyytää tiedon siitä, mitä sinusta on tallennettu, sekä tietojen "
                    "oikaisua tai poistamista, ja voit vastustaa niiden käsittelyä. Poistettaessa "
                    "nimesi, tunnisteesi ja yhteytesi teoksiin poistuvat graafista ja kaikesta, "
                    "mitä siitä säilytetään; teokset jäävät muiden tekijöidensä nimiin. "
                    "Avaimellisten tiivisteiden luettelo estää myöhempiä latauksia palauttamasta "
                    "tietojasi; nimeäsi ei voi lukea siitä.",
                    "Väärä nimi tai teos kannattaa oikaista lähteessä, koska seuraava lataus tuo "
                    "sen sieltä.",
                    "Voit myös tehdä valituksen valvontaviranomaiselle:",
                ),
            ),
        ),
    ),
    "sv": (
        "Dataskyddsbeskrivning",
        (
            (
                "Författare till forskning",
                (
                    "Grafen innehåller författares namn, deras ORCID iD eller identifierare i "
                    "OpenAlex, deras verk och organisationer. Uppgifterna kommer från offentliga "
                    "källor, som nämns på sidan ”Data”. De finns för att den som lär sig ska "
                    "hitta ny forskning om en kompetens och vem som publicerar den.",
                    "De finns kvar så länge källan uppger dem eller tills du invänder mot det.",
                ),
            ),
            (
                "De som beslutar om ämnesord",
                (
                    "Av ett beslut visar grafen i vilken roll det fattades, aldrig namn eller "
                    "kommentar. Kommentaren finns i en logg som bara de som driver tjänsten kan "
                    "läsa. Åtkomstnycklar sparas som kondensat, utan namn.",
                ),
            ),
            (
                "Lärande och besökare",
                (
                    "Det du har lärt dig, det du frågar efter och de texter du skickar används "
                    "för att svara dig och sparas inte. Loggen innehåller sidans typ, tiden och "
                    "svarets status, men varken fråga, innehåll eller adress. Inga kakor används.",
                ),
            ),
            (
                "Dina rättigheter",
                (
                    "Du kan begära att få veta vad som finns om dig, få det rättat eller raderat, "
                    "och du kan invända mot behandlingen. Vid radering försvinner ditt namn, dina "
                    "identifierare och länkarna till dina verk ur grafen och allt som sparas av "
                    "den; verken finns kvar med sina andra författare. En lista över kondensat "
                    "med nyckel hindrar senare inläsningar från att återföra dig; ditt namn kan "
                    "inte läsas ur den.",
                    "Ett felaktigt namn eller verk rättas bäst i källan, eftersom nästa inläsning "
                    "hämtar det därifrån.",
                    "Du kan också lämna klagomål till tillsynsmyndigheten:",
                ),
            ),
        ),
    ),
}
_WHO = {
    "en": ("Who is responsible", "Whoever runs this service. Contact:",
           "Whoever runs this service has not stated a contact yet."),
    "fi": ("Rekisterinpitäjä", "Palvelun ylläpitäjä. Yhteystieto:",
           "Palvelun ylläpitäjä ei ole vielä ilmoittanut yhteystietoa."),
    "sv": ("Personuppgiftsansvarig", "Den som driver tjänsten. Kontakt:",
           "Den som driver tjänsten har ännu inte uppgett någon kontakt."),
}  # fmt: skip
_OFFICE = {
    "en": "Office of the Data Protection Ombudsman (Finland)",
    "fi": "Tietosuojavaltuutetun toimisto",
    "sv": "Dataombudsmannens byrå",
}


@router.get(
    "/privacy",
    summary="Privacy notice",
    response_model=None,
    responses={200: {"description": "A page.", "content": {"text/html": {"schema": {"type": "string"}}}}},
)  # fmt: skip
async def privacy(request: Request, lang: Language) -> Response:
    """What the service holds of people, and how to have it corrected or erased."""
    shown = lang if lang in _TEXTS else "en"
    title, sections = _TEXTS[shown]
    return page(
        title,
        f"<h1>{title}</h1>{_responsible(shown, context(request).settings.privacy_contact)}"
        + "".join(_section(heading, said) for heading, said in sections)
        + f"<p><a href='{_AUTHORITY}'>{_OFFICE[shown]}</a></p>",
        shown,
        path="/privacy",
        headers={"Vary": "Accept-Language", "Cache-Control": "no-cache"},
    )


def _responsible(lang: str, contact: str) -> str:
    heading, stated, missing = _WHO[lang]
    if not contact:
        return f"<h2>{heading}</h2><p>{missing}</p>"
    said = html.escape(contact)
    address = contact if contact.startswith("https://") else f"mailto:{contact}"
    linked = f"<a href='{html.escape(address, quote=True)}'>{said}</a>"
    return f"<h2>{heading}</h2><p>{stated} {linked}</p>"


def _section(heading: str, said: Sequence[str]) -> str:
    return f"<h2>{heading}</h2>" + "".join(f"<p>{one}</p>" for one in said)
