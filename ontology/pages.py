"""Writes ``docs/ontology/<module>.md`` from the Turtle: ``python -m ontology.pages [--check]``.

A page per module: its classes, properties and concept schemes with their labels in three
languages, the standards that they rest on, and what the shapes ask of loaded data. pyLODE 3.3.4
was tried and runs its labels of several languages into one word.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from ontology import FOLDER, MODULES, terms
from ontology.generate_terms import POLKU, prefixes
from ontology.violations import Check, compile_shapes

PAGES = FOLDER.parent / "docs" / "ontology"
LANGUAGES = ("en", "fi", "sv")

_OWL = "http://www.w3.org/2002/07/owl#"
_CLASS = _OWL + "Class"
_PROPERTIES = (_OWL + "ObjectProperty", _OWL + "DatatypeProperty")
_DISJOINT = _OWL + "disjointWith"
_DOMAIN_INCLUDES = "https://schema.org/domainIncludes"
_RANGE_INCLUDES = "https://schema.org/rangeIncludes"

_GENERATED = "<!-- Generated from ontology/*.ttl by python -m ontology.pages; do not edit. -->\n"

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class _Module:
    """The statements of one module, by subject and property, in the order of the file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.iri = f"https://w3id.org/polku/ns/{name}"
        self._values: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for quad in ox.parse(path=FOLDER / f"{name}.ttl", format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode):
                self._values[quad.subject.value][quad.predicate.value].append(quad.object)

    def of_type(self, *types: str) -> list[str]:
        """IRIs of Polku's terms of these types."""
        wanted = {ox.NamedNode(one) for one in types}
        return [
            iri
            for iri, values in self._values.items()
            if iri.startswith(POLKU) and wanted.intersection(values.get(terms.rdf.type, []))
        ]

    def iris(self, subject: str, *properties: str) -> list[str]:
        """IRIs that stand after these properties."""
        return [
            value.value
            for name in properties
            for value in self._values[subject].get(name, [])
            if isinstance(value, ox.NamedNode)
        ]

    def text(self, subject: str, name: str, language: str | None = "en") -> str:
        """The literal of a property in a language; "" if there is none."""
        for value in self._values[subject].get(name, []):
            if isinstance(value, ox.Literal) and value.language == language:
                return value.value
        return ""


@cache
def _modules() -> tuple[_Module, ...]:
    return tuple(_Module(name) for name in MODULES)


@cache
def _homes() -> Mapping[str, str]:
    """Polku's term → the module whose page tells of it."""
    return {
        iri: module.name
        for module in _modules()
        for iri in module.of_type(_CLASS, *_PROPERTIES, terms.skos.ConceptScheme)
    }


@cache
def _namespaces() -> tuple[tuple[str, str], ...]:
    return tuple(prefixes().items())


def short(iri: str) -> str:
    """The prefixed name of an IRI, or the IRI itself.

    >>> short("http://www.w3.org/2001/XMLSchema#date"), short("https://example.org/a")
    ('xsd:date', 'https://example.org/a')
    """
    for prefix, namespace in _namespaces():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _link(iri: str, here: str) -> str:
    home = _homes().get(iri)
    if home is None:
        name = short(iri)
        return f"<{iri}>" if name == iri else f"[`{name}`](<{iri}>)"
    page = "" if home == here else f"{home}.md"
    return f"[`{short(iri)}`]({page}#{_anchors()[iri]})"


@cache
def _anchors() -> Mapping[str, str]:
    """Polku's term → the fragment that Markdown renderers give its heading.

    A property that is spelt like a class but for its first letter comes second on its page.
    """
    found: dict[str, str] = {}
    for module in _modules():
        seen: set[str] = set()
        for iri in module.of_type(_CLASS) + module.of_type(*_PROPERTIES):
            anchor = short(iri).replace(":", "").lower()
            found[iri] = f"{anchor}-1" if anchor in seen else anchor
            seen.add(anchor)
        for iri in module.of_type(terms.skos.ConceptScheme):
            found[iri] = short(iri).replace(":", "").lower()
    return found


