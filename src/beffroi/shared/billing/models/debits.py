"""SEPA direct debits: mandates, the files for the bank, what each debits."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.encryption import EncryptedJSONField, EncryptedTextField
from beffroi.shared.billing.models.invoices import Invoice
from beffroi.shared.billing.models.payments import Payment
from beffroi.shared.billing.models.queries import OfRegieQuerySet
from beffroi.shared.billing.models.regies import Regie


class DebitMandateQuerySet(OfRegieQuerySet):
    def live(self):
        """Those that allow to debit: signed, and not revoked."""
        return self.filter(signed_on__isnull=False, revoked_on__isnull=True)

    def waiting(self):
        """Those that the payer prints and has not brought back signed."""
        return self.filter(signed_on__isnull=True, revoked_on__isnull=True)

    def of_payer(self, user):
        """Those that `user` has signed, or is about to."""
        return self.filter(payer__user=user) if user.is_authenticated else self.none()


class DebitMandate(models.Model):
    """A payer allows a régie to debit an account (EPC130-08). Another account = another mandate, which replaces it.

    `rum` names it at the bank. The IBAN is encrypted; `iban_end` = its last four characters, to recognise it.
    `way` says how it is signed: by the payer from their account, it has a `document`. `signed_on` empty = to be signed
    on paper. A mandate without any debit for thirty-six months is void.
    """

    class Kind(models.TextChoices):
        RECURRENT = "recurrent", "Répétés"
        ONCE = "once", "Un seul"

    class Way(models.TextChoices):
        PAPER = "paper", "Sur papier"
        ONLINE = "online", "En ligne, avec son compte"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="debit_mandates")
    payer = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="debit_mandates")
    rum = models.CharField("référence unique du mandat", max_length=35, unique=True)
    kind = models.CharField("prélèvements", max_length=9, choices=Kind, default=Kind.RECURRENT)
    holder = models.CharField("titulaire du compte", max_length=70)
    iban = EncryptedJSONField("IBAN", null=True)
    iban_end = models.CharField("fin de l’IBAN", max_length=4)
    bic = models.CharField("BIC", max_length=11, blank=True)
    way = models.CharField("signature", max_length=6, choices=Way, default=Way.PAPER)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")
    signed_on = models.DateField("signé le", null=True, blank=True)
    last_debit_on = models.DateField("dernier prélèvement le", null=True, blank=True)
    revoked_on = models.DateField("révoqué le", null=True, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DebitMandateQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat de prélèvement"
        verbose_name_plural = "mandats de prélèvement"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["regie", "payer"],
                condition=Q(revoked_on__isnull=True, signed_on__isnull=False),
                name="debit_mandate_one_live",
                violation_error_message="Ce payeur a déjà un mandat en cours : révoquez-le d’abord.",
            ),
            models.UniqueConstraint(
                fields=["regie", "payer"],
                condition=Q(revoked_on__isnull=True, signed_on__isnull=True),
                name="debit_mandate_one_waiting",
                violation_error_message="Un mandat attend déjà d’être signé : rapportez-le, ou abandonnez-le.",
            ),
        ]

    def __str__(self):
        return self.rum

    @property
    def status(self) -> tuple[str, str]:
        """(words, tone) for the screens."""
        if self.revoked_on is not None:
            return ("Abandonné" if self.signed_on is None else "Révoqué"), "neutral"
        return ("À signer", "waiting") if self.signed_on is None else ("En cours", "done")

    @property
    def sequence(self) -> str:
        """The type of the next debit: the only one, the first, or one more."""
        if self.kind == self.Kind.ONCE:
            return "OOFF"
        return "RCUR" if self.last_debit_on else "FRST"


class MandateDocument(models.Model):
    """The sealed PDF of a mandate signed online, in base 64; encrypted, for it bears the whole IBAN."""

    mandate = models.OneToOneField(DebitMandate, on_delete=models.CASCADE, related_name="document")
    content = EncryptedTextField("contenu")

    class Meta:
        verbose_name = "mandat signé"
        verbose_name_plural = "mandats signés"

    def __str__(self):
        return f"{self.mandate_id}"


class DebitFile(models.Model):
    """The debits of one day. The file is made on demand, from the mandates: it is not kept."""

    class Status(models.TextChoices):
        READY = "ready", "À transmettre"
        DONE = "done", "Prélevé"
        CANCELLED = "cancelled", "Annulé"

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, related_name="debit_files")
    day = models.DateField("jour du prélèvement")
    status = models.CharField("état", max_length=9, choices=Status, default=Status.READY)
    amount = models.BigIntegerField("montant, en centimes")
    count = models.PositiveIntegerField("prélèvements")
    created_at = models.DateTimeField("écrit le", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfRegieQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier de prélèvements"
        verbose_name_plural = "fichiers de prélèvements"
        ordering = ["-created_at"]

    def __str__(self):
        return f"SEPA-{self.regie.code}-{self.day:%Y%m%d}-{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("billing:debit_file", args=[self.pk])


class Debit(models.Model):
    """One debit: an invoice, by a mandate; `live` until its file is cancelled or it is rejected."""

    file = models.ForeignKey(DebitFile, on_delete=models.PROTECT, related_name="debits")
    mandate = models.ForeignKey(DebitMandate, on_delete=models.PROTECT, related_name="debits")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="debits")
    sequence = models.CharField("séquence", max_length=4)
    amount = models.BigIntegerField("montant, en centimes")
    live = models.BooleanField("en cours", default=True)
    payment = models.OneToOneField(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="debit")

    class Meta:
        verbose_name = "prélèvement"
        verbose_name_plural = "prélèvements"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["invoice"], condition=Q(live=True), name="debit_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="debit_amount"),
        ]

    def __str__(self):
        return f"{self.invoice_id} {self.amount}"
