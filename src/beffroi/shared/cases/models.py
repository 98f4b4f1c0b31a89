"""The case, its messages, followers, answer templates, saved views, numbering."""

import secrets

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.offline import OfflineMixin
from beffroi.kernel.workflow import Workflow


def draw_token() -> str:
    """The secret of a tracking link: 32 URL-safe characters, 192 bits."""
    return secrets.token_urlsafe(24)


def case_kinds() -> list[type["Case"]]:
    """The concrete classes of cases of the installed modules."""
    return [model for model in apps.get_models() if issubclass(model, Case) and model is not Case]


class Counter(models.Model):
    """The last number given for a prefix and a year; its row lock makes the numbering free of gaps."""

    prefix = models.CharField(max_length=5)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "compteur"
        verbose_name_plural = "compteurs"
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="counter_unique")]

    def __str__(self):
        return f"{self.prefix}-{self.year}"


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Cases that `user` may see: their own, those they filed for somebody or are in charge of, and those of the
        bodies where they hold the `view_permission` of the kind."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(Q(requester=user) | Q(filed_by=user) | self._in_charge(user)).distinct()

    def on_desk_of(self, user):
        """Cases that `user` may see as an agent (their own private requests are not among them)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.is_superuser else self.filter(self._in_charge(user))

    def _in_charge(self, user) -> Q:
        rule = Q(assignee=user)
        for model in case_kinds():
            bodies = access.organisations_where(user, model.view_permission)
            if bodies:
                rule |= Q(kind=model._meta.label_lower, organisation_id__in=bodies)
        return rule

    def open(self):
        """Not ended."""
        return self.filter(closed_at__isnull=True)

    def late(self, now=None):
        """Open and past their due date."""
        return self.open().filter(due_at__lt=now or timezone.now())


class Case(OfflineMixin):
    """A request and its life. `state` is moved only by the workflow of the concrete class.

    A concrete class says: `prefix` of its references, `workflow`, `view_permission`, `handle_permission`, and among
    its states the `closed_states` (ended), the `waiting_states` (the ball is with the requester: the deadline is
    paused) and the `new_states` (nobody has taken it in charge yet).

    `requester` null = anonymous or known by `contact_*` only; `person` = the one it is for when filed under a
    mandate; `token` opens the tracking page without an account.
    """

    prefix = "DEM"
    workflow: Workflow
    view_permission = ""
    handle_permission = ""
    new_states: tuple[str, ...] = ()
    waiting_states: tuple[str, ...] = ()
    closed_states: tuple[str, ...] = ()

    class Channel(models.TextChoices):
        WEB = "web", "Site"
        COUNTER = "counter", "Guichet"
        PHONE = "phone", "Téléphone"
        LETTER = "letter", "Courrier"
        EMAIL = "email", "Courriel"
        API = "api", "Application tierce"

    class Priority(models.IntegerChoices):
        LOW = 1, "Basse"
        NORMAL = 2, "Normale"
        HIGH = 3, "Haute"
        URGENT = 4, "Urgente"

    reference = models.CharField("référence", max_length=20, unique=True, editable=False)
    kind = models.CharField("nature", max_length=60, editable=False)
    title = models.CharField("objet", max_length=200)
    state = models.CharField("état", max_length=20)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="organisme compétent",
        on_delete=models.PROTECT,
        related_name="cases",
    )
    team = models.ForeignKey(
        "organisations.Team",
        verbose_name="équipe",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="agent chargé",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases_assigned",
    )
    commune = models.ForeignKey(
        "organisations.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="cases_about"
    )
    priority = models.PositiveSmallIntegerField("priorité", choices=Priority, default=Priority.NORMAL)
    channel = models.CharField("canal", max_length=8, choices=Channel, default=Channel.WEB)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="demandeur",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
    )
    person = models.ForeignKey(
        "people.Person",
        verbose_name="pour le compte de",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
    )
    mandate = models.ForeignKey("people.Mandate", null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="saisi par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases_filed",
    )
    contact_name = models.CharField("nom", max_length=120, blank=True)
    contact_email = models.EmailField("courriel", blank=True)
    contact_phone = models.CharField("téléphone", max_length=20, blank=True)
    token = models.CharField(max_length=40, unique=True, default=draw_token, editable=False)
    due_at = models.DateTimeField("échéance", null=True, blank=True)
    acknowledged_at = models.DateTimeField("pris en charge le", null=True, blank=True)
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_cases"
    )
    created_at = models.DateTimeField("reçu le", default=timezone.now)
    anonymised_at = models.DateTimeField("anonymisé le", null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "demande"
        verbose_name_plural = "demandes"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["organisation", "closed_at", "due_at"], name="case_basket"),
            models.Index(fields=["assignee", "closed_at", "due_at"], name="case_assignee"),
            models.Index(fields=["team", "closed_at", "due_at"], name="case_team"),
            models.Index(fields=["requester", "-created_at"], name="case_requester"),
            models.Index(fields=["kind", "state", "-created_at"], name="case_kind_state"),
            models.Index(fields=["commune", "-created_at"], name="case_commune"),
            models.Index(fields=["-created_at"], name="case_created"),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    @property
    def specific(self) -> "Case":
        """The object of the concrete class (one query when this one is the bare case)."""
        if type(self) is not Case:
            return self
        return apps.get_model(self.kind)._base_manager.get(pk=self.pk)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def can_be_handled_by(self, user) -> bool:
        """May `user` work on it: assign, answer, move it?"""
        model = apps.get_model(self.kind)
        return access.can(user, model.handle_permission, self.organisation_id) or (
            user.is_authenticated and user.is_active and self.assignee_id == user.pk
        )


class Message(OfflineMixin):
    """Something said in a case: `internal` ones are for agents only. Attachments are stored files that target it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    author_label = models.CharField("auteur affiché", max_length=120, blank=True)
    from_requester = models.BooleanField("du demandeur", default=False)
    internal = models.BooleanField("interne", default=False)
    body = models.TextField("message")
    created_at = models.DateTimeField("écrit le", default=timezone.now)

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["case", "created_at"], name="message_case")]

    def __str__(self):
        return self.body[:60]


