"""What an acknowledgment of receipt must say (CRPA R112-5, R112-11-1)."""

from beffroi.kernel.ui import formats
from beffroi.modules.mail.models import Letter, Regime

REMEDIES = (
    "Vous disposez alors de deux mois à compter de cette date pour contester cette décision devant le tribunal "
    "administratif, par courrier ou sur www.telerecours.fr (code de justice administrative, articles R421-1 et "
    "R421-2). Dans le même délai, vous pouvez former un recours gracieux auprès de nos services, ce qui prolonge "
    "celui du tribunal."
)


def mentions(letter: Letter) -> list[str]:
    """The paragraphs, in the order of the decree: dates, what silence means, remedies or certificate, missing pieces,
    service in charge."""
    received = letter.arrived_on or letter.registered_on
    told = [
        f"Nous avons reçu votre courrier le {formats.day(received)}. Il est enregistré sous le numéro {letter.chrono}.",
        *_silence(letter),
        *_pieces(letter),
        _service(letter),
    ]
    return [formats.typo(one) for one in told]


def _silence(letter: Letter) -> list[str]:
    day = formats.day(letter.implicit_on) if letter.implicit_on else ""
    basis = f" ({letter.type.basis})" if letter.type and letter.type.basis else ""
    if letter.regime == Regime.SVR:
        own = letter.type.remedies.strip() if letter.type else ""
        return [
            f"Sans décision expresse d’ici là, votre demande sera réputée rejetée le {day}{basis}.",
            own or REMEDIES,
        ]
    if letter.regime == Regime.SVA:
        certificate = (
            "Vous pourrez alors demander une attestation de cette acceptation (code des relations entre le public et "
            "l’administration, article L232-3)."
        )
        if not day:
            return [
                "Le silence gardé par l’administration vaudra acceptation au terme d’un délai de "
                f"{letter.months} mois, qui ne commencera que lorsque les pièces demandées auront été reçues{basis}.",
                certificate,
            ]
        return [f"Sans décision expresse d’ici là, votre demande sera réputée acceptée le {day}{basis}.", certificate]
    return []


def _pieces(letter: Letter) -> list[str]:
    """What is missing, and by when it must come (CRPA L114-5)."""
    pending = letter.suspensions.filter(received_on=None).first() if letter.pk else None
    if pending is None:
        return []
    effect = (
        "Le délai ne commencera qu’à leur réception."
        if letter.regime == Regime.SVA
        else "Ce délai suspend celui au terme duquel le silence vaut rejet."
        if letter.regime == Regime.SVR
        else ""
    )
    return [
        f"Votre dossier est incomplet. Envoyez-nous avant le {formats.day(pending.until)} : {pending.pieces}",
        *([effect] if effect else []),
    ]


def _service(letter: Letter) -> str:
    body = letter.organisation
    name = f"{letter.team.name}, {body.name}" if letter.team else body.name
    place = ", ".join(part for part in (body.address, f"{body.postal_code} {body.city}".strip()) if part)
    email = (letter.team.email if letter.team else "") or body.email
    reach = [part for part in (place, f"téléphone {body.phone}" if body.phone else "", email) if part]
    return f"Service chargé de votre dossier : {name}" + (f" ({' ; '.join(reach)})." if reach else ".")


def certificate(letter: Letter) -> list[str]:
    """What the certificate of an acceptance by silence says (CRPA L232-3)."""
    received = formats.day(letter.arrived_on or letter.registered_on)
    basis = f" ({letter.type.basis})" if letter.type and letter.type.basis else ""
    told = [
        f"Nous attestons que la demande reçue le {received}, enregistrée sous le numéro "
        f"{letter.chrono}, n’a pas reçu de décision expresse avant le {formats.day(letter.implicit_on)}.",
        f"Elle est réputée acceptée depuis cette date{basis}.",
        "Cette attestation est délivrée à la demande de la personne (code des relations entre le public et "
        "l’administration, article L232-3).",
    ]
    return [formats.typo(one) for one in told]
