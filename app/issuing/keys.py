"""Keys: an Ed25519 key read from a file or made anew, and the did:key that names its public half.

A did:key is its own document: whoever verifies needs no network.
Source: W3C, Controlled Identifiers 1.0, section 2.2.2 (Multikey); did:key 0.9.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.errors import BadParameter
from app.issuing import multibase

DID_KEY: Final = "did:key:"
_PUBLIC: Final = b"\xed\x01"
_SECRET: Final = b"\x80\x26"
_BYTES: Final = 32
_MOST_BYTES: Final = 10_000
"""Of a file: a key of any form has a tenth of that."""


@dataclass(frozen=True)
class PublicKey:
    """A public key.

    Attributes:
        multibase: the key as text, as a did:key and a Multikey name it.
    """

    multibase: str

    @property
    def did(self) -> str:
        """The did:key that the key is."""
        return DID_KEY + self.multibase

    @property
    def method(self) -> str:
        """The verification method by which the did:key speaks of the key."""
        return f"{self.did}#{self.multibase}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature of the message is by this key."""
        public = Ed25519PublicKey.from_public_bytes(_decoded(self.multibase, _PUBLIC))
        try:
            public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """A private key; its parts are shown nowhere."""

    _private: Ed25519PrivateKey

    def __repr__(self) -> str:
        """What may be shown of it: its public half."""
        return f"SigningKey({self.public.did})"

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(multibase.encode(_PUBLIC + self._private.public_key().public_bytes_raw()))

    def sign(self, message: bytes) -> bytes:
        """The signature of the message."""
        return self._private.sign(message)

    def pem(self) -> bytes:
        """The key as PEM (PKCS 8), not encrypted."""
        return self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def made() -> SigningKey:
    """A new key."""
    return SigningKey(Ed25519PrivateKey.generate())


def public_key(text: str) -> PublicKey:
    """The key that a did:key, its verification method or a Multikey's text names.

    Raises: ValueError if it names no Ed25519 key.
    """
    did, _, fragment = text.partition("#")
    name = did.removeprefix(DID_KEY)
    if fragment not in ("", name):
        raise ValueError("the fragment of a did:key is the key that it names")
    _decoded(name, _PUBLIC)
    return PublicKey(name)


def from_multibase(secret: str) -> SigningKey:
    """The key of a Multikey's ``secretKeyMultibase``. Raises: ValueError if it is none."""
    return SigningKey(Ed25519PrivateKey.from_private_bytes(_decoded(secret, _SECRET)))


def _decoded(text: str, prefix: bytes) -> bytes:
    content = multibase.decode(text)
    if not content.startswith(prefix) or len(content) != len(prefix) + _BYTES:
        raise ValueError("not an Ed25519 key")
    return content[len(prefix) :]


def load(path: Path, named: str) -> SigningKey:
    """The key in a file: PEM, or a Multikey as JSON or as its ``secretKeyMultibase`` alone.

    ``named`` is the setting or option that names the file. Of what the file holds nothing is told.
    Raises: BadParameter if it cannot be read, others than its owner may read it, or it is no
    Ed25519 key.
    """
    try:
        with path.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            content = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadParameter(named, f"{path}: {error.strerror or 'it cannot be read'}.") from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise BadParameter(
            named,
            f"{path} may be read or written by others than its owner: anyone who reads it can "
            f"issue credentials in your name. Close it with `chmod 600 {path}`.",
        )
    try:
        return _parsed(content)
    except ValueError as error:
        raise BadParameter(
            named,
            f"{path} holds no key to sign with: {error}. It takes an Ed25519 key as PEM "
            "(PKCS 8, not encrypted) or Multikey; `polku credential key FILE` makes one.",
        ) from None


def _parsed(content: bytes) -> SigningKey:
    """The key. Raises: ValueError, in words that tell nothing of the content."""
    text = content.strip()
    if len(content) > _MOST_BYTES:
        raise ValueError("it is too large for a key")
    if text.startswith(b"-----BEGIN"):
        return _pem(text)
    if text.startswith(b"{"):
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise ValueError("it is not JSON") from None
        secret = document.get("secretKeyMultibase")
        if not isinstance(secret, str):
            raise ValueError("it has no secretKeyMultibase")
        key = from_multibase(secret)
        if document.get("publicKeyMultibase", key.public.multibase) != key.public.multibase:
            raise ValueError("its publicKeyMultibase is another key's")
        return key
    try:
        return from_multibase(text.decode("ascii"))
    except UnicodeDecodeError:
        raise ValueError("it is not text") from None


def _pem(text: bytes) -> SigningKey:
    try:
        key = serialization.load_pem_private_key(text, password=None)
    except TypeError:
        raise ValueError("it is encrypted") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("it is no private key in PEM") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("it is a key of another kind than Ed25519")
    return SigningKey(key)


def write(key: SigningKey, path: Path) -> None:
    """Writes the key into a new file that its owner alone may read.

    Raises: BadParameter if there is such a file already: a key that signed is never replaced.
    """
    try:
        # The mode is the file's from its first moment, whatever the umask is.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadParameter(
            "FILE", f"{path} is there already. A key is never replaced: name a new file."
        ) from None
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(key.pem())