class Follower(models.Model):
    """Someone who wants to be told of a case without having filed it (account, or e-mail confirmed by a link)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE)
    email = models.EmailField("courriel", blank=True)
    token = models.CharField(max_length=40, unique=True, default=draw_token, editable=False)
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    created_at = models.DateTimeField("suivi depuis le", auto_now_add=True)

    class Meta:
        verbose_name = "abonné"
        verbose_name_plural = "abonnés"
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], condition=Q(user__isnull=False), name="follower_user"),
            models.UniqueConstraint(fields=["case", "email"], condition=~Q(email=""), name="follower_email"),
        ]

    def __str__(self):
        return f"{self.case_id}"


class AnswerTemplate(models.Model):
    """A ready answer of an organisation; `kind` empty = any kind of case."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.CASCADE, related_name="answer_templates"
    )
    kind = models.CharField("nature", max_length=60, blank=True)
    name = models.CharField("nom", max_length=80)
    body = models.TextField("texte")

    class Meta:
        verbose_name = "réponse type"
        verbose_name_plural = "réponses types"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "kind", "name"], name="answer_template_unique")]

    def __str__(self):
        return self.name


class SavedView(models.Model):
    """The filters of a list, named by an agent; `shared` = offered to their whole organisation."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="saved_views"
    )
    page = models.CharField("liste", max_length=80)
    name = models.CharField("nom", max_length=80)
    query = models.CharField("filtres", max_length=1000, blank=True)
    shared = models.BooleanField("partagée", default=False)

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_unique")]

    def __str__(self):
        return self.name
