from decimal import Decimal

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q


class SiteDetails(models.Model):
    """What the law asks a public site to say of itself (loi n° 2004-575, art. 1-1; décret n° 2019-768), and how the
    site presents itself: `site_name` (empty = that of the intercommunality), `accent` ("#rrggbb", empty = that of
    Beffroi), `logo`. One line."""

    director = models.CharField("directeur ou directrice de la publication", max_length=160, blank=True)
    publisher_email = models.EmailField("courriel de l’éditeur", blank=True)
    host_name = models.CharField("hébergeur", max_length=160, blank=True)
    host_address = models.CharField("adresse de l’hébergeur", max_length=250, blank=True)
    host_phone = models.CharField("téléphone de l’hébergeur", max_length=20, blank=True)
    dpo_contact = models.CharField("joindre le délégué à la protection des données", max_length=200, blank=True)
    accessibility_email = models.EmailField("courriel du référent accessibilité", blank=True)
    accessibility_phone = models.CharField("téléphone du référent accessibilité", max_length=20, blank=True)
    security_contact = models.EmailField("courriel pour signaler une faille", blank=True)
    multiyear_url = models.URLField("schéma pluriannuel d’accessibilité", blank=True)
    site_name = models.CharField("nom affiché", max_length=60, blank=True)
    accent = models.CharField(
        "couleur d’accent",
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", "Écrivez la couleur comme #a23b2a.")],
    )
    logo = models.ForeignKey(
        "files.StoredFile", verbose_name="logo", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    audit_date = models.DateField("date de l’audit RGAA", null=True, blank=True)
    audit_author = models.CharField("audit réalisé par", max_length=160, blank=True)
    audit_rate = models.DecimalField("critères respectés (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    audit_exceptions = models.TextField("contenus non accessibles relevés par l’audit", blank=True, max_length=10_000)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "présentation du site"
        verbose_name_plural = "présentation du site"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="site_details_single"),
            models.CheckConstraint(
                condition=Q(audit_rate__isnull=True) | Q(audit_rate__gte=0, audit_rate__lte=100),
                name="audit_rate_range",
            ),
        ]

    def __str__(self):
        return "présentation du site"

    @classmethod
    def current(cls) -> "SiteDetails":
        """Those in force; empty ones where nobody filled them yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def conformity(self) -> str:
        """« totalement conforme », « partiellement conforme » or « non conforme », in the words of the decree.

        Without an audit of the criteria of the RGAA no conformity can be claimed; partly = half of them at least
        (arrêté du 20 septembre 2019).
        """
        if self.audit_rate is None or self.audit_date is None or self.audit_rate < Decimal(50):
            return "non conforme"
        return "totalement conforme" if self.audit_rate == Decimal(100) else "partiellement conforme"
