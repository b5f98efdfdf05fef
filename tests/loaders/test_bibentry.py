"""The quick reader of BibTeX entries says what bibtexparser says, wherever it answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.bibentry import abbreviated, ordinary
from loaders.bibtex import _parsed

DEFINITION = '@string{joex = "Journal of {E}xamples"}'

SIGNS = st.text("ab 1,=-.:#@()'\n\t&%$_~é", max_size=6) | st.sampled_from(
    ['\\"', "\\\\", "\\&", "\\{", "\\}", "@a{", "\n@x{", '"', '{"}', "and", r"\alpha"]
)
BRACED = st.recursive(
    SIGNS,
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: "{" + "".join(parts) + "}"),
    max_leaves=6,
)
BODIES = st.lists(BRACED, max_size=3).map("".join)
TAME = st.text("ab 1,=-.:'\n&é", max_size=6).map(lambda body: "{" + body + "}")
VALUES = (
    TAME
    | BODIES.map(lambda body: "{" + body + "}")
    | BODIES.map(lambda body: '"' + body + '"')
    | st.sampled_from(["2026", "may", "joex", "Joex", "joex # b", "", "x"])
)
SPACES = st.sampled_from(["", " ", "\n", "\t "])
FIELDS = st.builds(
    lambda name, value, before, after: f"{before}{name}{after}={after}{value}",
    st.sampled_from(["title", "year", "Title", "author", "month", "x-y", "a b"]),
    VALUES,
    SPACES,
    SPACES,
)
ENTRIES = st.builds(
    lambda kind, key, fields, end, tail: f"@{kind}{{{key},{','.join(fields)}{end}}}{tail}",
    st.sampled_from(["article", "Book"]),
    st.sampled_from(["key", "a:b/c", "a b"]),
    st.lists(FIELDS, max_size=3),
    st.sampled_from(["", ",", ",\n", ",,"]),
    st.sampled_from(["", "\n% note", "\ntext } x", "  @ "]),
)


@settings(max_examples=400, deadline=None)
@given(ENTRIES)
def test_the_quick_reader_is_bibtexparsers(entry: str) -> None:
    stated = ordinary(entry, {"joex": abbreviated(DEFINITION)})
    if stated is not None:
        assert stated == _parsed(entry, {"joex": DEFINITION})


@pytest.mark.parametrize(
    "entry",
    [
        '@article{a:1, title = {A {Nested {T}}}, journal = "The {J}", year=2026,\n}\n% note',
        "@misc{b,\n  author = {{\\'E}tienne, A and B},\n  month = may\n}",
        "@Book{c,}",
    ],
)
def test_what_files_are_full_of_is_read_quickly(entry: str) -> None:
    stated = ordinary(entry, {})
    assert stated is not None
    assert stated == _parsed(entry, {})


@pytest.mark.parametrize(
    "entry",
    [
        "@article{a, title = {T} # {U}}",
        "@article(a, title = {T})",
        "@article{a, title = {T}, title = {U}}",
        "@article{a, title = {T}",
        "@article{a, title = {T \\{ U}}",
        "@article{a, title = {T}\n@book{b, title = {U}}",
    ],
)
def test_what_is_not_ordinary_is_left_to_bibtexparser(entry: str) -> None:
    assert ordinary(entry, {}) is None
