"""Sentences that people, or others, gave skills: CSV with ``sentence`` and ``skills``.

``skills`` holds preferred labels or IRIs, as a JSON array or as Python writes a list of strings;
what the loaded ESCO release does not know is passed over.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Mapping
from pathlib import Path

from app.errors import BadParameter
from app.tagging.lexicon import PREFERRED, Lexicon
from app.tagging.training import Sentence

LONGEST = 1_000_000
"""Characters of one field."""


NONE = "UNK"
"""What stands for no skill at all."""


def sentences(path: Path, lexicon: Lexicon, language: str, *, bare: bool = False) -> list[Sentence]:
    """The sentences of a file that bear a known skill, in its order.

    With ``bare`` also those that are said to bear none.

    Raises: BadParameter, naming the line, if the file is not such a table.
    """
    numbers: dict[str, int] = {skill: number for number, skill in enumerate(lexicon.skills)}
    for label in lexicon.labels:
        if label.kind == PREFERRED and label.language == language:
            numbers.setdefault(label.text.strip().casefold(), label.skill)
    csv.field_size_limit(LONGEST)
    found = []
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.DictReader(file)
            if not {"sentence", "skills"} <= set(rows.fieldnames or ()):
                raise BadParameter(
                    "sentences", f"{path.name} needs the columns sentence and skills."
                )
            for row in rows:
                skills = _skills(row, numbers)
                if skills is None:
                    raise BadParameter(
                        "sentences",
                        f"{path.name}, line {rows.line_num}: skills is no list of strings.",
                    )
                if skills or (bare and row["skills"] in ("[]", f"['{NONE}']", f'["{NONE}"]')):
                    found.append(Sentence(row["sentence"], skills))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadParameter("sentences", f"{path.name} cannot be read: {error}") from error
    return found


def _skills(row: Mapping[str, str | None], numbers: Mapping[str, int]) -> tuple[int, ...] | None:
    """The known skills of a row, each once; None if they are stated in no form that is known."""
    try:
        stated = ast.literal_eval(row["skills"] or "[]")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if not isinstance(stated, list) or not all(isinstance(item, str) for item in stated):
        return None
    known = (numbers.get(item, numbers.get(item.strip().casefold())) for item in stated)
    return tuple(dict.fromkeys(number for number in known if number is not None))
