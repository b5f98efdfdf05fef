"""What the graph states of a course or a micro-credential, as every format takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ontology.licences import NOT_EVALUATED, PUBLIC, is_open

Texts = Mapping[str, str]
"""A text by BCP 47 tag; "" where the language is not stated."""


@dataclass(frozen=True)
class Body:
    """The university or other body: ``code`` is a university's short one, else its identifier.

    ``ror``, ``country`` (three letters) and ``oid`` (Opintopolku's identifier) are "" where they
    are not known.
    """

    iri: str
    code: str
    names: Texts
    ror: str = ""
    country: str = ""
    oid: str = ""


@dataclass(frozen=True)
class Skill:
    """An ESCO skill."""

    iri: str
    labels: Texts


@dataclass(frozen=True)
class Field:
    """A field of study of ISCED-F 2013; without labels where the vocabulary is not loaded."""

    iri: str
    labels: Texts

    @property
    def code(self) -> str:
        """Its code: two to four digits."""
        return self.iri.rpartition("/")[2]


@dataclass(frozen=True)
class Teaching:
    """One offering; days as ISO 8601, "" where none is stated; ``mode`` is a concept's IRI."""

    iri: str
    identifier: str
    start: str = ""
    end: str = ""
    enrolment_start: str = ""
    enrolment_end: str = ""
    mode: str = ""
    languages: Sequence[str] = ()
    url: str = ""


@dataclass(frozen=True)
class Way:
    """A way in: ``audience`` is a concept's IRI; the fee is None where it is not known."""

    audience: str
    fee: Decimal | None = None
    currency: str = ""
    apply_by: str = ""
    url: str = ""


@dataclass(frozen=True)
class Part:
    """A course of which a micro-credential consists."""

    iri: str
    code: str
    titles: Texts


@dataclass(frozen=True)
class Promise:
    """Who accepts it (IRI), into what (IRI), until when; "" where it is not said."""

    by: str = ""
    into: str = ""
    until: str = ""


@dataclass(frozen=True)
class Source:
    """A data set: what must be said of it, and its licence's IRI; "" if none is stated.

    ``access`` is the IRI of its access rights; "" where a graph does not say.
    """

    iri: str
    titles: Texts = field(default_factory=dict)
    publisher: str = ""
    licence: str = ""
    rights: str = ""
    description: str = ""
    release: str = ""
    loaded: str = ""
    triples: int | None = None
    access: str = ""

    @property
    def is_public(self) -> bool:
        """Whether it may be handed on as a whole."""
        return self.access == PUBLIC if self.access else is_open(self.licence)


@dataclass(frozen=True)
class Facts:
    """A course, or a micro-credential where ``is_credential``.

    Attributes:
        credits: the fewest and the most ECTS credits; None if not stated.
        study_level: IRI of the level of studies; "" if not stated.
        eqf: the EQF level that is stated; None if none is.
        fields: fields of study that are stated.
        languages: ISO 639-1 codes of the languages of teaching.
        hours: the workload as an ISO 8601 duration; "" if not stated.
        modes: IRIs of the forms of participation that it states itself.
        skills: skills that it develops or certifies, stated or accepted.
        suggested: skills that a machine suggests and nobody has accepted.
        sources: where this comes from, ESCO among them if it has skills.
    """

    iri: str
    is_credential: bool
    code: str
    titles: Texts
    body: Body | None = None
    credits: tuple[Decimal, Decimal] | None = None
    study_level: str = ""
    eqf: int | None = None
    fields: Sequence[Field] = ()
    languages: Sequence[str] = ()
    outcomes: Texts = field(default_factory=dict)
    content: Texts = field(default_factory=dict)
    prerequisites: Texts = field(default_factory=dict)
    workload: Texts = field(default_factory=dict)
    hours: str = ""
    assessment: Texts = field(default_factory=dict)
    quality: Texts = field(default_factory=dict)
    supervision: Texts = field(default_factory=dict)
    modes: Sequence[str] = ()
    skills: Sequence[Skill] = ()
    suggested: Sequence[Skill] = ()
    requires: Sequence[Skill] = ()
    url: str = ""
    parts: Sequence[Part] = ()
    teachings: Sequence[Teaching] = ()
    ways: Sequence[Way] = ()
    promises: Sequence[Promise] = ()
    sources: Sequence[Source] = ()

    @property
    def all_modes(self) -> list[str]:
        """Forms of participation that it or one of its offerings states, each once."""
        return sorted({*self.modes, *(one.mode for one in self.teachings if one.mode)})

    @property
    def all_languages(self) -> list[str]:
        """Languages of its teaching, or of its offerings', each once."""
        found = self.languages or [tag for one in self.teachings for tag in one.languages]
        return sorted(set(found))


def first(texts: Texts, lang: str = "en") -> tuple[str, str]:
    """A text in the language, else in English, Finnish, Swedish or any; and its language.

    >>> first({"sv": "Frågor", "fi": "Kyselyt"})
    ('Kyselyt', 'fi')
    """
    for tag in (lang, "en", "fi", "sv", *sorted(texts)):
        if tag in texts:
            return texts[tag], tag
    return "", ""


def notices(facts: Facts) -> list[str]:
    """What must be said where the facts show: attributions, and where no licence is stated."""
    found = []
    for source in facts.sources:
        if source.rights:
            found.append(source.rights)
        if source.licence in ("", NOT_EVALUATED):
            name = source.publisher or first(source.titles)[0] or source.iri
            found.append(f"{name} states no licence: ask before you pass its texts on.")
    return list(dict.fromkeys(found))
