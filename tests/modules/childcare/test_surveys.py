"""Questionnaires: who is asked, one answer a home, anonymity that holds in the database, counts read elsewhere."""

import csv
import datetime
import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from beffroi.kernel import modules
from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions, personal_data, retention, surveys
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Survey, SurveyAnswer, SurveyInvite, SurveyQuestion
from beffroi.modules.childcare.models.surveys import ENOUGH
from beffroi.modules.childcare.wishes import Wish
from tests.contract import rules
from tests.modules.childcare.conftest import NOW, WEDNESDAY
from tests.support.together import at_once

DAY = datetime.timedelta(days=1)
LAST = NOW.date() + 10 * DAY
QUESTIONS = (
    ("Content ?", "choice", ["Oui", "Non"], {}),
    ("Quoi ?", "choices", ["Sport", "Atelier", "Sortie"], {}),
    ("Note", "number", [], {"low": 0, "high": 10}),
    ("Une idée", "text", [], {"required": False}),
)


@pytest.fixture
def make_survey(operator):
    def make(questions=QUESTIONS, **values):
        values = {"title": "Votre avis", "closes_on": LAST} | values
        survey = actions.save_survey(Survey(organisation=operator, **values), actor=None)
        survey.asked = [
            actions.save_question(
                SurveyQuestion(survey=survey, text=text, kind=kind, options=options, **more), actor=None
            )
            for text, kind, options, more in questions
        ]
        return survey

    return make


@pytest.fixture
def families(activity, make_family):
    return [make_family(first_name=name, activity=activity) for name in ("Ana", "Ben", "Cyd", "Dan", "Eve", "Fay")]


def sent(survey):
    actions.send_survey(survey, actor=None)
    survey.refresh_from_db()
    return survey


def invite_of(survey, child):
    return SurveyInvite.objects.get(survey=survey, household=child.home.household_id)


def values(survey, choice=0, many=(0, 2), number=7, text="Plus de vélo"):
    keys = [str(one.pk) for one in survey.asked]
    return dict(zip(keys, (choice, list(many), number, text), strict=True))


def answer(survey, child, **said):
    actions.answer_survey(invite_of(survey, child), values(survey, **said), actor=child.parent)


def close(survey):
    actions.close_survey(survey, actor=None)
    survey.refresh_from_db()
    return survey


def told(verb):
    entry = Entry.objects.filter(verb=verb).latest("pk")
    notice = next(one for one in modules.collect("notices") if one.verb == verb)
    return [one.user for one in notice.recipients(entry)]


# --- Who is asked -----------------------------------------------------------------------------------------------------


def test_homes_registered_are_asked_once_each(make_survey, families, activity, make_family, add_parent):
    elsewhere = make_family(first_name="Zed")
    other = add_parent(families[0])
    survey = sent(make_survey(activity=activity))
    asked = set(survey.invites.values_list("household", flat=True))
    assert asked == {one.home.household_id for one in families} | {other.household_id}
    assert elsewhere.home.household_id not in asked
    assert len(told("childcare.survey_send")) == len(families) + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyInvite.objects.create(survey=survey, household=families[0].home.household)


def test_period_asks_those_who_came_and_only_the_home_that_booked(make_survey, families, activity, add_parent):
    child = families[0]
    add_parent(child)
    unit = activity.units.get(code="journee")
    actions.book([Wish(WEDNESDAY, child.pk, unit.pk)], {child.pk: child.home}, actor=child.parent, now=NOW)
    survey = sent(make_survey(activity=activity, period=activity.periods.get()))
    assert list(survey.invites.values_list("household", flat=True)) == [child.home.household_id]


def test_nobody_concerned_no_question_or_a_past_day_is_not_sent(make_survey, activity, site, monkeypatch):
    with pytest.raises(Refused, match="Aucun foyer"):
        actions.send_survey(make_survey(activity=activity), actor=None)
    with pytest.raises(Refused, match="question"):
        actions.send_survey(make_survey(questions=(), activity=activity), actor=None)
    survey = make_survey(activity=activity)
    monkeypatch.setattr(timezone, "now", lambda: NOW + 30 * DAY)
    with pytest.raises(Refused, match="passé"):
        actions.send_survey(survey, actor=None)


