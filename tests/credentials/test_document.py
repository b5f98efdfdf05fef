"""Whatever is sent as an offering is read within bounds, or refused in words."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.credentials.document import JSON, MEDIA, MOST_BYTES, read
from app.errors import BadParameter, PolkuError, TooLarge, Unreadable
from app.graph.media import JSON_LD, TURTLE
from app.graph.small import MOST_STATEMENTS

POLKU = "@prefix polku: <https://w3id.org/polku/ns#> . "
KIND = '"@type":"https://w3id.org/polku/ns#MicroCredential"'
CHAIN = ",".join(f'"p{i}":"p{i - 1}:x"' for i in range(1, 9_000))


@pytest.mark.parametrize(
    ("content", "media", "refusal", "words"),
    [
        ("", JSON, Unreadable, "not JSON"),
        ("[", JSON_LD, Unreadable, "not JSON"),
        ("\xff", JSON, Unreadable, "not JSON"),
        ("<a", TURTLE, Unreadable, "not Turtle"),
        (" " * (MOST_BYTES + 1), TURTLE, TooLarge, "KiB"),
        ('{"a":' * 40_000, JSON, Unreadable, "not JSON"),
        ('{"a":' * 500 + "1" + "}" * 500, JSON_LD, Unreadable, "levels"),
        ('{"@context":"https://example.org/context"}', JSON_LD, Unreadable, "none is fetched"),
        ('{"@context":"https://example.org/context"}', JSON, Unreadable, "none is fetched"),
        ('{"@context":{"p":{"@id":"urn:p","@context":{}}}}', JSON_LD, Unreadable, "none inside"),
        ('{"@context":{' + CHAIN + "}," + KIND + "}", JSON_LD, TooLarge, "terms"),
        (
            POLKU
            + "<urn:x:a> a polku:Course ; <urn:x:b> "
            + ",".join(map(str, range(2_001)))
            + ".",
            TURTLE,
            TooLarge,
            str(MOST_STATEMENTS),
        ),
        (
            f"@prefix p: <urn:{'x' * 100_000}> . p:a p:b {','.join(f'p:{i}' for i in range(99))} .",
            TURTLE,
            TooLarge,
            "characters",
        ),
        ("", TURTLE, BadParameter, "no offering"),
        (
            POLKU + "<urn:x:a> a polku:Course . <urn:x:b> a polku:Course .",
            TURTLE,
            BadParameter,
            "2 offerings",
        ),
        ('{"iri":"x y"}', JSON, BadParameter, "not an IRI"),
        ('{"titel":{"en":"x"}}', JSON, BadParameter, "xtra"),
        ('{"country":"XX"}', JSON, BadParameter, "country"),
        ('{"level":9}', JSON, BadParameter, "8"),
        ("[1]", JSON, BadParameter, "dictionary"),
    ],
)
def test_what_cannot_be_an_offering_is_refused_in_words(
    content: str, media: str, refusal: type[PolkuError], words: str
) -> None:
    with pytest.raises(refusal) as raised:
        read(content.encode("latin-1"), media)
    assert words in raised.value.detail


def test_a_field_that_cannot_be_is_pointed_at() -> None:
    with pytest.raises(BadParameter) as raised:
        read(b'{"consistsOf":[{"course":"urn:x:a"},{"course":"b"}]}', JSON)
    assert raised.value.param == "/consistsOf/1/course"


def test_a_micro_credential_goes_before_the_courses_beside_it() -> None:
    stated = read(
        (POLKU + "<urn:x:a> a polku:Course . <urn:x:m> a polku:MicroCredential .").encode(), TURTLE
    )
    assert stated.about == "<urn:x:m>"


def test_an_offering_need_not_have_a_name() -> None:
    for content, media in (
        (POLKU + "[] a polku:MicroCredential .", TURTLE),
        ("{" + KIND + ',"@context":{}}', JSON_LD),
    ):
        assert read(content.encode(), media).about.startswith("_:")


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(MEDIA),
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["@context", "@id", "@type", "title", "workload", "ects", "x"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).map(
        lambda value: (
            orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)
            if not _large(value)
            else b"{}"
        )
    ),
)
def test_whatever_is_sent_is_read_or_refused(media: str, content: bytes) -> None:
    try:
        read(content, media)
    except PolkuError as error:
        assert error.status in (400, 413, 422)


def _large(value: object) -> bool:
    """Whether JSON's writer cannot hold a number of it."""
    if isinstance(value, int):
        return abs(value) >= 2**63
    if isinstance(value, dict):
        return any(map(_large, value.values()))
    return isinstance(value, list) and any(map(_large, value))
