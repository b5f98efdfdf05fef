"""Where a question leads: a text among the targets tagged, names turned into IRIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from app.api.context import Context, context
from app.api.streaming import unless_gone
from app.errors import BadParameter
from app.paths.request import PathRequest, To
from app.planning.request import DesignRequest
from app.workers import Json
from ontology import terms
from ontology.ntriples import iri
from queries import engine

SEARCH_SECONDS = 5.0
_SCHEMES = ("http://", "https://", "urn:")
_KINDS = (
    (terms.esco.Occupation, "occupation"),
    (terms.ResearchOutput, "work"),
    (terms.esco.Skill, "skill"),
    (terms.skos.Concept, "group"),
)


async def complete(
    request: Request, to: To, time_limit: float, body: dict[str, Any], where: str = ""
) -> None:
    """Puts the skills that the text among the targets speaks of into the engine's question.

    Raises: BadParameter if more time is asked for than there is.
    """
    here = context(request)
    most = here.settings.path_seconds
    if time_limit > most:
        raise BadParameter(
            f"{where}/timeLimit", f"timeLimit is at most {most:g} s here (path_seconds)."
        )
    if to.text:
        body["to"] = {**body["to"], "tagged": await _tagged(request, here, to.text)}


async def answered(
    request: Request, method: str, asked: PathRequest | DesignRequest, question: dict[str, Any]
) -> Mapping[str, Json]:
    """The path engine's answer; a text among the targets is tagged first."""
    here = context(request)
    await complete(request, asked.to, asked.time_limit, question)
    seconds = here.settings.path_seconds
    answer = await unless_gone(request, here.engines.paths.call(method, seconds, question))
    if not isinstance(answer, dict):
        raise TypeError("the path engine answers with an object")
    return answer


async def _tagged(request: Request, here: Context, text: str) -> list[Json]:
    """The skills that the text speaks of, as the path engine takes them."""
    question: dict[str, Json] = {"text": text, "limit": 25}
    found = await unless_gone(
        request, here.engines.tagging.call("suggest", here.settings.path_seconds, question)
    )
    suggestions = found.get("suggestions", []) if isinstance(found, dict) else []
    if not isinstance(suggestions, list):
        return []
    return [
        {"skill": one["skill"], "confidence": one["confidence"]}
        for one in suggestions
        if isinstance(one, dict)
    ]


async def targets(here: Context, names: Sequence[str]) -> dict[str, Any]:
    """The ``to`` of a question: an occupation before a skill where a label names both.

    Raises: BadParameter for a name of nothing, of several things, or a second occupation.
    """
    found: dict[str, list[str]] = {kind: [] for _, kind in _KINDS}
    for name in names:
        kind, thing = (
            (await _kind(here, name), name)
            if name.startswith(_SCHEMES)
            else await _labelled(here, name)
        )
        found[kind].append(thing)
    single = ("occupation", "work", "group")
    for kind in single:
        if len(found[kind]) > 1:
            raise BadParameter("to", f"Name one {kind}; {len(found[kind])} are given.")
    to: dict[str, Any] = {kind: found[kind][0] for kind in single if found[kind]}
    if found["skill"]:
        to["skills"] = [{"skill": one} for one in found["skill"]]
    return to


async def _kind(here: Context, name: str) -> str:
    """``occupation``, ``skill``, ``work`` or ``group``: what the graph says that an IRI is."""
    try:
        query = engine("types").bind({"thing": iri(name)})
    except ValueError:
        raise BadParameter("to", f"{name[:200]!r} is not an IRI.") from None
    types = {row["type"]["value"] for row in (await here.solve(query)).rows}
    for type_, kind in _KINDS:
        if type_ in types:
            return kind
    raise BadParameter("to", f"The graph holds no occupation, skill, group or work <{name[:500]}>.")


async def _labelled(here: Context, name: str) -> tuple[str, str]:
    search = here.engines.search
    for kind in ("occupation", "skill"):
        asked: dict[str, Json] = {"kind": f"{kind}s", "label": name}
        hits = await search.call("exact", SEARCH_SECONDS, asked)
        if isinstance(hits, list) and len(hits) > 1:
            listed = ", ".join(str(hit) for hit in hits[:10])
            raise BadParameter("to", f"{name!r} is the label of several: give one IRI of {listed}.")
        if isinstance(hits, list) and hits:
            return kind, str(hits[0])
    near: list[str] = []
    for kind in ("occupations", "skills"):
        asked = {"kind": kind, "q": name, "lang": "en", "limit": 3}
        results = await search.call("search", SEARCH_SECONDS, asked)
        if isinstance(results, dict) and isinstance(listed_results := results["results"], list):
            near += [str(one["label"]) for one in listed_results if isinstance(one, dict)]
    hint = f" Near it: {'; '.join(dict.fromkeys(near))}." if near else ""
    raise BadParameter("to", f"No occupation and no skill has the exact label {name!r}.{hint}")
