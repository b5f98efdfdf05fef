"""What the Aalto loader makes of its source."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, RdfFormat, parse

from loaders.aalto import _HEADING, _NOTHING, LOADER, says_something
from loaders.base import Reject, Run
from loaders.bundle import write_bundle
from loaders.courses.kinds import unit_kind
from loaders.errors import LoadError, TooManyRejects
from ontology import terms
from ontology.ntriples import Term, Triple, iri, text
from ontology.terms import Iri

GOLDEN = Path(__file__).parent / "golden"
COURSE = "https://w3id.org/polku/course/aalto/"


def lines_of(*paths: Path, run: Run | None = None) -> list[str]:
    return [f"{s} {p} {o} ." for s, p, o in LOADER.read(paths, run or Run())]


def record(number: int, code: str, **stated: Any) -> dict[str, Any]:
    """A realisation in the source's shape; ``summary`` adds to an empty one."""
    summary: dict[str, Any] = {
        name: {"fi": "", "sv": "", "en": ""}
        for name in ("workload", "prerequisites", "learningOutcomes", "content", "registration")
    }
    summary |= {"teachingPeriod": {}, "assesmentMethods": {}, "substitutes": {}, "level": {}}
    summary |= stated.pop("summary", {})
    return {
        "id": f"aalto-CUR-{number}",
        "code": code,
        "startDate": "2025-09-01",
        "endDate": "2025-10-15",
        "type": "teaching-participation-lectures",
        "name": {"fi": "Solmut, Luento-opetus", "sv": "Föreläsning", "en": "Knots, Lecture"},
        "credits": {"min": 5, "max": 5},
        "organizationId": "T999",
        "organizationName": {"fi": "Solmulaitos", "sv": "", "en": "Department of Knots"},
        "courseUnitId": f"aalto-CU-{code}-20240801",
        "languageOfInstructionCodes": ["en"],
        "enrolmentStartDate": "2025-08-04",
        "enrolmentEndDate": None,
        "summary": summary,
        **stated,
    }


class Graph:
    """Triples of one load, to be asked."""

    def __init__(self, triples: Iterator[Triple]) -> None:
        self.found: defaultdict[tuple[str, str], list[Term]] = defaultdict(list)
        for s, p, o in triples:
            self.found[s, p].append(o)

    def of(self, subject: str, predicate: Iri) -> list[Term]:
        return self.found.get((iri(subject), iri(predicate)), [])

    def things(self, kind: Iri) -> list[str]:
        types = (
            (s, o) for (s, p), os in self.found.items() if p == iri(terms.rdf.type) for o in os
        )
        return [s[1:-1] for s, o in types if o == iri(kind)]

    def groups(self, code: str) -> list[tuple[str, frozenset[str]]]:
        found = []
        for group in self.of(COURSE + code, terms.prerequisiteGroup):
            (strength,) = self.of(group[1:-1], terms.strength)
            members = self.of(group[1:-1], terms.member)
            found.append((strength[1:-1], frozenset(m[1:-1].rsplit("/", 1)[-1] for m in members)))
        return found


def load(folder: Path, *records: Mapping[str, Any], run: Run | None = None) -> Graph:
    file = folder / "realisations.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return Graph(LOADER.read([file], run or Run()))


def test_the_golden_file_gives_the_golden_triples() -> None:
    expected = (GOLDEN / "aalto.nt").read_text(encoding="utf-8").splitlines()
    assert lines_of(GOLDEN / "aalto.jsonl") == expected


def test_a_gzipped_file_gives_the_same_triples(tmp_path: Path) -> None:
    packed = tmp_path / "realisations.jsonl.gz"
    packed.write_bytes(gzip.compress((GOLDEN / "aalto.jsonl").read_bytes()))
    assert lines_of(packed) == lines_of(GOLDEN / "aalto.jsonl")


def test_the_triples_are_rdf_without_blank_nodes() -> None:
    found = list(parse("\n".join(lines_of(GOLDEN / "aalto.jsonl")).encode(), RdfFormat.N_TRIPLES))
    assert found
    assert not any(
        isinstance(t, BlankNode) for triple in found for t in (triple.subject, triple.object)
    )


