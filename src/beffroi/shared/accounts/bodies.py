"""The organisation that a person acts for, among those where they hold a role: the desk then shows that one alone.

Kept in the session. Without a choice, the roles of all of their organisations count together.
"""

from django.conf import settings
from django.urls import reverse

from beffroi.kernel.ui import context
from beffroi.shared.organisations.models import Organisation

KEY = "acting_for"
FACES = ("/bureau/", "/terrain/")
ALL = "Toutes mes organisations"


class ActingForMiddleware:
    """On the desk and in the field, the roles of a person are those of the organisation that they chose."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(FACES) and settings.SESSION_COOKIE_NAME in request.COOKIES:
            narrow(request)
        return self.get_response(request)


def narrow(request) -> None:
    """Keep the roles of the chosen organisation; a role that has ended since counts for nothing."""
    chosen = request.session.get(KEY)
    user = request.user
    if chosen is None or not user.is_authenticated or chosen not in user.roles_by_organisation:
        return
    user.held_roles_everywhere = user.roles_by_organisation
    user.roles_by_organisation = {chosen: user.roles_by_organisation[chosen]}
    user.acting_for = chosen


def held_by(user) -> list[tuple[int, str]]:
    """The organisations where the person holds a role, by name."""
    names = getattr(user, "names_of_bodies", None)
    if names is None:
        held = getattr(user, "held_roles_everywhere", None) or user.roles_by_organisation
        names = dict(Organisation.objects.filter(pk__in=held).values_list("pk", "name"))
    return sorted(names.items(), key=lambda body: body[1].casefold())


def choose(request, number: str) -> str:
    """Act for that organisation, or for all of them when `number` is empty; returns its name, empty when refused."""
    if not number:
        request.session.pop(KEY, None)
        return ALL
    name = next((name for pk, name in held_by(request.user) if str(pk) == number), "")
    if name:
        request.session[KEY] = int(number)
    return name


def shown(request) -> context.Organisations | None:
    """What the head of the desk shows: nothing to choose for a person of one organisation."""
    bodies = held_by(request.user)
    if len(bodies) < 2:
        return context.Organisations(current=bodies[0][1]) if bodies else None
    acting_for = getattr(request.user, "acting_for", None)
    current = next((name for pk, name in bodies if pk == acting_for), "")
    return context.Organisations(
        current=current or ALL,
        choices=(("", ALL), *((str(pk), name) for pk, name in bodies)),
        action=reverse("accounts:act_for"),
        narrowed=bool(current),
    )
