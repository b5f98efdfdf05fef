r"""SHACL shapes as queries that find what breaks them, run where the data is.

pySHACL reads a graph into memory and takes some 48 seconds per million triples. The shapes
here are therefore compiled to one SELECT per constraint, which the store answers in place:

    for check in compile_shapes():
        for focus, value in graph.select(check.over(Minter().graph("aalto"))):
            ...  # check.severity, check.messages["fi"], check.path

- Run them where the default graph is the union of all graphs, as ``app.graph.port.Graph`` does.
  What is missing or too many is asked of the focus nodes that one graph holds, what a single
  value must be is asked of the values that this graph states; classes and everything else are
  looked up in the union. A claim's skill thus may live in ESCO's graph, and a check of one
  source's graph costs what that source costs. ``check.over(None)`` asks every graph, and is
  SHACL's own answer on the union.
- ``check.within(graph)`` asks what is too many of the graph's own statements: what ``over`` finds
  beyond that, several graphs say together while each of them keeps the shape.
- A row is one violation: ``?focus`` and, where a constraint is about single values, ``?value``.
  Rows are in no order. No row, no violation. To stop early, append `` LIMIT n``.
- ``check.severity`` is "Violation", which stops a load, "Warning" or "Info", which are reported.
- ``check.over(graph, many=True)`` asks the same of a graph that holds most of what there is of
  its kind, some 100,000 quads and more: what is missing or too many is then found by scanning a
  property of the union once and not by a look-up per focus node, ten times as quick there, and
  slower for a small graph.
- Single values are read first, in one scan of a property in one graph, and the class of their
  focus nodes is looked up for those alone that break the rule: a scan costs a tenth of look-ups.

What of SHACL is understood: sh:targetClass, sh:targetSubjectsOf; paths that are a predicate or
the inverse of one; the parameters in the tables below; sh:or, sh:and, sh:not; sh:sparql with
``SELECT $this WHERE { … }`` or ``SELECT $this ?value WHERE { … }``. Anything else raises
``UnsupportedShapeError`` when compiled: a constraint is never passed over in silence. Subclasses are
followed for sh:class, and not for sh:targetClass: Polku's target classes are stated as they are.

Source: SHACL, https://www.w3.org/TR/shacl/ (W3C Recommendation, 2017).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, count
from types import MappingProxyType

import pyoxigraph as ox

from ontology import FOLDER, MODULES
from ontology.ntriples import iri

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS_SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
XSD = "http://www.w3.org/2001/XMLSchema#"

SEVERITIES = ("Violation", "Warning", "Info")

_GRAPH_TOKEN = "$graph"  # noqa: S105 (a placeholder in a query, no secret)

# Parameters of a shape that constrain nothing.
_ANNOTATIONS = frozenset(
    SH + name
    for name in (
        "message",
        "severity",
        "name",
        "description",
        "order",
        "group",
        "path",
        "targetClass",
    )
) | {SH + "targetSubjectsOf", SH + "property", SH + "deactivated"}

# Datatypes whose lexical forms the engine can check by a cast.
_CAST = frozenset(
    XSD + name
    for name in ("boolean", "integer", "decimal", "double", "float", "date", "dateTime", "time")
)

_ALLOWED_KINDS = {
    "IRI": ("isIRI",),
    "BlankNode": ("isBlank",),
    "Literal": ("isLiteral",),
    "BlankNodeOrIRI": ("isBlank", "isIRI"),
    "BlankNodeOrLiteral": ("isBlank", "isLiteral"),
    "IRIOrLiteral": ("isIRI", "isLiteral"),
}

_COMPARISONS = {
    "minInclusive": ">=",
    "maxInclusive": "<=",
    "minExclusive": ">",
    "maxExclusive": "<",
}
_PAIRS = {"lessThan": "<", "lessThanOrEquals": "<="}

_SELECT = re.compile(r"\s*SELECT\s+\$this(?:\s+\?value)?\s+WHERE\s*\{(.*)\}\s*\Z", re.S)
_FORBIDDEN_IN_SELECT = re.compile(r"\b(SELECT|MINUS|VALUES|SERVICE|GRAPH)\b|\$(?!this\b)", re.I)

SCAN = "https://w3id.org/polku/shapes#scan"
"""On a SPARQL constraint: its question as a pattern that binds ``?focus`` and ``?value`` in one
pass over a large graph. It may name one pair of a larger set of like nodes."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class UnsupportedShapeError(ValueError):
    """A shape uses what is not understood here: says which shape, and what of it."""