def test_the_same_file_gives_the_same_bundle(tmp_path: Path) -> None:
    one = write_bundle(LOADER, [GOLDEN / "aalto.jsonl"], tmp_path / "one")
    other = write_bundle(LOADER, [GOLDEN / "aalto.jsonl"], tmp_path / "other")
    assert one.id == other.id
    assert one.manifest.counts["courses"] == 7


def test_realisations_of_one_code_join_to_one_course(tmp_path: Path) -> None:
    run = Run()
    graph = load(
        tmp_path,
        record(1, "KNT-A1110"),
        record(2, " KNT-A1110 ", startDate="2026-02-23", endDate="2026-04-01"),
        record(3, "KNT-A1110", type="exam-exam"),
        run=run,
    )
    assert graph.things(terms.Course) == [COURSE + "KNT-A1110"]
    assert len(graph.things(terms.Offering)) == 2
    assert (run.counts["realisations"], run.counts["exams"]) == (3, 1)
    assert graph.of(COURSE + "KNT-A1110", terms.dcterms.title) == [
        text("Knots", "en"),
        text("Solmut", "fi"),
    ]


def test_a_course_known_by_exams_alone_is_a_course_without_offerings(tmp_path: Path) -> None:
    graph = load(tmp_path, record(1, "KNT-A1110", type="exam-exam"))
    assert graph.things(terms.Course) == [COURSE + "KNT-A1110"]
    assert graph.things(terms.Offering) == []
    assert len(graph.of(COURSE + "KNT-A1110", terms.dcterms.language)) == 1


def test_the_realisation_that_starts_last_states_the_courses_facts(tmp_path: Path) -> None:
    old = record(1, "KNT-A1110", credits={"min": 3, "max": 3})
    new = record(2, "KNT-A1110", startDate="2025-09-02", credits={"min": 4.5, "max": 6})
    exam = record(3, "KNT-A1110", type="exam-exam", startDate="2025-10-01", credits={"min": 1})
    for order in ([old, new, exam], [exam, new, old]):
        graph = load(tmp_path, *order)
        assert [
            graph.of(COURSE + "KNT-A1110", p)[0][1:4] for p in (terms.ectsMin, terms.ectsMax)
        ] == [
            "4.5",
            '6"^',
        ]


def test_a_repeated_realisation_is_counted_and_left_out(tmp_path: Path) -> None:
    run = Run()
    changed = record(1, "KNT-A1110", endDate="2025-11-01")
    graph = load(tmp_path, record(1, "KNT-A1110"), record(1, "KNT-A1110"), changed, run=run)
    assert len(graph.things(terms.Offering)) == 1
    assert run.counts["repeated realisations"] == 2
    assert run.warnings["realisation repeated with other content; the first is kept"] == 1


@pytest.mark.parametrize(
    ("stated", "pointer"),
    [
        ({"startDate": "2025-13-01"}, "/startDate"),
        ({"startDate": "soon"}, "/startDate"),
        ({"startDate": None}, "/startDate"),
        ({"startDate": 20250901}, "/startDate"),
        ({"startDate": "0001-01-01"}, "/startDate"),
        ({"startDate": "\uff12\uff10\uff12\uff15-09-01"}, "/startDate"),
        ({"endDate": "2025-02-30"}, "/endDate"),
        ({"endDate": "2025-08-31"}, "/endDate"),
        ({"enrolmentStartDate": "yesterday"}, "/enrolmentStartDate"),
        ({"enrolmentEndDate": "9999-12-31"}, "/enrolmentEndDate"),
        ({"id": ""}, "/id"),
        ({"code": "  "}, "/code"),
        ({"code": None}, "/code"),
        ({"code": "X" * 300}, "/code"),
        ({"credits": {"min": 5, "max": 3}}, "/credits"),
        ({"credits": {"min": "many", "max": 3}}, "/credits/min"),
        ({"credits": {"min": -1, "max": 3}}, "/credits/min"),
        ({"credits": {"min": 1, "max": 1e300}}, "/credits/max"),
        ({"credits": {"min": True, "max": 3}}, "/credits/min"),
    ],
)
def test_a_bad_record_is_turned_away_and_the_rest_is_loaded(
    tmp_path: Path, stated: dict[str, Any], pointer: str
) -> None:
    rejects: list[Reject] = []
    graph = load(
        tmp_path,
        record(1, "KNT-A1110") | stated,
        record(2, "KNT-C2120"),
        run=Run(sink=rejects.append),
    )
    assert graph.things(terms.Course) == [COURSE + "KNT-C2120"]
    assert [(reject.record, reject.pointer) for reject in rejects] == [
        ("realisations.jsonl line 1", pointer)
    ]


