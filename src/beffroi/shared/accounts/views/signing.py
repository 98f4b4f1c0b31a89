"""Signing out, opening an account for the first time, and what django-allauth does not guard by itself."""

from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter as get_second_factor_adapter
from allauth.mfa.webauthn import views as keys
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import base36_to_int, int_to_base36
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from beffroi.kernel import limits
from beffroi.shared.accounts import passwords
from beffroi.shared.accounts.oidc import views as identity

FIRST_ACCESS = "first_access"
CHOOSE = "choisir"


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


class FirstPasswordForm(forms.Form):
    """The password of an account opened by somebody else for its owner."""

    password = forms.CharField(
        label="Votre mot de passe",
        help_text=passwords.StrengthValidator().get_help_text(),
        strip=False,
        widget=forms.PasswordInput(attrs=passwords.FIELD),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]


def first_access_path(user) -> str:
    """The one-time address where the owner of `user` chooses a password (valid PASSWORD_RESET_TIMEOUT seconds)."""
    return reverse("accounts:first_access", args=[int_to_base36(user.pk), default_token_generator.make_token(user)])


def _first_access_user(number: str, token: str):
    try:
        user = get_user_model().objects.filter(pk=base36_to_int(number), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user is not None and default_token_generator.check_token(user, token) else None


@login_not_required
@never_cache
@sensitive_post_parameters()
def first_access(request, number, token):
    """Choose a password by a one-time link. The link is put aside at once, so that it leaks nowhere."""
    if token != CHOOSE:
        request.session[FIRST_ACCESS] = token
        return HttpResponseRedirect(reverse("accounts:first_access", args=[number, CHOOSE]))
    user = _first_access_user(number, request.session.get(FIRST_ACCESS, ""))
    if user is None:
        return render(request, "accounts/first_access_expired.html", status=410)
    form = FirstPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        get_adapter().set_password(user, form.cleaned_data["password"])
        request.session.pop(FIRST_ACCESS)
        messages.success(request, "Votre mot de passe est enregistré.")
        return sign_in(request, user, method="password")
    return render(request, "accounts/first_access.html", {"form": form, "account": user})


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
