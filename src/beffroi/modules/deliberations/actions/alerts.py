"""Ask for an alert, prove the address, stop it."""

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.notices import outbox
from beffroi.kernel.notices.filling import absolute
from beffroi.modules.deliberations.models import Alert


@transaction.atomic
def ask_alert(*, email: str, organisation=None, theme: str = "") -> Alert:
    """Ask to be told of new acts; nothing is told before the address has confirmed by the link sent to it.

    Asked twice, the same alert gets the same link again, at most once an hour. Nothing in the answer says whether the
    address was already known. No line in the journal: nothing has happened yet.
    """
    found = Alert.objects.filter(email__iexact=email, organisation=organisation, theme=theme)
    alert = found.first()
    if alert is None:
        Alert.objects.bulk_create([Alert(email=email, organisation=organisation, theme=theme)], ignore_conflicts=True)
        alert = found.get()
    link = absolute(alert.get_absolute_url())
    context = {"alert": alert, "link": link}
    outbox.post(
        key=f"deliberations.alert:{alert.pk}:{timezone.now():%Y%m%d%H}",
        channel="email",
        address=alert.email,
        subject=render_to_string("deliberations/notices/confirm.subject.txt", context).strip(),
        body=render_to_string("deliberations/notices/confirm.txt", context),
        ephemeral=True,
    )
    return alert


@transaction.atomic
def confirm_alert(alert: Alert) -> bool:
    """The address is proved; False when it was already. Records "deliberations.alert"."""
    changed = Alert.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    if changed:
        journal.record("deliberations.alert", alert, actor=None)
    return bool(changed)


@transaction.atomic
def stop_alert(alert: Alert) -> None:
    """Forget the address. Records "deliberations.stop_alert" on the platform's own line, without the address."""
    journal.record("deliberations.stop_alert", alert, actor=None)
    alert.delete()