def _links(iris: Iterable[str], here: str) -> str:
    return ", ".join(_link(iri, here) for iri in iris)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield "| " + " | ".join(_cell(cell) for cell in row) + " |"
    yield ""


def _other_labels(module: _Module, iri: str) -> str:
    found = [
        f"{label} ({language})"
        for language in LANGUAGES[1:]
        if (label := module.text(iri, terms.skos.prefLabel, language))
    ]
    return ", ".join(found)


def _class(module: _Module, iri: str, checks: Sequence[Check]) -> Iterator[str]:
    yield f"### {short(iri)}"
    yield ""
    label = module.text(iri, terms.skos.prefLabel)
    others = _other_labels(module, iri)
    yield f"**{label}**" + (f" · {others}" if others else "")
    yield ""
    yield module.text(iri, terms.skos.definition)
    yield ""
    facts = (
        ("Subclass of", module.iris(iri, terms.rdfs.subClassOf)),
        ("Disjoint with", module.iris(iri, _DISJOINT)),
        ("Properties", _properties_of(iri)),
        ("Source", module.iris(iri, terms.dcterms.source)),
    )
    for name, iris in facts:
        if iris:
            yield f"- {name}: {_links(iris, module.name)}"
    yield ""
    rules = dict.fromkeys(
        (check.messages.get("en", ""), check.severity, check.path or "") for check in checks
    )
    if rules:
        yield "What loaded data must meet:"
        yield ""
        yield from _table(
            ("Rule", "Property", "If broken"),
            ((message, _path(path, module.name), _result(level)) for message, level, path in rules),
        )


def _path(path: str, here: str) -> str:
    inverse = path.startswith("^")
    iri = path.strip("^<>")
    if not iri:
        return ""
    return ("inverse of " if inverse else "") + _link(iri, here)


def _result(severity: str) -> str:
    return "stops the load" if severity == "Violation" else "is reported"


def _properties_of(iri: str) -> list[str]:
    return [
        name
        for module in _modules()
        for name in module.of_type(*_PROPERTIES)
        if iri in module.iris(name, terms.rdfs.domain, _DOMAIN_INCLUDES)
    ]


def _property(module: _Module, iri: str) -> Iterator[str]:
    yield f"### {short(iri)}"
    yield ""
    yield f"**{module.text(iri, terms.skos.prefLabel)}**"
    yield ""
    yield module.text(iri, terms.skos.definition)
    yield ""
    facts = (
        ("Of", module.iris(iri, terms.rdfs.domain, _DOMAIN_INCLUDES)),
        ("Value", module.iris(iri, terms.rdfs.range, _RANGE_INCLUDES)),
        ("Subproperty of", module.iris(iri, terms.rdfs.subPropertyOf)),
        ("See also", module.iris(iri, terms.rdfs.seeAlso)),
        ("Source", module.iris(iri, terms.dcterms.source)),
    )
    for name, iris in facts:
        if iris:
            yield f"- {name}: {_links(iris, module.name)}"
    yield ""


def _scheme(module: _Module, iri: str) -> Iterator[str]:
    yield f"### {short(iri)}"
    yield ""
    others = _other_labels(module, iri)
    yield f"**{module.text(iri, terms.skos.prefLabel)}**" + (f" · {others}" if others else "")
    yield ""
    yield module.text(iri, terms.skos.definition)
    yield ""
    source = module.iris(iri, terms.dcterms.source)
    if source:
        yield f"- Source: {_links(source, module.name)}"
        yield ""
    concepts = [
        one
        for one in module.of_type(terms.skos.Concept)
        if iri in module.iris(one, terms.skos.inScheme)
    ]
    header = ("Concept", "Notation", *LANGUAGES, "Definition", "Matches")
    rows = (
        (
            f"`{short(one)}`",
            f"`{module.text(one, terms.skos.notation, None)}`",
            *(module.text(one, terms.skos.prefLabel, language) for language in LANGUAGES),
            module.text(one, terms.skos.definition),
            _links(module.iris(one, terms.skos.closeMatch, terms.skos.exactMatch), module.name),
        )
        for one in concepts
    )
    yield from _table(header, rows)


