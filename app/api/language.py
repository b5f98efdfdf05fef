"""Which language labels are asked for in: ``lang``, else Accept-Language, else English."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Query, Request

FALLBACK = "en"
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z", re.ASCII)
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z", re.ASCII)


def preferred(accept_language: str | None) -> str:
    """The primary subtag of the language that the header likes best; English if it says none.

    Source: RFC 9110, section 12.5.4.

    >>> preferred("sv;q=0.4, fi-FI, *;q=0.1"), preferred("*"), preferred(None)
    ('fi', 'en', 'en')
    """
    best, best_quality = FALLBACK, 0.0
    for part in (accept_language or "")[:1_000].split(","):
        tag, _, parameter = (piece.strip() for piece in part.partition(";"))
        value = parameter.partition("=")[2].strip() if parameter else "1"
        quality = float(value) if _QUALITY.match(value) else 0.0
        if quality > best_quality and _TAG.match(tag):
            best, best_quality = tag.split("-")[0].lower(), quality
    return best


def _language(
    request: Request,
    lang: Annotated[
        str | None,
        Query(
            description="Language of labels, such as fi; else Accept-Language says; else English. "
            "Where a label is missing, English stands in, and each label says its language.",
            pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
            max_length=35,
            examples=["fi"],
        ),
    ] = None,
) -> str:
    if lang is not None:
        return lang.split("-")[0].lower()
    return preferred(request.headers.get("accept-language"))


Language = Annotated[str, Depends(_language)]
"""The language that labels are asked for in, lower case, without region."""
