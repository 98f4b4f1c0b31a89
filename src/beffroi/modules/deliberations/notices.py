"""Who is told of what happens to the acts."""

from collections.abc import Iterator

from django.urls import reverse

from beffroi.kernel import access
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.modules.deliberations.models import Alert, CertifiedCopy
from beffroi.shared.organisations.models import Membership


def alerted(entry) -> Iterator[Recipient]:
    """The addresses that asked to be told of such acts: once each, whatever the number of their alerts."""
    act = entry.target
    if act is None or not act.is_online:
        return
    seen = set()
    for alert in Alert.objects.for_act(act).order_by("pk").iterator():
        email = alert.email.lower()
        if email not in seen:
            seen.add(email)
            yield Recipient(email=alert.email, link=act.get_absolute_url(), unsubscribe=alert.get_absolute_url())


def convened(entry) -> Iterator[Recipient]:
    """Every member of the meeting who has an address; the link opens its papers."""
    meeting = entry.target
    if meeting is None:
        return
    link = reverse("deliberations:papers", args=[meeting.token])
    for seat in meeting.seats.exclude(councillor__email="").select_related("councillor"):
        yield Recipient(email=seat.councillor.email, name=str(seat.councillor), link=link)


def copied(entry) -> Iterator[Recipient]:
    """Who gets a copy of the act: the address of the body and its own link, or the secretaries of the body whose
    documents received it."""
    copies = CertifiedCopy.objects.filter(pk__in=entry.data.get("copies", [])).select_related("recipient", "document")
    for copy in copies:
        if copy.way == CertifiedCopy.Way.EMAIL:
            yield Recipient(email=copy.email, name=copy.recipient.name, link=copy.get_absolute_url())
        elif copy.document is not None:
            roles = access.roles_with("deliberations.publish")
            keepers = Membership.objects.active().filter(organisation=copy.recipient, role__in=roles)
            for one in keepers.select_related("user"):
                yield Recipient(user=one.user, link=copy.document.get_absolute_url())


def _publishers(body_id: int, link: str) -> Iterator[Recipient]:
    """Those who publish the acts of a body."""
    keepers = Membership.objects.active().filter(
        organisation=body_id, role__in=access.roles_with("deliberations.publish"), user__is_active=True
    )
    for one in keepers.select_related("user"):
        yield Recipient(user=one.user, name=str(one.user), link=link)


def list_due(entry) -> Iterator[Recipient]:
    """Those who put the list of a meeting online."""
    if entry.target is not None:
        yield from _publishers(entry.target.organisation_id, entry.target.desk_url())


def pending(entry) -> Iterator[Recipient]:
    """Those who transmit and publish the acts of a body."""
    if entry.target is not None:
        yield from _publishers(entry.target.pk, reverse("deliberations:desk"))


NOTICES = [
    Notice(
        verb="deliberations.list_due",
        recipients=list_due,
        template="deliberations/notices/list_due",
        category="deliberations",
        label="La liste des délibérations d’une séance doit être publiée",
        agents=True,
    ),
    Notice(
        verb="deliberations.pending",
        recipients=pending,
        template="deliberations/notices/pending",
        category="deliberations",
        label="Des actes attendent d’être transmis ou publiés (le lundi)",
        agents=True,
    ),
    Notice(
        verb="deliberations.copy",
        recipients=copied,
        template="deliberations/notices/copied",
        category="deliberations",
        label="Ma collectivité reçoit l’ampliation d’un acte",
    ),
    Notice(
        verb="deliberations.convene",
        recipients=convened,
        template="deliberations/notices/convened",
        category="deliberations",
        label="Je suis convoqué à une séance",
        urgent=True,
    ),
    Notice(
        verb="deliberations.call_off",
        recipients=convened,
        template="deliberations/notices/called_off",
        category="deliberations",
        label="Une séance à laquelle je suis convoqué est annulée",
        urgent=True,
    ),
    Notice(
        verb="deliberations.publish",
        recipients=alerted,
        template="deliberations/notices/published",
        category="deliberations",
        label="Un acte que je suis est publié",
    ),
]
