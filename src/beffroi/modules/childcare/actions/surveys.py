"""Questionnaires to families: written, sent once, answered once by each home, closed."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare import surveys
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Survey, SurveyAnswer, SurveyInvite, SurveyQuestion

MOST_QUESTIONS = 15
DAY = datetime.timedelta(days=1)
Kind = SurveyQuestion.Kind


def _draft(pk: int) -> Survey:
    """The questionnaire, held while it is written. Raises Refused once it is sent."""
    held = Survey.objects.select_for_update(of=("self",)).get(pk=pk)
    if held.sent_at is not None:
        raise Refused("Ce questionnaire est envoyé : ses questions ne changent plus.")
    return held


@transaction.atomic
def save_survey(survey: Survey, *, actor) -> Survey:
    """Write a questionnaire that is not sent yet. Records "childcare.survey". Raises Refused."""
    if survey.pk:
        _draft(survey.pk)
    else:
        survey.created_by = account_of(actor)
    if survey.closes_on <= timezone.localdate():
        raise Refused("Le dernier jour pour répondre vient après aujourd’hui.")
    survey.full_clean(exclude=["created_by"])
    survey.save()
    journal.record("childcare.survey", survey, actor=actor)
    return survey


@transaction.atomic
def save_question(question: SurveyQuestion, *, actor) -> SurveyQuestion:
    """Add a question, or change it, before the questionnaire is sent. Records "childcare.survey"."""
    survey = _draft(question.survey_id)
    if question.pk is None:
        ranks = list(survey.questions.values_list("rank", flat=True))
        if len(ranks) >= MOST_QUESTIONS:
            raise Refused(f"{MOST_QUESTIONS} questions au plus : les familles répondent sur un téléphone.")
        question.rank = max(ranks, default=0) + 1
    question.full_clean()
    question.save()
    journal.record("childcare.survey", survey, actor=actor, data={"question": question.pk})
    return question


@transaction.atomic
def move_question(question: SurveyQuestion, *, actor, up: bool) -> None:
    """Put a question before the one above it, or after the one below. Records "childcare.survey"."""
    survey = _draft(question.survey_id)
    order = list(survey.questions.order_by("rank", "pk"))
    place = next(rank for rank, one in enumerate(order) if one.pk == question.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        for rank, one in enumerate(order, 1):
            one.rank = rank
        SurveyQuestion.objects.bulk_update(order, ["rank"])
        journal.record("childcare.survey", survey, actor=actor, data={"question": question.pk})


@transaction.atomic
def remove_question(question: SurveyQuestion, *, actor) -> None:
    """Take a question away before the questionnaire is sent. Records "childcare.survey"."""
    survey = _draft(question.survey_id)
    journal.record("childcare.survey", survey, actor=actor, data={"removed": question.pk})
    question.delete()


@transaction.atomic
def drop_survey(survey: Survey, *, actor) -> None:
    """Throw away a questionnaire that was never sent. Records "childcare.survey_drop" on its body."""
    held = _draft(survey.pk)
    journal.record("childcare.survey_drop", held.organisation, actor=actor)
    held.delete()


@transaction.atomic
def send_survey(survey: Survey, *, actor) -> int:
    """Ask each home concerned, once; returns how many. Two who send it at the same time send it once.

    Raises Refused: no question, nobody concerned, a last day that is past, sent already. Records
    "childcare.survey_send", which tells them.
    """
    held = _draft(survey.pk)
    if not held.questions.exists():
        raise Refused("Écrivez au moins une question.")
    if held.closes_on <= timezone.localdate():
        raise Refused("Le dernier jour pour répondre est passé : changez-le.")
    homes = list(surveys.concerned(held).order_by("pk").values_list("pk", flat=True))
    if not homes:
        raise Refused("Aucun foyer n’est concerné : changez l’activité, la période ou le site.")
    SurveyInvite.objects.bulk_create(SurveyInvite(survey=held, household_id=pk) for pk in homes)
    held.sent_at = timezone.now()
    held.save(update_fields=["sent_at"])
    journal.record("childcare.survey_send", held, actor=actor, data={"count": len(homes)})
    return len(homes)


@transaction.atomic
def remind_survey(survey: Survey, *, actor) -> int:
    """Ask once more those who have not answered; once only. Returns how many. Records "childcare.survey_remind"."""
    held = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if not held.is_open:
        raise Refused("Ce questionnaire n’attend pas de réponse.")
    if held.reminded_at is not None:
        raise Refused("Les foyers ont déjà été rappelés : une fois suffit.")
    count = held.invites.filter(answered=False).count()
    if not count:
        raise Refused("Tous les foyers ont répondu.")
    held.reminded_at = timezone.now()
    held.save(update_fields=["reminded_at"])
    journal.record("childcare.survey_remind", held, actor=actor, data={"count": count})
    return count


@transaction.atomic
def close_survey(survey: Survey, *, actor, closes_on: datetime.date | None = None) -> Survey:
    """Take no more answers from today on, or change the last day to answer. Records "childcare.survey_close".

    Reopening an anonymous questionnaire whose answers may have been read is refused: one more answer would be seen
    apart from the others.
    """
    held = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if held.sent_at is None:
        raise Refused("Ce questionnaire n’est pas encore envoyé.")
    last = closes_on or timezone.localdate() - DAY
    if held.anonymous and not held.is_open and last >= timezone.localdate():
        raise Refused("Un questionnaire anonyme clos ne se rouvre pas : ses réponses ont pu être lues.")
    held.closes_on = last
    held.save(update_fields=["closes_on"])
    journal.record("childcare.survey_close", held, actor=actor, data={"last": last.isoformat()})
    return held


@transaction.atomic
def answer_survey(invite: SurveyInvite, values: dict[str, object], *, actor) -> None:
    """Write what a home answers: once, whoever of the home does it, however many at the same time.

    `values`: {number of the question: answer}, as `AnswerForm` gives them. Anonymous: neither the answer nor the
    journal says who. Raises Refused: answered already, closed, a required question left out.
    Records "childcare.survey_answer".
    """
    held = SurveyInvite.objects.select_for_update(of=("self",)).select_related("survey").get(pk=invite.pk)
    survey = held.survey
    if held.answered:
        raise Refused("Votre foyer a déjà répondu : une réponse par foyer.")
    if not survey.is_open:
        raise Refused("Ce questionnaire est clos.")
    kept = {}
    for question in survey.questions.all():
        value = values.get(str(question.pk))
        if value in (None, "", []):
            if question.required:
                raise Refused(f"Répondez à : {question.text}")
            continue
        kept[str(question.pk)] = _fits(question, value)
    SurveyAnswer.objects.create(survey=survey, invite=None if survey.anonymous else held, values=kept)
    held.answered = True
    held.save(update_fields=["answered"])
    journal.record("childcare.survey_answer", survey, actor=None if survey.anonymous else actor)


def _fits(question: SurveyQuestion, value):
    """The answer, when it is one of that question. Raises Refused."""
    if question.kind == Kind.NUMBER:
        number = int(value)
        too_low = question.low is not None and number < question.low
        if too_low or (question.high is not None and number > question.high):
            raise Refused(f"Ce nombre n’est pas possible : {question.text}")
        return number
    if question.kind == Kind.TEXT:
        return str(value)[:1000]
    ranks = value if isinstance(value, list) else [value]
    if any(rank not in range(len(question.options)) for rank in ranks):
        raise Refused(f"Cette réponse n’est pas proposée : {question.text}")
    return sorted(set(ranks)) if question.kind == Kind.CHOICES else ranks[0]
