"""What a certificate is worth by the lists that are kept: qualified or not, for what, on which device.

The rules of the lists (types, qualifiers, history) are read by pyHanko as ETSI TS 119 615 says; a case that it does not
know is never « qualifié ».
"""

import asyncio
import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.utils import timezone
from pyhanko.sign.validation.qualified.assess import QualificationAssessor
from pyhanko.sign.validation.qualified.q_status import QualifiedStatus
from pyhanko.sign.validation.qualified.tsp import QcCertType, TSPRegistry, TSPTrustManager
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError

from beffroi.shared.signing.lists.naming import TSL, name_digest
from beffroi.shared.signing.models import TrustedList, TrustedService

Kind = TrustedService.Kind
FOR = {
    QcCertType.QC_ESIGN: "certificat qualifié de signature",
    QcCertType.QC_ESEAL: "certificat qualifié de cachet",
    QcCertType.QC_WEB: "certificat qualifié d’authentification de site",
}


@dataclass(frozen=True)
class Verdict:
    """`is_qualified`; `signs` = for signatures or seals; `on_device` = its key lies in a qualified device; `kind` =
    what for, in words; `by` = the service that gave it, as the list names it, and of which State."""

    is_qualified: bool = False
    signs: bool = False
    on_device: bool = False
    kind: str = ""
    by: str = ""


def is_consulted() -> bool:
    """Are there lists that are worth something today? Without the setting, or once their dates are past, there are
    none, and nothing is said to be qualified."""
    return bool(settings.TRUST_LIST) and TrustedList.objects.national().fresh().exists()


@lru_cache(maxsize=32)
def _registry(fragments: tuple[str, ...]) -> TSPRegistry:
    """The services of these elements of lists whose signatures were verified when they were read."""
    from pyhanko.sign.validation.qualified.eutl_parse import trust_list_to_registry_unsafe  # half a second to import

    inside = "".join(fragments)
    whole = (
        f'<TrustServiceStatusList xmlns="{TSL}"><TrustServiceProviderList><TrustServiceProvider><TSPServices>{inside}'
        "</TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>"
    )
    return trust_list_to_registry_unsafe(whole)[0]


def _services(kind: str, chain) -> list[TrustedService]:
    names = {name_digest(one.issuer) for one in chain} | {name_digest(one.subject) for one in chain}
    found = TrustedService.objects.filter(kind=kind, names__overlap=sorted(names))
    return list(found.filter(source__in=TrustedList.objects.national().fresh()).select_related("source"))


def judge(chain: tuple, context: dict, *, moment: datetime | None = None) -> Verdict:
    """What the lists say of a certificate; `chain` = it, then those above that are known (asn1crypto). `context` = how
    its revocation is asked (see `trust.context`).

    Raises RevokedError. A certificate that leads to no service of the lists, or by no valid path, is not qualified.
    """
    services = _services(Kind.AUTHORITY, chain)
    if not services:
        return Verdict()
    registry = _registry(tuple(one.fragment for one in services))
    validation = ValidationContext(trust_manager=TSPTrustManager(registry), other_certs=list(chain[1:]), **context)
    validator = CertificateValidator(chain[0], intermediate_certs=list(chain[1:]), validation_context=validation)
    try:
        path = asyncio.run(validator.async_validate_usage(set()))
        found = QualificationAssessor(registry).check_entity_cert_qualified(path, moment or timezone.now())
    except RevokedError:
        raise
    except (PathError, ValidationError, RuntimeError, ValueError):
        return Verdict()
    status: QualifiedStatus = found.status
    if not status.qualified or found.service_definition is None:
        return Verdict()
    named = found.service_definition.base_info.service_name
    states = ", ".join(sorted({one.source.territory for one in services}))
    return Verdict(
        is_qualified=True,
        signs=status.qc_type in (QcCertType.QC_ESIGN, QcCertType.QC_ESEAL),
        on_device=status.qc_key_security.is_qscd,
        kind=FOR[status.qc_type],
        by=f"« {named} », liste {states}",
    )


def is_qualified_clock(certificate: x509.Certificate, as_asn1, at: datetime) -> bool:
    """Was a timestamp made by a qualified service of the lists, granted at that moment? `as_asn1` = the same
    certificate, for asn1crypto."""
    if not settings.TRUST_LIST:
        return False
    services = _services(Kind.CLOCK, (as_asn1,))
    registry = _registry(tuple(one.fragment for one in services)) if services else TSPRegistry()
    moment = at.astimezone(zoneinfo.ZoneInfo("UTC"))
    for authority in registry.known_timestamp_authorities:
        listed = x509.load_der_x509_certificate(authority.certificate.dump())
        granted = any(registry.applicable_service_definitions(authority, moment))
        if granted and (listed == certificate or _gave(listed, certificate)):
            return True
    return False


def _gave(listed: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(listed)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
