"""What processes of others cost: processor seconds and peak memory, children included."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def family(pid: int) -> list[int]:
    """The process and all that descend from it and still run."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = _fields(stat)
        if fields:
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def processor_seconds(pid: int) -> float:
    """Seconds of a processor that the process and its descendants have used."""
    ticks = 0
    for one in family(pid):
        fields = _fields(Path(f"/proc/{one}/stat"))
        ticks += int(fields[11]) + int(fields[12]) if fields else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_mib(pid: int, *, itself: bool = True) -> float:
    """Sum of the peaks of resident memory of the process and its descendants, or of these alone."""
    return sum(_peaks(family(pid)[0 if itself else 1 :]))


def _peaks(pids: list[int]) -> Iterator[float]:
    for one in pids:
        try:
            status = Path(f"/proc/{one}/status").read_text()
        except OSError:  # it has ended
            continue
        _, found, after = status.partition("VmHWM:")
        if found:
            yield int(after.split()[0]) / 1024


def _fields(stat: Path) -> list[str]:
    """The fields after the name: state, parent, …; none of a process that has ended."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []
