"""Signing out, and what django-allauth does not guard by itself."""

from allauth.account.internal import flows
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter as get_second_factor_adapter
from allauth.mfa.webauthn import views as keys
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from beffroi.kernel import limits
from beffroi.shared.accounts import passwords
from beffroi.shared.accounts.oidc import views as identity


@login_not_required
@never_cache
def sign_out(request):
    """Asks, then ends the session here and at the identity service that opened it."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(settings.ACCOUNT_LOGOUT_REDIRECT_URL)
    if request.method != "POST":
        return render(request, "account/logout.html")
    kept = identity.leaving(request)
    flows.logout.logout(request)
    return identity.leave(request, kept) if kept else HttpResponseRedirect(settings.ACCOUNT_LOGOUT_REDIRECT_URL)


@login_not_required
@require_POST
@csrf_protect
@sensitive_post_parameters()
def password_strength(request):
    """How strong a password being typed is, in one sentence; it is neither kept nor logged."""
    try:
        limits.limit(request, "accounts.strength", most=120, seconds=60)
    except limits.TooMany:
        return JsonResponse({}, status=429)
    user = request.user if request.user.is_authenticated else None
    found = passwords.strength(request.POST.get("password", "")[: passwords.LONGEST], user)
    return JsonResponse(
        {"score": found.score, "label": found.label, "sentence": found.sentence, "enough": found.enough}
    )


def sign_in(request, user, *, method: str, redirect_url: str | None = None):
    """Open a session for somebody who has just proved who they are, through every stage of the second factor."""
    record_authentication(request, user, method=method)
    return perform_login(request, Login(user=user, email=user.email, redirect_url=redirect_url))


class PasskeySignInView(keys.LoginWebAuthnView):
    """Signing in by passkey leads where one was going, as the other ways do."""

    def form_valid(self, form):
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        return keys.flows.perform_passwordless_login(self.request, authenticator, login)


@method_decorator(never_cache, name="dispatch")
class RemoveKeyView(keys.RemoveWebAuthnView):
    """An agent's last second factor is not removed: another one must come first."""

    def form_valid(self, form):
        adapter = get_second_factor_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(self.get_success_url())
        return super().form_valid(form)
