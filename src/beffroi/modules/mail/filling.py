"""Fill a model of answer from a letter."""

from django.utils import timezone

from beffroi.kernel import braces
from beffroi.kernel.ui import formats
from beffroi.modules.mail.models import Letter


def filled(text: str, letter: Letter) -> str:
    """The text with what is known of the letter; a word between braces that means nothing stays as it is."""
    known = {
        "nom": letter.party,
        "objet": letter.object,
        "numero": letter.chrono,
        "date_courrier": formats.day(letter.document_date) if letter.document_date else "",
        "date_arrivee": formats.day(letter.arrived_on) if letter.arrived_on else "",
        "service": letter.team.name if letter.team else "",
        "organisme": letter.organisation.name,
        "date": formats.day(timezone.localdate()),
    }
    return braces.fill(text, known)
