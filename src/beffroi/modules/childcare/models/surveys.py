"""Questionnaires to families: what is asked, of which homes, what each answered, once."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.models.children import ChildHome
from beffroi.modules.childcare.models.offer import Activity, Period, Site

ENOUGH = 5  # anonymous answers, below which somebody might be recognised


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user, permission=REGISTER):
        allowed = access.organisations_where(user, permission)
        return self if allowed is None else self.filter(organisation__in=allowed)

    def sent(self):
        """Those that families were asked to answer."""
        return self.exclude(sent_at=None)

    def open(self, day=None):
        """Those that may be answered today: sent, and not closed."""
        return self.sent().filter(closes_on__gte=day or timezone.localdate())


class Survey(models.Model):
    """A short questionnaire to the homes of an activity, of a period of it, or of the whole service.

    Nothing but its closing day changes once it is sent. `anonymous` is said before answering: the answers then bear
    neither home nor hour, and are read only after the close, once there are `ENOUGH` of them.
    """

    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="organisme",
        on_delete=models.PROTECT,
        related_name="childcare_surveys",
    )
    title = models.CharField("titre", max_length=120)
    intro = models.TextField("à lire avant de répondre", max_length=1000, blank=True)
    activity = models.ForeignKey(
        Activity, verbose_name="activité", null=True, blank=True, on_delete=models.PROTECT, related_name="surveys"
    )
    period = models.ForeignKey(
        Period, verbose_name="période", null=True, blank=True, on_delete=models.PROTECT, related_name="surveys"
    )
    site = models.ForeignKey(
        Site, verbose_name="site", null=True, blank=True, on_delete=models.PROTECT, related_name="surveys"
    )
    anonymous = models.BooleanField("réponses anonymes", default=True)
    closes_on = models.DateField("dernier jour pour répondre")
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    reminded_at = models.DateTimeField("rappelé le", null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("écrit le", default=timezone.now)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "questionnaire"
        verbose_name_plural = "questionnaires"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period=None) | Q(activity__isnull=False), name="survey_period_of_an_activity"
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("childcare:survey", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """May it be answered today?"""
        return self.sent_at is not None and self.closes_on >= timezone.localdate()

    def may_be_read(self, answered: int) -> bool:
        """May an agent read `answered` answers? At once when they are signed; else after the close, among enough."""
        if self.sent_at is None:
            return False
        return not self.anonymous or (not self.is_open and answered >= ENOUGH)

    @property
    def status(self) -> tuple[str, str]:
        """(words, tone) for the screens."""
        if self.sent_at is None:
            return "Brouillon", "neutral"
        return ("Ouvert", "progress") if self.is_open else ("Clos", "done")

    @property
    def told(self) -> str:
        """What is said of the answers before they are given."""
        if self.anonymous:
            return (
                "Réponses anonymes : le service sait que votre foyer a répondu, jamais ce qu’il a répondu. Ni nom ni "
                "heure n’est gardé avec une réponse, qui ne se lit qu’après la clôture, parmi cinq au moins. Une fois "
                "envoyée, elle ne peut plus être retrouvée ni changée."
            )
        return "Réponses nominatives : le service lit qui a répondu quoi. Une réponse par foyer, qui ne se change plus."


class SurveyQuestion(models.Model):
    """One question. `options` = what may be chosen; `low` and `high` bound a number."""

    class Kind(models.TextChoices):
        CHOICE = "choice", "Une réponse au choix"
        CHOICES = "choices", "Plusieurs réponses au choix"
        NUMBER = "number", "Un nombre"
        TEXT = "text", "Un texte"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    rank = models.PositiveSmallIntegerField("ordre", default=1)
    text = models.CharField("question", max_length=250)
    kind = models.CharField("nature", max_length=7, choices=Kind, default=Kind.CHOICE)
    options = ArrayField(models.CharField(max_length=120), verbose_name="réponses possibles", default=list, blank=True)
    low = models.IntegerField("au moins", null=True, blank=True)
    high = models.IntegerField("au plus", null=True, blank=True)
    required = models.BooleanField("obligatoire", default=True)

    class Meta:
        verbose_name = "question"
        verbose_name_plural = "questions"
        ordering = ["survey", "rank", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=("choice", "choices")) | Q(options__len__gte=2), name="question_options"
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(high__gte=F("low")), name="question_bounds"
            ),
        ]

    def __str__(self):
        return self.text


class SurveyInviteQuerySet(models.QuerySet):
    def of_parent(self, user):
        """Those of the homes in the name of which this account's owner acts."""
        return self.filter(household__in=ChildHome.objects.current().of_parent(user).values("household"))


class SurveyInvite(models.Model):
    """A home that is asked, and whether it answered: never when, so that an anonymous answer cannot be recognised."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invites")
    household = models.ForeignKey("people.Household", on_delete=models.CASCADE, related_name="survey_invites")
    answered = models.BooleanField("a répondu", default=False)

    objects = SurveyInviteQuerySet.as_manager()

    class Meta:
        verbose_name = "foyer interrogé"
        verbose_name_plural = "foyers interrogés"
        ordering = ["survey", "pk"]
        constraints = [models.UniqueConstraint(fields=["survey", "household"], name="survey_invite_once")]

    def __str__(self):
        return f"foyer {self.household_id}"


class SurveyAnswer(models.Model):
    """What a home answered. Anonymous: no `invite`, no hour, and a key drawn at random that says no order.

    `values`: {number of the question: what was answered}; a choice is its rank. In clear on purpose: our encryption
    writes its hour beside what it closes (Fernet), and the journal says at what hour somebody answered.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answers")
    invite = models.OneToOneField(SurveyInvite, null=True, blank=True, on_delete=models.CASCADE, related_name="answer")
    values = models.JSONField("réponses", default=dict)

    class Meta:
        verbose_name = "réponse à un questionnaire"
        verbose_name_plural = "réponses à un questionnaire"
        ordering = ["survey", "pk"]

    def __str__(self):
        return "réponse"
