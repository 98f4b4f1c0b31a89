"""Be told of what is reported around a place: ask, prove the address, stop."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.notices import outbox
from beffroi.kernel.notices.filling import absolute
from beffroi.modules.reports.models import Watch
from beffroi.modules.reports.routing import operator

MOST = 10
DECIMALS = 3  # about a hundred metres


@transaction.atomic
def ask_watch(*, email: str, commune=None, location=None, radius: int = Watch.Radius.VILLAGE, family=None) -> Watch:
    """Ask to be told of the reports of a commune, or around a point; nothing is told before the address has confirmed
    by the link sent to it.

    Asked twice, the same watch gets the same link again, at most once an hour. Nothing in the answer says whether the
    address was already known. No line in the journal: nothing has happened yet. Raises ValidationError (neither place,
    or both).
    """
    email = email.strip().lower()
    if location is not None:
        location = (round(location[0], DECIMALS), round(location[1], DECIMALS))
    asked = Watch(email=email, commune=commune, location=location, radius=radius, family=family)
    asked.full_clean(exclude=["token"], validate_unique=False, validate_constraints=False)
    if (commune is None) == (location is None):
        raise ValidationError("Choisissez une commune, ou un point de la carte.")
    mine = list(Watch.objects.select_for_update().filter(email=email))
    same = (asked.commune_id, asked.location, asked.radius if location else None, asked.family_id)
    watch = next((one for one in mine if _place(one) == same), None)
    if watch is None:
        if len(mine) >= MOST:
            return asked  # enough for one address; saying so would tell that it is known
        Watch.objects.bulk_create([asked], ignore_conflicts=True)
        watch = Watch.objects.filter(token=asked.token).first()
        watch = watch or next(one for one in Watch.objects.filter(email=email) if _place(one) == same)
    _send_link(watch)
    return watch


def _place(watch: Watch) -> tuple:
    return (watch.commune_id, watch.location, watch.radius if watch.location else None, watch.family_id)


def _send_link(watch: Watch) -> None:
    context = {"watch": watch, "link": absolute(watch.get_absolute_url())}
    outbox.post(
        key=f"reports.watch:{watch.pk}:{timezone.now():%Y%m%d%H}",
        channel="email",
        address=watch.email,
        subject=render_to_string("reports/notices/watch.subject.txt", context).strip(),
        body=render_to_string("reports/notices/watch.txt", context),
        ephemeral=True,
    )


@transaction.atomic
def confirm_watch(watch: Watch) -> bool:
    """The address is proved; False when it was already. Records "reports.watch" on the platform's body, without the
    address."""
    changed = Watch.objects.filter(pk=watch.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    if changed:
        journal.record("reports.watch", operator(), actor=None)
    return bool(changed)


@transaction.atomic
def stop_watch(watch: Watch) -> None:
    """Forget the address. Records "reports.watch_stop" on the platform's body, without the address."""
    journal.record("reports.watch_stop", operator(), actor=None)
    watch.delete()
