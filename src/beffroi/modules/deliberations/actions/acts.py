"""Register an act, number it, note what the State and the person concerned received."""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.deliberations.actions.drafting import redraw
from beffroi.modules.deliberations.models import Act, Item, Register
from beffroi.modules.deliberations.workflow import State, workflow
from beffroi.shared.files.actions import attach, remove_file
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation

VOTES = ("voters", "votes_cast", "votes_for", "votes_against", "abstentions")
FIELDS = (
    "organisation",
    "nature",
    "object",
    "matter",
    "decided_on",
    "author_first_name",
    "author_last_name",
    "author_quality",
    "must_transmit",
    *VOTES,
)


@transaction.atomic
def create_act(act: Act, *, actor, document=(), annexes=()) -> Act:
    """Open the draft of an act, with its document (a PDF) and its annexes. Records "deliberations.create"."""
    act.full_clean(exclude=["number"])
    act.save(force_insert=True)
    _attach(act, document, annexes)
    journal.record("deliberations.create", act, actor=actor, data={"nature": act.nature})
    return act


@transaction.atomic
def edit_act(act: Act, *, actor, document=(), annexes=(), removed=()) -> Act:
    """Change a draft, or the pages of an act that is not published yet. Records "deliberations.edit".

    Raises ValidationError when it was published meanwhile.
    """
    locked = Act.objects.select_for_update().get(pk=act.pk)
    if locked.state not in (State.DRAFT, State.ADOPTED):
        raise ValidationError(f"L’acte est « {locked.get_state_display()} » : il ne se modifie plus.")
    act.refresh_from_db(fields=["state"])
    if Item.objects.filter(act=act).exclude(voting="").exists():
        for name in VOTES:  # they come from the vote of the meeting, and change with it alone
            setattr(act, name, getattr(locked, name))
    act.full_clean(exclude=["number"])
    if document:
        act.text = ""
    act.save(update_fields=[*FIELDS, "text"])
    if document:
        for old in StoredFile.objects.about(act).filter(kind="act"):
            remove_file(old, actor=actor)
    for old in StoredFile.objects.about(act).filter(kind="annex", pk__in=removed):
        remove_file(old, actor=actor)
    _attach(act, document, annexes)
    redraw(act)
    journal.record("deliberations.edit", act, actor=actor)
    return act


def _attach(act: Act, document, annexes) -> None:
    for file in document:
        if file.blob.mime != "application/pdf":
            raise ValidationError({"document": "Donnez l’acte en PDF : un format que personne ne modifie par mégarde."})
    attach(document, act, kind="act")
    attach(annexes, act, kind="annex")


def next_number(organisation: Organisation, nature: str, year: int) -> str:
    """The next number of a series, taken under its lock: "2026-041" for a deliberation, "AR2026-012" for an order.

    To be called in the transaction that writes the act, so that a failure gives the number back.
    """
    Register.objects.get_or_create(organisation=organisation, series=nature, year=year)
    register = Register.objects.select_for_update().get(organisation=organisation, series=nature, year=year)
    prefix = "" if nature == Act.Nature.DELIBERATION else nature
    while True:
        register.last += 1
        number = f"{prefix}{year}-{register.last:03d}"
        if not Act.objects.filter(organisation=organisation, number=number).exists():
            break
    register.save(update_fields=["last"])
    return number


@transaction.atomic
def adopt_act(act: Act, *, actor, decided_on: datetime.date, number: str = "") -> Act:
    """The act was adopted or signed: it gets its number, the one given or the next. Records "deliberations.adopt"."""
    if decided_on > timezone.localdate():
        raise ValidationError({"decided_on": "La date de la décision est dans le futur."})
    given = number.strip().upper()
    act.number = given or next_number(act.organisation, act.nature, decided_on.year)
    act.decided_on = decided_on
    act.clean_fields()
    try:
        with transaction.atomic():
            changed = {"number": act.number, "decided_on": decided_on}
            workflow.fire("adopt", act, actor=actor, update=changed, data={"number": act.number})
            redraw(act)
    except IntegrityError as error:
        if "act_number" in str(error):
            raise ValidationError({"number": f"Le numéro {act.number} est déjà pris."}) from None
        raise
    return act


@transaction.atomic
def receive_act(act: Act, *, actor, receipt: str, received_on: datetime.date) -> Act:
    """Note the receipt of the representative of the State, that an approved operator gave. Records
    "deliberations.receive"."""
    if received_on > timezone.localdate():
        raise ValidationError({"received_on": "L’accusé de réception ne peut pas venir du futur."})
    if received_on < act.decided_on:
        raise ValidationError({"received_on": "L’accusé de réception ne peut pas précéder la décision."})
    workflow.fire("receive", act, actor=actor, update={"receipt": receipt.strip(), "received_on": received_on})
    return act


@transaction.atomic
def notify_act(act: Act, *, actor, notified_on: datetime.date) -> Act:
    """An individual act was handed to the person concerned. Records "deliberations.notify"."""
    if not act.decided_on <= notified_on <= timezone.localdate():
        raise ValidationError({"notified_on": "La notification se place entre la décision et aujourd’hui."})
    workflow.fire("notify", act, actor=actor, update={"notified_on": notified_on})
    return act


@transaction.atomic
def cancel_act(act: Act, *, actor, reason: str) -> Act:
    """Give up an act before it is published; its number, if it had one, stays taken. Records "deliberations.cancel"."""
    workflow.fire("cancel", act, actor=actor, data={"reason": reason.strip()})
    return act
