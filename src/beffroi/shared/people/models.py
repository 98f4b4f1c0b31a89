"""Residents, households, verified contacts, mandates, erasures."""

import calendar
import datetime
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.shared.organisations.models import Organisation

VIEW = "people.view"
EDIT = "people.edit"
MANDATE = "people.mandate"
LONGEST_MONTHS = 12


class Household(models.Model):
    """People who share an address, for what is asked of a home rather than of a person."""

    name = models.CharField("nom du foyer", max_length=120)
    address = models.CharField("adresse", max_length=250, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=80, blank=True)
    commune = models.ForeignKey(
        "organisations.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="households"
    )

    created_at = models.DateTimeField("créé le", default=timezone.now)

    class Meta:
        verbose_name = "foyer"
        verbose_name_plural = "foyers"

    def __str__(self):
        return self.name


class PersonQuerySet(models.QuerySet):
    def living(self):
        """Those who are neither erased nor merged into another file."""
        return self.filter(erased_at=None, merged_into=None)

    def visible_to(self, user, permission=VIEW):
        """The files that `user` may open at the desk.

        An agent of the EPCI: all of them. A town hall: the residents of its commune and those whom it registered.
        """
        allowed = access.organisations_where(user, permission)
        files = self.living()
        if allowed is None:
            return files
        everywhere = Exists(Organisation.objects.filter(pk__in=allowed, kind=Organisation.Kind.EPCI))
        return files.filter(Q(everywhere) | Q(commune__in=allowed) | Q(registered_by__in=allowed))


class Person(models.Model):
    """A natural person known to the territory, with or without an account.

    `merged_into` = this file was the double of another one; `registered_by` = the body whose agent wrote it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="person"
    )
    title = models.CharField("civilité", max_length=10, blank=True)
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    address = models.CharField("adresse", max_length=250, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=80, blank=True)
    commune = models.ForeignKey(
        "organisations.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="residents"
    )
    email_verified_at = models.DateTimeField("courriel vérifié le", null=True, blank=True)
    phone_verified_at = models.DateTimeField("téléphone vérifié le", null=True, blank=True)
    households = models.ManyToManyField(Household, through="HouseholdMember", related_name="people")
    registered_by = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="enregistré par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="registered_people",
    )
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["last_name", "first_name"]
        indexes = [
            models.Index(fields=["last_name", "first_name"], name="person_name"),
            models.Index(fields=["updated_at"], condition=Q(user=None, erased_at=None), name="person_unused"),
        ]

    def __str__(self):
        return f"{self.first_name} {self.last_name}".strip() or "personne effacée"

    def get_absolute_url(self) -> str:
        """Their file at the desk."""
        return reverse("people:person", args=[self.pk])

    @property
    def reach(self) -> str:
        """An address to write to: that of the account first."""
        return (self.user.email if self.user_id and self.user.is_active else "") or self.email


class HouseholdMember(models.Model):
    """A person's place in a household, from a day to a day."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="household_links")
    relation = models.CharField("lien", max_length=40, blank=True)
    start = models.DateField("depuis le", default=timezone.localdate)
    end = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "membre du foyer"
        verbose_name_plural = "membres du foyer"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "person"], condition=Q(end__isnull=True), name="household_member_unique"
            ),
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="household_dates"),
        ]

    def __str__(self):
        return f"{self.person}"


class MandateQuerySet(models.QuerySet):
    def active(self, day=None):
        """In force on `day` (today by default): agreed to, started, not ended, not revoked."""
        day = day or timezone.localdate()
        return self.filter(start__lte=day, end__gte=day, revoked_at__isnull=True, agreed_at__isnull=False)

    def visible_to(self, user):
        """Those that one holds, that one gave, and those of the bodies where one records mandates."""
        own = Q(agent=user) | Q(person__user=user)
        allowed = access.organisations_where(user, MANDATE)
        return self if allowed is None else self.filter(own | Q(organisation__in=allowed))


