"""A small made-up network of two universities, as triples, published the way loaders do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from app.graph.publish import publish
from ontology import terms
from ontology.iris import Minter
from ontology.ntriples import Term, Triple, boolean, decimal, iri, text, typed
from tests.graph.bundles import bundle_of

IRIS = Minter()
ESCO = "http://data.europa.eu/esco/"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
AALTO = IRIS.organisation("020hwjq30")
OULU = IRIS.organisation("03yj89h83")
HOME = {"aalto": AALTO, "oulu": OULU}


def skill(name: str) -> str:
    """IRI of a skill of this world."""
    return f"{ESCO}skill/{name}"


def occupation(name: str) -> str:
    """IRI of an occupation of this world."""
    return f"{ESCO}occupation/{name}"


def course(code: str, university: str = "aalto") -> str:
    """IRI of a course of this world."""
    return IRIS.course(university, code)


WORK = IRIS.research("doi", "10.1/new")
THESIS = IRIS.research("doi", "10.1/thesis")
LAB = IRIS.organisation("I1")
ADA, EVE = IRIS.person("openalex", "A1"), IRIS.person("openalex", "A2")
CREDENTIAL = IRIS.credential("aalto", "MC-DATA")

_SKILLS = (
    # name, label, type, reuse level, broader
    ("python", "Python", "knowledge", "sector-specific", None),
    ("statistics", "statistics", "knowledge", "cross-sector", None),
    ("databases", "databases", "knowledge", "sector-specific", None),
    ("sparql", "SPARQL", "knowledge", "occupation-specific", "databases"),
    ("sql", "SQL", "knowledge", "occupation-specific", "databases"),
    ("use-databases", "use databases", "skill-competence", "sector-specific", None),
    ("museum-databases", "museum databases", "knowledge", "occupation-specific", "use-databases"),
    ("communicate", "communicate", "skill-competence", "transversal", None),
    ("present", "present results", "skill-competence", "cross-sector", "communicate"),
    ("weaving", "weaving", "skill-competence", "occupation-specific", None),
    ("weaving-research", "study of weaving", "knowledge", "occupation-specific", None),
    ("ethics", "research ethics", "knowledge", "cross-sector", None),
)

_OCCUPATIONS = {
    "data-scientist": (
        ("python", "statistics", "databases", "use-databases", "weaving"),
        ("communicate", "sparql"),
    ),
    "librarian": (("museum-databases", "communicate"), ("statistics",)),
    "researcher": (("ethics", "communicate", "statistics"), ()),
}

_GROUPS = {"S5": ("databases", "sparql", "sql", "use-databases"), "S9": ()}

_PERIODS = (
    ("I", "2025-09-01", "2025-10-19"),
    ("II", "2025-10-20", "2025-12-14"),
    ("III", "2026-01-05", "2026-02-22"),
    ("IV", "2026-02-23", "2026-04-19"),
    ("V", "2026-04-20", "2026-06-07"),
    ("summer", "2026-06-08", "2026-08-30"),
)


def prop(name: str) -> Term:
    """A property as a term."""
    return iri(name)


def day(value: str) -> Term:
    """An ``xsd:date``."""
    return typed(value, terms.xsd.date)


def esco() -> Iterator[Triple]:
    """Skills and occupations."""
    for name, label, kind, reuse, broader in _SKILLS:
        one = iri(skill(name))
        yield one, prop(terms.rdf.type), iri(terms.esco.Skill)
        yield one, prop(terms.skos.prefLabel), text(label, "en")
        if name == "python":
            yield one, prop(terms.skos.prefLabel), text("Python-ohjelmointi", "fi")
        yield one, prop(terms.esco.skillType), iri(f"{ESCO}skill-type/{kind}")
        yield one, prop(terms.esco.skillReuseLevel), iri(f"{ESCO}skill-reuse-level/{reuse}")
        if broader:
            yield one, prop(terms.skos.broader), iri(skill(broader))
    for above, under in _GROUPS.items():
        yield iri(skill(above)), prop(terms.rdf.type), iri(terms.skos.Concept)
        for name in under:
            yield iri(skill(name)), prop(terms.skos.broaderTransitive), iri(skill(above))
    for name, (essential, optional) in _OCCUPATIONS.items():
        one = iri(occupation(name))
        yield one, prop(terms.rdf.type), iri(terms.esco.Occupation)
        yield one, prop(terms.skos.prefLabel), text(name.replace("-", " "), "en")
        for needed in essential:
            yield one, prop(terms.esco.relatedEssentialSkill), iri(skill(needed))
        for needed in optional:
            yield one, prop(terms.esco.relatedOptionalSkill), iri(skill(needed))


def one_course(
    code: str,
    title: str,
    ects: float,
    university: str = "aalto",
    level: str = terms.BasicStudies,
    kind: str = terms.OrdinaryCourse,
    language: str = "ENG",
    past: Iterable[str] = (),
    ahead: tuple[str, str] | None = None,
    mode: str = terms.OnSite,
) -> Iterator[Triple]:
    """A course with its past offerings by period, and one ahead by its days."""
    name = course(code, university)
    one = iri(name)
    yield one, prop(terms.rdf.type), iri(terms.Course)
    yield one, prop(terms.dcterms.title), text(title, "en")
    yield one, prop(terms.code), text(code)
    yield one, prop(terms.university), iri(HOME[university])
    yield one, prop(terms.ectsMin), decimal(Decimal(str(ects)) - 1)
    yield one, prop(terms.ectsMax), decimal(Decimal(str(ects)))
    yield one, prop(terms.studyLevel), iri(level)
    yield one, prop(terms.unitKind), iri(kind)
    yield one, prop(terms.entity), one
    yield one, prop(terms.dcterms.language), iri(LANGUAGE + language)
    dates = {period: (start, end) for period, start, end in _PERIODS}
    spans = [(period, *dates[period]) for period in past]
    if ahead:
        spans.append(("", *ahead))
    for number, (period, start, end) in enumerate(spans):
        offering = iri(IRIS.offering("test", f"{code}-{number}"))
        yield offering, prop(terms.rdf.type), iri(terms.Offering)
        yield offering, prop(terms.offeringOf), one
        yield offering, prop(terms.startDate), day(start)
        yield offering, prop(terms.endDate), day(end)
        yield offering, prop(terms.mode), iri(mode)
        if period:
            yield (
                offering,
                prop(terms.inPeriod),
                iri(IRIS.period(university, "2025-2026", period)),
            )


def group(code: str, number: int, members: Iterable[str], strength: str) -> Iterator[Triple]:
    """A prerequisite group of a course."""
    one = iri(IRIS.prerequisite_group(IRIS.course("aalto", code), number))
    yield iri(course(code)), prop(terms.prerequisiteGroup), one
    yield one, prop(terms.rdf.type), iri(terms.PrerequisiteGroup)
    yield one, prop(terms.strength), iri(strength)
    for member in members:
        yield one, prop(terms.member), iri(course(member))


def develops(
    about: str, name: str, sure: str | None, status: str = terms.Suggested
) -> Iterator[Triple]:
    """A claim that a course develops a skill."""
    yield from claim(about, name, sure, status, terms.develops)


def claim(about: str, name: str, sure: str | None, status: str, relation: str) -> Iterator[Triple]:
    """A claim on a skill."""
    one = iri(IRIS.claim(about, skill(name), relation))
    yield one, prop(terms.rdf.type), iri(terms.Claim)
    yield one, prop(terms.about), iri(about)
    yield one, prop(terms.skill), iri(skill(name))
    yield one, prop(terms.relation), iri(relation)
    yield one, prop(terms.status), iri(status)
    if sure is not None:
        yield one, prop(terms.confidence), decimal(Decimal(sure))


def courses() -> Iterator[Triple]:
    """Two universities' courses."""
    for code, home in HOME.items():
        yield iri(home), prop(terms.rdf.type), iri(terms.elm.Organisation)
        yield iri(home), prop(terms.skos.notation), text(code)
        yield iri(home), prop(terms.skos.prefLabel), text(code.title(), "en")
        for period, start, end in _PERIODS:
            one = iri(IRIS.period(code, "2025-2026", period))
            yield one, prop(terms.rdf.type), iri(terms.Period)
            yield one, prop(terms.university), iri(home)
            yield one, prop(terms.startDate), day(start)
            yield one, prop(terms.endDate), day(end)
            yield one, prop(terms.periodCode), text(period)
    yield from one_course("CS-1", "Programming", 5, past=["I", "III"])
    yield from one_course("CS-2", "Databases", 5, past=["II", "IV"])
    yield from one_course("CS-3", "Statistics", 5, past=["III"])
    yield from one_course(
        "CS-4", "Databases for museums", 3, past=["IV"], level=terms.AdvancedStudies
    )
    yield from one_course("CS-5", "Old databases", 5, past=["II"])
    yield from one_course("CS-6", "Bachelor's thesis", 10, past=["V"], kind=terms.Thesis)
    yield from one_course("CS-7", "Presentations", 2, language="FIN", past=["V"])
    yield from one_course("CS-8", "Egg", 5, past=["III"])
    yield from one_course("CS-9", "Hen", 5, past=["IV"])
    yield from one_course("CS-10", "Weaving D", 5, past=["V"], level=terms.PostgraduateStudies)
    yield from one_course(
        "OY-1",
        "Python online",
        5,
        university="oulu",
        ahead=("2027-01-11", "2027-02-20"),
        mode=terms.Online,
    )
    yield from group("CS-2", 1, ["CS-1"], terms.Compulsory)
    yield from group("CS-3", 1, ["CS-1", "CS-404"], terms.Recommended)
    yield from group("CS-4", 1, ["CS-404"], terms.Compulsory)
    yield from group("CS-8", 1, ["CS-9"], terms.Compulsory)
    yield from group("CS-9", 1, ["CS-8"], terms.Compulsory)
    yield iri(course("CS-2")), prop(terms.substitutes), iri(course("CS-5"))
    way = iri(IRIS.way_in(IRIS.course("oulu", "OY-1"), "openUniversity"))
    yield iri(course("OY-1", "oulu")), prop(terms.wayIn), way
    yield way, prop(terms.audience), iri(terms.OpenUniversity)
    yield way, prop(terms.feeMax), decimal(Decimal(75))
    yield way, prop(terms.feeCurrency), text("EUR")
    yield way, prop(terms.applyBy), day("2026-12-31")
    yield way, prop(terms.schema.url), iri("https://example.org/apply")
    one = iri(CREDENTIAL)
    yield one, prop(terms.rdf.type), iri(terms.MicroCredential)
    yield one, prop(terms.dcterms.title), text("Data basics", "en")
    yield one, prop(terms.consistsOf), iri(course("CS-1"))
    yield one, prop(terms.consistsOf), iri(course("CS-2"))
    yield one, prop(terms.stacksInto), iri("https://example.org/master")


