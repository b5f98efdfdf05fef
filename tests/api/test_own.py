"""Researchers decide on their works, teachers on their courses, curators on everything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.api.oidc import Bearers
from app.api.security import Own, Role, TokenStore
from app.cli import polku
from app.errors import BadParameter
from app.settings import Settings
from tests.api.conftest import COURSE, MACHINE_LEARNING, Service, serving
from tests.api.test_oidc import Issuer, issuer, settings

__all__ = ["issuer"]

JOSIAH = "0000-0002-1825-0097"
STUART = "0000-0001-5109-3700"
ADD_AUTHOR = """
PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX schema: <https://schema.org/>
PREFIX polku: <https://w3id.org/polku/ns#>
INSERT {{ GRAPH <http://e.x/authors> {{
  ?work dcterms:creator <http://e.x/josiah> . <http://e.x/josiah> schema:orcid "https://orcid.org/{}"
}} }} WHERE {{ SELECT ?work {{ GRAPH ?g {{ ?work a polku:ResearchOutput }} }} ORDER BY ?work LIMIT 1 }}
"""


def decide(service: Service, token: str, about: str) -> int:
    """The status of a decision by the token's holder; a refusal says what the token is for."""
    answer = service.client.post(
        "/tags",
        json={"about": about, "skill": MACHINE_LEARNING, "decision": "accept"},
        headers={"Authorization": f"Bearer {token}"},
    )
    if answer.status_code != 201:
        problem = service.problem(answer, 403)
        assert "This token decides on" in problem["detail"]
        assert about in problem["detail"]
    return answer.status_code


def work_of(service: Service) -> str:
    """A work that bears Josiah's ORCID from now on."""
    update = {"update": ADD_AUTHOR.format(JOSIAH)}
    done = service.client.post("/sparql", data=update, headers=service.bearer("admin"))
    assert done.status_code == 204, done.text
    found = service.sparql(
        "SELECT ?w { ?w <http://purl.org/dc/terms/creator> <http://e.x/josiah> }"
    )
    works = found.text.split()[1:]
    assert len(works) == 1
    return works[0]


def test_each_decides_on_what_is_theirs_and_curators_on_all(data: Path) -> None:
    with serving(Settings(data=data)) as service:
        tokens = TokenStore(data / "tokens.db")
        work = work_of(service)
        josiah = tokens.create("researcher", Own(JOSIAH))
        stuart = tokens.create("researcher", Own(STUART))
        teacher = tokens.create("researcher", Own(things=frozenset({COURSE})))
        assert decide(service, josiah, work) == 201
        assert decide(service, josiah, COURSE) == 403
        assert decide(service, stuart, work) == 403
        assert decide(service, teacher, COURSE) == 201
        assert decide(service, teacher, work) == 403
        for role in ("researcher", "curator", "admin"):
            assert decide(service, service.tokens[role], work) == 201


def test_an_issuer_s_claims_say_what_is_whose(issuer: Issuer, data: Path) -> None:
    with serving(settings(issuer, data=data)) as service:
        work = work_of(service)
        orcid = f"https://orcid.org/{JOSIAH}"
        assert decide(service, issuer.token(roles=["polku-researcher"], orcid=orcid), work) == 201
        taught = issuer.token(roles=["polku-researcher"], courses=["aalto/SAMPLE-DS202", "?"])
        assert decide(service, taught, COURSE) == 201
        assert decide(service, taught, work) == 403
        nothing = issuer.token(roles=["polku-researcher"], courses=[])
        assert decide(service, nothing, COURSE) == 403
        curator = issuer.token(roles=["polku-curator"], courses=[])
        assert decide(service, curator, COURSE) == 201


def test_tokens_of_a_folder_from_before_decide_on_everything(tmp_path: Path) -> None:
    store = TokenStore(tmp_path / "tokens.db")
    token = store.create("researcher")
    with closing(sqlite3.connect(tmp_path / "tokens.db")) as database, database:
        database.execute("ALTER TABLE token DROP COLUMN own")
    assert store.role(token) is Role.researcher
    assert store.own(token) is None
    assert [one.own for one in store.list()] == [None]
    bound = store.create("researcher", Own(JOSIAH))
    assert store.own(bound) == Own(JOSIAH)
    assert store.own(token) is None


def test_only_a_researcher_s_token_is_bound(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="curator"):
        TokenStore(tmp_path / "tokens.db").create("curator", Own(JOSIAH))


def test_the_command_binds_a_token_and_lists_what_it_is_for(tmp_path: Path) -> None:
    runner = CliRunner()
    create = ["token", "create", "--data", str(tmp_path), "--role", "researcher"]
    made = runner.invoke(polku, [*create, "--orcid", JOSIAH, "--course", "aalto/CS-A1110"])
    assert made.exit_code == 0, made.output
    listed = runner.invoke(polku, ["token", "list", "--data", str(tmp_path)]).output
    assert f"decides on {JOSIAH}, https://w3id.org/polku/course/aalto/CS-A1110" in listed
    wrong = runner.invoke(polku, [*create, "--orcid", "0000-0002-1825-0098"])
    assert wrong.exit_code == 2
    assert "no ORCID" in wrong.output
    assert runner.invoke(polku, [*create, "--course", "CS-A1110"]).exit_code == 2


def test_a_bound_token_reads_like_everyone(issuer: Issuer, tmp_path: Path) -> None:
    bearers = Bearers(settings(issuer, data=tmp_path))
    assert bearers.own(issuer.token(roles=["polku-researcher"])) is None
    assert bearers.own("unknown") is None
