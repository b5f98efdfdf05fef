"""Writes ``terms.py`` from the Turtle: ``python -m ontology.generate_terms [--check]``."""

from __future__ import annotations

import keyword
import re
import sys
from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from ontology import FOLDER, MODULES

TERMS_FILE = FOLDER / "terms.py"
POLKU = "https://w3id.org/polku/ns#"
IS_DEFINED_BY = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#isDefinedBy")

HEADER = '''"""Every IRI that Polku's code speaks of. Generated from the Turtle; do not edit.

Polku's own terms stand at the top level (``terms.develops``), those of other vocabularies
under their prefix (``terms.skos.prefLabel``).
"""

from typing import Final, NewType

Iri = NewType("Iri", str)

'''


def prefixes() -> dict[str, str]:
    """Prefix → namespace IRI, from ``prefixes.ttl``, the only prefix table."""
    text = (FOLDER / "prefixes.ttl").read_text(encoding="utf-8")
    return dict(re.findall(r"@prefix (\w+): <([^>]+)>", text))


def defined_terms() -> Iterator[str]:
    """IRIs of all terms that the ontology defines or lists as reused, in file order."""
    for module in (*MODULES, "reused"):
        path = FOLDER / f"{module}.ttl"
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            if quad.predicate == IS_DEFINED_BY and isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value


def _safe(name: str) -> str:
    """The name as Python can have it."""
    return f"{name}_" if keyword.iskeyword(name) else name


def _assignment(name: str, iri: str, indent: str = "") -> str:
    return f'{indent}{_safe(name)}: Final = Iri("{iri}")\n'


def render() -> str:
    """The text of ``terms.py``."""
    namespaces = prefixes()
    by_prefix: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for iri in dict.fromkeys(defined_terms()):
        prefix, namespace = max(
            ((p, n) for p, n in namespaces.items() if iri.startswith(n)), key=lambda pn: len(pn[1])
        )
        by_prefix[prefix].append((iri.removeprefix(namespace), iri))
    text = HEADER
    text += "".join(_assignment(name, iri) for name, iri in sorted(by_prefix.pop("polku")))
    for prefix, names in sorted(by_prefix.items()):
        text += f"\n\nclass {_safe(prefix)}:\n"
        text += f'    """Terms of <{namespaces[prefix]}>."""\n\n'
        text += "".join(_assignment(name, iri, "    ") for name, iri in sorted(names))
    return text


def main(arguments: list[str]) -> int:
    """0, or 1 with a message when ``--check`` finds that ``terms.py`` has drifted."""
    text = render()
    if arguments == ["--check"]:
        if TERMS_FILE.read_text(encoding="utf-8") != text:
            sys.stderr.write(
                "ontology/terms.py has drifted: run python -m ontology.generate_terms\n"
            )
            return 1
        return 0
    TERMS_FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
