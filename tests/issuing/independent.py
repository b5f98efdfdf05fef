"""Another implementation of Data Integrity, asked by the tests: Digital Bazaar's, under Node.

``.ci/run`` installs it into ``tests/issuing/verifier/node_modules``; so does
``npm ci --prefix tests/issuing/verifier``.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "verifier"


def ask(**request: object) -> Any:
    """Its answer to one request: see ``verifier.mjs``."""
    run = subprocess.run(
        ["node", "verifier.mjs"],
        cwd=FOLDER,
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
