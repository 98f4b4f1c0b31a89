"""Timestamps (RFC 3161): from the service that BEFFROI_TSA_URL names, else from the clock of this server.

The local one is a true token, which any tool of the RFC verifies; what it proves is only that this installation said
so at that time: « non qualifié » (eIDAS, articles 41 and 42), and the pages say it.
"""

import asyncio
import datetime
import hashlib
import os
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from asn1crypto import cms, keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12, serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.utils.crypto import salted_hmac
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.timestamps import DummyTimeStamper, HTTPTimeStamper, TimeStamper, TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

NAME = "tsa.p12"
LOCAL = "Horloge de cette installation, non qualifiée"
POLICY = "1.3.6.1.4.1.99999.1"
YEARS = 20
ALGORITHM = "sha512"
T = TypeVar("T")


class Unavailable(Exception):
    """The timestamping service does not answer; the message is for the operator."""


@dataclass(frozen=True)
class Stamp:
    """A token (a ContentInfo, DER), who gave it, when; `is_local` = the clock of this server."""

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
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def stamp(digest: bytes) -> Stamp:
    """Have a SHA-512 timestamped. Raises Unavailable."""
    is_local = not settings.TSA_URL
    try:
        info = _now(_stamper().async_timestamp(digest, ALGORITHM))
    except (OSError, TimestampRequestError) as fault:
        raise Unavailable(f"Le service d’horodatage ne répond pas : {fault}") from fault
    return Stamp(info.dump(), LOCAL if is_local else _signer(info), _time(info), is_local)


def _time(info: cms.ContentInfo) -> datetime.datetime:
    return info["content"]["encap_content_info"]["content"].parsed["gen_time"].native


def _signer(info: cms.ContentInfo) -> str:
    certificates = info["content"]["certificates"]
    names = [one.chosen.subject.native.get("common_name", "") for one in certificates if one.name == "certificate"]
    return next((name for name in names if name), settings.TSA_URL)[:200]


def fault_of(token: bytes, digest: bytes, *, is_local: bool) -> str:
    """What is wrong with a token over that digest; empty = it holds.

    The signature, the purpose of the certificate and the digest are judged; for the local clock, the certificate must
    also be the one of this installation. No list of trusted authorities is consulted for the others.
    """
    try:
        info = cms.ContentInfo.load(token)
        signed = info["content"]
        certificate = _certificate_of(signed)
        if is_local and certificate.dump() != _own().dump():
            return "le jeton n’est pas de l’horloge de cette installation"
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False, moment=_time(info))
        status = _now(validate_tst_signed_data(signed, context, lambda algorithm: _imprint(algorithm, digest)))
    except (ValueError, TypeError, KeyError, SignatureValidationError, CMSExtractionError):
        return "le jeton d’horodatage est illisible"
    if not status["intact"]:
        return "le jeton d’horodatage est d’une autre empreinte"
    return "" if status["valid"] else "la signature du jeton d’horodatage n’est pas valable"


def _imprint(algorithm: str, digest: bytes) -> bytes:
    return digest if algorithm == ALGORITHM else b""


def _certificate_of(signed) -> asn1_x509.Certificate:
    """The certificate that signed, told by its number."""
    sid = signed["signer_infos"][0]["sid"].chosen
    for one in signed["certificates"]:
        certificate = one.chosen
        if certificate.issuer == sid["issuer"] and certificate.serial_number == sid["serial_number"].native:
            return certificate
    raise ValueError("certificate")


class _Local(DummyTimeStamper):
    """The clock of this server, in UTC."""

    def _build_tst_info(self, message_imprint, dt, req):
        built = super()._build_tst_info(message_imprint, dt, req)
        built["policy"] = tsp.ObjectIdentifier(POLICY)
        return built

    def request_tsa_response(self, req):
        self.fixed_dt = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        return super().request_tsa_response(req)


def _stamper() -> TimeStamper:
    if settings.TSA_URL:
        return HTTPTimeStamper(settings.TSA_URL, timeout=20)
    bundle = _bundle()
    key = bundle.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[union-attr]
    return _Local(_own(), keys.PrivateKeyInfo.load(key))


def _own() -> asn1_x509.Certificate:
    """The certificate of the local clock."""
    return asn1_x509.Certificate.load(_bundle().cert.certificate.public_bytes(Encoding.DER))  # type: ignore[union-attr]


def _bundle():
    path = Path(settings.HOME) / NAME
    password = salted_hmac("beffroi.archives.tsa", NAME, algorithm="sha256").hexdigest().encode()
    if not path.exists():
        _draw(path, password)
    return _read(str(path), password)


@cache
def _read(path: str, password: bytes):
    return load_pkcs12(Path(path).read_bytes(), password)


def _draw(path: Path, password: bytes) -> None:
    """Make the key of the local clock; of two processes that draw at once, the first file that is there wins."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOCAL)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    content = serialize_key_and_certificates(b"horloge", key, certificate, None, BestAvailableEncryption(password))
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def digest_of(text: str) -> bytes:
    """The bytes that are timestamped for a digest written in hexadecimal: its SHA-512, as the RFC wants a hash."""
    return hashlib.sha512(text.encode()).digest()
