"""Every curated query is described, runs, and answers; a new file is tested by being there."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from loaders.sample import bundles
from ontology.iris import Minter
from ontology.ntriples import integer, iri, text
from queries import Query, QueryError, Type, Value, catalogue, engine, public
from queries.query import read

PREFIX = re.compile(r"PREFIX (\w*): <([^>]*)>")
QUERIES = sorted(catalogue().values(), key=lambda query: query.name)
NOT_IN_THE_SAMPLE = {"datasets", "courses-in-field", "works-on-concept"}
"""What publishing alone states, and what vocabularies state that the sample has not."""
ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "queries" / "engine"


@pytest.fixture(scope="module")
def store() -> ox.Store:
    made = ox.Store()
    made.load(path=Path(__file__).parent / "graph.trig", format=ox.RdfFormat.TRIG)
    return made


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The sample graph, as ``polku demo`` loads it."""
    made = ox.Store()
    for bundle in bundles(tmp_path_factory.mktemp("bundles"), Minter()):
        made.bulk_load(path=bundle.quads, format=ox.RdfFormat.N_QUADS)
    return made


@pytest.fixture(scope="module")
def prefixes() -> dict[str, str]:
    table = (ROOT / "ontology" / "prefixes.ttl").read_text("utf-8")
    return dict(re.findall(r"@prefix (\w*): <([^>]*)> \.", table))


