"""A letter, whatever its direction, and what happens around it."""

import datetime

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.modules.mail import rights
from beffroi.modules.mail.models.correspondent import Correspondent
from beffroi.modules.mail.models.register import COMING, GOING, Kind, LetterType, Priority, Regime, Register
from beffroi.modules.mail.workflow import COMING_STATES, ENDED, GOING_STATES, LEAVING, OPEN, TONES, State
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation, Team


class Channel(models.TextChoices):
    POST = "post", "Courrier postal"
    REGISTERED = "registered", "Recommandé"
    EMAIL = "email", "Courriel"
    COUNTER = "counter", "Déposé au guichet"
    ONLINE = "online", "Formulaire en ligne"
    OTHER = "other", "Autre"


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """See `rights`: the registers that one keeps or manages, and what concerns one."""
        kept = access.organisations_where(user, rights.REGISTER)
        if kept is None:
            return self
        managed = access.organisations_where(user, rights.MANAGE) or set()
        own = access.organisations_where(user, rights.VIEW) or set()
        if not (kept or managed or own):
            return self.none()
        teams = rights.teams_of(user)
        free = Q(register__team=None) | Q(register__team__in=teams)
        return self.filter(
            Q(organisation__in=managed)
            | (Q(organisation__in=kept) & free)
            | (Q(organisation__in=own) & self._concerns(user, teams))
        )

    @staticmethod
    def _concerns(user, teams) -> Q:
        copies = Copy.objects.filter(letter=OuterRef("pk")).filter(Q(user=user) | Q(team__in=teams))
        opinions = Opinion.objects.filter(letter=OuterRef("pk"), asked_of=user)
        return Q(team__in=teams) | Q(assignee=user) | Exists(copies) | Exists(opinions)

    def mine(self, user):
        """Given to this person or to one of their teams."""
        return self.filter(Q(assignee=user) | Q(team__in=rights.teams_of(user)))

    def pending(self):
        """What someone still has to answer."""
        return self.filter(state__in=OPEN)

    def late(self, day=None):
        return self.pending().filter(due_on__lt=day or timezone.localdate())

    def with_surroundings(self):
        """With what is around each, in the same query: the names of those in copy, and whether there are answers,
        receipts, awaited pieces and requests to read."""
        name = Coalesce("team__name", Concat("user__first_name", Value(" "), "user__last_name"))
        copies = Copy.objects.filter(letter=OuterRef("pk")).order_by("pk").annotate(shown=name).values("shown")
        return self.select_related("filed_as").annotate(
            copied_to=ArraySubquery(copies),
            has_replies=Exists(Letter.objects.filter(answers=OuterRef("pk"))),
            has_receipts=Exists(Receipt.objects.filter(letter=OuterRef("pk"))),
            has_suspensions=Exists(Suspension.objects.filter(letter=OuterRef("pk"))),
            has_opinions=Exists(Opinion.objects.filter(letter=OuterRef("pk"))),
            has_cases=Exists(Letter.cases.through.objects.filter(letter=OuterRef("pk"))),
        )

    def with_parties(self):
        """With what a line of a list shows: one query."""
        return self.select_related(
            "register", "type", "team", "assignee", "correspondent__merged_into", "sender_team", "organisation"
        )


