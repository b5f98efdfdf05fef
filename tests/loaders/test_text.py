"""How HTML in catalogues is read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.text import _CONTROL, _INVISIBLE, _LINE_END, _readable, _spaced, is_html, plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a&nbsp;b&#43;c&amp;#39;d", "a b+c'd"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<ul>\n<li>one</li>\n<li>two</li></ul>three", "- one\n- two\nthree"),
        ("line<br />line<BR>line", "line\nline\nline"),
        ("a <b>bold</b>ly put thing", "a boldly put thing"),
        ("x < y and y > z, List<String>", "x < y and y > z, List<String>"),
        ('cut off <a href="https://example.org/', "cut off"),
        ("<script>alert(1)</script>shown<!-- not -->", "shown"),
        ("soft\u00adhyphen zero\u200bwidth\r\nnext", "softhyphen zerowidth\nnext"),
        ("First thing.Second thing", "First thing. Second thing"),
        ("needed:CS-A1110 Loops", "needed: CS-A1110 Loops"),
        ("LoopsCS-A1110 More", "Loops\nCS-A1110 More"),
        ("CS-A1110Recommended", "CS-A1110\nRecommended"),
        ("see https://www.Example.Org/Page.Html now", "see https://www.Example.Org/Page.Html now"),
        ("JavaScript and MyCourses", "JavaScript and MyCourses"),
        ("1. Recognise knots2. Tie them", "1. Recognise knots\n2. Tie them"),
        ("can:- Tie knots- Untie knots", "can:\n- Tie knots\n- Untie knots"),
        (
            "differentiaali- ja integraalilaskenta 2. osa",
            "differentiaali- ja integraalilaskenta 2. osa",
        ),
        ("", ""),
    ],
)
def test_html_becomes_lines_of_text(html: str, text: str) -> None:
    assert plain(html) == text


def test_html_is_told_from_text() -> None:
    assert is_html("<p>x") and is_html("a &amp; b")
    assert not is_html("x < y & z")


@given(st.text())
def test_any_text_can_be_read_and_plain_text_stays(text: str) -> None:
    once = plain(text)
    assert "\r" not in once and "\x00" not in once and once == once.strip()


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["<", "<a ", "<!--", "<!-", "<script>", "<script><", "&#", "a.A"])
def test_no_html_takes_more_than_linear_time(piece: str) -> None:
    assert isinstance(plain(piece * 200_000), str)


_GAPS = (
    (r"(?<=[a-zåäö)])(?=[A-Z]{2,5}-[A-Z]\d{3}|[A-Z]{2,4}-\d{4}\b)", "\n"),
    (r"(?<=[A-Z]\d{4})(?=[A-ZÅÄÖ][a-zåäö]{3})", "\n"),
    (r"(?<=[a-zåäö.:;)])(?=\d{1,2}\. ?[A-ZÅÄÖ][a-zåäö]|- [A-ZÅÄÖ][a-zåäö])", "\n"),
    (r"(?<=[a-zåäö0-9)][:;,.])(?=[A-Z]{2,5}-[A-Z]?\d{3})", " "),
    (r"(?<=[a-zåäö)]{2}[.!?:])(?=[A-ZÅÄÖ][a-zåäö])", " "),
)
"""Where a form swallowed what, each as the gap that it is: exact, and slow."""

_GLUED = st.lists(
    st.sampled_from(
        [
            *("CS-A1110", "MS-A01", "CS-1110", "Abcd", "Äå", "ab", "ö", "A", "1", "12. Ab", "3.A"),
            *(".", ":", ";", "!", ")", "- Ab", "-", " ", "\n", "٣"),
        ]
    ),
    max_size=10,
).map("".join)


@settings(max_examples=500)
@given(_GLUED)
def test_what_forms_swallowed_is_put_back_as_plain_expressions_would(text: str) -> None:
    expected = text
    for gap, filling in _GAPS:
        expected = re.sub(gap, filling, expected)
    assert _spaced(text) == expected


@given(st.text("aä\n\r \t\x00\x85\xa0\xad\u200b\u2028\u2029\u2060\ufeff\ue000"))
def test_what_nobody_sees_is_left_out_wherever_it_stands(text: str) -> None:
    assert _readable(text) == _CONTROL.sub(" ", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))


@pytest.mark.parametrize("name", ["h1", "H6", "o:p", "li", "TD", "script"])
def test_only_names_of_html_are_tags(name: str) -> None:
    assert is_html(f"a <{name} x>") and not is_html(f"a <{name}x> <x{name}> <{name}<")
    assert plain(f"a <{name}x> b") == f"a <{name}x> b"