@pytest.mark.parametrize(
    "stated",
    [
        {"name": None},
        {"name": {"fi": 7}},
        {"summary": None},
        {"credits": None},
        {"credits": {}},
        {"organizationId": None},
        {"organizationName": []},
        {"languageOfInstructionCodes": [None, "", "xx", "FI"]},
        {"type": None},
        {"courseUnitId": None},
        {"enrolmentStartDate": ""},
        {"startDate": "2025-09-01T08:00:00Z"},
        {"code": "KNT/Å 1?#"},
        {"name": {"en": "\ud800 <script>"}},
    ],
)
def test_a_record_that_states_less_is_loaded_all_the_same(
    tmp_path: Path, stated: dict[str, Any]
) -> None:
    rejects: list[Reject] = []
    run = Run(sink=rejects.append)
    graph = load(tmp_path, record(1, "KNT-A1110") | stated, run=run)
    assert rejects == []
    (course,) = graph.things(terms.Course)
    assert len(graph.of(course, terms.dcterms.title)) >= 1
    lines = "".join(f"{s} {p} {o} .\n" for (s, p), os in graph.found.items() for o in os)
    assert len(list(parse(lines.encode(), RdfFormat.N_TRIPLES))) == lines.count("\n")


def test_too_many_bad_records_stop_the_load(tmp_path: Path) -> None:
    file = tmp_path / "realisations.jsonl"
    file.write_text((json.dumps(record(1, "KNT-A1110") | {"startDate": ""}) + "\n") * 3)
    with pytest.raises(TooManyRejects):
        write_bundle(LOADER, [file], tmp_path / "bundles", max_rejects=2)
    assert not [path for path in (tmp_path / "bundles").iterdir() if path.is_dir()]


def test_a_file_that_is_cut_off_stops_the_load(tmp_path: Path) -> None:
    packed = tmp_path / "realisations.jsonl.gz"
    packed.write_bytes(gzip.compress((GOLDEN / "aalto.jsonl").read_bytes())[:-200])
    with pytest.raises(LoadError, match=r"realisations\.jsonl\.gz"):
        lines_of(packed)


def test_the_language_of_a_text_is_detected_and_equal_texts_are_stored_once(
    tmp_path: Path,
) -> None:
    english = "After the course the student can tie ten common knots."
    finnish = "Kurssin jälkeen opiskelija osaa solmia kymmenen solmua."
    run = Run()
    graph = load(
        tmp_path,
        record(
            1,
            "KNT-A1110",
            summary={
                "learningOutcomes": {"fi": english, "sv": finnish, "en": english},
                "content": {"fi": "-", "sv": "x", "en": " "},
                "prerequisites": {"fi": "Suositellut esitiedot: -"},
                "workload": {"fi": "24&#43;24", "sv": "24&#43;24", "en": "24&#43;24"},
            },
        ),
        run=run,
    )
    course = COURSE + "KNT-A1110"
    assert graph.of(course, terms.outcomesText) == [text(english, "en"), text(finnish, "fi")]
    assert graph.of(course, terms.contentText) == []
    assert graph.of(course, terms.prerequisitesText) == []
    assert graph.of(course, terms.workloadText) == [text("24+24", "zxx")]
    assert run.counts["texts in the fi slot that are in another language"] == 1
    assert run.counts["texts in the sv slot that are in another language"] == 1


def test_of_two_texts_in_one_language_the_one_in_its_own_slot_is_kept(tmp_path: Path) -> None:
    stray = "After this course the student is able to tie some of the knots."
    own = "After the course the student can tie ten common knots."
    run = Run()
    graph = load(
        tmp_path,
        record(1, "KNT-A1110", summary={"learningOutcomes": {"fi": stray, "en": own}}),
        run=run,
    )
    assert graph.of(COURSE + "KNT-A1110", terms.outcomesText) == [text(own, "en")]
    assert run.counts["second texts in one language, left out"] == 1


