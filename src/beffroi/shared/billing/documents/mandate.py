"""The SEPA mandate as a document: to sign online, or to print, sign and bring back (EPC130-08, section 4.7)."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.shared.billing.models import DebitMandate

TEMPLATE = Path(__file__).parent / "mandate.typ"


def grouped(iban: str) -> str:
    """An IBAN as people read it: by groups of four."""
    return " ".join(iban[rank : rank + 4] for rank in range(0, len(iban), 4))


def render(mandate: DebitMandate) -> bytes:
    """The PDF; unsigned, it has a place for the date and the signature."""
    regie, payer = mandate.regie, mandate.payer
    organisation = regie.organisation
    online = mandate.way == DebitMandate.Way.ONLINE
    data = {
        "title": f"Mandat de prélèvement {mandate.rum}",
        "author": organisation.name,
        "creditor": organisation.name,
        "rum": mandate.rum,
        "creditor_facts": [
            ["Créancier", organisation.name],
            ["Identifiant (ICS)", regie.creditor_id],
            ["Adresse", _address(organisation)],
            ["Pour", regie.name],
        ],
        "payer_facts": [
            ["Payeur", str(payer)],
            ["Adresse", _address(payer)],
            ["Titulaire du compte", mandate.holder],
            ["IBAN", grouped(mandate.iban)],
            *([["BIC", mandate.bic]] if mandate.bic else []),
            ["Paiement", "répétitif" if mandate.kind == DebitMandate.Kind.RECURRENT else "ponctuel"],
        ],
        "online": online,
        "signed": f"Signé en ligne le {formats.day(mandate.signed_on)}." if online else "",
        "counter": ", ".join(line for line in (*regie.address.splitlines(), regie.hours) if line),
        "demo": settings.DEMO,
    }
    return pdf.render(TEMPLATE, data, at=timezone.now())


def _address(thing) -> str:
    town = f"{thing.postal_code} {thing.city}".strip()
    return ", ".join(filter(None, (*thing.address.strip().splitlines(), town)))
