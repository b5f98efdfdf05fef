"""How the pages of a source follow each other: from a page to the next one's address, pure.

Each walk is named after what it walks: ``oai-pmh``, ``crossref``, ``openalex``, ``datacite``;
``numbered`` counts up a parameter of any service. Nothing here asks or writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from app.sources import oai
from app.sources.errors import SourceError
from app.sources.steps import Asked, Step
from loaders.errors import RecordError
from loaders.files import json_value
from loaders.jsonparts import as_object


@dataclass(frozen=True)
class Walk:
    """How the pages of a kind of source follow each other.

    Attributes:
        suffix: of the files that hold its pages.
        accept: the media type that is asked for.
        first: the address of the first page.
        step: what a page says: how many records, and which page is next. Raises: SourceError
            with the place at which a page is broken.
        lists: whether it is asked for what changed since a day.
    """

    suffix: str
    accept: str
    first: Callable[[Asked], str]
    step: Callable[[Asked, str, bytes], Step]
    lists: bool = False


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """The address with these parameters instead of its own of the same names.

    >>> with_parameters("https://example.org/works?rows=5&q=a+b", {"rows": "2", "cursor": "*"})
    'https://example.org/works?q=a+b&rows=2&cursor=%2A'
    """
    parts = urlsplit(url)
    kept = [
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in parameters
    ]
    return parts._replace(query=urlencode([*kept, *parameters.items()]), fragment="").geturl()


def with_defaults(url: str, parameters: Mapping[str, str]) -> str:
    """The address with those of these parameters that it does not state itself."""
    stated = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    return with_parameters(url, {k: v for k, v in parameters.items() if k not in stated})


def _object(page: bytes) -> Mapping[str, object]:
    try:
        value = json_value(page)
    except RecordError as error:
        raise SourceError(f"{error.reason}: {error.hint}") from None
    if not isinstance(value, dict):
        raise SourceError("it is no JSON object, as a page of this service is.")
    return value


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _list(value: object, name: str) -> int:
    if not isinstance(value, list):
        raise SourceError(f"it has no list {name!r}, as a page of this service has.")
    return len(value)


def _crossref_first(asked: Asked) -> str:
    return with_parameters(with_defaults(asked.url, {"rows": "200"}), {"cursor": "*"})


def _crossref_step(asked: Asked, _: str, page: bytes) -> Step:
    message = as_object(_object(page).get("message"))
    records, following = _list(message.get("items"), "message.items"), message.get("next-cursor")
    # The service gives the same cursor for every page of a list: the end is a page without items.
    further = isinstance(following, str) and following and records
    return Step(
        records,
        with_parameters(_crossref_first(asked), {"cursor": str(following)}) if further else None,
        _count(message.get("total-results")),
        may_repeat=True,
    )


def _openalex_first(asked: Asked) -> str:
    return with_parameters(with_defaults(asked.url, {"per-page": "200"}), {"cursor": "*"})


def _openalex_step(asked: Asked, _: str, page: bytes) -> Step:
    whole = _object(page)
    meta = as_object(whole.get("meta"))
    records, following = _list(whole.get("results"), "results"), meta.get("next_cursor")
    further = isinstance(following, str) and following and records
    return Step(
        records,
        with_parameters(_openalex_first(asked), {"cursor": str(following)}) if further else None,
        _count(meta.get("count")),
    )


def _datacite_first(asked: Asked) -> str:
    return with_parameters(with_defaults(asked.url, {"page[size]": "200"}), {"page[cursor]": "1"})


def _datacite_step(_: Asked, at: str, page: bytes) -> Step:
    whole = _object(page)
    following = as_object(whole.get("links")).get("next")
    records = _list(whole.get("data"), "data")
    further = isinstance(following, str) and following and records
    return Step(
        records,
        urljoin(at, str(following)) if further else None,
        _count(as_object(whole.get("meta")).get("total")),
    )


_LISTS: Final = ("results", "items", "data", "searchResults", "hits")


def _numbered_first(asked: Asked) -> str:
    return with_parameters(asked.url, {asked.parameter: str(asked.start)})


def _numbered_step(asked: Asked, at: str, page: bytes) -> Step:
    try:
        value = json_value(page)
    except RecordError as error:
        raise SourceError(f"{error.reason}: {error.hint}") from None
    held = as_object(value)
    if isinstance(held.get("hits"), dict):
        held = as_object(held["hits"])
    found = value if isinstance(value, list) else next(
        (held[name] for name in _LISTS if isinstance(held.get(name), list)), None
    )  # fmt: skip
    records = _list(found, " or ".join(_LISTS))
    number = int(dict(parse_qsl(urlsplit(at).query))[asked.parameter])
    following = with_parameters(asked.url, {asked.parameter: str(number + asked.by)})
    # Sisu answers a search with nothing after its first thousand, and says how many there are.
    total = _count(held.get("total")) if "searchResults" in held else None
    return Step(records, following if records else None, total)


WALKS: Final[Mapping[str, Walk]] = MappingProxyType(
    {
        "crossref": Walk(".json", "application/json", _crossref_first, _crossref_step),
        "datacite": Walk(".json", "application/vnd.api+json", _datacite_first, _datacite_step),
        "numbered": Walk(".json", "application/json", _numbered_first, _numbered_step),
        "oai-pmh": Walk(".xml", "text/xml", oai.first, oai.step, lists=True),
        "openalex": Walk(".json", "application/json", _openalex_first, _openalex_step),
    }
)
"""Source → its walk; what has none is one file."""


def stepped(walk: Walk, asked: Asked, url: str, page: bytes) -> Step:
    """What a page says, its next page at the host where the list began.

    Raises: SourceError for a page that is broken, or leads elsewhere.
    """
    try:
        step = walk.step(asked, url, page)
        begun, goes_on = urlsplit(asked.url), urlsplit(step.following or asked.url)
    except ValueError:
        # Half a character in a cursor, or an address with half a bracket.
        raise SourceError("the address of its next page cannot be written") from None
    if (begun.scheme, begun.netloc) != (goes_on.scheme, goes_on.netloc):
        raise SourceError(
            f"its next page is at another host, which is not asked: {goes_on.netloc[:100]!r}"
        )
    return step
