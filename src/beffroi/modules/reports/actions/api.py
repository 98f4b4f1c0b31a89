"""What other tools write, and the keys by which they do."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.reports.models import ApiKey, Report
from beffroi.modules.reports.models.api import digest_of, draw_secret
from beffroi.shared.cases.actions import move_case, post_message
from beffroi.shared.cases.locking import lock_case
from beffroi.shared.cases.models import Message

ENDED = ("closed", "fixed", "resolved")
STARTED = ("open", "investigating", "in_progress", "action_scheduled")


@transaction.atomic
def create_key(organisation, *, actor, label: str) -> tuple[ApiKey, str]:
    """Give a tool its key; returns (key, secret): the secret is shown once. Records "reports.key_created"."""
    if not label.strip():
        raise ValidationError({"label": "Nommez l’application."})
    secret = draw_secret()
    key = ApiKey.objects.create(organisation=organisation, label=label.strip()[:80], digest=digest_of(secret))
    journal.record("reports.key_created", organisation, actor=actor, data={"key": key.pk})
    return key, secret


@transaction.atomic
def revoke_key(key: ApiKey, *, actor) -> None:
    """The key opens nothing any more. Records "reports.key_revoked" on its organisation."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        journal.record("reports.key_revoked", key.organisation, actor=actor, data={"key": key.pk})


@transaction.atomic
def note_media(report: Report, url: str) -> None:
    """An application names a picture elsewhere: agents may open it; it is neither fetched nor shown."""
    url = url.strip()[:500]
    body = f"Image indiquée par l’application\u202f: {url}"
    if url.startswith(("http://", "https://")) and not report.messages.filter(body=body, internal=True).exists():
        post_message(report, actor=None, body=body, internal=True)


@transaction.atomic
def update_from_tool(
    report: Report, *, key: ApiKey, status: str, text: str, number: uuid.UUID, media_url: str = ""
) -> int:
    """The competent body's own tool says where a report stands; returns the number of the update.

    A replay changes nothing. A picture that it names is told to agents, as that of a new report is. Ending wants
    words. Records "reports.acknowledge", "reports.resolve" or "reports.message".
    """
    report = lock_case(report)
    known = Message.objects.filter(client_uuid=number).first()
    if known is not None:
        return known.pk
    made = _apply_update(report, key, status, text, number)
    note_media(report, media_url)
    return made


def _apply_update(report: Report, key: ApiKey, status: str, text: str, number: uuid.UUID) -> int:
    if status in ENDED:
        move_case(report, "resolve", actor=None, reason=text, check=False)
    elif status in STARTED and report.state in report.new_states:
        move_case(report, "acknowledge", actor=None, reason=text, check=False)
    elif text:
        return post_message(report, actor=None, body=text, author_label=str(key.organisation), client_uuid=number).pk
    elif status not in STARTED:
        raise ValidationError("status\u202f: « open » ou « closed ».")
    message = Message.objects.filter(case_id=report.pk, client_uuid=None, body=text).order_by("-pk").first()
    if text and message is not None:
        Message.objects.filter(pk=message.pk).update(client_uuid=number, author_label=str(key.organisation))
        return message.pk
    return 0
