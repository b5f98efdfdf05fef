"""Pages as a browser shows them: scripts run, nothing is fetched from elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.conftest import Service

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> str:
    """The browser; skips without one, fails where POLKU_REQUIRE_ALL asks for every test."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    if os.environ.get("POLKU_REQUIRE_ALL"):
        pytest.fail("Chromium is not installed")
    pytest.skip("Chromium is not installed")


def drawn(chromium: str, url: str, profile: Path) -> str:
    """The page's HTML after its scripts have run."""
    run = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={profile}",
            "--virtual-time-budget=8000",
            "--dump-dom",
            url,
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return run.stdout


def test_the_api_documentation_draws_every_route(
    chromium: str, service: Service, tmp_path: Path
) -> None:
    page = drawn(chromium, f"{service.url}/docs", tmp_path)
    assert "Unable to render" not in page
    for route in ("/paths", "/tags/suggest", "/skills", "/sparql", "/queries/skills-of-occupation"):
        assert f'data-path="{route}"' in page, route


def test_the_start_page_names_itself_in_three_languages(
    chromium: str, service: Service, tmp_path: Path
) -> None:
    for language in ("en", "fi", "sv"):
        page = drawn(chromium, f"{service.url}/?lang={language}", tmp_path / language)
        assert f'<html lang="{language}"' in page
        assert "<h1>Polku" in page


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_a_route_is_a_page_with_its_own_style_in_three_languages(
    chromium: str, service: Service, tmp_path: Path, language: str
) -> None:
    where = f"{service.url}/paths?to=data%20scientist&lang={language}"
    page = drawn(chromium, where, tmp_path / language)
    assert f'<html lang="{language}"' in page
    assert "<table>" in page
    assert "border-collapse" in page
