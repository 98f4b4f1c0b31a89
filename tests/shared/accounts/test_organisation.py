"""The pages by which an organisation's administrator manages its people: who opens them, what they do."""

import pytest
from django.test import Client
from django.utils import timezone

from beffroi.kernel import access as rights
from beffroi.kernel import modules
from beffroi.kernel.models import User
from beffroi.shared.accounts import access, actions
from beffroi.shared.accounts.models import Invitation
from tests.shared.accounts.test_pages import check_page


@pytest.fixture
def place(manager, agent, body, make_team, resident):
    """The addresses of an organisation: (method, path) of each page and gesture."""
    team = make_team(body)
    invitation = actions.invite_person(body, actor=manager, email="i@example.invalid", role="agent")
    asked = actions.request_access(resident, body)
    root = f"/bureau/organisation/{body.slug}"
    return {
        "reads": [
            f"{root}/",
            f"{root}/historique/",
            f"{root}/inviter/",
            f"{root}/personnes/{agent.pk}/",
            f"{root}/roles/{agent.memberships.get().pk}/fin/",
            f"{root}/equipes/nouvelle/",
            f"{root}/equipes/{team.pk}/",
            f"{root}/demandes/{asked.pk}/",
        ],
        "writes": [
            f"{root}/invitations/{invitation.pk}/renvoyer/",
            f"{root}/invitations/{invitation.pk}/annuler/",
        ],
    }


def test_each_page_opens_for_its_administrator(enter, manager, place):
    browser = enter(manager)
    for path in place["reads"]:
        check_page(browser.get(path))


@pytest.mark.parametrize("inside", [True, False])
def test_each_page_is_closed_to_every_role_that_does_not_manage(
    enter, make_account, give_role, make_body, body, place, inside
):
    """403 without the permission anywhere; 404 to the administrator of another organisation: it is hidden."""
    managing = set(rights.roles_with(access.MANAGE))
    where = body if inside else make_body("Bernaville")
    for role in (one.code for one in modules.collect("roles")):
        if inside and role in managing:
            continue
        user = make_account()
        give_role(user, role, where)
        browser = enter(user)
        expected = 404 if role in managing else 403
        for path in place["reads"]:
            assert browser.get(path).status_code == expected, (role, path)
        for path in place["reads"] + place["writes"]:
            assert browser.post(path, {}).status_code == expected, (role, path)


def test_each_page_asks_a_visitor_to_sign_in(db, place):
    for path in place["reads"]:
        assert Client().get(path).headers["Location"].startswith("/compte/connexion/"), path
    for path in place["writes"]:
        assert Client().post(path).headers["Location"].startswith("/compte/connexion/"), path


def test_gesture_by_get_does_nothing(enter, manager, place):
    browser = enter(manager)
    for path in place["writes"]:
        assert browser.get(path).status_code == 405


def test_administrator_invites_then_cancels(enter, manager, body):
    browser = enter(manager)
    root = f"/bureau/organisation/{body.slug}"
    browser.post(f"{root}/inviter/", {"email": "n@example.invalid", "role": "agent", "team": ""})
    invitation = Invitation.objects.get()
    assert "n@example.invalid" in browser.get(f"{root}/").content.decode()
    browser.post(f"{root}/invitations/{invitation.pk}/annuler/")
    invitation.refresh_from_db()
    assert invitation.state == "revoked"


def test_invite_form_refused_keeps_what_was_typed(enter, manager, body):
    browser = enter(manager)
    page = browser.post(f"/bureau/organisation/{body.slug}/inviter/", {"email": "pas une adresse", "role": "agent"})
    assert page.status_code == 200
    assert "pas une adresse" in page.content.decode()


def test_administrator_gives_then_ends_a_role(enter, manager, agent, body):
    browser = enter(manager)
    root = f"/bureau/organisation/{body.slug}"
    browser.post(f"{root}/personnes/{agent.pk}/", {"role": "editor", "team": "", "start": "", "end": ""})
    membership = agent.memberships.get(role="editor")
    assert membership.start == timezone.localdate()
    browser.post(f"{root}/roles/{membership.pk}/fin/", {"day": ""})
    assert "editor" not in {r for held in User.objects.get(pk=agent.pk).roles_by_organisation.values() for r in held}


def test_last_administrator_ending_their_own_role_reads_why_not(enter, manager, body):
    browser = enter(manager)
    membership = manager.memberships.get()
    answer = browser.post(f"/bureau/organisation/{body.slug}/roles/{membership.pk}/fin/", {"day": ""}, follow=True)
    assert "dernier administrateur" in answer.content.decode()
    membership.refresh_from_db()
    assert membership.end is None


def test_object_of_another_organisation_does_not_exist(
    enter, manager, body, make_body, make_team, make_account, give_role
):
    """An administrator cannot reach a neighbour's people through their own address."""
    other = make_body("Bernaville")
    person = make_account()
    give_role(person, "agent", other)
    browser = enter(manager)
    root = f"/bureau/organisation/{body.slug}"
    for path in (
        f"{root}/personnes/{person.pk}/",
        f"{root}/roles/{person.memberships.get().pk}/fin/",
        f"{root}/equipes/{make_team(other).pk}/",
    ):
        assert browser.get(path).status_code == 404, path


def test_history_tells_names_but_keeps_numbers(enter, manager, agent, body):
    actions.end_role(agent.memberships.get(), actor=manager)
    page = enter(manager).get(f"/bureau/organisation/{body.slug}/historique/").content.decode()
    assert "Fin de rôle" in page
    assert "Denis Lefebvre" in page


def test_team_with_the_same_name_is_refused(enter, manager, body, make_team):
    make_team(body, name="Voirie")
    page = enter(manager).post(f"/bureau/organisation/{body.slug}/equipes/nouvelle/", {"name": "voirie", "email": ""})
    assert "porte déjà ce nom" in page.content.decode()
    assert body.teams.count() == 1
