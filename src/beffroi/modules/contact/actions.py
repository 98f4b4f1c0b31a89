"""Every write of the contact form."""

from django.db import transaction

from beffroi.kernel import journal
from beffroi.modules.contact.models import ContactRequest, Subject
from beffroi.shared.cases.actions import open_case
from beffroi.shared.cases.deadlines import due_date
from beffroi.shared.files.actions import attach


def body_for(subject: Subject, commune=None):
    """Who answers: (organisation, team). A commune that is not a member of the EPCI has no desk here."""
    if subject.to_commune and commune is not None and commune.member:
        return commune, None
    return subject.organisation, subject.team


@transaction.atomic
def send_request(
    *, actor, subject: Subject, body: str, title: str = "", commune=None, files=(), **fields
) -> tuple[ContactRequest, bool]:
    """Bring a message to the right service; returns (request, created). A replay with the same `client_uuid` is
    harmless. Records "contact.create"."""
    organisation, team = body_for(subject, commune)
    request, created = open_case(
        ContactRequest,
        actor=actor,
        title=(title.strip() or subject.label)[:200],
        state=ContactRequest.new_states[0],
        subject=subject,
        body=body.strip(),
        organisation=organisation,
        team=team,
        commune=commune,
        due_at=due_date(organisation, hours=subject.hours, start=fields.get("created_at")),
        **fields,
    )
    if created:
        attach(files, request)
    return request, created


@transaction.atomic
def save_subject(subject: Subject, *, actor) -> Subject:
    """Add or change a subject. Records "contact.subject"."""
    subject.full_clean()
    subject.save()
    journal.record("contact.subject", subject, actor=actor)
    return subject


@transaction.atomic
def remove_subject(subject: Subject, *, actor) -> None:
    """Drop a subject; the messages that it brought stay. Records "contact.subject_remove" on its organisation."""
    journal.record("contact.subject_remove", subject.organisation, actor=actor, data={"label": subject.label})
    subject.delete()