def solve(store: ox.Store, query: str) -> ox.QuerySolutions:
    answer = store.query(query, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    return answer


def answer(store: ox.Store, name: str, **values: str) -> list[dict[str, str]]:
    """Solutions by column, lexical forms; unbound left out."""
    query = public(name)
    given = {
        parameter.name: values.get(parameter.name, parameter.example)
        for parameter in query.parameters.values()
        if parameter.required or parameter.name in values
    }
    terms = {key: query.parameters[key].term(value or "") for key, value in given.items()}
    solutions = solve(store, query.bind(terms))
    names = [variable.value for variable in solutions.variables]
    return [
        {
            name: term.value if isinstance(term, ox.Literal | ox.NamedNode) else str(term)
            for name in names
            if (term := row[name]) is not None
        }
        for row in solutions
    ]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
class TestEveryQuery:
    def test_says_what_it_answers(self, query: Query) -> None:
        assert query.summary and query.header.description and query.header.question
        assert query.header.tags and query.returns
        assert all(parameter.description for parameter in query.parameters.values())
        assert all(column.description for column in query.returns)

    def test_is_paged_in_an_order(self, query: Query) -> None:
        assert query.page is not None
        assert "ORDER BY" in query.text
        assert query.text.rstrip().splitlines()[-1].startswith(("ORDER BY", "LIMIT"))

    def test_prefixes_agree_with_the_table(self, query: Query, prefixes: dict[str, str]) -> None:
        stated = dict(PREFIX.findall(query.text))
        assert stated == {prefix: prefixes[prefix] for prefix in stated}

    def test_has_an_example_for_what_must_be_given(self, query: Query) -> None:
        assert all(p.example for p in query.parameters.values() if p.required)

    def test_columns_match_the_header(self, query: Query, store: ox.Store) -> None:
        solutions = solve(store, query.bind(examples(query)))
        names = [variable.value for variable in solutions.variables]
        assert names == [column.name for column in query.returns]

    def test_example_answers_something(self, query: Query, store: ox.Store) -> None:
        assert list(solve(store, query.bind(examples(query))))

    def test_example_answers_something_on_the_sample_graph(
        self, query: Query, sample: ox.Store
    ) -> None:
        if query.name not in NOT_IN_THE_SAMPLE:
            assert list(solve(sample, query.bind(examples(query))))

    def test_values_are_of_their_columns_types(self, query: Query, store: ox.Store) -> None:
        columns = {column.name: column.type for column in query.returns}
        for row in solve(store, query.bind(examples(query))):
            for name, kind in columns.items():
                term = row[name]
                assert term is None or isinstance(term, ox.NamedNode) == (kind is Type.IRI)

    def test_pages_joined_are_the_whole(self, query: Query, store: ox.Store) -> None:
        def page(limit: int, offset: int) -> list[str]:
            numbers = {"limit": integer(limit), "offset": integer(offset)}
            return [str(row) for row in solve(store, query.bind({**examples(query), **numbers}))]

        whole = page(500, 0)
        assert [row for offset in range(len(whole)) for row in page(1, offset)] == whole

    def test_what_it_needs_can_be_asked_for(self, query: Query, store: ox.Store) -> None:
        for need in query.needs:
            assert store.query(query.check(need), use_default_graph_as_union=True)
            assert not ox.Store().query(query.check(need))

    def test_a_thing_that_is_not_there_has_no_answer_and_no_error(
        self, query: Query, store: ox.Store
    ) -> None:
        required = [p for p in query.parameters.values() if p.required and p.type is Type.IRI]
        nowhere = {parameter.name: iri("http://e.x/none") for parameter in required}
        if required:
            assert not list(solve(store, query.bind({**examples(query), **nowhere})))


@pytest.mark.parametrize("path", sorted(ENGINE.glob("*.rq")), ids=lambda path: path.stem)
def test_an_engine_s_query_can_be_read_and_agrees_with_the_table_of_prefixes(
    path: Path, prefixes: dict[str, str]
) -> None:
    stated = dict(PREFIX.findall(engine(path.stem).text))
    assert stated == {prefix: prefixes[prefix] for prefix in stated}


def examples(query: Query) -> dict[str, Value]:
    return {
        parameter.name: parameter.term(parameter.example or "")
        for parameter in query.parameters.values()
        if parameter.required
    }


def test_a_label_says_its_language_and_falls_back_to_english(store: ox.Store) -> None:
    rows = answer(store, "skills-of-occupation", lang="fi")
    assert [(row["label"], row["labelLanguage"]) for row in rows] == [
        ("data mining", "en"),
        ("statistics", "en"),
        ("koneoppiminen", "fi"),
    ]


def test_essential_skills_come_before_optional_ones(store: ox.Store) -> None:
    relations = [row["relation"] for row in answer(store, "skills-of-occupation")]
    assert relations == ["essential", "essential", "optional"]


def test_a_skill_is_no_occupation_though_esco_relates_skills_alike(store: ox.Store) -> None:
    mining = "http://data.europa.eu/esco/skill/25f0ea33-b4a2-4f31-b7b4-7d20e827b180"
    rows = answer(store, "occupations-for-skill", skill=mining)
    assert [row["label"] for row in rows] == ["data scientist"]


def test_accepted_courses_come_first_and_suggested_ones_say_how_sure(store: ox.Store) -> None:
    rows = answer(store, "courses-for-skill")
    assert [(row["code"], row["status"], row.get("confidence")) for row in rows] == [
        ("SAMPLE-DS202", "accepted", None),
        ("CS-A1110", "suggested", "0.61"),
    ]


def test_least_confidence_leaves_out_unsure_suggestions_only(store: ox.Store) -> None:
    rows = answer(store, "courses-for-skill", minConfidence="0.9")
    assert [row["code"] for row in rows] == ["SAMPLE-DS202"]


def test_works_come_newest_first_and_stop_at_a_day(store: ox.Store) -> None:
    assert [row["published"] for row in answer(store, "works-on-skill")] == [
        "2026-05-04",
        "2024-01-01",
    ]
    assert len(answer(store, "works-on-skill", since="2025-01-01")) == 1


def test_courses_of_a_field_have_its_name_in_three_languages(store: ox.Store) -> None:
    (row,) = answer(store, "courses-in-field")
    assert row["code"] == "SAMPLE-DS202" and row["fieldCode"] == "0613"
    assert row["fieldFi"].startswith("Ohjelmistojen") and row["fieldSv"].startswith("Utveckling")
    assert row["fieldEn"] == "Software and applications development and analysis"
    narrow = answer(store, "courses-in-field", field="http://data.europa.eu/snb/isced-f/0613")
    assert narrow == [row]
    assert not answer(store, "courses-in-field", field="http://data.europa.eu/snb/isced-f/07")


def test_a_field_is_answered_without_its_vocabulary_too() -> None:
    world = ox.Store()
    world.load(
        b"""@prefix elm: <http://data.europa.eu/snb/model/elm/> .
        <https://e.x/c> elm:ISCEDFCode <http://data.europa.eu/snb/isced-f/06> .""",
        format=ox.RdfFormat.TURTLE,
    )
    rows = answer(world, "courses-in-field")
    field = "http://data.europa.eu/snb/isced-f/06"
    assert rows == [{"course": "https://e.x/c", "field": field}]


def test_works_on_a_concept_are_found_by_a_wider_one(store: ox.Store) -> None:
    (row,) = answer(store, "works-on-concept", concept="http://www.yso.fi/onto/yso/p2616")
    assert row["title"] == "Learning machines that learn"
    assert (row["conceptFi"], row["conceptSv"]) == ("koneoppiminen", "maskininlärning")


def test_a_credential_stacks_through_others(store: ox.Store) -> None:
    rows = answer(store, "stacking-of-micro-credential")
    assert [(row["label"], row["labelLanguage"], row["direct"]) for row in rows] == [
        ("Datatieteen osaaja", "fi", "true"),
        ("Diplomi-insinööri", "fi", "false"),
    ]


def test_courses_without_a_skill_have_neither_accepted_nor_suggested_ones(store: ox.Store) -> None:
    rows = answer(store, "courses-without-skill")
    assert [(row["code"], row["hasOutcomes"]) for row in rows] == [
        ("MS-A0001", "true"),
        ("MS-A0503", "false"),
    ]


def test_skills_taught_nowhere_are_counted_by_occupations_alone(store: ox.Store) -> None:
    rows = answer(store, "skills-without-course")
    assert [(row["label"], row["occupations"]) for row in rows] == [
        ("data mining", "1"),
        ("statistics", "1"),
    ]


def test_skills_in_no_micro_credential_tell_who_teaches_them_and_what_is_new(
    store: ox.Store,
) -> None:
    rows = answer(store, "skills-without-micro-credential")
    assert [(row["label"], row["courses"], row["worksLater"]) for row in rows] == [
        ("data mining", "0", "0"),
        ("statistics", "0", "0"),
    ]
    assert answer(store, "skills-without-micro-credential", minCourses="1") == []
    assert answer(store, "skills-without-micro-credential", moreWorks="1") == []


def test_a_skill_grows_by_works_later_and_earlier_and_leaves_with_a_micro_credential() -> None:
    world = ox.Store()
    world.load(
        b"""@prefix : <https://e.x/> . @prefix p: <https://w3id.org/polku/ns#> .
        @prefix e: <http://data.europa.eu/esco/model#> . @prefix x: <http://www.w3.org/2001/XMLSchema#> .
        :o a e:Occupation ; e:relatedEssentialSkill :grows, :shrinks, :certified, :within .
        :c a p:Course ; p:develops :grows ; p:suggestedDevelops :within .
        :d a p:Course ; p:develops :grows .
        :m a p:MicroCredential ; p:suggestedCertifies :certified ; p:consistsOf :part .
        :part a p:Course ; p:develops :within .
        :w1 p:published "2025-06-01"^^x:date ; p:suggestedStudies :grows .
        :w2 p:published "2025-01-01"^^x:date ; p:studies :grows .
        :w3 p:published "2024-12-31"^^x:date ; p:studies :grows, :shrinks .
        :w4 p:published "2023-12-31"^^x:date ; p:studies :shrinks .""",
        format=ox.RdfFormat.TURTLE,
    )
    told = {
        row["skill"].rsplit("/", 1)[-1]: (row["courses"], row["worksLater"], row["worksEarlier"])
        for row in answer(world, "skills-without-micro-credential")
    }
    assert told == {"grows": ("2", "2", "1"), "shrinks": ("0", "0", "1")}
    growing = answer(world, "skills-without-micro-credential", moreWorks="1", minCourses="2")
    assert [row["skill"] for row in growing] == ["https://e.x/grows"]
    nowhere = answer(world, "skills-without-micro-credential", maxCourses="0")
    assert [row["skill"] for row in nowhere] == ["https://e.x/shrinks"]


def test_a_unit_s_works_are_its_university_s_works(store: ox.Store) -> None:
    assert len(answer(store, "newest-works-of-university")) == 2
    learning = "http://data.europa.eu/esco/skill/3a2d5b45-56e4-4f5a-a55a-4a4a65afdc43"
    mining = "http://data.europa.eu/esco/skill/25f0ea33-b4a2-4f31-b7b4-7d20e827b180"
    assert len(answer(store, "newest-works-of-university", skill=learning)) == 2
    assert answer(store, "newest-works-of-university", skill=mining) == []


def test_a_cycle_of_prerequisites_ends(store: ox.Store) -> None:
    rows = answer(store, "prerequisites-of-course")
    assert [(row["code"], row["direct"], row["compulsory"]) for row in rows] == [
        ("CS-A1110", "true", "false"),
        ("MS-A0503", "true", "true"),
        ("MS-A0001", "false", "false"),
        ("SAMPLE-DS202", "false", "false"),
    ]


def test_units_are_counted_by_works_not_by_copies_of_them(store: ox.Store) -> None:
    rows = answer(store, "units-working-on-skill", lang="sv")
    assert [(row["label"], row["works"], row["newest"]) for row in rows] == [
        ("Robotiikan yksikkö", "1", "2026-05-04"),
        ("Tampere University", "1", "2024-01-01"),
    ]


def test_changes_hold_works_decisions_and_loads(store: ox.Store) -> None:
    changes = [(row["day"], row["change"]) for row in answer(store, "changes-on-skill")]
    assert changes == [
        ("2026-07-01", "loaded"),
        ("2026-06-01", "loaded"),
        ("2026-05-04", "published"),
        ("2026-03-01", "decided"),
    ]
    assert len(answer(store, "changes-on-skill", since="2026-06-02")) == 1


def test_an_unknown_query_is_answered_with_the_known_ones() -> None:
    with pytest.raises(QueryError, match="courses-for-skill"):
        public("courses-for-skil")


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("#+ summary: [", "not YAML"),
        ("#+ summry: a", "summry"),
        ("#+ params: {a: {type: colour}}", "colour"),
        ("#+ params: {a: {type: integer, default: many}}", "many"),
        ("#+ params: {b: {type: iri, required: true}}", "not in both"),
        ("#+ params: {a: {type: iri, required: true, default: 'a:b'}}", "drop one"),
        ("#+ page: {default: 10, max: 5}", "default"),
        ("#+ params: {a: {type: string, min: 1}}", "bounds no string"),
    ],
)
def test_a_header_that_is_not_as_it_should_be_names_the_file(header: str, complaint: str) -> None:
    with pytest.raises(QueryError, match=complaint) as refusal:
        read("odd", f"{header}\nASK {{ $a ?p ?o }}")
    assert str(refusal.value).startswith("odd: ")


def test_what_is_not_given_and_has_no_default_is_undefined() -> None:
    query = read("open", "#+ params: {x: {type: iri}}\nSELECT ?x { VALUES ?x { $x } } ORDER BY ?x")
    assert "UNDEF" in query.bind({})
    assert "UNDEF" not in query.bind({"x": text("a")})