def test_once_sent_nothing_changes_any_more(make_survey, families, activity):
    survey = sent(make_survey(activity=activity))
    question = survey.asked[0]
    question.text = "Autre chose ?"
    for gesture in (
        lambda: actions.save_question(question, actor=None),
        lambda: actions.remove_question(question, actor=None),
        lambda: actions.move_question(question, actor=None, up=False),
        lambda: actions.save_survey(survey, actor=None),
        lambda: actions.drop_survey(survey, actor=None),
        lambda: actions.send_survey(survey, actor=None),
    ):
        with pytest.raises(Refused):
            gesture()
    assert SurveyQuestion.objects.get(pk=question.pk).text == "Content ?"


@pytest.mark.django_db(transaction=True)
def test_two_agents_who_send_at_once_send_once(make_survey, families, activity):
    survey = make_survey(activity=activity)
    answers = at_once(*(lambda: actions.send_survey(survey, actor=None) for _agent in range(2)))
    assert sorted(isinstance(one, Refused) for one in answers) == [False, True]
    assert SurveyInvite.objects.count() == len(families)
    assert Entry.objects.filter(verb="childcare.survey_send").count() == 1


# --- One answer a home ------------------------------------------------------------------------------------------------


def test_a_home_answers_once(make_survey, families, activity):
    survey = sent(make_survey(activity=activity))
    answer(survey, families[0])
    with pytest.raises(Refused, match="déjà répondu"):
        answer(survey, families[0])
    assert SurveyAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("anonymous", [True, False])
def test_two_parents_of_a_home_at_once_give_one_answer(make_survey, families, activity, anonymous):
    survey = sent(make_survey(activity=activity, anonymous=anonymous))
    child = families[0]
    results = at_once(*(lambda: answer(survey, child) for _parent in range(3)))
    assert sorted(isinstance(one, Refused) for one in results) == [False, True, True]
    assert SurveyAnswer.objects.count() == 1


BAD = [{"choice": 2}, {"choice": None}, {"many": (0, 3)}, {"many": ()}, {"number": 11}, {"number": -1}]


@pytest.mark.parametrize("said", BAD, ids=[str(one) for one in BAD])
def test_answer_that_does_not_fit_is_refused_whole(make_survey, families, activity, said):
    survey = sent(make_survey(activity=activity))
    with pytest.raises(Refused):
        answer(survey, families[0], **said)
    assert not SurveyAnswer.objects.exists()
    assert not invite_of(survey, families[0]).answered


def test_closed_questionnaire_takes_no_answer(make_survey, families, activity, monkeypatch):
    survey = sent(make_survey(activity=activity))
    monkeypatch.setattr(timezone, "now", lambda: NOW + 11 * DAY)
    with pytest.raises(Refused, match="clos"):
        answer(survey, families[0])


# --- Anonymous or not -------------------------------------------------------------------------------------------------


def test_anonymous_answer_bears_neither_home_nor_hour_nor_author(make_survey, families, activity):
    survey = sent(make_survey(activity=activity))
    answer(survey, families[0])
    given = SurveyAnswer.objects.get()
    assert given.invite is None
    assert {field.name for field in SurveyAnswer._meta.local_fields} == {"id", "survey", "invite", "values"}
    assert {field.name for field in SurveyInvite._meta.local_fields} == {"id", "survey", "household", "answered"}
    entry = Entry.objects.get(verb="childcare.survey_answer")
    assert (entry.actor, entry.data) == (None, {})
    (told_,) = [one for one in personal_data.export(families[0].parent)["questionnaires"] if one["répondu"]]
    assert "réponses" not in told_


def test_anonymous_answers_are_read_after_the_close_and_among_enough(make_survey, families, activity, clerk, client):
    survey = sent(make_survey(activity=activity))
    client.force_login(clerk)
    page = reverse("childcare:survey", args=[survey.pk])
    export = reverse("childcare:survey_export", args=[survey.pk, "csv"])
    for child in families[: ENOUGH - 1]:
        answer(survey, child)
    close(survey)
    assert "Plus de vélo" not in client.get(page).content.decode()
    assert client.get(export).status_code == 404
    Survey.objects.update(closes_on=LAST)
    answer(survey, families[ENOUGH - 1])
    assert "Plus de vélo" not in client.get(page).content.decode(), "read while it is open"
    close(survey)
    assert "Plus de vélo" in client.get(page).content.decode()
    assert client.get(export).status_code == 200
    with pytest.raises(Refused, match="ne se rouvre pas"):
        actions.close_survey(survey, actor=None, closes_on=LAST)


