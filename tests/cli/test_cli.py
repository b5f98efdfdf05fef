"""The command line as people meet it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from app.cli import _COMMANDS, polku
from tests.loaders.loading import GOLDEN


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from app.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def test_help_lists_every_command() -> None:
    output = CliRunner().invoke(polku, ["--help"]).output
    for name in _COMMANDS:
        assert name in output


def test_help_imports_no_room() -> None:
    code = (
        "import sys\nfrom app.cli import polku\n"
        "polku(['--help'], standalone_mode=False)\n"
        "heavy = {'pyoxigraph', 'fastapi', 'numpy', 'ortools', 'rich', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_every_command_has_help_with_its_own_words() -> None:
    for name in _COMMANDS:
        result = CliRunner().invoke(polku, [name, "--help"])
        assert result.exit_code == 0, result.output
        assert "Usage:" in result.output


def test_unknown_command_is_a_wrong_call() -> None:
    assert run("lode").returncode == 2


def test_unknown_source_is_answered_with_the_sources_there_are() -> None:
    answer = run("load", "esko", "file.zip")
    assert answer.returncode in (1, 2)
    assert "esco" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_missing_file_is_named() -> None:
    answer = run("load", "esco", "no-such-file.zip")
    assert answer.returncode == 1
    assert "no-such-file.zip" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_system_that_does_not_say_whose_it_is_is_loaded_with_its_university(
    tmp_path: Path,
) -> None:
    told = ["load", "peppi", str(GOLDEN / "peppi"), "--data", str(tmp_path), "--dry-run"]
    refused = CliRunner().invoke(polku, told)
    assert "--university" in str(refused.exception)
    loaded = CliRunner().invoke(polku, [*told, "--university", "oulu"])
    assert loaded.exit_code == 0, loaded.output
    wrong = CliRunner().invoke(polku, ["load", "kouta", "x.json", "--university", "oulu"])
    assert wrong.exit_code == 2
    assert "peppi and sisu" in wrong.output
