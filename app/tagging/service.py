"""Tagging over one generation: JSON in, JSON out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NotRequired, TypedDict, overload

from app.errors import BadParameter, NotFound
from app.graph.port import Graph
from app.tagging.engine import ready
from app.tagging.kinds import guess, guess_short, is_short
from app.tagging.port import Kind, Part, Suggestion, Tagger, TextToTag
from app.tagging.things import LONGEST, described

MOST_TEXTS = 200
"""Texts in one request."""

MOST_SUGGESTIONS = 100
"""Suggestions for one text."""

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\Z")

_KNOWN = frozenset(
    {"text", "title", "abstract", "about", "language", "limit", "minConfidence", "kind"}
)


class Span(TypedDict):
    """Words that speak for a suggestion: offsets in characters of the field named by ``field``.

    ``field`` is left out where the text has but one part.
    """

    start: int
    end: int
    text: str
    field: NotRequired[str]


class Suggested(TypedDict):
    """One skill, as the contract has it."""

    skill: str
    label: str
    lang: str
    confidence: float
    evidence: list[Span]
    because: str


class Answer(TypedDict):
    """Suggestions for one text, and the model that made them."""

    model: str
    suggestions: list[Suggested]


class Service:
    """Suggests skills; the index is made on first use of an ESCO content and kept."""

    def __init__(self, graph: Graph, index_folder: Path | None = None) -> None:
        self._graph = graph
        engine = ready(graph, index_folder)
        self._tagger: Tagger = engine
        self._languages = engine.languages

    @property
    def model(self) -> str:
        """The model's version."""
        return self._tagger.model

    @overload
    def suggest(self, request: Mapping[str, object]) -> Answer: ...

    @overload
    def suggest(self, request: Sequence[Mapping[str, object]]) -> list[Answer]: ...

    def suggest(
        self, request: Mapping[str, object] | Sequence[Mapping[str, object]]
    ) -> Answer | list[Answer]:
        """Suggestions for one request, or for each of a list.

        A request is ``text``, or ``title`` and ``abstract``, or ``about`` (the IRI of a course, a
        micro-credential or a work), with ``language``, ``limit`` (1 to 100, default 10) and
        ``minConfidence`` (0 to 1, default 0), and ``kind`` (course, work, other) of a text that
        is sent, guessed from its words if left out. Raises: BadParameter, NotFound.
        """
        if isinstance(request, Mapping):
            return self._one(request, "")
        if not isinstance(request, list | tuple):
            raise BadParameter("/", "Send an object with text, title or about, or a list of them.")
        if len(request) > MOST_TEXTS:
            raise BadParameter(
                "/", f"{len(request)} texts in one request; send at most {MOST_TEXTS} at a time."
            )
        return [self._one(item, f"/{place}") for place, item in enumerate(request)]

    def _one(self, request: Mapping[str, object], at: str) -> Answer:
        if not isinstance(request, Mapping):
            raise BadParameter(at or "/", "Send an object with text, title or about.")
        unknown = sorted(str(key) for key in request if key not in _KNOWN)
        if unknown:
            known = ", ".join(sorted(_KNOWN))
            raise BadParameter(
                f"{at}/{unknown[0][:80]}", f"Unknown field {unknown[0][:80]!r}. Known: {known}."
            )
        limit = _number(request, "limit", at, 10, 1, MOST_SUGGESTIONS)
        if int(limit) != limit:
            raise BadParameter(f"{at}/limit", "The limit is a whole number from 1 to 100.")
        least = _number(request, "minConfidence", at, 0.0, 0, 1)
        text = self._text(request, at)
        suggestions = self._tagger.suggest([text], int(limit))[0]
        return {
            "model": self._tagger.model,
            "suggestions": [
                _json(text, suggestion)
                for suggestion in suggestions
                if suggestion.confidence >= least
            ],
        }

    def _text(self, request: Mapping[str, object], at: str) -> TextToTag:
        given = [name for name in ("text", "about") if request.get(name) is not None]
        pair = [name for name in ("title", "abstract") if request.get(name) is not None]
        if len(given) + bool(pair) != 1:
            raise BadParameter(
                at or "/", "Send one of: text; title with abstract; about, the IRI of a thing."
            )
        language = _string(request, "language", at) if request.get("language") else ""
        if language and not _TAG.match(language):
            raise BadParameter(
                f"{at}/language", f"Not a language tag: {language[:40]!r}. Send en, fi, sv …."
            )
        if given == ["about"]:
            about = _string(request, "about", at)
            try:
                found = described(self._graph, about, self._languages)
            except ValueError:
                raise BadParameter(f"{at}/about", f"Not an IRI: {about[:200]!r}.") from None
            if found is None:
                raise NotFound(
                    f"No course, micro-credential or work with a text is called {about[:200]!r}."
                )
            return found
        parts = tuple(Part(name, _string(request, name, at)) for name in (pair or ["text"]))
        for part in parts:
            if len(part.text) > LONGEST:
                raise BadParameter(
                    f"{at}/{part.name}",
                    f"{len(part.text)} characters; at most {LONGEST} can be read. "
                    "Send the abstract or a chapter.",
                )
        if not any(part.text.strip() for part in parts):
            raise BadParameter(f"{at}/{parts[0].name}", "The text is empty.")
        return TextToTag(parts, _kind(request, at, parts), language)


def _kind(request: Mapping[str, object], at: str, parts: Sequence[Part]) -> Kind:
    """The kind that is stated, else the one that the words tell; an abstract is of a work."""
    stated = request.get("kind")
    if stated is None:
        if [part.name for part in parts] == ["text"] and is_short(TextToTag(tuple(parts))):
            return guess_short(parts[0].text)
        guessed = guess("\n".join(part.text for part in parts))
        undecided = guessed is Kind.OTHER and any(part.name == "abstract" for part in parts)
        return Kind.WORK if undecided else guessed
    try:
        return Kind(str(stated))
    except ValueError:
        known = ", ".join(Kind)
        raise BadParameter(
            f"{at}/kind", f"Unknown kind {str(stated)[:40]!r}. Known: {known}."
        ) from None


def _string(request: Mapping[str, object], name: str, at: str) -> str:
    value = request.get(name)
    if not isinstance(value, str):
        raise BadParameter(f"{at}/{name}", f"{name} is a string.")
    return value


def _number(
    request: Mapping[str, object], name: str, at: str, default: float, low: float, high: float
) -> float:
    value = request.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadParameter(f"{at}/{name}", f"{name} is a number from {low:g} to {high:g}.")
    return float(value)


def _json(text: TextToTag, suggestion: Suggestion) -> Suggested:
    evidence: list[Span] = []
    for span in suggestion.evidence:
        part, base = text.place(span.start)
        where: Span = {"start": span.start - base, "end": span.end - base, "text": span.text}
        if len(text.parts) > 1:
            where["field"] = part.name
        evidence.append(where)
    return {
        "skill": suggestion.skill,
        "label": suggestion.label,
        "lang": suggestion.language,
        "confidence": suggestion.confidence,
        "evidence": evidence,
        "because": suggestion.because,
    }
