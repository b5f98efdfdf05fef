"""Access tokens of an OpenID Connect issuer: whose they are, and what role they give.

Source: RFC 7519, RFC 8725 (best practices: algorithms listed, audience and issuer checked),
RFC 9068.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import jwt
from jwt import PyJWK

from app.api.errors import Unauthorized
from app.api.jwks import Keys, UnreachableError
from app.api.security import Own, Role, TokenStore, thing_of
from app.errors import Busy
from app.settings import Settings
from loaders.identifiers import orcid
from ontology.iris import Minter

ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
"""Signatures that are taken: by a private key, so that our knowing the public one gives nothing."""

LEEWAY_SECONDS: Final = 30
MOST_CHARACTERS: Final = 2**14
_TYPES: Final = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})


class Oidc:
    """The access tokens of one issuer, for one audience."""

    def __init__(self, settings: Settings, keys: Keys | None = None) -> None:
        self._issuer = settings.oidc_issuer
        self._audience = settings.oidc_audience
        self._claim = settings.oidc_roles_claim
        self._orcid_claim = settings.oidc_orcid_claim
        self._courses_claim = settings.oidc_courses_claim
        self._iris = Minter(settings.base)
        self._roles = {name: Role[role] for name, role in settings.oidc_roles.items()}
        self._keys = keys or Keys(settings.oidc_issuer, settings.oidc_jwks)

    def holder(self, token: str) -> tuple[str, Role]:
        """Who holds a valid token, as a hash, and their role.

        Raises: Unauthorized, which says why; Busy if the issuer's keys cannot be had.
        """
        claims = self._claims(token)
        named = hashlib.sha256(f"{self._issuer}\n{claims['sub']}".encode()).hexdigest()[:12]
        return f"oidc-{named}", self._role(claims)

    def own(self, token: str) -> Own | None:
        """What the holder of a valid token decides on; None where no claim says so.

        Raises: as ``holder``.
        """
        claims = self._claims(token)
        stated = _at(claims, self._orcid_claim)
        identifier = orcid(stated) if isinstance(stated, str) else None
        stated = _at(claims, self._courses_claim)
        if identifier is None and stated is None:
            return None
        things = (thing_of(one, self._iris) for one in _listed(stated))
        return Own(identifier or "", frozenset(one for one in things if one is not None))

    def _claims(self, token: str) -> Mapping[str, Any]:
        if len(token) > MOST_CHARACTERS:
            raise Unauthorized(f"The access token is longer than {MOST_CHARACTERS} characters.")
        try:
            head = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise Unauthorized("The token is no JSON Web Token.") from None
        algorithm, kid = head.get("alg"), head.get("kid")
        if algorithm not in ALGORITHMS:
            raise Unauthorized(f"The access token must be signed with {', '.join(ALGORITHMS)}.")
        if "crit" in head or str(head.get("typ", "")).lower() not in _TYPES:
            raise Unauthorized("The token is no plain access token.")
        return self._verified(token, str(algorithm), kid if isinstance(kid, str) else None)

    def _verified(self, token: str, algorithm: str, kid: str | None) -> Mapping[str, Any]:
        try:
            key = self._keys.find(kid)
        except UnreachableError:
            raise Busy(
                "The keys of the token's issuer cannot be fetched at the moment.", retry_after=60
            ) from None
        if key is None or key.get("alg", algorithm) != algorithm:
            raise Unauthorized(
                "The access token is signed with a key that its issuer does not have."
            )
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                PyJWK(dict(key), algorithm=algorithm),
                algorithms=[algorithm],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthorized("The access token has expired.") from None
        except jwt.ImmatureSignatureError:
            raise Unauthorized("The access token is not valid yet.") from None
        except jwt.InvalidAudienceError:
            raise Unauthorized("The access token is for another audience.") from None
        except jwt.InvalidIssuerError:
            raise Unauthorized("The access token is of another issuer.") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise Unauthorized("The access token is not valid: signature or claims.") from None
        return claims

    def _role(self, claims: Mapping[str, Any]) -> Role:
        """The greatest role that the claim gives; reader if it gives none."""
        named = _listed(_at(claims, self._claim))
        return max((self._roles[one] for one in named if one in self._roles), default=Role.reader)


class Bearers(TokenStore):
    """API tokens, and access tokens of the issuer that the settings name."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.data / "tokens.db")
        self._oidc = Oidc(settings) if settings.oidc_issuer else None

    def role(self, token: str) -> Role | None:
        """The role of a valid token; None of one that is unknown.

        Raises: Unauthorized, Busy as ``Oidc.holder``.
        """
        if self._oidc is not None and _is_jwt(token):
            return self._oidc.holder(token)[1]
        return super().role(token)

    def holder(self, token: str) -> tuple[str, Role] | None:
        """A valid token's holder and role; None of any other."""
        if self._oidc is not None and _is_jwt(token):
            try:
                return self._oidc.holder(token)
            except (Unauthorized, Busy):
                return None
        return super().holder(token)

    def own(self, token: str) -> Own | None:
        """What the holder of a valid token decides on; None where it is everything."""
        if self._oidc is not None and _is_jwt(token):
            return self._oidc.own(token)
        return super().own(token)

    def any(self) -> bool:
        """Whether any token can be valid."""
        return self._oidc is not None or super().any()


def _at(claims: Mapping[str, Any], path: str) -> object:
    """What stands in claims at a path; dots lead into objects; None where nothing does."""
    value: object = claims
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _listed(value: object) -> list[str]:
    """The words of a string, or of a list."""
    stated = value.split() if isinstance(value, str) else value
    return [one for one in stated if isinstance(one, str)] if isinstance(stated, list) else []


def _is_jwt(token: str) -> bool:
    return not token.startswith("polku_") and token.count(".") == 2
