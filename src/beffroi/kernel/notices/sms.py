"""SMS through a provider: the interface, the API of OVHcloud, and the one of the demonstration, read on a page.

The provider is chosen by BEFFROI_SMS_PROVIDER ("ovh", or nothing: then no SMS leaves). A message holds at most three
parts: it is written in the GSM alphabet (3GPP TS 23.038) where French allows it, and cut before its link if it is
longer.
"""

import hashlib
import json
import re
from typing import Protocol

import phonenumbers
import requests
from django.conf import settings

from beffroi.kernel.notices import mailbox

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmn"
    "opqrstuvwxyzäöñüà"
)
DOUBLE = set("^{}\\[~]|€")
PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "«": '"',
        "»": '"',
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "ê": "e",
        "ë": "e",
        "â": "a",
        "î": "i",
        "ï": "i",
        "ô": "o",
        "û": "u",
        "ç": "c",
        "œ": "oe",
        "À": "A",
        "È": "E",
        "Ê": "E",
        "Ô": "O",
        "Î": "I",
        "Â": "A",
    }
)
QUOTES = re.compile(r"«\s*|\s*»")
MOST_PARTS = 3
LINK = re.compile(r"https?://\S+$")
TIMEOUT = 15


class SmsRefused(Exception):
    """The provider will never accept this message (number, text, account): trying again is useless."""


class SmsProvider(Protocol):
    """Sends one text to one number in international form ("+33612345678"), or raises.

    Raises SmsRefused when it will never pass; any other error means that it may pass later.
    """

    def send(self, phone: str, text: str, *, key: str) -> None: ...


class OvhProvider:
    """The API of OVHcloud, https://eu.api.ovh.com/console/?section=%2Fsms: POST /sms/{service}/jobs.

    Each call is signed: "$1$" + SHA-1 of secret, consumer key, method, address, body and the time of the API.
    """

    def _call(self, method: str, path: str, body: dict | None = None) -> requests.Response:
        address = f"{settings.SMS_OVH_URL}{path}"
        content = json.dumps(body, ensure_ascii=False) if body else ""
        moment = requests.get(f"{settings.SMS_OVH_URL}/auth/time", timeout=TIMEOUT)
        moment.raise_for_status()
        time = moment.text.strip()
        parts = (settings.SMS_OVH_SECRET, settings.SMS_OVH_CONSUMER, method, address, content, time)
        signature = "$1$" + hashlib.sha1("+".join(parts).encode()).hexdigest()  # noqa: S324  the API imposes it
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Ovh-Application": settings.SMS_OVH_KEY,
            "X-Ovh-Consumer": settings.SMS_OVH_CONSUMER,
            "X-Ovh-Timestamp": time,
            "X-Ovh-Signature": signature,
        }
        return requests.request(method, address, data=content.encode(), headers=headers, timeout=TIMEOUT)

    def send(self, phone: str, text: str, *, key: str) -> None:
        body = {
            "charset": "UTF-8",
            "class": "phoneDisplay",
            "coding": "7bit" if is_gsm(text) else "8bit",
            "message": text,
            "noStopClause": True,
            "priority": "high",
            "receivers": [phone],
            "sender": settings.SMS_SENDER,
            "senderForResponse": False,
            "tag": key[:20],
            "validityPeriod": 1440,
        }
        answer = self._call("POST", f"/sms/{settings.SMS_OVH_SERVICE}/jobs", body)
        if answer.status_code in {400, 404, 409}:
            raise SmsRefused(f"OVH {answer.status_code}")
        answer.raise_for_status()
        if phone in answer.json().get("invalidReceivers", []):
            raise SmsRefused("numéro refusé par l’opérateur")


class DemoProvider:
    """Nothing leaves: the message is kept with the e-mails of the demonstration."""

    def send(self, phone: str, text: str, *, key: str) -> None:
        mailbox.keep(kind="sms", to=[phone], sender=settings.SMS_SENDER, subject="", text=text)


def provider() -> SmsProvider | None:
    """The provider of this installation; that of the demonstration wins in a demonstration."""
    if settings.DEMO:
        return DemoProvider()
    return OvhProvider() if settings.SMS_PROVIDER == "ovh" else None


def is_available() -> bool:
    """Can this installation send SMS at all?"""
    return provider() is not None


def international(phone: str) -> str:
    """A number as "+33612345678". Raises SmsRefused for one that is not a possible number."""
    try:
        number = phonenumbers.parse(phone, "FR")
    except phonenumbers.NumberParseException:
        raise SmsRefused("numéro impossible") from None
    if not phonenumbers.is_possible_number(number):
        raise SmsRefused("numéro impossible")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_gsm(text: str) -> bool:
    return all(character in GSM or character in DOUBLE for character in text)


def _room(text: str, parts: int) -> int:
    """How many characters (septets of GSM, or UTF-16 units) hold in so many parts."""
    single, several = (160, 153) if is_gsm(text) else (70, 67)
    return single if parts == 1 else several * parts


def _size(text: str) -> int:
    if is_gsm(text):
        return sum(2 if character in DOUBLE else 1 for character in text)
    return len(text.encode("utf-16-le")) // 2


def fitted(text: str) -> str:
    """The text as it leaves: in the GSM alphabet where possible, three parts at most, its link kept whole."""
    text = QUOTES.sub('"', text).translate(PLAIN)
    link = match.group() if (match := LINK.search(text)) else ""
    words = text.removesuffix(link).rstrip()
    while _size(f"{words} {link}".strip()) > _room(text, MOST_PARTS) and words:
        words = words[:-4].rstrip() + "..." if not words.endswith("...") else words[:-7].rstrip() + "..."
        if words == "...":
            words = ""
    return f"{words} {link}".strip()


def send(phone: str, text: str, *, key: str) -> None:
    """Send one text. Raises SmsRefused, or the error of the provider when it may pass later."""
    chosen = provider()
    if chosen is None:
        raise SmsRefused("aucun fournisseur de SMS")
    chosen.send(international(phone), fitted(text), key=key)
