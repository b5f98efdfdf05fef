"""HTML as people paste it into catalogue forms → plain text.

Pure and linear in the text's length. Lines are kept, since lists and headings carry meaning;
line breaks that a form has swallowed are put back where the place shows it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

_TAG_NAMES: Final = (
    "a abbr article b blockquote body br center code col dd del div dl dt em figure font "
    "footer h1 h2 h3 h4 h5 h6 head header hr html i iframe img ins label li link main "
    "meta nav object ol option p pre q s section small span strike strong sub sup table "
    "tbody td tfoot th thead tr tt u ul video wbr o:p script style"
)
_TAGS: Final = frozenset(_TAG_NAMES.split())
_COMMENT: Final = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)")
_HIDDEN: Final = re.compile(
    r"<(script|style)\b[^<>]*+>(?:[^<]|<(?!/(?:script|style)))*+", re.IGNORECASE
)
_TAG: Final = re.compile(r"<(?P<close>/?)(?P<name>[^\s/<>]++)(?=[\s/>]|\Z)[^<>]*+(?:>|(?=<)|\Z)")
"""What may be a tag: it is one if its name is one of HTML's."""
_BLOCK: Final = frozenset(
    [
        "article",
        "blockquote",
        "body",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_PREFIXED: Final = re.compile(r"</?(?:jats|mml):(?!p\b|title\b|sec\b)[A-Za-z-]{1,40}[^<>]*+>")
_PREFIXED_BLOCK: Final = re.compile(r"</?(?:jats|mml):[A-Za-z-]{1,40}[^<>]*+>")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACES: Final = re.compile(r"[^\S\n ][^\S\n]*| [^\S\n]+")
"""Every run but a single space, which nearly all are."""
_LINE_END: Final = re.compile(r"\r\n?|[\u2028\u2029]")
_LINE_BREAK: Final = re.compile(r" ?\n[ \n]*")

# Each takes the character after the gap, for a search for one is many times as fast as for a gap.
_SWALLOWED_BEFORE_CODE: Final = re.compile(
    r"([A-Z])(?<=[a-zåäö)].)(?=[A-Z]{1,4}-[A-Z]\d{3}|[A-Z]{1,3}-\d{4}\b)"
)
_SWALLOWED_AFTER_CODE: Final = re.compile(r"([A-ZÅÄÖ])(?<=[A-Z]\d{4}.)(?=[a-zåäö]{3})")
_SWALLOWED_BEFORE_ITEM: Final = re.compile(
    r"([\d-])(?<=[a-zåäö.:;)].)(?:(?<=-)(?= [A-ZÅÄÖ][a-zåäö])|(?<!-)(?=\d?\. ?[A-ZÅÄÖ][a-zåäö]))"
)
_TIGHT_BEFORE_CODE: Final = re.compile(r"([A-Z])(?<=[a-zåäö0-9)][:;,.].)(?=[A-Z]{1,4}-[A-Z]?\d{3})")
_TIGHT_SENTENCE: Final = re.compile(r"([A-ZÅÄÖ])(?<=[a-zåäö)]{2}[.!?:].)(?=[a-zåäö])")
_TIGHT_CAPITAL: Final = re.compile(r"[A-ZÅÄÖ](?<=[a-zåäö\d).!?:;,].)")
"""Where none of these is, a capital stands nowhere that the others but an item's look for."""
_ADDRESS: Final = re.compile(r"(?:https?:|www\.)\S*")


def is_html(text: str) -> bool:
    """Whether a text holds tags or entities of HTML."""
    tags = _TAG.finditer(text) if "<" in text else ()
    return any(tag["name"].lower() in _TAGS for tag in tags) or (
        "&" in text and _ENTITY.search(text) is not None
    )


def plain(text: str) -> str:
    r"""The text without HTML: entities read, list items and paragraphs on lines of their own.

    >>> plain("<p>Either:</p><ul><li>maths</li><li>art &amp;&nbsp;craft</li></ul>")
    'Either:\n- maths\n- art & craft'
    >>> plain("completed:CHEM-A1000 StudyCHEM-A1100 Processes.Then write.")
    'completed: CHEM-A1000 Study\nCHEM-A1100 Processes. Then write.'
    """
    return _plain(text) if len(text) > _REMEMBERED else _remembered(text)


def _plain(text: str) -> str:
    if "<" in text:
        text = _TAG.sub(_of_tag, _HIDDEN.sub(" ", _COMMENT.sub(" ", text)))
    text = _unglued(_readable(text))
    if "  " in text or not _is_visible(text):
        text = _SPACES.sub(" ", text)
    return _LINE_BREAK.sub("\n", text).strip() if "\n" in text else text.strip()


_REMEMBERED: Final = 8_000
"""Characters of the longest texts that are remembered: the slots of a record repeat theirs."""
_remembered: Final = lru_cache(maxsize=64)(_plain)


def untagged(text: str) -> str:
    """The text without tags and entities of HTML, JATS or MathML, words and spaces as they are.

    >>> untagged("<jats:title>Aim</jats:title><jats:p>CO<sub>2</sub> where x < y</jats:p>")
    ' Aim  CO2 where x < y '
    """
    if "<" in text:
        text = _TAG.sub(_of_tag, _COMMENT.sub(" ", text))
        text = _PREFIXED_BLOCK.sub(" ", _PREFIXED.sub("", text))
    return _readable(text)


def _readable(text: str) -> str:
    """The text with its entities read and without what nobody sees."""
    if "&" in text:
        # Forms escape what is escaped already.
        text = html.unescape(html.unescape(text))
    text = unicodedata.normalize("NFC", text)
    if _is_visible(text):
        return text
    return _CONTROL.sub(" ", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))


def _is_visible(text: str) -> bool:
    """Whether a text holds no control or format character, and of white space spaces and new lines."""
    # Python calls printable what is neither of these two nor any separator but the space.
    return text.replace("\n", " ").isprintable()


def _of_tag(tag: re.Match[str]) -> str:
    name = tag["name"].lower()
    if name in _BLOCK:
        return "\n- " if name == "li" and not tag["close"] else "\n"
    if name in ("td", "th"):
        return " "
    return "" if name in _TAGS else tag.group()


def _unglued(text: str) -> str:
    """The text with line breaks and spaces where a form has swallowed them; addresses as are."""
    if "http" not in text and "www." not in text:
        return _spaced(text)
    pieces, at = [], 0
    for address in _ADDRESS.finditer(text):
        pieces += [_spaced(text[at : address.start()]), address.group()]
        at = address.end()
    return "".join((*pieces, _spaced(text[at:])))


def _spaced(text: str) -> str:
    if _TIGHT_CAPITAL.search(text) is None:
        return _SWALLOWED_BEFORE_ITEM.sub(r"\n\1", text)
    text = _SWALLOWED_BEFORE_CODE.sub(r"\n\1", text)
    text = _SWALLOWED_AFTER_CODE.sub(r"\n\1", text)
    text = _SWALLOWED_BEFORE_ITEM.sub(r"\n\1", text)
    text = _TIGHT_BEFORE_CODE.sub(r" \1", text)
    return _TIGHT_SENTENCE.sub(r" \1", text)


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())
