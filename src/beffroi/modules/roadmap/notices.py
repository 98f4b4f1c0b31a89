"""Who is told of what happens to the actions."""

from collections.abc import Iterator

from django.urls import reverse

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.modules.roadmap import carriers
from beffroi.modules.roadmap.models import Action, Plan
from beffroi.shared.organisations.models import Membership


def _told(users: set[int], entry, link: str) -> Iterator[Recipient]:
    """Those accounts, save whoever did it."""
    for user in User.objects.filter(pk__in=users - {entry.actor_id}, is_active=True).order_by("pk"):
        yield Recipient(user=user, name=str(user), link=link)


def _link(action: Action) -> str:
    return reverse("roadmap:action", args=[action.slug])


def of_action(entry) -> Iterator[Recipient]:
    """Pilots and referent of the action."""
    if entry.target is not None:
        yield from _told(carriers.of_action(entry.target), entry, _link(entry.target))


def assigned(entry) -> Iterator[Recipient]:
    """Those to whom the action has just been given (the journal keeps their numbers, not their names)."""
    if entry.target is not None:
        yield from _told(set(entry.data.get("users", ())), entry, _link(entry.target))


def editors(entry) -> Iterator[Recipient]:
    """Those who edit the plan."""
    plan: Plan | None = entry.target
    if plan is None:
        return
    roles = access.roles_with("roadmap.edit")
    holders = Membership.objects.active().filter(organisation=plan.organisation_id, role__in=roles)
    link = reverse("roadmap:revisions", args=[plan.slug])
    yield from _told(set(holders.values_list("user_id", flat=True)), entry, link)


def _notice(verb: str, recipients, template: str, label: str) -> Notice:
    return Notice(
        verb=f"roadmap.{verb}",
        recipients=recipients,
        template=f"roadmap/notices/{template}",
        category="roadmap",
        label=label,
        agents=True,
    )


NOTICES = [
    _notice("assign", assigned, "assigned", "Une action de la feuille de route m’est confiée"),
    _notice("block", of_action, "blocked", "Une action que je mène est bloquée"),
    _notice("resume", of_action, "resumed", "Une action que je mène reprend"),
    _notice("late", of_action, "late", "Une action que je mène est en retard"),
    _notice("late_step", of_action, "late_step", "Une étape d’une action que je mène est en retard"),
    _notice("revision_due", editors, "revision", "Un plan que je modifie est à réviser"),
]