def test_of_texts_alike_but_for_line_breaks_the_better_laid_out_is_kept(tmp_path: Path) -> None:
    glued = "After the course the student can tie knots and the student can untie themSecond part"
    laid_out = glued.replace("Second", "\nSecond")
    run = Run()
    graph = load(
        tmp_path,
        record(1, "KNT-A1110", summary={"learningOutcomes": {"fi": laid_out, "en": glued}}),
        run=run,
    )
    assert graph.of(COURSE + "KNT-A1110", terms.outcomesText) == [text(laid_out, "en")]
    assert run.counts["second texts in one language, left out"] == 0


def with_prerequisites(code: str, number: int, prose: str, **stated: Any) -> dict[str, Any]:
    return record(number, code, summary={"prerequisites": {"en": prose}}, **stated)


def test_prerequisites_in_prose_become_groups_and_stay_as_text(tmp_path: Path) -> None:
    prose = "Compulsory prerequisites: KNT-A1110 or KNT-A1111. Recommended prerequisites: KNT-C9999"
    run = Run()
    graph = load(
        tmp_path,
        record(1, "KNT-A1110"),
        record(2, "KNT-A1111"),
        with_prerequisites("KNT-C2120", 3, prose),
        run=run,
    )
    assert graph.groups("KNT-C2120") == [(terms.Compulsory, frozenset({"KNT-A1110", "KNT-A1111"}))]
    assert graph.of(COURSE + "KNT-C2120", terms.prerequisitesText) == [text(prose, "en")]
    assert run.counts["unknown prerequisite codes"] == 1
    assert run.counts["prerequisite demands that bind nothing"] == 1


def test_a_course_is_never_its_own_prerequisite(tmp_path: Path) -> None:
    run = Run()
    graph = load(tmp_path, with_prerequisites("KNT-A1110", 1, "KNT-A1110"), run=run)
    assert graph.groups("KNT-A1110") == []
    assert run.warnings["course that is its own prerequisite; dropped"] == 1


def test_prerequisites_that_substitute_one_another_are_alternatives(tmp_path: Path) -> None:
    replaces = {"substitutes": {"en": "Replaces the course KNT-A1110."}}
    graph = load(
        tmp_path,
        record(1, "KNT-A1110"),
        record(2, "KNT-A1111", summary=replaces),
        record(3, "KNT-A1120"),
        with_prerequisites("KNT-C2120", 4, "KNT-A1110, KNT-A1111, KNT-A1120"),
    )
    assert {members for _, members in graph.groups("KNT-C2120")} == {
        frozenset({"KNT-A1110", "KNT-A1111"}),
        frozenset({"KNT-A1120"}),
    }


@pytest.mark.parametrize(
    ("prose", "replaced"),
    [
        ("Replaces KNT-A1110.", {"KNT-A1110"}),
        ("Korvaa kurssit KNT-A1110 ja KNT-A1111.", {"KNT-A1110", "KNT-A1111"}),
        ("Ersätter kursen KNT-A1110", {"KNT-A1110"}),
        ("KNT-A11XX", {"KNT-A1110", "KNT-A1111"}),
        ("Partly replaces KNT-A1110.", set()),
        ("Korvaa osan kurssista KNT-A1110.", set()),
        ("Ersätter delvis kursen KNT-A1110.", set()),
        ("Together with KNT-A1111 replaces KNT-A1110.", set()),
        ("KNT-A1110 + KNT-A1111; KNT-A1111", {"KNT-A1111"}),
        ("KNT-C2120, Knt-1.1010", set()),
    ],
)
def test_a_course_substitutes_only_what_it_replaces_whole(
    tmp_path: Path, prose: str, replaced: set[str]
) -> None:
    graph = load(
        tmp_path,
        record(1, "KNT-A1110"),
        record(2, "KNT-A1111"),
        record(3, "KNT-C2120", summary={"substitutes": {"en": prose}}),
    )
    assert {
        other[1:-1].removeprefix(COURSE)
        for other in graph.of(COURSE + "KNT-C2120", terms.substitutes)
    } == replaced


def test_substitutes_by_group_id_are_resolved_through_course_units(tmp_path: Path) -> None:
    run = Run()
    units = [
        [{"courseUnitGroupId": "aalto-OPINKOHD-111", "credits": None}],
        [{"courseUnitGroupId": "aalto-OPINKOHD-222", "credits": None}],
        [{"courseUnitGroupId": "aalto-OPINKOHD-111"}, {"courseUnitGroupId": "x"}],
        "nonsense",
    ]
    graph = load(
        tmp_path,
        record(1, "KNT-A1110", courseUnitId="aalto-CU-111-20240801"),
        record(2, "KNT-C2120", summary={"substitutes": {"courseUnits": units}}),
        run=run,
    )
    assert graph.of(COURSE + "KNT-C2120", terms.substitutes) == [iri(COURSE + "KNT-A1110")]
    assert run.counts["substitutes by group id, unresolved"] == 1