@dataclass(frozen=True)
class Check:
    """One constraint of one shape on the focus nodes of one target, as a query.

    Attributes:
        shape: IRI of the shape that declares the constraint; of the constraint if it is a query.
        focus_class: IRI of the class whose instances are checked; None where the target is the
            subjects of a property.
        path: the path in SPARQL's notation (``<iri>`` or ``^<iri>``); None at a node shape.
        constraint: IRI of SHACL's constraint component (``…MinCountConstraintComponent``).
        severity: "Violation", "Warning" or "Info".
        messages: language tag → message.
        query: ``SELECT DISTINCT ?focus ?value``, with ``$graph`` for the graph that is asked;
            ``over`` fills it in.
        scan: the same question for a graph of many focus nodes.
        inner: for what is too many, the question of one graph's own statements; else "".
    """

    shape: str
    focus_class: str | None
    path: str | None
    constraint: str
    severity: str
    messages: Mapping[str, str]
    query: str
    scan: str
    inner: str = ""

    def within(self, graph: str) -> str | None:
        """The query for what is too many in this graph alone; None where that is not the question.

        What ``over`` finds beyond it is said by several graphs together: each keeps the shape.
        Raises: ValueError if it is no IRI.
        """
        return self.inner.replace(_GRAPH_TOKEN, iri(graph)) or None

    def over(self, graph: str | None, *, many: bool = False) -> str:
        """The query for the graph with this IRI, or for every graph if None.

        ``many`` says that the graph holds a large share of all focus nodes: another plan, the
        same rows.
        Raises: ValueError if it is no IRI.
        """
        query = self.scan if many else self.query
        return query.replace(_GRAPH_TOKEN, "?graph" if graph is None else iri(graph))


@dataclass(frozen=True)
class _Rule:
    """One constraint, said twice: by what breaks it and by an expression that holds.

    Attributes:
        component: IRI of the constraint component.
        broken: a pattern that follows ``GRAPH $graph { target }``; where ``stated`` is given, a
            condition on what ``stated`` has matched.
        holds: an expression, for a shape inside a shape.
        stated: for a rule about single values, the triple that states one, as a pattern.
        minus: the pattern that a focus node must match, for a scan that takes those away.
        groups: a SELECT of all nodes that have too many values, for a scan.
        too_many: the pattern that matches too many values, for one graph alone.
    """

    component: str
    broken: str
    holds: str
    stated: str = ""
    minus: str = ""
    groups: str = ""
    too_many: str = ""


