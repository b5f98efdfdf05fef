"""Records in which any one part is something else: told, rejected or loaded, never a traceback."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import RdfFormat, parse

from loaders.errors import LoadError
from tests.loaders.loading import GOLDEN, lines_of

IN_JSON = {
    "crossref": "crossref.json",
    "datacite": "datacite/page.json",
    "elm": "elm/credential.json",
    "kouta": "kouta.json",
    "oeapi": "oeapi/v6.json",
    "openalex": "openalex.json",
    "openbadges": "openbadges/credential.json",
    "orcid": "orcid/0000-0002-1825-0097.json",
    "researchfi": "researchfi/page.json",
    "peppi courses": "peppi/courses.json",
    "peppi plan": "peppi/plan.json",
    "peppi teaching": "peppi/realizations.json",
    "schema-org": "schema-org/list.jsonld",
    "sisu modules": "sisu/modules.json",
    "sisu teaching": "sisu/teaching.json",
    "sisu units": "sisu/course-units.json",
}
IN_XML = {
    "eqf": "eqf.xsd",
    "isced": "isced/isced-f.xsd",
    "datacite": "datacite/thesis.xml",
    "elm": "elm/opportunity.xml",
    "oai-pmh": "oai-pmh/page-1.xml",
    "orcid": "orcid/0000-0001-5109-3700.xml",
    "researchfi": "researchfi/delivery.xml",
}
IN_LINES = {
    "bibtex": ("bibtex.bib", "="),
    "fields-of-science": ("fields-of-science.ttl", " "),
    "ris": ("ris.ris", "-"),
    "yso": ("yso/yso-fi.tsv", "\t"),
}
"""The file, and the sign between the two parts of a line."""

ODD = (
    "10.1000/ä<b>", "https://x", "http://[", "P60M", "2026-13-45", "en", "\ud800", " ", "a\x00b",
    "https://ror.org/011zjcv36", "0000-0002-1825-0097", "<p>&#x110000;</p>", "x" * 5000,
)  # fmt: skip
TEXTS = st.text(max_size=30) | st.sampled_from(ODD)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(value: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Paths of all parts of a JSON value."""
    yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from places(part, (*path, number))


def put(value: object, path: tuple[object, ...], new: object) -> object:
    """The value with another part at a path."""
    if not path:
        return new
    changed = copy.copy(value)
    assert isinstance(changed, dict | list)
    changed[path[0]] = put(changed[path[0]], path[1:], new)  # type: ignore[call-overload]
    return changed


def holds(source: str, file: Path) -> None:
    """Loads the file, by the loader that is the source's first word: every line is N-Triples, and a fault is told or rejected."""
    try:
        lines = lines_of(source.partition(" ")[0], file)
    except LoadError as error:
        assert str(error)
        return
    content = "\n".join(lines).encode()
    assert sum(1 for _ in parse(content, format=RdfFormat.N_TRIPLES)) == len(lines)


@pytest.mark.parametrize("source", IN_JSON)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_any_part_of_a_json_record_may_be_anything(
    source: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = json.loads((GOLDEN / IN_JSON[source]).read_text(encoding="utf-8"))
    path = data.draw(st.sampled_from(list(places(whole))))
    changed = put(whole, path, data.draw(VALUES))
    file = tmp_path_factory.mktemp("in") / Path(IN_JSON[source]).name
    file.write_text(json.dumps(changed))
    holds(source, file)


@pytest.mark.parametrize("source", IN_XML)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_any_element_of_an_xml_record_may_be_anything(
    source: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = etree.fromstring((GOLDEN / IN_XML[source]).read_bytes())
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    chosen = data.draw(st.sampled_from(elements))
    kind = data.draw(st.sampled_from(["text", "name", "attribute", "twice", "gone"]))
    said = "".join(c for c in data.draw(TEXTS) if c >= " " and not "\ud800" <= c <= "\udfff")
    said = said.replace("\ufffe", "").replace("\uffff", "")
    parent = chosen.getparent()
    if kind == "text":
        chosen.text = said
    elif kind == "name":
        chosen.tag = data.draw(st.sampled_from([one.tag for one in elements]))
    elif kind == "attribute":
        for name in list(chosen.attrib) or ["id"]:
            chosen.set(name, said)
    elif parent is not None and kind == "twice":
        parent.append(copy.deepcopy(chosen))
    elif parent is not None:
        parent.remove(chosen)
    file = tmp_path_factory.mktemp("in") / Path(IN_XML[source]).name
    file.write_bytes(etree.tostring(root))
    holds(source, file)


@pytest.mark.parametrize("source", IN_LINES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_any_line_may_be_anything(
    source: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name, between = IN_LINES[source]
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    head, sign, _ = lines[at].partition(between)
    signs = st.text("{}\\\"'$%@,=#~ab \n", max_size=40)
    blank = "" if sign.isspace() else " "
    lines[at] = f"{head}{sign}{blank}{data.draw(signs | TEXTS)}"
    file = tmp_path_factory.mktemp("in") / Path(name).name
    file.write_bytes("\n".join(lines).encode(errors="surrogatepass"))
    holds(source, file)
