"""KoutaLight names an organisation by its oid, which a setting may say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from app.exports import koutalight
from app.exports.catalogue import every
from app.exports.formats import Lacking
from app.settings import Settings
from tests.exports.made import COURSE
from tests.exports.test_round_trip import Loaded
from tests.loaders.loading import GOLDEN, lines_of

OID = "1.2.246.562.10.12345678901"


def test_an_oid_that_a_setting_names_is_that_of_the_organisation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POLKU_KOUTA_OIDS", f'{{"011zjcv36": "{OID}"}}')
    graph = Loaded(lines_of("openbadges", GOLDEN / "openbadges" / "achievements.jsonl"))
    (course,) = every(graph, oids=Settings().kouta_oids, private=True)
    assert koutalight.write(course)["tarjoajat"] == [OID]
    (without,) = every(graph, private=True)
    with pytest.raises(Lacking, match="POLKU_KOUTA_OIDS"):
        koutalight.write(without)


def test_a_setting_goes_before_what_is_known() -> None:
    assert COURSE.body is not None
    named = replace(COURSE, body=replace(COURSE.body, oid=OID))
    assert koutalight.write(named)["tarjoajat"] == [OID]
    assert koutalight.write(COURSE)["tarjoajat"] != [OID]


def test_what_is_no_oid_of_an_organisation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLKU_KOUTA_OIDS", '{"tampere": "1.2.246.562.17.1"}')
    with pytest.raises(ValidationError):
        Settings()
