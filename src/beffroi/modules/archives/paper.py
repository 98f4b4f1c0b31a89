"""What is printed: slips of elimination, certificates of destruction, labels and lists of boxes."""

import datetime
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.modules.archives.models import Box, Elimination, Line, PaperLine, PaperTransfer, Transfer, TransferFolder

HERE = Path(__file__).parent
LAW = "Code du patrimoine, articles L212-2, R212-13 et R212-14"


@dataclass(frozen=True)
class Totals:
    """Of the lines of a slip: how many, how many documents, octets, metres of paper."""

    lines: int
    documents: int
    octets: int
    metres: Decimal

    @property
    def told(self) -> str:
        """« 12 lignes, 340 documents (12,4 Mo), 1,20 m »."""
        parts = [formats.counted(self.lines, "ligne")]
        if self.documents:
            parts.append(f"{formats.counted(self.documents, 'document')} ({formats.size(self.octets)})")
        if self.metres:
            parts.append(metres(self.metres))
        return ", ".join(parts)


def metres(value: Decimal) -> str:
    """« 1,20 m »."""
    return f"{formats.nb(value, 2)}\u202fm"


def volume(documents: int, octets: int) -> str:
    """« 12 documents, 3,4 Mo »."""
    return f"{formats.counted(documents, 'document')}, {formats.size(octets)}"


def sum_of(lines: Iterable[Line]) -> Totals:
    lines = list(lines)
    return Totals(
        len(lines),
        sum(one.documents for one in lines),
        sum(one.octets for one in lines),
        sum((one.metres for one in lines), Decimal(0)),
    )


def totals(slip: Elimination) -> Totals:
    return sum_of(slip.lines.all())


def _dates(line: Line) -> str:
    days = [formats.short_day(day) for day in (line.first_on, line.last_on) if day]
    return " – ".join(dict.fromkeys(days))


def _volume(line: Line) -> str:
    if line.is_paper:
        return metres(line.metres)
    return volume(line.documents, line.octets)


def slip(found: Elimination) -> bytes:
    """The slip: title, outer dates, length or volume, observations; what is signed, then visaed."""
    lines = list(found.lines.all())
    data = {
        "title": f"Bordereau d’élimination {found.reference}",
        "body": found.organisation.name,
        "object": formats.typo(found.title),
        "note": formats.typo(found.note),
        "day": formats.day(timezone.localdate(found.created_at)),
        "agency": found.agency_name,
        "law": LAW,
        "rows": [
            [
                str(rank),
                formats.typo(line.title),
                "\n".join(part for part in (line.series, line.basis) if part),
                _dates(line),
                _volume(line),
                formats.typo(line.observations),
            ]
            for rank, line in enumerate(lines, start=1)
        ],
        "total": sum_of(lines).told,
    }
    return pdf.render(HERE / "slip.typ", data, at=found.created_at)


def _when(moment: datetime.datetime) -> str:
    """« 29 nov. 2026, 15 h 48 »."""
    return f"{formats.short_day(moment)}, {formats.hour(moment)}"


def certificate(found: Elimination) -> bytes:
    """The certificate of destruction: what, by which visa, when, by whom."""
    lines = list(found.lines.all())
    gone = [line for line in lines if line.destroyed_at]
    left = [line for line in lines if not line.destroyed_at]
    data = {
        "title": f"Attestation de destruction {found.reference}",
        "body": found.organisation.name,
        "object": formats.typo(found.title),
        "law": LAW,
        "visa": f"n° {found.visa_reference} du {formats.day(found.visa_on)}, {found.visa_name}, {found.visa_quality}, "
        f"{found.agency_name}",
        "steps": [
            f"Destruction confirmée par {found.confirmed_by}, {formats.moment(found.confirmed_at)}.",
            f"Destruction lancée par {found.destroyed_by}, achevée {formats.moment(found.destroyed_at)}.",
        ],
        "method": formats.typo(found.method),
        "rows": [
            [
                str(rank),
                formats.typo(line.title),
                _dates(line),
                _volume(line),
                _when(line.destroyed_at),
                str(len(line.digests)) if not line.is_paper else "",
            ]
            for rank, line in enumerate(gone, start=1)
        ],
        "left": [
            [formats.typo(line.title), f"{line.get_outcome_display()} : {formats.typo(line.refusal)}"] for line in left
        ],
        "total": sum_of(gone).told,
        "second": "Dates extrêmes",
        "why": "Les archives ci-dessous ont été détruites après le visa",
    }
    return pdf.render(HERE / "certificate.typ", data, at=found.destroyed_at)


