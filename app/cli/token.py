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
@data_option
def create(role: str, data: Path) -> None:
    """Make a token; it is shown once and kept only as a hash."""
    from app.api.security import TokenStore

    click.echo(TokenStore(data / "tokens.db").create(role))
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
        click.echo(f"{entry.id}\t{entry.role}\t{entry.created}\t{state}")


@token.command()
@click.argument("token_id")
@data_option
def revoke(token_id: str, data: Path) -> None:
    """Revoke a token by its id, at once and for good."""
    from app.api.security import TokenStore

    TokenStore(data / "tokens.db").revoke(token_id)
    click.echo(f"Revoked {token_id}.", err=True)