OPEN = {
    "organizationId": "U902",
    "organizationName": {"fi": "Avoin yliopisto", "sv": "Öppna högskolan", "en": "Open University"},
}


def test_an_open_university_twin_becomes_a_way_into_the_degree_course(tmp_path: Path) -> None:
    fee = {"registration": {"en": "The course fee is €15/credit."}}
    for order in (1, -1):
        records = [
            record(1, "KNT-A1110"),
            record(2, "AKNT-A1110", summary=fee, **OPEN),
            with_prerequisites("KNT-C2120", 3, "AKNT-A1110"),
        ]
        graph = load(tmp_path, *records[::order])
        degree, twin = COURSE + "KNT-A1110", COURSE + "AKNT-A1110"
        way = f"{degree}/way-in/openUniversity"
        assert graph.of(twin, terms.entity) == [iri(degree)]
        assert graph.of(twin, terms.wayIn) == []
        assert iri(way) in graph.of(degree, terms.wayIn)
        assert graph.of(way, terms.audience) == [iri(terms.OpenUniversity)]
        assert [fee[:4] for fee in graph.of(way, terms.feeMax)] == ['"75"']
        assert graph.of(way, terms.dcterms.source) == [text("organizationId U902 of AKNT-A1110")]
        offering = "https://w3id.org/polku/offering/aalto/aalto-CUR-"
        assert graph.of(f"{offering}2", terms.offeringOf) == [iri(degree)]
        assert graph.of(f"{offering}2", terms.openThrough) == [iri(way)]
        assert graph.of(f"{offering}1", terms.openThrough) == []
        assert graph.groups("KNT-C2120") == [(terms.Recommended, frozenset({"KNT-A1110"}))]


def test_an_open_university_course_without_a_twin_stands_for_itself(tmp_path: Path) -> None:
    graph = load(tmp_path, record(1, "AKNT-A1110", **OPEN))
    course = COURSE + "AKNT-A1110"
    assert graph.of(course, terms.entity) == [iri(course)]
    assert graph.of(course, terms.wayIn) == [iri(f"{course}/way-in/openUniversity")]
    assert graph.of(f"{course}/way-in/openUniversity", terms.feeMax) == []


def test_a_code_that_merely_begins_with_a_is_no_twin(tmp_path: Path) -> None:
    graph = load(tmp_path, record(1, "KNT-A1110"), record(2, "AKNT-A1110"))
    assert graph.of(COURSE + "AKNT-A1110", terms.entity) == [iri(COURSE + "AKNT-A1110")]


@pytest.mark.parametrize(
    ("stated", "audiences"),
    [
        ({}, {terms.UnknownAudience}),
        (
            {"summary": {"registration": {"en": "Only for students of the Programme."}}},
            {terms.DegreeStudents},
        ),
        (
            {"summary": {"registration": {"en": "Apply through FITech."}}},
            {terms.FITechLearners, terms.UnknownAudience},
        ),
        (
            {"name": {"en": "Knots MOOC, Online teaching"}},
            {terms.MoocLearners, terms.UnknownAudience},
        ),
        (
            {"name": {"en": "Knots, Online teaching, Open Uni"}},
            {terms.OpenUniversity, terms.UnknownAudience},
        ),
    ],
)
def test_a_way_in_is_what_the_data_says(
    tmp_path: Path, stated: dict[str, Any], audiences: set[Iri]
) -> None:
    graph = load(tmp_path, record(1, "KNT-A1110", **stated))
    ways = graph.of(COURSE + "KNT-A1110", terms.wayIn)
    assert {a[1:-1] for way in ways for a in graph.of(way[1:-1], terms.audience)} == audiences


