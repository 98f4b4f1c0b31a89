"""Two files of the same child: told to the agents alone, then made one with two homes, or left apart."""

from django.db import transaction
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare.actions.erasing import erase_child
from beffroi.modules.childcare.actions.waiting import lock_places, offer_free_places
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import (
    Booking,
    Child,
    ChildHome,
    Document,
    Enrolment,
    Excuse,
    HealthSheet,
    Likeness,
    Proposal,
)
from beffroi.modules.childcare.workflow import HOLDING
from beffroi.shared.files.models import StoredFile

BOTH_SAID = ("allergies", "pai", "treatments", "remarks")  # what one parent knows and the other may not


def _fold(value) -> Func:
    return Func(value, function="kernel_fold")


def like(organisation_id: int, first_name: str, last_name: str, birth_date) -> QuerySet[Child]:
    """The files of a body with those names, whatever their accents and capitals, and that birth date."""
    rows = Child.objects.kept().filter(organisation=organisation_id, birth_date=birth_date)
    rows = rows.annotate(first=_fold(F("first_name")), last=_fold(F("last_name")))
    return rows.filter(first=_fold(Value(first_name)), last=_fold(Value(last_name)))


def signal_doubles(child: Child) -> list[Likeness]:
    """Tell the agents of the files that resemble a new one. Records "childcare.likeness" on each, not on the child."""
    found = like(child.organisation_id, child.first_name, child.last_name, child.birth_date).exclude(pk=child.pk)
    made = [Likeness.objects.create(child=child, known=known) for known in found.order_by("pk")]
    for one in made:
        journal.record("childcare.likeness", one, actor=None)
    return made


def _lock(likeness: Likeness) -> Likeness:
    held = Likeness.objects.select_for_update(of=("self",)).select_related("child", "known").get(pk=likeness.pk)
    if held.decided_at is not None:
        raise Refused("Cette alerte a déjà reçu une réponse.")
    return held


def _decide(held: Likeness, outcome: str, actor) -> None:
    held.outcome, held.decided_at, held.decided_by = outcome, timezone.now(), account_of(actor)
    held.save(update_fields=["outcome", "decided_at", "decided_by"])
    journal.record("childcare.likeness_decided", held, actor=actor, data={"outcome": outcome})


@transaction.atomic
def dismiss_likeness(likeness: Likeness, *, actor) -> None:
    """They are two children: both files stay, and nobody is told. Records "childcare.likeness_decided"."""
    _decide(_lock(likeness), Likeness.Outcome.OTHER, actor)


@transaction.atomic
def link_likeness(likeness: Likeness, *, actor, share: int = 50) -> tuple[Child, int]:
    """It is the same child: the home of the new file becomes the second home of the known one, with its days.

    A day that both booked at the same hours is kept once, for the home known first; the other is cancelled free of
    charge. Returns (child, how many were). Raises Refused: already answered, a file that is gone, a third home.
    Records "childcare.home_add" on the known child.
    """
    held = _lock(likeness)
    pair = [held.known_id, held.child_id]
    files = {one.pk: one for one in Child.objects.select_for_update(of=("self",)).filter(pk__in=pair).order_by("pk")}
    known, other = files[held.known_id], files[held.child_id]
    if known.erased_at or other.erased_at:
        raise Refused("Un de ces deux dossiers n’existe plus.")
    home = _join(known, other, share)
    cancelled = _take_days(known, other, actor)
    _take_file(known, other, actor)
    _decide(held, Likeness.Outcome.SAME, actor)
    _follow(known, other)
    erase_child(other, actor=actor)
    Child.objects.filter(pk=other.pk).update(merged_into=known)
    journal.record("childcare.home_add", known, actor=actor, data={"home": home.pk})
    return known, cancelled


