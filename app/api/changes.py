"""``/changes``: what loads added, changed and removed, for who wants to follow something.

As JSON, or as an Atom feed that a reader can subscribe to: all changes, those of a university, or
those of the works and courses that are linked to a skill, or to any skill of a course.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from app.api import atom, cursors, negotiation
from app.api.context import Context, context, root
from app.api.language import Language
from app.errors import BadParameter, NotFound
from app.graph.catalogue import organisations
from app.graph.changes import TOLD, VERBS
from app.graph.kinds import KINDS
from app.graph.media import negotiate
from ontology import terms
from ontology.ntriples import Term, integer, iri, text, typed
from queries import engine

JSON: Final = "application/json"
FORMATS: Final[Mapping[str, str]] = {"json": JSON, "atom": atom.MEDIA_TYPE}
"""What ``format=`` may name."""

TYPES: Final[Mapping[str, str]] = {KINDS[kind]: kind for kind in KINDS if kind in TOLD}
"""What ``type=`` may name → the class."""

LIMIT: Final = 50
MOST: Final = 500
EARLIEST: Final = "0001-01-01T00:00:00Z"
LATEST: Final = "9999-12-31T23:59:59Z"

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2}))?\Z"
)
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"title": "Changes", "added": "Added", "changed": "Changed", "removed": "Removed",
           "in": "Changed in", "source": "Source"},
    "fi": {"title": "Muutokset", "added": "Uusi", "changed": "Muuttunut", "removed": "Poistunut",
           "in": "Muuttunut", "source": "Lähde"},
    "sv": {"title": "Ändringar", "added": "Ny", "changed": "Ändrad", "removed": "Borttagen",
           "in": "Ändrat", "source": "Källa"},
}  # fmt: skip

router = APIRouter(tags=["things"])


class OneChange(BaseModel):
    """One change of one thing."""

    id: str = Field(description="IRI of the change.")
    change: Literal["added", "changed", "removed"]
    thing: str
    type: str = Field(description="Class of the thing.")
    label: str | None
    labelLanguage: str | None  # noqa: N815 - named as the JSON is
    time: str = Field(description="When the load was published that made it.")
    source: str = Field(description="IRI of the source’s graph.")
    properties: list[str] = Field(description="Of a changed thing: in what it changed.")


class ChangesPage(BaseModel):
    """A page of changes, newest first."""

    results: list[OneChange]
    generation: str
    next: str | None = Field(None, description="The next page, if there is one.")


@dataclass(frozen=True)
class _Asked:
    """What is asked for, whatever the page."""

    skill: str
    course: str
    university: str
    types: tuple[str, ...]
    since: str
    until: str


@router.get(
    "/changes",
    summary="What came, changed and went",
    response_model=ChangesPage,
    responses={
        200: {
            "description": "A page of changes, newest first.",
            "content": {atom.MEDIA_TYPE: {"schema": {"type": "string"}}},
        },
        304: {"description": "The client has this answer already."},
    },
)
async def changes(
    request: Request,
    lang: Language,
    skill: Annotated[
        str, Query(max_length=2000, description="Only works and courses linked to this skill.")
    ] = "",
    course: Annotated[
        str,
        Query(max_length=2000, description="Only what is linked to any skill of this course."),
    ] = "",
    university: Annotated[
        str, Query(max_length=500, description="Code or IRI; all if left out.", examples=["aalto"])
    ] = "",
    type: Annotated[
        str, Query(max_length=100, description="One or more of: " + ", ".join(TYPES) + ".")
    ] = "",
    since: Annotated[
        str, Query(max_length=40, description="A day, or a moment with its zone.")
    ] = "",
    until: Annotated[
        str, Query(max_length=40, description="A day, included, or a moment, not included.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = LIMIT,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    format: Annotated[
        Literal["json", "atom"] | None,
        Query(description="The representation; otherwise Accept says."),
    ] = None,
) -> Response:
    """What loads added, changed and removed, newest first, as JSON or as an Atom feed.

    A source's first load is not listed: all of it is new. New links of a thing count as a change
    of it, so that a work shows when it is tagged with the skill that is followed.
    """
    here = context(request)
    asked = _Asked(
        _checked("skill", skill),
        _checked("course", course),
        next(iter(organisations([university] if university else [])), ""),
        _types(type),
        _moment("since", since, EARLIEST),
        _moment("until", until, LATEST, days=1),
    )
    media = (
        negotiation.named(format, FORMATS)
        if format
        else negotiate(request.headers.get("accept"), tuple(FORMATS.values()))
    )
    key = cursors.key("\0".join(("changes", repr(asked))))
    offset = cursors.offset(cursor, here.generation, key)
    tag = negotiation.etag(
        here.generation, key, media, lang, str(limit), str(offset), str(request.url)
    )
    headers = {
        "ETag": tag,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "no-cache",
        "Polku-Generation": here.generation,
    }
    if negotiation.has_already(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    found = await _found(here, asked, limit + 1, offset)
    following = None
    if len(found) > limit:
        found = found[:limit]
        query = dict(request.query_params) | {
            "cursor": cursors.cursor(here.generation, key, offset + limit)
        }
        following = f"{request.url.path}?{urlencode(query)}"
        headers["Link"] = f'<{following}>; rel="next"'
    results = await _described(here, found, lang)
    if media == atom.MEDIA_TYPE:
        feed = await _feed(request, here, results, lang, following)
        return Response(atom.write(feed), headers=headers, media_type=media)
    answer = ChangesPage(results=results, generation=here.generation, next=following)
    return Response(
        orjson.dumps(answer.model_dump(exclude_none=False)), headers=headers, media_type=media
    )


def _checked(name: str, value: str) -> str:
    """The IRI. Raises: BadParameter if it is none."""
    if value:
        try:
            iri(value)
        except ValueError:
            raise BadParameter(name, f"{name}: {value[:200]!r} is no absolute IRI.") from None
    return value


def _types(stated: str) -> tuple[str, ...]:
    """The classes that are named; all if none is. Raises: BadParameter for a name of none."""
    names = [name.strip() for name in stated.split(",") if name.strip()] or list(TYPES)
    for name in names:
        if name not in TYPES:
            raise BadParameter(
                "type", f"type: {name[:40]!r} is none of {', '.join(TYPES)}; parted by commas."
            )
    return tuple(sorted({TYPES[name] for name in names}))


def _moment(name: str, stated: str, default: str, *, days: int = 0) -> str:
    """The moment in ISO 8601 UTC; of a day its beginning, so many days later.

    Raises: BadParameter if it is neither a day nor a moment.
    """
    if not stated:
        return default
    try:
        if not _MOMENT.match(stated):
            raise ValueError(stated)
        moment = datetime.fromisoformat(stated)
        if "T" not in stated:
            moment = moment.replace(tzinfo=UTC) + timedelta(days=days)
        return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        raise BadParameter(
            name,
            f"{name}: a day such as 2026-05-04, or a moment such as 2026-05-04T12:00:00Z, is due.",
        ) from None


Row = Mapping[str, str]


async def _found(here: Context, asked: _Asked, limit: int, offset: int) -> Sequence[Row]:
    """The changes, as the graph has them."""
    values: dict[str, Term | Sequence[Term] | None] = {
        "types": [iri(one) for one in asked.types],
        "since": typed(asked.since, terms.xsd.dateTime),
        "until": typed(asked.until, terms.xsd.dateTime),
        "university": [iri(asked.university)] if asked.university else None,
        "limit": integer(limit),
        "offset": integer(offset),
    }
    if not asked.skill and not asked.course:
        return await _rows(here, engine("changes").bind(values))
    skills = [iri(asked.skill)] if asked.skill else []
    if asked.course:
        of_course = await _skills(here, asked.course)
        skills = [one for one in of_course if not skills or one in skills]
    if not skills:
        return []
    return await _rows(here, engine("changes-on-skills").bind({**values, "skills": skills}))


async def _skills(here: Context, course: str) -> list[Term]:
    """The skills of a course. Raises: NotFound if the graph has no such course."""
    thing = iri(course)
    types = await _rows(here, engine("types").bind({"thing": thing}))
    if terms.Course not in {value for row in types for value in row.values()}:
        raise NotFound(f"The graph holds no course {course[:500]}.")
    rows = await _rows(here, engine("changes-skills-of-course").bind({"course": thing}))
    return [iri(row["skill"]) for row in rows]


async def _described(here: Context, found: Sequence[Row], lang: str) -> list[OneChange]:
    """The changes with labels, sources and properties."""
    if not found:
        return []
    ids = [iri(row["change"]) for row in found]
    sources: dict[str, str] = {}
    properties: dict[str, list[str]] = {}
    for row in await _rows(here, engine("changes-details").bind({"changes": ids})):
        sources[row["change"]] = row["source"]
        if "property" in row:
            properties.setdefault(row["change"], []).append(row["property"])
    labels = await _labels(here, {row["thing"] for row in found}, lang)
    none: tuple[str | None, str | None] = (None, None)
    return [
        OneChange(
            id=row["change"],
            change=VERBS[row["verb"]],  # type: ignore[arg-type]  # one of the three words
            thing=row["thing"],
            type=row["type"],
            label=labels.get(row["thing"], none)[0],
            labelLanguage=labels.get(row["thing"], none)[1],
            time=row["time"],
            source=sources.get(row["change"], ""),
            properties=properties.get(row["change"], []),
        )
        for row in found
    ]


async def _labels(
    here: Context, things: set[str], lang: str
) -> dict[str, tuple[str | None, str | None]]:
    """What things are called, also those that are gone: label and its language."""
    wanted = [iri(thing) for thing in sorted(things)]
    found: dict[str, tuple[str | None, str | None]] = {}
    query = engine("api-labels").bind({"things": wanted, "lang": text(lang)})
    for row in await _rows(here, query):
        found.setdefault(row["thing"], (row["label"], row.get("labelLanguage") or None))
    if left := [iri(thing) for thing in sorted(things - found.keys())]:
        names: dict[str, list[tuple[str, str]]] = {}
        solutions = await here.solve(engine("changes-gone").bind({"things": left}))
        for one in solutions.rows:
            name = one["name"]
            names.setdefault(one["thing"]["value"], []).append(
                (name.get("xml:lang", ""), name["value"])
            )
        for thing, said in names.items():
            language, name_ = min(said, key=lambda one: (one[0] != lang, one[0] != "en", one))
            found[thing] = (name_, language or None)
    return found


async def _rows(here: Context, query: str) -> list[Row]:
    """The solutions as plain text, unbound left out."""
    solutions = await here.solve(query)
    return [{name: term["value"] for name, term in row.items()} for row in solutions.rows]


async def _feed(
    request: Request,
    here: Context,
    results: Sequence[OneChange],
    lang: str,
    following: str | None,
) -> atom.Feed:
    shown = lang if lang in _WORDS else "en"
    words = _WORDS[shown]
    base = root(request).rstrip("/")
    kept = {
        name: value
        for name, value in sorted(request.query_params.items())
        if name not in ("cursor", "limit", "format")
    }
    updated = results[0].time if results else await _latest(here)
    return atom.Feed(
        # The feed is one whatever its page, and wherever the service stands.
        id=f"{here.settings.base}changes" + (f"?{urlencode(kept)}" if kept else ""),
        title=f"Polku: {words['title']}",
        language=shown,
        updated=updated,
        author="Polku",
        self=f"{base}{request.url.path}" + (f"?{request.url.query}" if request.url.query else ""),
        next=base + following if following else None,
        entries=[
            atom.Entry(
                id=one.id,
                title=f"{words[one.change]}: {one.label or one.thing}",
                language=one.labelLanguage or "",
                updated=one.time,
                link=one.thing,
                summary=_summary(one, words),
                category=(one.type, KINDS[one.type]),
            )
            for one in results
        ],
    )


def _summary(one: OneChange, words: Mapping[str, str]) -> str:
    source = f"{words['source']}: {one.source.rpartition('/graph/')[2] or one.source}"
    names = sorted({_local(name) for name in one.properties})
    return f"{words['in']}: {', '.join(names)}. {source}" if names else source


def _local(name: str) -> str:
    return name.rpartition("#")[2].rpartition("/")[2]


async def _latest(here: Context) -> str:
    """When the latest load was, for a feed with nothing in it."""
    rows = await _rows(here, engine("changes-latest").bind({}))
    return next((row["latest"] for row in rows if "latest" in row), EARLIEST)
