"""The public keys of an identity service (JWKS, RFC 7517), kept for an hour and read again when a new one appears."""

import jwt
import requests
from django.core.cache import cache

from beffroi.shared.accounts.oidc.errors import Rejected, Unavailable
from beffroi.shared.accounts.oidc.servers import Server

KEEP = 3600
TIMEOUT = 8
# An unknown key makes us read the list again, at most this often (seconds): a forged token must not flood the service.
PATIENCE = 60


def find(server: Server, header: dict) -> jwt.PyJWK:
    """The key that signed a token with this header. Raises Rejected when the service does not publish it."""
    kid, algorithm = header.get("kid"), header["alg"]
    if not kid:
        raise Rejected("kid")
    key = _pick(_published(server), kid, algorithm)
    if key is None and cache.add(_name(server, "patience"), True, PATIENCE):
        key = _pick(_published(server, fresh=True), kid, algorithm)
    if key is None:
        raise Rejected("kid")
    return key


def _name(server: Server, word: str) -> str:
    return f"oidc:{server.code}:{word}"


def _pick(published: list[dict], kid: str, algorithm: str) -> jwt.PyJWK | None:
    for entry in published:
        if entry.get("kid") == kid and entry.get("use", "sig") == "sig" and entry.get("alg", algorithm) == algorithm:
            return jwt.PyJWK(entry, algorithm=algorithm)
    return None


def _published(server: Server, *, fresh: bool = False) -> list[dict]:
    known = None if fresh else cache.get(_name(server, "keys"))
    if known is not None:
        return known
    try:
        answer = requests.get(server.address("jwks"), timeout=TIMEOUT, allow_redirects=False)
        answer.raise_for_status()
        published = [entry for entry in answer.json()["keys"] if isinstance(entry, dict)]
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise Unavailable(type(error).__name__) from error
    cache.set(_name(server, "keys"), published, KEEP)
    return published
