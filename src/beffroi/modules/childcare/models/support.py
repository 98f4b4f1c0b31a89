"""A body that pays for a home, or for a part of it: a CCAS, a Département (ASE), an employer."""

import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from beffroi.kernel.dated import DatedQuerySet
from beffroi.modules.childcare.models.children import ChildHome
from beffroi.shared.billing import rates


class SupportQuerySet(DatedQuerySet):
    def whole(self):
        """Those that leave nothing to the family: all of the price, without a ceiling."""
        return self.filter(percent=100, cap_day=None, cap_month=None, cap_whole=None)

    def limited(self):
        """Those that have a ceiling."""
        return self.exclude(cap_day=None, cap_month=None, cap_whole=None)


class Support(models.Model):
    """`body` pays `percent` % of what this home owes, from `start` to `end`; the payer of the home pays the rest.

    `quotient` = the one that the agreement fixes (empty: that of the home). `reference` is what the body wants on its
    invoice. `cap_day`, `cap_month`, `cap_whole` = the most that it pays, in cents (None = no ceiling). One body at a
    time for a home: the database holds it.
    """

    home = models.ForeignKey(ChildHome, on_delete=models.CASCADE, related_name="supports")
    body = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="organisme",
        on_delete=models.PROTECT,
        related_name="childcare_supports",
    )
    percent = models.PositiveSmallIntegerField("part prise en charge, en %", default=100)
    start = models.DateField("du", default=timezone.localdate)
    end = models.DateField("au", null=True, blank=True)
    reference = models.CharField("référence de la prise en charge", max_length=60, blank=True)
    quotient = models.PositiveIntegerField("quotient familial retenu", null=True, blank=True)
    cap_day = models.PositiveIntegerField("au plus par jour, en centimes", null=True, blank=True)
    cap_month = models.PositiveIntegerField("au plus par mois, en centimes", null=True, blank=True)
    cap_whole = models.PositiveIntegerField("au plus en tout, en centimes", null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("enregistrée le", default=timezone.now)

    objects = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = "prise en charge"
        verbose_name_plural = "prises en charge"
        ordering = ["-start"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="support_percent"),
            models.CheckConstraint(condition=Q(end=None) | Q(end__gte=F("start")), name="support_dates"),
            ExclusionConstraint(
                name="support_one_body_at_a_time",
                expressions=[
                    ("home", RangeOperators.EQUAL),
                    (
                        Func("start", "end", Value("[]"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.body} : {self.percent} %"

    @property
    def ceilings(self) -> rates.Ceilings:
        """The most that the body pays; false when there is no ceiling."""
        return rates.Ceilings(day=self.cap_day, month=self.cap_month, whole=self.cap_whole)

    @property
    def pays_all(self) -> bool:
        """Is nothing left to the family?"""
        return self.percent == 100 and not self.ceilings

    def counted_since(self, start: datetime.date) -> datetime.date:
        """From when on the days of this home count under the ceilings of a period that begins on `start`."""
        if self.cap_whole is not None:
            return min(self.start, start)
        return start.replace(day=1) if self.cap_month is not None else start


class SupportDraw(models.Model):
    """What a body pays, under its ceilings, of one priced line of a run: decided when the run is launched, then kept.

    The invoice of the family and that of the body both follow it, even after a stop amid the run; later runs, of any
    régie, reread it and never price the day again. `rank`, `kind`, `key`, `tariff` and `price` tell the line again;
    `price` is what the home owes in all, `part` what the body pays of it, in cents (both negative for a weekly cap).
    The database refuses any change, and any line added once an invoice of the run is issued.
    """

    support = models.ForeignKey(Support, on_delete=models.CASCADE, related_name="draws")
    run = models.ForeignKey("billing.Run", on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField("rang")
    day = models.DateField("jour")
    kind = models.CharField("nature", max_length=10)
    key = models.CharField("clé de la ligne", max_length=60, blank=True)
    tariff = models.ForeignKey("billing.Tariff", null=True, on_delete=models.PROTECT, related_name="+")
    price = models.BigIntegerField("montant de la ligne, en centimes")
    part = models.BigIntegerField("part de l’organisme, en centimes")

    class Meta:
        verbose_name = "part prise par un organisme"
        verbose_name_plural = "parts prises par des organismes"
        ordering = ["run", "support", "rank"]
        constraints = [models.UniqueConstraint(fields=["run", "support", "rank"], name="support_draw_once")]

    def __str__(self):
        return f"{self.day} : {self.part}"
