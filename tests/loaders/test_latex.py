"""The quick way from LaTeX to text says what pylatexenc says, wherever it answers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from loaders.latex import _COMBINING, _LETTERS, _quickly, decoded

LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyzAEIOUSCZNTG")
ACCENTED = st.builds(
    lambda accent, letter, braced: (
        f"\\{accent}{{{letter}}}" if braced or accent.isalpha() else f"\\{accent}{letter}"
    ),
    st.sampled_from(sorted(_COMBINING)),
    LETTERS,
    st.booleans(),
)
NAMED = st.builds(
    lambda name, form: form % name,
    st.sampled_from(sorted(_LETTERS)),
    st.sampled_from(["{\\%s}", "\\%s{}", "\\%s x"]),
)
OTHERS = st.sampled_from(
    [r"\&", r"\%", r"\_", r"\#", r"\$", "$_2$", "$a^b$", "$$", "$x", r"$\alpha$", "$a+b=c$"]
)
PLAIN = st.text("abc DEF,.:;()/--[]@+*|='12äé~%!?`\"\n", max_size=6)
PARTS = ACCENTED | NAMED | OTHERS | PLAIN
VALUES = st.lists(
    st.recursive(
        PARTS,
        lambda inner: st.lists(inner, max_size=3).map(lambda parts: "{" + "".join(parts) + "}"),
        max_leaves=5,
    ),
    max_size=6,
).map("".join)


def line(text: str) -> str:
    return " ".join(text.replace("~", " ").split())


@settings(max_examples=400, deadline=None)
@given(VALUES)
def test_the_quick_way_is_pylatexencs(value: str) -> None:
    quick = _quickly(value) if "\\" in value else None
    if quick is not None:
        slow = LatexNodes2Text(math_mode="verbatim").latex_to_text(
            re.sub(r"(?<!\\)%", r"\\%", value)
        )
        assert line(quick) == line(str(slow))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"{\'E}tude de l'\'etat", "Étude de l'état"),
        (r"Ha{\v{s}}ek \& {\O}st", "Hašek & Øst"),
        (r"50\% of {CO$_2$} -- {\AA}bo", "50% of CO$_2$ – Åbo"),
    ],
)
def test_what_references_are_full_of_goes_the_quick_way(value: str, text: str) -> None:
    assert _quickly(value) is not None
    assert decoded(value) == text


def test_other_macros_go_the_long_way() -> None:
    assert _quickly(r"\emph{A} path") is None
    assert decoded(r"\emph{A} path") == "A path"
