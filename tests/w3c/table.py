"""The tables of ``docs/conformance.md``; ``python -m tests.w3c.table`` writes them anew."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from tests.w3c.suites import cases

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
BEGIN, END = "<!-- suites -->", "<!-- /suites -->"
WHOSE = ("design", "engine", "test", "ours", "open")


def known() -> dict[str, dict[str, str]]:
    """The cases that do not pass: IRI → whose that is, how it shows, and why."""
    path = Path(__file__).parent / "known.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["test"]: row for row in csv.DictReader(file)}


def tables() -> str:
    """Cases and failures of each suite, and below them each failure with its reason."""
    failing, found = known(), cases()
    run = Counter(case.suite for case in found)
    lines = [
        f"| suite | cases | passed | {' | '.join(WHOSE)} |",
        f"|---|---{'|---' * (len(WHOSE) + 1)}|",
    ]
    not_passed = {
        suite: Counter(
            failing[case.iri]["whose"]
            for case in found
            if case.suite == suite and case.iri in failing
        )
        for suite in sorted(run)
    }
    for suite, counts in not_passed.items():
        shares = " | ".join(str(counts[one]) for one in WHOSE)
        lines.append(f"| {suite} | {run[suite]} | {run[suite] - counts.total()} | {shares} |")
    total = sum(not_passed.values(), Counter())
    shares = " | ".join(str(total[one]) for one in WHOSE)
    lines.append(f"| all | {run.total()} | {run.total() - total.total()} | {shares} |")
    lines += ["", "| suite | case | whose | why |", "|---|---|---|---|"]
    for case in found:
        if row := failing.get(case.iri):
            lines.append(f"| {case.suite} | {case.name} | {row['whose']} | {row['why']} |")
    return "\n".join(lines)


def main() -> None:
    """Writes the tables into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{tables()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
