"""Who is told of what, in which words."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.shared.cases import actions, retention
from beffroi.shared.cases.models import Follower

pytestmark = pytest.mark.django_db
MAIL = "jeanne.petit@example.invalid"


@pytest.fixture
def asked(make_case):
    return make_case(contact_name="Jeanne Petit", contact_email=MAIL)


def told(verb):
    """The e-mails of the last line of that verb: {address: delivery}."""
    entry = Entry.objects.filter(verb=f"contact.{verb}").latest("id")
    filling.fill(entry)
    return {d.address: d for d in Delivery.objects.filter(entry=entry, channel="email")}


def test_receipt_of_a_request_goes_to_its_author_and_to_the_agents(asked, agent):
    sent = told("create")
    assert set(sent) == {MAIL, agent.email}
    assert asked.reference in sent[MAIL].subject
    assert asked.tracking_url() in sent[MAIL].body
    assert asked.get_absolute_url() in sent[agent.email].body
    assert asked.token not in sent[agent.email].body


def test_each_step_is_told_to_author_and_followers_with_its_reason(asked, agent):
    follower = actions.follow_case(asked, email="voisin@example.invalid", confirmed=True)
    actions.move_case(asked, "acknowledge", actor=agent)
    assert set(told("acknowledge")) == {MAIL, "voisin@example.invalid"}
    actions.move_case(asked, "reply", actor=agent, reason="Un bac neuf arrive jeudi.")
    sent = told("reply")
    assert "Un bac neuf arrive jeudi." in sent[MAIL].body
    assert follower.tracking_url() in sent["voisin@example.invalid"].body
    assert asked.token not in sent["voisin@example.invalid"].body


def test_question_and_message_are_for_the_author_alone(asked, agent):
    actions.follow_case(asked, email="voisin@example.invalid", confirmed=True)
    actions.move_case(asked, "ask", actor=agent, reason="Quelle rue ?")
    assert set(told("ask")) == {MAIL}
    actions.post_message(asked, actor=agent, body="Merci.")
    assert set(told("message")) == {MAIL}


def test_note_is_told_to_nobody(asked, agent):
    actions.post_message(asked, actor=agent, body="Entre nous.", internal=True)
    assert told("note") == {}


def test_message_of_the_author_is_told_to_the_agent_in_charge(asked, agent):
    actions.assign_case(asked, actor=None, assignee=agent)
    assert set(told("assign")) == {agent.email}
    actions.answer_case(asked, actor=None, body="Alors ?")
    sent = told("message")
    assert set(sent) == {agent.email}
    assert "Alors ?" not in sent[agent.email].body


def test_unconfirmed_follower_is_only_asked_to_confirm(asked, agent):
    follower = actions.follow_case(asked, email="voisin@example.invalid")
    assert follower.tracking_url() in told("follow")["voisin@example.invalid"].body
    actions.move_case(asked, "acknowledge", actor=agent)
    assert set(told("acknowledge")) == {MAIL}


def test_lost_link_goes_to_the_address_that_the_case_knows(asked):
    assert actions.send_links(asked.reference.lower(), MAIL.upper()) == 1
    assert asked.tracking_url() in told("remind")[MAIL].body
    assert actions.send_links(asked.reference, "autre@example.invalid") == 0
    assert actions.send_links("CTR-1900-000001", MAIL) == 0


def test_lost_link_of_a_follower_is_theirs(asked):
    follower = actions.follow_case(asked, email="voisin@example.invalid")
    assert actions.send_links(asked.reference, "voisin@example.invalid") == 1
    body = told("remind")["voisin@example.invalid"].body
    assert follower.tracking_url() in body
    assert asked.token not in body


def test_transfer_and_merge_are_told(asked, make_case, agent, commune):
    kept = make_case()
    actions.transfer_case(asked, actor=agent, organisation=commune, reason="Chemin communal.")
    assert "Chemin communal." in told("transfer")[MAIL].body
    actions.transfer_case(asked, actor=agent, organisation=kept.organisation, reason="Finalement ici.")
    actions.merge_case(asked, kept, actor=agent)
    assert kept.reference in told("merge")[MAIL].body


def test_nothing_personal_in_subjects_and_no_mark_left_in_texts(asked, agent):
    actions.move_case(asked, "ask", actor=agent, reason="Quelle rue, Mme Petit ?")
    actions.answer_case(asked, actor=None, body="Rue du Moulin.")
    actions.move_case(asked, "reply", actor=agent, reason="Merci Mme Petit.")
    for entry in Entry.objects.filter(verb__startswith="contact."):
        filling.fill(entry)
    for delivery in Delivery.objects.all():
        assert "Petit" not in delivery.subject
        assert "perdu" not in delivery.subject
        assert not re.search(r"\{[{%]|&#|&quot;|None", delivery.subject + delivery.body)
        assert "\n\n\n" not in delivery.body


def test_address_never_confirmed_is_forgotten_after_a_month(asked):
    follower = actions.follow_case(asked, email="voisin@example.invalid")
    kept = actions.follow_case(asked, email="autre@example.invalid", confirmed=True)
    later = timezone.now() + timedelta(days=31)
    assert list(retention.FOLLOWERS.due(later)) == [follower]
    retention.FOLLOWERS.apply(follower)
    assert list(Follower.objects.all()) == [kept]
