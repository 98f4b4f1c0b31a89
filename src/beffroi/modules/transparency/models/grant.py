"""A grant given by a body under a convention (loi 2000-321, art. 10; décret 2017-779)."""

import datetime
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from beffroi.modules.transparency import access
from beffroi.modules.transparency.workflow import TONES, GrantState, State
from beffroi.shared.organisations.models import Organisation

THRESHOLD = Decimal(23_000)
MONTHS = 3
SINGLE, SEVERAL = "unique", "échelonné"


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day of the month some months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    first = datetime.date(day.year + years, month + 1, 1)
    following = datetime.date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + datetime.timedelta(days=day.day - 1), following - datetime.timedelta(days=1))


class GrantQuerySet(models.QuerySet):
    def visible_to(self, user):
        """At the desk: those of the bodies whose money the person sees."""
        return access.of_bodies(self, user)

    def online(self):
        return self.filter(state=State.PUBLISHED)

    def with_year_total(self):
        """`year_total` = what the body gave to the same beneficiary in the year of the convention, in euros: the law's
        threshold is that of a year."""
        same = ("organisation", "beneficiary_siret", "beneficiary_rna", "convention_on__year")
        others = Grant.objects.exclude(state=State.WITHDRAWN).filter(**{name: OuterRef(name) for name in same})
        total = others.order_by().values("organisation").annotate(total=Sum(F("amount") * F("share"))).values("total")
        whole = Coalesce(Subquery(total), Decimal(0), output_field=models.DecimalField())
        return self.annotate(year_total=whole)

    def to_publish(self):
        """Those that the law wants online and that are not."""
        return self.with_year_total().filter(state=State.DRAFT, year_total__gt=THRESHOLD)


class Grant(models.Model):
    """`amount` = the whole, in euros; `share` = the part of this beneficiary, 1 when alone. `paid_until` empty = paid
    in one go on `paid_from`."""

    class Nature(models.TextChoices):
        CASH = "aide en numéraire", "en argent"
        KIND = "aide en nature", "en nature"
        BOTH = "aide en numéraire;aide en nature", "en argent et en nature"

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="grants"
    )
    convention_on = models.DateField("date de la convention")
    reference = models.CharField(
        "référence de la décision", max_length=60, blank=True, help_text="Par exemple le numéro de la délibération."
    )
    beneficiary = models.CharField(
        "bénéficiaire",
        max_length=200,
        help_text="Une association, une entreprise ou un organisme, jamais un particulier.",
    )
    beneficiary_siret = models.CharField(
        "SIRET du bénéficiaire", max_length=14, blank=True, validators=[RegexValidator(r"^\d{14}$", "14 chiffres.")]
    )
    beneficiary_rna = models.CharField(
        "numéro RNA",
        max_length=10,
        blank=True,
        help_text="Pour une association sans SIRET : W et neuf chiffres.",
        validators=[RegexValidator(r"^W\d{9}$", "W et neuf chiffres.")],
    )
    object = models.CharField("objet", max_length=256)
    amount = models.DecimalField(
        "montant total", max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    share = models.DecimalField(
        "part de ce bénéficiaire",
        max_digits=5,
        decimal_places=4,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(1))],
        help_text="1 s’il est seul ; 0,45 pour 45 % du montant total.",
    )
    nature = models.CharField("nature", max_length=32, choices=Nature, default=Nature.CASH)
    terms = models.CharField(
        "conditions de versement",
        max_length=256,
        default=SINGLE,
        help_text="« unique », « échelonné », ou en quelques mots.",
    )
    paid_from = models.DateField("versée le, ou à partir du")
    paid_until = models.DateField("jusqu’au", null=True, blank=True)
    rae = models.CharField("identifiant au répertoire des aides aux entreprises", max_length=5, blank=True)
    notified = models.BooleanField("aide notifiée à la Commission européenne", default=False)
    scheme = models.CharField("identifiant du dispositif d’aide", max_length=60, blank=True)
    state = models.CharField("état", max_length=10, choices=GrantState, default=GrantState.DRAFT)
    created_at = models.DateTimeField("enregistrée le", auto_now_add=True)
    published_at = models.DateTimeField("publiée le", null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "subvention"
        verbose_name_plural = "subventions"
        ordering = ["-convention_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "convention_on", "beneficiary_siret", "beneficiary_rna", "reference", "object"],
                name="transparency_grant_once",
                violation_error_message="Cette subvention est déjà enregistrée.",
            ),
            models.CheckConstraint(
                condition=~Q(beneficiary_siret="") | ~Q(beneficiary_rna=""),
                name="transparency_grant_known",
                violation_error_message="Donnez le SIRET du bénéficiaire ou, à défaut, son numéro RNA.",
            ),
            models.CheckConstraint(
                condition=Q(paid_until__isnull=True) | Q(paid_until__gte=F("paid_from")),
                name="transparency_grant_period",
                violation_error_message="La fin de la période de versement précède son début.",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transparency_grant_amount"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="transparency_grant_share"),
        ]
        indexes = [models.Index(fields=["organisation", "-convention_on"], name="transparency_grant_day")]

    def __str__(self):
        return f"{self.beneficiary} – {self.object}"

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def given(self) -> Decimal:
        """What this beneficiary gets, in euros."""
        return (self.amount * self.share).quantize(Decimal("0.01"))

    @property
    def percentage(self) -> Decimal:
        """The part of this beneficiary, out of a hundred."""
        return (self.share * 100).normalize()

    @property
    def publish_by(self) -> datetime.date:
        """The last day to publish it, when the law wants it: three months after the convention."""
        return months_later(self.convention_on, MONTHS)

    @property
    def is_compelled(self) -> bool:
        """The year's total passes the threshold of the law. Needs `with_year_total`."""
        return self.year_total > THRESHOLD

    @property
    def period(self) -> str:
        """As SCDL writes it: a day, or two days and a slash."""
        start = self.paid_from.isoformat()
        return f"{start}/{self.paid_until.isoformat()}" if self.paid_until else start

    def desk_url(self):
        return reverse("transparency:grant", args=[self.pk])
