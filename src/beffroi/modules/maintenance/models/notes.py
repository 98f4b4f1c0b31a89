"""What somebody says of an order while it is being done: a remark, photos, a problem."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from beffroi.kernel.offline import OfflineMixin
from beffroi.modules.maintenance.models.orders import Order


class Note(OfflineMixin):
    """One thing said, never overwritten; its photos are attached to it. `author_label` = who spoke, without account."""

    class Kind(models.TextChoices):
        NOTE = "note", "Remarque"
        BEFORE = "before", "Avant le travail"
        PROBLEM = "problem", "Problème"
        ACCEPT = "accept", "Accepté par l’entreprise"
        REFUSE = "refuse", "Refusé par l’entreprise"
        DONE = "done", "Dit fait par l’entreprise"
        QUOTE = "quote", "Coût proposé par l’entreprise"

    SERIOUS = (Kind.PROBLEM, Kind.REFUSE, Kind.DONE, Kind.QUOTE)

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField("nature", max_length=8, choices=Kind, default=Kind.NOTE)
    text = models.TextField("remarque", blank=True, max_length=2000)
    amount = models.DecimalField("montant proposé, TTC", max_digits=10, decimal_places=2, null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    author_label = models.CharField("dit par", max_length=120, blank=True)
    created_at = models.DateTimeField("reçu le", default=timezone.now)

    class Meta:
        verbose_name = "remarque"
        verbose_name_plural = "remarques"
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["order", "made_at"], name="note_order")]

    def __str__(self):
        return self.text[:60] or self.get_kind_display()

    @property
    def who(self) -> str:
        """Who said it."""
        return str(self.author or self.author_label)

    def can_see_file(self, user, stored_file) -> bool:
        return Order.objects.visible_to(user).filter(pk=self.order_id).exists()
