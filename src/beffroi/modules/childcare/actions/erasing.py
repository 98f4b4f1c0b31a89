"""Forgetting a child: what identifies them goes, the counts stay."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.childcare.models import Attendance, Child, Contact, HealthSheet, SeatWish, Tick
from beffroi.shared.files.actions import remove_files_of
from beffroi.shared.files.models import StoredFile


def forget_signatures(ticks: QuerySet[Tick]) -> int:
    """Take away the signatures of some gestures; returns how many."""
    kind = ContentType.objects.get_for_model(Tick)
    return StoredFile.objects.filter(target_type=kind, target_id__in=ticks.values("pk")).delete()[0]


@transaction.atomic
def erase_child(child: Child, *, actor=None) -> None:
    """Take away the name, the health sheet, the documents, the contacts, the rides; ages are kept by year."""
    held = Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    held.first_name, held.last_name, held.school = "", "", ""
    held.birth_date = held.birth_date.replace(month=1, day=1)
    held.erased_at = timezone.now()
    held.save()
    HealthSheet.objects.filter(child=held).delete()
    held.documents.all().delete()
    held.proposals.all().delete()
    for excuse in held.excuses.all():
        remove_files_of(excuse)
        excuse.delete()
    held.custody_exceptions.all().delete()
    held.rides.all().delete()
    SeatWish.objects.filter(home__child=held).delete()
    for contact in Contact.objects.filter(home__child=held):
        remove_files_of(contact)
        contact.delete()
    forget_signatures(Tick.objects.filter(booking__child=held))
    Tick.objects.filter(booking__child=held).update(with_name="")
    Attendance.objects.filter(booking__child=held).update(left_with="", reason="")
    held.enrolments.filter(end=None).update(end=timezone.localdate())
    journal.record("childcare.erase", held, actor=actor)
