"""Which authorities are recognised, and what a certificate is worth by them.

`BEFFROI_TRUST` names a file or a folder of certificates (PEM or DER): the authorities that the operator recognises, for
signatures and for timestamps. Without it only the authority of this installation is known, which is not qualified.
« Qualifié » is said by the European list of trust alone (`lists`), where `BEFFROI_TRUST_LIST` has it read: what a
certificate says of itself (ETSI EN 319 412-5) proves nothing.
"""

import asyncio
import os
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils import timezone
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, NotYetValidError, PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

from beffroi.shared.signing import authority
from beffroi.shared.signing.levels import Refused, Strength
from beffroi.shared.signing.lists import judging

WAIT = 8  # seconds
QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
# ETSI EN 319 412-5: « this is a qualified certificate », « its key lies in a qualified device ».
QC_COMPLIANCE = bytes.fromhex("060604008e460101")
QC_SSCD = bytes.fromhex("060604008e460104")


def to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def recognised() -> tuple[tuple[x509.Certificate, ...], tuple[x509.Certificate, ...]]:
    """What the operator recognises: (roots, certificates between them and people)."""
    if not settings.TRUST:
        return (), ()
    base = Path(settings.TRUST)
    files = sorted(base.iterdir()) if base.is_dir() else [base]
    return _loaded(tuple((str(file), os.stat(file).st_mtime_ns) for file in files if file.is_file()))


@lru_cache(maxsize=2)
def _loaded(files: tuple[tuple[str, int], ...]) -> tuple[tuple[x509.Certificate, ...], tuple[x509.Certificate, ...]]:
    found: list[x509.Certificate] = []
    for name, _written in files:
        content = Path(name).read_bytes()
        if b"-----BEGIN CERTIFICATE" in content:
            found += x509.load_pem_x509_certificates(content)
        else:
            found.append(x509.load_der_x509_certificate(content))
    roots = tuple(one for one in found if one.subject == one.issuer)
    return roots, tuple(one for one in found if one not in roots)


def roots() -> list[x509.Certificate]:
    """All the authorities known: the operator's, then ours."""
    return [*recognised()[0], *authority.roots()]


def context(
    *,
    fetch: bool,
    strict: bool = False,
    others: Iterable[x509.Certificate] = (),
    moment: datetime | None = None,
) -> ValidationContext:
    """How certificates are judged. `fetch` = ask their authorities; `strict` = refuse what has no proof of validity."""
    return ValidationContext(
        trust_roots=[to_asn1(one) for one in roots()],
        other_certs=[to_asn1(one) for one in (*recognised()[1], *others)],
        crls=[authority.revocations()],
        allow_fetching=fetch,
        fetcher_backend=RequestsFetcherBackend(per_request_timeout=WAIT) if fetch else None,
        revocation_mode="require" if strict else "soft-fail",
        moment=moment,
    )


@dataclass(frozen=True)
class Worth:
    """What a certificate is worth, and the same in plain words, which say by which authority or by which list."""

    strength: Strength
    words: str


def worth_of(chain: tuple[x509.Certificate, ...], *, ask: bool = True) -> Worth:
    """What a certificate is worth: qualified by the European list, of a recognised authority, or neither. `ask` its
    authority whether it is revoked; not for a file that anybody sends, whose certificates name any address.

    Raises Refused when it has expired, is not valid yet, or is revoked by its authority.
    """
    consulted = judging.is_consulted()
    listed = _listed(chain, ask) if consulted else judging.Verdict()
    if listed.is_qualified and listed.signs and listed.on_device:
        return Worth(Strength.QUALIFIED, f"{listed.kind}, clé dans un dispositif qualifié, délivré par {listed.by}")
    known = _known(chain, ask)
    if listed.is_qualified and listed.signs:
        words = f"{listed.kind}, mais sa clé n’est pas dans un dispositif qualifié, délivré par {listed.by}"
        return Worth(Strength.ADVANCED, words)
    claims = "il se dit qualifié ; " if says_qualified(chain[0]) else ""
    said = "non qualifié d’après la liste européenne" if consulted else "liste européenne non consultée"
    if listed.is_qualified:
        said = f"{listed.kind} d’après la liste européenne, non de signature"
    return Worth(known, f"{WORTH[known]}, {claims}{said}")


def _listed(chain: tuple[x509.Certificate, ...], ask: bool) -> judging.Verdict:
    asked = {
        "allow_fetching": ask,
        "fetcher_backend": RequestsFetcherBackend(per_request_timeout=WAIT) if ask else None,
        "revocation_mode": "soft-fail",
    }
    with _said(chain[0]):
        return judging.judge(tuple(to_asn1(one) for one in chain), asked)
    return judging.Verdict()


def _known(chain: tuple[x509.Certificate, ...], ask: bool) -> Strength:
    """Advanced for a certificate whose chain leads to an authority that the operator recognises."""
    leaf, *above = chain
    validator = CertificateValidator(
        to_asn1(leaf),
        intermediate_certs=[to_asn1(one) for one in above],
        validation_context=context(fetch=ask and bool(recognised()[0])),
    )
    known = {one.public_bytes(Encoding.DER) for one in recognised()[0]}
    with _said(leaf):
        path = asyncio.run(validator.async_validate_usage(set()))
        return Strength.ADVANCED if path.first.dump() in known else Strength.SIMPLE
    return Strength.SIMPLE


@contextmanager
def _said(leaf: x509.Certificate):
    """What forbids a certificate to sign, told to the person; a chain that leads nowhere is left to the caller."""
    try:
        yield
    except RevokedError as fault:
        raise Refused("Ce certificat est révoqué par son autorité : il ne signe plus.") from fault
    except (ExpiredError, NotYetValidError) as fault:
        raise Refused("Ce certificat a expiré, ou ne vaut pas encore.") from fault
    except (ValidationError, PathError):
        _check_dates(leaf)


def _check_dates(leaf: x509.Certificate) -> None:
    if not leaf.not_valid_before_utc <= timezone.now() <= leaf.not_valid_after_utc:
        raise Refused("Ce certificat a expiré, ou ne vaut pas encore.")


def says_qualified(leaf: x509.Certificate) -> bool:
    """Does the certificate declare itself qualified, its key in a qualified device?"""
    try:
        statements = leaf.extensions.get_extension_for_oid(QC_STATEMENTS).value
    except x509.ExtensionNotFound:
        return False
    content = statements.value if isinstance(statements, x509.UnrecognizedExtension) else b""
    return QC_COMPLIANCE in content and QC_SSCD in content


def name_of(name: x509.Name) -> str:
    """How a person or an authority is called."""
    found = name.get_attributes_for_oid(x509.oid.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


WORTH = {
    Strength.SIMPLE: "autorité non reconnue ici",
    Strength.ADVANCED: "autorité reconnue par cette installation",
}
UNKNOWN = Worth(Strength.SIMPLE, WORTH[Strength.SIMPLE])
