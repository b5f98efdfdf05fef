"""An issuer's public keys: fetched from it alone, bounded in time, size and number, and kept.

Source: OpenID Connect Discovery 1.0; RFC 7517 (JSON Web Key).
"""

from __future__ import annotations

import json
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from app.addresses import is_safe

logger = logging.getLogger(__name__)

FLOOR_SECONDS: Final = 60.0
"""Between two attempts to fetch keys, whatever tokens say."""

FRESH_SECONDS: Final = 3_600.0
"""Age from which keys are fetched anew, so that one taken back is known to be."""

STALE_SECONDS: Final = 24 * 3_600.0
"""Age up to which keys go on being used while the issuer cannot be reached."""

FETCH_SECONDS: Final = 5.0
MOST_BYTES: Final = 2**18
MOST_KEYS: Final = 64

_LEAST_RSA_BITS: Final = 2048


class UnreachableError(Exception):
    """The issuer's keys could not be had; the reason is for the log and for who runs the service."""


class Keys:
    """The keys of one issuer; ``clock`` gives seconds."""

    def __init__(
        self, issuer: str, jwks: str = "", *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer = issuer
        self._jwks = jwks
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: Mapping[str, Mapping[str, Any]] = {}
        self._fetched = self._tried = float("-inf")

    def find(self, kid: str | None) -> Mapping[str, Any] | None:
        """The key of that id, the only key if no id is given; None if there is none.

        Raises: UnreachableError if there are no keys, or only stale ones, and none can be fetched.
        """
        found = self._chosen(kid)
        if found is None or self._clock() - self._fetched > FRESH_SECONDS:
            self._refresh()
            found = self._chosen(kid)
        if self._clock() - self._fetched > STALE_SECONDS:
            raise UnreachableError("no keys of the issuer could be fetched")
        return found

    def _chosen(self, kid: str | None) -> Mapping[str, Any] | None:
        keys = self._keys
        if kid is None:
            return next(iter(keys.values())) if len(keys) == 1 else None
        return keys.get(kid)

    def _refresh(self) -> None:
        """Fetches the keys, unless that was tried a moment ago; what is known stays if it fails."""
        # Whoever has keys goes on with them while another fetches.
        if not self._lock.acquire(blocking=not self._keys):
            return
        try:
            if self._clock() - self._tried < FLOOR_SECONDS:
                return
            self._tried = self._clock()
            self._keys = self._fetch()
            self._fetched = self._clock()
        except UnreachableError as error:
            logger.warning("issuer's keys not fetched", extra={"reason": str(error)})
        finally:
            self._lock.release()

    def _fetch(self) -> Mapping[str, Mapping[str, Any]]:
        where = self._jwks or self._discovered()
        if not is_safe(where):
            raise UnreachableError("the address of the keys is not https")
        listed = _document(where).get("keys")
        if not isinstance(listed, list) or len(listed) > MOST_KEYS:
            raise UnreachableError(f"the key set has no list of at most {MOST_KEYS} keys")
        found = {str(one.get("kid", "")): one for one in listed if _is_usable(one)}
        if not found:
            raise UnreachableError("the key set holds no key for signatures that can be used")
        return found

    def _discovered(self) -> str:
        document = _document(self._issuer.rstrip("/") + "/.well-known/openid-configuration")
        if document.get("issuer") != self._issuer:
            raise UnreachableError("the discovery document names another issuer")
        where = document.get("jwks_uri")
        if not isinstance(where, str) or not is_safe(where):
            raise UnreachableError("the discovery document names no https address of keys")
        if urlsplit(where)[:2] != urlsplit(self._issuer)[:2]:
            raise UnreachableError("the keys lie at another host; name it in POLKU_OIDC_JWKS")
        return where


def _is_usable(key: object) -> bool:
    """Whether it is a public key for signatures, of a size that holds."""
    if not isinstance(key, dict) or key.get("kty") not in ("RSA", "EC", "OKP"):
        return False
    if key.get("use", "sig") != "sig" or "d" in key:
        return False
    try:
        made = PyJWK(key).key
    except (PyJWTError, ValueError, TypeError, KeyError):
        return False
    return key["kty"] != "RSA" or int(made.key_size) >= _LEAST_RSA_BITS


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """None: a redirect is an error."""
        return


def _document(url: str) -> dict[str, Any]:
    """The JSON object at an address. Raises: UnreachableError."""
    if not is_safe(url):
        raise UnreachableError("the issuer's address is not https")
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if url.startswith("http:"):
        handlers.append(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + FETCH_SECONDS
    try:
        request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked
        with urllib.request.build_opener(*handlers).open(request, timeout=FETCH_SECONDS) as answer:
            content = b""
            while piece := answer.read1(2**16):
                content += piece
                if len(content) > MOST_BYTES or time.monotonic() > deadline:
                    raise UnreachableError(
                        f"the issuer sent over {MOST_BYTES} bytes, or too slowly"
                    )
        found = json.loads(content)
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise UnreachableError(
            f"the issuer did not answer as it should: {type(error).__name__}"
        ) from None
    if not isinstance(found, dict):
        raise UnreachableError("the issuer sent no JSON object")
    return found
