"""The quotient familial, asked of the CAF or the MSA through API Particulier v3.

Source: the OpenAPI document of API Particulier, `/v3/dss/quotient_familial/identite` and `…/france_connect`. Only the
quotient, its month and the fund are kept from the answer: neither the members of the family nor their address
(RGPD, art. 5.1.c). Settings: `BEFFROI_PARTICULIER_TOKEN`, and `BEFFROI_PARTICULIER_URL` for the sandbox.
"""

import datetime
import time
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings

from beffroi.kernel import limits

IDENTITY = "/v3/dss/quotient_familial/identite"
FRANCE_CONNECT = "/v3/dss/quotient_familial/france_connect"
TIMEOUT = (5, 15)
A_SECOND = 20  # what the service accepts
TRIES = 3
FRANCE = "99100"
PROVIDERS = {"CNAF": "CAF", "MSA": "MSA"}


@dataclass(frozen=True)
class Answer:
    """The quotient in euros, the month for which it is good, and the fund that gave it (CAF or MSA)."""

    value: int
    month: datetime.date
    provider: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What finds a file: the civil status of the person who receives the benefits. Place of birth: INSEE codes."""

    last_name: str
    first_names: tuple[str, ...]
    sex: str
    birth_date: datetime.date
    country: str = FRANCE
    commune: str = ""
    used_name: str = ""

    def parameters(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "nomNaissance": self.last_name,
            "prenoms[]": list(self.first_names[:3]),
            "sexeEtatCivil": self.sex,
            "codeCogInseePaysNaissance": self.country,
            "anneeDateNaissance": self.birth_date.year,
            "moisDateNaissance": self.birth_date.month,
            "jourDateNaissance": self.birth_date.day,
        }
        if self.used_name and self.used_name != self.last_name:
            found["nomUsage"] = self.used_name
        if self.country == FRANCE:
            found["codeCogInseeCommuneNaissance"] = self.commune
        return found


class Failure(Exception):
    """The quotient could not be had. `words` is for the person; `again` = trying later may do."""

    words = "Le quotient n’a pas pu être demandé."
    again = False

    def __init__(self, code: str = "", words: str = ""):
        super().__init__(code or self.words)
        self.code, self.words = code, words or self.words


class NotConfigured(Failure):
    words = "L’accès à API Particulier n’est pas réglé : entrez le quotient d’après un justificatif."


class Forbidden(Failure):
    """401, 403: the key of the body is wrong, out of date or too narrow."""

    words = "API Particulier refuse notre accès : prévenez l’administrateur, et entrez le quotient d’un justificatif."


class Unknown(Failure):
    """404: neither the CAF nor the MSA knows this person under this civil status."""

    words = "Ni la CAF ni la MSA ne trouve ce dossier : vérifiez l’état civil, ou donnez un justificatif."


class BadIdentity(Failure):
    """400, 422: something that was sent is not written as it must be."""

    words = "L’état civil n’est pas accepté : vérifiez les noms, la date et le lieu de naissance."


class Busy(Failure):
    """409, 429: the same question is being answered, or too many were asked."""

    words = "Trop de demandes en même temps : réessayez dans une minute."
    again = True


class Unavailable(Failure):
    """502, 504, or no answer at all."""

    words = "La CAF ou la MSA ne répond pas : réessayez plus tard, ou donnez un justificatif."
    again = True


KINDS: dict[int, type[Failure]] = {
    400: BadIdentity,
    401: Forbidden,
    403: Forbidden,
    404: Unknown,
    409: Busy,
    422: BadIdentity,
    429: Busy,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def by_identity(identity: Identity, *, recipient: str, month: datetime.date | None = None) -> Answer:
    """The quotient of a civil status; `recipient` = SIRET of the body. Raises Failure."""
    return _ask(IDENTITY, identity.parameters(), recipient, month, settings.PARTICULIER_TOKEN)


def by_france_connect(token: str, *, recipient: str, month: datetime.date | None = None) -> Answer:
    """The same for a person who has just signed in by FranceConnect: their access token. Raises Failure."""
    return _ask(FRANCE_CONNECT, {}, recipient, month, token)


def _ask(path: str, parameters: dict, recipient: str, month: datetime.date | None, token: str) -> Answer:
    if not token:
        raise NotConfigured()
    parameters = parameters | {"recipient": recipient}
    if month is not None:
        parameters |= {"annee": month.year, "mois": month.month}
    for left in reversed(range(TRIES)):
        _wait_turn()
        try:
            return _once(path, parameters, token)
        except Busy as busy:
            if not left or busy.code == "00429":
                raise
            time.sleep(1)
    raise Busy()


def _wait_turn() -> None:
    """Never more than twenty questions a second, all machines together."""
    for _try in range(TRIES * 10):
        try:
            limits.limit_key("childcare.particulier", "all", most=A_SECOND, seconds=1)
        except limits.TooMany:
            time.sleep(0.2)
        else:
            return
    raise Busy("throttle")


def _once(path: str, parameters: dict, token: str) -> Answer:
    try:
        answer = requests.get(
            settings.PARTICULIER_URL.rstrip("/") + path,
            params=parameters,
            timeout=TIMEOUT,
            allow_redirects=False,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        )
    except requests.RequestException as error:
        raise Unavailable(type(error).__name__) from error
    try:
        content = answer.json()
    except ValueError:
        content = {}
    if answer.status_code != 200:
        raise _failure(answer.status_code, content)
    try:
        found = content["data"]["quotient_familial"]
        return Answer(
            int(found["valeur"]),
            datetime.date(int(found["annee"]), int(found["mois"]), 1),
            PROVIDERS[found["fournisseur"]],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable("réponse illisible") from error


def _failure(status: int, content: Any) -> Failure:
    """The documented error, with the fault that the service names; nothing of what was sent."""
    errors = content.get("errors") if isinstance(content, dict) else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    kind = KINDS.get(status, Unavailable)
    words = ""
    if kind is BadIdentity and first.get("detail"):
        words = f"{kind.words} ({first['detail']})"
    return kind(str(first.get("code") or status), words)
