"""The second factor: who must have one, who has one, and the middleware that leads agents to set theirs up."""

from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse

from beffroi.shared.accounts import access

# A recovery code replaces a lost factor; it is not one.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# One's own space stays open: it is where the second factor is set up. The CMS guards itself, and is never open.
OPEN = ("/compte/", "/invitation/")
GUARDED = ("/cms/",)


def is_ready(user) -> bool:
    """Has the person at least one factor beyond their first?"""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def is_missing(user) -> bool:
    """Must have one, and has none."""
    return access.second_factor_required(user) and not is_ready(user)


def is_last(authenticator: Authenticator) -> bool:
    """Would its owner be left without any?"""
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS).exclude(pk=authenticator.pk)
    return authenticator.type in FACTORS and not others.exists()


class SecondFactorMiddleware:
    """Before any page of the desk or of the CMS, an agent without second factor is led to set one up.

    Public pages and one's own space stay open.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        guarded = request.path.startswith(GUARDED)
        public = not getattr(view, "login_required", True) or request.path.startswith(OPEN)
        if not guarded and public:
            return None
        user = request.user
        if not access.second_factor_required(user) or getattr(user, "has_second_factor", None) or is_ready(user):
            return None
        messages.warning(
            request, "Votre rôle demande une double authentification : elle protège les données des habitants."
        )
        query = {"next": request.get_full_path()} if request.method == "GET" else {}
        address = reverse("accounts:second_factor_setup")
        return HttpResponseRedirect(f"{address}?{urlencode(query)}" if query else address)
