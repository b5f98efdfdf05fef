"""The benchmark of sizes, on a graph that takes a moment: it must not rot."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.graph import check
from app.graph.publish import publish
from benchmarks.__main__ import placed
from benchmarks.scaling.__main__ import Bench, Cost, Row, measured, report
from benchmarks.scaling.generated import Generated, Size
from benchmarks.scaling.steps import KINDS
from tests.engines import missing

QUADS = 4_000


def test_a_graph_is_made_of_about_as_many_quads_as_are_asked_for() -> None:
    quads = 100_000
    made = Generated(Size.of(quads))
    parts = (made.skills(), made.courses(), made.works(), made.claims())
    assert sum(1 for part in parts for _ in part) == pytest.approx(quads, rel=0.03)


def test_the_same_size_is_the_same_graph_and_it_keeps_every_shape(tmp_path: Path) -> None:
    made = Generated(Size.of(QUADS)).bundles(tmp_path / "one" / "bundles")
    again = Generated(Size.of(QUADS)).bundles(tmp_path / "other" / "bundles")
    assert {name: one.id for name, one in made.items()} == {
        name: one.id for name, one in again.items()
    }
    generation = publish(tmp_path / "one", made, checked=False)
    assert check.check_generation(generation) == []


def test_every_body_answers_every_kind_of_question_with_as_many_rows(tmp_path: Path) -> None:
    bodies = ["embedded"] if missing("oxigraph") else ["embedded", "oxigraph"]
    shared, rows = measured(QUADS / 1e6, bodies, Bench(tmp_path, QUADS, 120))
    assert [row.load.failed or row.answers.failed for row in rows] == [""] * len(bodies)
    assert all(kind in row.answers.found for row in rows for kind in KINDS)
    said = "\n".join(report([shared], [rows]))
    assert "rows for" not in said
    assert said.count(f"| {rows[0].quads:,} | Oxigraph |") == 2 * (len(bodies) - 1)
    assert not (tmp_path / "oxigraph").exists()


def test_a_body_that_fails_or_takes_too_long_stands_in_the_table(tmp_path: Path) -> None:
    bench = Bench(tmp_path, QUADS, bound=0.01)
    assert bench.step("published").failed == "longer than 0.01 s"
    broken = Bench(tmp_path, QUADS, bound=120).step("no-such-step")
    assert broken.failed == "KeyError: 'no-such-step'"
    rows = [Row(QUADS, "Virtuoso", Cost(failed="no room")), Row(QUADS, "Other", Cost(), 0, broken)]
    said = "\n".join(report([], [rows]))
    assert "| Virtuoso | no room |" in said
    assert f"| {QUADS:,} | Other | KeyError: 'no-such-step' |" in said


def test_a_table_takes_the_place_of_the_one_under_its_heading() -> None:
    page = "# Page\n\n## Measured\n\nold\n\n## After\n\nkept\n"
    assert placed(page, "Measured", "new") == "# Page\n\n## Measured\n\nnew\n\n## After\n\nkept\n"
    last = "# Page\n\n## Measured\n\nold\n"
    assert placed(last, "Measured", "new") == "# Page\n\n## Measured\n\nnew\n"
    with pytest.raises(ValueError, match="no heading"):
        placed("# Page\n", "Measured", "new")
