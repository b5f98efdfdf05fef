"""The W3C's SPARQL suites, case by case, through the HTTP service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from tests.api.conftest import serving
from tests.w3c.checks import problem
from tests.w3c.endpoint import Endpoint
from tests.w3c.suites import ARCHIVE, Case, cases
from tests.w3c.table import PAGE, WHOSE, known, tables

pytestmark = [pytest.mark.w3c, pytest.mark.real_data]

CASES = cases()
KNOWN = known()


@pytest.fixture(scope="session")
def endpoint(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    assert real_data.is_dir()
    data = tmp_path_factory.mktemp("w3c")
    with serving(Settings(data=data, default_graph="strict", readers=1)) as service:
        yield Endpoint(service)


def test_the_archive_of_the_suites_is_found(real_data: Path) -> None:
    assert (real_data / ARCHIVE).is_file()
    assert len(CASES) > 1_000


def test_every_known_case_is_one_that_is_run(real_data: Path) -> None:
    assert real_data.is_dir()
    assert set(KNOWN) <= {case.iri for case in CASES}
    assert {row["whose"] for row in KNOWN.values()} <= set(WHOSE)
    assert all(row["problem"] and row["why"] for row in KNOWN.values())


def test_the_page_on_conformance_says_what_is_known(real_data: Path) -> None:
    assert real_data.is_dir()
    assert tables() in PAGE.read_text(encoding="utf-8"), "run python -m tests.w3c.table"


@pytest.mark.parametrize("case", CASES, ids=[f"{one.suite}: {one.name}" for one in CASES])
def test_w3c_case_passes_or_fails_as_known(case: Case, endpoint: Endpoint) -> None:
    found = problem(case, endpoint)
    known = KNOWN.get(case.iri)
    if known is None:
        assert found is None, f"{case.iri} ({case.document}): {found}"
        return
    assert found is not None, f"{case.iri} passes now: take it out of known.csv"
    assert found.startswith(known["problem"]), f"{case.iri} fails otherwise than known: {found}"