class Letter(models.Model):
    """One line of a register. `organisation`, `kind`, `year` and `number` are given by the database (migration 0002).

    `arrived_on` = the day on which the body received it (or, for what leaves, nothing); `first_received_on` = the day
    on which another administration, not competent, had received it before passing it on (CRPA L114-2).
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="letters", editable=False
    )
    register = models.ForeignKey(Register, verbose_name="registre", on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField("sens", max_length=10, choices=Kind, editable=False)
    year = models.PositiveSmallIntegerField("année", editable=False)
    number = models.PositiveIntegerField("numéro", editable=False)
    registered_on = models.DateField("enregistré le", default=timezone.localdate, editable=False)
    object = models.CharField("objet", max_length=300)
    details = models.TextField("analyse", max_length=4000, blank=True)
    channel = models.CharField("arrivé par", max_length=10, choices=Channel, default=Channel.POST)
    correspondent = models.ForeignKey(
        Correspondent,
        verbose_name="correspondant",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters",
    )
    sender_team = models.ForeignKey(
        Team, verbose_name="équipe qui écrit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reference = models.CharField("référence du correspondant", max_length=60, blank=True)
    document_date = models.DateField("date du document", null=True, blank=True)
    arrived_on = models.DateField("date d’arrivée", null=True, blank=True)
    first_received_on = models.DateField("reçu auparavant le", null=True, blank=True)
    first_received_by = models.CharField("par quelle administration", max_length=160, blank=True)
    type = models.ForeignKey(
        LetterType, verbose_name="type", null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )
    priority = models.CharField("priorité", max_length=12, choices=Priority, default=Priority.NORMAL)
    regime = models.CharField("le silence", max_length=4, choices=Regime, default=Regime.NONE)
    months = models.PositiveSmallIntegerField("mois avant la décision implicite", default=2)
    team = models.ForeignKey(
        Team, verbose_name="service", null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="agent",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters",
    )
    state = models.CharField("état", max_length=10, choices=State, default=State.NEW, editable=False)
    answers = models.ForeignKey(
        "self", verbose_name="répond à", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    cases = models.ManyToManyField("cases.Case", verbose_name="demandes", blank=True, related_name="letters")
    due_on = models.DateField("à traiter avant le", null=True, editable=False)
    implicit_on = models.DateField("décision implicite le", null=True, editable=False)
    alarm1_on = models.DateField("première alerte le", null=True, editable=False)
    alarm2_on = models.DateField("seconde alerte le", null=True, editable=False)
    alarms = models.PositiveSmallIntegerField("alertes données", default=0, editable=False)
    forwarded_to = models.CharField("transmis à", max_length=160, blank=True, editable=False)
    sent_on = models.DateField("envoyé le", null=True, editable=False)
    answered_on = models.DateField("répondu le", null=True, editable=False)
    closed_at = models.DateTimeField("clos le", null=True, editable=False)
    closing = models.CharField("suite donnée", max_length=300, blank=True, editable=False)
    filed_as = models.OneToOneField(
        "documents.Folder",
        verbose_name="classé dans",
        null=True,
        on_delete=models.PROTECT,
        related_name="letter",
        editable=False,
    )
    client_uuid = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    created_at = models.DateTimeField("saisi le", auto_now_add=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "courrier"
        verbose_name_plural = "courriers"
        ordering = ["-registered_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["register", "year", "number"], name="letter_chrono"),
            models.CheckConstraint(condition=Q(number__gte=1), name="letter_number"),
            models.CheckConstraint(
                condition=~Q(kind=Kind.INCOMING) | Q(arrived_on__isnull=False), name="letter_arrived"
            ),
            models.CheckConstraint(
                condition=Q(first_received_on__isnull=True) | Q(first_received_on__lte=F("arrived_on")),
                name="letter_first_received",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=COMING, state__in=COMING_STATES) | Q(kind__in=GOING, state__in=GOING_STATES),
                name="letter_kind_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLOSED) | Q(closed_at__isnull=False), name="letter_closed_at"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-registered_on", "-id"], name="letter_desk"),
            models.Index(fields=["organisation", "state", "due_on"], name="letter_state"),
            models.Index(fields=["team", "state"], name="letter_team"),
            models.Index(fields=["assignee", "state"], name="letter_assignee"),
            models.Index(fields=["alarm1_on"], condition=Q(alarms=0, state__in=OPEN), name="letter_alarm1"),
            models.Index(fields=["alarm2_on"], condition=Q(alarms__lt=2, state__in=OPEN), name="letter_alarm2"),
        ]

    def __str__(self):
        return self.chrono

    def get_absolute_url(self):
        return reverse("mail:letter", args=[self.pk])

    @property
    def chrono(self) -> str:
        """« 2026-A-000012 »."""
        return f"{self.year}-{self.register.code}-{self.number:06d}" if self.number else ""

    def clean(self):
        """Dates that cannot be, each told beside its field."""
        today = timezone.localdate()
        faults = {}
        for name in ("document_date", "arrived_on", "first_received_on"):
            day = getattr(self, name)
            if day and day > today:
                faults[name] = "Cette date est dans le futur."
        if self.document_date and self.arrived_on and self.document_date > self.arrived_on:
            faults.setdefault("document_date", "Le document ne peut pas être daté d’après son arrivée.")
        if self.first_received_on and self.arrived_on and self.first_received_on > self.arrived_on:
            faults.setdefault("first_received_on", "L’autre administration l’a reçu avant vous.")
        if self.first_received_on and not self.first_received_by.strip():
            faults["first_received_by"] = "Dites quelle administration l’a transmis."
        if faults:
            raise ValidationError(faults)

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def is_incoming(self) -> bool:
        """It arrives: to be routed and answered; else it leaves."""
        return self.kind in COMING

    @property
    def is_open(self) -> bool:
        return self.state in OPEN or self.state in LEAVING

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_late(self) -> bool:
        return self.state in OPEN and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def party(self) -> str:
        """Who writes, or to whom one writes."""
        if self.correspondent_id:
            return str(self.correspondent.shown)
        return str(self.sender_team) if self.sender_team_id else ""

    @property
    def implicit_is_born(self) -> bool:
        """Silence has become a decision."""
        return self.state in OPEN and self.implicit_on is not None and self.implicit_on <= timezone.localdate()

    @property
    def accepted_on(self) -> datetime.date | None:
        """The day on which silence accepted the request, when no answer had come before (CRPA L231-1)."""
        born = self.implicit_on if self.regime == Regime.SVA and self.state != State.CANCELLED else None
        if born is None or born > timezone.localdate() or (self.answered_on and self.answered_on < born):
            return None
        return born

    def files(self) -> list[StoredFile]:
        """What is shown of its pieces: without the versions that another has replaced."""
        return [file for file in StoredFile.objects.about(self) if not file.kind.startswith("old")]

    def can_see_file(self, user, file) -> bool:
        return Letter.objects.visible_to(user).filter(pk=self.pk).exists()


class Version(models.Model):
    """One state of the text of a letter that leaves; the last is the one that is signed."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("version")
    body = models.TextField("texte", max_length=20000)
    comment = models.CharField("ce qui change", max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("écrite le", auto_now_add=True)

    class Meta:
        verbose_name = "version"
        verbose_name_plural = "versions"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["letter", "number"], name="version_number")]

    def __str__(self):
        return f"Version {self.number}"


