"""Speaks OpenID Connect (authorization code flow) with one identity service.

Sources: OpenID Connect Core 1.0 §3.1, RP-Initiated Logout 1.0, RFC 7636 (PKCE), and the partner documentation of
FranceConnect v2 and ProConnect: state and nonce of 32 characters at least, userinfo as a signed JWT, no parameter
beyond those they list.
"""

import base64
import hashlib
import secrets
from urllib.parse import urlencode

import jwt
import requests

from beffroi.shared.accounts.oidc import keys
from beffroi.shared.accounts.oidc.errors import Rejected, Unavailable
from beffroi.shared.accounts.oidc.servers import Server

TIMEOUT = 8
LEEWAY = 30


def random_word() -> str:
    """Used as state, nonce and PKCE verifier: 43 characters that nobody can guess."""
    return secrets.token_urlsafe(32)


def authorization_url(
    server: Server, *, redirect_uri: str, state: str, nonce: str, verifier: str = "", more: tuple[str, ...] = ()
) -> str:
    """Where to send the person so that they sign in there; `more` = scopes beside the usual ones."""
    parameters = {
        "response_type": "code",
        "client_id": server.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join((*server.scopes, *more)),
        "state": state,
        "nonce": nonce,
    }
    if server.acr_values:
        parameters["acr_values"] = server.acr_values
    if server.pkce:
        digest = hashlib.sha256(verifier.encode()).digest()
        parameters["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        parameters["code_challenge_method"] = "S256"
    return f"{server.address('authorize')}?{urlencode(parameters)}"


def logout_url(server: Server, *, id_token: str, state: str, return_to: str) -> str:
    """Where to send the person so that their session ends there too."""
    parameters = {"id_token_hint": id_token, "state": state, "post_logout_redirect_uri": return_to}
    return f"{server.address('session/end')}?{urlencode(parameters)}"


def identity(server: Server, *, code: str, redirect_uri: str, nonce: str, verifier: str = "") -> tuple[dict, str]:
    """Exchange the code for the person's claims; returns (claims, id_token).

    Raises Rejected when anything that was signed does not hold, Unavailable when the service does not answer.
    """
    claims, tokens = _proved(server, code=code, redirect_uri=redirect_uri, nonce=nonce, verifier=verifier)
    return claims, tokens["id_token"]


def granted(server: Server, *, code: str, redirect_uri: str, nonce: str, verifier: str = "") -> tuple[dict, str]:
    """The same for what the person lets us read: (claims, access token). The token lives for a minute."""
    claims, tokens = _proved(server, code=code, redirect_uri=redirect_uri, nonce=nonce, verifier=verifier)
    return claims, tokens["access_token"]


def _proved(server: Server, *, code: str, redirect_uri: str, nonce: str, verifier: str) -> tuple[dict, dict]:
    tokens = _tokens(server, code=code, redirect_uri=redirect_uri, verifier=verifier)
    proof = verified(server, tokens["id_token"])
    if not secrets.compare_digest(str(proof.get("nonce", "")), nonce):
        raise Rejected("nonce")
    if server.levels and proof.get("acr") not in server.levels:
        raise Rejected("acr")
    claims = verified(server, _userinfo(server, tokens["access_token"]), expires=False)
    if claims["sub"] != proof["sub"]:
        raise Rejected("sub")
    return claims, tokens


def verified(server: Server, token: str, *, expires: bool = True) -> dict:
    """The claims of a token, once its signature, issuer, audience and dates are known to be good.

    `expires` requires an expiry date; without it a date is still checked when there is one.
    """
    required = ["iss", "aud", "sub", "exp", "iat"] if expires else ["iss", "aud", "sub"]
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in server.algorithms:
            raise Rejected("alg")
        claims = jwt.decode(
            token,
            key=keys.find(server, header),
            algorithms=list(server.algorithms),
            audience=server.client_id,
            issuer=server.url,
            leeway=LEEWAY,
            options={"require": required},
        )
    except jwt.PyJWTError as error:
        raise Rejected(type(error).__name__) from error
    if not isinstance(claims["aud"], str) and claims.get("azp") != server.client_id and len(claims["aud"]) > 1:
        raise Rejected("azp")
    return claims


def _tokens(server: Server, *, code: str, redirect_uri: str, verifier: str) -> dict:
    body = {
        "grant_type": "authorization_code",
        "client_id": server.client_id,
        "client_secret": server.client_secret,
        "redirect_uri": redirect_uri,
        "code": code,
    }
    if server.pkce:
        body["code_verifier"] = verifier
    answer = _ask("POST", server.address("token"), data=body)
    try:
        tokens = answer.json()
        return {"id_token": str(tokens["id_token"]), "access_token": str(tokens["access_token"])}
    except (ValueError, KeyError, TypeError) as error:
        raise Rejected("token") from error


def _userinfo(server: Server, access_token: str) -> str:
    answer = _ask("GET", server.address("userinfo"), headers={"Authorization": f"Bearer {access_token}"})
    if not answer.headers.get("Content-Type", "").startswith("application/jwt"):
        raise Rejected("userinfo")
    return answer.text.strip()


def _ask(method: str, url: str, **options) -> requests.Response:
    try:
        answer = requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, **options)
    except requests.RequestException as error:
        raise Unavailable(type(error).__name__) from error
    if answer.status_code >= 500:
        raise Unavailable(str(answer.status_code))
    if answer.status_code != 200:
        raise Rejected(str(answer.status_code))
    return answer
