"""``polku credential issue``, ``verify`` and ``key``: achieved micro-credentials."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.options import data_option

if TYPE_CHECKING:
    from app.exports.read import Row
    from app.graph.embedded import EmbeddedGraph
    from app.issuing.issue import Issued
    from app.issuing.issuer import Issuer
    from app.issuing.keys import PublicKey
    from app.issuing.request import IssueRequest

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    epilog="Example: polku credential issue offering.json --to recipient.json "
    "--format openBadges --key issuer.pem --out credential.json"
)
@click.argument("offering")
@click.option(
    "--to", "recipient", type=_FILE, required=True,
    help="JSON file that names the recipient: id, name, email, identifier …",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(("openBadges", "elm")), required=True,
    help="Open Badges 3.0, or a European Digital Credential (ELM).",
)  # fmt: skip
@click.option(
    "--key", type=_FILE, envvar="POLKU_ISSUER_KEY",
    help="File of the key to sign with; else POLKU_ISSUER_KEY; else it is not signed.",
)  # fmt: skip
@click.option(
    "--method", default="", envvar="POLKU_ISSUER_METHOD",
    help="Verification method by which verifiers know the key; its did:key if left out.",
)  # fmt: skip
@click.option(
    "--legal-id", default="", envvar="POLKU_ISSUER_LEGAL_ID",
    help="The issuer’s legal identifier as eIDAS has it; elm asks for it.",
)  # fmt: skip
@click.option("--issued", help="When it is issued, as 2027-06-01T12:00:00Z; now if left out.")
@click.option("--until", help="When it ends, likewise; never if left out.")
@click.option("--grade", help="The grade that was achieved.")
@click.option(
    "--accept",
    multiple=True,
    help="A mandatory element that may be missing or inferred; inferred: each that can be.",
)
@click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True,
    help="Language of what is said in one.",
)  # fmt: skip
@click.option("--out", type=_FILE, help="File to write; standard output if left out.")
@data_option
def issue(
    offering: str,
    recipient: Path,
    form: str,
    key: Path | None,
    method: str,
    legal_id: str,
    issued: str | None,
    until: str | None,
    grade: str | None,
    accept: tuple[str, ...],
    lang: str,
    out: Path | None,
    data: Path,
) -> None:
    """Issue the credential of OFFERING: a JSON file, or the IRI of an offering in the graph.

    Nothing of the recipient is kept beside the credential itself.
    """
    import orjson

    from app.issuing.issue import UNSIGNED
    from app.issuing.issuer import made
    from app.issuing.request import checked

    asked = {
        "offering": _offering(offering),
        "recipient": _document(recipient, "--to"),
        "format": form,
        "issued": issued,
        "validUntil": until,
        "grade": grade,
        "accept": list(accept),
    }
    issuer = made(key, method, legal_id, named="--key")
    answer = _issued(checked(asked), issuer, lang, data)
    content = orjson.dumps(answer.credential, option=orjson.OPT_INDENT_2) + b"\n"
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        _write(content, out)
    if answer.lacks:
        click.echo(f"Not stated by the offering: {', '.join(answer.lacks)}", err=True)
    click.echo(f"Signed by {answer.method}" if answer.is_signed else UNSIGNED, err=True)


def _offering(named: str) -> str | Mapping[str, Any]:
    """The IRI as it is, or what stands in the file."""
    if named.startswith(("http://", "https://", "urn:")):
        return named
    return _document(Path(named), "OFFERING")


def _document(path: Path, named: str) -> Mapping[str, Any]:
    """The JSON object in a file. Raises: BadParameter if it holds none."""
    import orjson

    from app.errors import BadParameter
    from app.issuing.request import MOST_BYTES

    with path.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadParameter(named, f"{path} is over {MOST_BYTES // 2**10} KiB.")
    try:
        document: object = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise BadParameter(named, f"{path} is not JSON: {str(error)[:300]}") from None
    if not isinstance(document, dict):
        raise BadParameter(named, f"{path} holds no JSON object.")
    return document


def _issued(request: IssueRequest, issuer: Issuer, lang: str, data: Path) -> Issued:
    """The credential; the graph is asked if there is one."""
    from app.graph import open_graph
    from app.graph.generations import current

    if current(data) is None:
        return _run(request, issuer, lang, None)
    with open_graph(data) as graph:
        return _run(request, issuer, lang, graph)


def _run(request: IssueRequest, issuer: Issuer, lang: str, graph: EmbeddedGraph | None) -> Issued:
    import asyncio

    from app.issuing.issue import issue as made

    async def ask(query: str) -> Sequence[Row]:
        return list(graph.solutions(query)) if graph is not None else ()

    return asyncio.run(made(request, issuer, ask, lang=lang))


def _write(content: bytes, out: Path) -> None:
    """Writes a file that its owner alone may read: it names a person."""
    import os

    part = out.with_name(f".{out.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


@click.command(epilog="Example: polku credential verify credential.json")
@click.argument("file", type=_FILE)
@click.option(
    "--key",
    help="The issuer’s public key: a did:key or a Multikey’s text. Without it the credential’s "
    "own did:key is taken at its word.",
)
def verify(file: Path, key: str | None) -> None:
    """Say whether the credential in FILE holds: its signature, its issuer, its dates.

    Nothing is fetched. Exits with 1 where it does not hold.
    """
    from app.errors import PolkuError
    from app.issuing.verification import MOST_BYTES, Verdict, read, verified

    public = _public(key)
    with file.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    try:
        verdict = verified(read(content), datetime.now(UTC), public)
    except PolkuError as error:
        verdict = Verdict(error.detail)
    if not verdict.holds:
        click.echo(f"Does not hold: {verdict.why}")
        sys.exit(1)
    by = verdict.key.did if verdict.key else ""
    click.echo(f"Holds: {verdict.name or file.name}")
    click.echo(f"Signed by {by}, in the name of {verdict.issuer}.")
    if verdict.defines:
        click.echo("It defines terms of its own: what its fields are called, its issuer chose.")
    if public is None:
        click.echo("Whose key that is, it cannot say itself: ask the issuer, or name it by --key.")


def _public(key: str | None) -> PublicKey | None:
    from app.errors import BadParameter
    from app.issuing.keys import public_key

    if key is None:
        return None
    try:
        return public_key(key)
    except ValueError as error:
        raise BadParameter("--key", f"It names no Ed25519 key: {error}.") from None


@click.command(epilog="Example: polku credential key issuer.pem")
@click.argument("file", type=_FILE)
def key(file: Path) -> None:
    """Make a key to sign credentials with, in a new FILE, and print its did:key.

    FILE is PEM, and its owner alone can read it. Keep a copy of it in a safe place, and publish
    the did:key: it is how others know that a credential is yours.
    """
    from app.issuing.keys import made, write

    signing = made()
    write(signing, file)
    click.echo(signing.public.did)
