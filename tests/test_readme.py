"""The README says only what works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from app.cli import polku

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *(ROOT / "docs" / f"{n}.md" for n in ("running", "loaders", "sync"))]


def commands() -> list[str]:
    found: list[str] = []
    for page in PAGES:
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            lines = block.replace("\\\n", " ").splitlines()
            found += [
                line.split(" #")[0].split(" > ")[0] for line in lines if line.startswith("polku ")
            ]
    return found


@pytest.mark.parametrize("line", commands())
def test_every_polku_command_shown_is_one_that_polku_takes(line: str) -> None:
    name, *arguments = shlex.split(line)[1:]
    context = click.Context(polku)
    command = polku.get_command(context, name)
    assert command is not None, name
    with command.make_context(name, list(arguments), parent=context):
        pass


@pytest.mark.skipif(os.name == "nt", reason="the page is for a shell of Linux and macOS")
def test_the_way_from_a_table_to_a_route_goes_as_the_page_says(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    page = text.partition("\n## Your own courses\n")[2].partition("\n## ")[0]
    for name, table in re.findall(r"```csv (\S+)\n(.*?)```", page, re.DOTALL):
        (tmp_path / name).write_text(table, encoding="utf-8")
    (tmp_path / "loaders").symlink_to(ROOT / "loaders")
    command = shlex.join([sys.executable, "-c", "from app.cli import main; main()"])
    shown = "\n".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL))
    done = subprocess.run(
        ["bash", "-e", "-c", f'polku() {{ {command} "$@"; }}\n{shown}'],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "POLKU_DATA": "data"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    codes = re.compile(r"DEMO-\d")
    route = done.stdout.partition("Route")[2].partition("Partly covered")[0]
    printed = page.partition("```text")[2]
    assert codes.findall(route) == codes.findall(printed) != []
    sums = re.compile(r"\d+ courses, \d+ ECTS, finished [\d-]+")
    assert sums.findall(route) == sums.findall(printed)


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))])
def test_every_link_to_a_file_of_ours_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_make_targets_shown_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
