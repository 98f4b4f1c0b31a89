"""Leaving for FranceConnect or ProConnect, coming back, and leaving for good."""

import logging
import secrets

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from beffroi.shared.accounts.oidc import client, grants, servers
from beffroi.shared.accounts.oidc.errors import Rejected, Unavailable

log = logging.getLogger("beffroi.accounts")

KEPT = "identity_kept"
LOGOUT_STATE = "identity_logout_state"

FAULTS = {
    "cancelled": "Vous êtes revenu sans vous identifier : rien n’a changé.",
    "expired": "Cette page a expiré, ou elle a déjà servi. Recommencez.",
    "refused": "La réponse reçue n’a pas pu être vérifiée : par prudence, elle a été refusée. Recommencez.",
    "unavailable": "Le service ne répond pas en ce moment. Réessayez plus tard, ou connectez-vous autrement.",
    "configuration": "Le service a refusé notre demande. Connectez-vous autrement.",
}
# OpenID Connect Core §3.1.2.6 and the error pages of both services.
OTHER_PERSON = "Ce n’est pas la personne reliée à votre compte : rien n’a été demandé."
ANSWERS = {
    "access_denied": "cancelled",
    "login_required": "cancelled",
    "interaction_required": "cancelled",
    "consent_required": "cancelled",
    "server_error": "unavailable",
    "temporarily_unavailable": "unavailable",
}


def _server(code: str) -> servers.Server:
    server = servers.find(code)
    if server is None:
        raise Http404("identity service")
    return server


def _return_address(code: str, name: str = "identity_return") -> str:
    return settings.SITE_URL + reverse(f"accounts:{name}", args=[code])


def _failed(request, server: servers.Server, fault: str, reason: str = ""):
    """Say what happened and how to go on; the log keeps a word, never a person."""
    if fault in {"refused", "configuration"}:
        log.error("identity %s %s: %s", server.code, fault, reason)
    elif fault == "unavailable":
        log.warning("identity %s unavailable: %s", server.code, reason)
    status = 503 if fault == "unavailable" else 400 if fault == "refused" else 200
    return render(
        request,
        "accounts/identity_failed.html",
        {"server": server, "sentence": FAULTS[fault], "cancelled": fault == "cancelled"},
        status=status,
    )


@login_not_required
@never_cache
@require_POST
def begin(request, code):
    """Send the person to the service, by a page that leaves at once.

    A page, not a redirection: after a form, the strict CSP (`form-action`) forbids any hop to another site.
    """
    server = _server(code)
    grant = grants.find(request.POST.get("grant", ""), code)
    if grant is not None and not grants.is_linked(request.user, code):
        raise Http404("grant")
    process = AuthProcess.CONNECT if request.POST.get("process") == "connect" else AuthProcess.LOGIN
    if process == AuthProcess.CONNECT:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(settings.LOGIN_URL)
        raise_if_reauthentication_required(request, app="allauth.socialaccount")
    provider = get_adapter().get_provider(request, code)
    nonce, verifier = client.random_word(), client.random_word()
    state = provider.stash_redirect_state(
        request,
        process,
        get_next_redirect_url(request),
        nonce=nonce,
        verifier=verifier,
        grant=grant.code if grant else "",
    )
    address = client.authorization_url(
        server,
        redirect_uri=_return_address(code),
        state=state,
        nonce=nonce,
        verifier=verifier,
        more=grant.scopes if grant else (),
    )
    return render(request, "accounts/identity_leave.html", {"server": server, "address": address})


@login_not_required
@never_cache
@require_GET
def come_back(request, code):
    """Where the service sends the person back: the state must be ours and unused, all that is signed must hold."""
    server = _server(code)
    provider = get_adapter().get_provider(request, code)
    state = statekit.unstash_state(request, provider_id=code, state_id=request.GET.get("state", ""))
    if state is None:
        return _failed(request, server, "expired")
    if "error" in request.GET or "code" not in request.GET:
        error = request.GET.get("error", "")
        return _failed(request, server, ANSWERS.get(error, "configuration"), error[:40])
    grant = grants.find(state.get("grant", ""), code)
    exchange = client.granted if grant else client.identity
    try:
        claims, token = exchange(
            server,
            code=request.GET["code"],
            redirect_uri=_return_address(code),
            nonce=state["nonce"],
            verifier=state["verifier"],
        )
    except Unavailable as error:
        return _failed(request, server, "unavailable", error.reason)
    except Rejected as error:
        return _failed(request, server, "refused", error.reason)
    if grant is not None:
        if not grants.is_linked(request.user, code, claims["sub"]):
            messages.error(request, OTHER_PERSON)
            return HttpResponseRedirect(state.get("next") or settings.LOGIN_REDIRECT_URL)
        return HttpResponseRedirect(grant.receive(request, token))
    login = provider.sociallogin_from_response(request, claims)
    login.state.update({name: state[name] for name in ("process", "next") if name in state})
    response = complete_social_login(request, login)
    request.session[KEPT] = {"code": code, "token": token}
    return response


def leaving(request) -> dict | None:
    """Before signing out: what is needed to sign out of the service too, or None for those who did not use it."""
    kept = request.session.get(KEPT)
    server = servers.find(kept["code"]) if kept else None
    return {"server": server, "token": kept["token"]} if server else None


def leave(request, kept: dict):
    """After signing out here: a page that goes at once to the service, to end the session there too."""
    server, state = kept["server"], client.random_word()
    request.session[LOGOUT_STATE] = state
    address = client.logout_url(
        server, id_token=kept["token"], state=state, return_to=_return_address(server.code, "identity_left")
    )
    return render(request, "accounts/identity_sign_out.html", {"server": server, "address": address})


@login_not_required
@never_cache
@require_GET
def left(request, code):
    """Where the service sends the person once they have left it; the state must be the one that we gave."""
    server = _server(code)
    state = request.session.pop(LOGOUT_STATE, "")
    if not state or not secrets.compare_digest(state, request.GET.get("state", "")):
        return _failed(request, server, "expired")
    messages.success(request, f"Vous êtes déconnecté, ici et de {server.name}.")
    return HttpResponseRedirect(settings.ACCOUNT_LOGOUT_REDIRECT_URL)


@login_not_required
@require_GET
def button(request, code):
    """The official image of the service's button, from the installation's own folder."""
    image = servers.button(_server(code))
    if image is None:
        raise Http404("button")
    response = FileResponse(image.open("rb"), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response
