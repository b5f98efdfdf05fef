"""What every test can ask for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# In CI the same examples every time: a red run says something about the change, not about chance.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data that POLKU_REAL_DATA names.

    Skips without it on a user's machine; fails where POLKU_REQUIRE_ALL asks for every test.
    """
    folder = os.environ.get("POLKU_REAL_DATA", "")
    if folder and Path(folder).is_dir():
        return Path(folder)
    reason = "POLKU_REAL_DATA names no folder of real data"
    if os.environ.get("POLKU_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


ESCO_ZIPS = (
    "esco/v1.1.1/ESCO dataset - v1.1.1 - classification - en - csv.zip",
    "esco/v1.1.1/ESCO dataset - v1.1.1 - classification -  - csv.zip",
)
"""The official packages as the European Commission ships them: English, and language-neutral."""


@dataclass(frozen=True)
class RealGraph:
    """The whole real graph as the README's commands make it, and what they printed."""

    data: Path
    printed: Mapping[str, str]


def polku(*arguments: str, timeout: float = 900) -> subprocess.CompletedProcess[str]:
    """One run of the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )


@pytest.fixture(scope="session")
def real_graph(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> RealGraph:
    """ESCO, Aalto's catalogue and 60 k works, loaded and tagged by the command line.

    POLKU_TEST_GRAPH names a folder where it is kept from run to run while developing.
    """
    kept = os.environ.get("POLKU_TEST_GRAPH")
    data = Path(kept) if kept else tmp_path_factory.mktemp("real-graph")
    printed: dict[str, str] = {}
    if not (data / "CURRENT").exists():
        for name, arguments in {
            "esco": ["load", "esco", *(str(real_data / path) for path in ESCO_ZIPS)],
            "aalto": ["load", "aalto", str(real_data / "courses/aalto-sisu/realisations.jsonl.gz")],
            "arxiv": ["load", "arxiv", str(real_data / "research/arxiv-abstracts.jsonl.gz")],
            "tag": ["tag"],
        }.items():
            run = polku(*arguments, "--data", str(data))
            assert run.returncode == 0, f"polku {name}:\n{run.stderr}"
            printed[name] = run.stderr
    return RealGraph(data, printed)
