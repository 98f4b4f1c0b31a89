"""« Mon espace »: what is mine, my roles, the state of my security."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.kernel.access import agent_required
from beffroi.shared.accounts import access, actions, affiliation, bodies, devices, second_factor
from beffroi.shared.accounts.oidc import servers

NEXT = "after_second_factor"


def _roles(user) -> list[dict]:
    memberships = (
        user.memberships.active().select_related("organisation", "team").order_by("organisation__name", "role")
    )
    return [
        {
            "label": access.role_label(membership.role),
            "organisation": membership.organisation,
            "team": membership.team,
            "until": membership.end,
        }
        for membership in memberships
    ]


@never_cache
def home(request):
    """The hub: sections come from the menu entries whose face is "account"."""
    return render(
        request,
        "accounts/home.html",
        {
            "roles": _roles(request.user),
            "affiliation": affiliation.proposal(request.user),
            "second_factor_ready": second_factor.is_ready(request.user),
            "second_factor_missing": second_factor.is_missing(request.user),
        },
    )


@never_cache
@require_POST
def ask_access(request):
    """An agent known through ProConnect asks to join the body of their SIRET."""
    found = affiliation.proposal(request.user)
    if found is None:
        raise Http404("affiliation")
    actions.request_access(request.user, found.organisation)
    messages.success(request, f"Votre demande est transmise à l’administrateur de {found.organisation}.")
    return HttpResponseRedirect(reverse("accounts:home"))


@never_cache
def security(request):
    """How I sign in, and from where: each line says where it stands and leads to its page."""
    authenticators = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    codes = next((one.wrap() for one in authenticators if one.type == Authenticator.Type.RECOVERY_CODES), None)
    identities = {account.provider for account in SocialAccount.objects.filter(user=request.user)}
    return render(
        request,
        "accounts/security.html",
        {
            "app": next((one for one in authenticators if one.type == Authenticator.Type.TOTP), None),
            "keys": [one for one in authenticators if one.type == Authenticator.Type.WEBAUTHN],
            "codes_left": len(codes.get_unused_codes()) if codes else None,
            "required": access.second_factor_required(request.user),
            "identities": [(server, server.code in identities) for server in servers.configured()],
            "sessions": UserSession.objects.filter(user=request.user).count(),
        },
    )


@never_cache
def second_factor_setup(request):
    """Where agents are led before the desk: why, and the two ways. Once done, on to where one was going."""
    address = request.GET.get("next", "")
    if address and url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
        request.session[NEXT] = address
    if second_factor.is_ready(request.user):
        onward = request.session.pop(NEXT, "")
        return HttpResponseRedirect(onward or reverse("accounts:security"))
    context = {"required": access.second_factor_required(request.user)}
    return render(request, "accounts/second_factor_setup.html", context)


@never_cache
def sessions(request):
    """The devices where I am signed in; any other than this one may be closed from here."""
    if request.method == "POST":
        return _close_sessions(request)
    current = request.session.session_key
    lines = [
        {
            "pk": session.pk,
            "name": devices.name(session.user_agent),
            "since": session.created_at,
            "current": session.session_key == current,
        }
        for session in UserSession.objects.purge_and_list(request.user)
    ]
    lines.sort(key=lambda line: (not line["current"], -line["since"].timestamp()))
    return render(request, "accounts/sessions.html", {"sessions": lines})


def _close_sessions(request):
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    chosen = (
        others if request.POST.get("session") == "others" else others.filter(pk=_number(request.POST.get("session")))
    )
    count = len([session.end() for session in chosen])
    if count:
        word = "appareil est déconnecté" if count == 1 else "appareils sont déconnectés"
        messages.success(request, f"{count} {word}.")
    return HttpResponseRedirect(reverse("usersessions_list"))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


@never_cache
@require_POST
@agent_required
def act_for(request):
    """Choose the organisation for which the desk is opened, or all of them again."""
    name = bodies.choose(request, request.POST.get("organisation", ""))
    if not name:
        messages.error(request, "Vous n’avez plus de rôle dans cette organisation.")
    elif name == bodies.ALL:
        messages.success(request, "Le bureau montre de nouveau toutes vos organisations.")
    else:
        messages.success(request, f"Vous agissez pour : {name}. Les listes et vos droits sont les siens.")
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe and target.startswith(bodies.FACES) else "/bureau/")
