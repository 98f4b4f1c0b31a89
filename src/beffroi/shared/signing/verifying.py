"""What the signatures of a file are worth: PDF (PAdES), XML (XAdES), and a `.p7s` or `.xml` beside another file.

The integrity is judged, the origin told: by the European list of trust where it is kept, by the authorities that the
operator recognises (`BEFFROI_TRUST`), else by nothing, and the answer says which.
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError, ValidationInfoReadingError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from beffroi.shared.signing import authority, trust
from beffroi.shared.signing.levels import WORDS, Level, Refused, Strength
from beffroi.shared.signing.lists import judging

HARMLESS = ("NONE", "LTA_UPDATES", "FORM_FILLING")


@dataclass(frozen=True)
class Found:
    """One signature of a file. `intact`: the bytes that it covers have not changed; `whole`: it covers the file as it
    is, or only later signatures were added; `ours`: made with the seal of this installation; `at` as its signer says;
    `named`: in whose name, as the signed content says; `mark`: the SHA-256 of its value, by which it is known again;
    `said`: what the records of this installation add (see `reading`).
    """

    signer: str
    issuer: str
    at: datetime | None
    intact: bool
    whole: bool
    ours: bool
    is_timestamped: bool
    level: Level = Level.B
    clock: str = ""
    value: trust.Worth = trust.UNKNOWN
    named: str = ""
    mark: str = ""
    said: str = ""

    @property
    def strength(self) -> Strength:
        return self.value.strength

    @property
    def is_good(self) -> bool:
        return self.intact and self.whole

    @property
    def level_words(self) -> str:
        return f"niveau {self.level.code}, {WORDS[self.level]}"

    @property
    def is_self_made(self) -> bool:
        """Made with a seal that this installation drew for itself."""
        return self.ours and self.strength == Strength.SIMPLE

    @property
    def worth(self) -> str:
        """What the certificate is worth, in plain words."""
        if self.is_self_made:
            return "cachet de cette installation, non qualifié"
        return self.value.words


def own() -> set[bytes]:
    """The certificates with which this installation seals, in DER."""
    return {one.public_bytes(Encoding.DER) for one in authority.own_certificates()}


def verify(content: bytes) -> list[Found]:
    """What is true of each signature of a PDF, in their order. Raises Refused when it is not a readable PDF."""
    try:
        reader = PdfFileReader(io.BytesIO(content))
        signatures = list(reader.embedded_regular_signatures)
        stamps = [stamp for stamp in reader.embedded_timestamp_signatures if _is_sound(stamp)]
    except (PdfError, ValueError) as fault:
        raise Refused("Ce fichier n’est pas un PDF lisible.") from fault
    ours = own()
    return [_found(reader, signature, stamps, ours) for signature in signatures]


def _is_sound(stamp) -> bool:
    try:
        status = validate_pdf_timestamp(stamp, trust.context(fetch=False))
    except (SignatureValidationError, ValidationError, PathError):
        return False
    return status.intact and status.valid


def _found(reader, signature, stamps, ours: Iterable[bytes]) -> Found:
    status = validate_pdf_signature(signature, trust.context(fetch=False))
    leaf = x509.load_der_x509_certificate(status.signing_cert.dump())
    chain = (leaf, *(x509.load_der_x509_certificate(one.dump()) for one in signature.other_embedded_certs))
    clock = status.timestamp_validity
    return Found(
        signer=trust.name_of(leaf.subject),
        issuer=trust.name_of(leaf.issuer),
        at=clock.timestamp if clock else status.signer_reported_dt,
        intact=status.intact and status.valid,
        whole=status.bottom_line or _covers(status),
        ours=leaf.public_bytes(Encoding.DER) in ours,
        is_timestamped=clock is not None,
        level=_level(reader, signature, stamps, clock),
        clock=clock_of(clock),
        value=worth_of(chain),
        named=str(signature.sig_object.get("/Name", "")),
        mark=mark_of(signature.signer_info),
    )


def mark_of(signer) -> str:
    """The mark of a signature, from what pyHanko reads of its signer (CMS `SignerInfo`)."""
    return hashlib.sha256(signer["signature"].native).hexdigest()


def last_mark(content: bytes) -> str:
    """The mark of the last signature of a PDF."""
    return mark_of(PdfFileReader(io.BytesIO(content)).embedded_regular_signatures[-1].signer_info)


def worth_of(chain: tuple[x509.Certificate, ...]) -> trust.Worth:
    """What a certificate is worth today; one that has expired or is revoked is worth no more than an account."""
    try:
        return trust.worth_of(chain, ask=False)
    except Refused as refusal:
        return trust.Worth(Strength.SIMPLE, str(refusal).rstrip("."))


def clock_name(certificate: x509.Certificate, at: datetime) -> str:
    """Who made a timestamp, and whether the European list says that it is qualified."""
    name = trust.name_of(certificate.subject)
    return f"{name} (qualifié)" if judging.is_qualified_clock(certificate, trust.to_asn1(certificate), at) else name


def clock_of(status) -> str:
    """The same, from what pyHanko says of a timestamp; empty without one."""
    if status is None:
        return ""
    return clock_name(x509.load_der_x509_certificate(status.signing_cert.dump()), status.timestamp)


def _covers(status) -> bool:
    """Nothing was added since, but what pyHanko knows to be harmless (later signatures and their fields)."""
    return (
        status.coverage.name in ("ENTIRE_FILE", "ENTIRE_REVISION")
        and status.docmdp_ok is not False
        and (status.modification_level is None or status.modification_level.name in HARMLESS)
    )


def _level(reader, signature, stamps, clock) -> Level:
    """The level that the file proves by itself, with nothing asked of anybody."""
    if clock is None or not (clock.intact and clock.valid):
        return Level.B
    if not _has_proofs(reader, signature, clock.timestamp):
        return Level.T
    later = [stamp for stamp in stamps if stamp.signed_revision > signature.signed_revision]
    return Level.LTA if later else Level.LT


def _has_proofs(reader, signature, moment: datetime) -> bool:
    """Does the file hold, for the signer and for the clock, what proves that none was revoked then?"""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except (NoDSSFoundError, ValidationInfoReadingError):
        return False
    settings = {
        "trust_roots": [trust.to_asn1(one) for one in (*trust.roots(), *_self_signed(signature))],
        "allow_fetching": False,
        "revocation_mode": "require",
        "retroactive_revinfo": True,  # asked just after the timestamp, an answer is dated a little later
        "moment": moment,
    }
    strict: ValidationContext = store.as_validation_context(settings)
    try:
        status = validate_pdf_signature(signature, strict, skip_diff=True)
    except (SignatureValidationError, ValidationError, PathError):
        return False
    clock = status.timestamp_validity
    return bool(status.trusted and clock is not None and clock.trusted)


def _self_signed(signature) -> list[x509.Certificate]:
    """The authorities that the file names: enough to know whether its proofs are whole, not to recognise them."""
    found = [x509.load_der_x509_certificate(one.dump()) for one in signature.other_embedded_certs]
    return [one for one in found if one.subject == one.issuer]


def is_signed_copy_of(original: bytes, returned: bytes) -> bool:
    """Was `returned` made by signing `original` elsewhere? A signature is added at the end: all before is the same."""
    return (
        len(returned) > len(original)
        and returned.startswith(original)
        and len(verify(returned)) > len(verify(original))
    )
