"""What is kept of the European list of trust."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone


class TrustedListQuerySet(models.QuerySet):
    def national(self):
        return self.exclude(territory=TrustedList.ALL)

    def fresh(self, now=None):
        """Those that were read, and whose own date says that they are still worth something."""
        return self.filter(read_at__isnull=False, next_update__gt=now or timezone.now())


class TrustedList(models.Model):
    """A list of trust as it was last read, its signature verified: « EU » for the list of the lists, else a State.

    `next_update` = the day from which it proves nothing any more. `signers` = who may sign the next one, in PEM (the
    list of the lists only). `fault` = why the last reading failed: what was read before stays.
    """

    ALL = "EU"

    territory = models.CharField("territoire", max_length=4, unique=True)
    address = models.URLField("adresse", max_length=500)
    sequence = models.PositiveIntegerField("numéro de la liste", default=0)
    issued_at = models.DateTimeField("faite le", null=True)
    next_update = models.DateTimeField("vaut jusqu’au", null=True)
    signer = models.CharField("signée par", max_length=200, blank=True)
    signers = models.TextField("qui peut signer la suivante", blank=True)
    read_at = models.DateTimeField("lue le", null=True)
    tried_at = models.DateTimeField("dernier essai le", null=True)
    fault = models.CharField("ce qui a manqué", max_length=300, blank=True)

    objects = TrustedListQuerySet.as_manager()

    class Meta:
        verbose_name = "liste de confiance"
        verbose_name_plural = "listes de confiance"
        ordering = ["territory"]
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(issued_at__isnull=False), name="trusted_list_read"
            )
        ]

    def __str__(self):
        return self.territory

    @property
    def is_fresh(self) -> bool:
        return self.read_at is not None and self.next_update is not None and self.next_update > timezone.now()


class TrustedService(models.Model):
    """A service of a State's list. `names` = the digests of the names of its certificates, by which it is found;
    `fragment` = its element of the list, from which everything else is read again."""

    class Kind(models.TextChoices):
        AUTHORITY = "ca", "Certificats qualifiés"
        CLOCK = "clock", "Horodatages qualifiés"

    source = models.ForeignKey(TrustedList, on_delete=models.CASCADE, related_name="services")
    kind = models.CharField("donne", max_length=5, choices=Kind)
    name = models.CharField("nom du service", max_length=200, blank=True)
    names = ArrayField(models.CharField(max_length=64), default=list)
    fragment = models.TextField()

    class Meta:
        verbose_name = "service de confiance"
        verbose_name_plural = "services de confiance"
        ordering = ["source", "name", "pk"]
        indexes = [GinIndex(fields=["names"], name="trusted_service_names")]

    def __str__(self):
        return self.name
