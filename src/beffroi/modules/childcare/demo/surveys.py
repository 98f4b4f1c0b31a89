"""Three questionnaires: one that is over, one that waits for answers, one that is being written."""

import datetime
import random

from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.childcare import actions
from beffroi.modules.childcare.demo.offering import Offer
from beffroi.modules.childcare.models import Survey, SurveyQuestion

ANSWERS = 24
TEXTS = ("Plus de sorties à vélo.", "Ouvrir à 7 h 15.", "Merci à toute l’équipe.", "Un coin calme pour lire.")
ASKED = (
    ("Votre enfant vient-il avec plaisir ?", "choice", ["Toujours", "Souvent", "Parfois", "Jamais"], None, None, True),
    ("Ce qu’il préfère", "choices", ["Les sorties", "Les ateliers", "Le sport", "Les copains"], None, None, True),
    ("Note donnée à l’accueil, de 0 à 10", "number", [], 0, 10, True),
    ("Une idée pour l’an prochain", "text", [], None, None, False),
)
HOURS = (
    ("À quelle heure faudrait-il que l’accueil ouvre ?", "choice", ["7 h", "7 h 15", "7 h 30"], None, None, True),
    ("Combien de jours par semaine ?", "number", [], 1, 5, True),
)


def load(today: datetime.date, offer: Offer) -> None:
    """Written with the same gestures as an agent and the families."""
    draw = random.Random(2026)  # noqa: S311  sample data, the same each time
    with journal.dated(timezone.now() - datetime.timedelta(hours=3)):
        over = _write(offer, "Les mercredis de l’automne", ASKED, today, activity=offer.wednesdays, site=offer.sites[1])
        actions.send_survey(over, actor=None)
        _answer(over, draw, ANSWERS)
        actions.close_survey(over, actor=None)
        asked_at = timezone.now() - datetime.timedelta(days=24)
        Survey.objects.filter(pk=over.pk).update(created_at=asked_at, sent_at=asked_at)
        waiting = _write(
            offer,
            "Les horaires du matin",
            HOURS,
            today,
            activity=offer.wednesdays,
            site=offer.sites[0],
            anonymous=False,
            intro="Pour savoir s’il faut ouvrir plus tôt à la rentrée.",
        )
        actions.send_survey(waiting, actor=None)
        _answer(waiting, draw, 6)
        _write(offer, "Vos besoins pour l’été", HOURS, today, activity=offer.holidays)


def _write(offer: Offer, title: str, asked, today: datetime.date, **values) -> Survey:
    last = today + datetime.timedelta(days=21)
    organisation = offer.sites[0].organisation
    survey = actions.save_survey(Survey(organisation=organisation, title=title, closes_on=last, **values), actor=None)
    for text, kind, options, low, high, required in asked:
        question = SurveyQuestion(
            survey=survey, text=text, kind=kind, options=options, low=low, high=high, required=required
        )
        actions.save_question(question, actor=None)
    return survey


def _answer(survey: Survey, draw: random.Random, count: int) -> None:
    """The last homes that were asked: those of the accounts to try have still to answer."""
    questions = list(survey.questions.all())
    for invite in survey.invites.order_by("-pk")[:count]:
        values = {str(one.pk): _said(one, draw) for one in questions}
        actions.answer_survey(invite, {key: value for key, value in values.items() if value is not None}, actor=None)


def _said(question: SurveyQuestion, draw: random.Random):
    if question.kind == "number":
        low, high = question.low or 0, question.high or 0
        return min(high, max(low, round(draw.gauss(high * 0.75, 1.5))))
    if question.kind == "text":
        return draw.choice(TEXTS) if draw.random() < 0.4 else None
    last = len(question.options) - 1
    if question.kind == "choices":
        return sorted(draw.sample(range(last + 1), draw.randint(1, 2)))
    return min(last, int(draw.expovariate(1.2)))
