"""What the requester does alone: be reached or not, find a lost link again, read."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.cases.locking import lock_case, touch
from beffroi.shared.cases.models import Case, Follower


@transaction.atomic
def set_contact_email(case: Case, *, actor, email: str) -> Case:
    """Give the address at which one wants to be told, or withdraw it (empty). Records "<app>.email"."""
    case = lock_case(case)
    email = email.strip().lower()
    if email == case.contact_email:
        return case
    touch(case, contact_email=email)
    journal.record(f"{case._meta.app_label}.email", case, actor=actor, data={"given": bool(email)})
    return case


@transaction.atomic
def send_links(reference: str, email: str) -> int:
    """Send again the link of a case to this address, if it is that of its author or of a follower; returns how many.

    Records "<app>.remind": the message leaves with it, to the address that the case already knows.
    """
    case = Case.objects.filter(reference=reference.strip().upper(), anonymised_at=None).first()
    if case is None:
        return 0
    email, concrete, sent = email.strip(), case.specific, 0
    if Case.objects.filter(_author(email), pk=case.pk).exists():
        journal.record(f"{concrete._meta.app_label}.remind", concrete, actor=None)
        sent += 1
    for follower in Follower.objects.filter(case=case, email__iexact=email):
        data = {"follower": follower.pk}
        journal.record(f"{concrete._meta.app_label}.remind", concrete, actor=None, data=data)
        sent += 1
    return sent


def _author(email: str) -> Q:
    contact = Q(contact_email__iexact=email, requester=None, person=None)
    return contact | Q(requester__email__iexact=email) | Q(person__email__iexact=email)


def mark_seen(case: Case) -> None:
    """The requester has opened the page: nothing is new any more. No line of the journal: nothing was decided."""
    if case.has_news:
        case.seen_at = timezone.now()
        Case.objects.filter(pk=case.pk).update(seen_at=case.seen_at)
