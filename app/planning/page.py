"""The page on which a micro-credential is designed: a form, and the proposals.

Made to WCAG 2.1 AA: headings in order, a label on every field, tables with captions and scopes,
the language of every foreign part. No script.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from app.credentials.page import place, university
from app.credentials.words import STATES, STATUS
from app.planning import words
from app.planning.told import advice, counted, covers, lacking, proof
from ontology.universities import UNIVERSITIES

PATH = "/credentials/design"

Json = Mapping[str, Any]
Head = str | tuple[str]
"""The head of a column; one of numbers in a tuple."""

_LANGUAGES = {"fi": "suomi", "sv": "svenska", "en": "English"}
_MOST = 12


@dataclass(frozen=True)
class Shown:
    """What the page shows.

    Attributes:
        asked: the question as the form has it: a field's name and its value.
        to: what is wanted, as it was written.
        answer: the answer, if there is one.
        refusal: why there is none.
        base: where the IRIs begin that this service resolves.
        lang: the language of the page.
    """

    asked: Mapping[str, str]
    to: Sequence[str] = ()
    answer: Json | None = None
    refusal: str = ""
    base: str = ""
    lang: str = "en"

    @cached_property
    def said(self) -> Mapping[str, str]:
        """The words of the page."""
        return words.of(self.lang)


def body(shown: Shown) -> str:
    """The page's content as HTML, in the language that is shown."""
    return "".join(_parts(shown))


def _parts(shown: Shown) -> Iterator[str]:
    said = shown.said
    yield f"<h1>{said['title']}</h1><p>{said['lead']}</p>"
    if shown.refusal:
        yield (
            f"<section role='alert'><h2>{said['refused']}</h2>"
            f"<p lang='en'>{_text(shown.refusal)}</p></section>"
        )
    yield f"<h2 id='ask'>{said['ask']}</h2>"
    yield _form(shown)
    if shown.answer is None:
        return
    proposals = shown.answer["proposals"]
    for number, one in enumerate(proposals, 1):
        yield from _proposal(shown, number, one)
    if len(proposals) > 1:
        yield f"<h2>{said['between']}</h2>{_between(shown, shown.answer['between'])}"
    query = [("to", one) for one in shown.to] + [
        (name, value) for name, value in shown.asked.items() if value
    ]
    data = _text(f"{PATH}?{urlencode([*query, ('lang', shown.lang), ('format', 'json')])}")
    yield (
        f"<nav aria-label='{said['data']}'><ul><li><a rel='alternate' href='{data}'>JSON</a>"
        "</li></ul></nav>"
    )


def _form(shown: Shown) -> str:
    said, asked = shown.said, shown.asked
    universities = [("", said["any"])] + [
        (code, university(code, shown.lang)) for code in UNIVERSITIES
    ]
    languages = [("", said["any"]), *_LANGUAGES.items()]
    levels = [("", said["any"]), *((level, level) for level in ("6", "7", "8"))]
    together = [("university", said["one_university"]), ("network", said["network"])]
    wanted = "".join(
        _field(said["to"], f"<input id='to{place}' name='to' value='{_text(one)}'>", f"to{place}")
        for place, one in enumerate(shown.to or [""])
    )
    fields = (
        wanted,
        _field(
            said["ects"],
            f"<input id='ects' name='ects' value='{_text(asked.get('ects', '5-15'))}'>",
            "ects",
        ),
        _field(
            said["courses"],
            "<input id='courses' name='courses' type='number' min='1' max='12' "
            f"value='{_text(asked.get('courses', '4'))}'>",
            "courses",
        ),
        _select(said["together"], "together", together, asked),
        _select(said["university"], "university", universities, asked),
        _select(said["language"], "language", languages, asked),
        _select(said["level"], "level", levels, asked),
    )
    return (
        f"<form action='{PATH}' method='get'><input type='hidden' name='lang' "
        f"value='{shown.lang}'>{''.join(fields)}"
        f"<p><button>{said['submit']}</button></p></form>"
    )


def _field(label: str, control: str, name: str) -> str:
    return f"<p class='field'><label for='{name}'>{_text(label)}</label>{control}</p>"


