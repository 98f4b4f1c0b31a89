"""What signs: the seal of the installation, a person's certificate file (PKCS #12), a key that stays in a module.

Neither a certificate file nor a PIN is kept. A key in a module (PKCS #11: HSM, token, SoftHSM) never leaves it: the
module signs. `BEFFROI_PKCS11_MODULE` names the library of the module.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.conf import settings
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.general import SigningError
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import SimpleSigner

from beffroi.shared.signing import authority
from beffroi.shared.signing.levels import Refused

WRONG_FILE = "Ce certificat ne s’ouvre pas : vérifiez le fichier et son mot de passe."
NO_MODULE = "Aucun module de clés n’est installé ici : demandez à l’administrateur."
# A module knows one session opened per program: a second PIN must wait for the first to have gone.
_module = threading.Lock()


@dataclass(frozen=True)
class SigningKey:
    """A key ready to sign. `signer` for PDF and CMS; `raw.sign(data, padding=, algorithm=)` for XML.

    `chain` = its certificate, then those above it. `is_seal` = the platform's own seal, that signs for an account.
    """

    signer: Any
    raw: Any
    chain: tuple[x509.Certificate, ...]
    is_seal: bool = False

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]


def seal_is_own() -> bool:
    """Is the seal one that this installation made for itself?"""
    return not settings.SEAL_PKCS11 and authority.seal().is_own


@contextmanager
def of_seal() -> Iterator[SigningKey]:
    """The seal of the installation; in a module when `BEFFROI_SEAL_PKCS11` names it (« jeton/clé »)."""
    if settings.SEAL_PKCS11:
        token, _slash, label = settings.SEAL_PKCS11.partition("/")
        with of_module(token, label, settings.SEAL_PASSWORD, is_seal=True) as key:
            yield key
        return
    seal = authority.seal()
    with of_file(seal.pkcs12, seal.password.decode(), is_seal=True) as key:
        yield key


@contextmanager
def of_file(pkcs12: bytes, password: str, *, is_seal: bool = False) -> Iterator[SigningKey]:
    """A PKCS #12 file (.p12, .pfx). Raises Refused when it does not open."""
    try:
        bundle = load_pkcs12(pkcs12, password.encode())
        signer = SimpleSigner.load_pkcs12_data(pkcs12, other_certs=[], passphrase=password.encode())
    except ValueError as fault:
        raise Refused(WRONG_FILE) from fault
    if signer is None or bundle.key is None or bundle.cert is None:
        raise Refused(WRONG_FILE)
    above = tuple(one.certificate for one in bundle.additional_certs)
    yield SigningKey(signer, bundle.key, (bundle.cert.certificate, *above), is_seal)


@contextmanager
def of_module(token: str, label: str, pin: str, *, is_seal: bool = False) -> Iterator[SigningKey]:
    """A key of a PKCS #11 module, by the name of its token and its own. Raises Refused, with the reason in plain words.

    The certificate has the same label as the key; those of the authorities lie in the token too, under any label.
    """
    if not settings.PKCS11_MODULE:
        raise Refused(NO_MODULE)
    with _module:
        try:
            wanted = TokenCriteria(label=token)
            session = open_pkcs11_session(settings.PKCS11_MODULE, token_criteria=wanted, user_pin=pin)
        except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.ArgumentsBad) as fault:
            raise Refused("Le code PIN n’est pas le bon.") from fault
        except pkcs11.PinLocked as fault:
            raise Refused("La clé est bloquée : trop de codes PIN faux.") from fault
        except (pkcs11.PKCS11Error, RuntimeError) as fault:
            raise Refused(f"La clé « {token} » ne répond pas : vérifiez qu’elle est branchée.") from fault
        try:
            yield _of_session(session, label, is_seal)
        except pkcs11.PKCS11Error as fault:
            raise Refused(f"La clé « {token} » a refusé de signer.") from fault
        finally:
            session.close()


def _of_session(session, label: str, is_seal: bool) -> SigningKey:
    signer = PKCS11Signer(session, cert_label=label, key_label=label, other_certs_to_pull=None)
    try:
        certificate = x509.load_der_x509_certificate(signer.signing_cert.dump())
        handle = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
    except (SigningError, pkcs11.PKCS11Error) as fault:
        raise Refused(f"Cette clé n’est pas dans le module : « {label} ».") from fault
    above = [x509.load_der_x509_certificate(one.dump()) for one in signer.cert_registry]
    chain = (certificate, *(one for one in above if one != certificate))
    return SigningKey(signer, _ModuleKey(handle, certificate), chain, is_seal)


class _ModuleKey:
    """Signs in the module what XML asks for, as a key of `cryptography` would."""

    def __init__(self, handle, certificate: x509.Certificate):
        self.handle, self.certificate = handle, certificate

    def public_key(self):
        return self.certificate.public_key()

    def sign(self, data: bytes, *, padding: PKCS1v15, algorithm: hashes.HashAlgorithm) -> bytes:
        """RSA, PKCS #1 v1.5 only: what XML signatures are made with here."""
        if not isinstance(padding, PKCS1v15):
            raise Refused("Ce module ne signe pas de cette façon.")
        wanted = {
            "sha256": pkcs11.Mechanism.SHA256_RSA_PKCS,
            "sha512": pkcs11.Mechanism.SHA512_RSA_PKCS,
        }[algorithm.name]
        return self.handle.sign(data, mechanism=wanted)
