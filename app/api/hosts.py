"""What runs in the engines' processes: a service over one generation, called with JSON."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.graph import opened
from app.graph.port import Graph
from app.workers import Json, JsonObject

if TYPE_CHECKING:
    from app.credentials.readiness import Row
    from app.paths.service import Service as Paths
    from app.planning.service import Service as Planning
    from app.search.service import Name, Results
    from app.search.service import Service as Labels
    from app.tagging.service import Answer
    from app.tagging.service import Service as Suggestions


class Search:
    """Label search, its arguments in one JSON object as a worker's calls have them."""

    def __init__(self, service: Labels) -> None:
        self._service = service

    def search(self, asked: Mapping[str, Json]) -> Results:
        """As ``Service.search``: ``kind``, ``q``, ``lang``, ``limit``."""
        limit = asked["limit"]
        return self._service.search(
            str(asked["kind"]), str(asked["q"]), str(asked["lang"]), int(str(limit))
        )

    def exact(self, asked: Mapping[str, Json]) -> list[str]:
        """As ``Service.exact``: ``kind`` and ``label``."""
        return self._service.exact(str(asked["kind"]), str(asked["label"]))

    def labels(self, asked: Mapping[str, Json]) -> dict[str, Name]:
        """As ``Service.labels``: ``iris`` and ``lang``."""
        iris = asked["iris"]
        named = [str(one) for one in iris] if isinstance(iris, list) else []
        return self._service.labels(named, str(asked["lang"]))


class Tagging:
    """Skill suggestions for one text, or for each of several."""

    def __init__(self, service: Suggestions) -> None:
        self._service = service

    def suggest(self, asked: Mapping[str, Json]) -> Answer:
        """As ``Service.suggest`` of one request."""
        return self._service.suggest(asked)

    def suggest_all(self, asked: Mapping[str, Json]) -> list[Answer]:
        """As ``Service.suggest`` of the requests in ``texts``."""
        texts = asked["texts"]
        requests = (
            [one for one in texts if isinstance(one, dict)] if isinstance(texts, list) else []
        )
        return self._service.suggest(requests)


class Planned:
    """Learning paths, and micro-credentials designed on the same facts."""

    def __init__(self, paths: Paths, planning: Planning) -> None:
        self._paths, self._planning = paths, planning

    def plan(self, asked: Mapping[str, Json]) -> Mapping[str, object]:
        """As ``Service.plan`` of paths."""
        return self._paths.plan(asked)

    def check(self, asked: Mapping[str, Json]) -> Mapping[str, object]:
        """As ``Service.check`` of paths."""
        return self._paths.check(asked)

    def design(self, asked: Mapping[str, Json]) -> Mapping[str, object]:
        """As ``Service.design`` of planning."""
        return self._planning.design(asked)


class Readiness:
    """The courses of a generation against the profiles of micro-credentials."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def assess(self, _: Mapping[str, Json]) -> list[Row]:
        """A row for each course and micro-credential, as ``readiness.assessed``."""
        from app.credentials.readiness import KINDS, assessed, things

        return list(assessed(self._graph, things(self._graph, KINDS)))


class Conformance:
    """ELM's published shapes, asked of a document that may hurt them."""

    def check(self, asked: Mapping[str, Json]) -> dict[str, Any]:
        """As ``elm_profiles.check``: ``content`` in base64, ``media``, ``profile``, ``folder``, ``lang``."""
        from app.credentials.elm_profiles import ELM_PROFILES, check

        (name,) = (one for one in ELM_PROFILES if one == asked["profile"])
        content = b64decode(str(asked["content"]))
        folder = Path(str(asked["folder"]))
        return check(content, str(asked["media"]), name, folder, str(asked["lang"]))


def conformance(_: JsonObject) -> Conformance:
    """The check against ELM's published shapes, without any graph."""
    return Conformance()


def search(config: JsonObject) -> Search:
    """Label search, warm."""
    from app.search.service import Service

    return Search(Service(*opened(config)))


def paths(config: JsonObject) -> Planned:
    """Learning paths and what is designed on the same facts, warm."""
    from app.paths.service import Service
    from app.planning.service import Service as Planning

    service = Service(*opened(config))
    return Planned(service, Planning(service))


def tagging(config: JsonObject) -> Tagging:
    """Skill suggestions, warm."""
    from app.tagging.service import Service

    return Tagging(Service(*opened(config)))


def readiness(config: JsonObject) -> Readiness:
    """Readiness of the catalogue, computed when it is called."""
    return Readiness(opened(config)[0])
