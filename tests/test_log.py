from __future__ import annotations

import json
import logging
import sys

from app.log import JsonLines, TextLines


def record(**values: object) -> logging.LogRecord:
    made = logging.getLogger("polku.test").makeRecord(
        "polku.test", logging.INFO, "here", 1, "bundle written", (), None, extra=values
    )
    return made


def test_a_line_for_people_carries_its_values() -> None:
    assert TextLines().format(record(source="esco", quads=3)) == (
        "INFO bundle written source=esco quads=3"
    )


def test_a_line_for_machines_is_one_json_object() -> None:
    line = JsonLines().format(record(source="esco", text="two\nlines"))
    assert "\n" not in line
    entry = json.loads(line)
    assert entry["event"] == "bundle written"
    assert entry["text"] == "two\nlines"


def test_a_traceback_is_kept() -> None:
    try:
        raise ValueError("why")
    except ValueError:
        made = record()
        made.exc_info = sys.exc_info()
    assert "ValueError: why" in TextLines().format(made)
    assert "ValueError: why" in json.loads(JsonLines().format(made))["traceback"]
