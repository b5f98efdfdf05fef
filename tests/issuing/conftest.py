"""What tests of issuing ask for."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.issuing.independent import FOLDER


@pytest.fixture(scope="session")
def verifier() -> None:
    """The other implementation is there.

    Skips without it on a user's machine; fails where POLKU_REQUIRE_ALL asks for every test.
    """
    if shutil.which("node") and (FOLDER / "node_modules").is_dir():
        return
    reason = "no independent verifier: npm ci --prefix tests/issuing/verifier installs it"
    if os.environ.get("POLKU_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)
