"""What a person calls a thing on the command line, to its IRI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.errors import BadParameter

if TYPE_CHECKING:
    from app.graph.port import Graph
    from app.search.service import Service

SCHEMES = ("http://", "https://", "urn:")


def _one(option: str, name: str, hits: Sequence[str], kind: str, suggestions: str) -> str:
    if len(hits) == 1:
        return hits[0]
    if hits:
        listed = "\n  ".join(hits)
        raise BadParameter(
            option, f"{name!r} is the label of several {kind}s; give one IRI:\n  {listed}"
        )
    raise BadParameter(option, f"No {kind} has the exact label {name!r}.{suggestions}")


def _nearest(search: Service, kinds: Sequence[str], name: str) -> str:
    """A sentence that names the nearest labels, or "" if there are none."""
    labels = [
        hit["label"] for kind in kinds for hit in search.search(kind, name, "en", 3)["results"]
    ]
    return " Did you mean: " + "; ".join(dict.fromkeys(labels)) + "?" if labels else ""


def resolve_skill(search: Service, name: str) -> str:
    """IRI of the skill with this IRI or exact preferred label."""
    if name.startswith(SCHEMES):
        return name
    return _one(
        "--have", name, search.exact("skills", name), "skill", _nearest(search, ["skills"], name)
    )


def resolve_target(graph: Graph, search: Service, names: Sequence[str]) -> dict[str, Any]:
    """The ``to`` of a request: an occupation before a skill where a label names both."""
    occupations: list[str] = []
    skills: list[str] = []
    works: list[str] = []
    groups: list[str] = []
    for name in names:
        if name.startswith(SCHEMES):
            kind = kind_of(graph, name)
            found = {"occupation": occupations, "skill": skills, "work": works, "group": groups}
            found[kind].append(name)
            continue
        hits = search.exact("occupations", name)
        if hits:
            occupations.append(_one("--to", name, hits, "occupation", ""))
        else:
            near = _nearest(search, ["occupations", "skills"], name)
            skills.append(
                _one("--to", name, search.exact("skills", name), "occupation or skill", near)
            )
    to: dict[str, Any] = {}
    for kind, given in (("occupation", occupations), ("work", works), ("group", groups)):
        if len(given) > 1:
            raise BadParameter("--to", f"Name one {kind}; {len(given)} were given.")
        if given:
            to[kind] = given[0]
    if skills:
        to["skills"] = [{"skill": skill} for skill in skills]
    return to


def kind_of(graph: Graph, iri: str) -> str:
    """``occupation``, ``skill``, ``work`` or ``group``: what the graph says that an IRI is."""
    from ontology import ntriples, terms
    from queries import engine

    try:
        term = ntriples.iri(iri)
    except ValueError as error:
        raise BadParameter("--to", str(error)) from error
    types = {row[0] for row in graph.select(engine("types").bind({"thing": term}))}
    for type_, kind in (
        (terms.esco.Occupation, "occupation"),
        (terms.ResearchOutput, "work"),
        (terms.esco.Skill, "skill"),
        (terms.skos.Concept, "group"),
    ):
        if type_ in types:
            return kind
    raise BadParameter("--to", f"The graph holds no occupation, skill, group or work <{iri}>.")


def course_iri(search: Service, code: str, option: str = "--why-not") -> str:
    """IRI of the course with this IRI or code; ``option`` is where it was given."""
    if code.startswith(SCHEMES):
        return code
    hits = [
        hit["iri"]
        for hit in search.search("courses", code, "en", 5)["results"]
        if hit["matched"].casefold() == code.casefold()
    ]
    return _one(option, code, hits, "course", "")
