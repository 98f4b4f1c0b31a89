"""Residents, households, verified contacts, mandates."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Household(models.Model):
    """People who share an address, for what is asked of a home rather than of a person."""

    name = models.CharField("nom du foyer", max_length=120)
    address = models.CharField("adresse", max_length=250, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=80, blank=True)
    commune = models.ForeignKey(
        "organisations.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="households"
    )

    class Meta:
        verbose_name = "foyer"
        verbose_name_plural = "foyers"

    def __str__(self):
        return self.name


class Person(models.Model):
    """A natural person known to the territory, with or without an account."""

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
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["last_name", "first_name"]
        indexes = [models.Index(fields=["last_name", "first_name"], name="person_name")]

    def __str__(self):
        return f"{self.first_name} {self.last_name}".strip()


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
        constraints = [models.UniqueConstraint(fields=["household", "person"], name="household_member_unique")]

    def __str__(self):
        return f"{self.person}"


class MandateQuerySet(models.QuerySet):
    def active(self, day=None):
        """In force on `day` (today by default): started, not ended, not revoked."""
        day = day or timezone.localdate()
        return self.filter(start__lte=day, end__gte=day, revoked_at__isnull=True)


class Mandate(models.Model):
    """`agent` may act for `person`, for the matters of `scope`, until `end`; who may revoke: either, or the body.

    Source of the practice: consent of the person, given on paper, by SMS or on screen (Code civil, art. 1984 s.).
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
    scope = models.CharField("objet", max_length=200)
    consent = models.CharField("consentement", max_length=8, choices=Consent)
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
        constraints = [models.CheckConstraint(condition=Q(end__gte=F("start")), name="mandate_dates")]
        indexes = [
            models.Index(fields=["agent", "end"], name="mandate_agent"),
            models.Index(fields=["person", "end"], name="mandate_person"),
        ]

    def __str__(self):
        return self.reference
