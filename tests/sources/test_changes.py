"""Two releases are compared thing by thing, whatever the order of their lines."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from app.sources.changes import Changes, Counts, compare

TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
Statement = tuple[str, str]
STATEMENTS = st.sets(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("123")))


def lines(statements: list[Statement]) -> list[bytes]:
    return [f'<urn:{s}> <urn:p> "{o}" <urn:g> .\n'.encode() for s, o in statements]


@given(STATEMENTS, STATEMENTS, st.randoms())
def test_counts_are_those_of_sets_of_statements(
    before: set[Statement], after: set[Statement], chance: object
) -> None:
    def sets(statements: set[Statement]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for subject, value in statements:
            found[subject].add(value)
        return found

    old, new = sets(before), sets(after)
    both = old.keys() & new.keys()
    expected = Counts(
        added=len(new.keys() - old.keys()),
        changed=sum(old[one] != new[one] for one in both),
        removed=len(old.keys() - new.keys()),
        unchanged=sum(old[one] == new[one] for one in both),
    )
    shuffled = sorted(after)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random, as hypothesis makes it
    found = compare(lines(sorted(before)), lines(shuffled))
    assert found.all == expected
    assert found.any == (old != new)


def test_kinds_are_the_classes_of_things() -> None:
    course = [b"<urn:a> " + TYPE + b" <https://w3id.org/polku/ns#Course> <urn:g> .\n"]
    assert compare([], course + lines([("b", "1")])) == Changes(
        {"Course": Counts(added=1), "other": Counts(added=1)}
    )
    assert compare(course, []).kinds == {"Course": Counts(removed=1)}
    # A thing whose class is only told of after other things were is of that class all the same.
    assert compare(course, lines([("a", "1"), ("b", "1")]) + course).kinds == {
        "Course": Counts(changed=1),
        "other": Counts(added=1),
    }
    assert not compare([], []).any