def purge_certificate(made: Transfer, rows: list[tuple[TransferFolder, int]], actor, at: datetime.datetime) -> bytes:
    """The certificate that the local copy of what was transferred is destroyed. `rows` = each file with how many
    documents left."""
    data = {
        "title": f"Attestation de destruction après versement {made.reference}",
        "body": made.organisation.name,
        "object": formats.typo(made.title),
        "law": "Code du patrimoine, articles L212-6 et R212-12",
        "visa": f"réponse {made.grant} de {made.agency_name} au message {made.identifier}",
        "steps": [f"Copie locale détruite par {actor}, {formats.moment(at)}."],
        "method": "",
        "rows": [
            [
                str(rank),
                formats.typo(line.title),
                line.kept_as or "cote non donnée",
                volume(count, line.octets),
                _when(at),
                "",
            ]
            for rank, (line, count) in enumerate(rows, start=1)
        ],
        "left": [],
        "total": formats.counted(sum(count for _line, count in rows), "document"),
        "second": "Cote aux archives",
        "why": "Les archives ci-dessous ont été prises en charge par le service d’archives, puis leur copie locale "
        "détruite",
    }
    return pdf.render(HERE / "certificate.typ", data, at=at)


def transfer_slip(found: PaperTransfer) -> bytes:
    """The slip that goes with boxes of paper, to be signed by both in two copies."""
    lines = list(found.lines.select_related("box"))
    total = metres(sum((line.metres for line in lines), Decimal(0)))
    data = {
        "title": f"Bordereau de versement {found.reference}",
        "body": found.organisation.name,
        "object": formats.typo(found.title),
        "note": formats.typo(found.note),
        "day": formats.day(timezone.localdate(found.created_at)),
        "agency": found.agency_name,
        "law": "Code du patrimoine, article L212-6",
        "rows": [
            [str(rank), line.box.reference, formats.typo(line.title), line.series, _days(line), metres(line.metres)]
            for rank, line in enumerate(lines, start=1)
        ],
        "total": f"{formats.counted(len(lines), 'boîte')}, {total}",
        "contents": [
            {"reference": line.box.reference, "lines": [formats.typo(one) for one in line.box.lines]}
            for line in lines
            if line.box.lines
        ],
    }
    return pdf.render(HERE / "transfer.typ", data, at=found.created_at)


def _days(line: PaperLine) -> str:
    days = [formats.short_day(day) for day in (line.first_on, line.last_on) if day]
    return " – ".join(dict.fromkeys(days))


def labels(boxes: Iterable[Box]) -> bytes:
    """Labels to stick on boxes, each with a code that opens its page, then the list of what each holds."""
    boxes = list(boxes)
    title = f"Étiquette {boxes[0].reference}" if len(boxes) == 1 else f"Étiquettes de {len(boxes)} boîtes"
    data = {"title": title, "boxes": [_label(box) for box in boxes]}
    return pdf.render(HERE / "labels.typ", data)


def _label(box: Box) -> dict:
    output = io.BytesIO()
    address = f"{settings.SITE_URL}{reverse('archives:box', args=[box.pk])}"
    segno.make(address, error="m", micro=False).save(output, kind="svg", border=4, xmldecl=False, svgns=True, nl=False)
    days = [formats.short_day(day) for day in (box.first_on, box.last_on) if day]
    series = box.series
    fate = f"{series.get_fate_display()} après le {formats.short_day(box.retention_end)}" if box.retention_end else ""
    return {
        "svg": output.getvalue().decode(),
        "reference": box.reference,
        "body": box.organisation.name,
        "title": formats.typo(box.title),
        "series": str(series or ""),
        "dates": " – ".join(dict.fromkeys(days)),
        "fate": fate if series else "",
        "shelf": str(box.shelf or ""),
        "lines": [formats.typo(line) for line in box.lines],
    }
