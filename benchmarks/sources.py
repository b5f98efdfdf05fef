"""Loaders of sources whose real samples are small, on many records made of the hand-made ones.

``python -m benchmarks.sources`` prints a table; it needs no real data. Each record of a golden
input is written ``TIMES`` over with identifiers of its own. The goal is 20,000 quads a second of
one processor from each JSON or XML source.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.loaders import Measure, load

GOLDEN = Path(__file__).parent.parent / "tests" / "loaders" / "golden"
TIMES = 5_000
HOLDER = "0000-0002-1825-0097"


class Grown(NamedTuple):
    """How an input grows.

    Attributes:
        file: the golden input.
        marks: what in a record tells it from others; each is followed by the record's number.
        records: its records, as texts.
        around: what stands before and after all of them.
    """

    file: str
    marks: str
    records: Callable[[str], list[str]]
    around: tuple[str, str] = ("", "")


def _items(*path: str) -> Callable[[str], list[str]]:
    def items(content: str) -> list[str]:
        value = json.loads(content)
        for key in path:
            value = value[key]
        return [json.dumps(one) + "\n" for one in (value if isinstance(value, list) else [value])]

    return items


def _elements(name: str) -> Callable[[str], list[str]]:
    return lambda content: re.findall(rf"<{name}\b[^>]*>.*?</{name}>\n?", content, re.DOTALL)


def _whole(content: str) -> list[str]:
    return [content + "\n"]


_LIST = '<list xmlns:xs="http://www.w3.org/2001/XMLSchema">'
_SOURCES: Mapping[str, Grown] = {
    "crossref": Grown("crossref.json", r"[Mm]ade\.[Uu]p\.", _items("message", "items")),
    "datacite": Grown("datacite/page.json", r"made\.up\.", _items("data")),
    "oai-pmh": Grown(
        "oai-pmh/page-1.xml",
        r"repository\.example\.org:|Made\.Up\.",
        _elements("record"),
        ("<OAI-PMH><ListRecords>", "</ListRecords></OAI-PMH>"),
    ),
    "bibtex": Grown("bibtex.bib", r"Made\.Up\.|Polkuja |2601\.", _whole),
    "ris": Grown("ris.ris", r"Made\.Up\.|Polkuja ", _whole),
    "orcid": Grown("orcid/0000-0002-1825-0097.json", r"Made\.Up\.", _items()),
    "researchfi": Grown(
        "researchfi/delivery.xml",
        r"uwasa-|utu-|made\.up\.",
        _elements("Julkaisu"),
        ("<Julkaisut>", "</Julkaisut>"),
    ),
    "kouta": Grown("kouta.json", r"246\.562\.1[37]\.|DEMO\.|POKO-", _items()),
    "sisu": Grown("sisu/course-units.json", r"EX\.|otm-(?:group|item)-", _items()),
    "peppi": Grown("peppi/courses.json", r"\b9(?=00\d{3}[A-Z])|IC00EX", _items()),
    "schema-org": Grown("schema-org/list.jsonld", r"P-", _items()),
    "oeapi": Grown("oeapi/v6.json", r"DEMO-|\"c-", _items("items")),
    "elm": Grown("elm/credential.json", r"Walker of paths", _items()),
    "fields-of-science": Grown("fields-of-science.ttl", r"ta113", _whole),
    "isced": Grown(
        "isced/isced-f.xsd", r"isced-f/0", _elements("xs:enumeration"), (_LIST, "</list>")
    ),
    "eqf": Grown("eqf.xsd", r"eqf/", _elements("xs:enumeration"), (_LIST, "</list>")),
    "openbadges": Grown("openbadges/credential.json", r"DEMO-MC", _items()),
}

_OPTIONS = {"peppi": {"university": "oulu"}}
"""What a loader must be told besides its files."""


def orcid_of(number: int) -> str:
    """The ``number``-th iD, with its check digit (ISO 7064 MOD 11-2)."""
    digits = f"{number:015}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "-".join(whole[start : start + 4] for start in range(0, 16, 4))


def grown(source: str, folder: Path, times: int) -> list[Path]:
    """Files that hold the golden records ``times`` over."""
    plan = _SOURCES[source]
    golden = GOLDEN / plan.file
    records = plan.records(golden.read_text(encoding="utf-8"))
    mark = re.compile(f"({plan.marks})")

    def numbered() -> Iterator[str]:
        for number in range(times):
            for record in records:
                text = mark.sub(rf"\g<1>{number}-", record)
                yield text.replace(HOLDER, orcid_of(number)) if source == "orcid" else text

    suffix = ".jsonl" if golden.suffix.startswith(".json") else golden.suffix
    target = folder / f"{source}{suffix}"
    with target.open("w", encoding="utf-8") as out:
        out.write(plan.around[0])
        out.writelines(numbered())
        out.write(plan.around[1])
    files = [target]
    if source == "oeapi":
        organisations = folder / "organisations.json"
        organisations.write_bytes((GOLDEN / "oeapi" / "v6-more.json").read_bytes())
        files.append(organisations)
    return files


def row(source: str, measure: Measure) -> str:
    """One line of the table."""
    rate = measure.quads / measure.cpu
    return (
        f"| {source} | {measure.quads:,} | {measure.wall:.1f} | {measure.cpu:.1f} "
        f"| {rate:,.0f} | {measure.mib:.0f} |"
    )


def main() -> int:
    """0."""
    print(
        f"The hand-made golden records {TIMES:,} times over; one load each.\n\n"
        "| source | quads | wall s | processor s | quads / processor s | peak MiB |\n"
        "|---|---|---|---|---|---|"
    )
    for source in _SOURCES:
        with tempfile.TemporaryDirectory() as scratch:
            files = grown(source, Path(scratch), TIMES)
            print(row(source, load(source, files, _OPTIONS.get(source), 1)), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
