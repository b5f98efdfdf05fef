"""A route as a page to read and to print: plain HTML, no script, nothing fetched.

Made to WCAG 2.1 AA: landmarks and headings in order, tables with captions and scopes, the language
of every foreign part, dark text on white, links that are underlined, one column when zoomed. The
wide table scrolls in a region that the keyboard reaches.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from app.paths.render.words import number, word
from ontology.notices import ESCO

STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  max-width: 64rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.8rem; line-height: 1.2; } h2 { font-size: 1.3rem; margin-top: 2rem; }
a { color: #0b3d91; text-decoration: underline; overflow-wrap: anywhere; }
a:focus-visible, .wide:focus-visible { outline: 3px solid #0b3d91; outline-offset: 2px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: 0.5rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.75rem 0.4rem 0;
  border-bottom: 1px solid #595959; }
tbody th { font-weight: 600; }
.number { text-align: right; }
ul { padding-left: 1.2rem; } td ul { margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; }
@media (max-width: 40rem) { dl { display: block; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .wide { overflow: visible; }
  tr, li { break-inside: avoid; } thead { display: table-header-group; }
  h2 { break-after: avoid; }
  a[href^="http"]::after { content: " <" attr(href) ">"; font-size: 8pt; }
  td a[href^="http"]::after { content: none; }
}
"""
"""The page's only style, within the page, so that a saved page looks the same."""

_LANGUAGES = ("en", "fi", "sv")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def page(answer: Mapping[str, Any], language: str) -> str:
    """The best route as one HTML page, in Finnish, Swedish or English."""
    asked = language.split("-")[0].lower()
    shown = asked if asked in _LANGUAGES else "en"
    title = word("route", shown)
    return (
        f'<!doctype html>\n<html lang="{shown}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title} – Polku</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f"{''.join(_body(answer, shown))}</main>\n"
        f"<footer lang='en'><p>{ESCO}</p></footer>\n</body>\n</html>\n"
    )


def _body(answer: Mapping[str, Any], lang: str) -> Iterable[str]:
    route: Mapping[str, Any] = answer["routes"][0] if answer["routes"] else {"steps": []}
    steps: Sequence[Mapping[str, Any]] = route["steps"]
    if not steps:
        yield f"<p>{word('empty', lang)}</p>\n"
        return
    target = answer.get("target", ())
    covered = f"{route['coverage']:.0%}".replace("%", " %" if lang != "en" else "%")
    yield _facts(
        (word("courses", lang), str(len(steps))),
        (word("credits_long", lang), number(route["ects"])),
        (word("finish", lang), _day(route["finish"], lang)),
        (
            word("coverage", lang),
            f"{covered} ({len(route['covered'])} / {len(target)} {word('skills', lang)})",
        ),
        (word("as_of", lang), _day(answer["asOf"], lang)),
    )
    stated = {one["skill"]: one.get("labelLang") for one in target}
    yield _table(steps, stated, lang)
    lacks = [(one, word("partly", lang)) for one in route["partly"]]
    lacks += [(one, word(str(one["reason"]), lang)) for one in route["missing"]]
    if lacks:
        yield f"<h2>{word('missing', lang)}</h2>\n<ul>\n"
        for one, why in lacks:
            label = _in(one["label"], stated.get(one["skill"]), lang)
            yield f"<li>{label}: {_text(why)}</li>\n"
        yield "</ul>\n"
    if route["works"]:
        yield f"<h2>{word('works', lang)}</h2>\n<ul>\n"
        yield from (_work(one, lang) for one in route["works"])
        yield "</ul>\n"
    if route.get("publishers"):
        yield f"<h2>{word('publishers', lang)}</h2>\n<ul>\n"
        for one in route["publishers"]:
            yield f"<li>{_text(one['name'])} ({_text(one['university'])})</li>\n"
        yield "</ul>\n"
    yield from _proof(route["certificate"], answer, lang)


def _facts(*facts: tuple[str, str]) -> str:
    rows = "".join(f"<dt>{_text(name)}</dt><dd>{value}</dd>\n" for name, value in facts)
    return f"<dl>\n{rows}</dl>\n"