def claims() -> Iterator[Triple]:
    """What the courses develop and the works study."""
    yield iri(IRIS.run("tags", "1")), prop(terms.rdf.type), iri(terms.TaggingRun)
    yield iri(IRIS.run("tags", "1")), prop(terms.threshold), decimal(Decimal("0.4"))
    yield from develops(course("CS-1"), "python", "0.9")
    yield from develops(course("OY-1", "oulu"), "python", "0.7")
    yield from develops(course("CS-2"), "databases", None, terms.Accepted)
    yield from develops(course("CS-2"), "use-databases", "0.6")
    yield from develops(course("CS-2"), "sql", "0.8")
    yield from develops(course("CS-5"), "databases", "0.5")
    yield from develops(course("CS-3"), "statistics", "0.8")
    yield from develops(course("CS-4"), "museum-databases", "0.9")
    yield from develops(course("CS-6"), "statistics", "0.95")
    yield from develops(course("CS-7"), "present", "0.9")
    yield from develops(course("CS-3"), "communicate", "0.2")
    yield from develops(course("CS-8"), "ethics", "0.9")
    yield from develops(course("CS-10"), "weaving-research", "0.9")
    for work, kind, date in (
        (WORK, terms.Article, "2026-10-01"),
        (THESIS, terms.StudentThesis, "2026-11-01"),
    ):
        one = iri(work)
        yield one, prop(terms.rdf.type), iri(terms.ResearchOutput)
        yield one, prop(terms.dcterms.title), text("On Python", "en")
        yield one, prop(terms.published), day(date)
        yield one, prop(terms.workType), iri(kind)
        yield one, prop(terms.openAccess), boolean(True)
        yield one, prop(terms.bibo.doi), text(work.rsplit("/", 1)[-1])
        yield one, prop(terms.affiliation), iri(LAB)
        yield one, prop(terms.university), iri(AALTO)
        for person in (ADA, EVE):
            yield one, prop(terms.dcterms.creator), iri(person)
        yield one, prop(terms.suggestedStudies), iri(skill("python"))
        yield from claim(work, "python", "0.8", terms.Suggested, terms.studies)


def people() -> Iterator[Triple]:
    """A laboratory of one university; a person of it, and one of nowhere in the network."""
    yield iri(LAB), prop(terms.rdf.type), iri(terms.elm.Organisation)
    yield iri(LAB), prop(terms.skos.prefLabel), text("Snake laboratory", "en")
    yield iri(LAB), prop(terms.org.subOrganizationOf), iri(AALTO)
    for person, name, home in ((ADA, "Ada", LAB), (EVE, "Eve", IRIS.organisation("I2"))):
        yield iri(person), prop(terms.rdf.type), iri(terms.schema.Person)
        yield iri(person), prop(terms.schema.name), text(name)
        yield iri(person), prop(terms.org.memberOf), iri(home)


def published(data: Path) -> Path:
    """A data folder with this world as its graph."""
    publish(
        data,
        {
            "esco": bundle_of(data / "bundles" / "esco", "esco", esco()),
            "aalto": bundle_of(data / "bundles" / "aalto", "aalto", (*courses(), *people())),
            "tags": bundle_of(data / "bundles" / "tags", "tags", claims()),
        },
        checked=False,
    )
    return data
