"""Invitations: one link for one person, one role, a few days."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from beffroi.kernel import access as rights
from beffroi.kernel.models import Entry, User
from beffroi.shared.accounts import actions, notices
from beffroi.shared.accounts.errors import Refused
from beffroi.shared.accounts.models import AccessRequest, Invitation
from tests.shared.accounts.conftest import PASSWORD

EMAIL = "invitee@example.invalid"
NEW = {"first_name": "Agathe", "last_name": "Lenoir", "password": PASSWORD}


@pytest.fixture
def invitation(manager, body):
    return actions.invite_person(body, actor=manager, email="Invitee@Example.invalid ", role="agent")


def address(invitation):
    return f"/invitation/{invitation.token}/"


def expire(invitation):
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    invitation.refresh_from_db()


def test_invited_person_without_account_joins_with_one_form(client, db, invitation, body):
    page = client.get(address(invitation))
    assert page.status_code == 200
    assert body.name in page.content.decode()
    answer = client.post(address(invitation), NEW)
    user = User.objects.get(email=EMAIL)
    assert answer.status_code == 302
    assert user.memberships.get().role == "agent"
    assert user.emailaddress_set.get().verified
    assert client.get("/compte/").status_code == 200
    invitation.refresh_from_db()
    assert (invitation.state, invitation.accepted_by) == ("accepted", user)
    assert "@" not in str(Entry.objects.filter(verb__startswith="accounts.inv").values_list("data", flat=True))


def test_invited_agent_must_set_up_a_second_factor_before_the_desk(client, db, invitation):
    client.post(address(invitation), NEW)
    answer = client.get("/bureau/organisation/")
    assert answer.status_code == 302
    assert "double-authentification" in answer.headers["Location"]


def test_invited_person_with_a_weak_password_keeps_what_they_typed(client, db, invitation):
    page = client.post(address(invitation), NEW | {"password": "12345678"}).content.decode()
    assert "Agathe" in page
    assert "12345678" not in page
    assert not User.objects.filter(email=EMAIL).exists()


def test_invited_person_with_an_account_signs_in_then_confirms(db, invitation, make_account, enter):
    user = make_account(EMAIL)
    page = Client().get(address(invitation)).content.decode()
    assert "/compte/connexion/?next=" in page
    assert 'name="password"' not in page
    browser = enter(user)
    assert browser.get(address(invitation)).status_code == 200
    assert not user.memberships.exists()  # opening the link is not accepting
    assert browser.post(address(invitation)).status_code == 302
    assert user.memberships.get().role == "agent"


def test_invitation_opened_by_somebody_else_is_refused(db, invitation, resident, enter):
    browser = enter(resident)
    assert browser.get(address(invitation)).status_code == 403
    assert browser.post(address(invitation)).status_code == 403
    assert not resident.memberships.exists()
    with pytest.raises(Refused, match="autre personne"):
        actions.accept_invitation(invitation, user=resident)


@pytest.mark.parametrize("end", ["accepted", "revoked", "expired", "resent", "forged"])
def test_invitation_whose_link_is_dead_opens_nothing(client, db, invitation, manager, end):
    link = address(invitation)
    if end == "accepted":
        client.post(link, NEW)
        client = Client()
    elif end == "revoked":
        actions.revoke_invitation(invitation, actor=manager)
    elif end == "expired":
        expire(invitation)
    elif end == "resent":
        actions.resend_invitation(invitation, actor=manager)
    else:
        link = f"/invitation/{invitation.token[:-2]}xx/"
    before = User.objects.count()
    assert client.get(link).status_code == 410
    assert client.post(link, NEW).status_code == 410
    assert User.objects.count() == before


def test_invitation_sent_again_opens_by_its_new_link(client, db, invitation, manager):
    former = invitation.token
    invitation = actions.resend_invitation(invitation, actor=manager)
    assert invitation.token != former
    assert client.get(address(invitation)).status_code == 200


def test_invitation_pending_is_not_doubled(db, invitation, manager, body):
    with pytest.raises(Refused, match="déjà invitée"):
        actions.invite_person(body, actor=manager, email=EMAIL, role="agent")


def test_invitation_expired_is_renewed_by_a_new_one(db, invitation, manager, body):
    expire(invitation)
    again = actions.invite_person(body, actor=manager, email=EMAIL, role="agent")
    assert (again.pk, again.state) == (invitation.pk, "pending")
    assert again.version == invitation.version + 1


def test_invitation_for_a_role_already_held_is_refused(db, manager, body, agent):
    with pytest.raises(Refused, match="tient déjà"):
        actions.invite_person(body, actor=manager, email=agent.email.upper(), role="agent")


def test_invitation_to_a_role_of_another_kind_of_body_is_refused(db, manager, body):
    with pytest.raises(Refused, match="n’existe pas"):
        actions.invite_person(body, actor=manager, email=EMAIL, role="operator_admin")


def test_invitation_accepted_twice_gives_one_role(db, invitation, make_account):
    user = make_account(EMAIL)
    actions.accept_invitation(invitation, user=user)
    with pytest.raises(Refused, match="déjà été acceptée"):
        actions.accept_invitation(invitation, user=user)
    assert user.memberships.count() == 1


def test_invitation_of_a_closed_body_is_refused(db, invitation, make_account, body):
    type(body).objects.filter(pk=body.pk).update(is_active=False)
    with pytest.raises(Refused, match="plus en activité"):
        actions.accept_invitation(invitation, user=make_account(EMAIL))


def test_invited_notice_is_for_the_last_link_only(db, invitation, manager):
    first = Entry.objects.get(verb="accounts.invited")
    assert [one.email for one in notices.invited(first)] == [EMAIL]
    actions.resend_invitation(invitation, actor=manager)
    assert list(notices.invited(first)) == []
    second = Entry.objects.filter(verb="accounts.invited").last()
    [recipient] = notices.invited(second)
    invitation.refresh_from_db()
    assert recipient.link == address(invitation)


def test_access_request_is_decided_once(db, manager, body, resident):
    asked = actions.request_access(resident, body)
    assert actions.request_access(resident, body).pk == asked.pk
    actions.decide_access(asked, actor=manager, role="agent")
    assert rights.is_agent(User.objects.get(pk=resident.pk))
    with pytest.raises(Refused, match="déjà reçu"):
        actions.decide_access(asked, actor=manager)


def test_access_request_refused_gives_nothing(db, manager, body, resident):
    actions.decide_access(actions.request_access(resident, body), actor=manager)
    assert not resident.memberships.exists()
    assert AccessRequest.objects.get().granted is False
