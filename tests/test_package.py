"""The wheel: four rooms, and it answers a question where nothing else of ours is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_wheel_holds_exactly_the_four_rooms(wheel: Path) -> None:
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    rooms = {name for name in top if not name.endswith(".dist-info")}
    assert rooms == {"app", "loaders", "ontology", "queries"}


def test_wheel_carries_every_file_that_it_reads(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for room in ("ontology", "queries", "loaders", "app"):
        for path in (ROOT / room).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.relative_to(ROOT).as_posix() in inside


def test_installed_wheel_builds_the_sample_graph_and_answers_a_query(
    wheel: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    script = (
        "from pathlib import Path\n"
        "import app; assert Path(app.__file__).is_relative_to(Path('site').resolve()), app.__file__\n"
        "from loaders.sample import bundles; from ontology.iris import Minter\n"
        "from app.graph.publish import publish\n"
        "publish(Path('data'), {b.source: b for b in bundles(Path('data/bundles'), Minter())})\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, check=True)
    (tmp_path / "count.rq").write_text(
        "PREFIX polku: <https://w3id.org/polku/ns#>\n"
        "SELECT (COUNT(?course) AS ?courses) WHERE { ?course a polku:Course }\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", "query", "count.rq"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
    )
    rows = json.loads(answer.stdout)["results"]["bindings"]
    assert int(rows[0]["courses"]["value"]) >= 60
