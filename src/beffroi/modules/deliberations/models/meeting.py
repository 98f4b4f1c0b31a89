"""The meetings of the assemblies: who sits, what is on the agenda, who was there."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.dated import DatedQuerySet
from beffroi.modules.deliberations import deadlines
from beffroi.modules.deliberations.meeting_workflow import MEETING_TONES, MeetingState
from beffroi.shared.organisations.models import Organisation

VIEW = "deliberations.view"


class Councillor(models.Model):
    """An elected member of the assembly of a body. The name is public; the address serves to convene, and only that."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="councillors"
    )
    first_name = models.CharField("prénom", max_length=60)
    last_name = models.CharField("nom", max_length=60)
    quality = models.CharField("fonction", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    rank = models.PositiveSmallIntegerField("rang au tableau", default=100)
    start = models.DateField("élu depuis le", default=timezone.localdate)
    end = models.DateField("jusqu’au", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "membre de l’assemblée"
        verbose_name_plural = "membres de l’assemblée"
        ordering = ["rank", "last_name", "first_name"]
        constraints = [
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="councillor_dates")
        ]
        indexes = [models.Index(fields=["organisation", "rank"], name="councillor_rank")]

    def __str__(self):
        return f"{self.first_name} {self.last_name}"


class MeetingQuerySet(models.QuerySet):
    def public(self):
        """What everyone reads: convened meetings and those that were held; never a commission, which is not public."""
        return self.filter(state__in=[MeetingState.CONVENED, MeetingState.HELD], kind=Meeting.Kind.COUNCIL)

    def visible_to(self, user):
        allowed = access.organisations_where(user, VIEW)
        return self if allowed is None else self.filter(organisation__in=allowed)


def new_token() -> str:
    """A secret of 128 bits: the papers of the meeting, for those who were convened."""
    return secrets.token_urlsafe(16)


class Meeting(models.Model):
    """A meeting of an assembly, its convocation and what came out of it."""

    class Kind(models.TextChoices):
        COUNCIL = "council", "Conseil"
        BUREAU = "bureau", "Bureau"
        COMMISSION = "commission", "Commission"

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="meetings"
    )
    kind = models.CharField("assemblée", max_length=10, choices=Kind, default=Kind.COUNCIL)
    name = models.CharField("nom de la commission", max_length=120, blank=True)
    held_at = models.DateTimeField("date et heure")
    place = models.CharField("lieu", max_length=200)
    urgent_reason = models.CharField("motif de l’urgence", max_length=300, blank=True)
    second_call = models.BooleanField("seconde convocation, faute de quorum", default=False)
    chair = models.ForeignKey(
        Councillor,
        verbose_name="préside",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    secretary = models.ForeignKey(
        Councillor,
        verbose_name="secrétaire de séance",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    state = models.CharField("état", max_length=10, choices=MeetingState, default=MeetingState.DRAFT, editable=False)
    convened_at = models.DateTimeField("convoquée le", null=True, editable=False)
    listed_at = models.DateTimeField("liste des délibérations publiée le", null=True, editable=False)
    minutes_at = models.DateTimeField("procès-verbal publié le", null=True, editable=False)
    token = models.CharField("jeton", max_length=30, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField("enregistrée le", auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        verbose_name_plural = "séances"
        ordering = ["-held_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "name", "held_at"],
                condition=~Q(state=MeetingState.CANCELLED),
                name="meeting_unique",
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.DRAFT) | Q(state=MeetingState.CANCELLED) | Q(convened_at__isnull=False),
                name="meeting_convened",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-held_at"], name="meeting_body"),
            models.Index(fields=["-held_at"], condition=Q(kind="council"), name="meeting_public"),
        ]

    def __str__(self):
        return f"{self.name or self.get_kind_display()} du {timezone.localtime(self.held_at):%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("deliberations:public_meeting", args=[self.pk])

    def desk_url(self):
        return reverse("deliberations:meeting", args=[self.pk])

    @property
    def tone(self) -> str:
        return MEETING_TONES[MeetingState(self.state)]

    @property
    def day(self):
        return timezone.localdate(self.held_at)

    @property
    def convene_by(self):
        """The last day on which the convocations may leave."""
        return deadlines.convene_by(self.day, self.clear_days)

    @property
    def clear_days(self) -> int:
        """How many clear days the law wants between the convocation and the meeting."""
        urgent = bool(self.urgent_reason)
        return deadlines.clear_days(self.organisation, urgent=urgent, second_call=self.second_call)

    @property
    def list_due(self):
        return deadlines.list_due(self.day)

    def can_see_file(self, user, file) -> bool:
        """The minutes not published yet are for the desk."""
        return access.can(user, VIEW, self.organisation_id)


class Seat(models.Model):
    """A member at a meeting: present, absent, excused, or represented by one other member (CGCT L2121-20)."""

    class Status(models.TextChoices):
        UNKNOWN = "unknown", "Non noté"
        PRESENT = "present", "Présent"
        PROXY = "proxy", "Représenté"
        EXCUSED = "excused", "Excusé"
        ABSENT = "absent", "Absent"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="seats")
    councillor = models.ForeignKey(Councillor, on_delete=models.PROTECT, related_name="+")
    status = models.CharField("présence", max_length=8, choices=Status, default=Status.UNKNOWN)
    proxy = models.ForeignKey(
        Councillor, verbose_name="pouvoir donné à", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "siège"
        verbose_name_plural = "sièges"
        ordering = ["councillor__rank", "councillor__last_name"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "councillor"], name="seat_unique"),
            models.UniqueConstraint(fields=["meeting", "proxy"], name="seat_one_proxy"),
            models.CheckConstraint(
                condition=Q(status="proxy", proxy__isnull=False) | (~Q(status="proxy") & Q(proxy__isnull=True)),
                name="seat_proxy",
            ),
            models.CheckConstraint(condition=Q(proxy__isnull=True) | ~Q(proxy=F("councillor")), name="seat_other"),
        ]

    def __str__(self):
        return f"{self.councillor} – {self.get_status_display()}"


class Item(models.Model):
    """A line of the agenda; `act` is the deliberation that it leads to."""

    class Outcome(models.TextChoices):
        PENDING = "pending", "À examiner"
        ADOPTED = "adopted", "Adoptée"
        REJECTED = "rejected", "Rejetée"
        DEFERRED = "deferred", "Reportée"
        NOTED = "noted", "Sans vote"

    class Voting(models.TextChoices):
        """How the assembly votes (CGCT L2121-21)."""

        SHOW = "show", "À main levée"
        ROLL = "roll", "Scrutin public"
        SECRET = "secret", "Scrutin secret"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField("rang")
    title = models.CharField("objet", max_length=500)
    rapporteur = models.CharField("rapporteur", max_length=120, blank=True)
    note = models.TextField("note de synthèse", max_length=5000, blank=True)
    discussion = models.TextField("teneur des discussions", max_length=20000, blank=True, editable=False)
    outcome = models.CharField("issue", max_length=10, choices=Outcome, default=Outcome.PENDING)
    voting = models.CharField("scrutin", max_length=6, choices=Voting, blank=True, editable=False)
    chair = models.ForeignKey(
        Councillor,
        verbose_name="préside ce point",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    asked_by = models.PositiveSmallIntegerField("demandé par", default=0, editable=False)
    in_office = models.PositiveSmallIntegerField("membres en exercice", null=True, editable=False)
    present = models.PositiveSmallIntegerField("présents", null=True, editable=False)
    represented = models.PositiveSmallIntegerField("représentés", null=True, editable=False)
    votes_for = models.PositiveSmallIntegerField("pour", null=True, editable=False)
    votes_against = models.PositiveSmallIntegerField("contre", null=True, editable=False)
    abstentions = models.PositiveSmallIntegerField("abstentions", null=True, editable=False)
    casting_vote = models.BooleanField("voix prépondérante", default=False, editable=False)
    act = models.OneToOneField(
        "deliberations.Act",
        verbose_name="délibération",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="item",
    )

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="item_position", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(voting="", votes_for__isnull=True)
                | Q(
                    ~Q(voting=""),
                    votes_for__isnull=False,
                    votes_against__isnull=False,
                    abstentions__isnull=False,
                    votes_for__lte=F("present") + F("represented") - F("votes_against") - F("abstentions"),
                    in_office__gte=F("present") + F("represented"),
                ),
                name="item_votes",
            ),
            models.CheckConstraint(condition=~Q(voting="secret", casting_vote=True), name="item_secret_no_casting"),
        ]

    def __str__(self):
        return f"{self.position}. {self.title}"

    @property
    def votes_cast(self) -> int | None:
        """How many voices were given, abstentions included; None before the vote."""
        return self.votes_for + self.votes_against + self.abstentions if self.voting else None
