"""What is printed: letters, acknowledgments of receipt, lists of deposit, separator sheets."""

import datetime
import io
from collections.abc import Iterable
from pathlib import Path

import segno
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.modules.mail.models import Correspondent, Deposit, Letter, Register
from beffroi.shared.organisations.models import Team

HERE = Path(__file__).parent
MARK = "BEFFROI-PLI"


def letterhead(body) -> dict:
    """The head of a letter of that body."""
    place = f"{body.postal_code} {body.city}".strip()
    return {
        "name": body.name,
        "lines": [line for line in (body.address, place, formats_phone(body.phone), body.email) if line],
        "city": body.city,
    }


def formats_phone(phone: str) -> str:
    return f"Tél. {phone}" if phone else ""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text typed by someone, with the spaces of the French typography."""
    return [formats.typo(part.strip()) for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def letter(letter: Letter, body: str, *, at=None) -> bytes:
    """The PDF of a letter that leaves. The same text on the same day gives the same file."""
    recipient: Correspondent = letter.correspondent.shown
    asked = letter.answers
    data = {
        "head": letterhead(letter.organisation),
        "recipient": recipient.lines,
        "chrono": letter.chrono,
        "reference": _reference(asked) if asked else letter.reference,
        "object": formats.typo(letter.object),
        "day": formats.day(at or timezone.localdate()),
        "registered": "Lettre recommandée avec avis de réception" if letter.kind == "registered" else "",
        "paragraphs": paragraphs(body),
    }
    return pdf.render(HERE / "letter.typ", data, at=at)


def _reference(asked: Letter) -> str:
    day = asked.document_date or asked.arrived_on
    own = f"votre courrier du {formats.day(day)}" if day else "votre courrier"
    return f"{own}, enregistré sous le numéro {asked.chrono}" + (f" ({asked.reference})" if asked.reference else "")


def notice(found: Letter, title: str, told: list[str], *, at: datetime.datetime) -> bytes:
    """The PDF of an acknowledgment of receipt or of a certificate: `told` are its paragraphs."""
    data = {
        "head": letterhead(found.organisation),
        "recipient": found.correspondent.shown.lines if found.correspondent else [],
        "title": title,
        "chrono": found.chrono,
        "object": formats.typo(found.object),
        "day": formats.day(timezone.localdate(at)),
        "paragraphs": told,
    }
    return pdf.render(HERE / "acknowledgment.typ", data, at=at)


def deposit_list(deposit: Deposit) -> bytes:
    """The list that the post office stamps: each letter with its number and its recipient."""
    sent = deposit.dispatches.select_related("letter__correspondent__merged_into", "letter__register").order_by(
        "number"
    )
    data = {
        "head": letterhead(deposit.organisation),
        "title": f"Bordereau de dépôt de recommandés n° {deposit.day:%Y-%m-%d}-{deposit.rank}",
        "day": formats.day(deposit.day),
        "rows": [
            [one.number, one.letter.chrono, ", ".join(one.letter.correspondent.shown.lines)]
            for one in sent.order_by("number")
            if one.letter.correspondent
        ],
    }
    return pdf.render(HERE / "deposit.typ", data, at=deposit.created_at)


def mark(register: Register, team: Team | None = None) -> str:
    """What the code of a separator sheet says: the register, and the service if the clerk chose one."""
    return f"{MARK}:{register.pk}:{team.pk if team else 0}"


def read_mark(text: str) -> tuple[int, int] | None:
    """(register id, team id or 0) of a code, or None when it is not one of ours."""
    parts = text.split(":")
    if len(parts) != 3 or parts[0] != MARK or not all(part.isascii() and part.isdigit() for part in parts[1:]):
        return None
    return int(parts[1]), int(parts[2])


def separators(register: Register, teams: Iterable[Team | None], copies: int) -> bytes:
    """Separator sheets to print, `copies` of each; four times the same code, read whatever the side that goes first."""
    sheets = [
        {
            "svg": _code(mark(register, team)),
            "register": str(register),
            "team": str(team) if team else "À qualifier",
        }
        for team in teams
        for _copy in range(copies)
    ]
    data = {"title": f"Feuilles de séparation – {register}", "body": register.organisation.name, "sheets": sheets}
    return pdf.render(HERE / "separators.typ", data)


def _code(text: str) -> str:
    """A QR code that stands a third of damage: it is scanned with dust, folds and the wrong angle."""
    output = io.BytesIO()
    segno.make(text, error="h", micro=False).save(output, kind="svg", border=4, xmldecl=False, svgns=True, nl=False)
    return output.getvalue().decode()
