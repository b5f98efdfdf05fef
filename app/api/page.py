"""The frame of every page of the service: plain HTML that needs no script."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from ontology import notices

_WORDS = {
    "en": {
        "skip": "Skip to content",
        "home": "Start",
        "search": "Skills",
        "api": "API",
        "privacy": "Privacy",
        "about": "About this service",
    },
    "fi": {
        "skip": "Siirry sisältöön",
        "home": "Etusivu",
        "search": "Osaamiset",
        "api": "Rajapinta",
        "privacy": "Tietosuoja",
        "about": "Tietoa palvelusta",
    },
    "sv": {
        "skip": "Till innehållet",
        "home": "Start",
        "search": "Kompetenser",
        "api": "API",
        "privacy": "Dataskydd",
        "about": "Om tjänsten",
    },
}


def footer(language: str) -> str:
    """The foot of every page, as HTML: ESCO's notice, and how people's data is handled."""
    shown = language if language in _WORDS else "en"
    words = _WORDS[shown]
    return (
        f"<footer><nav aria-label='{words['about']}'><ul>"
        f"<li><a href='/privacy?lang={shown}'>{words['privacy']}</a></li>"
        "<li><a href='/queries/datasets'>Data</a></li></ul></nav>"
        f"<p lang='en'>{notices.ESCO}</p></footer>"
    )


def page(
    title: str,
    body: str,
    language: str,
    *,
    path: str = "/",
    query: Mapping[str, str | Sequence[str]] | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    """A page with the body, which is HTML already, in the frame; the title is text.

    ``path`` and ``query`` are the page's own: its other languages are at the same place.
    """
    shown = language if language in _WORDS else "en"
    words = _WORDS[shown]

    def elsewhere(code: str) -> str:
        there = urlencode({**(query or {}), "lang": code}, doseq=True)
        return html.escape(f"{path}?{there}", quote=True)

    others = "".join(
        f"<li><a href='{elsewhere(code)}' hreflang='{code}' lang='{code}'>{name}</a></li>"
        for code, name in (("fi", "suomeksi"), ("sv", "på svenska"), ("en", "in English"))
        if code != shown
    )
    return HTMLResponse(
        f"<!doctype html><html lang='{shown}'><head><meta charset='utf-8'>"
        f"<title>{html.escape(title)}{' – Polku' if title != 'Polku' else ''}</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<link rel='stylesheet' href='/docs/own/page.css'></head><body>"
        f"<a class='skip' href='#content'>{words['skip']}</a>"
        f"<header><nav aria-label='Polku'><ul><li><a href='/'>{words['home']}</a></li>"
        f"<li><a href='/docs'>{words['api']}</a></li>{others}</ul></nav></header>"
        f"<main id='content'>{body}</main>{footer(shown)}</body></html>",
        status,
        headers=headers,
    )