def _join(known: Child, other: Child, share: int) -> ChildHome:
    """The homes of the new file become those of the known one. Raises Refused past two, or twice the same."""
    first = list(known.homes.filter(end=None))
    second = list(other.homes.filter(end=None))
    if len(first) != 1 or len(second) != 1:
        raise Refused("Un enfant a deux foyers au plus : retirez-en un d’abord.")
    if first[0].household_id == second[0].household_id:
        raise Refused("Les deux dossiers sont du même foyer : gardez-en un, l’autre s’éteindra de lui-même.")
    other.homes.exclude(pk=second[0].pk).update(child=known)
    home = second[0]
    home.child, home.rank, home.share = known, 2 if first[0].rank == 1 else 1, share
    home.save(update_fields=["child", "rank", "share"])
    ChildHome.objects.filter(pk=first[0].pk).update(share=100 - share)
    return home


def _take_days(known: Child, other: Child, actor) -> int:
    """Move the registrations and the bookings; returns how many days were booked twice, and are cancelled once."""
    taken = list(other.bookings.live().values_list("group", "day"))
    lock_places((group for group, _day in taken), (day for _group, day in taken))
    hours = Booking.objects.holding().filter(child=known, during__overlap=OuterRef("during"))
    same = Booking.objects.live().filter(child=known, unit=OuterRef("unit"), day=OuterRef("day"))
    twice = Q(Exists(same)) | Q(state__in=HOLDING) & Q(Exists(hours))
    freed = set()
    for booking in other.bookings.live().filter(twice).select_for_update(of=("self",)).order_by("pk"):
        freed.add((booking.group_id, booking.day))
        update = {"cancelled_at": timezone.now(), "late": False, "answer_by": None}
        booking.workflow.fire("cancel", booking, actor=actor, check=False, update=update)
    there = Enrolment.objects.filter(child=known, end=None).values("activity")
    ended = Enrolment.objects.filter(child=other, end=None, activity__in=there)
    ended.update(end=timezone.localdate())
    other.enrolments.update(child=known)
    other.bookings.update(child=known)
    other.rides.update(child=known)
    offer_free_places(freed)
    return len(freed)


def _take_file(known: Child, other: Child, actor) -> None:
    """Documents, requests, health: what only one parent had said of the child's health is kept beside the rest."""
    Document.objects.filter(child=other).update(child=known)
    Proposal.objects.filter(child=other).update(child=known)
    Excuse.objects.filter(child=other).update(child=known)
    StoredFile.objects.about(other).update(target_id=known.pk)
    sheets = {one.child_id: one for one in HealthSheet.objects.select_for_update().filter(child__in=[known, other])}
    given, kept = sheets.get(other.pk), sheets.get(known.pk)
    if given is None:
        return
    if kept is None:
        given.child = known
        given.save(update_fields=["child"])
    else:
        kept.content, kept.updated_at = gathered(kept.content, given.content), timezone.now()
        kept.save(update_fields=["content", "updated_at"])
        given.delete()
    journal.record("childcare.health", known, actor=actor, data={"fields": sorted(given.content)})


def gathered(kept: dict, given: dict) -> dict:
    """Two health sheets of one child as one: nothing that may save them is lost, dates of vaccines are put together."""
    found = {**given, **kept}
    for name in BOTH_SAID:
        said = [one for one in dict.fromkeys((kept.get(name, ""), given.get(name, ""))) if one]
        if said:
            found[name] = "\n".join(said)
    first, second = kept.get("vaccines", {}), given.get("vaccines", {})
    if first or second:
        codes = sorted({*first, *second})
        found["vaccines"] = {code: sorted({*first.get(code, ()), *second.get(code, ())}) for code in codes}
    return found


def _follow(known: Child, other: Child) -> None:
    """What else was said of the new file is said of the known one."""
    for one in Likeness.objects.filter(decided_at=None).filter(Q(child=other) | Q(known=other)):
        third = one.known_id if one.child_id == other.pk else one.child_id
        one.delete()
        if third != known.pk and not Likeness.objects.filter(child__in=(known.pk, third), known__in=(known.pk, third)):
            Likeness.objects.create(child_id=third, known=known)
