"""Timestamping services (RFC 3161): a real one by its address, or the one of this installation, which says so."""

import uuid

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.conf import settings
from django.utils import timezone
from pyhanko.sign.timestamps import DummyTimeStamper, HTTPTimeStamper, TimeStamper

from beffroi.shared.signing import authority

WAIT = 8  # seconds
# The policy of the internal timestamps: a name of our own (ITU-T X.667), which claims no practice of anybody.
POLICY = f"2.25.{uuid.UUID('6f0a5c7e-3b1d-4e0b-9b62-2a4f5d0c8e11').int}"


class InternalClock(DummyTimeStamper):
    """Timestamps made here with the hour of this machine: true to the RFC, recognised by nobody else."""

    def __init__(self):
        own = authority.clock()
        bundle = load_pkcs12(own.pkcs12, own.password)
        key = bundle.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        above = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in own.certificates]
        super().__init__(above[0], asn1_keys.PrivateKeyInfo.load(key), certs_to_embed=above[1:])

    def request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        self.fixed_dt = timezone.now().replace(microsecond=0)
        return super().request_tsa_response(req)

    def _build_tst_info(self, message_imprint, dt, req) -> tsp.TSTInfo:
        info = super()._build_tst_info(message_imprint, dt, req)
        info["policy"] = tsp.ObjectIdentifier(POLICY)
        return info


def has_clock() -> bool:
    """Is there a service, real or internal?"""
    return bool(settings.TSA_URL or settings.TSA_INTERNAL)


def is_internal() -> bool:
    """Are timestamps made here, with the hour of this machine?"""
    return bool(settings.TSA_INTERNAL and not settings.TSA_URL)


def clock() -> TimeStamper | None:
    """The timestamping service of this installation; None without one."""
    if not has_clock():
        return None
    if is_internal():
        return InternalClock()
    user, colon, password = settings.TSA_AUTH.partition(":")
    return HTTPTimeStamper(settings.TSA_URL, timeout=WAIT, auth=(user, password) if colon else None)
