"""Fetch the European list of trust and keep what it says: each list whole, once its signature is verified, or not.

A service that does not answer, a list that is damaged, older than the one kept or signed by somebody else changes
nothing: what was read before stays, with the reason, until its own date.
"""

import logging
from pathlib import Path
from urllib.parse import urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.signing.levels import Refused
from beffroi.shared.signing.lists import reading
from beffroi.shared.signing.models import TrustedList, TrustedService

log = logging.getLogger("beffroi.signing")

WAIT = 20  # seconds, for each answer of a service
LARGEST = 40 * 1024 * 1024
CHUNK = 256 * 1024


def refresh_lists(*, actor=None) -> tuple[int, int]:
    """Read the list of the lists, then those of the States: (read, failed). Records "signing.trusted_list" for each
    that is new. Without the setting, nothing is done."""
    if not settings.TRUST_LIST:
        return 0, 0
    kept, _created = TrustedList.objects.get_or_create(
        territory=TrustedList.ALL, defaults={"address": settings.TRUST_LIST}
    )
    kept.address = settings.TRUST_LIST
    try:
        head, root = reading.verified(_fetch(settings.TRUST_LIST), _signers(kept))
        pointers = reading.pointers(root)
        _check(head, kept, reading.OF_LISTS)
    except Refused as refusal:
        _fail(kept, refusal)
        return 0, 1
    own = next((one.signers for one in pointers if one.territory == TrustedList.ALL), ())
    kept.signers = "".join(one.public_bytes(Encoding.PEM).decode() for one in own) or kept.signers
    _keep(kept, head, [], actor)
    read, failed = 1, 0
    for pointer in pointers:
        wanted = not settings.TRUST_LIST_STATES or pointer.territory in settings.TRUST_LIST_STATES
        if pointer.territory != TrustedList.ALL and wanted:
            done = _refresh_state(pointer, actor)
            read, failed = read + done, failed + (not done)
    return read, failed


def _refresh_state(pointer: reading.Pointer, actor) -> bool:
    kept, _created = TrustedList.objects.get_or_create(
        territory=pointer.territory, defaults={"address": pointer.address}
    )
    kept.address = pointer.address
    try:
        head, root = reading.verified(_fetch(pointer.address), pointer.signers)
        _check(head, kept, reading.NATIONAL)
        services = reading.services(root)
    except Refused as refusal:
        _fail(kept, refusal)
        return False
    _keep(kept, head, services, actor)
    return True


def _signers(kept: TrustedList) -> tuple[x509.Certificate, ...]:
    """Who may sign the list of the lists: those of the setting or of the Official Journal, and those that the last one
    named, for its signers change from time to time."""
    if settings.TRUST_LIST_SIGNERS:
        anchors = x509.load_pem_x509_certificates(Path(settings.TRUST_LIST_SIGNERS).read_bytes())
    else:
        from pyhanko.sign.validation.qualified.eutl_parse import latest_known_lotl_tlso_certs  # slow to import

        anchors = [x509.load_der_x509_certificate(one.dump()) for one in latest_known_lotl_tlso_certs()]
    later = x509.load_pem_x509_certificates(kept.signers.encode()) if kept.signers else []
    return (*anchors, *later)


def _check(head: reading.Head, kept: TrustedList, kind: str) -> None:
    """Raises Refused for a list of another kind or place, past its date, or older than the one that is kept."""
    if head.kind != kind or head.territory != kept.territory:
        raise Refused("Ce n’est pas la liste attendue à cette adresse.")
    if head.next_update is None or head.next_update <= timezone.now():
        raise Refused("Cette liste n’est plus à jour : sa date est passée.")
    if head.sequence < kept.sequence:
        raise Refused(f"Cette liste est plus ancienne (n° {head.sequence}) que celle gardée (n° {kept.sequence}).")


@transaction.atomic
def _keep(kept: TrustedList, head: reading.Head, services: list[reading.Service], actor) -> None:
    now = timezone.now()
    is_new = kept.read_at is None or head.sequence != kept.sequence
    kept.sequence, kept.issued_at, kept.next_update = head.sequence, head.issued_at, head.next_update
    kept.signer, kept.read_at, kept.tried_at, kept.fault = head.signer[:200], now, now, ""
    kept.save()
    kept.services.all().delete()
    TrustedService.objects.bulk_create(
        TrustedService(source=kept, kind=one.kind, name=one.name, names=list(one.names), fragment=one.fragment)
        for one in services
    )
    if is_new:
        data = {"territory": kept.territory, "sequence": head.sequence, "services": len(services)}
        journal.record("signing.trusted_list", kept, actor=actor, data=data)


def _fail(kept: TrustedList, refusal: Refused) -> None:
    log.error("trusted list territory=%s: %s", kept.territory, refusal)
    kept.tried_at, kept.fault = timezone.now(), str(refusal)[:300]
    kept.save(update_fields=["address", "tried_at", "fault"])


def _fetch(address: str) -> bytes:
    """What lies at the address. Raises Refused, with the reason."""
    secure = urlsplit(address).scheme == "https"
    if not secure and urlsplit(settings.TRUST_LIST).scheme == "https":
        raise Refused("Cette adresse n’est pas en https : elle n’est pas lue.")
    try:
        with requests.get(address, timeout=WAIT, stream=True) as answer:
            answer.raise_for_status()
            content = bytearray()
            for chunk in answer.iter_content(CHUNK):
                content += chunk
                if len(content) > LARGEST:
                    raise Refused("Cette liste est trop lourde : elle n’est pas lue.")
    except requests.RequestException as fault:
        raise Refused("Le service ne répond pas, ou refuse.") from fault
    return bytes(content)


def check_lists() -> tuple[bool, str]:
    """For /sante/: are the lists that were asked for there, and in their dates?"""
    if not settings.TRUST_LIST:
        return True, "la liste européenne de confiance n’est pas lue ici"
    known = TrustedList.objects.national()
    late = sorted(one.territory for one in known if not one.is_fresh)
    if not known.fresh().exists():
        return False, "aucune liste de confiance à jour : plus rien n’est dit qualifié"
    if late:
        return False, f"liste(s) de confiance hors de date : {', '.join(late)}"
    return True, f"{known.count()} liste(s) de confiance à jour"
