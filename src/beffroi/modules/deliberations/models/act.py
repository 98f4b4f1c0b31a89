"""An act of a local authority."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.modules.deliberations import deadlines, matters
from beffroi.modules.deliberations.models.settings import Mode
from beffroi.modules.deliberations.workflow import TONES, State
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations import public_holidays
from beffroi.shared.organisations.models import Organisation

VIEW = "deliberations.view"
NUMBER = RegexValidator(
    r"^[A-Z0-9](?:[A-Z0-9_-]{0,13}[A-Z0-9])?$",
    "Majuscules, chiffres et tirets seulement, quinze caractères au plus (norme @ctes).",
)


class ActQuerySet(models.QuerySet):
    def online(self):
        """What everyone reads: published online, and what was withdrawn since, which stays named."""
        return self.filter(is_online=True, published_at__isnull=False)

    def visible_to(self, user):
        """At the desk: the acts of the bodies in which `user` may see them."""
        allowed = access.organisations_where(user, VIEW)
        return self if allowed is None else self.filter(organisation__in=allowed)


class Act(models.Model):
    """A deliberation, an order, a decision, a contract… of one body; frozen in the database once published."""

    class Nature(models.TextChoices):
        """The natures of the @ctes norm; the value ends the identifier of the act."""

        DELIBERATION = "DE", "Délibération"
        REGULATION = "AR", "Arrêté réglementaire"
        INDIVIDUAL = "AI", "Arrêté individuel"
        CONTRACT = "CC", "Contrat ou convention"
        BUDGET = "BF", "Document budgétaire ou financier"
        OTHER = "AU", "Autre acte"

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="acts"
    )
    nature = models.CharField("nature", max_length=2, choices=Nature, default=Nature.DELIBERATION)
    number = models.CharField("numéro", max_length=15, blank=True, validators=[NUMBER])
    object = models.CharField("objet", max_length=500)
    matter = models.CharField("matière", max_length=4, choices=matters.choices())
    decided_on = models.DateField("date de la décision")
    author_first_name = models.CharField("prénom du signataire", max_length=60, blank=True)
    author_last_name = models.CharField("nom du signataire", max_length=60, blank=True)
    author_quality = models.CharField("qualité du signataire", max_length=120, blank=True)
    must_transmit = models.BooleanField("soumis à transmission au représentant de l’État", default=True)
    voters = models.PositiveSmallIntegerField("effectif", null=True, blank=True)
    votes_cast = models.PositiveSmallIntegerField("votants", null=True, blank=True)
    votes_for = models.PositiveSmallIntegerField("pour", null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField("contre", null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField("abstentions", null=True, blank=True)
    text = models.TextField("texte de l’acte", max_length=30000, blank=True, editable=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT, editable=False)
    receipt = models.CharField("identifiant de l’accusé de réception", max_length=60, blank=True)
    received_on = models.DateField("reçu en préfecture le", null=True, blank=True)
    published_at = models.DateTimeField("publié le", null=True, editable=False)
    mode = models.CharField("mode de publication", max_length=8, choices=Mode, blank=True, editable=False)
    place = models.CharField("lieu d’affichage ou de consultation", max_length=200, blank=True, editable=False)
    is_online = models.BooleanField("en ligne", default=False, editable=False)
    sha256 = models.CharField("empreinte du document publié", max_length=64, blank=True, editable=False)
    notified_on = models.DateField("notifié le", null=True, editable=False)
    withdrawn_at = models.DateTimeField("retiré le", null=True, editable=False)
    withdrawal_reason = models.CharField("motif du retrait", max_length=300, blank=True, editable=False)
    anonymised_at = models.DateTimeField("anonymisé le", null=True, editable=False)
    anonymisation_reason = models.CharField("motif de l’anonymisation", max_length=300, blank=True, editable=False)
    previous_sha256 = models.CharField("empreinte avant anonymisation", max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField("enregistré le", auto_now_add=True)

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = "acte"
        verbose_name_plural = "actes"
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], condition=~Q(number=""), name="act_number"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.CANCELLED]) | ~Q(number=""), name="act_numbered"
            ),
            models.CheckConstraint(
                condition=Q(votes_cast__isnull=True)
                | (
                    Q(voters__gte=F("votes_cast"))
                    & Q(votes_cast=F("votes_for") + F("votes_against") + F("abstentions"))
                ),
                name="act_votes",
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(received_on__gte=F("decided_on")), name="act_received_after"
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], condition=Q(is_online=True), name="act_online"),
            models.Index(fields=["organisation", "-published_at"], condition=Q(is_online=True), name="act_online_org"),
            models.Index(fields=["organisation", "state", "-decided_on"], name="act_desk"),
            models.Index(fields=["-decided_on", "-id"], name="act_decided"),
        ]

    def __str__(self):
        return f"{self.get_nature_display()} {self.number}".strip()

    def get_absolute_url(self):
        """Its public page, which outside links keep."""
        return reverse("deliberations:public_act", args=[self.organisation.slug, self.number])

    def clean(self):
        """A future decision, a vote whose sum is wrong: told beside the field."""
        if self.decided_on and self.decided_on > timezone.localdate() and self.state != State.DRAFT:
            raise ValidationError({"decided_on": "La date de la décision est dans le futur."})
        given = [self.voters, self.votes_cast, self.votes_for, self.votes_against, self.abstentions]
        if any(value is not None for value in given):
            if any(value is None for value in given):
                raise ValidationError({"voters": "Donnez les cinq nombres du vote, ou aucun."})
            if self.voters < self.votes_cast:
                raise ValidationError({"votes_cast": "Il y a plus de votants que d’élus."})
            if self.votes_cast != self.votes_for + self.votes_against + self.abstentions:
                raise ValidationError(
                    {"votes_cast": "La somme des voix pour, contre et des abstentions doit faire le nombre de votants."}
                )

    def desk_url(self):
        return reverse("deliberations:act", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def is_individual(self) -> bool:
        """About one person: notified to that person, never published."""
        return self.nature == self.Nature.INDIVIDUAL

    @property
    def is_ready(self) -> bool:
        """May be published or notified: the receipt is there when the law wants one."""
        return not self.must_transmit or self.state == State.RECEIVED

    @property
    def author(self) -> str:
        """ "Jeanne Caron, présidente", as the law wants it published (CGCT R2131-1)."""
        name = f"{self.author_first_name} {self.author_last_name}".strip()
        return f"{name}, {self.author_quality}" if name and self.author_quality else name or self.author_quality

    @property
    def matter_name(self) -> str:
        return matters.name_of(self.matter)

    @property
    def published_on(self):
        """The local day of publication, or None."""
        return timezone.localdate(self.published_at) if self.published_at else None

    @property
    def executory_on(self):
        """From when it applies: published or notified, and received when it must be (CGCT L2131-1); None before."""
        told = self.published_on or self.notified_on
        if told is None or (self.must_transmit and self.received_on is None):
            return None
        return max(told, self.received_on) if self.must_transmit else told

    @property
    def appeal_until(self):
        """The last day to go to court, counted from the publication or the notification; None before."""
        told = self.published_on or self.notified_on
        departement = public_holidays.departement_of(self.organisation.postal_code)
        return deadlines.appeal_until(told, departement) if told else None

    @property
    def identifier(self) -> str:
        """The unique identifier of the @ctes norm: department, SIREN, day, number, nature."""
        departement = public_holidays.departement_of(self.organisation.postal_code).rjust(3, "0")
        return f"{departement}-{self.siren}-{self.decided_on:%Y%m%d}-{self.number}-{self.nature}"

    @property
    def siren(self) -> str:
        """The SIREN of the body, empty when nobody has given it."""
        return self.organisation.siren or self.organisation.siret[:9]

    def documents(self):
        """The act itself, then its annexes."""
        return sorted(StoredFile.objects.about(self), key=lambda file: file.kind != "act")

    def can_see_file(self, user, file) -> bool:
        """The files of an act that is not public are for those who may see it at the desk."""
        return access.can(user, VIEW, self.organisation_id)