def _select(
    label: str, name: str, options: Iterable[tuple[str, str]], asked: Mapping[str, str]
) -> str:
    made = "".join(
        f"<option value='{_text(value)}'{' selected' if asked.get(name, '') == value else ''}>"
        f"{_text(said)}</option>"
        for value, said in options
    )
    return _field(label, f"<select id='{name}' name='{name}'>{made}</select>", name)


def _proposal(shown: Shown, number: int, one: Json) -> Iterator[str]:
    said = shown.said
    heading = said["proposal"].format(
        n=number, courses=len(one["courses"]), ects=f"{one['ects']:g}"
    )
    yield f"<section aria-labelledby='proposal{number}'><h2 id='proposal{number}'>{heading}</h2>"
    assert shown.answer is not None  # noqa: S101
    yield f"<p>{_text(covers(one, shown.answer, shown.lang))}</p>"
    yield _courses(shown, one["courses"])
    eqf = one["level"]["eqf"]
    level = said["eqf_none"] if eqf is None else said["eqf"].format(n=eqf)
    languages = ", ".join(one["languages"]) or said["no_language"]
    yield f"<ul><li>{level}</li><li>{said['languages']}: {_text(languages)}</li></ul>"
    yield f"<h3>{said['entry']}</h3>{_entries(shown, one)}"
    yield f"<h3>{said['teaching']}</h3>{_teaching(shown, one['teaching'])}"
    yield f"<h3>{said['readiness']}</h3>{_readiness(shown, one['readiness'])}"
    yield f"<h3>{said['overlaps']}</h3>{_overlaps(shown, one)}"
    yield f"<h3>{said['stacking']}</h3>{_stacking(shown, one['stacking'])}"
    for part in ("partly", "missing"):
        yield _skills(shown, said[part], one[part])
    yield f"<p>{said[proof(one['certificate'])]}</p></section>"


def _courses(shown: Shown, courses: Sequence[Json]) -> str:
    said = shown.said
    lines = "".join(
        f"<tr><th scope='row'>{_course(shown, one)}</th>"
        f"<td>{_text(university(one['university'], shown.lang))}</td>"
        f"<td class='number'>{one['ects']:g}</td><td>{_text(', '.join(one['language']))}</td>"
        f"<td>{_developed(shown, one['develops'])}</td></tr>"
        for one in courses
    )
    return _table(
        said["table"],
        [
            said["course"],
            said["university"],
            (said["credits"],),
            said["languages"],
            said["skills"],
        ],
        lines,
    )


def _developed(shown: Shown, skills: Sequence[Json]) -> str:
    """The surest of the skills, and how many more there are."""
    best = sorted(skills, key=lambda one: -one["confidence"])
    items = [f"{_labelled(one)} {one['confidence']:.2f}" for one in best[:_MOST]]
    return _list(items, shown, len(best))


def _course(shown: Shown, one: Json) -> str:
    where = _text(place(one["course"], shown.base))
    return f"<a href='{where}'>{_text(one['code'])}</a> {_named(one)}"


def _named(one: Json) -> str:
    """A name, in the language that it is in."""
    return _spoken(one["name"], one.get("nameLang"))


def _labelled(one: Json) -> str:
    """A skill's label, in the language that it is in."""
    return _spoken(one["label"], one.get("labelLang"))


def _spoken(said: str, tag: str | None) -> str:
    return f"<span lang='{_text(tag)}'>{_text(said)}</span>" if tag else _text(said)


def _entries(shown: Shown, one: Json) -> str:
    said = shown.said
    if not one["entryRequirements"]:
        return f"<p>{said['entry_none']}</p>"
    codes = {each["course"]: each["code"] for each in one["courses"]}
    items = []
    for entry in one["entryRequirements"]:
        options = [_course(shown, each) for each in entry["anyOf"]]
        if entry["unknown"] or not options:
            options.append(_text(said["unknown"].format(n=max(1, entry["unknown"]))))
        by = _text(", ".join(codes[name] for name in entry["askedBy"]))
        items.append(
            f"{said[entry['strength']]}: {said['or'].join(options)} ({said['asked_by'].format(by=by)})"
        )
    return _list(items, shown)


def _teaching(shown: Shown, teaching: Json) -> str:
    said = shown.said
    if not teaching["stretches"]:
        return f"<p>{said['no_span']}</p>"
    items = [
        f"{_text(one['start'])} – {_text(one['end'])}: "
        + ", ".join(
            f"{_text(each['code'])} ({_text(each['period']['name'])})" for each in one["courses"]
        )
        for one in teaching["stretches"]
    ]
    return f"<p>{said['span'].format(n=teaching['periods'])}</p>{_list(items, shown)}"


