"""A fetch that is killed goes on where it was: every record comes once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import polku
from tests.sources.servers.base import serving
from tests.sources.servers.repository import Repository, works

PROGRAM = "from app.cli import main; main()"
SEED = int(os.environ.get("POLKU_KILL_SEED", "20260504"))


@pytest.mark.kill
def test_a_load_killed_amid_its_pages_goes_on_and_has_every_record_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_FETCH_PRIVATE", "true")
    chance = random.Random(SEED)
    repository = Repository(works(24), slow=0.02)
    with serving(repository.answer) as server:
        load = ["load", "oai-pmh", f"{server.url}/oai", "--data", str(tmp_path)]
        for wanted in (3, 7):
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *load],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            deadline = time.monotonic() + 60
            while len(repository.pages_given) < wanted and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.05))
            process.kill()
            process.wait()
        assert not (tmp_path / "CURRENT").exists()
        run = polku(*load, "--dry-run")
    assert run.returncode == 0, run.stderr
    assert "going on after page" in run.stderr
    assert "24 works" in " ".join(run.stderr.split())
    # Only a page that was under way at a kill was asked for twice.
    given = repository.pages_given
    assert set(given) == set(range(1, 13))
    assert len(given) <= 14
