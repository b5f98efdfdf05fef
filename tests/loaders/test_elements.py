"""How records are taken out of XML that nobody trusts."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.base import Run
from loaders.elements import document, elements, said
from loaders.errors import LoadError
from loaders.files import Limits, Member, member

BOMB = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{"&a" + (str(n - 1) if n else "") + ";"}{"&a;" * 9}">' for n in range(9))
    + "]><a><r>&a8;</r></a>"
)  # fmt: skip


def source(folder: Path, content: str | bytes) -> Member:
    file = folder / "in.xml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return member(file, Run())


def texts(folder: Path, content: str | bytes, limits: Limits | None = None) -> list[str]:
    return [said(one) for one in elements(source(folder, content), ["r"], limits or Limits())]


def test_only_the_outermost_of_nested_records_comes(tmp_path: Path) -> None:
    assert texts(tmp_path, "<a><r>1<r>2</r></r><b><r>3</r></b></a>") == ["12", "3"]


def test_records_come_whatever_their_namespace(tmp_path: Path) -> None:
    assert texts(tmp_path, '<a xmlns:x="urn:x"><x:r>1</x:r><r xmlns="urn:y">2</r></a>') == [
        "1",
        "2",
    ]


@pytest.mark.parametrize("read", [lambda s: list(elements(s, ["r"])), document])
def test_a_document_that_declares_entities_is_refused(tmp_path: Path, read: object) -> None:
    assert callable(read)
    with pytest.raises(LoadError, match="entit"):
        read(source(tmp_path, BOMB))


def test_no_file_of_the_machine_is_read_through_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    told = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a><r>&x;</r></a>'
    with pytest.raises(LoadError, match="declares entities"):
        texts(tmp_path, told)


@pytest.mark.parametrize("content", ["", "<a><r>1</r>", "<a><r></a>", "{}", "<a/><a/>"])
def test_what_is_no_whole_xml_is_told_with_its_place(tmp_path: Path, content: str) -> None:
    with pytest.raises(LoadError, match=r"in\.xml: .*line [01]"):
        texts(tmp_path, content)


def test_a_record_that_is_too_large_stops_the_reading(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="a record of more than"):
        texts(tmp_path, "<a>" + "<b/>" * 400_000, Limits(document_bytes=1 << 20))


def test_elements_nested_too_deep_are_refused(tmp_path: Path) -> None:
    deep = "<a>" * 300 + "</a>" * 300
    with pytest.raises(LoadError, match=r"[Dd]epth"):
        texts(tmp_path, deep)


def test_other_encodings_than_utf_8_are_read(tmp_path: Path) -> None:
    content = '<?xml version="1.0" encoding="ISO-8859-1"?><a><r>ä</r></a>'.encode("latin-1")
    assert texts(tmp_path, content) == ["ä"]
