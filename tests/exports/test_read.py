"""What is read of the graph for an export."""

from __future__ import annotations

import re
from operator import attrgetter
from pathlib import Path

from app.exports import read
from app.exports.read import PROPERTIES, stated_query
from ontology import terms


def test_each_property_has_the_number_that_the_query_gives_it() -> None:
    query = stated_query(["https://example.org/a"])
    prefixes = dict(re.findall(r"PREFIX (\w+): <(.*?)>", query))
    numbered = re.findall(r"sameTerm\(\?property, (\w+):(\w+)\), (\d+),", query)
    assert [(prefixes[one] + name, int(number)) for one, name, number in numbered] == [
        (prop, number) for number, prop in enumerate(PROPERTIES)
    ]


def test_every_property_that_facts_are_made_of_is_asked_for() -> None:
    source = Path(read.__file__).read_text(encoding="utf-8")
    named = re.findall(r"\bterms\.((?:rdf\.|dcterms\.|elm\.|schema\.)?[a-z]\w*)\b(?![.\w])", source)
    # An organisation's own identifier is asked for with its name.
    beside = {"dcterms.identifier", "rdf", "dcterms", "elm", "schema", "skos"}
    asked = {attrgetter(one)(terms) for one in {*named} - beside}
    assert len(asked) > 30
    assert asked <= set(PROPERTIES)
