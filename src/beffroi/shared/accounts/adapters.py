"""How django-allauth behaves here: French words, one's own place after signing in, guarded second factors."""

import base64
import hashlib
import logging
import time
import uuid

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.urls import reverse
from django.utils.safestring import SafeString

from beffroi.kernel import limits
from beffroi.kernel.models import Delivery
from beffroi.kernel.notices import outbox
from beffroi.shared.accounts import access, devices, second_factor
from beffroi.shared.accounts.oidc import client, linking

log = logging.getLogger("beffroi.accounts")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: messages, where one lands, what is told by e-mail, how long an agent's session lasts."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est fermé.",
        "cannot_remove_primary_email": "Vous ne pouvez pas retirer votre adresse principale.",
        "duplicate_email": "Cette adresse est déjà celle de votre compte.",
        "email_password_mismatch": "L’adresse ou le mot de passe ne convient pas. Vérifiez-les, ou demandez un code.",
        "email_taken": "Un compte existe déjà avec cette adresse.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_code": "Ce code ne convient pas. Recopiez les chiffres du dernier message reçu.",
        "incorrect_password": "Ce n’est pas votre mot de passe.",
        "invalid_login": "Cette adresse ne convient pas.",
        "rate_limited": "Vous avez fait beaucoup d’essais. Attendez une minute avant de recommencer.",
        "same_as_current": "C’est déjà votre adresse : donnez-en une autre.",
        "too_many_login_attempts": "Trop d’essais ont échoué. Attendez cinq minutes, puis recommencez.",
        "unknown_email": "Cette adresse n’est celle d’aucun compte.",
        "unverified_primary_email": "Vérifiez d’abord votre adresse.",
    }

    def send_mail(self, template_prefix, email, context):
        """Into the outbox: a mail server that does not answer keeps nobody from signing in. The text dies once sent."""
        told = {"request": self.request, "email": email, "current_site": get_current_site(self.request), **context}
        message = self.render_mail(template_prefix, email, told)
        outbox.post(
            key=f"accounts:{uuid.uuid4()}",
            channel=Delivery.Channel.EMAIL,
            address=email,
            subject=message.subject,
            body=message.body,
            user=context.get("user"),
            ephemeral=True,
        )

    def get_login_redirect_url(self, request):
        """Agents land at the desk, residents in their own space; without second factor, where it is set up."""
        if second_factor.is_missing(request.user):
            return reverse("accounts:second_factor_setup")
        return "/bureau/" if access.second_factor_required(request.user) else settings.LOGIN_REDIRECT_URL

    def get_password_change_redirect_url(self, request):
        return reverse("accounts:security")

    def is_reauthentication_required(self, *, app, **kwargs):
        """Not in the minutes that follow a sign-in: the person has just proved who they are."""
        records = get_authentication_records(self.request, self.request.user)
        recent = records and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not recent and super().is_reauthentication_required(app=app, **kwargs)

    def get_client_ip(self, request):
        """The visitor's address, for the limits; a local socket gives none."""
        return limits.client_address(request) or "127.0.0.1"

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        if access.second_factor_required(user):
            request.session.set_expiry(int(settings.AGENT_SESSION.total_seconds()))
        linking.finish(request)
        if not devices.is_known(request, user) and not kwargs["signup"]:
            self.send_notification_mail("accounts/email/new_device", user, {"device": devices.label(request)})
        devices.remember(request, response, user)
        log.info("sign-in account=%s", user.pk)
        return response

    def authentication_failed(self, request, **credentials):
        log.warning("sign-in refused from=%s", devices.digest(limits.client_address(request)))

    def get_reauthentication_methods(self, user):
        labels = {
            "reauthenticate": "Avec mon mot de passe",
            "mfa_reauthenticate": "Avec un code de mon application",
            "mfa_reauthenticate:webauthn": "Avec ma clé d’accès",
        }
        return [
            {**method, "description": labels[method["id"]]} for method in super().get_reauthentication_methods(user)
        ]


def _fernet() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"beffroi.second-factor:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets kept encrypted, the last one of an agent never removed, names in French."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": "Retirez d’abord la double authentification.",
        "cannot_delete_authenticator": (
            "Votre rôle demande une double authentification : ajoutez d’abord un autre moyen, puis retirez celui-ci."
        ),
        "cannot_generate_recovery_codes": "Activez d’abord la double authentification.",
        "incorrect_code": "Ce code ne convient pas. Un code change toutes les trente secondes : recopiez le nouveau.",
        "unverified_email": "Vérifiez d’abord votre adresse électronique.",
    }

    def get_totp_issuer(self):
        return settings.WAGTAIL_SITE_NAME

    def build_totp_svg(self, url):
        """A drawing without inline style (strict CSP), always dark on light so that telephones read it."""
        code = segno.make(url, error="m", micro=False)
        return SafeString(code.svg_inline(scale=5, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None))

    def encrypt(self, text):
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        """A secret that the installation's key no longer opens matches no code: the person uses a recovery code."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.error("a second factor cannot be read: was the secret key changed?")
            return ""

    def can_delete_authenticator(self, authenticator):
        return not (access.second_factor_required(authenticator.user) and second_factor.is_last(authenticator))

    def generate_authenticator_name(self, user, type):
        return devices.label(self.request)

    def get_public_key_credential_rp_entity(self):
        return {"id": self.request.get_host().partition(":")[0], "name": settings.WAGTAIL_SITE_NAME}


class IdentityAdapter(DefaultSocialAccountAdapter):
    """FranceConnect and ProConnect: never joined to an existing account before its owner has proved it is theirs."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": "Un compte existe déjà avec cette adresse. Connectez-vous, puis reliez %s à votre compte.",
        "no_password": "Choisissez d’abord un mot de passe : sans lui, vous ne pourriez plus vous connecter.",
        "no_verified_email": "Vérifiez d’abord votre adresse électronique.",
        "connected_other": "Cette identité est déjà reliée à un autre compte.",
        "invalid_token": "La réponse reçue n’est pas valable.",
    }

    def generate_state_param(self, state):
        return client.random_word()

    def pre_social_login(self, request, sociallogin):
        linking.intercept(request, sociallogin)

    def validate_disconnect(self, account, accounts):
        """Signing in by code stays possible, so nobody locks themselves out by leaving their last identity."""