class Mandate(models.Model):
    """`agent` may act for `person`, for the matters of `scope`, until `end`; who may revoke: either, or the body.

    `services` = the services that it covers (empty: those that `scope` describes). `agreed_at` = when the person's
    consent was proved: before that, the mandate allows nothing. Source: Code civil, art. 1984 to 2010.
    """

    class Quality(models.TextChoices):
        ADVISER = "adviser", "Conseiller numérique"
        SECRETARY = "secretary", "Secrétaire de mairie"
        RELATIVE = "relative", "Proche"
        GUARDIAN = "guardian", "Représentant légal"

    class Consent(models.TextChoices):
        PAPER = "paper", "Papier signé"
        SMS = "sms", "Code reçu par SMS"
        EMAIL = "email", "Code reçu par courriel"
        ONLINE = "online", "Depuis son espace"
        ORAL = "oral", "De vive voix, au guichet"

    reference = models.CharField("référence", max_length=20, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates_held")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="mandates"
    )
    quality = models.CharField("qualité", max_length=12, choices=Quality)
    services = ArrayField(models.CharField(max_length=60), verbose_name="services", default=list, blank=True)
    scope = models.CharField("objet", max_length=200)
    consent = models.CharField("consentement", max_length=8, choices=Consent)
    agreed_at = models.DateTimeField("consenti le", null=True, blank=True)
    start = models.DateField("depuis le", default=timezone.localdate)
    end = models.DateField("jusqu’au")
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_reason = models.CharField("motif de la révocation", max_length=200, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        verbose_name_plural = "mandats"
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="mandate_dates"),
            models.CheckConstraint(
                condition=Q(end__lte=F("start") + datetime.timedelta(days=366)), name="mandate_a_year_at_most"
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "end"], name="mandate_agent"),
            models.Index(fields=["person", "end"], name="mandate_person"),
            models.Index(fields=["organisation", "-created_at"], name="mandate_organisation"),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("people:mandate", args=[self.reference])

    @property
    def is_active(self) -> bool:
        return bool(self.agreed_at and not self.revoked_at and self.start <= timezone.localdate() <= self.end)

    @property
    def is_over(self) -> bool:
        return bool(self.revoked_at or self.end < timezone.localdate())

    @property
    def status(self) -> tuple[str, str]:
        """What it is worth today: (words, tone)."""
        if self.revoked_at:
            return "Révoqué", "neutral"
        if self.end < timezone.localdate():
            return "Terminé", "neutral"
        if not self.agreed_at:
            return "Attend l’accord", "waiting"
        return ("À venir", "waiting") if self.start > timezone.localdate() else ("En cours", "done")


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later; the last day of a shorter month (29 February + a year = 28 February)."""
    rank = day.month - 1 + months
    year, month = day.year + rank // 12, rank % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class RelativeInvitation(models.Model):
    """A person asks a relative, by e-mail, to act for them; accepting it makes the mandate. The link is a secret."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relative_invitations")
    email = models.EmailField("courriel du proche")
    scope = models.CharField("objet", max_length=200)
    services = ArrayField(models.CharField(max_length=60), verbose_name="services", default=list, blank=True)
    months = models.PositiveSmallIntegerField("durée en mois", default=3)
    token = models.CharField(max_length=43, unique=True, editable=False)
    created_at = models.DateTimeField("envoyée le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’au")
    mandate = models.OneToOneField(
        Mandate, null=True, blank=True, on_delete=models.CASCADE, related_name="relative_invitation"
    )
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation d’un proche"
        verbose_name_plural = "invitations de proches"
        constraints = [
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=LONGEST_MONTHS), name="relative_months")
        ]

    def __str__(self):
        return f"invitation {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.mandate_id is None and self.withdrawn_at is None and self.expires_at > timezone.now()


class VerificationCode(models.Model):
    """Six digits sent to prove an e-mail address or a telephone, or that its holder agrees to a mandate.

    Only a keyed digest is kept. It dies after ten minutes, five wrong tries or one use.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "courriel"
        SMS = "sms", "SMS"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="codes")
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.CASCADE, related_name="codes")
    channel = models.CharField("canal", max_length=5, choices=Channel)
    address = models.CharField("adresse", max_length=254)
    digest = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    created_at = models.DateTimeField("envoyé le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’à")
    used_at = models.DateTimeField("employé le", null=True, blank=True)

    class Meta:
        verbose_name = "code de vérification"
        verbose_name_plural = "codes de vérification"
        indexes = [
            models.Index(fields=["person", "channel", "-created_at"], name="code_person"),
            models.Index(fields=["expires_at"], name="code_expiry"),
        ]

    def __str__(self):
        return f"code {self.pk}"


def draw_token() -> str:
    """The secret of the page that follows it: whoever is erased can no longer sign in."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Done:
    """A part that was treated: its name, and what the law makes the organisation keep of it."""

    label: str
    kept: list[str]


class Erasure(models.Model):
    """Asked once by its owner, done by a job, part after part; no name is kept here.

    `parts` lists what is done, `{"code", "label", "kept"}`; `total` counts what there was to do. The account of an
    agent stays, without the rest, until their role is over: then `account_kept` is True.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasures")
    token = models.CharField(max_length=40, unique=True, default=draw_token, editable=False)
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    done_at = models.DateTimeField("terminé le", null=True, blank=True)
    total = models.PositiveSmallIntegerField("parts à effacer", default=0)
    parts = models.JSONField("parts effacées", default=list)
    account_kept = models.BooleanField("compte gardé", default=False)

    class Meta:
        verbose_name = "effacement demandé"
        verbose_name_plural = "effacements demandés"
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(done_at__isnull=True), name="erasure_once_at_a_time")
        ]
        indexes = [models.Index(fields=["done_at"], name="erasure_done")]

    def __str__(self):
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("people:erasure", args=[self.token])

    @property
    def reference(self) -> str:
        """« EFF-2026-000012 »."""
        return f"EFF-{timezone.localtime(self.asked_at).year}-{self.pk:06d}"

    @property
    def steps(self) -> list[Done]:
        return [Done(part["label"], part["kept"]) for part in self.parts]
