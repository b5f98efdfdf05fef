"""A credential as people see it: ELM asks for a picture in each language that it is shown in."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import Final

_WIDTH: Final = 1123
_HEIGHT: Final = 794
_LETTERS: Final = 48
_MOST_LINES: Final = 4


def svg(title: str, lines: Sequence[str], lang: str) -> str:
    """A landscape page as SVG: the title, and lines of text under it."""
    shown = wrap(title, _LETTERS)[:_MOST_LINES] or [title]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{escape(lang, quote=True)}" '
        f'role="img" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">',
        f"<title>{_text(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<rect x="24" y="24" width="{_WIDTH - 48}" height="{_HEIGHT - 48}" fill="none" '
        'stroke="#1d3557" stroke-width="4"/>',
        '<g font-family="sans-serif" fill="#1d3557">',
    ]
    height = 140
    for line in shown:
        parts.append(f'<text x="72" y="{height}" font-size="38">{_text(line)}</text>')
        height += 50
    height += 30
    for line in lines:
        for piece in wrap(line, _LETTERS * 2)[:_MOST_LINES]:
            parts.append(f'<text x="72" y="{height}" font-size="22">{_text(piece)}</text>')
            height += 34
    parts.append("</g></svg>")
    return "".join(parts)


def _text(value: str) -> str:
    """The text as XML may hold it: without control characters."""
    return escape("".join(one if one >= " " else " " for one in value), quote=False)
