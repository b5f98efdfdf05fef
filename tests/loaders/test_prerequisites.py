"""What prose on prerequisites is read as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.prerequisites import LONGEST, Codes, Demands, clearest, demands, written_codes
from loaders.text import plain

KNOWN = [
    "CS-A1110",
    "CS-A1111",
    "CS-A1113",
    "CS-A1120",
    "CS-C2120",
    "MS-A0101",
    "MS-A0102",
    "MS-A0201",
    "MS-A0503",
    "ENG-C1002",
    "COE-C1002",
    "31A00110",
    "ECON-A2100",
    "ECON-A2200",
    "ECON-C9000",
    "LC-7240",
    "LC-7331",
    "BIZ3130.kand",
    "MLI26C681",
]
CODES = Codes(KNOWN)


def groups(text: str, own: str = "") -> set[str]:
    """Groups as ``A|B``, compulsory ones with a ``!`` before."""
    return {
        ("!" if group.compulsory else "") + "|".join(group.members)
        for group in demands(plain(text), CODES, own).groups
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CS-A1110 or equivalent", {"CS-A1110"}),
        ("CS-A1110 tai vastaavat tiedot.", {"CS-A1110"}),
        ("CS-A1110 eller motsvarande kunskaper.", {"CS-A1110"}),
        ("CS-A1110 Programming 1 of the equivalent knowledge", {"CS-A1110"}),
        ("CS-A1120 and CS-C2120", {"CS-A1120", "CS-C2120"}),
        ("CS-A1120 ja CS-C2120", {"CS-A1120", "CS-C2120"}),
        ("CS-A1120 samt CS-C2120", {"CS-A1120", "CS-C2120"}),
        ("CS-A1110 Programming OR CS-A1111 Basics", {"CS-A1110|CS-A1111"}),
        ("CS-A1110, CS-A1111 or CS-A1113", {"CS-A1110|CS-A1111|CS-A1113"}),
        ("CS-A1110, CS-A1111, tai CS-A1113", {"CS-A1110|CS-A1111|CS-A1113"}),
        ("CS-A1110, CS-A1120, CS-C2120", {"CS-A1110", "CS-A1120", "CS-C2120"}),
        ("CS-A1110/CS-A1111 Programming, CS-A1120", {"CS-A1110|CS-A1111", "CS-A1120"}),
        ("CS-A1111/1113 Programming", {"CS-A1111|CS-A1113"}),
        ("ENG/COE-C1002 Statics", {"COE-C1002|ENG-C1002"}),
        ("CS-A1110 or CS-A1111 and MS-A0201", {"CS-A1110|CS-A1111", "MS-A0201"}),
        (
            "31A00110 or ECON-C9000 or ECON-A2100&amp;ECON-A2200",
            {"31A00110|ECON-A2100|ECON-C9000", "31A00110|ECON-A2200|ECON-C9000"},
        ),
        ("(CS-A1110 and CS-A1120) or CS-A1113", {"CS-A1110|CS-A1113", "CS-A1113|CS-A1120"}),
        ("MS-A01XX Calculus, CS-A1110", {"MS-A0101|MS-A0102", "CS-A1110"}),
        ("MS-A010x", {"MS-A0101|MS-A0102"}),
        ("MS-A01**", {"MS-A0101|MS-A0102"}),
        ("Finnish 4 (LC-7240) or Finnish 3A (LC-7331)", {"LC-7240|LC-7331"}),
        ("Economics (31A00110, ECON-A2100, or equivalent)", {"31A00110|ECON-A2100"}),
        (
            "Economics (31A00110 or ECON-A2100) and Statistics (MS-A0503)",
            {"31A00110|ECON-A2100", "MS-A0503"},
        ),
        ("CS-A1113 Basics (or CS-A1111 Programming Y1)", {"CS-A1111|CS-A1113"}),
        ("CS-A1113 Basics (equivalent to CS-A1111)", {"CS-A1111|CS-A1113"}),
        ("CS-A1113 (CS-A1111)", {"CS-A1111|CS-A1113"}),
        ("One of these courses: CS-A1110, CS-A1111, CS-A1113.", {"CS-A1110|CS-A1111|CS-A1113"}),
        ("Yksi seuraavista: CS-A1110, CS-A1111. MS-A0503", {"CS-A1110|CS-A1111", "MS-A0503"}),
        ("En av kurserna CS-A1110, CS-A1111", {"CS-A1110|CS-A1111"}),
        ("At least one of the courses (CS-A1110, CS-A1111)", {"CS-A1110|CS-A1111"}),
        (
            "Two of CS-A1110, CS-A1111, CS-A1113",
            {"CS-A1110|CS-A1111", "CS-A1110|CS-A1113", "CS-A1111|CS-A1113"},
        ),
        ("Programming, e.g. CS-A1110, CS-A1111", {"CS-A1110|CS-A1111"}),
        ("Courses such as CS-A1110, MS-A0503 and MS-A0201", {"CS-A1110", "MS-A0503", "MS-A0201"}),
        ("CS-A1110 or similar knowledge (e.g. CS-A1111)", {"CS-A1110|CS-A1111"}),
        (
            "31A00110 Accounts. / Or one of these: CS-A1110 or CS-A1111",
            {"31A00110|CS-A1110|CS-A1111"},
        ),
        (
            "<ul><li>CS-A1110</li><li>MS-A0101 or MS-A0102</li></ul>",
            {"CS-A1110", "MS-A0101|MS-A0102"},
        ),
        (
            "- CS-A1110 & CS-A1120 or similar - MS-A0503 or similar",
            {"CS-A1110", "CS-A1120", "MS-A0503"},
        ),
        ("You should have taken:CS-A1110 ProgrammingCS-A1120 More", {"CS-A1110", "CS-A1120"}),
        ("CS\u2013A1110", {"CS-A1110"}),
        ("CS-A 1110 and MLI26C681 and BIZ3130.kand", {"CS-A1110", "MLI26C681", "BIZ3130.kand"}),
        ("CS-A1110 Algorithms and Data, Life and Death CS-A1120", {"CS-A1110", "CS-A1120"}),
    ],
)
def test_connectives_in_three_languages_become_groups(text: str, expected: set[str]) -> None:
    assert groups(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Compulsory prerequisites: CS-A1110Recommended prerequisites: CS-A1120",
            {"!CS-A1110", "CS-A1120"},
        ),
        (
            "Pakolliset esitiedot: CS-A1110. Suositellut esitiedot: CS-A1120",
            {"!CS-A1110", "CS-A1120"},
        ),
        ("Obligatoriska förkunskaper: CS-A1110 Rekommenderade förkunskaper: -", {"!CS-A1110"}),
        (
            "Recommended prerequisites: Mandatory: CS-A1110 Recommended: CS-A1120",
            {"!CS-A1110", "CS-A1120"},
        ),
        ("CS-A1110 Programming (obligatory), CS-A1120 (recommended)", {"!CS-A1110", "CS-A1120"}),
        ("Suositellut esitiedot: CS-A1110 (pakollinen), CS-A1120", {"!CS-A1110", "CS-A1120"}),
        ("Compulsory prerequisites: CS-A1110 (recommended), CS-A1120", {"CS-A1110", "!CS-A1120"}),
        ("Students must have completed CS-A1110. CS-A1120 is useful.", {"!CS-A1110", "CS-A1120"}),
        ("CS-A1110 tulee olla suoritettuna.", {"!CS-A1110"}),
        ("CS-A1110 krävs.", {"!CS-A1110"}),
        ("Compulsory prerequisites (will be checked): CS-A1110", {"!CS-A1110"}),
        ("Compulsory prerequisites: a bachelor's degree or CS-A1110", {"CS-A1110"}),
        ("Pakolliset esitiedot: kandidaatin tutkinto tai kurssi CS-A1110", {"CS-A1110"}),
        ("There are no compulsory prerequisites, but CS-A1110 helps.", {"CS-A1110"}),
        ("It is recommended, not required, to take CS-A1110.", {"CS-A1110"}),
        ("Recommended prerequisites: You must know CS-A1110.", {"CS-A1110"}),
        ("Required prerequisites: CS-A1110, possibly at the same time.", {"CS-A1110"}),
        ("CS-A1110", {"CS-A1110"}),
        ("Compulsory prerequisites: CS-A1110 Recommended prerequisites: CS-A1110", {"!CS-A1110"}),
    ],
)
def test_a_group_is_compulsory_only_where_the_text_says_so(text: str, expected: set[str]) -> None:
    assert groups(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "No prerequisites",
        "Esitiedot: ei",
        "Inga krav på förkunskaper.",
        "Upper secondary mathematics, ISO-9001 and level B2, autumn 2025-2026, 5 cr",
        "Students who have not completed CS-A1110 may come.",
        "This course is a prerequisite for CS-A1110.",
        "Take CS-A1113 instead of CS-A1110.",
        "Korvaa kurssin CS-A1110.",
    ],
)
def test_what_asks_for_no_course_becomes_no_group(text: str) -> None:
    assert groups(text) == set()


def test_unknown_codes_drop_out_and_are_counted() -> None:
    read = demands("CS-A9999 or CS-A1110, and MS-A9999 or CS-X7777; 99Z99999", CODES)
    assert [group.members for group in read.groups] == [("CS-A1110",)]
    assert read.unknown == {"CS-A9999", "MS-A9999", "CS-X7777", "99Z99999"}
    assert read.not_binding == 2


def test_an_alternative_that_asks_for_an_unknown_course_too_is_read_without_it() -> None:
    assert groups("CS-A1110 & CS-A9999 or CS-A1113") == {"CS-A1110|CS-A1113"}


def test_a_course_never_asks_for_itself() -> None:
    read = demands("CS-A1110 or CS-A1111, CS-A1110", CODES, "CS-A1110")
    assert [group.members for group in read.groups] == [("CS-A1111",)]
    assert read.names_itself


def test_a_group_that_follows_from_another_is_left_out() -> None:
    assert groups("CS-A1110. CS-A1110 or CS-A1111.") == {"CS-A1110"}
    assert groups("CS-A1110. It is compulsory: CS-A1110 or CS-A1111.") == {
        "CS-A1110",
        "!CS-A1110|CS-A1111",
    }


def test_of_several_languages_the_one_that_says_most_is_taken() -> None:
    poor = demands("CS-A9999", CODES)
    rich = demands("CS-A1110 and CS-A1120", CODES)
    assert clearest([poor, rich]) is rich
    assert clearest([]) == Demands()


def test_codes_are_found_as_they_are_written() -> None:
    assert list(written_codes("Mat-1.2600, MS-A050X and 28C00100")) == [
        "Mat-1.2600",
        "MS-A050X",
        "28C00100",
    ]


_PIECES = st.sampled_from(
    [
        *KNOWN,
        "MS-A01XX",
        "CS-A9999",
        " or ",
        " and ",
        ", ",
        "; ",
        ". ",
        "/",
        "&",
        "(",
        ")",
        "\n",
        "one of ",
        "tai ",
        "ja ",
        "eller ",
        "or equivalent",
        "(obligatory)",
        " e.g. ",
        " title ",
        "Compulsory prerequisites: ",
        "Recommended prerequisites: ",
        "must ",
        "two of ",
    ]
)
_PROSE = st.one_of(st.text(), st.lists(_PIECES, max_size=60).map("".join))


@given(_PROSE, st.sampled_from(KNOWN))
def test_any_text_gives_known_other_courses_and_always_the_same(text: str, own: str) -> None:
    read = demands(text, CODES, own)
    assert read == demands(text, Codes(KNOWN[::-1]), own)
    members = {member for group in read.groups for member in group.members}
    assert members <= set(KNOWN) - {own}
    assert members <= read.known
    assert all(group.members == tuple(sorted(set(group.members))) for group in read.groups)


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        ")",
        "(CS-A1110",
        "CS-A1110 or ",
        "CS-A1110&CS-A1120 or ",
        "one of ",
        "A-",
        "A1",
        "\n- ",
        "CS-A1110 CS-",
        "not ",
        "or the ",
        "compulsory ",
        "MS-A01XX, ",
        "a b ",
        ". / ",
        "e.g. ",
    ],
)
@pytest.mark.timeout(20)
def test_no_text_takes_more_than_linear_time(piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    assert demands(text, CODES).known <= set(KNOWN)