def _readiness(shown: Shown, readiness: Json) -> str:
    said = shown.said
    lines = "".join(
        f"<tr><th scope='row'>{_text(one['label'])}</th>"
        f"<td>{STATUS[one['status']][shown.lang]}</td><td>{_text(advice(one))}</td></tr>"
        for one in lacking(readiness)
    )
    state = STATES[readiness["state"]][shown.lang]
    return f"<p>{state}.</p>" + _table(
        readiness["title"], [said["element"], said["status"], said["what"]], lines
    )


def _overlaps(shown: Shown, one: Json) -> str:
    said = shown.said
    if not one["overlaps"]:
        return f"<p>{said['overlaps_none']}</p>"
    lines = "".join(
        f"<tr><th scope='row'>{_whole(shown, each)}</th>"
        f"<td>{words.RELATION[each['relation']][shown.lang]}</td>"
        f"<td>{_text(', '.join(course['code'] for course in each['courses']))}</td>"
        f"<td class='number'>{each['share']:.0%}</td>"
        f"<td class='number'>{each['shareOfOther']:.0%}</td>"
        f"<td class='number'>{each['jaccard']:.2f}</td></tr>"
        for each in one["overlaps"]
    )
    heads: list[Head] = [
        said["whole"],
        said["status"],
        said["shared"],
        (said["share"],),
        (said["of_other"],),
        (said["jaccard"],),
    ]
    return _table(said["overlaps"], heads, lines)


def _whole(shown: Shown, one: Json) -> str:
    where = _text(place(one["thing"], shown.base))
    return f"<a href='{where}'>{_named(one)}</a> ({words.KIND[one['kind']][shown.lang]})"


def _stacking(shown: Shown, stacking: Json) -> str:
    said = shown.said
    if not stacking["countsTowards"]:
        return f"<p>{said['stacking_none']}</p>"
    items = []
    for one in stacking["countsTowards"]:
        where = _text(place(one["thing"], shown.base))
        why = counted(one, shown.lang)
        items.append(f"<a href='{where}'>{_named(one)}</a>: {_text(why)}")
    return _list(items, shown)


def _skills(shown: Shown, heading: str, skills: Sequence[Json]) -> str:
    if not skills:
        return ""
    items = [_labelled(one) for one in skills[:_MOST]]
    return (
        f"<details><summary>{heading}: {len(skills)}</summary>"
        f"{_list(items, shown, len(skills))}</details>"
    )


def _between(shown: Shown, pairs: Sequence[Json]) -> str:
    said = shown.said
    lines = "".join(
        f"<tr><th scope='row'>{one['of']}, {one['and']}</th>"
        f"<td class='number'>{len(one['courses'])}</td><td class='number'>{one['share']:.0%}</td>"
        f"<td class='number'>{one['shareOfOther']:.0%}</td>"
        f"<td class='number'>{one['jaccard']:.2f}</td></tr>"
        for one in pairs
    )
    heads: list[Head] = [
        said["pair"],
        (said["shared"],),
        (said["share"],),
        (said["of_other"],),
        (said["jaccard"],),
    ]
    return _table(said["between"], heads, lines)


def _table(caption: str, heads: Sequence[Head], lines: str) -> str:
    """A table that scrolls sideways on a narrow screen."""
    made = "".join(
        f"<th scope='col'>{one}</th>"
        if isinstance(one, str)
        else f"<th scope='col' class='number'>{one[0]}</th>"
        for one in heads
    )
    return (
        f"<div class='wide' role='region' tabindex='0' aria-label='{_text(caption)}'><table>"
        f"<caption>{_text(caption)}</caption><thead><tr>{made}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )


def _list(items: Sequence[str], shown: Shown, of: int = 0) -> str:
    """A list; where it is cut short, how many more there are."""
    more = [shown.said["more"].format(n=of - len(items))] if of > len(items) else []
    return f"<ul>{''.join(f'<li>{one}</li>' for one in (*items, *more))}</ul>"


def _text(said: str) -> str:
    return html.escape(said, quote=True)
