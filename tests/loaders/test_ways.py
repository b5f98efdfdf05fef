"""What a text says of who gets in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ways import restricted, signs


@pytest.mark.parametrize(
    ("text", "audiences"),
    [
        ("Registration is done through the Open University Selection tab.", ["openUniversity"]),
        ("Ilmoittaudu avoimen yliopiston kautta.", ["openUniversity"]),
        ("Anmälan via Öppna universitetet.", ["openUniversity"]),
        ("Haku FITechin sivuilla (fitech.io).", ["fitech"]),
        ("Priority: 1) majors / JOO students", ["crossInstitutional"]),
        ("The course takes non-degree students.", ["nonDegree"]),
        ("Kurssi on kaikille avoimella ja maksuttomalla sivustolla.", ["mooc"]),
        ("Open to everyone.", ["mooc"]),
        ("Open to everyone at Aalto.", []),
        ("Kysymykset ovat avoimet.", []),
        ("Register in Sisu.", []),
        ("", []),
    ],
)
def test_a_sign_is_what_the_text_says(text: str, audiences: list[str]) -> None:
    assert [sign.audience for sign in signs(text)] == audiences


@pytest.mark.parametrize(
    ("text", "fee"),
    [
        ("Open University: the fee is €15/credit.", Decimal(15)),
        ("Avoimen yliopiston hinta 15 €/op, alennettu 7,50 €/op.", Decimal(15)),
        ("Open University's courses are chargeable.", None),
        ("Open University. The book costs 30,40 €.", None),
    ],
)
def test_a_fee_is_known_only_where_it_is_stated(text: str, fee: Decimal | None) -> None:
    assert [sign.fee_per_credit for sign in signs(text)] == [fee]


def test_what_is_free_for_everyone_costs_nothing() -> None:
    (sign,) = signs("Verkkokurssina kaikille avoimella ja maksuttomalla sivustolla.")
    assert (sign.audience, sign.fee_per_credit) == ("mooc", Decimal(0))


def test_a_link_is_taken_where_it_fits_and_never_with_a_mail_address() -> None:
    wrapped = (
        "https://eur01.safelinks.example/?url=https%3A%2F%2Ffitech.io%2Fen%2Fknots%2F"
        "&data=05%7Csomebody%40example.org"
    )
    (sign,) = signs(f'Apply at FITech: <a href="{wrapped}">here</a>')
    assert sign.link == "https://fitech.io/en/knots/"
    (sign,) = signs("FITech, see https://elsewhere.example/knots")
    assert sign.link == ""
    (sign,) = signs("FITech https://fitech.io/?to=somebody@example.org")
    assert sign.link == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The course is offered only to students of the Master's Programme in Knots.", True),
        ("Bachelor's Programme in Knots students only.", True),
        ("Kurssi on tarkoitettu vain solmuopin opiskelijoille.", True),
        ("Endast för studerande i knutprogrammet.", True),
        ("The number of students is restricted to 40.", False),
        ("Recommended only to students with good knowledge.", False),
        ("Ensisijaisesti vain solmuopin opiskelijoille.", False),
        ("Only one exam a year.", False),
        ("", False),
    ],
)
def test_a_restriction_is_told_from_a_limit(text: str, expected: bool) -> None:
    assert restricted(text) is expected


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    assert list(signs(text)) == list(signs(text))
    assert restricted(text) in (True, False)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["only for ", "open to ", "https://", "€1", "vain ", "?url=", "a only b to "]
)
def test_no_text_takes_more_than_linear_time(piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    assert restricted(text) in (True, False)
    assert isinstance(list(signs(text)), list)
