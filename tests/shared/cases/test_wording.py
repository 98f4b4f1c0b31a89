import datetime
from datetime import timedelta

import pytest

from beffroi.shared.cases import actions, answers, wording
from beffroi.shared.cases.models import AnswerTemplate
from tests.shared.cases.conftest import TUESDAY

pytestmark = pytest.mark.django_db
NARROW = "\u202f"


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (timedelta(hours=5), "aujourd’hui avant 15 h"),
        (timedelta(days=1), "demain avant 10 h"),
        (timedelta(days=2), "dans 2 jours ouvrés"),
        (timedelta(days=6), "dans 4 jours ouvrés"),  # the week-end does not count
        (timedelta(days=40), "le 3 janv. 2027"),
        (timedelta(minutes=-20), "en retard de moins d’une heure"),
        (timedelta(days=-1, hours=5), "en retard de 3 h"),
        (timedelta(days=-4), "en retard de 2 jours ouvrés"),
        (timedelta(days=-100), "en retard depuis le 16 août 2026"),
    ],
)
def test_due_date_is_told_in_working_time(make_case, due, words):
    case = make_case(due_at=TUESDAY + due)
    assert wording.due_words(case, TUESDAY).replace(NARROW, " ").replace("\xa0", " ") == words


def test_due_date_of_a_case_that_waits_or_has_ended(case, agent):
    assert wording.due_words(case) == "sans échéance"
    actions.move_case(case, "ask", actor=agent, reason="Où ?")
    assert "réponse du demandeur" in wording.due_words(case)
    assert case.desk_state == "Réponse attendue"
    actions.move_case(case, "reply", actor=agent, reason="Fait.")
    assert wording.due_words(case) == "terminée"


def test_ready_answer_fills_its_blanks_and_leaves_the_others(make_case):
    case = make_case(contact_name="Jeanne Petit")
    filled = answers.fill("{nom}, {reference}, {service}, {inconnu}", case)
    assert filled == f"Jeanne Petit, {case.reference}, Communauté de communes d’Essai, {{inconnu}}"


def test_ready_answers_are_those_of_the_body_and_of_the_kind(case, operator, commune):
    mine = AnswerTemplate.objects.create(organisation=operator, name="A", body="a")
    kind = AnswerTemplate.objects.create(organisation=operator, kind="contact.contactrequest", name="B", body="b")
    AnswerTemplate.objects.create(organisation=operator, kind="reports.report", name="C", body="c")
    AnswerTemplate.objects.create(organisation=commune, name="D", body="d")
    assert list(answers.ready_answers(case)) == [mine, kind]


def test_public_words_say_where_it_stands(case, agent):
    assert (wording.public_step(case), "reçue" in wording.public_sentence(case)) == (1, True)
    case.due_at = datetime.datetime(2027, 3, 1, 9, tzinfo=datetime.UTC)
    assert "1er mars 2027" in wording.public_sentence(case).replace("\xa0", " ")
    actions.move_case(case, "acknowledge", actor=agent)
    assert wording.public_step(case) == 2
    actions.move_case(case, "reply", actor=agent, reason="Fait.")
    assert (wording.public_step(case), "terminé" in wording.public_sentence(case)) == (3, True)
