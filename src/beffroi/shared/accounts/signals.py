"""What the journal keeps of the life of an account, and one precaution. Nothing here identifies anybody."""

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import unstash_login
from allauth.mfa import signals as second_factor
from allauth.socialaccount import signals as identity
from django.db import transaction

from beffroi.kernel import journal


def _record(verb: str, user, **data) -> None:
    with transaction.atomic():
        journal.record(f"accounts.{verb}", user, actor=user, data=data)


def _added(sender, user, authenticator, **kwargs):
    _record("second_factor_added", user, kind=str(authenticator.type))


def _removed(sender, user, authenticator, **kwargs):
    _record("second_factor_removed", user, kind=str(authenticator.type))


def _password(sender, user, **kwargs):
    _record("password_changed", user)


def _address(sender, user, **kwargs):
    _record("address_changed", user)


def _joined(sender, sociallogin, **kwargs):
    _record("identity_joined", sociallogin.user, provider=sociallogin.account.provider)


def _left(sender, socialaccount, **kwargs):
    _record("identity_left", socialaccount.user, provider=socialaccount.provider)


def forget_stranger_password(sender, request, email_address, **kwargs):
    """An account opened by somebody else with this address must not keep their password.

    The address has just been proved. Unless the password was typed in this very session (its owner signing up, or
    signing in), whoever chose it may not be the owner of the address.
    """
    user = email_address.user
    if user.last_login is not None or not user.has_usable_password():
        return
    login = unstash_login(request, peek=True)
    signing_up = login is not None and login.signup and login.user is not None and login.user.pk == user.pk
    typed = any(record.get("method") == "password" for record in get_authentication_records(request, user))
    if not signing_up and not typed:
        user.set_unusable_password()
        user.save(update_fields=["password"])


def connect() -> None:
    """Called once, when the application is ready."""
    second_factor.authenticator_added.connect(_added)
    second_factor.authenticator_removed.connect(_removed)
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(_password)
    account.email_changed.connect(_address)
    account.email_confirmed.connect(forget_stranger_password)
    identity.social_account_added.connect(_joined)
    identity.social_account_removed.connect(_left)
