"""Reports on their way to the server of the competent body: waiting, sent once, read again, told to their author."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from beffroi.kernel import journal, outgoing
from beffroi.modules.reports.models import Outlet, Report, Sending
from beffroi.modules.reports.outlets import client
from beffroi.modules.reports.outlets.telling import fields_of
from beffroi.shared.cases.actions import move_case, post_message
from beffroi.shared.cases.locking import lock_case, touch

Stage = Sending.Stage
TAKEN = datetime.timedelta(minutes=5)
# Minutes before the next attempt, by number of attempts made; then once a day.
DELAYS = (1, 5, 15, 60, 180, 720)
EVERY = datetime.timedelta(minutes=15)
# How long a request that was closed there is still read, for it may be opened again.
AFTER = datetime.timedelta(days=30)
BATCH = 200
# How many times a sending whose answer was lost is looked for before a person decides.
LOOKS = 4


@transaction.atomic
def save_outlet(outlet: Outlet, *, actor, mapping: dict[str, str] | None = None) -> Outlet:
    """Keep the server of a body. Records "reports.outlet". Raises ValidationError on an address that is not called."""
    try:
        outgoing.targets(outlet.endpoint)
    except outgoing.AddressRefused as refusal:
        raise ValidationError({"endpoint": f"Adresse refusée : {refusal}."}) from refusal
    if mapping is not None:
        outlet.mapping = {code: service for code, service in mapping.items() if service}
    outlet.full_clean()
    outlet.save()
    journal.record("reports.outlet", outlet.organisation, actor=actor, data={"active": outlet.is_active})
    return outlet


def read_services(outlet: Outlet, *, actor) -> int:
    """Ask the server what it takes, and keep it; returns how many services. Records "reports.outlet". Raises
    ValidationError in its words."""
    try:
        found = client.services(outlet)
    except (client.Unreachable, client.Unsure, client.Refused) as failure:
        raise ValidationError(str(failure)) from failure
    if not found:
        raise ValidationError("Ce serveur n’annonce aucun service.")
    with transaction.atomic():
        outlet.services, outlet.read_at = [list(pair) for pair in found], timezone.now()
        outlet.save(update_fields=["services", "read_at"])
        journal.record("reports.outlet", outlet.organisation, actor=actor, data={"services": len(found)})
    return len(found)


@transaction.atomic
def queue_sending(report: Report) -> Sending | None:
    """A report whose competent body has a server waits to be filed there, once. One that its author keeps from the
    public does not leave: the norm has no such thing as a private request."""
    outlet = Outlet.objects.filter(organisation=report.competent.pk, is_active=True).first()
    if outlet is None or report.is_private:
        return None
    if report.api_key is not None and report.api_key.organisation_id == outlet.organisation_id:
        return None  # it comes from there
    sending, _created = Sending.objects.get_or_create(report=report, outlet=outlet)
    if sending.stage == Stage.DROPPED:
        sending.stage, sending.not_before, sending.error = Stage.WAITING, timezone.now(), ""
        sending.save(update_fields=["stage", "not_before", "error"])
    return sending


def after_arrival(entry) -> None:
    """The reaction to a report that is filed, handed over, or corrected: see `queue_sending`."""
    report = entry.target
    if report is not None and report.is_open:
        queue_sending(Report.objects.select_related("organisation", "external", "api_key").get(pk=report.pk))


def send_due() -> int:
    """File what waits; returns how many were filed. A sender that died is relieved after five minutes, and the server
    asked whether it has the report before anything is sent again."""
    sent = 0
    while (sending := _take()) is not None:
        sent += _try(sending)
    return sent


def _take() -> Sending | None:
    now = timezone.now()
    with transaction.atomic():
        due = Sending.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            stage__in=(Stage.WAITING, Stage.SENDING), not_before__lte=now
        )
        related = (
            "outlet__organisation",
            "report__commune",
            "report__category",
            "report__external",
            "report__organisation",
        )
        sending = due.select_related(*related).order_by("not_before", "pk").first()
        if sending is None:
            return None
        sending.unsure = sending.unsure or sending.stage == Stage.SENDING
        sending.stage, sending.not_before = Stage.SENDING, now + TAKEN
        sending.attempts += 1
        sending.save(update_fields=["unsure", "stage", "not_before", "attempts"])
    return sending


def _try(sending: Sending) -> bool:
    outlet, report = sending.outlet, sending.report
    if not outlet.is_active or report.competent.pk != outlet.organisation_id or not report.is_open:
        _settle(sending, Stage.DROPPED, "Le signalement est clos, ou relève désormais d’un autre organisme.")
        return False
    service = outlet.service_for(report.category)
    if not service:
        _settle(sending, Stage.REFUSED, f"Aucun service de {outlet} ne correspond à « {report.category} ».")
        return False
    try:
        number, ticket = (client.find(sending), "") if sending.unsure else ("", "")
        if not number and sending.unsure and not outlet.replays:
            return _unknown(sending)
        if not number:
            number, ticket = client.file(outlet, fields_of(sending, service))
    except client.Refused as refusal:
        _settle(sending, Stage.REFUSED, str(refusal))
        return False
    except (client.Unreachable, client.Unsure) as failure:
        _wait(sending, str(failure), unsure=sending.unsure or isinstance(failure, client.Unsure))
        return False
    return _received(sending, number, ticket)


def _unknown(sending: Sending) -> bool:
    """It may have arrived and is not seen there: looked for a few times, since a list may come late, then decided by a
    person."""
    why = "L’envoi a peut-être été reçu : vérifiez auprès de l’organisme."
    if sending.attempts <= LOOKS:
        _wait(sending, why, unsure=True)
    else:
        _settle(sending, Stage.UNCERTAIN, why)
    return False


@transaction.atomic
def _received(sending: Sending, number: str, ticket: str) -> bool:
    held = Sending.objects.select_for_update(of=("self",)).get(pk=sending.pk)
    if held.stage == Stage.SENT:
        return False
    held.stage, held.number, held.ticket, held.sent_at = Stage.SENT, number, ticket, timezone.now()
    held.error, held.unsure = "", False
    held.save(update_fields=["stage", "number", "ticket", "sent_at", "error", "unsure"])
    journal.record("reports.sent", sending.report, actor=None, data={"to": sending.outlet.organisation_id})
    return True


def _wait(sending: Sending, why: str, *, unsure: bool) -> None:
    minutes = DELAYS[min(sending.attempts, len(DELAYS)) - 1] if sending.attempts <= len(DELAYS) else 1440
    Sending.objects.filter(pk=sending.pk, stage=Stage.SENDING).update(
        stage=Stage.WAITING,
        unsure=unsure,
        error=why[:300],
        not_before=timezone.now() + datetime.timedelta(minutes=minutes),
    )


@transaction.atomic
def _settle(sending: Sending, stage: str, why: str) -> None:
    """It will not leave by itself any more: agents are told, in the thread of the report."""
    report = lock_case(sending.report)
    held = Sending.objects.select_for_update(of=("self",)).get(pk=sending.pk)
    if held.stage != Stage.SENDING:
        return
    held.stage, held.error = stage, why[:300]
    held.save(update_fields=["stage", "error"])
    if stage == Stage.DROPPED:
        return
    body = f"L’envoi à {sending.outlet} (Open311) n’est pas passé\u202f: {why}"
    message = post_message(report, actor=None, body=body, internal=True)
    touch(report, unread_at=report.unread_at or message.created_at)


@transaction.atomic
def retry_sending(sending: Sending, *, actor, number: str = "") -> Sending:
    """An agent decides what becomes of a sending that stopped: `number` = it is there under this number; else it
    leaves again. Records "reports.sent" or "reports.sent_again"."""
    held = Sending.objects.select_for_update(of=("self",)).get(pk=sending.pk)
    if held.stage not in (Stage.REFUSED, Stage.UNCERTAIN):
        raise ValidationError("Cet envoi n’attend plus de décision.")
    if number.strip():
        held.stage, held.number, held.sent_at, held.error = Stage.SENT, number.strip()[:100], timezone.now(), ""
    else:
        held.stage, held.not_before, held.unsure, held.attempts = Stage.WAITING, timezone.now(), False, 0
    held.save()
    verb = "reports.sent" if number.strip() else "reports.sent_again"
    journal.record(verb, held.report, actor=actor, data={"to": held.outlet.organisation_id})
    return held


def read_back() -> int:
    """Ask each server where the reports filed there stand; returns how many have changed. What cannot be read now is
    read at the next turn; each server has its own batch, so that one which does not answer delays no other."""
    now = timezone.now()
    followed = Q(report__closed_at__isnull=True) | Q(report__closed_at__gte=now - AFTER)
    due = Sending.objects.filter(followed, stage=Stage.SENT).filter(Q(read_at=None) | Q(read_at__lte=now - EVERY))
    due = due.select_related("report").order_by(F("read_at").asc(nulls_first=True), "pk")
    return sum(_read(one, list(due.filter(outlet=one)[:BATCH])) for one in Outlet.objects.filter(is_active=True))


def _read(outlet: Outlet, sendings: list[Sending]) -> int:
    if not sendings:
        return 0
    try:
        for sending in sendings:
            if not sending.number and (number := client.number_of(outlet, sending.ticket)):
                sending.number = number
                Sending.objects.filter(pk=sending.pk, number="").update(number=number)
        rows = client.read(outlet, [one.number for one in sendings if one.number])
    except (client.Unreachable, client.Unsure, client.Refused):
        return 0
    Sending.objects.filter(pk__in=[one.pk for one in sendings]).update(read_at=timezone.now())
    return sum(note_reading(sending, rows[sending.number]) for sending in sendings if sending.number in rows)


@transaction.atomic
def note_reading(sending: Sending, row: dict) -> bool:
    """What the server of the competent body says of a report: its author is told of what is new; True when something
    was. A second reading of the same changes nothing, and what a body says once another is competent is only kept.
    Records "reports.resolve", "reports.reopen" or "reports.message"."""
    report = lock_case(sending.report)
    held = Sending.objects.select_for_update(of=("self",)).select_related("outlet__organisation").get(pk=sending.pk)
    status = "closed" if str(row.get("status") or "").strip().lower() == "closed" else "open"
    notes = str(row.get("status_notes") or "").strip()[:2000]
    before = held.status
    if (status, notes) == (before, held.notes):
        return False
    said = notes if notes != held.notes else ""
    held.status, held.notes = status, notes
    held.save(update_fields=["status", "notes"])
    body = held.outlet.organisation
    if report.competent.pk != body.pk:
        return False
    if status == "closed" and before != "closed" and report.is_open:
        move_case(report, "resolve", actor=None, reason=said or f"{body} déclare le problème réglé.", check=False)
    elif status == "open" and before == "closed" and not report.is_open and report.state != report.states.MERGED:
        move_case(report, "reopen", actor=None, reason=said or f"{body} a rouvert le signalement.", check=False)
    elif said:
        post_message(report, actor=None, body=said, author_label=str(body)[:120])
    return True
