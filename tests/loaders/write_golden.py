"""Writes what a loader makes of its golden input: ``python -m tests.loaders.write_golden NAME…``.

What it writes is what the loader must say from then on: read it before it is committed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.loaders.loading import GOLDEN, golden_lines, rejecting


def main(names: Sequence[str]) -> int:
    """0, after each loader's golden triples are written and what it told is printed."""
    for name in names:
        run, rejects = rejecting()
        lines = golden_lines(name, run)
        (GOLDEN / f"{name}.nt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        told = [f"{name}: {len(lines)} triples"]
        told += [f"  {what}: {n}" for what, n in (*run.counts.items(), *run.warnings.items())]
        for one in rejects:
            told += [f"  {one.record}", f"    {one.pointer}: {one.reason}. {one.hint}"]
        sys.stdout.write("\n".join(told) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
