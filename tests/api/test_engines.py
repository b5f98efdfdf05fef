from __future__ import annotations

import asyncio
import gc
import warnings
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.api.engines import Engines
from app.api.log import Metrics
from app.graph import generations
from app.settings import Settings
from tests.api.conftest import DATA_SCIENTIST, serving


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2, 0.4])
def test_a_service_stopped_while_its_engines_warm_leaves_nothing_open(
    sample: Path, seconds: float
) -> None:
    async def started_and_stopped() -> None:
        engines = Engines(Settings(data=sample), Metrics())
        engines.start()
        engines.follow(generations.current_id(sample))
        await asyncio.sleep(seconds)
        await engines.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert [task.get_name() for task in left] == []

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        asyncio.run(started_and_stopped())
        gc.collect()
    assert [str(one.message) for one in warned] == []


def test_a_service_runs_the_engines_that_it_is_told_and_names_the_others(data: Path) -> None:
    with serving(Settings(data=data, engines=["search"]), warm=True) as service:
        ready = service.client.get("/ready").json()
        assert list(ready["engines"]) == ["search"]
        assert ready["ready"]
        assert service.client.get("/skills", params={"q": "statistics"}).json()["results"]
        assert service.sparql("SELECT (1 AS ?one) {}").status_code == 200
        asked = service.client.post("/tags/suggest", json={"text": "Statistics and databases."})
        problem = service.problem(asked, 501)
        assert problem["type"] == "/problems/not-hosted"
        assert "tagging" in problem["detail"]
        path = service.client.get("/paths", params={"to": DATA_SCIENTIST})
        assert "paths" in service.problem(path, 501)["detail"]


def test_a_service_of_sparql_alone_starts_no_engine(data: Path) -> None:
    with serving(Settings(data=data, engines=[])) as service:
        assert service.client.get("/ready").json()["engines"] == {}
        assert service.sparql("ASK { ?s ?p ?o }").status_code == 200
        checked = service.client.get("/skills", params={"q": "statistics"})
        assert "search" in service.problem(checked, 501)["detail"]


def test_an_engine_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="engines"):
        Settings(engines=["solver"])  # type: ignore[list-item]  # what a variable may hold
