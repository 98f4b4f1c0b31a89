"""The life of a meeting."""

from django.db import models

from beffroi.kernel import access
from beffroi.kernel.workflow import Transition, Workflow

EDIT = "deliberations.edit"


class MeetingState(models.TextChoices):
    DRAFT = "draft", "En préparation"
    CONVENED = "convened", "Convoquée"
    HELD = "held", "Tenue"
    CANCELLED = "cancelled", "Annulée"


MEETING_TONES = {
    MeetingState.DRAFT: "new",
    MeetingState.CONVENED: "progress",
    MeetingState.HELD: "done",
    MeetingState.CANCELLED: "neutral",
}


def _editor(actor, meeting) -> bool:
    return access.can(actor, EDIT, meeting.organisation_id)


meeting_workflow = Workflow(
    Transition(
        verb="convene",
        label="Convoquer",
        sources=(MeetingState.DRAFT,),
        target=MeetingState.CONVENED,
        who=_editor,
        tone="primary",
    ),
    Transition(
        verb="hold",
        label="Clore la séance",
        sources=(MeetingState.CONVENED,),
        target=MeetingState.HELD,
        who=_editor,
        tone="primary",
    ),
    Transition(
        verb="call_off",
        label="Annuler la séance",
        sources=(MeetingState.DRAFT, MeetingState.CONVENED),
        target=MeetingState.CANCELLED,
        who=_editor,
        reason=True,
        tone="danger",
    ),
)