def test_every_way_that_an_offering_is_open_through_exists(tmp_path: Path) -> None:
    name = {"en": "Knots, Lecture (FITech students only)"}
    graph = load(tmp_path, record(1, "KNT-A1110", name=name), record(2, "KNT-A1110"))
    offering = "https://w3id.org/polku/offering/aalto/aalto-CUR-"
    (way,) = graph.of(f"{offering}1", terms.openThrough)
    assert graph.of(way[1:-1], terms.audience) == [iri(terms.FITechLearners)]
    assert graph.of(f"{offering}2", terms.openThrough) == []


def test_periods_are_dated_by_realisations_and_offerings_placed_in_them(tmp_path: Path) -> None:
    autumn = {"teachingPeriod": {"en": "2025-2026 Autumn I"}}
    spanning = {"teachingPeriod": {"fi": "2025-2026 Syksy I"}}
    graph = load(
        tmp_path,
        *(record(n, f"KNT-A111{n}", summary=autumn) for n in range(5)),
        record(9, "KNT-A1119", summary=spanning, startDate="2025-09-03", endDate="2025-10-17"),
    )
    period = "https://w3id.org/polku/period/aalto/2025-2026/I"
    assert graph.things(terms.Period) == [period]
    assert [one[1:11] for one in graph.of(period, terms.startDate)] == ["2025-09-01"]
    assert [one[1:11] for one in graph.of(period, terms.endDate)] == ["2025-10-19"]
    assert graph.of(period, terms.periodCode) == [text("I")]
    assert graph.of(COURSE + "KNT-A1119", terms.taughtIn) == [iri(period)]
    offering = "https://w3id.org/polku/offering/aalto/aalto-CUR-9"
    assert graph.of(offering, terms.inPeriod) == [iri(period)]


@pytest.mark.parametrize(
    ("stated", "mode"),
    [
        ({}, [terms.OnSite]),
        ({"type": "teaching-participation-online"}, [terms.Online]),
        ({"type": "teaching-participation-blended"}, [terms.Blended]),
        ({"type": "independent-work-essay"}, [terms.ProjectWork]),
        ({"type": "something-new"}, []),
        ({"name": {"en": "Knots, (V02 Online) Lecture"}}, [terms.Online]),
        ({"name": {"en": "Knots, Lecture (Zoom group)"}}, [terms.Online]),
        ({"name": {"fi": "Solmut, (H01 Flex Lähi) Luento-opetus"}}, [terms.Blended]),
        ({"name": {"en": "Online Knots, Lecture"}}, [terms.OnSite]),
    ],
)
def test_the_mode_is_the_types_unless_the_names_ending_says_otherwise(
    tmp_path: Path, stated: dict[str, Any], mode: list[Iri]
) -> None:
    graph = load(tmp_path, record(1, "KNT-A1110", **stated))
    (offering,) = graph.things(terms.Offering)
    assert [one[1:-1] for one in graph.of(offering, terms.mode)] == mode


@pytest.mark.parametrize(
    ("code", "title", "kind"),
    [
        ("KNT3001.kand", "Knots", terms.Thesis),
        ("KNT-C1", "Bachelor's Thesis and Seminar", terms.Thesis),
        ("KNT-C1", "Kandidaatintyö ja seminaari", terms.Thesis),
        ("KNT-C1", "Master's Thesis Seminar", terms.Seminar),
        ("KNT-L1", "Department of Knots Doctoral Seminar A, D", terms.Seminar),
        ("KNT-C1", "Opinnäyteseminaari", terms.Seminar),
        ("KNT.kyps", "Knots", terms.Examination),
        ("KNT-C1", "National Language Requirement (Swedish) Oral Test", terms.Examination),
        ("KNT-C1", "Toisen kotimaisen kielen koe (suomi), suullinen osio", terms.Examination),
        ("KNT-C1", "Kypsyysnäyte", terms.Examination),
        ("KNT.harj", "Knots", terms.Internship),
        ("KNT-C1", "Applied Practical Training", terms.Internship),
        ("KNT-C1", "Työharjoittelu", terms.Internship),
        ("KNT-A1", "Orientation to University Studies", terms.Orientation),
        ("KNT-A1", "Johdatus opiskeluun", terms.Orientation),
        ("KNT-A1", "Introduction Course for Master's students: Knots", terms.Orientation),
        ("KNT-A1", "Program introduction", terms.Orientation),
        ("KNT-L1", "Introduction to Doctoral Studies in Knots", terms.Orientation),
        ("KNT-E1", "Special Assignment in Knots D", terms.IndependentWork),
        ("KNT-E1", "Research Projects in Knots D", terms.IndependentWork),
        ("KNT-E1", "Solmujen erikoistyöt D", terms.IndependentWork),
        ("KNT-E1", "Knot competence portfolio D", terms.IndependentWork),
        ("KNT-A1", "Student tutoring", terms.IndependentWork),
        ("KNT-A1", "Knots 1", terms.OrdinaryCourse),
        ("KNT-A1", "Portfolio Management", terms.OrdinaryCourse),
        ("KNT-A1", "Introduction to Knots in Doctoral Studies", terms.OrdinaryCourse),
        ("KNT-A1", "Tools for Master's Thesis", terms.OrdinaryCourse),
        ("KNT-A1", "Koe 1", terms.OrdinaryCourse),
        ("KNT-A1", "Game Seminar", terms.OrdinaryCourse),
        ("KNT-A1", "Introduction to Studying Knots", terms.OrdinaryCourse),
    ],
)
def test_the_kind_of_unit_is_told_by_code_and_title(code: str, title: str, kind: Iri) -> None:
    assert unit_kind(code, [title], ["teaching-participation-lectures"]) == kind


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("It brings together all students enrolled in the program.", terms.Orientation),
        ("Introduces the fields of the Knots MSc programme.", terms.Orientation),
        ("For students of any programme who tie knots.", terms.OrdinaryCourse),
    ],
)
def test_an_introduction_to_a_programme_is_told_by_the_text_too(told: str, kind: Iri) -> None:
    assert unit_kind("KNT-E1", ["Becoming a Knotter"], [], [told]) == kind