def test_signed_answers_are_read_at_once_with_the_home(make_survey, families, activity, clerk, client):
    survey = sent(make_survey(activity=activity, anonymous=False))
    answer(survey, families[0])
    client.force_login(clerk)
    answer_ = client.get(reverse("childcare:survey_export", args=[survey.pk, "csv"]))
    lines = list(csv.reader(io.StringIO(answer_.content.decode("utf-8-sig")), delimiter=";"))
    assert lines == [
        ["Foyer", "Content ?", "Quoi ?", "Note", "Une idée"],
        ["Foyer Dubois", "Oui", "Sport ; Sortie", "7", "Plus de vélo"],
    ]
    (told_,) = personal_data.export(families[0].parent)["questionnaires"]
    assert told_["réponses"]["Note"] == 7


def test_what_is_said_of_anonymity_comes_before_the_answer(make_survey, families, activity, client):
    client.force_login(families[0].parent)
    for anonymous, word in ((True, "Réponses anonymes"), (False, "Réponses nominatives")):
        survey = sent(make_survey(activity=activity, anonymous=anonymous))
        text = client.get(reverse("childcare:my_survey", args=[survey.pk])).content.decode()
        assert list(rules.page(text)) == []
        assert text.index(word) < text.index("Content\u202f?")


def test_counts_are_those_of_the_answers(make_survey, families, activity):
    survey = sent(make_survey(activity=activity, anonymous=False))
    said = [(0, (0,), 2, ""), (0, (0, 1), 4, "a"), (1, (1, 2), 9, "b")]
    for child, (choice, many, number, text) in zip(families, said, strict=False):
        answer(survey, child, choice=choice, many=many, number=number, text=text)
    choice, many, number, text = surveys.results(survey)
    assert choice.counts == [("Oui", 2), ("Non", 1)]
    assert many.counts == [("Sport", 2), ("Atelier", 2), ("Sortie", 1)]
    assert dict(number.facts) == {"Moyenne": 5, "Médiane": 4, "Le plus bas": 2, "Le plus haut": 9}
    assert sorted(text.texts) == ["a", "b"]
    book = load_workbook(io.BytesIO(_xlsx(survey)))
    assert [row[2].value for row in book["Comptes"].iter_rows(min_row=2)][:2] == [2, 1]


def _xlsx(survey) -> bytes:
    from beffroi.kernel.sheets import xlsx_bytes

    return xlsx_bytes([surveys.table(survey), surveys.totals(survey)])


# --- Pages, rights, reminders, forgetting -----------------------------------------------------------------------------


def test_a_family_answers_on_its_telephone(make_survey, families, activity, client):
    survey = sent(make_survey(activity=activity))
    child = families[0]
    client.force_login(child.parent)
    page = reverse("childcare:my_survey", args=[survey.pk])
    assert page in client.get(reverse("childcare:my_surveys")).content.decode()
    names = [f"q{one.pk}" for one in survey.asked]
    missing = client.post(page, {names[2]: "7"})
    assert missing.status_code == 200
    assert "data-error-summary" in missing.content.decode()
    assert 'value="7"' in missing.content.decode(), "what was typed is kept"
    sent_ = {names[0]: "1", names[1]: ["0", "1"], names[2]: "7", names[3]: "Ouvrir plus tôt"}
    assert client.post(page, sent_).status_code == 302
    assert SurveyAnswer.objects.get().values == dict(
        zip((str(one.pk) for one in survey.asked), (1, [0, 1], 7, "Ouvrir plus tôt"), strict=True)
    )
    assert "Votre foyer a répondu" in client.get(page).content.decode()


def test_each_home_of_a_child_answers_for_itself(make_survey, families, activity, add_parent, client):
    child = families[0]
    other = add_parent(child)
    survey = sent(make_survey(activity=activity))
    answer(survey, child)
    client.force_login(other.parent)
    text = client.get(reverse("childcare:my_survey", args=[survey.pk])).content.decode()
    assert "Votre foyer a répondu" not in text
    assert child.home.household.name not in text
    stranger = families[1]
    client.force_login(stranger.parent)
    asked = client.get(reverse("childcare:my_survey", args=[survey.pk]), {"foyer": child.home.household_id})
    assert asked.context["invite"].household_id == stranger.home.household_id


