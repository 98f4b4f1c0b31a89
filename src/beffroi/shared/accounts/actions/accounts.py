"""Accounts themselves: created by an invitation, made administrator, freed of a lost second factor, erased."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.accounts.models import AccessRequest, Invitation, UnusedNotice

User = get_user_model()


@transaction.atomic
def confirm_address(user, email: str = "") -> EmailAddress:
    """Take the account's address as verified: its owner proved it (link of an invitation, administrator's word)."""
    email = (email or user.email).lower()
    address, _created = EmailAddress.objects.get_or_create(user=user, email=email)
    address.verified, address.primary = True, True
    address.save()
    return address


@transaction.atomic
def create_account(email: str, *, password: str | None, first_name: str = "", last_name: str = "") -> User:
    """An account whose address is already proved. Records "accounts.created"."""
    user = User.objects.create_user(
        email.strip().lower(), password, first_name=first_name.strip(), last_name=last_name.strip()
    )
    confirm_address(user)
    journal.record("accounts.created", user, actor=user)
    return user


@transaction.atomic
def make_administrator(email: str, *, actor=None) -> tuple[User, bool]:
    """The administrator of the installation: a new account, or an existing one promoted; returns (user, created).

    Records "accounts.administrator".
    """
    user = User.objects.filter(email__iexact=email.strip()).first()
    created = user is None
    if created:
        user = create_account(email, password=None)
    user.is_superuser = user.is_staff = user.is_active = True
    user.save(update_fields=["is_superuser", "is_staff", "is_active"])
    confirm_address(user)
    journal.record("accounts.administrator", user, actor=actor)
    return user, created


@transaction.atomic
def forget_second_factor(user, *, actor=None) -> int:
    """Remove a person's second factors, lost with their telephone; they must set one up at the next sign-in.

    Returns how many were removed. Records "accounts.second_factor_forgotten".
    """
    count, _detail = Authenticator.objects.filter(user=user).delete()
    close_sessions(user)
    journal.record("accounts.second_factor_forgotten", user, actor=actor, data={"count": count})
    return count


def close_sessions(user) -> None:
    """Sign the person out everywhere."""
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    sessions.delete()


@transaction.atomic
def warn_unused_account(user) -> UnusedNotice:
    """Tell the person that their unused account will be erased. Records "accounts.unused", from which it leaves."""
    notice, _created = UnusedNotice.objects.update_or_create(user=user, defaults={"sent_at": timezone.now()})
    journal.record("accounts.unused", user, actor=None)
    return notice


@transaction.atomic
def anonymise_account(user, *, actor=None) -> None:
    """Take away everything that identifies the person; the line stays, because the journal names it by number.

    Records "accounts.erased".
    """
    close_sessions(user)
    for model in (EmailAddress, Authenticator, SocialAccount, AccessRequest, UnusedNotice):
        model.objects.filter(user=user).delete()
    Invitation.objects.filter(accepted_by=user).update(email=f"efface-{user.pk}@compte.invalid")
    user.email = f"efface-{user.pk}@compte.invalid"
    user.first_name = user.last_name = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.erased_at = timezone.now()
    user.last_login = None
    user.set_unusable_password()
    user.save()
    journal.record("accounts.erased", user, actor=actor)
