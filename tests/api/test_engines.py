from __future__ import annotations

import asyncio
import gc
import warnings
from pathlib import Path

import pytest

from app.api.engines import Engines
from app.api.log import Metrics
from app.graph import generations
from app.settings import Settings


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
