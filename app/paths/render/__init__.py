"""The best route of an answer in forms other than JSON: a calendar, a picture, RDF, a page.

Each form is one function from an answer of ``POST /paths`` and a language (``fi``, ``sv``,
``en``) to text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from app.paths.render.calendar import calendar
from app.paths.render.jsonld import jsonld
from app.paths.render.mermaid import mermaid
from app.paths.render.page import page

CALENDAR: Final = "text/calendar"
MERMAID: Final = "text/vnd.mermaid"
JSON_LD: Final = "application/ld+json"
HTML: Final = "text/html"

FORMS: Mapping[str, Callable[[Mapping[str, Any], str], str]] = MappingProxyType(
    {CALENDAR: calendar, MERMAID: mermaid, JSON_LD: jsonld, HTML: page}
)
"""Media type → what renders it."""

SHORT: Mapping[str, str] = MappingProxyType(
    {"ics": CALENDAR, "mermaid": MERMAID, "jsonld": JSON_LD, "html": HTML}
)
"""Short name, as in ``polku path --format`` → media type."""
