"""Timestamps of the ledger (RFC 3161): by the service of BEFFROI_TSA_URL, else by the clock of this installation.

The internal one is a true token, which any tool of the RFC verifies; what it proves is only that this installation
said so at that time: « non qualifié » (eIDAS, articles 41 and 42), and the pages say it.
"""

import asyncio
import datetime
import hashlib
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from beffroi.shared.signing import authority, clocks

LOCAL = "Horloge de cette installation, non qualifiée"
ALGORITHM = "sha512"
T = TypeVar("T")


class Unavailable(Exception):
    """The timestamping service does not answer; the message is for the operator."""


@dataclass(frozen=True)
class Stamp:
    """A token (a ContentInfo, DER), who gave it, when; `is_local` = the clock of this installation."""

    token: bytes
    authority: str
    at: datetime.datetime
    is_local: bool


def _now(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine, whether or not a loop turns in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def digest_of(text: str) -> bytes:
    """The bytes that are timestamped for a digest written in hexadecimal: its SHA-512, as the RFC wants a hash."""
    return hashlib.sha512(text.encode()).digest()


def stamp(digest: bytes) -> Stamp:
    """Have a SHA-512 timestamped. Raises Unavailable."""
    is_local = not settings.TSA_URL
    clock = clocks.InternalClock() if is_local else clocks.clock()
    try:
        info = _now(clock.async_timestamp(digest, ALGORITHM))  # type: ignore[union-attr]
    except (OSError, TimestampRequestError) as fault:
        raise Unavailable(f"Le service d’horodatage ne répond pas : {fault}") from fault
    return Stamp(info.dump(), LOCAL if is_local else _name_of(info), _time(info), is_local)


def _time(info: cms.ContentInfo) -> datetime.datetime:
    return info["content"]["encap_content_info"]["content"].parsed["gen_time"].native


def _name_of(info: cms.ContentInfo) -> str:
    """The name that the service gives itself, else its address."""
    try:
        return (_certificate_of(info["content"]).subject.native.get("common_name") or settings.TSA_URL)[:200]
    except ValueError:
        return settings.TSA_URL[:200]


def fault_of(token: bytes, digest: bytes, *, is_local: bool) -> str:
    """What is wrong with a token over that digest; empty = it holds.

    The signature, the purpose of the certificate and the digest are judged; for the internal clock, the certificate
    must also be the one of this installation. No list of trusted authorities is consulted for the others.
    """
    try:
        info = cms.ContentInfo.load(token)
        signed = info["content"]
        certificate = _certificate_of(signed)
        if is_local and certificate.dump() != own_certificate():
            return "le jeton n’est pas de l’horloge de cette installation"
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False, moment=_time(info))
        status = _now(validate_tst_signed_data(signed, context, lambda algorithm: _imprint(algorithm, digest)))
    except (ValueError, TypeError, KeyError, SignatureValidationError, CMSExtractionError):
        return "le jeton d’horodatage est illisible"
    if not status["intact"]:
        return "le jeton d’horodatage est d’une autre empreinte"
    return "" if status["valid"] else "la signature du jeton d’horodatage n’est pas valable"


def own_certificate() -> bytes:
    """The certificate of the clock of this installation, in DER."""
    return authority.clock().certificates[0].public_bytes(Encoding.DER)


def _imprint(algorithm: str, digest: bytes) -> bytes:
    return digest if algorithm == ALGORITHM else b""


def _certificate_of(signed) -> asn1_x509.Certificate:
    """The certificate that signed, told by its number. Raises ValueError when the token does not carry it."""
    sid = signed["signer_infos"][0]["sid"].chosen
    for one in signed["certificates"]:
        certificate = one.chosen
        if certificate.issuer == sid["issuer"] and certificate.serial_number == sid["serial_number"].native:
            return certificate
    raise ValueError("certificate")
