"""Numbers without a gap, given by the database (migration 0002), and the settings of a body."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.signing.models import Circuit


class Counter(models.Model):
    """The last number of a body for a year, by kind of record. Written by the database alone."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("nature", max_length=12)
    year = models.PositiveSmallIntegerField("année")
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "compteur des archives"
        verbose_name_plural = "compteurs des archives"
        constraints = [models.UniqueConstraint(fields=["organisation", "kind", "year"], name="archives_counter_unique")]

    def __str__(self):
        return f"{self.kind} {self.year} : {self.last}"


class Numbered(models.Model):
    """What bears a number of its body and year. `PREFIX` begins its reference."""

    PREFIX = ""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="archive_%(class)ss"
    )
    year = models.PositiveSmallIntegerField("année", editable=False)
    number = models.PositiveIntegerField("numéro", default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def reference(self) -> str:
        return f"{self.PREFIX}-{self.year}-{self.number:04d}"


class Setup(models.Model):
    """With whom a body archives: the service that visas and receives, its identifiers, the agreement, the version of
    SEDA that it reads, the circuit that signs the slips."""

    class Version(models.TextChoices):
        V21 = "2.1", "SEDA 2.1"
        V22 = "2.2", "SEDA 2.2"
        V23 = "2.3", "SEDA 2.3"

    organisation = models.OneToOneField(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="archive_setup"
    )
    agency_name = models.CharField(
        "service d’archives",
        max_length=160,
        default="Archives départementales",
        help_text="Celui dont le directeur vise les éliminations et qui reçoit les versements.",
    )
    agency_identifier = models.CharField(
        "identifiant du service d’archives",
        max_length=80,
        help_text="Celui qu’il vous a donné pour les échanges (SEDA).",
    )
    own_identifier = models.CharField(
        "votre identifiant",
        max_length=80,
        blank=True,
        help_text="Vide : le SIREN de la collectivité.",
        validators=[RegexValidator(r"^\S(.*\S)?$", "Pas d’espace au début ni à la fin.")],
    )
    agreement = models.CharField(
        "accord de versement", max_length=120, blank=True, help_text="La référence signée avec le service d’archives."
    )
    seda = models.CharField("version des paquets", max_length=3, choices=Version, default=Version.V21)
    copies = models.BooleanField(
        "joindre la copie cherchable des numérisations",
        default=True,
        help_text="Un PDF/A pour la lecture, à côté de l’original, si le service d’archives le prend.",
    )
    circuit = models.ForeignKey(
        Circuit,
        verbose_name="circuit des bordereaux",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Proposé d’abord quand un bordereau part au parapheur.",
    )

    class Meta:
        verbose_name = "réglage des archives"
        verbose_name_plural = "réglages des archives"
        constraints = [models.CheckConstraint(condition=~Q(agency_identifier=""), name="archives_setup_agency")]

    def __str__(self):
        return f"{self.organisation} – {self.agency_name}"

    def get_absolute_url(self):
        return reverse("archives:settings")

    @property
    def identifier(self) -> str:
        """How the body names itself in the messages."""
        return self.own_identifier or self.organisation.siren or self.organisation.slug


def setup_of(organisation) -> Setup:
    """The settings of a body; those proposed to everyone where it has set none (not saved)."""
    found = Setup.objects.filter(organisation=organisation).select_related("organisation", "circuit").first()
    return found or Setup(organisation=organisation, agency_identifier=_county_archives(organisation))


def _county_archives(organisation) -> str:
    """The identifier of the archives of the Département in the national repository (« FRAD080 », « FRAD02A »); empty
    when no commune tells the Département."""
    near = Commune.objects.filter(Q(pk=organisation.pk) | Q(parent=organisation)).exclude(departement="")
    code = near.order_by("pk").values_list("departement", flat=True).first()
    return f"FRAD{code:0>3}" if code else ""
