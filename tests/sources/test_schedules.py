"""The schedules of the manual: cron, systemd and the container, read as those programs read them."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import click
import pytest

from app.cli.sync import sync
from app.sources.description import read

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sync.md").read_text(encoding="utf-8")
CRON = re.compile(r"(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S.*)\Z")
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
CALENDAR = re.compile(r"(?:\*|\d{4})-(?:\*|\d\d)-(?:\*|\d\d) ([01]\d|2[0-3]):([0-5]\d)\Z")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)


def called(command: str) -> list[str]:
    """The arguments that a command line gives to ``polku sync``."""
    words = shlex.split(command)
    at = words.index("sync")
    assert words[at - 1].rpartition("/")[2] == "polku"
    end = next((n for n, word in enumerate(words) if word.startswith("2>")), len(words))
    return words[at + 1 : end]


def assert_taken(arguments: list[str]) -> None:
    """Fails unless ``polku sync`` takes these arguments."""
    with click.Context(sync, resilient_parsing=False) as context:
        sync.parse_args(context, list(arguments))


def crontab() -> list[tuple[str, ...]]:
    (block,) = blocks("text")
    lines = [line for line in block.splitlines() if not line.startswith("#")]
    found = [CRON.match(line) for line in lines]
    assert found and all(found)
    return [one.groups() for one in found if one]


@pytest.mark.parametrize("line", crontab(), ids=lambda line: line[-1][-40:])
def test_a_line_for_cron_has_five_times_within_their_bounds_and_a_command(
    line: tuple[str, ...],
) -> None:
    *times, command = line
    for field, (least, most) in zip(times, BOUNDS, strict=True):
        assert field == "*" or least <= int(field) <= most
    # In a crontab an unescaped % ends the command.
    assert "%" not in command
    assert_taken(called(command))


def test_sources_that_the_examples_name_are_in_the_example_of_polku_toml(tmp_path: Path) -> None:
    file = tmp_path / "polku.toml"
    file.write_text(blocks("toml")[0], encoding="utf-8")
    known = read(file).source
    for *_, command in crontab():
        arguments = called(command)
        named = [arguments[n + 1] for n, word in enumerate(arguments) if word == "--only"]
        assert set(named) <= set(known)


def unit(number: int) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(blocks("ini")[number])
    return parser


def test_systemd_s_service_runs_a_sync_once_and_may_write_what_it_writes() -> None:
    service = unit(0)
    assert service["Service"]["Type"] == "oneshot"
    arguments = called(service["Service"]["ExecStart"])
    assert_taken(arguments)
    writable = Path(service["Service"]["ReadWritePaths"])
    environment = dict(one.split("=", 1) for one in service["Service"]["Environment"].split())
    for path in (environment["POLKU_DATA"], arguments[arguments.index("--report") + 1]):
        assert Path(path).is_relative_to(writable)


def test_systemd_s_timer_has_a_time_and_is_of_the_service() -> None:
    timer = unit(1)
    assert CALENDAR.match(timer["Timer"]["OnCalendar"])
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert "polku-sync.service` and `polku-sync.timer`" in PAGE


def test_the_container_s_command_is_a_sync_in_a_folder_that_it_mounts() -> None:
    (command,) = [block for block in blocks("sh") if block.startswith("docker run")]
    whole = command.replace("\\\n", " ")
    words = shlex.split(whole)
    arguments = called(whole)
    assert_taken(arguments)
    mounted = [words[n + 1].rpartition(":")[2] for n, word in enumerate(words) if word == "-v"]
    folder, report = words[words.index("-w") + 1], arguments[arguments.index("--report") + 1]
    assert folder in mounted and Path(report).is_relative_to(folder)
    recipe = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    data = re.search(r"POLKU_DATA[= ](\S+)", recipe)
    assert data and data[1] in mounted
    number = re.search(r"has the number (\d+)", PAGE)
    assert number and number[1] in recipe
