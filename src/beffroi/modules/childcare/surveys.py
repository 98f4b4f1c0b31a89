"""Questionnaires to families: which homes are concerned, and what they answered, as counts and as a table."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from django.db.models import QuerySet

from beffroi.kernel.sheets import Sheet
from beffroi.modules.childcare.models import Booking, ChildHome, Enrolment, Survey, SurveyAnswer, SurveyQuestion
from beffroi.shared.people.models import Household

Kind = SurveyQuestion.Kind
TEXTS = 200  # texts shown on a page; the export has them all


def concerned(survey: Survey) -> QuerySet[Household]:
    """The homes that a questionnaire is for: those that booked in its period, else those with a child registered.

    Each home of a child of two homes is one: it answers for itself.
    """
    homes = ChildHome.objects.current().filter(child__erased_at=None)
    if survey.period_id:
        days = (survey.period.start, survey.period.end)
        booked = Booking.objects.filter(activity=survey.activity_id, state="booked", day__range=days)
        if survey.site_id:
            booked = booked.filter(group__site=survey.site_id)
        homes = homes.filter(pk__in=booked.values("home"))
    else:
        held = Enrolment.objects.filter(end=None, activity__organisation=survey.organisation_id)
        if survey.activity_id:
            held = held.filter(activity=survey.activity_id)
        if survey.site_id:
            held = held.filter(site=survey.site_id)
        homes = homes.filter(child__in=held.values("child"))
    return Household.objects.filter(pk__in=homes.values("household"))


def whom(survey: Survey) -> str:
    """Those homes in words, for the agent who sends it and the family who reads it."""
    where = f", {survey.site}" if survey.site_id else ""
    if survey.period_id:
        return f"foyers qui ont réservé : {survey.activity}, {survey.period}{where}"
    return f"foyers inscrits : {survey.activity or 'toutes les activités'}{where}"


@dataclass
class Result:
    """What was answered to a question. `counts`: (option, how many) of a choice; `texts` of a free question."""

    question: SurveyQuestion
    count: int = 0
    counts: list[tuple[str, int]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def mean(self) -> Decimal | None:
        """The mean of the numbers, to the tenth."""
        if not self.numbers:
            return None
        return (Decimal(sum(self.numbers)) / len(self.numbers)).quantize(Decimal("0.1"))

    @property
    def facts(self) -> list[tuple[str, int | Decimal | None]]:
        """(what, value) of the numbers."""
        if not self.numbers:
            return []
        middle = Decimal(str(median(self.numbers)))
        return [
            ("Moyenne", self.mean),
            ("Médiane", middle),
            ("Le plus bas", min(self.numbers)),
            ("Le plus haut", max(self.numbers)),
        ]


def results(survey: Survey) -> list[Result]:
    """Each question with its answers: two queries, whatever their number."""
    answers = list(SurveyAnswer.objects.filter(survey=survey).values_list("values", flat=True))
    found = []
    for question in survey.questions.all():
        given = [one[str(question.pk)] for one in answers if str(question.pk) in one]
        result = Result(question, count=len(given))
        if question.kind == Kind.NUMBER:
            result.numbers = [int(one) for one in given]
        elif question.kind == Kind.TEXT:
            result.texts = [str(one) for one in given]
        else:
            chosen = Counter(rank for one in given for rank in (one if isinstance(one, list) else [one]))
            result.counts = [(option, chosen[rank]) for rank, option in enumerate(question.options)]
        found.append(result)
    return found


def said(question: SurveyQuestion, value) -> str | int | None:
    """An answer in words: the options that were chosen, the number, the text."""
    if value is None:
        return None
    if question.kind in (Kind.CHOICE, Kind.CHOICES):
        ranks = value if isinstance(value, list) else [value]
        return " ; ".join(question.options[rank] for rank in ranks if 0 <= rank < len(question.options))
    return int(value) if question.kind == Kind.NUMBER else str(value)


def table(survey: Survey) -> Sheet:
    """A line an answer, in an order that says nothing when they are anonymous; the home first when they are not."""
    questions = list(survey.questions.all())
    answers = SurveyAnswer.objects.filter(survey=survey).select_related("invite__household").order_by("pk")
    rows = []
    for answer in answers:
        line = [said(question, answer.values.get(str(question.pk))) for question in questions]
        if not survey.anonymous:
            line.insert(0, answer.invite.household.name if answer.invite else "")
        rows.append(line)
    headers = [question.text for question in questions]
    if not survey.anonymous:
        headers.insert(0, "Foyer")
    return Sheet("Réponses", headers, rows, widths=[28] * len(headers))


def totals(survey: Survey) -> Sheet:
    """The counts of each question, as a second sheet."""
    rows: list[list] = []
    for result in results(survey):
        lines = [*result.counts, *result.facts] or [("réponses", result.count)]
        rows += [[result.question.text, what, value] for what, value in lines]
    return Sheet("Comptes", ["Question", "Réponse", "Nombre"], rows, widths=[48, 40, 12])
