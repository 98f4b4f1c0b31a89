"""The other parent of a home: by a link or by a code on paper, once, and only for that home."""

import datetime

import pytest
from django.urls import reverse

from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions, notices
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Child, Guardian, ParentInvitation
from beffroi.modules.childcare.models.parents import ALPHABET, LENGTH
from beffroi.modules.childcare.retention import old_invitations
from beffroi.shared.people.actions import person_of
from tests.modules.childcare.conftest import NOW
from tests.support.together import at_once


@pytest.fixture
def family(make_family, operator):
    """Two children of one home."""
    child = make_family()
    child.sibling = actions.create_child(
        actor=child.parent,
        household=child.home.household,
        guardian=child.home.payer,
        relation="mother",
        organisation=operator,
        first_name="Tom",
        last_name="Dubois",
        birth_date=datetime.date(2020, 5, 2),
    )
    return child


def invite(child, **fields):
    return actions.invite_parent(child.home.household, actor=child.parent, relation="father", **fields)


def test_code_on_paper_lets_the_other_parent_in_for_every_child_of_the_home(family, make_user, client):
    client.force_login(family.parent)
    path = reverse("childcare:my_invite", args=[family.home.household_id])
    paper = client.get(client.post(path, {"relation": "father"})["Location"]).content.decode()
    invitation = ParentInvitation.objects.get()
    assert invitation.printed in paper
    assert reverse("childcare:join") in paper
    other = make_user(first_name="Paul")
    client.force_login(other)
    typed = client.post(reverse("childcare:join"), {"code": invitation.printed.lower()})
    page = client.get(typed["Location"]).content.decode()
    assert "Léa" in page
    assert "Tom" in page
    assert not Child.objects.of_parent(other).exists()
    client.post(typed["Location"])
    assert Child.objects.of_parent(other).count() == 2
    assert family.home.household.members.filter(person__user=other, end=None).exists()
    assert client.get(typed["Location"]).status_code == 404


def test_link_is_sent_to_the_address_and_those_of_the_home_are_told(family, make_user):
    invitation = invite(family, email="paul@example.invalid")
    entry = Entry.objects.get(verb="childcare.invite")
    (told,) = notices.of_invitation(entry)
    assert told.email == "paul@example.invalid"
    assert invitation.code in told.link
    assert invitation.code not in str(entry.data)
    other = make_user(first_name="Paul")
    actions.accept_invitation(invitation, actor=other)
    (joined,) = notices.of_joined(Entry.objects.get(verb="childcare.invite_accept"))
    assert joined.user == family.parent


def test_without_address_nothing_is_sent(family):
    invite(family)
    assert list(notices.of_invitation(Entry.objects.get(verb="childcare.invite"))) == []


def test_over_withdrawn_or_unknown_codes_are_worth_nothing(family, make_user, client):
    other = make_user()
    client.force_login(other)
    late, back = invite(family), invite(family)
    ParentInvitation.objects.filter(pk=late.pk).update(expires_at=NOW - datetime.timedelta(days=1))
    actions.withdraw_invitation(back, actor=family.parent)
    for code in (late.code, back.code, ALPHABET[0] * LENGTH):
        assert client.get(reverse("childcare:invitation", args=[code])).status_code == 404
        text = client.post(reverse("childcare:join"), {"code": code}).content.decode()
        assert "ne sert plus" in text
    assert "seize signes" in client.post(reverse("childcare:join"), {"code": "0O1I"}).content.decode()
    for one in (late, back):
        with pytest.raises(Refused):
            actions.accept_invitation(one, actor=other)
    assert not Guardian.objects.filter(person__user=other).exists()


def test_guessing_is_slowed_down(family, make_user, client):
    client.force_login(make_user())
    for _try in range(20):
        client.post(reverse("childcare:join"), {"code": ALPHABET[1] * LENGTH})
    good = invite(family)
    assert "Trop d’essais" in client.post(reverse("childcare:join"), {"code": good.code}).content.decode()


def test_parent_of_the_other_home_does_not_enter_this_one(make_family, add_parent):
    child = make_family()
    other = add_parent(child)
    with pytest.raises(Refused, match="appelez"):
        actions.accept_invitation(invite(child), actor=other.parent)
    with pytest.raises(Refused, match="déjà"):
        actions.accept_invitation(invite(child), actor=child.parent)


def test_three_invitations_at_most_and_one_for_an_address(family):
    invite(family, email="paul@example.invalid")
    with pytest.raises(Refused, match="attend déjà"):
        invite(family, email="PAUL@example.invalid")
    invite(family)
    invite(family)
    with pytest.raises(Refused, match="Trois"):
        invite(family)


def test_only_those_of_the_home_invite_and_read_the_code(family, make_user, clerk, client, add_parent):
    invitation = invite(family)
    other = add_parent(family)
    for user, own, desk in (
        (family.parent, 200, 403),
        (other.parent, 404, 403),
        (make_user(), 404, 403),
        (clerk, 404, 200),
    ):
        client.force_login(user)
        mine = reverse("childcare:my_invitation", args=[family.home.household_id, invitation.pk])
        at_desk = reverse("childcare:desk_invitation", args=[family.pk, family.home.pk, invitation.pk])
        assert (client.get(mine).status_code, client.get(at_desk).status_code) == (own, desk)


def test_agent_invites_from_the_counter(family, clerk, client):
    client.force_login(clerk)
    path = reverse("childcare:desk_invite", args=[family.pk, family.home.pk])
    answered = client.post(path, {"relation": "father", "email": ""})
    assert ParentInvitation.objects.get().printed in client.get(answered["Location"]).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_people_with_the_same_code_at_once_let_one_in(make_family, make_user):
    child = make_family()
    invitation = invite(child)
    people = [make_user(), make_user()]
    for one in people:
        person_of(one)
    answers = at_once(*(lambda one=one: actions.accept_invitation(invitation, actor=one) for one in people))
    assert sorted(type(one).__name__ for one in answers) == ["Refused", "list"]
    assert child.home.guardians.active().count() == 2


def test_address_leaves_six_months_after(family):
    invite(family, email="paul@example.invalid")
    assert not old_invitations(NOW + datetime.timedelta(days=200)).exists()
    assert old_invitations(NOW + datetime.timedelta(days=230)).exists()