def _table(steps: Sequence[Mapping[str, Any]], stated: Mapping[str, str | None], lang: str) -> str:
    names = ("course", "period", "credits", "develops", "way_in")
    caption = word("steps", lang)
    head = "".join(
        f'<th scope="col"{" class=number" if name == "credits" else ""}>{word(name, lang)}</th>'
        for name in names
    )
    rows = "".join(_row(step, stated, lang) for step in steps)
    return (
        f"<h2>{caption}</h2>\n"
        f'<div class="wide" role="region" tabindex="0" aria-label="{caption}">\n<table>\n'
        f"<caption>{word('steps_caption', lang)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def _row(step: Mapping[str, Any], stated: Mapping[str, str | None], lang: str) -> str:
    period, way = step["period"], step["wayIn"]
    when = f"{_day(period['start'], lang)} – {_day(period['end'], lang)}"
    skills = "".join(
        f"<li>{_in(one['label'], stated.get(one.get('skill')), lang)}</li>"
        for one in step["develops"]
    )
    entry = _text(way["who"])
    if _web(way["link"]):
        entry += f"<br>{_link(way['link'], word('apply_here', lang))}"
    if way["applyBy"]:
        entry += f"<br>{word('apply_by', lang)} {_day(way['applyBy'], lang)}"
    if way.get("fee"):
        entry += (
            f"<br>{word('fee', lang)} {number(way['fee']['max'])} {_text(way['fee']['currency'])}"
        )
    name = _in(step["name"], step.get("nameLang"), lang)
    shown = f"{_link(step['course'], step['code'])} {name}"
    return (
        f'<tr><th scope="row">{shown}<br>{_text(step["university"])}</th>'
        f"<td>{_text(period['name'])}<br>{when}<br>{word(period['offering'], lang)}</td>"
        f'<td class="number">{number(step["ects"])}</td>'
        f"<td>{f'<ul>{skills}</ul>' if skills else ''}</td><td>{entry}</td></tr>\n"
    )


def _work(work: Mapping[str, Any], lang: str) -> str:
    link = f"https://doi.org/{work['doi']}" if work["doi"] else work["link"]
    title = work["title"] or work["work"]
    shown = _link(link, title) if _web(link) else _text(title)
    said = [_day(work["published"], lang), word(f"type_{work['type']}", lang)]
    for name in ("openAccess", "peerReviewed"):
        if work[name]:
            said.append(word(name, lang))
    if work["university"]:
        said.append(_text(work["university"]))
    return f"<li>{shown} ({', '.join(said)})</li>\n"


def _proof(certificate: Mapping[str, Any], answer: Mapping[str, Any], lang: str) -> Iterable[str]:
    yield f"<h2>{word('proof', lang)}</h2>\n"
    status = "optimal" if certificate["status"] == "optimal" else "feasible"
    checked = "checked" if certificate["checked"] else "unchecked"
    yield f"<p>{word(status, lang)} {word(checked, lang)}</p>\n"
    notes = answer.get("notes") or []
    if notes:
        foreign = "" if lang == "en" else ' lang="en"'
        yield f"<ul{foreign}>\n{''.join(f'<li>{_text(one)}</li>' for one in notes)}\n</ul>\n"


def _day(value: str, lang: str) -> str:
    """The day as people of the language write it, and as machines read it."""
    day = date.fromisoformat(value)
    said = {
        "fi": f"{day.day}.{day.month}.{day.year}",
        "en": f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
    }.get(lang, value)
    return f'<time datetime="{day.isoformat()}">{said}</time>'


def _in(value: str, stated: str | None, lang: str) -> str:
    """The words, marked with their language where it is not the page's."""
    if not stated or stated == lang:
        return _text(value)
    return f'<span lang="{html.escape(stated)}">{_text(value)}</span>'


def _link(link: str, words: str) -> str:
    if not _web(link):
        return _text(words)
    return f'<a href="{html.escape(link)}">{_text(words)}</a>'


def _web(link: str | None) -> bool:
    """Whether it is an address that may stand in a page: a script is none."""
    return bool(link) and str(link).lower().startswith(("http://", "https://"))


def _text(words: str) -> str:
    return html.escape(str(words))
