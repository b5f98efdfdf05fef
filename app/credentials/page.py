"""The page of readiness: counts, what lacks most often, and the courses, chosen by links.

Made to WCAG 2.1 AA: headings in order, tables with captions and scopes, the language of every
foreign part, links that say where they lead and which of them is chosen. No script.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app.credentials.answer import Chosen
from app.credentials.profiles import PROFILES, profile
from app.credentials.readiness import STATES, Row, State, Summary
from app.credentials.table import title
from app.credentials.words import READINESS, STATUS
from app.credentials.words import STATES as STATE_WORDS
from ontology.universities import UNIVERSITIES

PATH = "/credentials/readiness"
_MOST_LACKED = 10


@dataclass(frozen=True)
class Shown:
    """What the page shows: counts of the whole, and the courses from ``offset`` on.

    ``base``: where the IRIs begin that this service resolves.
    """

    counts: Summary
    chosen: Chosen
    rows: Sequence[Row]
    offset: int
    matching: int
    following: str | None
    universities: Sequence[str]
    base: str
    lang: str


def body(shown: Shown) -> str:
    """The page's content as HTML, in the language that is shown."""
    return "".join(_parts(shown))


def _parts(shown: Shown) -> Iterator[str]:
    words = {name: said[shown.lang] for name, said in READINESS.items()}
    held = profile(shown.chosen.profile)
    yield f"<h1>{words['title']}</h1><p>{words['lead']}</p>"
    yield f"<p>{words['profile']}: {_text(held.titles[shown.lang])}</p>"
    yield f"<h2 id='choose'>{words['filters']}</h2>"
    yield from _filters(shown, words)
    yield f"<h2>{words['summary']}</h2>"
    yield _states(shown, words)
    yield _by_lacks(shown.counts, words)
    yield f"<h2>{words['most_lacked']}</h2>"
    yield _lacked(shown, words)
    yield f"<h2>{words['list']}</h2>"
    yield from _list(shown, words)
    data = "".join(
        f"<li><a rel='alternate' href='{_link(shown.chosen, shown.lang, format=form)}'>{form}</a></li>"
        for form in ("json", "csv")
    )
    yield f"<nav aria-label='{words['data']}'><ul>{data}</ul></nav>"


def _filters(shown: Shown, words: Mapping[str, str]) -> Iterator[str]:
    """A row of links for the profile, the university, the state and what lacks."""
    chosen, lang = shown.chosen, shown.lang
    yield _choice(
        words["profile"],
        (
            (profile(name).titles[lang], Chosen(name, chosen.university), name == chosen.profile)
            for name in PROFILES
        ),
        lang,
    )
    yield _choice(
        words["university"],
        [
            (words["all"], replace(chosen, university=""), not chosen.university),
            *(
                (university(one, lang), replace(chosen, university=one), one == chosen.university)
                for one in shown.universities
            ),
        ],
        lang,
    )
    states: list[tuple[str, State | None]] = [(words["all"], None)]
    states += [(STATE_WORDS[state][lang], state) for state in STATES]
    yield _choice(
        words["state"],
        ((said, replace(chosen, state=one), one == chosen.state) for said, one in states),
        lang,
    )
    labels = _labels(shown)
    lacking = [one.element for one in shown.counts.lacked if one.missing or one.wrong]
    yield _choice(
        words["lacks"],
        [
            (words["all"], replace(chosen, lacks=""), not chosen.lacks),
            *(
                (labels[one], replace(chosen, lacks=one), one == chosen.lacks)
                for one in dict.fromkeys([*lacking, *filter(None, [chosen.lacks])])
            ),
        ],
        lang,
    )


def _choice(name: str, links: Iterable[tuple[str, Chosen, bool]], lang: str) -> str:
    items = "".join(
        f"<li><a href='{_link(to, lang)}'{_current(is_chosen)}>{_text(said)}</a></li>"
        for said, to, is_chosen in links
    )
    return f"<nav aria-label='{_text(name)}'><h3>{_text(name)}</h3><ul>{items}</ul></nav>"


def _current(is_chosen: bool) -> str:
    return " aria-current='true'" if is_chosen else ""


def _link(chosen: Chosen, lang: str, **more: str) -> str:
    """Where the same page stands with these filters."""
    stated = {
        "profile": chosen.profile,
        "university": chosen.university,
        "state": chosen.state or "",
        "lacks": chosen.lacks,
        "lang": lang,
        **more,
    }
    return _text(f"{PATH}?{urlencode({name: value for name, value in stated.items() if value})}")


def _states(shown: Shown, words: Mapping[str, str]) -> str:
    lines = "".join(
        f"<tr><th scope='row'><a href='{_link(replace(shown.chosen, state=state), shown.lang)}'>"
        f"{STATE_WORDS[state][shown.lang]}</a></th><td class='number'>{number}</td></tr>"
        for state, number in shown.counts.states.items()
    )
    return (
        f"<table><caption>{words['offerings']}: {shown.counts.offerings}</caption><thead><tr>"
        f"<th scope='col'>{words['state']}</th>"
        f"<th scope='col' class='number'>{words['number']}</th></tr></thead>"
        f"<tbody>{lines}</tbody></table>"
    )


