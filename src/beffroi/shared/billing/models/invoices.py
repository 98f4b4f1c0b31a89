"""Invoices and credit notes, their lines, their numbers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.shared.billing.models.queries import OfRegieQuerySet
from beffroi.shared.billing.models.regies import Regie, Tariff

PAYERS = Q(payer__isnull=False, payer_body__isnull=True) | Q(payer__isnull=True, payer_body__isnull=False)


class Counter(models.Model):
    """The last number given by a régie in a year. A number taken without its invoice is refused by the database."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="counters")
    year = models.PositiveSmallIntegerField("année")
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "compteur de factures"
        verbose_name_plural = "compteurs de factures"
        constraints = [models.UniqueConstraint(fields=["regie", "year"], name="invoice_counter_unique")]

    def __str__(self):
        return f"{self.regie_id} {self.year}"


class InvoiceQuerySet(OfRegieQuerySet):
    def of_payer(self, user):
        """Those that `user` must pay, or has paid."""
        return self.filter(payer__user=user) if user.is_authenticated else self.none()

    def unpaid(self):
        """Invoices of which something is still due."""
        return self.filter(kind="invoice", paid__lt=F("total"))

    def late(self, day=None):
        """Unpaid after their last day."""
        return self.unpaid().filter(due_on__lt=day or timezone.localdate())


class Invoice(models.Model):
    """What a payer owes, for good: only a credit note corrects it. The database refuses any other change.

    `rank` has no gap in a régie and a year. `total` in cents, negative for a credit note. `paid` = what payments and
    credit notes have settled, kept by the database from the allocations. `source` names what is invoiced in its
    module and never comes twice in a régie. Payer's name and address are those of the day; they are kept ten years
    (Code de commerce, art. L123-22; the accounts of a régie: ten years).
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Facture"
        CREDIT = "credit", "Avoir"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="invoices")
    year = models.PositiveSmallIntegerField("année")
    rank = models.PositiveIntegerField("rang")
    number = models.CharField("numéro", max_length=24, unique=True)
    kind = models.CharField("nature", max_length=8, choices=Kind, default=Kind.INVOICE)
    credits = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_notes")
    label = models.CharField("objet", max_length=160)
    payer = models.ForeignKey("people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="invoices")
    payer_body = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="invoices"
    )
    payer_name = models.CharField("payeur", max_length=165)
    payer_address = models.TextField("adresse du payeur", blank=True)
    issued_on = models.DateField("émise le")
    due_on = models.DateField("à payer avant le")
    period_start = models.DateField("du", null=True, blank=True)
    period_end = models.DateField("au", null=True, blank=True)
    total = models.BigIntegerField("total, en centimes")
    paid = models.BigIntegerField("réglé, en centimes", default=0)
    source = models.CharField("origine", max_length=120, blank=True)
    run = models.ForeignKey("Run", null=True, blank=True, on_delete=models.PROTECT, related_name="invoices")
    reason = models.CharField("motif", max_length=300, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = "facture"
        verbose_name_plural = "factures"
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["regie", "year", "rank"], name="invoice_rank_unique"),
            models.UniqueConstraint(fields=["regie", "source"], condition=~Q(source=""), name="invoice_source_unique"),
            models.CheckConstraint(condition=PAYERS, name="invoice_one_payer"),
            models.CheckConstraint(
                condition=Q(kind="invoice", total__gte=0, credits__isnull=True, paid__gte=0, paid__lte=F("total"))
                | Q(kind="credit", total__lt=0, credits__isnull=False, paid=0),
                name="invoice_amounts",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="invoice_due"),
        ]
        indexes = [
            models.Index(fields=["regie", "-issued_on", "-id"], name="invoice_regie"),
            models.Index(fields=["payer", "-issued_on"], name="invoice_payer"),
            models.Index(
                fields=["regie", "due_on"], condition=Q(kind="invoice", paid__lt=F("total")), name="invoice_unpaid"
            ),
            models.Index(fields=["run"], name="invoice_run"),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("billing:invoice", args=[self.number])

    @property
    def due(self) -> int:
        """What is still to be paid, in cents."""
        return self.total - self.paid if self.kind == self.Kind.INVOICE else 0

    @property
    def is_late(self) -> bool:
        return self.due > 0 and self.due_on < timezone.localdate()

    @property
    def status(self) -> tuple[str, str]:
        """(words, tone) for the screens."""
        if self.kind == self.Kind.CREDIT:
            return "Avoir", "neutral"
        if self.due == 0:
            return "Réglée", "done"
        if self.is_late:
            return "En retard", "late"
        return ("Réglée en partie", "progress") if self.paid else ("À payer", "waiting")


class InvoiceLine(models.Model):
    """One line, in cents: `amount` = `quantity` × `unit_price` to the nearest cent, or the sum of such lines.

    `days` = the days gathered in it; `unit` and `tariff` say what priced it; `explanation` how. `beneficiary` names in
    its module who used it; `care` = the cents of `amount` that pay for looking after a child (CGI, art. 200 quater B).
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField("rang")
    subject = models.CharField("pour", max_length=120, blank=True)
    label = models.CharField("libellé", max_length=160)
    quantity = models.DecimalField("quantité", max_digits=12, decimal_places=4, default=1)
    unit_price = models.BigIntegerField("prix unitaire, en centimes")
    amount = models.BigIntegerField("montant, en centimes")
    explanation = models.CharField("calcul", max_length=400, blank=True)
    days = models.CharField("jours", max_length=400, blank=True)
    unit = models.CharField("prestation", max_length=60, blank=True)
    tariff = models.ForeignKey(Tariff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    beneficiary = models.CharField("bénéficiaire", max_length=40, blank=True, default="")
    care = models.BigIntegerField("part de la garde d’enfant, en centimes", default=0)

    class Meta:
        verbose_name = "ligne de facture"
        verbose_name_plural = "lignes de facture"
        ordering = ["invoice", "position"]
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position")]

    def __str__(self):
        return self.label
