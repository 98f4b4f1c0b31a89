"""The timestamp of an XML signature: level T of XAdES (ETSI EN 319 132-1, 5.3), an RFC 3161 token over its value.

The token is an unsigned property: the signature under it is the same with or without it.
"""

import asyncio
import hashlib
import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms
from cryptography import x509
from lxml import etree
from pyhanko.sign.general import CMSStructuralError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus

from beffroi.shared.signing import pades, trust

DS = "http://www.w3.org/2000/09/xmldsig#"
XAD = "http://uri.etsi.org/01903/v1.3.2#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
# Each way of writing XML canonically: (exclusive, with comments).
WAYS = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": (False, False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": (False, True),
    "http://www.w3.org/2006/12/xml-c14n11": (False, False),
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": (False, True),
    EXCLUSIVE: (True, False),
    f"{EXCLUSIVE}WithComments": (True, True),
}
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
DIGESTS = ("sha256", "sha384", "sha512")


@dataclass(frozen=True)
class Stamp:
    """A timestamp of a signature: `is_good` = it is of this very signature, and nothing of it has changed."""

    at: datetime
    is_good: bool
    certificate: x509.Certificate | None


def _canonical(signature: etree._Element, way: str) -> bytes:
    """The value of the signature, as the timestamp sees it. Raises KeyError for an unknown way of writing."""
    exclusive, comments = WAYS[way]
    value = signature.find(f"{{{DS}}}SignatureValue")
    return etree.tostring(value, method="c14n", exclusive=exclusive, with_comments=comments)


def add(signature: etree._Element, clock: TimeStamper) -> None:
    """Have a signature timestamped, and put the token in it. Raises what `pades.services` understands."""
    digest = hashlib.sha256(_canonical(signature, EXCLUSIVE)).digest()
    with pades.services():
        token = asyncio.run(clock.async_timestamp(digest, "sha256"))
    properties = signature.find(f"{{{DS}}}Object/{{{XAD}}}QualifyingProperties")
    unsigned = etree.SubElement(properties, f"{{{XAD}}}UnsignedProperties")
    about = etree.SubElement(unsigned, f"{{{XAD}}}UnsignedSignatureProperties")
    stamp = etree.SubElement(about, f"{{{XAD}}}SignatureTimeStamp", Id=f"T{uuid.uuid4().hex}")
    etree.SubElement(stamp, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXCLUSIVE)
    etree.SubElement(stamp, f"{{{XAD}}}EncapsulatedTimeStamp").text = b64encode(token.dump()).decode()


def find(signature: etree._Element) -> Stamp | None:
    """The timestamp that a signature carries, judged; the oldest good one, else the first; None without any."""
    path = f"{{{DS}}}Object/{{{XAD}}}QualifyingProperties/{{{XAD}}}UnsignedProperties/"
    boxes = signature.findall(f"{path}{{{XAD}}}UnsignedSignatureProperties/{{{XAD}}}SignatureTimeStamp")
    read = [_read(signature, box) for box in boxes]
    found = [one for one in read if one is not None]
    good = sorted((one for one in found if one.is_good), key=lambda one: one.at)
    return (good or found or [None])[0]


def _read(signature: etree._Element, box: etree._Element) -> Stamp | None:
    method = box.find(f"{{{DS}}}CanonicalizationMethod")
    way = INCLUSIVE if method is None else method.get("Algorithm", "")
    encoded = box.findtext(f"{{{XAD}}}EncapsulatedTimeStamp") or ""
    try:
        token = cms.ContentInfo.load(b64decode(encoded))
        content = _canonical(signature, way)
        given = asyncio.run(
            validate_tst_signed_data(token["content"], trust.context(fetch=False), lambda name: _digest(name, content))
        )
    except (KeyError, ValueError, TypeError, CMSStructuralError, SignatureValidationError):
        return None
    status = TimestampSignatureStatus(**given)
    leaf = status.signing_cert
    certificate = x509.load_der_x509_certificate(leaf.dump()) if leaf is not None else None
    return Stamp(status.timestamp, bool(status.intact and status.valid), certificate)


def _digest(name: str, content: bytes) -> bytes:
    """Raises ValueError for a digest too weak to prove anything."""
    if name not in DIGESTS:
        raise ValueError(name)
    return hashlib.new(name, content).digest()
