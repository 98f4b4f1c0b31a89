"""The régie de recettes, and its tariffs."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.dated import DatedQuerySet
from beffroi.kernel.encryption import EncryptedJSONField
from beffroi.shared.billing import reminding
from beffroi.shared.billing.access import VIEW
from beffroi.shared.billing.models.queries import OfRegieQuerySet


class RegieQuerySet(models.QuerySet):
    def visible_to(self, user, permission=VIEW):
        """Those of the bodies in which `user` has the permission."""
        allowed = access.organisations_where(user, permission)
        return self if allowed is None else self.filter(organisation__in=allowed)

    def active(self):
        return self.filter(is_active=True)


class Regie(models.Model):
    """A régie de recettes: it issues invoices and receives money for one body (CGCT, art. R1617-1 and following).

    `code` begins the number of its invoices. `payfip_client` = the six digits given by the DGFiP, empty = no online
    payment. `cash_limit` in cents: above it, the cash must be handed over. `pes_…` = what the trésorerie gives for the
    exchange protocol. The IBAN is encrypted. `reminders` = the steps of its reminders, read by `steps`.
    """

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="regies")
    code = models.CharField(
        "code",
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,6}$", "De deux à six lettres capitales.")],
        help_text="Commence le numéro de chaque facture : ACM-2026-000001.",
    )
    name = models.CharField("nom", max_length=120)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="régisseur",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_on = models.DateField("acte de création du", null=True, blank=True)
    address = models.TextField("adresse du guichet", blank=True, max_length=300)
    hours = models.CharField("horaires du guichet", blank=True, max_length=200)
    phone = models.CharField("téléphone", blank=True, max_length=20)
    email = models.EmailField("courriel", blank=True)
    payment_days = models.PositiveSmallIntegerField("jours pour payer", default=30)
    reminders = models.JSONField("étapes des relances", default=reminding.usual_steps, blank=True)
    cash_limit = models.PositiveBigIntegerField("plafond d’encaisse, en centimes", default=120_000)
    methods = models.JSONField("moyens de paiement acceptés au guichet", default=list, blank=True)
    payfip_client = models.CharField(
        "numéro de client PayFiP",
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^\d{6}$", "Six chiffres, donnés par la DGFiP.")],
    )
    payfip_mode = models.CharField(
        "mode PayFiP", max_length=1, choices=[("T", "Test"), ("X", "Activation"), ("W", "Production")], default="T"
    )
    iban = EncryptedJSONField("IBAN du compte de dépôt de fonds", null=True, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    creditor_id = models.CharField("identifiant créancier SEPA (ICS)", max_length=35, blank=True)
    debit_notice_days = models.PositiveSmallIntegerField(
        "jours entre l’annonce et le prélèvement",
        default=14,
        validators=[MinValueValidator(2), MaxValueValidator(60)],
        help_text="Quatorze, sauf si vos mandats en disent moins ; la banque en demande au moins deux.",
    )
    pes_post = models.CharField(
        "numéro de poste comptable",
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^(\d{6,7}|02[AB]\d{3,4})$", "Six ou sept chiffres.")],
    )
    pes_siret = models.CharField(
        "SIRET du budget",
        max_length=14,
        blank=True,
        validators=[RegexValidator(r"^\d{14}$", "Quatorze chiffres.")],
        help_text="Vide : celui de l’organisme.",
    )
    pes_body = models.CharField(
        "code collectivité", max_length=3, blank=True, validators=[RegexValidator(r"^\d{3}$", "Trois chiffres.")]
    )
    pes_budget = models.CharField(
        "code budget", max_length=2, blank=True, validators=[RegexValidator(r"^[0-9A-Z]\d$", "Deux caractères : 01.")]
    )
    pes_product = models.CharField("code produit local", max_length=4, blank=True)
    pes_key_nature = models.CharField(
        "code nature de la clé 1",
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^\d{2}$", "Deux chiffres.")],
        help_text="Donné par la trésorerie. Vide : les deux derniers chiffres du code produit.",
    )
    pes_printed = models.BooleanField(
        "la DGFiP imprime et envoie les avis des sommes à payer",
        default=False,
        help_text="Le fichier porte alors chaque avis (édition 06, pièce de type 010).",
    )
    pes_nature = models.CharField(
        "article budgétaire", max_length=12, blank=True, validators=[RegexValidator(r"^\d+$", "Des chiffres.")]
    )
    footer = models.TextField("mention au bas des factures", blank=True, max_length=600)
    is_active = models.BooleanField("ouverte", default=True)

    objects = RegieQuerySet.as_manager()

    class Meta:
        verbose_name = "régie"
        verbose_name_plural = "régies"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("billing:regie", args=[self.code])

    @property
    def budget_siret(self) -> str:
        """The SIRET by which the trésorerie knows the budget."""
        return self.pes_siret or self.organisation.siret

    @property
    def steps(self) -> list[reminding.Step]:
        """The steps of its reminders, in the order of their delays."""
        return reminding.read(self.reminders)

    def accepts(self, method: str) -> bool:
        """Is this means of payment taken at the counter?"""
        return not self.methods or method in self.methods


class TariffTerms(models.Model):
    """What a tariff says, in force or not. `rule` is read by `rates.reading`.

    `cost` in cents = what one unit costs to the body, families never read it; 0 = not known.
    """

    unit = models.CharField(
        "prestation",
        max_length=60,
        help_text="Le code que les activités désignent, par exemple childcare.day.",
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", "Des minuscules, des chiffres, points et tirets.")],
    )
    label = models.CharField("libellé sur la facture", max_length=120)
    start = models.DateField("applicable du")
    end = models.DateField("au", null=True, blank=True)
    age_min = models.PositiveSmallIntegerField("à partir de l’âge de", default=0)
    age_max = models.PositiveSmallIntegerField("jusqu’à l’âge de", default=150)
    rule = models.JSONField("règle", default=dict)
    cost = models.PositiveBigIntegerField("coût de revient d’une unité, en centimes", default=0)
    decision = models.CharField("délibération", max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.label


class Tariff(TariffTerms):
    """What one unit costs, from a day to a day; two never overlap (the database).

    Once in force it is not changed: another one follows it, so that an old invoice can always be explained.
    """

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="tariffs")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "tarif"
        verbose_name_plural = "tarifs"
        ordering = ["unit", "-start", "age_min"]
        constraints = [
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="tariff_dates"),
            models.CheckConstraint(condition=Q(age_max__gte=F("age_min")), name="tariff_ages"),
            ExclusionConstraint(
                name="tariff_no_overlap",
                expressions=[
                    ("regie", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (
                        Func(
                            F("start"),
                            F("end"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("age_min"), F("age_max"), models.Value("[]"), function="int4range"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Un autre tarif de cette prestation vaut déjà pour ces dates et ces âges.",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("billing:tariff", args=[self.pk])

    @property
    def has_begun(self) -> bool:
        return self.start <= timezone.localdate()


class DraftQuerySet(OfRegieQuerySet):
    def waiting(self):
        """Those that are not published."""
        return self.filter(published_as__isnull=True)


class TariffDraft(TariffTerms):
    """A tariff that is being thought of: simulated, never applied. Published, it becomes `published_as`.

    It lives apart from the tariffs, so that no price can ever be read in it by mistake. `replaces` = the one that it
    would follow.
    """

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="tariff_drafts")
    replaces = models.ForeignKey(Tariff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("commencé le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_as = models.OneToOneField(Tariff, null=True, blank=True, on_delete=models.PROTECT, related_name="draft")

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = "brouillon de tarif"
        verbose_name_plural = "brouillons de tarif"
        ordering = ["unit", "start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="draft_dates"),
            models.CheckConstraint(condition=Q(age_max__gte=F("age_min")), name="draft_ages"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("billing:draft", args=[self.pk])