def test_a_thesis_row_makes_a_thesis_and_no_offering(tmp_path: Path) -> None:
    graph = load(tmp_path, record(1, "KNT-A1110", type="thesis-bachelor"))
    assert graph.of(COURSE + "KNT-A1110", terms.unitKind) == [iri(terms.Thesis)]
    assert graph.things(terms.Offering) == []


@pytest.mark.parametrize("prose", ["", "-", " x ", "Recommended prerequisites: x", "...", "g"])
def test_a_text_that_says_nothing_is_no_text(prose: str) -> None:
    assert not says_something(prose)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                *("Recommended", "Prerequisites", "prerequisite:", "ESITIEDOT", "förkunskaper:"),
                *("x", "xx", "XXXX", "abc", "abcd", "n/a", "tba", "ß", "Ä", "1"),
                *(" ", "  ", ":", "-", ".", "_"),
            ]
        ),
        max_size=7,
    ).map("".join)
)
def test_a_first_word_says_something_where_the_whole_text_would(prose: str) -> None:
    without_headings = _HEADING.sub(" ", prose)
    assert says_something(prose) == (_NOTHING.match(without_headings) is None)


@pytest.fixture(scope="module")
def real(real_data: Path) -> tuple[Graph, Run, list[dict[str, Any]]]:
    file = real_data / "courses/aalto-sisu/realisations.jsonl.gz"
    run = Run()
    graph = Graph(LOADER.read([file], run))
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        return graph, run, [json.loads(line) for line in stream]


@pytest.mark.real_data
def test_the_real_catalogue_becomes_one_course_a_code(
    real: tuple[Graph, Run, list[dict[str, Any]]],
) -> None:
    graph, run, records = real
    codes = {one["code"].strip() for one in records}
    assert len(codes) == 1906
    assert {text(code) for code in codes} == {
        code for course in graph.things(terms.Course) for code in graph.of(course, terms.code)
    }
    assert run.counts["courses"] == 1906
    assert run.counts["realisations"] == len(records) == 3382
    teaching = [one for one in records if not one["type"].startswith(("exam", "thesis"))]
    assert len(graph.things(terms.Offering)) == len(teaching) == 2464
    assert run.counts["rejected"] == 0


@pytest.mark.real_data
def test_the_real_titles_hold_no_endings_of_realisations(
    real: tuple[Graph, Run, list[dict[str, Any]]],
) -> None:
    graph, _, _ = real
    endings = re.compile(
        r'(?:^"|, )(?:Lecture|Luento-opetus|Föreläsning|Exam|Tentti|Tentamen)"@|\(H\d\d|Avoin yo'
    )
    for course in graph.things(terms.Course):
        titles = graph.of(course, terms.dcterms.title)
        assert titles and not [one for one in titles if endings.search(one)]
        assert len({one.rsplit("@", 1)[-1] for one in titles}) == len(titles)


