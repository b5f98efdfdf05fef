"""Who issues: the key to sign with, how verifiers know it, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.errors import BadParameter
from app.exports.facts import Body
from app.issuing.integrity import controller
from app.issuing.keys import DID_KEY, SigningKey, load, public_key
from app.settings import Settings
from ontology.ntriples import iri


@dataclass(frozen=True)
class Issuer:
    """The issuer of an installation.

    Attributes:
        key: what credentials are signed with; None leaves them unsigned.
        method: IRI of the verification method by which verifiers know the key.
        legal_id: the issuer's legal identifier as eIDAS has it; "" where none is told.
        body: code or IRI of the one body that the key speaks for; "" where it is not bound.
    """

    key: SigningKey | None = None
    method: str = ""
    legal_id: str = ""
    body: str = ""

    def iri(self, body: Body) -> str:
        """Who the credential says has issued it: whoever speaks by the key, else the body itself."""
        if self.key is not None:
            return controller(self.method)
        return f"https://ror.org/{body.ror}" if body.ror else body.iri

    def speaks_for(self, body: Body) -> bool:
        """Whether it may issue what the body awards."""
        return self.body in ("", body.code, body.iri, f"https://ror.org/{body.ror}")


def of(settings: Settings) -> Issuer:
    """The issuer that the settings name.

    Raises: BadParameter if the key's file cannot be used, or the settings do not fit together.
    """
    return made(
        settings.issuer_key,
        settings.issuer_method,
        settings.issuer_legal_id,
        settings.issuer_body,
        named="POLKU_ISSUER_KEY",
    )


def made(
    key: Path | None, method: str = "", legal_id: str = "", body: str = "", *, named: str
) -> Issuer:
    """The issuer with the key in a file; ``named`` is what the file was named by.

    Raises: BadParameter, as ``of``.
    """
    setting = "POLKU_ISSUER_METHOD"
    if key is None:
        if method:
            raise BadParameter(
                setting, f"It names the key of POLKU_ISSUER_KEY, which is not set: {method[:200]}."
            )
        return Issuer(None, "", legal_id, body)
    signing = load(key, named)
    if method:
        try:
            iri(method)
            ours = not method.startswith(DID_KEY) or public_key(method) == signing.public
        except ValueError as error:
            raise BadParameter(
                setting, f"{method[:200]} is no verification method: {error}."
            ) from None
        if not ours:
            raise BadParameter(
                setting,
                f"{method[:200]} is another key's; that of {key} is {signing.public.method}.",
            )
    return Issuer(signing, method or signing.public.method, legal_id, body)