class _Shapes:
    """The triples of shapes, by subject and predicate."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._objects: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for number, text in enumerate(texts):
            for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
                subject, value = quad.subject, quad.object
                if isinstance(subject, ox.Triple):  # RDF 1.2; no shape is one
                    raise UnsupportedShapeError(f"a triple as subject in shapes file {number + 1}")
                self._objects[subject][quad.predicate.value].append(value)

    def nodes(self) -> list[ox.NamedNode]:
        """The node shapes, in the order of their IRIs."""
        named = [
            subject
            for subject, predicates in self._objects.items()
            if isinstance(subject, ox.NamedNode)
            and any(
                isinstance(kind, ox.NamedNode) and kind.value == SH + "NodeShape"
                for kind in predicates.get(RDF + "type", [])
            )
        ]
        return sorted(named, key=lambda node: node.value)

    def parameters(self, shape: Term) -> dict[str, list[Term]]:
        return {
            predicate: values
            for predicate, values in self._objects.get(shape, {}).items()
            if predicate.startswith(SH)
        }

    def all(self, shape: Term, name: str) -> list[Term]:
        return self._objects.get(shape, {}).get(SH + name, [])

    def other(self, shape: Term, predicate: str) -> list[Term]:
        return self._objects.get(shape, {}).get(predicate, [])

    def one(self, shape: Term, name: str) -> Term | None:
        values = self.all(shape, name)
        if len(values) > 1:
            raise UnsupportedShapeError(f"{shape} has {len(values)} values of sh:{name}")
        return values[0] if values else None

    def members(self, head: Term) -> list[Term]:
        members: list[Term] = []
        while not (isinstance(head, ox.NamedNode) and head.value == RDF + "nil"):
            cell = self._objects.get(head, {})
            first, rest = cell.get(RDF + "first", []), cell.get(RDF + "rest", [])
            if len(first) != 1 or len(rest) != 1:
                raise UnsupportedShapeError(f"not a list: {head}")
            members.append(first[0])
            head = rest[0]
        return members


def _literal(shape: Term, name: str, value: Term) -> ox.Literal:
    if not isinstance(value, ox.Literal):
        raise UnsupportedShapeError(f"{shape}: sh:{name} must be a literal, not {value}")
    return value


def _number(shape: Term, name: str, value: Term) -> int:
    try:
        return int(_literal(shape, name, value).value)
    except ValueError as error:
        raise UnsupportedShapeError(f"{shape}: sh:{name} must be an integer") from error


def _named(shape: Term, name: str, value: Term) -> ox.NamedNode:
    if not isinstance(value, ox.NamedNode):
        raise UnsupportedShapeError(f"{shape}: sh:{name} must be an IRI, not {value}")
    return value


def _quoted(value: str) -> str:
    return str(ox.Literal(value))


def _component(name: str) -> str:
    return f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"


class _Compiler:
    def __init__(self, shapes: _Shapes) -> None:
        self.shapes = shapes
        self._numbers = count(1)

    def _variable(self) -> str:
        return f"?v{next(self._numbers)}"

    # What one value must be. -----------------------------------------------------------------

    def _value_rules(self, shape: Term, value: str) -> Iterator[tuple[str, str]]:
        """(component, expression that holds of ``value``) for each parameter about single values."""
        for predicate, objects in sorted(self.shapes.parameters(shape).items()):
            name = predicate.removeprefix(SH)
            for term in objects:
                expression = self._value_expression(shape, name, term, value)
                if expression:
                    yield _component(name), expression

    def _value_expression(self, shape: Term, name: str, term: Term, value: str) -> str:
        match name:
            case "datatype":
                return self._datatype(_named(shape, name, term), value)
            case "nodeKind":
                kind = _named(shape, name, term).value.removeprefix(SH)
                if kind not in _ALLOWED_KINDS:
                    raise UnsupportedShapeError(f"{shape}: sh:nodeKind {term}")
                return " || ".join(f"{test}({value})" for test in _ALLOWED_KINDS[kind])
            case "class":
                # The second lookup is made for those alone that the first has not settled.
                return (
                    f"EXISTS {{ {value} a {term} }} || "
                    f"EXISTS {{ {value} a/{RDFS_SUBCLASS}+ {term} }}"
                )
            case "in":
                members = self.shapes.members(term)
                return " || ".join(f"sameTerm({value}, {member})" for member in members) or "false"
            case "pattern":
                text = _quoted(_literal(shape, name, term).value)
                flags = self.shapes.one(shape, "flags")
                given = f", {_quoted(_literal(shape, 'flags', flags).value)}" if flags else ""
                return f"!isBlank({value}) && REGEX(STR({value}), {text}{given})"
            case "minLength":
                return f"!isBlank({value}) && STRLEN(STR({value})) >= {_number(shape, name, term)}"
            case "maxLength":
                return f"!isBlank({value}) && STRLEN(STR({value})) <= {_number(shape, name, term)}"
            case "languageIn":
                ranges = [_literal(shape, name, item).value for item in self.shapes.members(term)]
                tests = (f"LANGMATCHES(LANG({value}), {_quoted(item)})" for item in ranges)
                return f"isLiteral({value}) && ({' || '.join(tests) or 'false'})"
            case "minInclusive" | "maxInclusive" | "minExclusive" | "maxExclusive":
                bound = _literal(shape, name, term)
                return f"COALESCE({value} {_COMPARISONS[name]} {bound}, false)"
            case "or":
                return " || ".join(
                    self._conforms(item, value) for item in self.shapes.members(term)
                )
            case "and":
                return " && ".join(
                    self._conforms(item, value) for item in self.shapes.members(term)
                )
            case "not":
                return f"!{self._conforms(term, value)}"
            case _:
                return ""

    @staticmethod
    def _datatype(datatype: ox.NamedNode, value: str) -> str:
        stated = f"isLiteral({value}) && DATATYPE({value}) = {datatype}"
        if datatype.value in _CAST:
            stated += f" && COALESCE(isLiteral({datatype}(STR({value}))), false)"
        return stated

    def _conforms(self, shape: Term, focus: str) -> str:
        """An expression that holds if ``focus`` conforms to a shape inside a shape."""
        if self.shapes.one(shape, "path") is not None:
            raise UnsupportedShapeError(f"{shape}: a property shape as an alternative")
        holds = [rule.holds for rule in self._node_rules(shape, focus)]
        for inner in self.shapes.all(shape, "property"):
            holds += [rule.holds for rule in self._property_rules(inner, focus)]
        if not holds:
            raise UnsupportedShapeError(f"{shape}: an alternative that constrains nothing")
        return "(" + " && ".join(f"({expression})" for expression in holds) + ")"

    # What all values of a path must be together. -----------------------------------------------

    def path(self, shape: Term) -> str:
        """The path of a property shape: ``<iri>`` or ``^<iri>``."""
        path = self.shapes.one(shape, "path")
        if isinstance(path, ox.NamedNode):
            return str(path)
        inverse = self.shapes.one(path, "inversePath") if path is not None else None
        if isinstance(inverse, ox.NamedNode):
            return f"^{inverse}"
        raise UnsupportedShapeError(
            f"{shape}: its path is neither a predicate nor the inverse of one"
        )

    def _property_rules(self, shape: Term, focus: str) -> Iterator[_Rule]:
        path = self.path(shape)
        self._all_understood(shape, inside_property=True)
        other = self._variable()
        both = zip(self._value_rules(shape, "?value"), self._value_rules(shape, other), strict=True)
        for (component, expression), (_, inner) in both:
            holds = f"NOT EXISTS {{ {focus} {path} {other} . FILTER(!({inner})) }}"
            yield _Rule(component, f"!({expression})", holds, f"{focus} {path} ?value")
        for predicate, objects in sorted(self.shapes.parameters(shape).items()):
            name = predicate.removeprefix(SH)
            for term in objects:
                yield from self._set_rules(shape, name, term, focus, path)

    def _set_rules(
        self, shape: Term, name: str, term: Term, focus: str, path: str
    ) -> Iterator[_Rule]:
        match name:
            case "minCount":
                number = _number(shape, name, term)
                if number > 0:
                    enough = self._distinct(number, focus, path)
                    yield self._absent(name, enough)
            case "maxCount":
                most = _number(shape, name, term)
                more = self._distinct(most + 1, focus, path)
                value = self._variable()
                groups = (
                    f"SELECT {focus} WHERE {{ {focus} {path} {value} }} GROUP BY {focus} "
                    f"HAVING(COUNT(DISTINCT {value}) > {most})"
                )
                yield replace(self._present(name, more), groups=groups, too_many=more)
            case "hasValue":
                yield self._absent(name, f"{focus} {path} {term}")
            case "uniqueLang":
                if _literal(shape, name, term).value == "true":
                    one, two = self._variable(), self._variable()
                    again = (
                        f"{focus} {path} {one}, {two} . FILTER(LANG({one}) != '' && "
                        f"LCASE(LANG({one})) = LCASE(LANG({two})) && !sameTerm({one}, {two}))"
                    )
                    groups = (
                        f"SELECT {focus} WHERE {{ {focus} {path} {one} FILTER(LANG({one}) != '') }} "
                        f"GROUP BY {focus} (LCASE(LANG({one})) AS {two}) "
                        f"HAVING(COUNT(DISTINCT {one}) > 1)"
                    )
                    yield replace(self._present(name, again), groups=groups, too_many=again)
            case "lessThan" | "lessThanOrEquals":
                other = self._variable()
                comparison = f"COALESCE(?value {_PAIRS[name]} {other}, false)"
                pattern = f"{focus} {path} ?value . {focus} {term} {other} . FILTER(!{comparison})"
                yield _Rule(_component(name), pattern, f"NOT EXISTS {{ {pattern} }}")
            case "disjoint":
                pattern = f"{focus} {path} ?value . {focus} {term} ?value"
                yield _Rule(_component(name), pattern, f"NOT EXISTS {{ {pattern} }}")
            case _:
                return

    def _distinct(self, number: int, focus: str, path: str) -> str:
        """A pattern that matches if ``focus`` has at least so many different values."""
        variables = [self._variable() for _ in range(number)]
        pairs = [f"!sameTerm({one}, {two})" for one, two in combinations(variables, 2)]
        condition = f" FILTER({' && '.join(pairs)})" if pairs else ""
        return f"{focus} {path} {', '.join(variables)} .{condition}"

    @staticmethod
    def _absent(name: str, pattern: str) -> _Rule:
        broken = f"FILTER NOT EXISTS {{ {pattern} }}"
        return _Rule(_component(name), broken, f"EXISTS {{ {pattern} }}", minus=pattern)

    @staticmethod
    def _present(name: str, pattern: str) -> _Rule:
        return _Rule(
            _component(name), f"FILTER EXISTS {{ {pattern} }}", f"NOT EXISTS {{ {pattern} }}"
        )

    # What the focus node itself must be. -------------------------------------------------------

    def _node_rules(self, shape: Term, focus: str) -> Iterator[_Rule]:
        self._all_understood(shape, inside_property=False)
        for component, expression in self._value_rules(shape, focus):
            yield _Rule(component, f"FILTER(!({expression})) BIND({focus} AS ?value)", expression)
        value = self.shapes.one(shape, "hasValue")
        if value is not None:
            same = f"sameTerm({focus}, {value})"
            yield _Rule(_component("hasValue"), f"FILTER(!{same})", same)

    def _all_understood(self, shape: Term, *, inside_property: bool) -> None:
        values = {"datatype", "nodeKind", "class", "in", "pattern", "flags", "minLength"}
        values |= {"maxLength", "languageIn", "or", "and", "not", "hasValue", *_COMPARISONS}
        if inside_property:
            values |= {"minCount", "maxCount", "uniqueLang", "disjoint", *_PAIRS}
            values -= {"property"}
            annotations = _ANNOTATIONS - {SH + "property", SH + "targetClass"}
        else:
            values |= {"sparql"}
            annotations = _ANNOTATIONS - {SH + "path"}
        for predicate in self.shapes.parameters(shape):
            if predicate not in annotations and predicate.removeprefix(SH) not in values:
                raise UnsupportedShapeError(
                    f"{shape}: sh:{predicate.removeprefix(SH)} is not understood"
                )

    # From shapes to checks. --------------------------------------------------------------------

    def checks(self) -> Iterator[Check]:
        """Every check of every node shape that is not deactivated, in the order of IRIs."""
        for node in self.shapes.nodes():
            if self._deactivated(node):
                continue
            targets = [
                (named.value, f"?focus a {named}")
                for term in self.shapes.all(node, "targetClass")
                for named in (_named(node, "targetClass", term),)
            ] + [
                (None, f"?focus {_named(node, 'targetSubjectsOf', term)} ?target")
                for term in self.shapes.all(node, "targetSubjectsOf")
            ]
            if not targets:
                raise UnsupportedShapeError(f"{node}: no sh:targetClass and no sh:targetSubjectsOf")
            for focus_class, target in sorted(targets, key=lambda pair: (pair[0] or "", pair[1])):
                yield from self._checks_of(node, focus_class, target)

    def _checks_of(
        self, node: ox.NamedNode, focus_class: str | None, target: str
    ) -> Iterator[Check]:
        for rule in self._node_rules(node, "?focus"):
            yield self._check(node, focus_class, None, target, rule)
        for constraint in self.shapes.all(node, "sparql"):
            if not isinstance(constraint, ox.NamedNode):
                raise UnsupportedShapeError(f"{node}: sh:sparql without an IRI")
            yield self._sparql_check(node, focus_class, target, constraint)
        properties = self.shapes.all(node, "property")
        for shape in sorted(properties, key=str):
            if not isinstance(shape, ox.NamedNode):
                raise UnsupportedShapeError(f"{node}: a property shape without an IRI")
            if self._deactivated(shape):
                continue
            rules = list(self._property_rules(shape, "?focus"))
            if not rules:
                raise UnsupportedShapeError(f"{shape}: constrains nothing")
            for rule in rules:
                yield self._check(shape, focus_class, self.path(shape), target, rule)

    def _check(
        self,
        shape: ox.NamedNode,
        focus_class: str | None,
        path: str | None,
        target: str,
        rule: _Rule,
        *,
        severity_of: ox.NamedNode | None = None,
        prologue: str = "",
    ) -> Check:
        if _GRAPH_TOKEN in rule.broken + rule.stated + target + prologue:
            raise UnsupportedShapeError(f"{shape}: {_GRAPH_TOKEN} in a shape")
        focus = f"GRAPH {_GRAPH_TOKEN} {{ {target} }}"
        if rule.stated:
            # IF and not &&: the engine may look the class up first otherwise, five times as slow.
            where = (
                f"GRAPH {_GRAPH_TOKEN} {{ {rule.stated} }} "
                f"FILTER(IF({rule.broken}, EXISTS {{ {target} }}, false))"
            )
        else:
            where = f"{focus} {rule.broken}"
        if rule.minus:
            scan = f"{focus} MINUS {{ {rule.minus} }}"
        elif rule.groups:
            # The first part is empty if the graph has no such focus node: nothing is scanned then.
            some = f"SELECT (true AS ?some) WHERE {{ {focus.replace('?focus', '?any')} }} LIMIT 1"
            scan = f"{{ {some} }} {{ {rule.groups} }} FILTER EXISTS {{ {focus} }}"
        else:
            scan = where
        inner = f". {rule.too_many}" if rule.too_many else ""
        select = f"{prologue}SELECT DISTINCT ?focus ?value WHERE"
        return Check(
            shape=shape.value,
            focus_class=focus_class,
            path=path,
            constraint=rule.component,
            severity=self._severity(severity_of or shape),
            messages=self._messages(shape),
            query=f"{select} {{ {where} }}",
            scan=f"{select} {{ {scan} }}",
            inner=f"{select} {{ GRAPH {_GRAPH_TOKEN} {{ {target} {inner} }} }}" if inner else "",
        )

    def _sparql_check(
        self, node: ox.NamedNode, focus_class: str | None, target: str, constraint: ox.NamedNode
    ) -> Check:
        known = {"select", "message", "prefixes"}
        for predicate in self.shapes.parameters(constraint):
            if predicate.removeprefix(SH) not in known:
                raise UnsupportedShapeError(f"{node}: {predicate} in sh:sparql is not understood")
        select = self.shapes.one(constraint, "select")
        if select is None:
            raise UnsupportedShapeError(f"{node}: sh:sparql without sh:select")
        text = _literal(node, "select", select).value
        found = _SELECT.match(text)
        if not found or _FORBIDDEN_IN_SELECT.search(found[1]):
            raise UnsupportedShapeError(
                f"{node}: sh:select must be SELECT $this [?value] WHERE {{ … }} with no other "
                "variables by $ and no SELECT, MINUS, VALUES, SERVICE or GRAPH inside"
            )
        body = re.sub(r"[$?]this\b", "?focus", " ".join(found[1].split()))
        groups = " ".join(
            " ".join(_literal(node, "scan", scan).value.split())
            for scan in self.shapes.other(constraint, SCAN)
        )
        rule = _Rule(SH + "SPARQLConstraintComponent", body, "false", groups=groups)
        prologue = "".join(
            f"PREFIX {_literal(node, 'prefix', prefix).value}: "
            f"<{_literal(node, 'namespace', namespace).value}> "
            for owner in self.shapes.all(constraint, "prefixes")
            for prefix, namespace in sorted(
                (
                    (self._required(entry, "prefix"), self._required(entry, "namespace"))
                    for entry in self.shapes.all(owner, "declare")
                ),
                key=str,
            )
        )
        return self._check(
            constraint, focus_class, None, target, rule, severity_of=node, prologue=prologue
        )

    def _required(self, node: Term, name: str) -> Term:
        value = self.shapes.one(node, name)
        if value is None:
            raise UnsupportedShapeError(f"{node}: no sh:{name}")
        return value

    def _deactivated(self, shape: Term) -> bool:
        value = self.shapes.one(shape, "deactivated")
        return isinstance(value, ox.Literal) and value.value == "true"

    def _severity(self, shape: Term) -> str:
        severity = self.shapes.one(shape, "severity")
        if severity is None:
            return "Violation"
        name = _named(shape, "severity", severity).value.removeprefix(SH)
        if name not in SEVERITIES:
            raise UnsupportedShapeError(f"{shape}: sh:severity {severity}")
        return name

    def _messages(self, shape: Term) -> Mapping[str, str]:
        return MappingProxyType(
            {
                message.language or "": message.value
                for message in self.shapes.all(shape, "message")
                if isinstance(message, ox.Literal)
            }
        )


def shapes_turtle() -> tuple[str, ...]:
    """The text of every module's shapes, in the modules' order."""
    return tuple(
        (FOLDER / f"{module}.shapes.ttl").read_text(encoding="utf-8") for module in MODULES
    )


def compile_shapes(turtle: Sequence[str] | None = None) -> tuple[Check, ...]:
    """The checks of these shapes, given as Turtle texts; of Polku's own if None.

    Raises: UnsupportedShapeError for what is not understood; SyntaxError for what is no Turtle.
    """
    return tuple(_Compiler(_Shapes(shapes_turtle() if turtle is None else turtle)).checks())
