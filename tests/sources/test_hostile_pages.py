"""Whatever a page says, it is a step or a failure in words: never another error."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.sources.errors import SourceError
from app.sources.steps import Asked
from app.sources.walks import WALKS, stepped
from tests.sources.servers.base import Request
from tests.sources.servers.repository import Repository, works

quick = settings(max_examples=60, deadline=None)
ASKED = Asked("https://r.example.org/works?a=b", parameter="page")
AT = "https://r.example.org/works?page=3"
TEXTS = st.one_of(
    st.text(), st.sampled_from(["\ud800", "http://[", "//x", "/b", "https://r.example.org/c", "*"])
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=4,
)
PAGES = st.fixed_dictionaries(
    {},
    optional={
        "message": st.fixed_dictionaries(
            {}, optional={"items": VALUES, "next-cursor": VALUES, "total-results": VALUES}
        ),
        "meta": st.fixed_dictionaries({}, optional={"next_cursor": VALUES, "count": VALUES}),
        "links": st.fixed_dictionaries({}, optional={"next": VALUES}),
        "results": st.lists(VALUES),
        "data": st.lists(VALUES),
        "hits": VALUES,
    },
)


def goes_well(walk: str, page: bytes) -> None:
    try:
        step = stepped(WALKS[walk], ASKED, AT, page)
    except SourceError:
        return
    assert step.records >= 0
    if step.following is not None:
        assert step.following.startswith("https://r.example.org/")


@pytest.mark.parametrize("walk", WALKS)
@quick
@given(page=st.binary())
@example(page=b"[" * 100_000)
@example(page=b"<OAI-PMH><ListRecords><resumptionToken>" + b"<a>" * 3000)
def test_any_bytes(walk: str, page: bytes) -> None:
    goes_well(walk, page)


@pytest.mark.parametrize("walk", [walk for walk in WALKS if walk != "oai-pmh"])
@quick
@given(page=PAGES)
@example(page={"message": {"items": [1], "next-cursor": "\ud800"}})
@example(page={"data": [1], "links": {"next": "http://["}})
def test_any_json(walk: str, page: object) -> None:
    goes_well(walk, json.dumps(page).encode())


@quick
@given(st.data())
def test_a_page_of_a_repository_with_any_bytes_in_it(data: st.DataObject) -> None:
    request = Request("/", {"verb": "ListRecords", "metadataPrefix": "oai_dc"}, {})
    page = Repository(works(3)).answer(request).body
    start = data.draw(st.integers(0, len(page)))
    end = data.draw(st.integers(start, min(len(page), start + 40)))
    goes_well("oai-pmh", page[:start] + data.draw(st.binary(max_size=40)) + page[end:])
