"""Accepting an invitation: for somebody who has an account, and for somebody who has none."""

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from beffroi.shared.accounts import access, actions, passwords
from beffroi.shared.accounts.errors import Refused
from beffroi.shared.accounts.models import Invitation
from beffroi.shared.accounts.views.signing import sign_in


class NewAccountForm(forms.Form):
    """What an invited person without account gives: their name, for colleagues and residents, and a password."""

    first_name = forms.CharField(label="Votre prénom", max_length=80)
    last_name = forms.CharField(label="Votre nom", max_length=80)
    password = forms.CharField(
        label="Votre mot de passe",
        help_text=passwords.StrengthValidator().get_help_text(),
        strip=False,
        widget=forms.PasswordInput(attrs=passwords.FIELD),
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("password"):
            names = {name: cleaned.get(name, "") for name in ("first_name", "last_name")}
            try:
                validate_password(cleaned["password"], get_user_model()(email=self.email, **names))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


@login_not_required
@never_cache
@sensitive_post_parameters()
def accept(request, token):
    """The page behind the link of the message."""
    invitation = Invitation.objects.by_token(token)
    if invitation is None or invitation.state != "pending":
        state = invitation.state if invitation else "unknown"
        return render(request, "accounts/invitation_closed.html", {"state": state}, status=410)
    context = {"invitation": invitation, "role": access.role_label(invitation.role), "token": token}
    owner = get_user_model().objects.filter(email__iexact=invitation.email, is_active=True).first()
    if request.user.is_authenticated:
        return _accept_signed_in(request, invitation, context)
    if owner is not None:
        return _ask_to_sign_in(request, context)
    form = NewAccountForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        return _accept_with_new_account(request, invitation, form.cleaned_data)
    return render(request, "accounts/invitation.html", {**context, "form": form})


def _ask_to_sign_in(request, context):
    query = urlencode({"next": request.path})
    context["sign_in"] = f"{reverse('account_login')}?{query}"
    context["sign_in_by_code"] = f"{reverse('account_request_login_code')}?{query}"
    return render(request, "accounts/invitation_sign_in.html", context)


def _accept_signed_in(request, invitation, context):
    if request.user.email.lower() != invitation.email:
        return render(request, "accounts/invitation_other.html", context, status=403)
    if request.method != "POST":
        return render(request, "accounts/invitation_confirm.html", context)
    try:
        actions.accept_invitation(invitation, user=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("accounts:home"))
    messages.success(request, f"Vous avez rejoint {invitation.organisation}.")
    return HttpResponseRedirect("/bureau/")


def _accept_with_new_account(request, invitation, values):
    """The link came to the address: it is verified. The account and the role are made together."""
    with transaction.atomic():
        user = actions.create_account(
            invitation.email,
            password=values["password"],
            first_name=values["first_name"],
            last_name=values["last_name"],
        )
        actions.accept_invitation(invitation, user=user)
    messages.success(request, f"Bienvenue : vous avez rejoint {invitation.organisation}.")
    return sign_in(request, user, method="password")