def test_an_agent_writes_the_answer_of_a_home_that_telephones(make_survey, families, activity, clerk, client):
    survey = sent(make_survey(activity=activity, anonymous=False))
    invite = invite_of(survey, families[0])
    client.force_login(clerk)
    page = reverse("childcare:survey_entry", args=[survey.pk, invite.pk])
    names = [f"q{one.pk}" for one in survey.asked]
    sent_ = {names[0]: "0", names[1]: ["2"], names[2]: "10"}
    assert client.post(page, sent_).status_code == 302
    assert SurveyAnswer.objects.get().invite == invite
    homes = client.get(reverse("childcare:survey_homes", args=[survey.pk]), {"reponse": "oui"}).content.decode()
    assert homes.count("Répondu</span>") == 1


def test_desk_writes_sends_and_closes(activity, families, clerk, client):
    client.force_login(clerk)
    form = {"title": "Avis", "activity": activity.pk, "anonymous": "on", "closes_on": LAST.isoformat()}
    assert client.post(reverse("childcare:survey_new"), form | {"closes_on": "2020-01-01"}).status_code == 200
    assert client.post(reverse("childcare:survey_new"), form).status_code == 302
    survey = Survey.objects.get()
    ask = reverse("childcare:question_new", args=[survey.pk])
    assert client.post(ask, {"text": "Content ?", "kind": "choice", "choices": "Oui"}).status_code == 200
    for text in ("Content ?", "Encore ?"):
        assert (
            client.post(ask, {"text": text, "kind": "choice", "choices": "Oui\nNon", "required": "on"}).status_code
            == 302
        )
    first, second = survey.questions.all()
    client.post(reverse("childcare:question_move", args=[survey.pk, second.pk]), {"monter": "oui"})
    assert list(survey.questions.all()) == [second, first]

    def move(verb):
        return client.post(reverse("childcare:survey_move", args=[survey.pk, verb]))

    move("envoyer")
    assert SurveyInvite.objects.count() == len(families)
    move("rappeler")
    assert set(told("childcare.survey_remind")) == {one.parent for one in families}
    move("clore")
    survey.refresh_from_db()
    assert not survey.is_open
    assert move("vendre").status_code == 404


def test_reminder_leaves_alone_those_who_answered_and_comes_once(make_survey, families, activity):
    survey = sent(make_survey(activity=activity))
    answer(survey, families[0])
    assert actions.remind_survey(survey, actor=None) == len(families) - 1
    assert families[0].parent not in told("childcare.survey_remind")
    with pytest.raises(Refused, match="une fois"):
        actions.remind_survey(survey, actor=None)


MATRIX = [
    ("surveys", False, {"clerk"}),
    ("survey", True, {"clerk"}),
    ("survey_homes", True, {"clerk"}),
    ("survey_new", False, {"clerk"}),
    ("my_survey", True, {"parent"}),
]


@pytest.mark.parametrize(("name", "about", "allowed"), MATRIX, ids=[one[0] for one in MATRIX])
def test_who_opens_what(
    make_survey, families, activity, clerk, facilitator, make_user, operator, client, name, about, allowed
):
    survey = sent(make_survey(activity=activity))
    people = {
        "parent": families[0].parent,
        "clerk": clerk,
        "facilitator": facilitator,
        "stranger": make_user(),
        "voirie": make_user("agent", operator),
    }
    for who, user in people.items():
        client.force_login(user)
        status = client.get(reverse(f"childcare:{name}", args=[survey.pk] if about else [])).status_code
        assert (status == 200) == (who in allowed), f"{who} : {status}"
        assert status in {200, 403, 404}


def test_all_is_forgotten_a_year_after_the_close(make_survey, families, activity):
    survey = close(sent(make_survey(activity=activity)))
    draft = make_survey(activity=activity)
    rule = next(one for one in retention.RULES if one.code == "childcare.surveys")
    assert not rule.due(NOW + 300 * DAY).exists()
    due = rule.due(NOW + 370 * DAY)
    assert survey in due
    for one in due:
        rule.apply(one)
    assert not rule.due(NOW + 370 * DAY).exists()
    assert not SurveyInvite.objects.exists()
    assert set(Survey.objects.all()) <= {draft}
