"""Sign any file beside: CAdES (ETSI EN 319 122-1), a `.p7s` file that names no one but the signer, with pyHanko."""

import asyncio
import io

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import CMSStructuralError
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms

from beffroi.shared.signing import pades, trust, verifying
from beffroi.shared.signing.keys import SigningKey
from beffroi.shared.signing.levels import Level, Refused
from beffroi.shared.signing.verifying import Found

MIME = "application/pkcs7-signature"


def sign_beside(content: bytes, key: SigningKey, level: Level) -> bytes:
    """The signature of a file, in DER; timestamped from the level B-T on. Raises what `pades.reach` understands."""
    signer: Signer = key.signer
    with pades.services():
        clock = pades.clock_for(level)
        made = asyncio.run(
            signer.async_sign_general_data(
                io.BytesIO(content), digest_algorithm="sha256", detached=True, use_cades=True, timestamper=clock
            )
        )
    return made.dump()


def verify(signature: bytes, payload: bytes) -> list[Found]:
    """What is true of a `.p7s` made beside `payload`. Raises Refused when it is not one."""
    try:
        outer = cms.ContentInfo.load(signature)
        if outer["content_type"].native != "signed_data":
            raise ValueError
        status = asyncio.run(
            async_validate_detached_cms(
                io.BytesIO(payload), outer["content"], signer_validation_context=trust.context(fetch=False)
            )
        )
    except (ValueError, TypeError, CMSStructuralError, SignatureValidationError) as fault:
        raise Refused("Ce fichier n’est pas une signature CAdES lisible.") from fault
    leaf = x509.load_der_x509_certificate(status.signing_cert.dump())
    clock = status.timestamp_validity
    return [
        Found(
            signer=trust.name_of(leaf.subject),
            issuer=trust.name_of(leaf.issuer),
            at=clock.timestamp if clock else status.signer_reported_dt,
            intact=status.intact and status.valid,
            whole=True,
            ours=leaf.public_bytes(Encoding.DER) in verifying.own(),
            is_timestamped=clock is not None,
            level=Level.T if clock else Level.B,
            clock=verifying.clock_of(clock),
            value=verifying.worth_of((leaf,)),
            mark=mark_of(signature),
        )
    ]


def mark_of(signature: bytes) -> str:
    """The mark of a `.p7s` (see `verifying.Found`)."""
    return verifying.mark_of(cms.ContentInfo.load(signature)["content"]["signer_infos"][0])
