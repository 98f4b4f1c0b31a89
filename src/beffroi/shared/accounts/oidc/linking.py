"""Joining an identity (FranceConnect, ProConnect) to an account that already exists with the same address.

The service says who somebody is; it does not prove that the account is theirs. So the person first signs in to that
account, by a code sent to its address (and with its second factor, if it has one); only then are the two joined.
"""

import time

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpResponseRedirect
from django.urls import reverse

PENDING = "identity_to_join"
PATIENCE = 900


def intercept(request, sociallogin) -> None:
    """Before an unknown identity signs up: does an account have its address? Then its owner must come forward."""
    if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
        return
    email = next((address.email for address in sociallogin.email_addresses), "")
    user = get_user_model().objects.filter(email__iexact=email, is_active=True).first() if email else None
    if user is None:
        return
    if request.user.is_authenticated:
        return
    request.session[PENDING] = {"user": user.pk, "at": time.time(), "login": sociallogin.serialize()}
    LoginCodeVerificationProcess.initiate(request=request, user=user, email=user.email)
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_confirm_login_code")))


def finish(request) -> None:
    """After somebody has signed in: join the identity that waits for them, if one does."""
    pending = request.session.pop(PENDING, None)
    if not pending or pending["user"] != request.user.pk or time.time() - pending["at"] > PATIENCE:
        return
    sociallogin = SocialLogin.deserialize(pending["login"])
    sociallogin.connect(request, request.user)
    messages.success(request, f"Votre compte est relié à {sociallogin.provider.name}.")
