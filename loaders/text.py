"""HTML as people paste it into catalogue forms → plain text.

Pure and linear in the text's length. Lines are kept, since lists and headings carry meaning;
line breaks that a form has swallowed are put back where the place shows it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

_TAGS: Final = (
    "a|abbr|article|b|blockquote|body|br|center|code|col|dd|del|div|dl|dt|em|figure|font|footer|"
    "h[1-6]|head|header|hr|html|i|iframe|img|ins|label|li|link|main|meta|nav|object|ol|option|p|"
    "pre|q|s|section|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|"
    "video|wbr|o:p"
)
_COMMENT: Final = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)")
_HIDDEN: Final = re.compile(
    r"<(script|style)\b[^<>]*+>(?:[^<]|<(?!/(?:script|style)))*+", re.IGNORECASE
)
_TAG: Final = re.compile(
    rf"<(?P<close>/?)(?P<name>{_TAGS}|script|style)(?=[\s/>]|\Z)[^<>]*+(?:>|(?=<)|\Z)",
    re.IGNORECASE,
)
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

_SWALLOWED_BEFORE_CODE: Final = re.compile(
    r"(?<=[a-zåäö)])(?=[A-Z]{2,5}-[A-Z]\d{3}|[A-Z]{2,4}-\d{4}\b)"
)
_SWALLOWED_AFTER_CODE: Final = re.compile(r"(?<=[A-Z]\d{4})(?=[A-ZÅÄÖ][a-zåäö]{3})")
_SWALLOWED_BEFORE_ITEM: Final = re.compile(
    r"(?<=[a-zåäö.:;)])(?=\d{1,2}\. ?[A-ZÅÄÖ][a-zåäö]|- [A-ZÅÄÖ][a-zåäö])"
)
_TIGHT_BEFORE_CODE: Final = re.compile(r"(?<=[a-zåäö0-9)][:;,.])(?=[A-Z]{2,5}-[A-Z]?\d{3})")
_TIGHT_SENTENCE: Final = re.compile(r"(?<=[a-zåäö)]{2}[.!?:])(?=[A-ZÅÄÖ][a-zåäö])")
_ADDRESS: Final = re.compile(r"(?:https?:|www\.)\S*")


def is_html(text: str) -> bool:
    """Whether a text holds tags or entities of HTML."""
    return bool(_TAG.search(text) or _ENTITY.search(text))


def plain(text: str) -> str:
    r"""The text without HTML: entities read, list items and paragraphs on lines of their own.

    >>> plain("<p>Either:</p><ul><li>maths</li><li>art &amp;&nbsp;craft</li></ul>")
    'Either:\n- maths\n- art & craft'
    >>> plain("completed:CHEM-A1000 StudyCHEM-A1100 Processes.Then write.")
    'completed: CHEM-A1000 Study\nCHEM-A1100 Processes. Then write.'
    """
    if "<" in text:
        text = _TAG.sub(_of_tag, _HIDDEN.sub(" ", _COMMENT.sub(" ", text)))
    return _LINE_BREAK.sub("\n", _SPACES.sub(" ", _unglued(_readable(text)))).strip()


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
    return _CONTROL.sub(" ", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))


def _of_tag(tag: re.Match[str]) -> str:
    name = tag["name"].lower()
    if name == "li" and not tag["close"]:
        return "\n- "
    if name in ("td", "th"):
        return " "
    return "\n" if name in _BLOCK else ""


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
    text = _SWALLOWED_AFTER_CODE.sub("\n", _SWALLOWED_BEFORE_CODE.sub("\n", text))
    text = _SWALLOWED_BEFORE_ITEM.sub("\n", text)
    text = _TIGHT_BEFORE_CODE.sub(" ", text)
    return _TIGHT_SENTENCE.sub(" ", text)


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())
