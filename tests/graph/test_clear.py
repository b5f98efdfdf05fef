"""Looking for a person block by block finds what looking at every line finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.graph import clear
from app.graph.people import Found, Names, Person, find, glance, without

ORCID = "0000-0002-1694-233X"
IRI = "https://e.org/person/1"
WORKS = [f"<https://e.org/work/{n}>" for n in range(4)]
NAME, LINK = "<http://purl.org/dc/elements/1.1/creator>", "<http://purl.org/dc/terms/creator>"

work = st.sampled_from(WORKS)
literal = st.sampled_from(['"Jane Doe"', '"Doe, J."', '"John Roe"', '"J\\"D"'])
node = st.sampled_from(
    [f"<{IRI}>", f"<{IRI}0>", f"<https://orcid.org/{ORCID}>", "<https://orcid.org/0000-0002-1825-0097>",
     f'"{ORCID.replace("-", "").lower()}"', f'"1{ORCID}"', '"a word"']
)  # fmt: skip
line = st.one_of(
    st.builds(lambda w, o: f"{w} {NAME} {o} .\n", work, literal),
    st.builds(lambda w, o: f"{w} {LINK} {o} .\n", work, node),
    st.builds(lambda o: f"<{IRI}> <https://schema.org/name> {o} .\n", literal),
    st.builds(lambda w, o: f"{w} <http://purl.org/dc/terms/title> {o} .\n", work, node),
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(line, max_size=30), block=st.integers(1, 400), by_iri=st.booleans())
def test_blocks_at_a_glance_say_what_lines_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], block: int, by_iri: bool
) -> None:
    monkeypatch.setattr(clear, "_BLOCK", block)
    file, copied = tmp_path / "quads.nq", tmp_path / "copied.nq"
    content = [one.encode() for one in lines]
    file.write_bytes(b"".join(content))
    person = Person({ORCID}, {IRI} if by_iri else set())
    slow = Names(
        lambda one: one.replace(b"-", b"").upper() == ORCID.replace("-", "").encode(),
        (lambda one: one.decode() in person.iris) if by_iri else None,
        lambda _work, _name: False,
    )
    expected = find(content, slow)
    first = replace(slow, glance=glance(person, ()))
    found = find(clear.suspects(file, first), first)
    assert found == expected
    wanted = replace(slow, glance=glance(person, found.works))
    left = list(without(content, slow, expected))
    assert clear.names_any(file, wanted, found) == (left != content)
    with copied.open("wb") as stream:
        clear.copy(file, stream, wanted, found)
    assert copied.read_bytes() == b"".join(left)


def test_a_person_of_many_works_is_found_too(tmp_path: Path) -> None:
    works = {f"<https://e.org/work/{n}>".encode() for n in range(100)}
    person = Person(iris={IRI})
    line = f'<https://e.org/work/7> {NAME} "Jane Doe" .\n'.encode()
    assert glance(person, works)(line)
    assert not glance(person, works)(b'<https://e.org/work/7> <https://e.org/p> "Jane Doe" .\n')
    file = tmp_path / "quads.nq"
    file.write_bytes(line)
    found = Found(works={b"<https://e.org/work/7>": {"Jane Doe"}})
    wanted = Names(lambda _: False, None, lambda _w, _n: False, glance(person, works))
    assert clear.names_any(file, wanted, found)
