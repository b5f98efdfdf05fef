"""The report of a sync as a page to read, in Finnish, Swedish and English.

Made to WCAG 2.1 AA: headings in order, tables with captions and scopes, states in words and
not by colour alone, the language of the page stated. No script, nothing fetched.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from app.sources.changes import Counts
from app.sources.sync import COUNTED, STATES, Matched, Outcome, Synced

LANGUAGES: Final = ("fi", "sv", "en")

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "title": {"en": "Update of sources", "fi": "Lähteiden päivitys", "sv": "Uppdatering av källor"},
        "began": {"en": "Began", "fi": "Alkoi", "sv": "Började"},
        "generation": {"en": "Published generation", "fi": "Julkaistu sukupolvi", "sv": "Publicerad generation"},
        "none": {
            "en": "Nothing was published.",
            "fi": "Mitään ei julkaistu.",
            "sv": "Inget publicerades.",
        },
        "dry": {
            "en": "This was a dry run: nothing was changed.",
            "fi": "Tämä oli koeajo: mitään ei muutettu.",
            "sv": "Detta var en provkörning: inget ändrades.",
        },
        "failures": {"en": "What failed", "fi": "Mikä epäonnistui", "sv": "Vad som misslyckades"},
        "sources": {"en": "Sources", "fi": "Lähteet", "sv": "Källor"},
        "kinds": {"en": "Changes by kind", "fi": "Muutokset lajeittain", "sv": "Ändringar per slag"},
        "kind": {"en": "Kind", "fi": "Laji", "sv": "Slag"},
        "source": {"en": "Source", "fi": "Lähde", "sv": "Källa"},
        "loader": {"en": "Loader", "fi": "Lukija", "sv": "Inläsare"},
        "state": {"en": "State", "fi": "Tila", "sv": "Läge"},
        "release": {"en": "Release", "fi": "Julkaisu", "sv": "Utgåva"},
        "schedule": {"en": "Schedule", "fi": "Aikataulu", "sv": "Tidtabell"},
        "added": {"en": "Added", "fi": "Lisätty", "sv": "Tillagda"},
        "changed": {"en": "Changed", "fi": "Muuttunut", "sv": "Ändrade"},
        "removed": {"en": "Removed", "fi": "Poistettu", "sv": "Borttagna"},
        "unchanged": {"en": "Unchanged", "fi": "Ennallaan", "sv": "Oförändrade"},
        "rejected": {"en": "Rejected", "fi": "Hylätty", "sv": "Avvisade"},
        "matches": {"en": "Matches", "fi": "Vastaavuudet", "sv": "Motsvarigheter"},
        "matching": {"en": "Matching", "fi": "Vastaavuuksien haku", "sv": "Sökning av motsvarigheter"},
        "languages": {"en": "Other languages", "fi": "Muut kielet", "sv": "Andra språk"},
    }
)  # fmt: skip
STATE_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "matched": {"en": "matched", "fi": "haettu", "sv": "sökt"},
        "loaded": {"en": "loaded", "fi": "ladattu", "sv": "inläst"},
        "unchanged": {"en": "unchanged", "fi": "ennallaan", "sv": "oförändrad"},
        "failed": {"en": "failed", "fi": "epäonnistui", "sv": "misslyckades"},
        "skipped": {"en": "not enabled", "fi": "ei käytössä", "sv": "inte i bruk"},
    }
)
_NAMES: Final = {"fi": "suomeksi", "sv": "på svenska", "en": "in English"}
_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem}"
    ".wide{overflow-x:auto}a:focus-visible,.wide:focus-visible{outline:3px solid;outline-offset:2px}"
    "table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:bold;padding:.5rem 0}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid}"
    ".number{text-align:right}nav ul{display:flex;gap:1rem;padding:0;list-style:none}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere}"
)


def file_name(language: str) -> str:
    """Name of the page in a language.

    >>> file_name("fi")
    'report.fi.html'
    """
    return f"report.{language}.html"


def page(synced: Synced, language: str, *, began: str, dry_run: bool) -> str:
    """The whole page in a language."""
    words = {name: said[language] for name, said in WORDS.items()}
    return "".join(_parts(synced, language, words, began, dry_run))


def _parts(
    synced: Synced, language: str, words: Mapping[str, str], began: str, dry_run: bool
) -> Iterator[str]:
    others = "".join(
        f"<li><a href='{file_name(code)}' hreflang='{code}' lang='{code}'>{_NAMES[code]}</a></li>"
        for code in LANGUAGES
        if code != language
    )
    yield (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'>"
        f"<title>{words['title']} – Polku</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<style>{_STYLE}</style></head><body>"
        f"<header><nav aria-label='{words['languages']}'><ul>{others}</ul></nav></header>"
        f"<main><h1>{words['title']}</h1>"
        f"<p>{words['began']} <time datetime='{_text(began)}'>{_text(began)}</time>.</p>"
    )
    if dry_run:
        yield f"<p>{words['dry']}</p>"
    elif synced.generation is None:
        yield f"<p>{words['none']}</p>"
    else:
        yield f"<p>{words['generation']}: {_text(synced.generation.id)}</p>"
    yield from _failures(synced, words)
    yield f"<h2>{words['sources']}</h2>"
    yield _sources(synced, language, words)
    yield from _kinds(synced, words)
    if synced.matched is not None:
        yield _matches(synced.matched, language, words)
    yield "</main></body></html>\n"


def _failures(synced: Synced, words: Mapping[str, str]) -> Iterator[str]:
    failed = [(one.name, one.message) for one in synced.outcomes if one.state == "failed"]
    if synced.matched is not None and synced.matched.state == "failed":
        failed.append((words["matching"], synced.matched.message))
    if failed:
        yield f"<h2>{words['failures']}</h2>"
    for name, message in failed:
        yield f"<h3>{_text(name)}</h3><pre lang='en'>{_text(message)}</pre>"


def _sources(synced: Synced, language: str, words: Mapping[str, str]) -> str:
    heads = "".join(
        f"<th scope='col'>{words[name]}</th>"
        for name in ("source", "loader", "release", "schedule", "state")
    )
    heads += "".join(
        f"<th scope='col' class='number'>{words[name]}</th>" for name in (*COUNTED, "rejected")
    )
    lines = "".join(_line(one, language) for one in synced.outcomes)
    by_state = ", ".join(
        f"{STATE_WORDS[state][language]} {count}"
        for state in STATES
        if (count := sum(one.state == state for one in synced.outcomes))
    )
    return (
        f"<div class='wide' role='region' tabindex='0' aria-label='{words['sources']}'><table>"
        f"<caption>{words['sources']}: {by_state}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )


def _line(one: Outcome, language: str) -> str:
    total = one.changes.all
    said = (one.loader, one.release, one.schedule, STATE_WORDS[one.state][language])
    return (
        f"<tr><th scope='row'>{_text(one.name)}</th>"
        + "".join(f"<td>{_text(text)}</td>" for text in said)
        + _numbers(total)
        + f"<td class='number'>{one.rejected}</td></tr>"
    )


def _matches(one: Matched, language: str, words: Mapping[str, str]) -> str:
    heads = _heads(words)
    return (
        f"<h2>{words['matches']}</h2><table><caption>{words['matches']}</caption><thead><tr>"
        f"<th scope='col'>{words['state']}</th>{heads}</tr></thead><tbody><tr>"
        f"<td>{STATE_WORDS[one.state][language]}</td>{_numbers(one.counts)}</tr></tbody></table>"
    )


def _heads(words: Mapping[str, str]) -> str:
    return "".join(f"<th scope='col' class='number'>{words[name]}</th>" for name in COUNTED)


def _numbers(found: Counts) -> str:
    return "".join(f"<td class='number'>{getattr(found, name)}</td>" for name in COUNTED)


def _kinds(synced: Synced, words: Mapping[str, str]) -> Iterator[str]:
    changed = [one for one in synced.outcomes if one.changes.any]
    if changed:
        yield f"<h2>{words['kinds']}</h2>"
    heads = _heads(words)
    for one in changed:
        lines = "".join(
            f"<tr><th scope='row' lang='en'>{_text(kind)}</th>" + f"{_numbers(found)}</tr>"
            for kind, found in one.changes.kinds.items()
        )
        yield (
            f"<table><caption>{_text(one.name)}</caption><thead><tr>"
            f"<th scope='col'>{words['kind']}</th>{heads}</tr></thead><tbody>{lines}</tbody></table>"
        )


def _text(words: str) -> str:
    return html.escape(words, quote=True)
