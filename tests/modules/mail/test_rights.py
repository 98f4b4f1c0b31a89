"""Who may do what: roles × verbs, and registers closed to each other."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from beffroi.modules.mail import actions, rights
from beffroi.modules.mail.models import Kind, Letter, Register
from beffroi.modules.mail.workflow import State, workflow
from beffroi.shared.organisations.models import Team

pytestmark = pytest.mark.django_db

ROLES = ("admin", "mail_clerk", "agent of the team", "agent of another team", "elected", "secretary elsewhere", "none")
# Who may take each step of a letter given to the team, or of one that the team writes.
MAY = {
    "route": {"admin", "mail_clerk", "agent of the team"},
    "ask_pieces": {"admin", "mail_clerk", "agent of the team"},
    "forward": {"admin", "mail_clerk", "agent of the team"},
    "close": {"admin", "mail_clerk", "agent of the team"},
    "sign": {"admin", "mail_clerk", "agent of the team"},
    "sign_on_paper": {"admin", "mail_clerk", "agent of the team"},
    "send": {"admin", "mail_clerk"},
    "cancel": {"admin", "mail_clerk", "agent of the team"},
}
SEES = {"admin", "mail_clerk", "agent of the team"}


@pytest.fixture
def people(make_user, operator, team, commune):
    other = Team.objects.create(organisation=operator, name="Voirie")
    return {
        "admin": make_user("admin", operator),
        "mail_clerk": make_user("mail_clerk", operator),
        "agent of the team": make_user("agent", operator, team),
        "agent of another team": make_user("agent", operator, other),
        "elected": make_user("elected", operator),
        "secretary elsewhere": make_user("secretary", commune),
        "none": make_user(),
    }


@pytest.fixture
def letters(routed, make_draft, people):
    draft = make_draft(asked=routed, actor=people["agent of the team"])
    ready = make_draft(asked=routed, actor=people["agent of the team"])
    Letter.objects.filter(pk=ready.pk).update(state=State.SIGNED)
    ready.refresh_from_db()
    return {State.ROUTED: routed, State.DRAFT: draft, State.SIGNED: ready}


@pytest.mark.parametrize("role", ROLES)
def test_steps_are_offered_to_those_who_may_take_them(people, letters, role):
    user = people[role]
    offered = {step.verb for letter in letters.values() for step in workflow.available(letter, user)}
    assert offered == {verb for verb, roles in MAY.items() if role in roles}


@pytest.mark.parametrize("role", ROLES)
def test_letter_is_seen_by_its_service_and_those_who_keep_the_register(people, letters, role):
    seen = set(Letter.objects.visible_to(people[role]))
    assert seen == (set(letters.values()) if role in SEES else set())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", ["", "corriger/", "repondre/", "etapes/route/", "copies/", "avis/", "accuse/"])
def test_pages_of_a_letter_answer_404_to_those_who_may_not_see_it(people, letters, client, role, page):
    user = people[role]
    client.force_login(user)
    answer = client.get(f"/bureau/courrier/{letters[State.ROUTED].pk}/{page}")
    if role in SEES:
        assert answer.status_code == (403 if page == "corriger/" and role == "agent of the team" else 200)
    else:
        assert answer.status_code in (403, 404)


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"admin", "mail_clerk"}))
def test_actions_refuse_what_the_pages_do_not_offer(people, letters, role):
    user = people[role]
    if role != "agent of the team":
        with pytest.raises(PermissionDenied):
            actions.close_letter(letters[State.ROUTED], actor=user, closing="Vu")
        with pytest.raises(PermissionDenied):
            actions.copy_letter(letters[State.ROUTED], actor=user, users=[])
        with pytest.raises(PermissionDenied):
            actions.acknowledge_letter(letters[State.ROUTED], actor=user)
    with pytest.raises(PermissionDenied):
        actions.send_letter(letters[State.SIGNED], actor=user, mode="post")


@pytest.fixture
def bodies(make_register, make_letter, commune, operator, make_user):
    """A letter in a register of each body, and one in a register kept for a team."""
    humans = Team.objects.create(organisation=operator, name="Ressources humaines")
    books = {
        "epci": make_register(code="E"),
        "town": make_register(code="C", body=commune),
        "humans": make_register(code="RH", team=humans),
    }
    keeper = make_user("secretary", commune)
    return {
        "epci": make_letter(book=books["epci"]),
        "town": make_letter(book=books["town"], actor=keeper),
        "humans": make_letter(book=books["humans"]),
        "team": humans,
    }


@pytest.mark.parametrize(
    ("role", "body", "in_team", "seen"),
    [
        ("mail_clerk", "epci", False, {"epci"}),
        ("mail_clerk", "epci", True, {"epci", "humans"}),
        ("admin", "epci", False, {"epci", "humans"}),
        ("secretary", "town", False, {"town"}),
        ("admin", "town", False, {"town"}),
        ("agent", "epci", True, set()),
        ("elected", "epci", False, set()),
        ("dpo", "epci", False, set()),
    ],
)
def test_registers_are_closed_to_each_other(bodies, make_user, operator, commune, role, body, in_team, seen):
    user = make_user(role, operator if body == "epci" else commune, bodies["team"] if in_team else None)
    found = set(Letter.objects.visible_to(user))
    assert found == {bodies[name] for name in seen}
    open_books = set(Register.objects.open_to(user, rights.REGISTER).exclude(code="A"))
    expected = {bodies[name].register for name in seen}
    assert open_books == expected


def test_register_of_another_body_is_not_offered_nor_accepted(bodies, client, make_user, operator):
    client.force_login(make_user("mail_clerk", operator))
    form = {"register": bodies["town"].register_id, "object": "Essai", "arrived_on": timezone.localdate().isoformat()}
    answer = client.post("/bureau/courrier/enregistrer/", form | {"channel": "post", "sender": "Paul"})
    assert answer.status_code == 200
    assert "register" in answer.context["form"].errors
    assert Letter.objects.filter(register=bodies["town"].register).count() == 1


def test_role_that_is_over_opens_nothing(routed, agent):
    assert Letter.objects.visible_to(agent).exists()
    agent.memberships.update(end=timezone.localdate() - datetime.timedelta(days=1))
    again = type(agent).objects.get(pk=agent.pk)
    assert not Letter.objects.visible_to(again).exists()


def test_copy_and_opinion_let_read_and_nothing_more(routed, outsider, clerk):
    assert not Letter.objects.visible_to(outsider).exists()
    actions.copy_letter(routed, actor=clerk, users=[outsider])
    assert Letter.objects.visible_to(outsider).get() == routed
    assert workflow.available(routed, outsider) == []


def test_outgoing_register_does_not_take_what_arrives(make_register, make_letter, clerk, make_draft, register):
    from django.core.exceptions import ValidationError
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        make_letter(book=make_register(Kind.OUTGOING, "D9"))
    with pytest.raises(ValidationError):
        make_draft(book=register)
