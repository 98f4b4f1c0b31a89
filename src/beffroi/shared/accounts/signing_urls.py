"""French addresses for the views of django-allauth, under the names by which it calls them. Included at /compte/."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as identity
from django.contrib.auth.decorators import login_not_required as public
from django.urls import path

from beffroi.shared.accounts.views import signing, space

urlpatterns = [
    path("connexion/", public(account.login), name="account_login"),
    path("connexion/code/", public(account.request_login_code), name="account_request_login_code"),
    path("connexion/code/saisir/", public(account.confirm_login_code), name="account_confirm_login_code"),
    path("connexion/cle/", public(signing.PasskeySignInView.as_view()), name="mfa_login_webauthn"),
    path("connexion/second-facteur/", public(second_factor.authenticate), name="mfa_authenticate"),
    path("deconnexion/", signing.sign_out, name="account_logout"),
    path("ferme/", public(account.account_inactive), name="account_inactive"),
    path("inscription/", public(account.signup), name="account_signup"),
    path("confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("confirmer/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("confirmer/cle/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("adresse/", account.email, name="account_email"),
    path("adresse/verifier/", public(account.email_verification_sent), name="account_email_verification_sent"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", account.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", public(account.password_reset), name="account_reset_password"),
    path(
        "mot-de-passe/oublie/code/",
        public(account.confirm_password_reset_code),
        name="account_confirm_password_reset_code",
    ),
    path(
        "mot-de-passe/oublie/nouveau/", public(account.complete_password_reset), name="account_complete_password_reset"
    ),
    path(
        "mot-de-passe/oublie/fait/",
        public(account.password_reset_from_key_done),
        name="account_password_reset_completed",
    ),
    path("securite/", space.security, name="mfa_index"),
    path("securite/application/ajouter/", app.activate_totp, name="mfa_activate_totp"),
    path("securite/application/retirer/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("securite/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("securite/codes/nouveaux/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("securite/codes/telecharger/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("securite/cles/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("securite/cles/ajouter/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("securite/cles/<int:pk>/retirer/", signing.RemoveKeyView.as_view(), name="mfa_remove_webauthn"),
    path("securite/cles/<int:pk>/renommer/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("securite/appareils/", space.sessions, name="usersessions_list"),
    path("identites/", identity.connections, name="socialaccount_connections"),
    path("identites/inscription/", public(identity.signup), name="socialaccount_signup"),
    path("identites/annulee/", public(identity.login_cancelled), name="socialaccount_login_cancelled"),
    path("identites/erreur/", public(identity.login_error), name="socialaccount_login_error"),
]