class Copy(models.Model):
    """Who reads a letter without having to answer it."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="copies")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="agent",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    team = models.ForeignKey(
        Team, verbose_name="équipe", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("mis en copie le", auto_now_add=True)

    class Meta:
        verbose_name = "copie"
        verbose_name_plural = "copies"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "user", "team"], nulls_distinct=False, name="copy_unique"),
            models.CheckConstraint(
                condition=Q(user__isnull=True, team__isnull=False) | Q(user__isnull=False, team__isnull=True),
                name="copy_of_one",
            ),
        ]

    def __str__(self):
        return str(self.user or self.team)


class Opinion(models.Model):
    """What one agent is asked about a letter, and answers before a day."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="opinions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="à qui", on_delete=models.PROTECT, related_name="mail_opinions"
    )
    question = models.CharField("question", max_length=500)
    due_on = models.DateField("avant le")
    answer = models.TextField("avis", max_length=4000, blank=True)
    answered_at = models.DateTimeField("donné le", null=True, blank=True)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(answer="") & Q(answered_at=None)) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="opinion_answered",
            )
        ]
        indexes = [models.Index(fields=["asked_of"], condition=Q(answered_at=None), name="opinion_waiting")]

    def __str__(self):
        return self.question[:60]

    @property
    def is_late(self) -> bool:
        return self.answered_at is None and self.due_on < timezone.localdate()


class Suspension(models.Model):
    """Pieces asked for an incomplete request, with the delay given to send them (CRPA L114-5)."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="suspensions")
    pieces = models.TextField("pièces et informations demandées", max_length=2000)
    asked_on = models.DateField("demandées le", default=timezone.localdate)
    until = models.DateField("à fournir avant le")
    received_on = models.DateField("reçues le", null=True, blank=True)

    class Meta:
        verbose_name = "demande de pièces"
        verbose_name_plural = "demandes de pièces"
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["letter"], condition=Q(received_on=None), name="suspension_one_pending"),
            models.CheckConstraint(condition=Q(until__gte=F("asked_on")), name="suspension_until"),
            models.CheckConstraint(
                condition=Q(received_on=None) | Q(received_on__gte=F("asked_on")), name="suspension_received"
            ),
        ]

    def __str__(self):
        return self.pieces[:60]

    @property
    def ends_on(self) -> datetime.date:
        """When it no longer suspends a refusal by silence: the pieces came, or the delay that was given is over."""
        return min(self.received_on, self.until) if self.received_on else self.until


class Receipt(models.Model):
    """An acknowledgment of receipt as it was made: its text, its fingerprint, how it left (CRPA L112-3, R112-5)."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="receipts")
    body = models.TextField("texte")
    decision_on = models.DateField("décision implicite annoncée", null=True)
    sha256 = models.CharField("empreinte", max_length=64)
    address = models.EmailField("envoyé à", blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("fait le", default=timezone.now)

    class Meta:
        verbose_name = "accusé de réception"
        verbose_name_plural = "accusés de réception"
        ordering = ["-made_at"]

    def __str__(self):
        return f"Accusé de réception de {self.letter}"
