"""Who may write and publish.

- writing (drafts, « à relire »): agents, secretaries, editors and administrators, for their own organisation;
- publishing, withdrawing, announcing a cancellation: secretaries, editors and administrators of that organisation;
- a commune publishes for itself only; the intercommunality, for any commune or for the whole territory;
- the pages of Wagtail: the editors of the intercommunality; the details of the site: its administrators;
- its name, logo and colour: the administrators of the platform.
"""

from beffroi.kernel import access
from beffroi.shared.organisations.models import Commune, Organisation

WRITE, PUBLISH, PAGES, DETAILS = "portal.write", "portal.publish", "portal.pages", "portal.details"
APPEARANCE = "portal.appearance"


def is_writer(user, publication) -> bool:
    return access.can(user, WRITE, publication.organisation_id)


def is_publisher(user, publication) -> bool:
    return access.can(user, PUBLISH, publication.organisation_id)


def may_change(user, publication) -> bool:
    """Writers change what is not published yet; what everyone may read is changed by those who publish."""
    if publication.state in ("draft", "review"):
        return is_writer(user, publication)
    return is_publisher(user, publication)


def organisations(user) -> list[Organisation]:
    """The bodies in whose name `user` writes, the intercommunality first."""
    bodies = access.organisations_where(user, WRITE)
    query = Organisation.objects.filter(is_active=True)
    if bodies is None:
        query = query.filter(is_operator=True) | query.filter(kind=Organisation.Kind.COMMUNE, commune__member=True)
    else:
        query = query.filter(pk__in=bodies)
    return list(query.order_by("-is_operator", "name"))


def edits_pages(user) -> bool:
    """May write the pages of the site in Wagtail: an editor of the body that runs the platform."""
    return _at_operator(user, PAGES)


def edits_details(user) -> bool:
    return _at_operator(user, DETAILS)


def edits_appearance(user) -> bool:
    return _at_operator(user, APPEARANCE)


def _at_operator(user, permission: str) -> bool:
    if not user.is_authenticated or not access.can(user, permission):
        return False
    operator = Organisation.objects.filter(is_operator=True).values_list("pk", flat=True).first()
    return user.is_superuser or (operator is not None and access.can(user, permission, operator))


def communes_offered(organisation: Organisation):
    """The communes for which this body may publish."""
    members = Commune.objects.members().defer("outline")
    return members.filter(pk=organisation.pk) if organisation.kind == Organisation.Kind.COMMUNE else members
