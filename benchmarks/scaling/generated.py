"""A graph made by seed, of any size, in the ontology's terms and the real graph's proportions.

As in the real graph, most of it is claims: each work and course has a few suggested skills, each
of them a claim of thirteen quads and a plain triple. Skills and occupations are as many as ESCO
has, or fewer in a small graph. The words are no language.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from benchmarks.many import words
from loaders.base import Run
from loaders.bundle import Bundle, Quad, write_quads_bundle
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import Term, Triple, boolean, decimal, integer, iri, text, typed
from ontology.terms import Iri

SEED: Final = 7
_ESCO: Final = "http://data.europa.eu/esco/"
_LICENCE: Final = "https://creativecommons.org/publicdomain/zero/1.0/"
_UNIVERSITIES: Final = 12
_UNITS: Final = 20
"""Units of each university."""
_QUADS: Final = {"skill": 17.8, "occupation": 31.0, "work": 67.0, "course": 66.0}
"""Quads that one takes in the mean, claims and all."""
_a = iri(terms.rdf.type)
_entity = iri(terms.entity)
_title = iri(terms.dcterms.title)
_label = iri(terms.skos.prefLabel)
_about, _skill, _relation = iri(terms.about), iri(terms.skill), iri(terms.relation)


@dataclass(frozen=True)
class Size:
    """How many things there are of each kind."""

    skills: int
    occupations: int
    courses: int
    works: int

    @classmethod
    def of(cls, quads: int) -> Size:
        """The things of a graph of about so many quads."""
        skills = min(13_900, max(50, quads // 100))
        occupations = min(3_000, skills // 4)
        left = max(0, quads - skills * _QUADS["skill"] - occupations * _QUADS["occupation"])
        courses = max(10, int(left * 0.05 / _QUADS["course"]))
        works = max(20, int((left - courses * _QUADS["course"]) / _QUADS["work"]))
        return cls(skills, occupations, courses, works)


@dataclass(frozen=True)
class Generated:
    """The graph of a size; the same for the same seed."""

    size: Size
    iris: Minter = field(default_factory=Minter)
    seed: int = SEED
    vocabulary: list[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "vocabulary", words(random.Random(self.seed)))

    def skill(self, number: int) -> Iri:
        return Iri(f"{_ESCO}skill/generated-{number}")

    def occupation(self, number: int) -> Iri:
        return Iri(f"{_ESCO}occupation/generated-{number}")

    def course(self, number: int) -> Iri:
        return self.iris.course(f"generated-{number % _UNIVERSITIES}", f"GEN-{number}")

    def work(self, number: int) -> Iri:
        return self.iris.research("generated", f"{number}")

    def unit(self, number: int) -> Iri:
        return self.iris.organisation(f"generated-{number}")

    def bundles(self, folder: Path) -> dict[str, Bundle]:
        """The bundles of four sources, written below the folder."""
        named = {
            "skills": self.skills,
            "courses": self.courses,
            "works": self.works,
        }
        made = {}
        for source, triples in named.items():
            graph = iri(self.iris.graph(source))
            quads = ((s, p, o, graph) for s, p, o in triples())
            made[source] = self._bundle(source, quads, folder)
        made["tags"] = self._bundle("tags", self.claims(), folder)
        return made

    def _bundle(self, source: str, quads: Iterator[Quad], folder: Path) -> Bundle:
        return write_quads_bundle(
            source,
            quads,
            folder / source,
            run=Run(iris=self.iris),
            title=f"Generated {source}",
            licence=_LICENCE,
        )

    def skills(self) -> Iterator[Triple]:
        """The skills and the occupations that need them."""
        in_scheme = iri(terms.skos.inScheme)
        for number in range(self.size.skills):
            rng, this = self._rng("skill", number), iri(self.skill(number))
            yield this, _a, iri(terms.esco.Skill)
            yield this, _a, iri(terms.skos.Concept)
            yield this, in_scheme, iri(f"{_ESCO}concept-scheme/skills")
            yield this, iri(terms.esco.skillType), iri(f"{_ESCO}skill-type/skill")
            yield this, _entity, this
            for language in ("en", "fi", "sv"):
                yield this, _label, text(self._said(rng, 3), language)
            for _ in range(rng.randint(2, 8)):
                yield this, iri(terms.skos.altLabel), text(self._said(rng, 3), "en")
            yield this, iri(terms.dcterms.description), text(self._said(rng, 30), "en")
            for level, above in enumerate(_above(number)):
                if not level:
                    yield this, iri(terms.skos.broader), iri(self.skill(above))
                yield this, iri(terms.skos.broaderTransitive), iri(self.skill(above))
        for number in range(self.size.occupations):
            rng, this = self._rng("occupation", number), iri(self.occupation(number))
            yield this, _a, iri(terms.esco.Occupation)
            yield this, _a, iri(terms.skos.Concept)
            yield this, in_scheme, iri(f"{_ESCO}concept-scheme/occupations")
            yield this, _entity, this
            yield this, _label, text(self._said(rng, 3), "en")
            for needed in {self._skill_of(rng) for _ in range(rng.randint(15, 40))}:
                yield this, iri(terms.esco.relatedEssentialSkill), iri(needed)

    def courses(self) -> Iterator[Triple]:
        """The courses and their universities."""
        for number in range(_UNIVERSITIES):
            this = iri(self.iris.organisation(f"university-{number}"))
            yield this, _a, iri(terms.elm.Organisation)
            yield this, _label, text(f"University {number}", "en")
        for number in range(self.size.courses):
            rng, this = self._rng("course", number), iri(self.course(number))
            university = iri(self.iris.organisation(f"university-{number % _UNIVERSITIES}"))
            ects = decimal(Decimal(rng.choice([2, 3, 5, 5, 5, 10])))
            yield this, _a, iri(terms.Course)
            yield this, _entity, this
            yield this, iri(terms.code), text(f"GEN-{number}")
            yield this, iri(terms.university), university
            yield this, iri(terms.unitKind), iri(terms.OrdinaryCourse)
            yield this, iri(terms.studyLevel), iri(terms.AdvancedStudies)
            yield this, iri(terms.ectsMin), ects
            yield this, iri(terms.ectsMax), ects
            for language in ("en", "fi"):
                yield this, _title, text(self._said(rng, 5), language)
                yield this, iri(terms.outcomesText), text(self._said(rng, 60), language)
                yield this, iri(terms.contentText), text(self._said(rng, 60), language)

    def works(self) -> Iterator[Triple]:
        """The works, their authors as names, and the units that they come from."""
        first = date(1990, 1, 1)
        for number in range(_UNIVERSITIES * _UNITS):
            this = iri(self.unit(number))
            yield this, _a, iri(terms.elm.Organisation)
            yield this, _label, text(f"Unit {number}", "en")
            above = iri(self.iris.organisation(f"university-{number % _UNIVERSITIES}"))
            yield this, iri(terms.org.subOrganizationOf), above
        for number in range(self.size.works):
            rng, this = self._rng("work", number), iri(self.work(number))
            day = typed((first + timedelta(days=rng.randrange(13_000))).isoformat(), terms.xsd.date)
            yield this, _a, iri(terms.ResearchOutput)
            yield this, _entity, this
            yield this, iri(terms.workType), iri(terms.Preprint)
            yield this, iri(terms.dcterms.identifier), text(f"generated:{number}")
            yield this, iri(terms.bibo.doi), text(f"10.9999/generated.{number}")
            yield this, _title, text(self._said(rng, 10))
            yield this, iri(terms.dcterms.abstract), text(self._said(rng, rng.randint(60, 180)))
            yield this, iri(terms.dcterms.issued), day
            yield this, iri(terms.published), day
            yield this, iri(terms.openAccess), boolean(rng.random() < 0.5)
            yield this, iri(terms.schema.url), iri(f"https://example.org/{number}")
            for _ in range(min(30, int(rng.paretovariate(1.5)) + 1)):
                person = int(rng.random() ** 2 * 800_000)
                yield this, iri(terms.dc.creator), text(f"Author {person}")
            yield (
                this,
                iri(terms.affiliation),
                iri(self.unit(rng.randrange(_UNIVERSITIES * _UNITS))),
            )

    def claims(self) -> Iterator[Quad]:
        """What a tagging run suggests: claims, and the plain triples that say the same."""
        claims, links = iri(self.iris.graph("claims")), iri(self.iris.graph("links"))
        run = iri(self.iris.run("tags", "generated-1"))
        yield run, _a, iri(terms.TaggingRun), claims
        yield run, iri(terms.modelVersion), text("generated-1"), claims
        yield run, iri(terms.threshold), decimal(Decimal("0.2")), claims
        for kind, count, relation, plain in (
            ("course", self.size.courses, terms.develops, terms.suggestedDevelops),
            ("work", self.size.works, terms.studies, terms.suggestedStudies),
        ):
            for number in range(count):
                rng = self._rng(f"claims of {kind}", number)
                thing = self.course(number) if kind == "course" else self.work(number)
                for skill in sorted({self._skill_of(rng) for _ in range(rng.randint(1, 7))}):
                    for subject, prop, value in self._claim(rng, run, thing, skill, relation):
                        yield subject, prop, value, claims
                    yield iri(thing), iri(plain), iri(skill), links

    def _claim(
        self, rng: random.Random, run: Term, thing: Iri, skill: Iri, relation: Iri
    ) -> Iterator[Triple]:
        this = iri(self.iris.claim(thing, skill, relation))
        start = rng.randrange(500)
        evidence = self._said(rng, 8)
        yield this, _a, iri(terms.Claim)
        yield this, _about, iri(thing)
        yield this, _skill, iri(skill)
        yield this, _relation, iri(relation)
        yield this, iri(terms.confidence), decimal(Decimal(rng.randint(2_000, 9_999)) / 10_000)
        yield this, iri(terms.status), iri(terms.Suggested)
        yield this, iri(terms.prov.wasGeneratedBy), run
        yield this, iri(terms.evidenceText), text(evidence)
        yield this, iri(terms.evidenceStart), integer(start)
        yield this, iri(terms.evidenceEnd), integer(start + len(evidence))
        yield this, iri(terms.textHash), text(hashlib.sha256(thing.encode()).hexdigest())
        yield (
            this,
            iri(terms.because),
            text(f"this sentence shares “{evidence[:12]}” with its labels"),
        )

    def _skill_of(self, rng: random.Random) -> Iri:
        """A skill; few are spoken of often, most seldom."""
        return self.skill(int(rng.random() ** 3 * self.size.skills))

    def _said(self, rng: random.Random, count: int) -> str:
        return " ".join(rng.choices(self.vocabulary, k=count)).capitalize()

    def _rng(self, kind: str, number: int) -> random.Random:
        return random.Random(f"{self.seed}/{kind}/{number}")


def _above(number: int) -> Iterator[int]:
    """The broader skills of a skill, nearest first: each has twenty narrower ones."""
    while number:
        number = (number - 1) // 20
        yield number
