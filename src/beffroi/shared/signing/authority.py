"""The seal of the installation: a certificate given by a real authority, or one made here, which says what it is.

`BEFFROI_SEAL_PKCS12` names the file of a real seal (PKCS #12) and `BEFFROI_SEAL_PASSWORD` opens it. Without it, an
authority is drawn at the first need in the installation's home (kept by the backups): `autorite.p12`, which gives
`cachet.p12` (the seal) and `horodatage.p12` (internal timestamping), and says that none is revoked. What they sign
proves that a document has not changed since it left this installation, and is never « qualifié » (eIDAS, annex III).
"""

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12, serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

ROOT, SEAL, CLOCK = "autorite.p12", "cachet.p12", "horodatage.p12"
FORMER = "seal.p12"  # seals drawn before the authority was kept: what they sealed is still recognised
YEARS = 10
BITS = 3072  # ANSSI, guide des mécanismes cryptographiques: RSA of 3,072 bits at least from 2030 on
HOUR = 3600


@dataclass(frozen=True)
class Seal:
    """A key with its certificate, as PKCS #12. `is_own` = made here."""

    pkcs12: bytes
    password: bytes
    is_own: bool

    @property
    def certificates(self) -> list[x509.Certificate]:
        """The certificate of the seal, then those above it."""
        bundle = load_pkcs12(self.pkcs12, self.password)
        return [one.certificate for one in (bundle.cert, *bundle.additional_certs) if one is not None]


def seal() -> Seal:
    """The seal of this installation."""
    if settings.SEAL_PKCS12:
        return _read(settings.SEAL_PKCS12, settings.SEAL_PASSWORD.encode(), False)
    return _own(SEAL, lambda: _given("Beffroi, cachet de cette installation"))


def clock() -> Seal:
    """What the internal timestamping signs with (RFC 3161)."""
    return _own(CLOCK, lambda: _given("Beffroi, horodatage de cette installation", is_clock=True))


def root() -> Seal:
    """The authority of this installation, with its key."""
    return _own(ROOT, _root)


def own_certificates() -> list[x509.Certificate]:
    """Those with which this installation seals or sealed: the present seal, and the one drawn before."""
    found = [seal().certificates[0]]
    path = Path(settings.HOME) / FORMER
    if path.exists():
        found.append(_read(str(path), _password(FORMER), True).certificates[0])
    return found


def roots() -> list[x509.Certificate]:
    """The authorities of this installation, that nobody else recognises."""
    found = [root().certificates[0]]
    path = Path(settings.HOME) / FORMER
    if path.exists():
        found += _read(str(path), _password(FORMER), True).certificates[1:]
    return found


def revocations(now: datetime.datetime | None = None) -> bytes:
    """What the authority of this installation says of its certificates: none is revoked (CRL, RFC 5280), in DER."""
    return _revocations(root(), int((now or timezone.now()).timestamp()) // HOUR)


@lru_cache(maxsize=4)
def _revocations(own: Seal, hour: int) -> bytes:
    bundle = load_pkcs12(own.pkcs12, own.password)
    start = datetime.datetime.fromtimestamp(hour * HOUR, datetime.UTC) - datetime.timedelta(minutes=1)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(bundle.cert.certificate.subject)
        .last_update(start)
        .next_update(start + datetime.timedelta(days=7))
        .add_extension(x509.CRLNumber(hour), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(bundle.key.public_key()), critical=False)
    )
    return builder.sign(bundle.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _password(name: str) -> bytes:
    return salted_hmac("beffroi.signing.seal", name, algorithm="sha256").hexdigest().encode()


class _Drawn(NamedTuple):
    """A key just drawn, its certificate, those above."""

    key: Any
    certificate: x509.Certificate
    above: list[x509.Certificate]


def _own(name: str, make: Callable[[], _Drawn]) -> Seal:
    path = Path(settings.HOME) / name
    password = _password(name)
    if not path.exists():
        _draw(path, _pack(make(), password))
    return _read(str(path), password, True)


@cache
def _read(path: str, password: bytes, is_own: bool) -> Seal:
    return Seal(Path(path).read_bytes(), password, is_own)


def _draw(path: Path, content: bytes) -> None:
    """Two processes may draw at once: the first file that is there wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pack(drawn: _Drawn, password: bytes) -> bytes:
    return serialize_key_and_certificates(
        b"cachet", drawn.key, drawn.certificate, drawn.above, BestAvailableEncryption(password)
    )


def _root() -> _Drawn:
    key, name = rsa.generate_private_key(65537, BITS), _name("Beffroi, autorité non qualifiée")
    return _Drawn(key, _certificate(name, key.public_key(), name, key, kind="authority"), [])


def _given(common_name: str, *, is_clock: bool = False) -> _Drawn:
    """A key and its certificate, given by the authority of this installation."""
    own = root()
    bundle = load_pkcs12(own.pkcs12, own.password)
    issuer, key = bundle.cert.certificate, rsa.generate_private_key(65537, BITS)
    kind = "clock" if is_clock else "seal"
    leaf = _certificate(_name(common_name), key.public_key(), issuer.subject, bundle.key, kind=kind)
    return _Drawn(key, leaf, [issuer])


def _certificate(subject, public_key, issuer, issuer_key, *, kind: str) -> x509.Certificate:
    is_authority = kind == "authority"
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    years = 2 * YEARS if is_authority else YEARS
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if kind == "clock":
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())
