"""Edits: what people write, each on disk before it is acknowledged.

An edit is a JSON object with a ``kind``:

- ``update``: ``text``, a SPARQL update, ``base``, what its relative IRIs are resolved against,
  ``usingGraphs`` and ``usingNamedGraphs``, the dataset of its patterns (lists of IRIs);
- ``graph``: ``method`` (PUT, POST, DELETE), ``graph`` (an IRI; None: the unnamed graph),
  ``mediaType`` and ``body``, or ``parts``, a list of such: the Graph Store Protocol;
- ``decide``: ``about``, ``skill``, ``relation``, ``verdict``, ``role``, and as they apply
  ``label`` and ``comment``: a person's word on a claim;
- ``decideMatch``: ``about``, ``other``, ``verdict`` (accept, reject), ``role`` and, as it applies,
  ``comment``: a person's word on whether two IRIs name one thing.

Edits that arrive together make one generation. Each is atomic and fails alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson
import pyoxigraph as ox

from app.errors import BadParameter, BadQuery, Forbidden, NotFound, PolkuError
from app.graph import decisions, forgotten, generations, identity, matches, media, merge, publish
from app.graph.classes import Edge
from app.graph.edits import EditLog
from app.graph.generations import Generation
from app.graph.gone import is_gone
from app.graph.lexer import inspect
from app.graph.protection import protected_graphs, refuse_protected, refuse_writes
from app.graph.using import with_dataset
from app.workers.frames import Json, JsonObject, error_frame
from app.workers.limits import deny_network
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import boolean, iri, text, typed

logger = logging.getLogger(__name__)

WAIT_SECONDS: Final = 20.0
"""Longest wait for another process that changes the graph."""

_FORMATS = {
    media.TURTLE: ox.RdfFormat.TURTLE,
    media.N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    media.JSON_LD: ox.RdfFormat.JSON_LD,
    media.RDF_XML: ox.RdfFormat.RDF_XML,
}

VERDICTS: Mapping[str, str] = {
    "accept": terms.Accept,
    "reject": terms.Reject,
    "tooBroad": terms.TooBroad,
    "missing": terms.Missing,
    "notInEsco": terms.NotInEsco,
}
"""What a person can say → the concept of the vocabulary."""

RELATIONS: Mapping[str, str] = {
    terms.Course: terms.develops,
    terms.ResearchOutput: terms.studies,
    terms.MicroCredential: terms.certifies,
}
"""Class of a thing → how it relates to a skill unless the decision says otherwise."""


@dataclass(frozen=True)
class Outcome:
    """What became of one edit: its result, or the error with which it failed."""

    result: Json = None
    error: PolkuError | None = None

    def to_json(self) -> Json:
        """The outcome as it goes over a socket."""
        if self.error is None:
            return {"result": self.result}
        carried: Json = orjson.loads(error_frame(self.error)[5:])
        return {"error": carried}


def make(config: JsonObject) -> Writer:
    """A writer for the data folder that the config names (``data``, ``keep``), in a process."""
    deny_network()
    keep = config.get("keep")
    return Writer(Path(str(config["data"])), keep=keep if isinstance(keep, int) else publish.KEEP)


class Writer:
    """Applies edits; holds the write lock only while it does."""

    def __init__(
        self, data: Path, *, keep: int = publish.KEEP, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self._data = data
        self._keep = keep
        self._wait_seconds = wait_seconds
        self._log = EditLog(data)
        self._discarding = ThreadPoolExecutor(1, thread_name_prefix="discard")
        self._merging = ThreadPoolExecutor(1, thread_name_prefix="merge")
        self._tried: Mapping[str, str] | None = None
        self._line: set[str] = set()

    def apply(self, payload: JsonObject) -> Json:
        """``{"generation": id, "outcomes": […]}`` of the ``edits`` in the payload."""
        edits = payload["edits"]
        if not isinstance(edits, list):
            raise BadParameter("edits", "edits: a list is due.")
        generation, outcomes = self.edit([edit for edit in edits if isinstance(edit, dict)])
        return {"generation": generation, "outcomes": [one.to_json() for one in outcomes]}

    def edit(self, edits: Sequence[JsonObject]) -> tuple[str, list[Outcome]]:
        """The generation that holds the edits, and what became of each of them.

        Raises: Busy if another process goes on changing the graph; GraphError if the disk is
        full. Nothing is changed then.
        """
        with generations.write_lock(self._data, wait_seconds=self._wait_seconds):
            generations.clean(self._data)
            parent = generations.current(self._data)
            if parent is None:
                raise NotFound("There is no graph to edit yet. Load a source first.")
            try:
                return self._edit(parent, edits)
            except OSError as error:
                raise publish.said(error, self._data) from error

    def close(self) -> None:
        """Waits until what goes on beside the edits is done; there can be no edit after it."""
        self._merging.shutdown()
        self._discarding.shutdown()

    def _edit(self, parent: Generation, edits: Sequence[JsonObject]) -> tuple[str, list[Outcome]]:
        moment = publish.now()
        known = forgotten.Recogniser(forgotten.entries(self._data))
        edits = [forgotten.redacted(edit, known) for edit in edits]
        numbers = self._log.add(edits, moment)
        new = generations.new_id(self._data)
        generation = replace(
            parent,
            id=new,
            parent=parent.id,
            created=moment,
            reason="edit",
            edits=numbers[-1] if numbers else parent.edits,
            # Indexes take decisions as they come; whatever else was written, they are built anew.
            content=parent.content if all(one.get("kind") == "decide" for one in edits) else new,
            folder=generations.generations_folder(self._data) / new,
        )
        outcomes: list[Outcome] = []

        def work(store: ox.Store) -> None:
            protected = protected_graphs(generation)
            iris = Minter(generation.base)
            edges = partial(matches.edges, generation)
            applied = Applied(store, iris, protected, moment, edges)
            for number, edit in zip(numbers, edits, strict=True):
                outcomes.append(applied.outcome(number, edit))
            publish.refresh_identity(store, generation)

        with generations.building(self._data) as folder:
            publish.branch(parent, folder / "store")
            publish.change(folder / "store", work)
            if all(one.error for one in outcomes):
                self._log.conclude([(number, "refused") for number in numbers])
                return parent.id, outcomes
            publish.confirm(folder / "store")
            generations.publish_folder(self._data, generation, folder)
        self._log.conclude(
            [
                (number, "refused" if one.error else new)
                for number, one in zip(numbers, outcomes, strict=True)
            ]
        )
        self._follow(parent, generation)
        # Removing files takes as long as an edit: no one waits for it.
        self._discarding.submit(generations.discard, generations.sweep(self._data, self._keep))
        return new, outcomes

    def _follow(self, parent: Generation, generation: Generation) -> None:
        """Has files merged once after each load; an edit meanwhile is one more to take over."""
        if parent.id in self._line:
            self._line.add(generation.id)
        if self._tried != generation.bundles and merge.due(generation):
            self._tried = generation.bundles
            self._line = {generation.id}
            self._merging.submit(self._merge, generation)

    def _merge(self, start: Generation) -> None:
        line = self._line

        def descends(latest: Generation) -> bool:
            return latest.id in line and latest.bundles == start.bundles

        try:
            merge.merge(
                self._data,
                start,
                descends=descends,
                keep=self._keep,
                wait_seconds=self._wait_seconds,
            )
        except (PolkuError, OSError, RuntimeError) as error:
            # Nothing has changed; a later edit may take longer, that is all.
            logger.warning("files not merged", extra={"reason": str(error)})


class Applied:
    """Edits on the store of a generation in the making."""

    def __init__(
        self,
        store: ox.Store,
        iris: Minter,
        protected: Mapping[str, str],
        moment: str,
        edges: Callable[[], Sequence[Edge]] = tuple,
    ) -> None:
        self._edges = edges
        self._store = store
        self._iris = iris
        self._protected = protected
        self._moment = moment

    def outcome(self, number: int, edit: JsonObject) -> Outcome:
        """What becomes of one edit, carried out on the store."""
        try:
            if edit.get("forgotten"):
                raise Forbidden(
                    "This names a person who asked to be forgotten. Leave that person out."
                )
            match edit.get("kind"):
                case "update":
                    return Outcome(self._update(edit))
                case "graph":
                    return Outcome(self._graph(edit))
                case "decide":
                    return Outcome(self._decide(number, edit))
                case "decideMatch":
                    return Outcome(self._decide_match(number, edit))
                case kind:
                    raise BadParameter("kind", f"{kind!r} is no kind of edit.")
        except PolkuError as error:
            return Outcome(error=_bare(error))

    def _update(self, edit: JsonObject) -> Json:
        update, base = self._allowed(edit)
        try:
            self._store.update(update, base_iri=base)
        except SyntaxError as error:
            raise BadQuery(f"The update cannot be parsed: {error.msg}.") from error
        except (ValueError, RuntimeError) as error:
            raise BadQuery(f"The update cannot be carried out: {error}.") from error
        return None

    def _allowed(self, edit: JsonObject) -> tuple[str, str | None]:
        """The update with its dataset, and its base; it writes no protected graph."""
        outline = inspect(_text(edit, "text"), update=True)
        base = _text(edit, "base") if edit.get("base") else None
        refuse_writes(outline.text, self._protected, base or "")
        dataset = [_iris(edit, name) for name in ("usingGraphs", "usingNamedGraphs")]
        return with_dataset(outline.text, *dataset), base

    def _graph(self, edit: JsonObject) -> Json:
        method, stated = _text(edit, "method"), edit.get("graph")
        node = ox.DefaultGraph() if stated is None else _node(edit, "graph")
        there = isinstance(node, ox.DefaultGraph) or self._store.contains_named_graph(node)
        if isinstance(node, ox.NamedNode):
            refuse_protected(node.value, self._protected)
        if method == "DELETE":
            if not there:
                raise NotFound(f"There is no graph <{stated}>.")
            self._store.remove_graph(node)
            return {"created": False}
        quads = self._parsed(edit, node)
        if method == "PUT":
            self._store.remove_graph(node)
        elif method != "POST":
            raise BadParameter("method", "PUT, POST or DELETE is due.")
        if isinstance(node, ox.NamedNode):
            self._store.add_graph(node)
        self._store.extend(quads)
        return {"created": not there}

    def _parsed(self, edit: JsonObject, node: ox.NamedNode | ox.DefaultGraph) -> list[ox.Quad]:
        """The triples of the body, or of each part of it, in the graph."""
        stated = edit.get("parts")
        if stated is None:
            return _triples(edit, node, "body")
        if not isinstance(stated, list):
            raise BadParameter("parts", "parts: a list is due.")
        return [
            quad
            for number, part in enumerate(stated, 1)
            if isinstance(part, dict)
            for quad in _triples(part, node, f"part {number}")
        ]

    def _decide(self, number: int, edit: JsonObject) -> Json:
        verdict = _text(edit, "verdict")
        if verdict not in VERDICTS:
            raise BadParameter("verdict", f"One of {', '.join(VERDICTS)} is due.")
        about = self._known(edit, "about")
        relation = str(edit.get("relation") or "") or self._relation(about)
        if terms.Iri(relation) not in decisions.SUGGESTED:
            raise BadParameter("relation", f"One of {', '.join(decisions.SUGGESTED)} is due.")
        label = edit.get("label")
        if verdict == "notInEsco":
            if not isinstance(label, str) or not label.strip():
                raise BadParameter("label", "label: the skill's name is due for notInEsco.")
            skill = None
            claim = self._iris.claim(about, label.strip(), relation)
        else:
            skill = self._known(edit, "skill")
            claim = self._iris.claim(about, skill, relation)
        decision = self._iris.decision(f"{number}-{claim.rsplit('/', 1)[1][:8]}")
        me = iri(decision)
        stated = [
            (me, iri(terms.rdf.type), iri(terms.Decision)),
            (me, iri(terms.decides), iri(claim)),
            (me, iri(terms.about), iri(about)),
            (me, iri(terms.relation), iri(relation)),
            (me, iri(terms.verdict), iri(VERDICTS[verdict])),
            (me, iri(terms.deciderRole), text(_text(edit, "role"))),
            (me, iri(terms.prov.endedAtTime), typed(self._moment, terms.xsd.dateTime)),
        ]
        if skill:
            stated.append((me, iri(terms.skill), iri(skill)))
        if isinstance(blind := edit.get("blind"), bool):
            stated.append((me, iri(terms.blind), boolean(blind)))
        if isinstance(label, str) and label.strip():
            stated.append((me, iri(terms.skos.prefLabel), text(label.strip())))
        graphs = decisions.Graphs.of(self._iris)
        publish.load_triples(self._store, stated, graphs.decisions)
        if skill:
            decisions.enact(
                self._store,
                graphs,
                decisions.Decided(claim, about, skill, relation, VERDICTS[verdict]),
            )
        return {"decision": decision, "claim": claim, "relation": relation, "verdict": verdict}

    def _decide_match(self, number: int, edit: JsonObject) -> Json:
        verdict = _text(edit, "verdict")
        if verdict not in ("accept", "reject"):
            raise BadParameter("verdict", "One of accept, reject is due.")
        about, other = sorted((self._known(edit, "about"), self._known(edit, "other")))
        identity.one_kind(self._store, about, other)
        match = self._iris.match(about, other)
        decision = self._iris.decision(f"{number}-{match.rsplit('/', 1)[1][:8]}")
        me = iri(decision)
        stated = [
            (me, iri(terms.rdf.type), iri(terms.MatchDecision)),
            (me, iri(terms.match), iri(match)),
            (me, iri(terms.about), iri(about)),
            (me, iri(terms.other), iri(other)),
            (me, iri(terms.verdict), iri(VERDICTS[verdict])),
            (me, iri(terms.deciderRole), text(_text(edit, "role"))),
            (me, iri(terms.prov.endedAtTime), typed(self._moment, terms.xsd.dateTime)),
        ]
        graphs = identity.Graphs.of(self._iris)
        publish.load_triples(self._store, stated, graphs.decisions)
        identity.derive(self._store, self._iris, self._edges(), {about, other})
        return {"decision": decision, "match": match, "verdict": verdict}

    def _known(self, edit: JsonObject, name: str) -> str:
        node = _node(edit, name)
        if not any(True for _ in self._store.quads_for_pattern(node, None, None, None)):
            raise NotFound(f"{name}: <{node.value}> is not in the graph.")
        if is_gone(self._store, self._iris, node.value):
            raise NotFound(
                f"{name}: <{node.value}> is gone from its source since; decide on what there is."
            )
        return node.value

    def _relation(self, about: str) -> str:
        kinds = {
            quad.object.value
            for quad in self._store.quads_for_pattern(
                ox.NamedNode(about), ox.NamedNode(terms.rdf.type), None, None
            )
            if isinstance(quad.object, ox.NamedNode)
        }
        for kind, relation in RELATIONS.items():
            if kind in kinds:
                return relation
        raise BadParameter("about", f"<{about}> is no course, work or micro-credential.")


def _triples(
    document: Mapping[str, Any], node: ox.NamedNode | ox.DefaultGraph, what: str
) -> list[ox.Quad]:
    """The document's triples in the graph; its blank nodes are new ones."""
    media_type = _text(document, "mediaType")
    if media_type not in _FORMATS:
        raise BadParameter(
            "mediaType", f"{media_type[:80]!r} cannot be read. Known: {', '.join(_FORMATS)}."
        )
    base = node.value if isinstance(node, ox.NamedNode) else None
    try:
        parsed = ox.parse(
            _text(document, "body").encode(),
            _FORMATS[media_type],
            base_iri=base,
            without_named_graphs=True,
            rename_blank_nodes=True,
        )
        return [ox.Quad(one.subject, one.predicate, one.object, node) for one in parsed]
    except (SyntaxError, ValueError) as error:
        raise BadParameter("body", f"The graph cannot be read, {what}: {error}.") from error


def _bare(error: PolkuError) -> PolkuError:
    """The error without the frames that it passed, which would keep the store open."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _text(edit: Mapping[str, Any], name: str) -> str:
    value = edit.get(name)
    if not isinstance(value, str):
        raise BadParameter(name, f"{name}: a text is due.")
    return value


def _iris(edit: Mapping[str, Any], name: str) -> list[str]:
    stated = edit.get(name) or []
    if not isinstance(stated, list):
        raise BadParameter(name, f"{name}: a list of IRIs is due.")
    for value in stated:
        try:
            iri(str(value))
        except ValueError:
            raise BadParameter(name, f"{name}: {str(value)[:200]!r} is no absolute IRI.") from None
    return [str(value) for value in stated]


def _node(edit: Mapping[str, Any], name: str) -> ox.NamedNode:
    value = _text(edit, name)
    try:
        iri(value)
        return ox.NamedNode(value)
    except ValueError:
        raise BadParameter(name, f"{name}: {value[:200]!r} is no absolute IRI.") from None
