"""Letters scanned together, cut where a separator sheet was put."""

from django.db import models
from django.urls import reverse

from beffroi.kernel import access
from beffroi.modules.mail import rights
from beffroi.modules.mail.models.letter import Letter
from beffroi.modules.mail.models.register import Register
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation, Team


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        allowed = access.organisations_where(user, rights.REGISTER)
        if allowed is None:
            return self
        return self.filter(register__in=Register.objects.open_to(user, rights.REGISTER).values("pk"))


class Batch(models.Model):
    """One scanned PDF. `cut_at` null = it is being read; `fault` = why it could not be."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="mail_batches"
    )
    register = models.ForeignKey(Register, verbose_name="registre", on_delete=models.PROTECT, related_name="batches")
    name = models.CharField("nom", max_length=120)
    pages = models.PositiveIntegerField("pages", default=0)
    cut_at = models.DateTimeField("découpé le", null=True)
    fault = models.CharField("erreur", max_length=200, blank=True)
    created_at = models.DateTimeField("reçu le", auto_now_add=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = "lot numérisé"
        verbose_name_plural = "lots numérisés"
        ordering = ["-created_at"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("mail:batch", args=[self.pk])

    def can_see_file(self, user, file) -> bool:
        return Batch.objects.visible_to(user).filter(pk=self.pk).exists()


class BatchItem(models.Model):
    """The pages of one letter of the batch (counted from 1), until it is registered or set aside."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField("rang")
    first_page = models.PositiveIntegerField("première page")
    last_page = models.PositiveIntegerField("dernière page")
    team = models.ForeignKey(
        Team, verbose_name="service", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    letter = models.ForeignKey(Letter, null=True, on_delete=models.PROTECT, related_name="scans")
    set_aside = models.BooleanField("mis de côté", default=False)

    class Meta:
        verbose_name = "pli numérisé"
        verbose_name_plural = "plis numérisés"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="batch_item_position"),
            models.CheckConstraint(condition=models.Q(last_page__gte=models.F("first_page")), name="batch_item_pages"),
        ]

    def __str__(self):
        return f"Pli {self.position}"

    @property
    def pages(self) -> str:
        """« Page 4 », « Pages 2 à 3 »."""
        if self.first_page == self.last_page:
            return f"Page {self.first_page}"
        return f"Pages {self.first_page} à {self.last_page}"

    def file(self) -> StoredFile | None:
        """Its pages as a PDF, while they wait."""
        return StoredFile.objects.about(self).first()

    def can_see_file(self, user, file) -> bool:
        return Batch.objects.visible_to(user).filter(pk=self.batch_id).exists()
