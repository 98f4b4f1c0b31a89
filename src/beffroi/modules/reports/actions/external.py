"""What a competent body without desk answers by its link."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.modules.reports.models import Report
from beffroi.shared.cases.actions import move_case, post_message
from beffroi.shared.cases.locking import lock_case, touch


@transaction.atomic
def answer_as_external(report: Report, *, answer: str, text: str) -> Report:
    """Take it in charge, say that it is solved, decline, or write.

    Moves like an agent of the body that keeps watch, the link being the right; « cela ne relève pas de nous » is an
    internal note, marked unread: the watching body decides to whom it goes. Records "reports.acknowledge",
    "reports.resolve", "reports.message" or "reports.note".
    """
    report = lock_case(report)
    body, name = text.strip(), str(report.external)
    if answer == "acknowledge":
        return move_case(report, "acknowledge", actor=None, reason=body, check=False)
    if answer == "resolve":
        return move_case(report, "resolve", actor=None, reason=body, check=False)
    if answer not in ("decline", "note"):
        raise ValidationError({"answer": "Choisissez une réponse."})
    declined = answer == "decline"
    said = f"{name} répond que ce signalement ne relève pas de lui\u202f:\n{body}" if declined else body
    message = post_message(report, actor=None, body=said, internal=declined, author_label=name)
    if declined:
        touch(report, unread_at=message.created_at)
    return report
