"""Forms with files: what is read, and what is refused."""

from __future__ import annotations

from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.errors import BadBody
from app.api.multipart import MEDIA_TYPE, MOST_PARTS, Part, parts
from app.errors import TooLarge

TYPE = f"{MEDIA_TYPE}; boundary=xyz"


def test_parts_come_in_order_with_type_and_file_name() -> None:
    body = (
        b'a preamble\r\n--xyz\r\nContent-Disposition: form-data; name=a; filename="a.ttl"\r\n'
        b"Content-Type: Text/Turtle; charset=utf-8\r\n\r\none\r\n\r\n--xyz \t\r\n\r\n--two--\r\n"
        b"--xyz--\r\nafter"
    )
    assert parts(body, TYPE) == [Part("text/turtle", "a.ttl", b"one\r\n"), Part("", "", b"--two--")]


@pytest.mark.parametrize(
    "header", ['boundary="xyz"', "charset=utf-8; boundary=xyz", "BOUNDARY=xyz"]
)
def test_the_boundary_is_found_however_it_is_written(header: str) -> None:
    assert parts(b"--xyz\r\n\r\n1\r\n--xyz--", f"{MEDIA_TYPE}; {header}") == [Part("", "", b"1")]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--xyz\r\n\r\n1\r\n--xyz--", MEDIA_TYPE),
        (b"--xyz\r\n\r\n1\r\n--xyz--", f"{MEDIA_TYPE}; boundary="),
        (b"", TYPE),
        (b"--xyz--", TYPE),
        (b"--xyz\r\n\r\n1", TYPE),
        (b"--xyz\r\n\r\n1\r\n--xyz", TYPE),
        (b"--xyz\r\n\r\n1\r\n--xyzz\r\n\r\n2\r\n--xyz--", TYPE),
        (b"--xyz\r\nContent-Type: text/turtle\r\n--xyz--", TYPE),
        (b"--xyz\r\na:" + b"a" * 5000 + b"\r\n\r\n1\r\n--xyz--", TYPE),
    ],
)
def test_what_is_no_whole_form_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(BadBody):
        parts(body, content_type)


def test_a_flood_of_parts_is_refused() -> None:
    flood = b"--xyz\r\n\r\n1\r\n" * (MOST_PARTS + 1) + b"--xyz--"
    with pytest.raises(TooLarge):
        parts(flood, TYPE)
    assert len(parts(b"--xyz\r\n\r\n1\r\n" * MOST_PARTS + b"--xyz--", TYPE)) == MOST_PARTS


@given(st.binary(max_size=300), st.text(max_size=80))
def test_no_body_brings_another_error(body: bytes, header: str) -> None:
    for content_type in (TYPE, f"{MEDIA_TYPE};{header}"):
        try:
            found = parts(body, content_type)
        except (BadBody, TooLarge):
            continue
        assert all(one.content in body for one in found)


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\r\n", codec="utf-8")), min_size=1, max_size=9
    )
)
def test_what_the_standard_library_writes_is_read_back(texts: list[str]) -> None:
    form = Message()
    form["Content-Type"] = MEDIA_TYPE
    form.set_boundary("a-boundary-that-is-none-of-it")
    for text in texts:
        part = Message()
        part["Content-Type"] = "text/turtle"
        part.set_payload(text.encode().hex())
        form.attach(part)
    written = BytesIO()
    BytesGenerator(written, policy=form.policy.clone(linesep="\r\n")).flatten(form)
    body = written.getvalue().partition(b"\r\n\r\n")[2]
    read = parts(body, str(form["Content-Type"]))
    assert [bytes.fromhex(one.content.decode()).decode() for one in read] == texts
