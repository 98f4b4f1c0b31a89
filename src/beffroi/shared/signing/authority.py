"""The seal of the installation: a certificate given by a real authority, or one made here, which says what it is.

`BEFFROI_SEAL_PKCS12` names the file of a real seal (PKCS #12) and `BEFFROI_SEAL_PASSWORD` opens it. Without it, an
authority is drawn at the first need in `seal.p12` of the installation's home (kept by the backups): what it signs
proves that a document has not changed since it left this installation, and is never « qualifié » (eIDAS, annex III).
"""

import datetime
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12, serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.crypto import salted_hmac

NAME = "seal.p12"
YEARS = 10


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
    path = Path(settings.HOME) / NAME
    password = salted_hmac("beffroi.signing.seal", NAME, algorithm="sha256").hexdigest().encode()
    if not path.exists():
        _draw(path, password)
    return _read(str(path), password, True)


@cache
def _read(path: str, password: bytes, is_own: bool) -> Seal:
    return Seal(Path(path).read_bytes(), password, is_own)


def _draw(path: Path, password: bytes) -> None:
    """Two processes may draw at once: the first file that is there wins."""
    content = make_pkcs12("Beffroi, cachet de cette installation", password)
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


def make_pkcs12(common_name: str, password: bytes) -> bytes:
    """A key, its certificate and the authority that gave it, made on the spot (RFC 5280)."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name("Beffroi, autorité non qualifiée")
    now = datetime.datetime.now(datetime.UTC)
    root = _certificate(root_name, root_key.public_key(), root_name, root_key, now, is_authority=True)
    leaf = _certificate(_name(common_name), key.public_key(), root_name, root_key, now, is_authority=False)
    return serialize_key_and_certificates(b"cachet", key, leaf, [root], BestAvailableEncryption(password))


def _certificate(subject, public_key, issuer, issuer_key, now, *, is_authority: bool) -> x509.Certificate:
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
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256())
