"""Secure mail: the documents of a folder sent to people outside, each by a link of their own, read once they have said
that they received them.

The link is one of those of the documents: its secret is kept nowhere, it ends on its day, a mere visit reads nothing.
"""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.notices import outbox
from beffroi.kernel.notices.filling import absolute
from beffroi.shared.documents.actions import close_parcel, give_parcel
from beffroi.shared.files.actions import attach
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import bordereau
from beffroi.shared.signing.actions import signature
from beffroi.shared.signing.actions.deciding import _check_current, _go_on, _lock, _skip_others
from beffroi.shared.signing.models import Folder, Kind, Sending, Step

MOST = 30
LONGEST = 180  # days
TWICE = "Cette adresse a déjà reçu le dossier."


@transaction.atomic
def mail_folder(
    step: Step,
    *,
    actor,
    recipients: Sequence[tuple[str, str]],
    message: str = "",
    days: int = 30,
    with_annexes: bool = True,
) -> Step:
    """Send the documents as they are now, and their bordereau, to these people (name, address): whoever holds the desk.
    The step is then done; each reading is dated when it comes. Records "signing.approve", then "signing.finish" after
    the last step. Raises ValidationError, PermissionDenied."""
    locked, capacity = _lock(step, actor)
    _check_current(locked)
    if locked.kind != Kind.MAIL:
        raise ValidationError("Cette étape n’envoie pas de mail sécurisé.")
    _check(recipients, days)
    folder = locked.folder
    locked.decided_by, locked.decided_at, locked.capacity = actor, timezone.now(), capacity
    locked.outcome = Step.Outcome.APPROVED
    locked.save()
    signature.trace(locked)
    files = [file for file in folder.documents() if with_annexes or file.kind != "annex"]
    if not files:
        raise ValidationError("Le document n’est plus là.")
    record = signature.stored(f"Bordereau {folder.pk}.pdf", bordereau.render(folder), actor)
    files += attach([record], folder, kind="record")
    for name, email in recipients:
        _send(locked, actor, name, email, files, message, days)
    data = {"step": locked.pk, "sent": len(recipients)}
    journal.record("signing.approve", folder, actor=actor, data=data)
    _skip_others(locked)
    _go_on(folder, actor)
    return locked


def _check(recipients: Sequence[tuple[str, str]], days: int) -> None:
    if not 0 < len(recipients) <= MOST:
        raise ValidationError({"recipients": f"De un à {MOST} destinataires."})
    if len({email.casefold() for _name, email in recipients}) < len(recipients):
        raise ValidationError({"recipients": "La même adresse est donnée deux fois."})
    if not 1 <= days <= LONGEST:
        raise ValidationError({"days": f"De 1 à {LONGEST} jours."})


def _send(step: Step, actor, name: str, email: str, files: Sequence[StoredFile], message: str, days: int) -> Sending:
    folder, now = step.folder, timezone.now()
    link, token = give_parcel(
        list(files),
        actor=actor,
        body=folder.organisation,
        label=f"Parapheur, dossier {folder.pk}",
        expires_at=now + datetime.timedelta(days=days),
        message=message,
    )
    sending = Sending(
        step=step,
        name=name.strip(),
        email=email.strip(),
        link=link,
        sent_by=actor,
        sent_at=now,
        expires_at=link.expires_at,
    )
    sending.full_clean(exclude=["link"], validate_constraints=False)
    try:
        with transaction.atomic():
            sending.save(force_insert=True)
    except IntegrityError as fault:
        raise ValidationError({"recipients": TWICE}) from fault
    context = {
        "sending": sending,
        "folder": folder,
        "body": folder.organisation,
        "message": message.strip(),
        "link": absolute(reverse("documents:shared", args=[token])),
    }
    outbox.post(
        key=f"signing.mail:{sending.pk}",
        channel="email",
        address=sending.email,
        ephemeral=True,
        subject=render_to_string("signing/notices/mailed.subject.txt", context).strip(),
        body=render_to_string("signing/notices/mailed.txt", context).strip(),
    )
    return sending


def _held(sending: Sending, actor) -> Sending:
    """The sending as it is now, its folder locked: for whoever holds the desk that sent it."""
    locked, _capacity = _lock(sending.step, actor)
    found = Sending.objects.select_related("link").get(pk=sending.pk)
    found.step = locked
    if not found.is_waiting:
        raise ValidationError("Cet envoi est déjà lu, ou retiré.")
    return found


@transaction.atomic
def cancel_sending(sending: Sending, *, actor) -> None:
    """The link opens nothing any more. Records "signing.unmail"."""
    found = _held(sending, actor)
    _close(found, actor)
    data = {"step": found.step_id, "sending": found.pk}
    journal.record("signing.unmail", found.step.folder, actor=actor, data=data)


def _close(sending: Sending, actor) -> None:
    if sending.link is not None:
        close_parcel(sending.link, actor=actor)
    sending.cancelled_at = timezone.now()
    sending.save(update_fields=["cancelled_at"])


@transaction.atomic
def mail_again(sending: Sending, *, actor, days: int = 30) -> Sending:
    """Send the same files to the same person by a new link; the former opens nothing any more. Records
    "signing.remail"."""
    found = _held(sending, actor)
    if not found.email or found.link is None:
        raise ValidationError("L’adresse ou les fichiers de cet envoi ne sont plus gardés.")
    files, message = list(found.link.files.order_by("name", "pk")), found.link.message
    _close(found, actor)
    made = _send(found.step, actor, found.name, found.email, files, message, days)
    data = {"step": found.step_id, "sending": made.pk}
    journal.record("signing.remail", found.step.folder, actor=actor, data=data)
    return made


def note_reading(entry) -> None:
    """Somebody outside said that they received something by a link: when it is a folder, its sending is dated, in the
    same transaction. Records "signing.read" on the folder."""
    waiting = Sending.objects.filter(link=entry.data.get("link"), read_at=None).exclude(link=None)
    found = waiting.select_related("step").first()
    if found is None:
        return
    folder = Folder.objects.select_for_update().get(pk=found.step.folder_id)
    found.read_at = entry.at
    found.save(update_fields=["read_at"])
    journal.record("signing.read", folder, actor=None, data={"step": found.step_id, "sending": found.pk})
