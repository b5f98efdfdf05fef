"""Changes as JSON and as an Atom feed, read by a feed reader that is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from app.graph.publish import publish
from app.settings import Settings
from ontology import terms
from ontology.ntriples import iri, text
from tests.api.conftest import COURSE, MACHINE_LEARNING, Service, serving
from tests.graph.bundles import IRIS, bundle_of

ATOM = "{http://www.w3.org/2005/Atom}"
WORK = IRIS.research("doi", "10.5555/new")
LOST = IRIS.course("aalto", "LOST-1")


@pytest.fixture(scope="module")
def changing(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service on the sample, to which a source was loaded that then won a work and lost a course."""
    import shutil

    data = tmp_path_factory.mktemp("changing") / "data"
    shutil.copytree(sample, data)
    course = [
        (iri(LOST), iri(terms.rdf.type), iri(terms.Course)),
        (iri(LOST), iri(terms.dcterms.title), text("Kadonnut\x0b kurssi", "fi")),
        (iri(LOST), iri(terms.university), iri(IRIS.organisation("020hwjq30"))),
    ]
    work = [
        (iri(WORK), iri(terms.rdf.type), iri(terms.ResearchOutput)),
        (iri(WORK), iri(terms.dcterms.title), text("New <work> & more", "en")),
        (iri(WORK), iri(terms.studies), iri(MACHINE_LEARNING)),
    ]
    for triples in (course, work):
        bundle = bundle_of(data / "bundles" / "mine", "mine", triples)
        publish(data, {"mine": bundle}, checked=False)
    with serving(Settings(data=data)) as running:
        yield running


def told(service: Service, **asked: str) -> list[tuple[str, str]]:
    answer = service.client.get("/changes", params=asked)
    assert answer.status_code == 200, answer.text
    return [(one["change"], one["thing"]) for one in answer.json()["results"]]


def test_changes_are_told_with_labels_also_of_what_is_gone(changing: Service) -> None:
    assert sorted(told(changing)) == [("added", WORK), ("removed", LOST)]
    results = changing.client.get("/changes").json()["results"]
    labels = {one["thing"]: (one["label"], one["labelLanguage"]) for one in results}
    assert labels[WORK] == ("New <work> & more", "en")
    assert labels[LOST][1] == "fi"


def test_filters_leave_what_is_asked_for(changing: Service) -> None:
    assert told(changing, skill=MACHINE_LEARNING) == [("added", WORK)]
    assert told(changing, type="course") == [("removed", LOST)]
    assert told(changing, university="aalto") == [("removed", LOST)]
    assert told(changing, university="oulu") == []
    assert told(changing, until="2020-01-01") == []
    assert len(told(changing, since="2020-01-01T00:00:00Z")) == 2
    assert told(changing, since="2999-01-01") == []


def test_a_teacher_follows_all_skills_of_a_course(changing: Service) -> None:
    assert set(told(changing, course=COURSE)) <= {("added", WORK)}
    missing = changing.client.get("/changes", params={"course": LOST})
    changing.problem(missing, 404)


def test_pages_follow_one_another_and_an_answer_is_not_sent_twice(changing: Service) -> None:
    first = changing.client.get("/changes", params={"limit": "1"})
    following = first.json()["next"]
    assert first.links["next"]["url"] == following
    second = changing.client.get(following)
    assert "next" not in second.links
    assert first.json()["results"] != second.json()["results"]
    again = changing.client.get(
        "/changes", params={"limit": "1"}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("name", "value"),
    [("skill", "x y"), ("course", "x"), ("university", "nowhere"), ("type", "tree"),
     ("since", "yesterday"), ("until", "2026-13-01"), ("limit", "0"), ("cursor", "eA")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(changing: Service, name: str, value: str) -> None:
    problem = changing.problem(changing.client.get("/changes", params={name: value}), 422)
    assert name in str(problem)


@pytest.mark.parametrize("asked", [{}, {"limit": "1"}, {"since": "2999-01-01"}])
def test_the_feed_is_atom_as_rfc_4287_asks(changing: Service, asked: dict[str, str]) -> None:
    answer = changing.client.get(
        "/changes", params=asked, headers={"Accept": "application/atom+xml"}
    )
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = part.findall(f"{ATOM}{name}")
            assert found.text
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    relations = [link.get("rel") for link in feed.findall(f"{ATOM}link")]
    assert relations.count("self") == 1
    assert ("next" in relations) == (asked == {"limit": "1"})
    ids = [one.findtext(f"{ATOM}id") for one in feed.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert len(ids) == {"{}": 2, "{'limit': '1'}": 1}.get(str(asked), 0)


def test_a_feed_reader_reads_the_feed(changing: Service) -> None:
    answer = changing.client.get("/changes?format=atom&lang=fi")
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert read.version == "atom10"
    assert {one.title for one in read.entries} >= {"Uusi: New <work> & more"}
    assert all(one.updated_parsed for one in read.entries)


def test_what_is_gone_still_has_its_iri(changing: Service) -> None:
    path = LOST.removeprefix(IRIS.base)
    answer = changing.client.get(f"/{path}", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    assert "Tombstone" in answer.text