def _page(module: _Module, checks: Sequence[Check]) -> Iterator[str]:
    yield _GENERATED
    yield f"# {module.text(module.iri, terms.dcterms.title)}"
    yield ""
    yield module.text(module.iri, terms.dcterms.description)
    yield ""
    version = module.text(module.iri, _OWL + "versionInfo", None)
    yield (
        f"Version {version} · <{module.iri}> · [Turtle](../../ontology/{module.name}.ttl) · "
        f"[shapes](../../ontology/{module.name}.shapes.ttl) · [all modules](README.md)"
    )
    yield ""
    classes = module.of_type(_CLASS)
    if classes:
        yield "## Classes"
        yield ""
        for iri in classes:
            yield from _class(module, iri, [one for one in checks if one.focus_class == iri])
    properties = module.of_type(*_PROPERTIES)
    if properties:
        yield "## Properties"
        yield ""
        for iri in properties:
            yield from _property(module, iri)
    schemes = module.of_type(terms.skos.ConceptScheme)
    if schemes:
        yield "## Concept schemes"
        yield ""
        for iri in schemes:
            yield from _scheme(module, iri)
    foreign = [
        one
        for one in dict.fromkeys(check.focus_class for check in checks)
        if one is not None and one not in _homes() and one in _FOREIGN.get(module.name, ())
    ]
    if foreign:
        yield "## Classes of other vocabularies"
        yield ""
        for iri in foreign:
            yield f"### {short(iri)}"
            yield ""
            rules = dict.fromkeys(
                (check.messages.get("en", ""), check.path or "", check.severity)
                for check in checks
                if check.focus_class == iri
            )
            yield from _table(
                ("Rule", "Property", "If broken"),
                ((text, _path(path, module.name), _result(level)) for text, path, level in rules),
            )


_FOREIGN = {
    "core": (terms.elm.Organisation, terms.dcat.Dataset),
    "skills": (terms.skos.Concept, terms.esco.Skill, terms.esco.Occupation),
}
"""Classes of other vocabularies whose shapes a module holds."""


def _index() -> Iterator[str]:
    yield _GENERATED
    yield "# The vocabulary"
    yield ""
    yield (
        "What Polku’s graph says, in words that other systems know where there are any: ESCO and "
        "SKOS for skills, the European Learning Model for learning and credentials, schema.org, "
        "Dublin Core and BIBO for works, PROV-O and DCAT for where things come from."
    )
    yield ""
    yield f"Namespace: `{POLKU}`, prefix `polku`."
    yield ""
    yield from _table(
        ("Module", "What it holds", "Terms"),
        (
            (
                f"[{module.name}]({module.name}.md)",
                module.text(module.iri, terms.dcterms.description),
                str(
                    len(
                        module.of_type(
                            _CLASS,
                            *_PROPERTIES,
                            terms.skos.ConceptScheme,
                            terms.skos.Concept,
                        )
                    )
                ),
            )
            for module in _modules()
        ),
    )
    yield (
        "See also [how these words stand to Sisu, Peppi, Kouta, ELM, schema.org and OEAPI]"
        "(alignment.md) and [how IRIs are made](../iris.md)."
    )
    yield ""
    yield "## Questions that the vocabulary answers"
    yield ""
    for file in sorted((FOLDER / "competency").glob("CQ-*.rq")):
        name, question = file.read_text(encoding="utf-8").splitlines()[0].split(" ", 3)[2:]
        yield f"- [{name}](../../ontology/competency/{file.name}): {question}"
    yield ""


def render() -> dict[Path, str]:
    """Every page's path and text."""
    checks = compile_shapes()
    pages = {
        PAGES / f"{module.name}.md": "\n".join(_page(module, checks)).rstrip("\n") + "\n"
        for module in _modules()
    }
    pages[PAGES / "README.md"] = "\n".join(_index()).rstrip("\n") + "\n"
    return pages


def main(arguments: list[str]) -> int:
    """0, or 1 with a message when ``--check`` finds that a page has drifted."""
    for path, text in render().items():
        if arguments == ["--check"]:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                sys.stderr.write(
                    f"docs/ontology/{path.name} has drifted: run python -m ontology.pages\n"
                )
                return 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
