"""How HTML in catalogues is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.text import is_html, plain


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
