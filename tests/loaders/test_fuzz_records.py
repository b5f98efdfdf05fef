"""Inputs in which anything is something else: told, rejected or loaded, never a traceback.

Seeded: the same examples every time, some two minutes in all. ``make soak`` goes on at random for
POLKU_FUZZ_SECONDS with each source, ten minutes if it says nothing.
"""

from __future__ import annotations

import gc
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from loaders import registry
from tests.loaders.fuzzing import another_part, damaged, holds

EVERY = pytest.mark.parametrize("source", registry.names())
SEEDED = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SECONDS = float(os.environ.get("POLKU_FUZZ_SECONDS", "600"))
GROWN_MIB = 200
"""By how much a source's fuzzing may grow the process: caches, never what was read."""


@EVERY
@SEEDED
@given(data=st.data())
def test_any_part_of_a_record_may_be_anything(
    source: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    holds(source, another_part(data, source, tmp_path_factory.mktemp("in")))


@EVERY
@SEEDED
@given(data=st.data())
def test_any_bytes_may_be_damaged(
    source: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    holds(source, damaged(data, source, tmp_path_factory.mktemp("in")))


def resident_mib() -> float:
    gc.collect()
    status = Path("/proc/self/statm")
    if not status.exists():
        scale = 20 if sys.platform == "darwin" else 10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << scale)
    return int(status.read_text().split()[1]) * resource.getpagesize() / (1 << 20)


@pytest.mark.soak
@pytest.mark.timeout(SECONDS * 3 + 600)
@EVERY
def test_a_source_survives_all_that_comes_in_its_time(
    source: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp(source)

    def survives(change: Callable[[st.DataObject, str, Path], list[Path]]) -> Callable[[], None]:
        @settings(SEEDED, max_examples=100, derandomize=False)
        @given(data=st.data())
        def once(data: st.DataObject) -> None:
            holds(source, change(data, source, folder))

        return once

    ends = time.monotonic() + SECONDS
    begun = 0.0
    while time.monotonic() < ends:
        number = random.getrandbits(32)
        for change in (another_part, damaged):
            seed(number)(survives(change))()
        begun = begun or resident_mib()
    assert resident_mib() < begun + GROWN_MIB
