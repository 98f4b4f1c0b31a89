"""The journal of an organisation told in plain words."""

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType

from beffroi.kernel.models import Entry
from beffroi.shared.accounts import access
from beffroi.shared.accounts.models import Invitation
from beffroi.shared.organisations.actions import concrete
from beffroi.shared.organisations.models import Team

SENTENCES = {
    "accounts.role_given": ("Rôle donné : {role}, à {person}", "user-plus", "done"),
    "accounts.role_ended": ("Fin de rôle : {role}, {person}", "user-x", "neutral"),
    "accounts.team_created": ("Équipe ouverte : {team}", "users", "done"),
    "accounts.team_changed": ("Équipe modifiée : {team}", "users", "neutral"),
    "accounts.invited": ("Invitation envoyée : {role}, à {address}", "send", "neutral"),
    "accounts.invitation_revoked": ("Invitation annulée : {role}, à {address}", "undo-2", "neutral"),
    "accounts.invitation_accepted": ("Invitation acceptée : {role}", "user-check", "done"),
    "accounts.access_requested": ("Demande d’accès reçue", "hand-helping", "waiting"),
    "accounts.access_granted": ("Demande d’accès acceptée : {role}, à {person}", "user-check", "done"),
    "accounts.access_refused": ("Demande d’accès refusée : {person}", "user-x", "neutral"),
}


def entries(organisation):
    """The lines of the journal about the people and teams of `organisation`, newest first."""
    target = concrete(organisation)
    kind = ContentType.objects.get_for_model(target)
    lines = Entry.objects.filter(target_type=kind, target_id=target.pk, verb__in=list(SENTENCES))
    return lines.select_related("actor").order_by("-id")


def told(lines, known=()) -> list[dict]:
    """The same lines, as items of a timeline. Names come from today's data: the journal itself holds none.

    `known` are the people, teams and invitations that the page has already read.
    """
    lines = list(lines)
    people = _named(get_user_model(), "user", lines, known)
    teams = _named(Team, "team", lines, known)
    invitations = _named(Invitation, "invitation", lines, known)
    items = []
    for line in lines:
        sentence, icon, tone = SENTENCES[line.verb]
        invitation = invitations.get(line.data.get("invitation"))
        title = sentence.format(
            role=access.role_label(line.data.get("role", "")),
            person=people.get(line.data.get("user"), "une personne effacée"),
            team=teams.get(line.data.get("team"), "équipe supprimée"),
            address=invitation.email if invitation else "une adresse effacée",
        )
        items.append(
            {"at": line.at, "title": title, "author": line.actor or "la plateforme", "icon": icon, "tone": tone}
        )
    return items


def _named(model, key: str, lines, known) -> dict[int, object]:
    """What the lines name under `key`, by number; only what is not known is asked of the database."""
    found = {one.pk: one for one in known if isinstance(one, model)}
    missing = {line.data[key] for line in lines if line.data.get(key)} - found.keys()
    return found | model.objects.in_bulk(missing) if missing else found
