"""How the personal data of a case dies: once it has been closed long enough, or when its author asks."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.modules import RetentionRule
from beffroi.shared.cases.locking import lock_case, touch
from beffroi.shared.cases.models import Case, Follower, Message
from beffroi.shared.files.actions import remove_files_of

ERASED = "Texte effacé à la fin de la durée de conservation."
PATIENCE = timedelta(days=30)
BASIS = "Règlement (UE) 2016/679, art. 5, 1, e : pas plus longtemps que ce que la demande exige."


def rule_for(model: type[Case], keep: timedelta, *, basis: str = BASIS) -> RetentionRule:
    """Anonymise the cases of a kind that have been closed for `keep`: contacts, messages, files, personal texts.

    What remains is the fact: what was asked, where, when, how it ended.
    """

    def due(now):
        return model._base_manager.filter(closed_at__lt=now - keep, anonymised_at__isnull=True)

    return RetentionRule(
        code=f"{model._meta.app_label}.{model._meta.model_name}",
        model=model._meta.label,
        label=f"{str(model._meta.verbose_name_plural).capitalize()} clos",
        basis=basis,
        keep=keep,
        due=due,
        apply=anonymise_case,
    )


def _unconfirmed(now):
    return Follower.objects.filter(confirmed_at__isnull=True, user__isnull=True, created_at__lt=now - PATIENCE)


FOLLOWERS = RetentionRule(
    code="cases.unconfirmed",
    model="cases.Follower",
    label="Adresses qui n’ont pas confirmé leur suivi",
    basis=BASIS,
    keep=PATIENCE,
    due=_unconfirmed,
    apply=lambda follower: follower.delete(),
    action="delete",
    each=False,
)


@transaction.atomic
def anonymise_case(case: Case, *, actor=None, now=None) -> Case:
    """Cut a case off from anybody. Records "<app>.anonymise"."""
    case = lock_case(case)
    for message in Message.objects.filter(case_id=case.pk):
        remove_files_of(message)
    Message.objects.filter(case_id=case.pk).update(body=ERASED, author_label="")
    Follower.objects.filter(case_id=case.pk).delete()
    remove_files_of(case)
    touch(
        case,
        title=f"{case.kind_label.capitalize()} {case.reference}",
        requester=None,
        person=None,
        mandate=None,
        contact_name="",
        contact_email="",
        contact_phone="",
        unread_at=None,
        anonymised_at=now or timezone.now(),
    )
    if case.personal_fields:
        for name in case.personal_fields:
            setattr(case, name, "")
        case.save(update_fields=list(case.personal_fields))
    journal.record(f"{case._meta.app_label}.anonymise", case, actor=actor)
    return case
