"""A small hand-made vocabulary, and a graph that holds it with things to tag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.graph.publish import publish
from app.tagging.lexicon import Description, Label, Lexicon, Occupation
from loaders.base import Run
from loaders.bundle import Quad, write_quads_bundle
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import iri, text

SKILL = "http://data.europa.eu/esco/skill/"

SKILLS: dict[str, tuple[str, tuple[str, ...], str, bool]] = {
    # code: preferred label, other labels, description, whether it is knowledge
    "01": ("linear algebra", ("matrix algebra",), "The study of vectors and matrices.", True),
    "02": (
        "mathematical programming",
        ("linear programming", "mathematical optimisation"),
        "Methods to find the best value of an objective under constraints.",
        True,
    ),
    "03": (
        "computer programming",
        ("programming",),
        "The development of software: algorithms, coding, testing and compiling.",
        True,
    ),
    "04": (
        "Swift (computer programming)",
        ("Swift",),
        "Software development, such as algorithms, coding and compiling of programs, in Swift.",
        True,
    ),
    "05": ("SPARK", (), "A programming language for software with proofs of its code.", True),
    "06": ("R", (), "Algorithms, coding and compiling of statistical software in R.", True),
    "07": ("Havok Vision", (), "A game engine with a physics library.", True),
    "08": ("teach mathematics", (), "Instruct students in the theory of mathematics.", False),
    "09": ("assess students", (), "Evaluate the progress of students by tests.", False),
    "10": ("quality standards", (), "National and international requirements of quality.", True),
    "11": ("computer vision", (), "Techniques to read digital images automatically.", True),
    "12": ("mathematics", (), "The study of quantity, structure, space and change.", True),
    "13": (
        "manage budgets",
        ("budget management",),
        "Plan, monitor and report on a budget.",
        False,
    ),
    "14": ("perform risk analysis", (), "Identify and assess factors that may harm.", False),
    "15": ("optimise energy use", ("energy optimisation",), "Use less energy in buildings.", False),
}
BROADER = (("01", "12"), ("02", "12"), ("04", "03"))
TEACHING = ("08",)


def skill(code: str) -> str:
    """IRI of a skill of the small vocabulary."""
    return f"{SKILL}{code}"


def lexicon() -> Lexicon:
    """The small vocabulary as the tagger holds it."""
    codes = sorted(SKILLS)
    number = {code: place for place, code in enumerate(codes)}
    labels = []
    for code in codes:
        preferred, others, _, _ = SKILLS[code]
        labels.append(Label(number[code], "en", 0, preferred))
        labels += [Label(number[code], "en", 1, other) for other in others]
    return Lexicon(
        skills=[skill(code) for code in codes],
        labels=labels,
        descriptions=[Description(number[code], "en", SKILLS[code][2]) for code in codes],
        knowledge=[SKILLS[code][3] for code in codes],
        transversal=[False] * len(codes),
        groups={number[code]: ("S1.3",) for code in TEACHING},
        broader=[(number[low], number[high]) for low, high in BROADER],
        occupations=[Occupation("http://data.europa.eu/esco/occupation/1", "en", "analyst", (0,))],
    )


COURSES = {
    "A-1": (
        {"en": "Linear Algebra"},
        {"en": "Students solve problems of linear algebra and of linear programming."},
    ),
    "A-2": (
        {"fi": "Lineaarialgebra", "en": "Matrices"},
        {
            "fi": "Opiskelija osaa laskea matriiseilla ja ymmärtää, miten se on tehty.",
            "en": "The course is about matrix algebra.",
        },
    ),
    "A-3": ({"fi": "Kuvataide"}, {}),
}
WORKS = {
    "w1": ("Vision for machines", "We study computer vision and linear programming."),
    "w2": ("Nothing known", "Xyzzy plugh."),
}


def _triples(source: str) -> Iterator[tuple[str, str, str | tuple[str, str | None]]]:
    iris = Minter()
    a = terms.rdf.type
    if source == "esco":
        for code, (preferred, others, description, knowledge) in SKILLS.items():
            one = skill(code)
            yield one, a, terms.esco.Skill
            yield one, a, terms.skos.Concept
            yield one, terms.skos.prefLabel, (preferred, "en")
            for other in others:
                yield one, terms.skos.altLabel, (other, "en")
            yield one, terms.dcterms.description, (description, "en")
            kind = "knowledge" if knowledge else "skill"
            yield one, terms.esco.skillType, f"http://data.europa.eu/esco/skill-type/{kind}"
        for low, high in BROADER:
            yield skill(low), terms.skos.broader, skill(high)
        group = f"{SKILL}teaching"
        yield group, terms.skos.notation, ("S1.3", None)
        for code in TEACHING:
            yield skill(code), terms.skos.broaderTransitive, group
    if source == "courses":
        for code, (titles, outcomes) in COURSES.items():
            course = iris.course("aalto", code)
            yield course, a, terms.Course
            for language, title in titles.items():
                yield course, terms.dcterms.title, (title, language)
            for language, outcome in outcomes.items():
                yield course, terms.outcomesText, (outcome, language)
    if source == "works":
        for code, (title, abstract) in WORKS.items():
            work = iris.research("arxiv", code)
            yield work, a, terms.ResearchOutput
            yield work, terms.dcterms.title, (title, "en")
            yield work, terms.dcterms.abstract, (abstract, "en")
    if source == "credentials":
        credential = iris.credential("aalto", "MC-1")
        yield credential, a, terms.MicroCredential
        yield credential, terms.dcterms.title, ("Budgets in practice", "en")
        yield credential, terms.outcomesText, ("You can manage budgets of projects.", "en")


def load(data: Path, *sources: str) -> None:
    """Publish the small graph's sources in a data folder."""
    iris = Minter()
    bundles = {}
    for source in sources:
        graph = iri(iris.graph(source))
        quads: list[Quad] = [
            (iri(s), iri(p), iri(o) if isinstance(o, str) else text(*o), graph)
            for s, p, o in _triples(source)
        ]
        bundles[source] = write_quads_bundle(
            source, quads, data / "bundles" / source, run=Run(iris=iris), title=source
        )
    publish(data, bundles, checked=False)
