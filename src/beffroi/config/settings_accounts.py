"""Signing in: accounts, second factor, identity services. Read by `settings.py`; listed in docs/exploitation.md."""

from datetime import timedelta

from beffroi.config import env

# --- Identity services -----------------------------------------------------------------------------------------------

IDENTITY_SERVERS = [
    {
        "code": "franceconnect",
        "name": "FranceConnect",
        "audience": "residents",
        "about": "https://franceconnect.gouv.fr/",
        "url": env.text("FRANCECONNECT_URL", "https://oidc.franceconnect.gouv.fr/api/v2").rstrip("/"),
        "client_id": env.text("FRANCECONNECT_CLIENT_ID"),
        "client_secret": env.text("FRANCECONNECT_CLIENT_SECRET"),
        "scopes": ("openid", "given_name", "family_name", "preferred_username", "email"),
        "acr_values": "eidas1",
        "levels": ("eidas1", "eidas2", "eidas3"),
        "pkce": env.flag("FRANCECONNECT_PKCE"),
    },
    {
        "code": "proconnect",
        "name": "ProConnect",
        "audience": "agents",
        "about": "https://proconnect.gouv.fr/",
        "url": env.text("PROCONNECT_URL", "https://auth.agentconnect.gouv.fr/api/v2").rstrip("/"),
        "client_id": env.text("PROCONNECT_CLIENT_ID"),
        "client_secret": env.text("PROCONNECT_CLIENT_SECRET"),
        "scopes": ("openid", "given_name", "usual_name", "email", "uid", "siret", "idp_id"),
        "pkce": env.flag("PROCONNECT_PKCE"),
    },
]

# --- Accounts (django-allauth) ---------------------------------------------------------------------------------------

LOGIN_URL = "/compte/connexion/"
LOGIN_REDIRECT_URL = "/compte/"
AUTHENTICATION_BACKENDS = ["beffroi.shared.accounts.backends.Backend"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "beffroi.shared.accounts.passwords.StrengthValidator"}]
PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())

ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY") else 0
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}

ACCOUNT_ADAPTER = "beffroi.shared.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=10).total_seconds())
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if env.text("SITE_URL").startswith("https://") else "http"
ACCOUNT_FORMS = {
    name: f"beffroi.shared.accounts.forms.{form}"
    for name, form in {
        "login": "SignInForm",
        "signup": "SignUpForm",
        "add_email": "ChangeEmailForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "NewPasswordForm",
        "confirm_password_reset_code": "ResetCodeForm",
        "request_login_code": "RequestCodeForm",
        "confirm_login_code": "SignInCodeForm",
        "confirm_email_verification_code": "VerificationCodeForm",
        "reauthenticate": "PasswordAgainForm",
    }.items()
}

MFA_ADAPTER = "beffroi.shared.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = False
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    name: f"beffroi.shared.accounts.forms.{form}"
    for name, form in {
        "authenticate": "SecondFactorForm",
        "reauthenticate": "SecondFactorAgainForm",
        "activate_totp": "AddAppForm",
        "deactivate_totp": "RemoveAppForm",
        "generate_recovery_codes": "RecoveryCodesForm",
        "add_webauthn": "AddKeyForm",
        "edit_webauthn": "RenameKeyForm",
    }.items()
}

SOCIALACCOUNT_ADAPTER = "beffroi.shared.accounts.adapters.IdentityAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_FORMS = {
    "signup": "beffroi.shared.accounts.forms.IdentitySignUpForm",
    "disconnect": "beffroi.shared.accounts.forms.DisconnectForm",
}

# How long an agent's session lasts; a resident's follows « rester connecté » (SESSION_COOKIE_AGE, or the browser's).
AGENT_SESSION = timedelta(hours=12)
INVITATION_VALIDITY = timedelta(days=14)
