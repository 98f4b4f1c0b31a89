"""Sign and verify PDF files: PAdES (ETSI EN 319 142-1), with pyHanko.

Without a timestamping service a signature is at level B-B; with one (`BEFFROI_TSA_URL`, RFC 3161), at level B-T.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext

from beffroi.shared.signing import authority

STAMP = (36, 24, 226, 66)  # points from the lower left corner of the last page; the next stamps go beside and above
STEP_X, STEP_Y, IN_A_ROW = 200, 48, 2


class SigningRefused(Exception):
    """The file or the key cannot be used; the message is for the user."""


@dataclass(frozen=True)
class Found:
    """One signature of a file. `intact`: the bytes that it covers have not changed; `whole`: it covers the file as it
    is, or only later signatures were added; `ours`: made with the seal of this installation; `at` as its signer says.
    """

    signer: str
    issuer: str
    at: datetime | None
    intact: bool
    whole: bool
    ours: bool
    is_timestamped: bool

    @property
    def is_good(self) -> bool:
        return self.intact and self.whole


def level_of(is_own: bool) -> str:
    """The words for what the platform's seal is worth."""
    kind = "Cachet non qualifié, autorité de cette installation" if is_own else "Cachet du certificat de l’installation"
    return f"{kind}, {'horodaté (PAdES B-T)' if settings.TSA_URL else 'sans horodatage (PAdES B-B)'}"


def sign_with_seal(content: bytes, *, text: str, reason: str) -> bytes:
    """Seal a PDF for the installation; `text` is drawn on the last page."""
    seal = authority.seal()
    return _sign(content, seal.pkcs12, seal.password, text=text, reason=reason)


def sign_with_key(content: bytes, pkcs12: bytes, password: str, *, text: str, reason: str) -> tuple[bytes, str]:
    """Sign with a person's own certificate (PKCS #12), which is not kept; returns (file, level in plain words).

    Raises SigningRefused for a wrong password or an unusable file.
    """
    signed = _sign(content, pkcs12, password.encode(), text=text, reason=reason)
    last = verify(signed)[-1]
    return signed, f"certificat de {last.signer}, délivré par {last.issuer} (non vérifié auprès de la liste européenne)"


def _sign(content: bytes, pkcs12: bytes, password: bytes, *, text: str, reason: str) -> bytes:
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(pkcs12, other_certs=[], passphrase=password)
    except ValueError as fault:
        raise SigningRefused("Ce certificat ne s’ouvre pas : vérifiez le fichier et son mot de passe.") from fault
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        rank = len(writer.prev.embedded_signatures)
        name = f"Signature{rank + 1}"
        style = TextStampStyle(stamp_text=text, border_width=1)
        metadata = signers.PdfSignatureMetadata(
            field_name=name, reason=reason, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        stamper = HTTPTimeStamper(settings.TSA_URL) if settings.TSA_URL else None
        spec = fields.SigFieldSpec(name, on_page=-1, box=_box(rank))
        maker = signers.PdfSigner(metadata, signer, timestamper=stamper, stamp_style=style, new_field_spec=spec)
        return maker.sign_pdf(writer).getvalue()
    except PdfError as fault:
        raise SigningRefused("Ce PDF est abîmé ou protégé : il ne peut pas être signé.") from fault


def _box(rank: int) -> tuple[int, int, int, int]:
    """Where the stamp of the signature of that rank goes, so that none hides another."""
    right, up = rank % IN_A_ROW * STEP_X, rank // IN_A_ROW * STEP_Y
    left, bottom, far, top = STAMP
    return left + right, bottom + up, far + right - 6, top + up


def verify(content: bytes) -> list[Found]:
    """What is true of each signature of a PDF, in their order. Raises SigningRefused when it is not a readable PDF.

    Only the integrity and the origin are judged: no list of trusted authorities is consulted.
    """
    own = [certificate.public_bytes(Encoding.DER) for certificate in authority.seal().certificates]
    try:
        reader = PdfFileReader(io.BytesIO(content))
        signatures = list(reader.embedded_regular_signatures)
    except (PdfError, ValueError) as fault:
        raise SigningRefused("Ce fichier n’est pas un PDF lisible.") from fault
    return [_found(signature, own) for signature in signatures]


def _found(signature, own: Iterable[bytes]) -> Found:
    roots = [asn1_x509.Certificate.load(one) for one in own]
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=roots, allow_fetching=False))
    certificate = status.signing_cert
    return Found(
        signer=certificate.subject.native.get("common_name", "") or certificate.subject.human_friendly,
        issuer=certificate.issuer.native.get("common_name", "") or certificate.issuer.human_friendly,
        at=status.signer_reported_dt,
        intact=status.intact and status.valid,
        whole=status.bottom_line or _covers(status),
        ours=certificate.dump() in set(own),
        is_timestamped=status.timestamp_validity is not None,
    )


def _covers(status) -> bool:
    """Nothing was added since, but what pyHanko knows to be harmless (later signatures and their fields)."""
    return (
        status.coverage.name in ("ENTIRE_FILE", "ENTIRE_REVISION")
        and status.docmdp_ok is not False
        and (
            status.modification_level is None
            or status.modification_level.name in ("NONE", "LTA_UPDATES", "FORM_FILLING")
        )
    )


def is_signed_copy_of(original: bytes, returned: bytes) -> bool:
    """Was `returned` made by signing `original` elsewhere? A signature is added at the end: all before is the same."""
    return (
        len(returned) > len(original)
        and returned.startswith(original)
        and len(verify(returned)) > len(verify(original))
    )
