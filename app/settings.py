"""The settings of one installation, from ``POLKU_…`` variables; built once, passed down."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.addresses import is_endpoint, is_safe
from ontology.iris import BASE


class Settings(BaseSettings):
    """Every setting, with its unit in its name and its meaning in its description."""

    model_config = SettingsConfigDict(env_prefix="POLKU_", extra="ignore")

    data: Path = Field(default=Path("data"), description="Folder that holds the graph.")
    base: str = Field(
        default=BASE, description="Where the IRIs that this installation mints begin."
    )
    store: str = Field(
        default="",
        description="Address of a SPARQL 1.1 engine that holds the graph; none: the data folder.",
    )
    store_vendor: str = Field(
        default="standard",
        description="What the engine is: `oxigraph`, `virtuoso`, `fuseki`, `graphdb`, `qlever`, "
        "`neptune`, or `standard`.",
    )
    store_query: str = Field(
        default="", description="Its endpoint of queries, if not where its vendor has it."
    )
    store_update: str = Field(
        default="", description="Its endpoint of updates, if not where its vendor has it."
    )
    store_graphs: str = Field(
        default="",
        description="Its endpoint of the Graph Store Protocol, if not where its vendor has it.",
    )
    store_user: str = Field(default="", description="User as whom the engine is asked (Basic).")
    store_password: SecretStr = Field(default=SecretStr(""), description="That user’s password.")
    store_token: SecretStr = Field(
        default=SecretStr(""), description="Bearer token with which the engine is asked instead."
    )
    store_poll_seconds: float = Field(
        default=1.0,
        gt=0,
        description="How often the engine is asked which generation it holds, seconds.",
    )
    engines: list[Literal["search", "paths", "tagging"]] = Field(
        default=["search", "paths", "tagging"],
        description="Engines that the service runs beside SPARQL, as a JSON list; of the others "
        "it answers 501.",
    )
    readers: int = Field(
        default=3, ge=1, le=64, description="Processes that answer SPARQL queries."
    )
    default_graph: Literal["union", "strict"] = Field(
        default="union",
        description="Default graph of a query: the union of all graphs, or the standard's own.",
    )
    query_seconds: float = Field(
        default=30.0, gt=0, description="Wall-clock limit of one query, seconds."
    )
    query_memory_mb: int = Field(default=1024, gt=0, description="Memory limit of one query, MiB.")
    query_rows: int = Field(
        default=1_000_000, gt=0, description="Limit of rows or triples of one answer."
    )
    query_mb: int = Field(default=256, gt=0, description="Limit of bytes of one answer, MiB.")
    cache_mb: int = Field(
        default=64,
        ge=0,
        description="Memory for answers kept to be given again, MiB; one may take a sixteenth. "
        "0: none is kept.",
    )
    service_allow: list[str] = Field(
        default=[],
        description="SPARQL endpoints that queries may ask with SERVICE, by their exact IRIs, as "
        "a JSON list; none: SERVICE is refused.",
    )
    service_seconds: float = Field(
        default=10.0, gt=0, description="Longest time that such an endpoint may take, seconds."
    )
    service_mb: int = Field(
        default=8,
        gt=0,
        description="Limit of bytes that such endpoints may give to one query, MiB.",
    )
    service_calls: int = Field(
        default=20, gt=0, le=1000, description="How often one query may ask such endpoints."
    )
    service_private: bool = Field(
        default=False,
        description="Whether such endpoints may be at private and loopback addresses.",
    )
    service_readers: int = Field(
        default=2,
        ge=1,
        le=64,
        description="Processes that answer queries with SERVICE; there are none if it is refused.",
    )
    queue_seconds: float = Field(
        default=5.0, gt=0, description="Longest wait for a free reader, seconds."
    )
    short_seconds: float = Field(
        default=0.5,
        gt=0,
        description="Seconds after which a query leaves one reader to shorter ones.",
    )
    client_queries: int = Field(
        default=0,
        ge=0,
        description="Queries of one client that run at once; 0: one fewer than there are readers.",
    )
    client_waiting: int = Field(
        default=256, gt=0, description="Queries of one client that wait at once."
    )
    client_burst_seconds: float = Field(
        default=300.0,
        gt=0,
        description="Seconds of a reader that one client may use before it has to pause.",
    )
    client_refill: float = Field(
        default=0.5, gt=0, description="Seconds of a reader given back to each client each second."
    )
    update_seconds: float = Field(
        default=60.0, gt=0, description="Wall-clock limit of one edit, seconds."
    )
    request_mb: int = Field(
        default=8, gt=0, description="Limit of bytes of one request's body, MiB."
    )
    request_seconds: float = Field(
        default=60.0, gt=0, description="Longest time that a request may take to arrive, seconds."
    )
    path_seconds: float = Field(
        default=5.0, gt=0, description="Longest time limit of one path, seconds."
    )
    readiness_seconds: float = Field(
        default=120.0,
        gt=0,
        description="Longest time that all courses’ readiness may take, seconds; once a generation.",
    )
    elm_shapes: Path | None = Field(
        default=None,
        description="Folder with a copy of the European Learning Model’s repository, for the "
        "profiles `elm-loq` and `elm-edc`; none: they cannot be asked.",
    )
    kouta_oids: dict[str, Annotated[str, Field(pattern=r"^1\.2\.246\.562\.10\.\d+$")]] = Field(
        default={},
        description="Oids of organisations in Opintopolku by their code, as JSON, for the export "
        "`koutalight`; Aalto’s and Oulu’s are known.",
    )
    elm_seconds: float = Field(
        default=30.0,
        gt=0,
        description="Longest time that a check against ELM’s own shapes may take, seconds.",
    )
    tagger: Path | None = Field(
        default=None,
        description="Folder of a tagger that `polku train-tagger` made; none: the one that ships.",
    )
    blind_share: float = Field(
        default=0.0,
        ge=0,
        le=0.5,
        description="Share of suggestions for things of the graph that are shown without their "
        "confidence and reasons, to measure how much people follow what they are shown; 0: none.",
    )
    issuer_key: Path | None = Field(
        default=None,
        description="File of the Ed25519 key that issued credentials are signed with "
        "(`polku credential key` makes one); none: they are not signed.",
    )
    issuer_method: str = Field(
        default="",
        description="Verification method by which verifiers know that key; none: its did:key.",
    )
    issuer_legal_id: str = Field(
        default="",
        description="The issuer’s legal identifier as eIDAS has it; ELM credentials ask for it.",
    )
    issuer_body: str = Field(
        default="",
        description="Code or IRI of the one awarding body that the key speaks for; none: any.",
    )
    contact: str = Field(
        default="",
        description="Mail address or page that live sources are told, in the User-Agent.",
    )
    fetch_private: bool = Field(
        default=False,
        description="Whether live sources may be at private and loopback addresses.",
    )
    fetch_seconds: float = Field(
        default=60.0, gt=0, description="Longest wait for a live source's next bytes, seconds."
    )
    fetch_page_mb: int = Field(
        default=64, gt=0, le=64, description="Limit of bytes of one page of a live source, MiB."
    )
    fetch_mb: int = Field(
        default=10_240, gt=0, description="Limit of bytes of one live source in all, MiB."
    )
    fetch_attempts: int = Field(
        default=6, ge=1, le=20, description="How often a live source is asked that does not answer."
    )
    fetch_pause_seconds: float = Field(
        default=1.0,
        gt=0,
        description="Pause before a live source is asked again, seconds; doubled each time.",
    )
    fetch_longest_pause_seconds: float = Field(
        default=600.0, gt=0, description="Longest pause that a live source may ask for, seconds."
    )
    keep_generations: int = Field(default=5, ge=1, description="Generations kept for a rollback.")
    oidc_issuer: str = Field(
        default="",
        description="Issuer of OpenID Connect access tokens that are taken beside API tokens.",
    )
    oidc_audience: str = Field(
        default="", description="Audience that an access token must be for; due with an issuer."
    )
    oidc_jwks: str = Field(
        default="",
        description="Address of the issuer's keys; left out, the issuer's discovery says it.",
    )
    oidc_roles_claim: str = Field(
        default="roles",
        description="Claim of an access token that gives its roles; dots lead into objects.",
    )
    oidc_roles: dict[str, Literal["reader", "researcher", "curator", "admin"]] = Field(
        default={f"polku-{role}": role for role in ("reader", "researcher", "curator", "admin")},
        description="Values of that claim and the role that each gives, as a JSON object.",
    )
    oidc_orcid_claim: str = Field(
        default="orcid",
        description="Claim of an access token with its holder's ORCID: a researcher then decides on "
        "works that bear it alone.",
    )
    oidc_courses_claim: str = Field(
        default="courses",
        description="Claim with the courses that its holder teaches, as UNIVERSITY/CODE or IRIs, "
        "on which they decide.",
    )
    privacy_contact: str = Field(
        default="",
        max_length=320,
        pattern=r"^(|https://\S+|[^\s@<>:]+@[^\s@<>:]+)$",
        description="Whom people turn to about their data: a mail address or an https address, "
        "shown on `/privacy`.",
    )
    keep_changes: int = Field(
        default=50_000,
        ge=0,
        description="Changes of things that are kept as data; those of the oldest loads go first.",
    )
    log_format: Literal["json", "text"] = Field(
        default="text", description="Form of the log's lines."
    )

    @field_validator("service_allow")
    @classmethod
    def _services_can_be_asked(cls, services: list[str]) -> list[str]:
        """The endpoints, unless one is none of the web, or holds what should be secret."""
        for service in services:
            if not is_endpoint(service):
                raise ValueError(
                    f"{service[:200]!r}: an http or https address in ASCII is due, without user, "
                    "password and fragment."
                )
        return services

    @model_validator(mode="after")
    def _store_is_safe(self) -> Settings:
        """The settings, unless they would send a secret where anyone on the way reads it."""
        if self.store and self.service_allow:
            raise ValueError(
                "service_allow: with a store of others, let that store ask other services itself."
            )
        secret = bool(self.store_user or self.store_token.get_secret_value())
        for name in ("store", "store_query", "store_update", "store_graphs"):
            address = getattr(self, name)
            if not address:
                continue
            if not is_endpoint(address):
                raise ValueError(f"{name}: an http or https address without a user is due.")
            if secret and not is_safe(address):
                raise ValueError(f"{name}: https is due where a password or token is sent.")
        return self

    @model_validator(mode="after")
    def _issuer_is_safe(self) -> Settings:
        """The settings, unless they would take tokens that anyone can make."""
        for name in ("oidc_issuer", "oidc_jwks"):
            if (address := getattr(self, name)) and not is_safe(address):
                raise ValueError(f"{name}: an https address is due, or one of this machine.")
        if self.oidc_issuer and not self.oidc_audience:
            raise ValueError("oidc_audience: an audience is due with an issuer.")
        return self


README = Path(__file__).parent.parent / "README.md"
TABLE_BEGIN, TABLE_END = "<!-- settings -->", "<!-- /settings -->"


def table() -> str:
    """The settings as a Markdown table, for the README."""
    rows = ["| variable | default | what |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        none = field.default == "" or isinstance(field.default, SecretStr)
        default = "none" if none else f"`{field.default}`"
        rows.append(f"| `POLKU_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def main(arguments: list[str]) -> int:
    """0 after writing the README's table; with ``--check``, 1 if it has drifted."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(TABLE_BEGIN)
    _, _, after = rest.partition(TABLE_END)
    made = f"{before}{TABLE_BEGIN}\n{table()}\n{TABLE_END}{after}"
    if arguments == ["--check"]:
        if made != text:
            sys.stderr.write("README: the table of settings has drifted: run make generate\n")
            return 1
        return 0
    README.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
