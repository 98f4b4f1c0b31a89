"""Public web services that an installation may use when it has the network, and never needs."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

AGENT = "Beffroi"


class Unreachable(Exception):
    """The service did not give a usable answer; the message, in French, says why."""


def get_json(url: str, parameters: dict[str, Any] | None = None, *, timeout: float, limit: int) -> Any:
    """The JSON answer of an HTTP service, read within `timeout` seconds and `limit` bytes.

    Raises Unreachable: no network, too slow, refused, too long or not JSON.
    """
    if not url.startswith(("https://", "http://")):
        raise Unreachable("l’adresse du service doit commencer par https://")
    if parameters:
        url = f"{url}?{urllib.parse.urlencode(parameters)}"
    request = urllib.request.Request(url, headers={"User-Agent": AGENT, "Accept": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            body = answer.read(limit + 1)
    except urllib.error.HTTPError as error:
        raise Unreachable(f"le service a répondu par l’erreur {error.code}") from error
    except TimeoutError as error:
        raise Unreachable("le service n’a pas répondu à temps") from error
    except (urllib.error.URLError, OSError) as error:
        raise Unreachable("le service n’est pas joignable (pas de réseau, ou un pare-feu)") from error
    if len(body) > limit:
        raise Unreachable("la réponse du service est trop longue")
    try:
        return json.loads(body)
    except ValueError as error:
        raise Unreachable("la réponse du service n’est pas du JSON") from error
