"""Sign PDF files and keep their proof alive: PAdES (ETSI EN 319 142-1), with pyHanko.

A level is asked for (see `levels`); when a service is dead, the order says whether to refuse or to go down, and what
was done is told. To verify is in `verifying`.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

import requests
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.errors import (
    CertificateFetchError,
    CRLFetchError,
    CRLValidationError,
    OCSPFetchError,
    OCSPValidationError,
    PathError,
    RevokedError,
    ValidationError,
)

from beffroi.shared.signing import clocks, keys, stamps, trust
from beffroi.shared.signing.keys import SigningKey
from beffroi.shared.signing.levels import Fallback, Level, Refused

SigningRefused = Refused
NO_CLOCK = "aucun service d’horodatage n’est réglé"
DEAD_CLOCK = "le service d’horodatage ne répond pas"
NO_PROOF = "les preuves de validité des certificats n’ont pas pu être obtenues"
DAMAGED = "Ce PDF est abîmé ou protégé : il ne peut pas être signé."


class _Missing(Exception):
    """A level cannot be had; `below` is the next one that may."""

    def __init__(self, why: str, below: Level):
        super().__init__(why)
        self.below = below


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked of a signature. `floor` = under which it is worth nothing to the circuit; `place` of the stamp;
    `name` = in whose name the seal of the platform is put, where the certificate does not say it."""

    text: str
    reason: str
    name: str = ""
    level: Level = Level.B
    floor: Level = Level.B
    fallback: Fallback = Fallback.REFUSE
    place: stamps.Wish = field(default_factory=stamps.Wish)


@dataclass(frozen=True)
class Signed:
    """The signed file, the level that it has, and why it is not the one asked for (empty when it is)."""

    content: bytes
    level: Level
    why: str = ""


def reach(order: Order, make: Callable[[Level], bytes]) -> Signed:
    """Make a signature at the level asked for, or at a lower one if the order allows. Raises Refused."""
    level, reasons = order.level, []
    while True:
        try:
            return Signed(make(level), level, " ; ".join(reasons))
        except _Missing as missing:
            reasons.append(str(missing))
            if order.fallback == Fallback.REFUSE or missing.below.rank < order.floor.rank:
                raise Refused(
                    f"Rien n’est signé : {missing}. Ce dossier demande le niveau {order.level.code}"
                    f"{'' if order.fallback == Fallback.REFUSE else f', {order.floor.code} au moins'}."
                    " Réessayez plus tard."
                ) from missing
            level = missing.below


def sign(content: bytes, key: SigningKey, order: Order) -> Signed:
    """Sign a PDF; the signatures that it bears stay valid. Raises Refused, with the reason for the person."""
    try:
        there = PdfFileReader(io.BytesIO(content)).embedded_signatures
        taken = {one.field_name for one in there}
        rank = sum(one.sig_object_type == "/Sig" for one in there)
        place = stamps.find(content, order.place, rank)
    except (PdfError, ValueError) as fault:
        raise Refused(DAMAGED) from fault
    name = next(name for number in count(rank + 1) if (name := f"Signature{number}") not in taken)
    return reach(order, lambda level: _sign_at(level, content, key, order, place, name))


def _sign_at(level: Level, content: bytes, key: SigningKey, order: Order, place: stamps.Place, name: str) -> bytes:
    clock = clock_for(level)
    proofs = level.rank >= Level.LT.rank
    metadata = signers.PdfSignatureMetadata(
        field_name=name,
        reason=order.reason,
        name=order.name or None,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        embed_validation_info=proofs,
        use_pades_lta=level == Level.LTA,
        validation_context=trust.context(fetch=_asks(), strict=True, others=key.chain) if proofs else None,
    )
    spec = fields.SigFieldSpec(name, on_page=place.page, box=place.box)
    style = TextStampStyle(stamp_text=order.text, border_width=1)
    maker = signers.PdfSigner(metadata, key.signer, timestamper=clock, stamp_style=style, new_field_spec=spec)
    with services():
        return maker.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content))).getvalue()


def clock_for(level: Level) -> TimeStamper | None:
    """The timestamping service that a level needs."""
    if level == Level.B:
        return None
    clock = clocks.clock()
    if clock is None:
        raise _Missing(NO_CLOCK, Level.B)
    return clock


def _asks() -> bool:
    """Whether authorities of elsewhere are asked: not when everything here is our own."""
    return bool(trust.recognised()[0])


class services:
    """Turns what can go wrong outside into what the person is told, or into a lower level."""

    def __enter__(self):
        return self

    def __exit__(self, kind, fault, trace):
        if fault is None:
            return False
        if isinstance(fault, RevokedError):
            raise Refused("Un certificat est révoqué par son autorité : rien n’est signé.") from fault
        if isinstance(fault, TimestampRequestError | requests.RequestException):
            raise _Missing(DEAD_CLOCK, Level.B) from fault
        proofs = (
            CRLFetchError,
            OCSPFetchError,
            CertificateFetchError,
            CRLValidationError,
            OCSPValidationError,
            PathError,
            ValidationError,
        )
        if isinstance(fault, proofs):
            raise _Missing(NO_PROOF, Level.T) from fault
        if isinstance(fault, SigningError) and _is_about_proofs(fault):
            raise _Missing(NO_PROOF, Level.T) from fault
        if isinstance(fault, PdfError):
            raise Refused(DAMAGED) from fault
        return False


def _is_about_proofs(fault: SigningError) -> bool:
    cause = fault.__cause__ or fault.__context__
    while cause is not None:
        if isinstance(cause, RevokedError):
            raise Refused("Un certificat est révoqué par son autorité : rien n’est signé.") from fault
        if isinstance(cause, ValidationError | PathError):
            return True
        cause = cause.__cause__ or cause.__context__
    return "validation" in str(fault).lower()


def sign_with_seal(content: bytes, *, text: str, reason: str) -> bytes:
    """Seal a PDF for the installation, timestamped where there is a service; `text` is drawn on the last page.

    Raises Refused when the service does not answer.
    """
    level = Level.T if clocks.has_clock() else Level.B
    with keys.of_seal() as key:
        return sign(content, key, Order(text=text, reason=reason, level=level, place=stamps.Wish("seal"))).content


def ends_of_proof(content: bytes) -> datetime | None:
    """When the certificate of the last timestamp of the whole file ends; None without such a timestamp."""
    stamps_found = PdfFileReader(io.BytesIO(content)).embedded_timestamp_signatures
    return stamps_found[-1].signer_cert.not_valid_after if stamps_found else None


def renew(content: bytes) -> bytes:
    """Timestamp the whole file again, with the proofs that the last timestamp was good (B-LTA, EN 319 142-1 §5.5).

    Raises Refused when the service does not answer, or when the last timestamp has already ended.
    """
    clock = clocks.clock()
    if clock is None:
        raise Refused(f"La conservation n’est pas renouvelée : {NO_CLOCK}.")
    try:
        with services():
            reader = PdfFileReader(io.BytesIO(content))
            made = signers.PdfTimeStamper(clock).update_archival_timestamp_chain(
                reader, trust.context(fetch=_asks(), strict=True), in_place=False
            )
            return made.getvalue()
    except _Missing as missing:
        raise Refused(f"La conservation n’est pas renouvelée : {missing}.") from missing