@pytest.mark.real_data
def test_the_real_twins_and_ways_in_are_as_counted_by_hand(
    real: tuple[Graph, Run, list[dict[str, Any]]],
) -> None:
    graph, run, records = real
    open_university = {one["code"] for one in records if one["organizationId"] == "U902"}
    twins = {one for one in open_university if one[1:] in {r["code"].strip() for r in records}}
    assert (len(open_university), len(twins)) == (54, 44)
    assert {
        course.removeprefix(COURSE)
        for course in graph.things(terms.Course)
        if graph.of(course, terms.entity) != [iri(course)]
    } == twins
    audiences = Counter(
        audience for way in graph.things(terms.WayIn) for audience in graph.of(way, terms.audience)
    )
    assert audiences[iri(terms.OpenUniversity)] == 62
    assert audiences[iri(terms.FITechLearners)] == 16
    assert run.counts["courses with a way in for outsiders"] == 79


@pytest.mark.real_data
def test_the_real_slots_lie_about_their_language(
    real: tuple[Graph, Run, list[dict[str, Any]]],
) -> None:
    graph, run, _ = real
    wrong = {
        slot: run.counts[f"texts in the {slot} slot that are in another language"]
        for slot in ("fi", "sv", "en")
    }
    assert wrong["sv"] > wrong["fi"] > 4 * wrong["en"]
    outcomes = [
        one for course in graph.things(terms.Course) for one in graph.of(course, terms.outcomesText)
    ]
    finnish_words = re.compile(r"\b(?:ja|on|osaa|sekä|opiskelija)\b")
    for one in outcomes:
        if one.endswith("@en"):
            assert len(finnish_words.findall(one)) < 8, one[:80]
    assert not [
        one for one in outcomes if re.search(r"&(?:#\d+|nbsp|amp);|</?(?:p|li|ul|br)\b", one)
    ]


@pytest.mark.real_data
def test_the_real_prerequisites_are_known_courses_and_never_the_course_itself(
    real: tuple[Graph, Run, list[dict[str, Any]]],
) -> None:
    graph, run, _ = real
    courses = set(graph.things(terms.Course))
    checked = 0
    for course in courses:
        for group in graph.of(course, terms.prerequisiteGroup):
            members = {member[1:-1] for member in graph.of(group[1:-1], terms.member)}
            assert members and members <= courses - {course}
            assert {graph.of(member, terms.entity)[0] for member in members} == set(
                map(iri, members)
            )
            checked += 1
    assert checked == run.counts["prerequisite groups"] > 800
    assert 0.1 < run.counts["unknown prerequisite codes"] / run.counts["prerequisite codes"] < 0.3
    assert graph.groups("LC-2320") == [(terms.Recommended, frozenset({"LC-2310"}))]
    assert set(graph.groups("CS-A1130")) == {
        (terms.Compulsory, frozenset({"CS-A1111", "CS-A1113"}))
    }


@pytest.mark.real_data
def test_the_real_calendar_is_aaltos(real: tuple[Graph, Run, list[dict[str, Any]]]) -> None:
    graph, _, _ = real

    def days(code: str) -> tuple[date, date]:
        period = f"https://w3id.org/polku/period/aalto/2025-2026/{code}"
        stated = [graph.of(period, p)[0][1:11] for p in (terms.startDate, terms.endDate)]
        return date.fromisoformat(stated[0]), date.fromisoformat(stated[1])

    year = [days(code) for code in ("I", "II", "III", "IV", "V", "summer")]
    assert [start for start, _ in year] == [
        date(2025, 9, 1),
        date(2025, 10, 20),
        date(2026, 1, 5),
        date(2026, 2, 23),
        date(2026, 4, 20),
        date(2026, 6, 8),
    ]
    assert all(before[1] < after[0] for before, after in pairwise(year))
    assert all(35 <= (end - start).days <= 92 for start, end in year)
    several = [
        one for one in graph.things(terms.Offering) if len(graph.of(one, terms.inPeriod)) > 1
    ]
    assert 0.3 < len(several) / 2464 < 0.4
    placed = [one for one in graph.things(terms.Offering) if graph.of(one, terms.inPeriod)]
    assert len(placed) > 2450
