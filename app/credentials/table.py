"""The table of readiness as CSV: a line an offering, three columns and more a profile."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.credentials.profiles import ProfileName
from app.credentials.readiness import Row
from loaders.formulas import plain

_OWN = ("thing", "code", "title", "university", "ects")
_HELD = ("state", "missing", "wrong", "inferred")


def lines(rows: Iterable[Row], wanted: Sequence[ProfileName], lang: str) -> Iterator[str]:
    """The lines of the CSV, its header first; several elements stand in one field by spaces.

    Source: RFC 4180.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([*_OWN, *(f"{name}_{one}" for name in wanted for one in _HELD)])
    yield written.getvalue()
    for row in rows:
        written.seek(0)
        written.truncate()
        fields = [row["thing"], row["code"], title(row["titles"], lang)[0], row["university"]]
        fields.append("" if row["ects"] is None else f"{row['ects']:g}")
        for name in wanted:
            held = row["profiles"][name]
            fields.append(held["state"])
            fields += [" ".join(one) for one in (held["missing"], held["wrong"], held["inferred"])]
        writer.writerow([plain(one) for one in fields])
        yield written.getvalue()


def title(titles: Mapping[str, str], lang: str) -> tuple[str, str]:
    """A title in the language, else in English, else in any; and the language that it is in.

    >>> title({"fi": "Kyselyt", "sv": "Frågor"}, "en")
    ('Kyselyt', 'fi')
    """
    for tag in (lang, "en", *sorted(titles)):
        if tag in titles:
            return titles[tag], tag
    return "", ""
