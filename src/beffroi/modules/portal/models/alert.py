from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.portal.models.publication import Publication, PublicationQuerySet, State


class Level(models.TextChoices):
    INFORMATION = "info", "Information"
    VIGILANCE = "vigilance", "Vigilance"
    URGENCY = "urgence", "Urgence"


class AlertQuerySet(PublicationQuerySet):
    def ongoing(self, now=None):
        """Those to be shown at `now`, the most serious first."""
        now = now or timezone.now()
        rank = models.Case(
            models.When(level=Level.URGENCY, then=0), models.When(level=Level.VIGILANCE, then=1), default=2
        )
        return self.filter(state=State.PUBLISHED, publish_at__lte=now, ends_at__gt=now).order_by(rank, "-publish_at")

    def around(self, commune):
        return self.filter(Q(communes=commune) | Q(communes=None)).distinct()


class Alert(Publication):
    """A warning shown from `publish_at` to `ends_at`; no `communes` = the whole territory."""

    communes = models.ManyToManyField(
        "organisations.Commune", blank=True, related_name="+", verbose_name="communes concernées"
    )
    level = models.CharField("niveau", max_length=10, choices=Level, default=Level.INFORMATION)
    text = models.CharField("message", max_length=300)
    body = models.TextField("précisions", blank=True, max_length=5_000)
    ends_at = models.DateTimeField("jusqu’au")

    objects = AlertQuerySet.as_manager()
    kind, kind_label = "alerte", "Alerte"

    class Meta:
        verbose_name = "alerte"
        verbose_name_plural = "alertes"
        ordering = ["-publish_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(publish_at__isnull=True) | Q(ends_at__gt=F("publish_at")), name="alert_order"
            )
        ]
        indexes = [
            models.Index(fields=["state", "ends_at"], name="alert_shown"),
            models.Index(fields=["organisation", "-updated_at"], name="alert_desk"),
        ]

    def get_absolute_url(self):
        return f"{reverse('portal:alerts')}#{self.slug}"

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def state_label(self) -> str:
        return "Terminé" if self.state == State.PUBLISHED and self.is_over else super().state_label

    @property
    def state_tone(self) -> str:
        return "neutral" if self.state == State.PUBLISHED and self.is_over else super().state_tone

    @property
    def tone(self) -> str:
        """The tone of its line on the pages."""
        return {"urgence": "late", "vigilance": "waiting"}.get(self.level, "neutral")
