"""Those who write to a body, and to whom it writes."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from beffroi.kernel import access
from beffroi.modules.mail import rights
from beffroi.shared.organisations.models import Organisation


class CorrespondentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The directories of the bodies where `user` registers or handles letters."""
        found = [access.organisations_where(user, permission) for permission in (rights.REGISTER, rights.HANDLE)]
        if None in found:
            return self
        return self.filter(organisation__in=set().union(*(one for one in found if one)))

    def current(self):
        """Without those that were found to be another."""
        return self.filter(merged_into=None)

    def named(self, name: str):
        """Those of that very name, accents and capitals aside."""
        folded = models.Func(models.Value(name.strip()), function="kernel_fold", output_field=models.TextField())
        return self.annotate(
            folded=models.Func("name", function="kernel_fold", output_field=models.TextField())
        ).filter(folded=folded)


class Correspondent(models.Model):
    """A person, a company, a body. A duplicate points at the one that is kept: its letters stay its own, so that the
    merge can be undone."""

    class Nature(models.TextChoices):
        PERSON = "person", "Particulier"
        COMPANY = "company", "Entreprise, association ou organisme"

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="correspondents"
    )
    nature = models.CharField("nature", max_length=8, choices=Nature, default=Nature.PERSON)
    name = models.CharField("nom", max_length=160)
    contact = models.CharField("à l’attention de", max_length=120, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    address = models.CharField("adresse", max_length=250, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("localité", max_length=80, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    body = models.ForeignKey(
        Organisation,
        verbose_name="dans l’annuaire commun",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates", editable=False
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = CorrespondentQuerySet.as_manager()

    class Meta:
        verbose_name = "correspondant"
        verbose_name_plural = "correspondants"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "siret"],
                condition=~Q(siret="") & Q(merged_into__isnull=True),
                name="correspondent_siret",
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="correspondent_other"),
        ]
        indexes = [models.Index(fields=["organisation", "name"], name="correspondent_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("mail:correspondent", args=[self.pk])

    @property
    def shown(self) -> "Correspondent":
        """The one that is kept, when this one was found to be a duplicate."""
        return self.merged_into or self

    @property
    def label(self) -> str:
        """What is chosen while typing: « Jeanne Martin, Doullens (n° 42) »."""
        return ", ".join(part for part in (self.name, self.city) if part) + f" (n° {self.pk})"

    @property
    def lines(self) -> list[str]:
        """The block of the address on a letter."""
        place = f"{self.postal_code} {self.city}".strip()
        return [line for line in (self.name, self.contact, *self.address.split("\n"), place) if line.strip()]


class Merge(models.Model):
    """Two records found to be the same. `moved` = those that pointed at the absorbed one; undone, all go back."""

    kept = models.ForeignKey(Correspondent, on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Correspondent, on_delete=models.PROTECT, related_name="+")
    moved = ArrayField(models.BigIntegerField(), default=list)
    merged_at = models.DateTimeField("fusionné le", auto_now_add=True)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField("défait le", null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "fusion"
        verbose_name_plural = "fusions"
        ordering = ["-merged_at"]
        constraints = [
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone_at__isnull=True), name="merge_once")
        ]

    def __str__(self):
        return f"{self.absorbed_id} dans {self.kept_id}"
