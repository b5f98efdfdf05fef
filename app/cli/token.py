"""``polku token``: API tokens."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import data_option

ROLES = ("reader", "researcher", "curator", "admin")


@click.group()
def token() -> None:
    """Create, list or revoke API tokens."""


@token.command()
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the token may do.")
@click.option("--orcid", help="A researcher's ORCID: they decide on works that bear it alone.")
@click.option(
    "--course",
    "courses",
    multiple=True,
    metavar="UNIVERSITY/CODE",
    help="A course on which its teacher decides, or the IRI of a thing; may be given again.",
)
@data_option
def create(role: str, orcid: str | None, courses: tuple[str, ...], data: Path) -> None:
    """Make a token; it is shown once and kept only as a hash.

    A researcher's token decides on everything unless --orcid or --course says what is theirs.
    """
    from app.api.security import Own, TokenStore, thing_of
    from app.settings import Settings
    from loaders import identifiers
    from ontology.iris import Minter

    checked = identifiers.orcid(orcid) if orcid is not None else ""
    if checked is None:
        raise click.BadParameter(f"{str(orcid)[:60]!r} is no ORCID; its last digit is a check.")
    iris = Minter(Settings().base)
    things = {stated: thing_of(stated, iris) for stated in courses}
    if wrong := [stated for stated, thing in things.items() if thing is None]:
        raise click.BadParameter(f"{wrong[0][:80]!r} is neither UNIVERSITY/CODE nor an IRI.")
    own = Own(checked, frozenset(t for t in things.values() if t))
    store = TokenStore(data / "tokens.db")
    click.echo(store.create(role, own if orcid or courses else None))
    click.echo(
        "Keep it safe: it is not shown again. Send it as `Authorization: Bearer <token>`.", err=True
    )


@token.command("list")
@data_option
def list_(data: Path) -> None:
    """List tokens: id, role, when made, whether revoked; never the token itself."""
    from app.api.security import TokenStore

    for entry in TokenStore(data / "tokens.db").list():
        state = f"revoked {entry.revoked}" if entry.revoked else "valid"
        own = entry.own
        on = [*([own.orcid] if own.orcid else []), *sorted(own.things)] if own else ["everything"]
        decides = f"\tdecides on {', '.join(on)}" if entry.role == "researcher" else ""
        click.echo(f"{entry.id}\t{entry.role}\t{entry.created}\t{state}{decides}")


@token.command()
@click.argument("token_id")
@data_option
def revoke(token_id: str, data: Path) -> None:
    """Revoke a token by its id, at once and for good."""
    from app.api.security import TokenStore

    TokenStore(data / "tokens.db").revoke(token_id)
    click.echo(f"Revoked {token_id}.", err=True)
