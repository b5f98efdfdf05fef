"""How Polku mints IRIs: pure functions of what a thing is, the same on every load.

Source: the IRI scheme in ``docs/iris.md``; percent-encoding after RFC 3986.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote

from ontology.terms import Iri

BASE = "https://w3id.org/polku/"
"""Where minted IRIs begin unless the settings say otherwise."""


_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*\Z")


def segment(text: str) -> str:
    """One path segment of an IRI: everything but unreserved characters percent-encoded.

    >>> segment("CS-A1110"), segment("10.1000/1 å")
    ('CS-A1110', '10.1000%2F1%20%C3%A5')
    """
    if _PLAIN.match(text):
        return text
    encoded = quote(text.strip(), safe="-._~")
    # "." and ".." would vanish when a client resolves the path.
    return encoded.replace(".", "%2E") if encoded.strip(".") == "" else encoded


@dataclass(frozen=True)
class Minter:
    """Mints the IRIs of one installation; ``base`` ends in a slash."""

    base: str = BASE

    def _mint(self, *segments: str) -> Iri:
        if not all(text.strip() for text in segments):
            raise ValueError(f"an IRI needs every part: {segments!r}")
        return Iri(self.base + "/".join(segment(text) for text in segments))

    def course(self, university: str, code: str) -> Iri:
        """IRI of a course unit.

        >>> Minter().course("aalto", "CS-A1110")
        'https://w3id.org/polku/course/aalto/CS-A1110'
        """
        return self._mint("course", university, code)

    def prerequisite_group(self, course: Iri, number: int) -> Iri:
        """IRI of the ``number``-th prerequisite group of a course, from 1."""
        return Iri(f"{course}/prerequisite/{number}")

    def way_in(self, course: Iri, audience: str) -> Iri:
        """IRI of the way into a course for an audience (``openUniversity`` …)."""
        return Iri(f"{course}/way-in/{segment(audience)}")

    def offering(self, source: str, identifier: str) -> Iri:
        """IRI of one teaching of a course, as its source names it."""
        return self._mint("offering", source, identifier)

    def period(self, university: str, year: str, code: str) -> Iri:
        """IRI of a teaching period: academic year as ``2025-2026``, code as ``I`` or ``summer``."""
        return self._mint("period", university, year, code)

    def research(self, scheme: str, identifier: str) -> Iri:
        """IRI of a research output named in a scheme: ``doi``, ``arxiv``, ``openalex`` …."""
        return self._mint("research", scheme, identifier)

    def subject(self, scheme: str, code: str) -> Iri:
        """IRI of a subject code of a source, such as an arXiv category or OpenAlex topic."""
        return self._mint("subject", scheme, code)

    def subject_scheme(self, scheme: str) -> Iri:
        """IRI of the scheme to which the subject codes of a source belong."""
        return self._mint("subject", scheme)

    def credential(self, university: str, code: str) -> Iri:
        """IRI of a micro-credential as offered."""
        return self._mint("credential", university, code)

    def module(self, university: str, code: str) -> Iri:
        """IRI of a study module."""
        return self._mint("module", university, code)

    def organisation(self, identifier: str) -> Iri:
        """IRI of an organisation by its ROR identifier, else by a code of its source."""
        return self._mint("organisation", identifier)

    def person(self, scheme: str, identifier: str) -> Iri:
        """IRI of a person by an identifier they hold: ``orcid``, ``openalex``."""
        return self._mint("person", scheme, identifier)

    def claim(self, about: str, skill: str, relation: str) -> Iri:
        """IRI of the one claim that ``about`` stands in ``relation`` to ``skill``."""
        key = "\n".join((about, skill, relation)).encode()
        return self._mint("claim", hashlib.sha256(key).hexdigest()[:24])

    def match(self, one: str, other: str) -> Iri:
        """IRI of the one match that two IRIs name one thing, in whichever order they come."""
        key = "\n".join(sorted((one, other))).encode()
        return self._mint("match", hashlib.sha256(key).hexdigest()[:24])

    def decision(self, identifier: str) -> Iri:
        """IRI of one decision of a person."""
        return self._mint("decision", identifier)

    def run(self, source: str, identifier: str) -> Iri:
        """IRI of one run of a loader or a tagger."""
        return self._mint("run", source, identifier)

    def changes(self, source: str, identifier: str) -> Iri:
        """IRI of all changes that one load of a source made."""
        return Iri(f"{self.run(source, identifier)}/changes")

    def change(self, source: str, identifier: str, number: int) -> Iri:
        """IRI of the ``number``-th change that one load of a source made, from 1."""
        return Iri(f"{self.run(source, identifier)}/change/{number:07}")

    def genid(self, key: str) -> Iri:
        """IRI in a blank node's stead, by all that tells the node from others.

        Source: RDF 1.1 Concepts, 3.5, "Replacing blank nodes with IRIs".
        """
        return Iri(f"{self.base}.well-known/genid/{hashlib.sha256(key.encode()).hexdigest()[:24]}")

    def graph(self, source: str) -> Iri:
        """IRI of the named graph that holds what came from a source."""
        return self._mint("graph", source)
