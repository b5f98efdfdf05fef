from __future__ import annotations

from urllib.parse import parse_qsl, quote_plus, urlencode

from hypothesis import given
from hypothesis import strategies as st

from app.api.forms import pairs


def as_python_reads(content: bytes) -> list[tuple[str, str]]:
    return parse_qsl(content.decode("latin-1"), keep_blank_values=True)


@given(st.lists(st.tuples(st.text(), st.text())))
def test_what_a_client_encodes_is_read_back(sent: list[tuple[str, str]]) -> None:
    encoded = urlencode(
        [(a.encode("utf-8", "replace"), b.encode("utf-8", "replace")) for a, b in sent]
    )
    assert list(pairs(encoded.encode())) == as_python_reads(encoded.encode())


@given(
    st.lists(
        st.sampled_from([*(bytes([n]) for n in range(256)), b"%41", b"%5c", b"%ff", b"%c3%a5"])
    )
)
def test_whatever_bytes_come_are_read_as_python_reads_them(parts: list[bytes]) -> None:
    content = b"".join(parts)
    assert list(pairs(content)) == as_python_reads(content)


def test_a_backslash_escapes_nothing() -> None:
    text = "\\x41 \\n \\\\ \\u0041 å%"
    assert pairs(f"query={quote_plus(text)}".encode()) == [("query", text)]
    assert pairs(b"query=\\x41%5Cn%") == [("query", "\\x41\\n%")]
