"""What is printed: letters, acknowledgments of receipt, lists of deposit, separator sheets."""

import datetime
import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import segno
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.modules.mail.models import Correspondent, Deposit, Letter, Register
from beffroi.shared.organisations.models import Team

HERE = Path(__file__).parent
MARK = "BEFFROI-PLI"
SEPARATES = (
    "À placer avant chaque pli, sur la vitre ou dans le chargeur. "
    "La plateforme coupe le lot ici et ne garde pas cette feuille."
)
BELONGS = (
    "À placer avant les pages de ce courrier, dans un lot numérisé. "
    "La plateforme les ajoute à ses pièces et ne garde pas cette feuille."
)


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


class Mark(NamedTuple):
    """What the code of a sheet says: a register and, for the pages that follow, a service or a letter (0 = none)."""

    register: int
    team: int = 0
    letter: int = 0


def mark(register: Register, team: Team | None = None, letter: Letter | None = None) -> str:
    """The code of a sheet."""
    return f"{MARK}:{register.pk}:{team.pk if team else 0}:{letter.pk if letter else 0}"


def read_mark(text: str) -> Mark | None:
    """What a code says, or None when it is not one of ours."""
    head, *numbers = text.split(":")
    if head != MARK or len(numbers) != 3 or not all(one.isascii() and one.isdigit() for one in numbers):
        return None
    return Mark(*(int(one) for one in numbers))


def separators(register: Register, teams: Iterable[Team | None], copies: int) -> bytes:
    """Separator sheets to print, `copies` of each; four times the same code, read whatever the side that goes first."""
    sheets = [
        {
            "svg": _code(mark(register, team)),
            "register": str(register),
            "team": str(team) if team else "À qualifier",
            "advice": SEPARATES,
        }
        for team in teams
        for _copy in range(copies)
    ]
    return _sheets(f"Feuilles de séparation – {register}", "Feuille de séparation", register, sheets)


def cover(found: Letter) -> bytes:
    """The sheet to put before the pages of a letter that was registered first and is scanned afterwards."""
    sheet = {
        "svg": _code(mark(found.register, letter=found)),
        "register": found.chrono,
        "team": formats.typo(found.object),
        "advice": BELONGS,
    }
    return _sheets(f"Feuille de numérisation – {found.chrono}", "Feuille de numérisation", found.register, [sheet])


def _sheets(title: str, heading: str, register: Register, sheets: list[dict]) -> bytes:
    data = {"title": title, "heading": heading, "body": register.organisation.name, "sheets": sheets}
    return pdf.render(HERE / "separators.typ", data)


def _code(text: str) -> str:
    """A QR code that stands a third of damage: it is scanned with dust, folds and the wrong angle."""
    output = io.BytesIO()
    segno.make(text, error="h", micro=False).save(output, kind="svg", border=4, xmldecl=False, svgns=True, nl=False)
    return output.getvalue().decode()
