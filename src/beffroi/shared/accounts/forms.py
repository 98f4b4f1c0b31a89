"""The forms of django-allauth in our words: one field for a password, hints that say what to do, no placeholder."""

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as key
from allauth.socialaccount import forms as identity
from django import forms
from django.contrib.auth import password_validation

from beffroi.shared.accounts import passwords

EMAIL = "Par exemple : prenom.nom@exemple.fr"
CODE_BY_EMAIL = "Six chiffres, reçus par courriel. Le message peut mettre une minute à arriver."
CODE_BY_APP = "Six chiffres, dans votre application ; ou l’un de vos codes de secours."


def _say(field: forms.Field, label: str, hint: str = "") -> None:
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)


def _code(field: forms.Field, label: str, hint: str) -> None:
    _say(field, label, hint)
    field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}


def _new_password(form: forms.Form, name: str = "password1", label: str = "Votre mot de passe") -> None:
    """One field, that the person may show, rather than the same secret typed twice; its strength is told."""
    form.fields.pop("password2", None)
    _say(form.fields[name], label, password_validation.password_validators_help_texts()[0])
    form.fields[name].widget.attrs |= passwords.FIELD


class SignInForm(account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], "Votre adresse électronique", EMAIL)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        _say(self.fields["password"], "Votre mot de passe")
        _say(self.fields["remember"], "Rester connecté sur cet appareil", "Pas sur un ordinateur partagé.")


class SignUpForm(account.SignupForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(
            self.fields["email"], "Votre adresse électronique", "Un code y sera envoyé : il montre qu’elle est à vous."
        )
        _new_password(self)


class IdentitySignUpForm(identity.SignupForm):
    """Asked only of those whose identity came without an address."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(
            self.fields["email"], "Votre adresse électronique", "Un code y sera envoyé : il montre qu’elle est à vous."
        )


class DisconnectForm(identity.DisconnectForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["account"], "Identité à séparer de votre compte")


class ChangeEmailForm(account.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(
            self.fields["email"],
            "Votre nouvelle adresse électronique",
            "Elle remplacera l’actuelle dès qu’elle sera vérifiée.",
        )


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["oldpassword"], "Votre mot de passe actuel")
        _new_password(self, label="Votre nouveau mot de passe")


class SetPasswordForm(account.SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self)


class NewPasswordForm(account.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self, label="Votre nouveau mot de passe")


class ResetPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], "Votre adresse électronique", EMAIL)


class RequestCodeForm(account.RequestLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], "Votre adresse électronique", EMAIL)


class SignInCodeForm(account.ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], "Code reçu", CODE_BY_EMAIL)


class VerificationCodeForm(account.ConfirmEmailVerificationCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], "Code reçu", CODE_BY_EMAIL)


class ResetCodeForm(account.ConfirmPasswordResetCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], "Code reçu", CODE_BY_EMAIL)


class PasswordAgainForm(account.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], "Votre mot de passe")


class SecondFactorForm(second_factor.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], "Code de votre application", CODE_BY_APP)


class SecondFactorAgainForm(second_factor.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], "Code de votre application", CODE_BY_APP)


class AddAppForm(app.ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(
            self.fields["code"],
            "Code affiché par l’application",
            "Six chiffres, qui changent toutes les trente secondes.",
        )
        self.fields["code"].widget.attrs.pop("autofocus", None)


class RemoveAppForm(app.DeactivateTOTPForm):
    pass


class RecoveryCodesForm(GenerateRecoveryCodesForm):
    pass


class AddKeyForm(key.AddWebAuthnForm):
    """A key is always made to open the account alone (a passkey): it checks a finger, a face or a code by itself."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        _say(self.fields["name"], "Nom de cette clé", "Pour la reconnaître dans la liste de vos clés.")
        self.fields["name"].max_length = 60


class RenameKeyForm(key.EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], "Nom de cette clé", "Pour la reconnaître dans la liste de vos clés.")
        self.fields["name"].max_length = 60