def _by_lacks(counts: Summary, words: Mapping[str, str]) -> str:
    lines = "".join(
        f"<tr><th scope='row'>{lacks}</th><td class='number'>{counts.by_lacks_now.get(lacks, 0)}"
        f"</td><td class='number'>{counts.by_lacks.get(lacks, 0)}</td></tr>"
        for lacks in sorted({*counts.by_lacks, *counts.by_lacks_now})
    )
    heads = "".join(
        f"<th scope='col' class='number'>{words[one]}</th>" for one in ("today", "after_inferring")
    )
    return (
        f"<table><caption>{words['by_lacks']}</caption><thead><tr>"
        f"<th scope='col'>{words['lacks_number']}</th>{heads}</tr></thead>"
        f"<tbody>{lines}</tbody></table>"
    )


def _lacked(shown: Shown, words: Mapping[str, str]) -> str:
    labels = _labels(shown)
    lines = "".join(
        f"<tr><th scope='row'>"
        f"<a href='{_link(replace(shown.chosen, lacks=one.element), shown.lang)}'>"
        f"{_text(labels[one.element])}</a></th><td>{words[one.requirement]}</td>"
        f"<td class='number'>{one.missing}</td><td class='number'>{one.wrong}</td>"
        f"<td class='number'>{one.inferred}</td></tr>"
        for one in shown.counts.lacked[:_MOST_LACKED]
    )
    heads = "".join(
        f"<th scope='col' class='number'>{STATUS[one][shown.lang]}</th>"
        for one in ("missing", "wrong", "inferred")
    )
    return (
        f"<table><caption>{words['most_lacked']}</caption><thead><tr>"
        f"<th scope='col'>{words['element']}</th><th scope='col'>{words['requirement']}</th>"
        f"{heads}</tr></thead><tbody>{lines}</tbody></table>"
    )


def _list(shown: Shown, words: Mapping[str, str]) -> Iterator[str]:
    if not shown.rows:
        yield f"<p>{words['none']}</p>"
        return
    span = words["shown"].format(
        first=shown.offset + 1, last=shown.offset + len(shown.rows), all=shown.matching
    )
    heads = "".join(
        f"<th scope='col'>{one}</th>"
        for one in (
            words["name"],
            words["university"],
            words["credits"],
            words["state"],
            words["lacks"],
            STATUS["inferred"][shown.lang],
        )
    )
    lines = "".join(_line(row, shown, words) for row in shown.rows)
    yield (
        f"<div class='wide' role='region' tabindex='0' aria-label='{words['list']}'>"
        f"<table><caption>{span}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )
    links = []
    if shown.offset:
        links.append(f"<li><a href='{_link(shown.chosen, shown.lang)}'>{words['first']}</a></li>")
    if shown.following:
        links.append(f"<li><a rel='next' href='{_text(shown.following)}'>{words['next']}</a></li>")
    if links:
        yield f"<nav aria-label='{words['next']}'><ul>{''.join(links)}</ul></nav>"


def _line(row: Row, shown: Shown, words: Mapping[str, str]) -> str:
    held = row["profiles"][shown.chosen.profile]
    labels = _labels(shown)
    said, tag = title(row["titles"], shown.lang)
    named = f"<span lang='{_text(tag)}'>{_text(said)}</span>" if tag else _text(said)
    lacks = [*held["missing"], *held["wrong"]]
    credits = "" if row["ects"] is None else f"{row['ects']:g}"
    return (
        f"<tr><th scope='row'><a href='{_text(place(row['thing'], shown.base))}'>{_text(row['code'])}</a> "
        f"{named}</th><td>{_text(university(row['university'], shown.lang))}</td>"
        f"<td class='number'>{credits}</td><td>{STATE_WORDS[held['state']][shown.lang]}</td>"
        f"<td>{_listed([labels[one] for one in lacks]) or words['lacks_none']}</td>"
        f"<td>{_listed([labels[one] for one in held['inferred']])}</td></tr>"
    )


def _listed(labels: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{_text(one)}</li>' for one in labels)}</ul>" if labels else ""


def _labels(shown: Shown) -> Mapping[str, str]:
    elements = profile(shown.chosen.profile).elements
    return {one.name: one.labels[shown.lang] for one in elements}


def university(code: str, lang: str) -> str:
    """A university's name; its code if it is none of the network."""
    known = UNIVERSITIES.get(code)
    return known.names.get(lang, known.names["en"]) if known else code


def place(thing: str, base: str) -> str:
    """Where this service tells more of what it minted: its path; of others, their IRI.

    >>> place("https://w3id.org/polku/course/aalto/CS-A1110", "https://w3id.org/polku/")
    '/course/aalto/CS-A1110'
    """
    if thing.startswith(base):
        return "/" + thing[len(base) :]
    return thing if thing.startswith(("http://", "https://")) else "#"


def _text(words: str) -> str:
    return html.escape(words, quote=True)
