"""The case, its messages, followers, answer templates, saved views, numbering."""

import secrets
from collections.abc import Mapping
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.offline import OfflineMixin
from beffroi.kernel.workflow import Workflow
from beffroi.shared.cases.shown import Shown


def draw_token() -> str:
    """The secret of a tracking link: 32 URL-safe characters, 192 bits."""
    return secrets.token_urlsafe(24)


@cache
def case_kinds() -> tuple[type["Case"], ...]:
    """The concrete classes of cases of the installed modules."""
    return tuple(model for model in apps.get_models() if issubclass(model, Case) and model is not Case)


def kind_of_reference(reference: str) -> type["Case"] | None:
    """The class that a reference announces by its prefix ("SIG-2026-000123" is a report), or None."""
    prefix = reference.partition("-")[0]
    return next((model for model in case_kinds() if model.prefix == prefix), None)


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
        """Cases that `user` may see: their own, those they filed for somebody or are in charge of, those of the bodies
        where they hold the `view_permission` of the kind, and of the communes that such a kind is shared with."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(self.followed_by_account(user) | self._in_charge(user))

    def mine(self, user):
        """Those of « mes demandes »: one's own, and those filed for somebody else, while the mandate lasts."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(self.followed_by_account(user))

    @classmethod
    def followed_by_account(cls, user) -> Q:
        """One's own, filed by oneself without mandate, or under a mandate that one holds and that is in force."""
        mandates = apps.get_model("people.Mandate").objects.active().filter(agent=user)
        return cls.own(user) | Q(filed_by=user, mandate__isnull=True) | Q(mandate__in=mandates)

    def on_desk_of(self, user):
        """Cases that `user` may see as an agent (their own private requests are not among them)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.is_superuser else self.filter(self._in_charge(user))

    def listed_for(self, user):
        """The same for the lists: only what is of the body that they act for, when they chose one."""
        cases, body = self.on_desk_of(user), getattr(user, "acting_for", None)
        return cases if body is None else cases.filter(Q(organisation_id=body) | Q(commune_id=body))

    @staticmethod
    def own(user) -> Q:
        """The requests of a person: made from their account, or filed for them by somebody else."""
        return Q(requester=user) | Q(person__user=user)

    def _in_charge(self, user) -> Q:
        rule = Q(assignee=user)
        for model in case_kinds():
            bodies = access.organisations_where(user, model.view_permission)
            if bodies:
                place = Q(organisation_id__in=bodies)
                if model.shared_with_commune:
                    place |= Q(commune_id__in=bodies)
                rule |= Q(kind=model._meta.label_lower) & place
        return rule

    def with_names(self, *more: str):
        """With what a line of a list shows of its relations, and nothing heavy (the outline of the commune is)."""
        relations = ("organisation", "commune", "team", "assignee", "person", "requester")
        return self.select_related(*relations, *more).defer("commune__outline", "commune__postal_codes")

    def open(self):
        """Not ended."""
        return self.filter(closed_at__isnull=True)

    def late(self, now=None):
        """Open, past their due date, and not waiting for the requester."""
        return self.open().filter(due_at__lt=now or timezone.now(), paused_at__isnull=True)


class Case(Shown, OfflineMixin):
    """A request and its life. `state` is moved only by the workflow of the concrete class.

    A concrete class says: `prefix` of its references, `workflow`, `view_permission`, `handle_permission`, and among
    its states the `closed_states` (ended), the `waiting_states` (the ball is with the requester: the deadline is
    paused) and the `new_states` (nobody has taken it in charge yet).

    Its pages are common to all kinds; a kind adds its own facts by a template: `desk_template` for agents,
    `public_template` for whoever reads the tracking page (`reader` is "requester" or "follower"), with the variables
    of `desk_context` and `public_context`; `related` = the relations that they read. `follower_title` = what a
    follower may read of `title`.

    `visitor_words` = the words of the journal by which others than its requester and its body say something of it.

    `requester` null = anonymous or known by `contact_*` only; `person` = the one it is for when filed under a
    mandate; `token` opens the tracking page without an account. `unread_at` is the oldest message that the agents have
    not answered; `news_at` the last thing that the requester should read, `seen_at` when they last opened their page.
    """

    prefix = "DEM"
    workflow: Workflow
    view_permission = ""
    handle_permission = ""
    states: type[models.TextChoices]
    tones: Mapping[str, str] = {}
    personal_fields: tuple[str, ...] = ()
    shared_with_commune = False
    desk_template = ""
    public_template = ""
    related: tuple[str, ...] = ()
    new_states: tuple[str, ...] = ()
    waiting_states: tuple[str, ...] = ()
    closed_states: tuple[str, ...] = ()
    visitor_words: tuple[str, ...] = ()

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
    paused_at = models.DateTimeField("échéance suspendue depuis le", null=True, blank=True, editable=False)
    paused_minutes = models.IntegerField("minutes ouvrées restantes", null=True, blank=True, editable=False)
    unread_at = models.DateTimeField("message à lire depuis le", null=True, blank=True, editable=False)
    news_at = models.DateTimeField("nouvelle à lire depuis le", null=True, blank=True, editable=False)
    seen_at = models.DateTimeField("lu par le demandeur le", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField("version", default=0, editable=False)
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
            models.Index(fields=["id"], name="case_merged", condition=Q(state="merged")),
            models.Index(fields=["due_at", "-created_at"], name="case_pressing", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    @property
    def kind_model(self) -> type["Case"]:
        """The concrete class."""
        return type(self) if type(self) is not Case else apps.get_model(self.kind)

    @property
    def specific(self) -> "Case":
        """The object of the concrete class (one query when this one is the bare case)."""
        return self if type(self) is not Case else self.kind_model._base_manager.get(pk=self.pk)

    @property
    def has_news(self) -> bool:
        """Did something happen that its requester has not seen yet?"""
        return self.news_at is not None and (self.seen_at is None or self.seen_at < self.news_at)

    @property
    def for_whom(self) -> str:
        """The name of the person that it is for, empty when it is not known."""
        if self.person_id:
            return str(self.person)
        return self.requester.get_full_name() if self.requester_id else self.contact_name

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("cases:case", args=[self.reference])

    def tracking_url(self) -> str:
        """Its page for the requester, by a secret link."""
        return reverse("cases:tracking", args=[self.token])

    def account_url(self) -> str:
        """Its page in « mon espace », for its requester and for whoever filed it."""
        return reverse("cases:mine_case", args=[self.reference])

    def public_url(self) -> str:
        """Its page for everyone, for the kinds that have one."""
        return ""

    @property
    def follower_title(self) -> str:
        """What somebody who follows it without having filed it may read of its object."""
        return self.kind_label.capitalize()

    def desk_context(self, request) -> dict:
        """The variables of `desk_template`, beside `case`."""
        return {}

    def public_context(self, request) -> dict:
        """The variables of `public_template`, beside `case`, `reader` and `signed` (a visitor without account)."""
        return {}

    def can_be_handled_by(self, user) -> bool:
        """May `user` work on it: assign, answer, move it?"""
        return access.can(user, self.kind_model.handle_permission, self.organisation_id) or (
            user.is_authenticated and user.is_active and self.assignee_id == user.pk
        )

    def can_see_file(self, user, stored_file) -> bool:
        """Its files: whoever may see the case."""
        return Case.objects.visible_to(user).filter(pk=self.pk).exists()


class Message(OfflineMixin):
    """Something said in a case: `internal` ones are for agents only. Attachments are stored files that target it.

    `origin` is the case in which it was said, when that one was merged into `case`: its author alone may read it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    origin = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="messages_moved")
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

    def can_see_file(self, user, stored_file) -> bool:
        """Its attachments: whoever sees the case at the desk; its requester too, unless the message is internal."""
        if Case.objects.on_desk_of(user).filter(pk=self.case_id).exists():
            return True
        said_in = self.origin_id or self.case_id
        return not self.internal and Case.objects.visible_to(user).filter(pk=said_in).exists()


class FollowerQuerySet(models.QuerySet):
    def confirmed(self):
        """Those who may be written to."""
        return self.filter(confirmed_at__isnull=False)


class Follower(models.Model):
    """Someone who wants to be told of a case without having filed it (account, or e-mail confirmed by a link)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE)
    email = models.EmailField("courriel", blank=True)
    token = models.CharField(max_length=40, unique=True, default=draw_token, editable=False)
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    created_at = models.DateTimeField("suivi depuis le", auto_now_add=True)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = "abonné"
        verbose_name_plural = "abonnés"
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], condition=Q(user__isnull=False), name="follower_user"),
            models.UniqueConstraint(fields=["case", "email"], condition=~Q(email=""), name="follower_email"),
        ]

    def __str__(self):
        return f"{self.case_id}"

    def tracking_url(self) -> str:
        """Where they confirm, follow and stop following, by a secret link."""
        return reverse("cases:tracking", args=[self.token])


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
