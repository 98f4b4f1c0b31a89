"""The steps by which a régie reminds those who are late: when, by which way, in which words."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from beffroi.kernel import braces

MOST_STEPS = 6
MOST_DAYS = 365
TITLE_LENGTH = 80
TEXT_LENGTH = 1000
# What an agent may write between braces: « Il reste {reste}. »
PLACES = {
    "facture": "le numéro de la facture",
    "objet": "ce qu’elle facture",
    "échéance": "son dernier jour",
    "reste": "ce qui reste dû",
    "régie": "le nom de la régie",
}


class Channel(models.TextChoices):
    """By which way a step is told. A message = the account, else the e-mail, else the telephone."""

    MESSAGE = "message", "Message, ou lettre à qui n’en reçoit pas"
    LETTER = "letter", "Lettre à tous"
    BOTH = "both", "Message et lettre"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: taken `days` days after the last day of an invoice, and written `text` under the name `title`."""

    days: int
    title: str
    text: str
    channel: str = Channel.MESSAGE.value


USUAL = (
    Step(
        days=3,
        title="Rappel",
        text="La facture {facture} ({objet}) était à payer avant le {échéance} ; il reste {reste}. Vous l’avez "
        "peut-être oubliée : merci de la régler dès que possible.",
    ),
    Step(
        days=15,
        title="Relance",
        text="Malgré un premier rappel, la facture {facture} ({objet}) n’est pas réglée : il reste {reste}. Merci de "
        "la payer sous huit jours.",
    ),
    Step(
        days=30,
        title="Dernier avis avant transmission au comptable public",
        text="La facture {facture} ({objet}), à payer avant le {échéance}, n’est toujours pas réglée : il reste "
        "{reste}. Sans paiement de votre part sous huit jours, elle sera transmise au comptable public, qui en "
        "poursuivra le recouvrement.",
    ),
)


def usual_steps() -> list[dict[str, Any]]:
    """What a régie begins with, as it is kept."""
    return kept(USUAL)


def kept(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps as they are kept (JSON), in the order of their delays."""
    return [asdict(step) for step in sorted(steps, key=lambda step: step.days)]


def read(rows: Iterable[Mapping[str, Any]]) -> list[Step]:
    """The steps that were kept, in their order."""
    return [Step(**row) for row in rows]


def check(steps: Iterable[Step]) -> None:
    """Refuse what could not be followed. Raises ValidationError with every fault, step after step."""
    steps = sorted(steps, key=lambda step: step.days)
    faults = []
    if len(steps) > MOST_STEPS:
        faults.append(f"Au plus {MOST_STEPS} étapes.")
    for rank, step in enumerate(steps, 1):
        said = f"Étape {rank}"
        if not 1 <= step.days <= MOST_DAYS:
            faults.append(f"{said} : de 1 à {MOST_DAYS} jours de retard.")
        if rank > 1 and step.days == steps[rank - 2].days:
            faults.append(f"{said} : une autre étape a déjà lieu à {step.days} jours.")
        if not step.title.strip() or len(step.title) > TITLE_LENGTH:
            faults.append(f"{said} : donnez-lui un nom, de {TITLE_LENGTH} signes au plus.")
        if not step.text.strip() or len(step.text) > TEXT_LENGTH:
            faults.append(f"{said} : écrivez son texte, de {TEXT_LENGTH} signes au plus.")
        if step.channel not in Channel.values:
            faults.append(f"{said} : choisissez comment elle part.")
        faults += [f"{said} : « {{{name}}} » ne veut rien dire." for name in braces.unknown(step.text, PLACES)]
    if faults:
        raise ValidationError(faults)
